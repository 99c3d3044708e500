//! What a cluster adds to any object by itself (server metadata, annotations of controllers), and what tools write for
//! themselves. What it adds to the objects of pools, their form knows.

use crate::api::FROM;
use crate::krm::{Node, is_tool_key};
use crate::node_group::NodeGroup;
use crate::types::metadata_keys::{Reader, is_foreign};

/// Fields of `metadata` that people write.
const METADATA: [&str; 5] = ["name", "generateName", "namespace", "labels", "annotations"];

/// Removes from the live object what only the cluster or an operator says of it.
pub(super) fn settle(
    form: Option<&dyn NodeGroup>,
    live: &mut Node,
    rendered: &mut Node,
    autoscaled: bool,
) {
    let maps: [&[&str]; 4] = [
        &["metadata", "annotations"],
        &["metadata", "labels"],
        &["spec", "template", "metadata", "labels"],
        &["spec", "template", "spec", "metadata", "labels"],
    ];
    for path in maps {
        let stated = rendered.at(path).map(keys).unwrap_or_default();
        let own =
            |key: &str| is_foreign(key, Reader::Diff) && !stated.iter().any(|known| known == key);
        if let Some(map) = live.at_mut(path) {
            map.entries_mut().retain(|entry| !own(&entry.key));
        }
    }
    if let Some(form) = form {
        form.settle(live, rendered, autoscaled);
    }
}

fn keys(node: &Node) -> Vec<String> {
    node.entries()
        .iter()
        .map(|entry| entry.key.clone())
        .collect()
}

/// Removes what says nothing: server fields, bookkeeping, defaults, empty relics.
pub(super) fn clean(form: Option<&dyn NodeGroup>, node: &mut Node) {
    node.remove("status");
    for path in [&["metadata"][..], &["spec", "template", "metadata"]] {
        if let Some(metadata) = node.at_mut(path) {
            metadata
                .entries_mut()
                .retain(|entry| METADATA.contains(&entry.key.as_str()));
        }
    }
    if let Some(annotations) = node.at_mut(&["metadata", "annotations"]) {
        let own = |key: &str| key == FROM || is_tool_key(key);
        annotations.entries_mut().retain(|entry| !own(&entry.key));
    }
    if let Some(form) = form {
        form.clean(node);
    }
    node.remove_empty(&["metadata", "annotations"]);
    node.remove_empty(&["metadata", "labels"]);
}
