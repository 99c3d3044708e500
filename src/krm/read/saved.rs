//! What was saved from a cluster: objects with the fields of a server, and the lists in which `oc get` prints them.

use memchr::memmem;

use super::document::{Document, Form};
use super::split::{Container, Split};
use crate::krm::tree::node::Node;
use crate::types::metadata_keys::LIVE_FIELDS;

impl Node {
    /// Whether an object comes from a cluster: its metadata has what only a server writes.
    pub fn is_live(&self) -> bool {
        let metadata = self.get("metadata");
        let has = |metadata: &Self| {
            let mut fields = LIVE_FIELDS.iter();
            fields.any(|field| metadata.get(field).is_some())
        };
        metadata.is_some_and(has)
    }
}

impl Document<'_> {
    /// Whether it comes from a cluster, see [`Node::is_live`]. Cheap when no such field is even mentioned.
    pub fn is_live(&self) -> bool {
        self.mentions_live_fields() && self.node().is_ok_and(|node| node.is_live())
    }

    /// Whether such a field is mentioned at all, wherever.
    pub fn mentions_live_fields(&self) -> bool {
        let text = self.source.text.get(self.range.clone()).unwrap_or("");
        let written = |field: &&str| memmem::find(text.as_bytes(), field.as_bytes()).is_some();
        LIVE_FIELDS.iter().any(written)
    }
}

impl Split<'_> {
    /// The `List` that an object is an element of: what one call of `oc get` printed.
    pub fn list_of(&self, index: usize) -> Option<usize> {
        let document = self.documents.get(index)?;
        let is_element = matches!(document.form, Form::Item(_) | Form::Flow);
        let slot = self.slots.get(index);
        (is_element && self.container == Container::Stream)
            .then(|| slot.map_or(0, |slot| slot.part))
    }

    /// Whether its objects are there to be read only, and render as nothing.
    pub fn is_unrendered(&self) -> bool {
        self.slots.is_empty() && self.gaps.is_some()
    }
}
