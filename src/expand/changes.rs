//! What becomes of the documents, as data: whoever decides hands it over with all that is wrong, and nothing is written
//! before every decision has fallen.

use std::ops::Range;
use std::rc::Rc;

use crate::api::{GROUP, OurKind};
use crate::facts::DocumentId;
use crate::krm::{Document, Node, Rewrite, Split};
use crate::problem::Problems;

/// One change.
enum Change {
    /// A new object, after the last one of a source.
    Append(usize, Rc<Node>),
    /// An object is written anew at its place.
    Replace(DocumentId, Node),
    /// Ranges of an object are replaced.
    Edit(DocumentId, Vec<(Range<usize>, String)>),
    /// An object does not leave.
    Remove(DocumentId),
}

/// All changes of a run, in the order in which they were decided.
#[derive(Default)]
pub(super) struct Changes(Vec<Change>);

impl Changes {
    pub(super) fn append(&mut self, source: usize, node: Rc<Node>) {
        self.0.push(Change::Append(source, node));
    }

    pub(super) fn replace(&mut self, document: DocumentId, node: Node) {
        self.0.push(Change::Replace(document, node));
    }

    pub(super) fn edit(&mut self, document: DocumentId, edits: Vec<(Range<usize>, String)>) {
        self.0.push(Change::Edit(document, edits));
    }

    pub(super) fn remove(&mut self, document: DocumentId) {
        self.0.push(Change::Remove(document));
    }

    /// Under kustomize's `validators:` every item that is returned counts as changed: an empty list passes.
    pub(super) fn nothing_leaves(splits: &[Split<'_>]) -> Self {
        let of_split = |(at, split): (usize, &Split<'_>)| {
            (0..split.documents.len()).map(move |index| Change::Remove((at, index)))
        };
        Self(splits.iter().enumerate().flat_map(of_split).collect())
    }

    /// The sources with their changes: what is left to do is [`Rewrite::render`], which cannot fail.
    pub(super) fn decided<'s, 'a>(
        self,
        splits: &'s [Split<'a>],
        problems: &mut Problems,
    ) -> Vec<Rewrite<'s, 'a>> {
        let mut rewrites: Vec<Rewrite<'_, '_>> = splits.iter().map(Rewrite::new).collect();
        if let Some(json) = are_written_in_json(splits) {
            for rewrite in &mut rewrites {
                rewrite.in_json(json);
            }
        }
        for change in self.0 {
            let at = match &change {
                Change::Append(at, _) => *at,
                Change::Replace(id, _) | Change::Edit(id, _) | Change::Remove(id) => id.0,
            };
            let Some(rewrite) = rewrites.get_mut(at) else {
                continue;
            };
            match change {
                Change::Append(_, node) => rewrite.append(node),
                Change::Replace((_, index), node) => rewrite.replace(index, node),
                Change::Edit((_, index), edits) => rewrite.edit(index, edits),
                Change::Remove((_, index)) => rewrite.remove(index),
            }
        }
        problems.extend(rewrites.iter().flat_map(Rewrite::problems));
        rewrites
    }
}

/// Whether all placeholders stand in JSON: what is made of them looks like them, not like facts or the objects of others.
fn are_written_in_json(splits: &[Split<'_>]) -> Option<bool> {
    let is_placeholder = |document: &Document<'_>| {
        document.group() == GROUP && document.kind != OurKind::ClusterFacts.name()
    };
    let holds = |split: &&Split<'_>| split.documents.iter().any(is_placeholder);
    let mut written = splits.iter().filter(holds).map(Split::is_json).peekable();
    written.peek()?;
    Some(written.all(|json| json))
}
