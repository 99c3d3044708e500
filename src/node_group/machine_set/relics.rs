//! What a clone must not carry over: nothing of the worker's own life is left in what we emit (machine-api fact sheet
//! §1.3).

use crate::krm::Node;
use crate::types::metadata_keys::{Reader, SERVER_FIELDS, is_foreign};

/// Fields that a MachineSet gets from its cluster.
const FIELDS: [&[&str]; 5] = [
    &["status"],
    &["spec", "authoritativeAPI"],
    &["spec", "template", "spec", "authoritativeAPI"],
    &["spec", "template", "spec", "providerID"],
    &[
        "spec",
        "template",
        "spec",
        "providerSpec",
        "value",
        "metadata",
    ],
];

/// What is left of another life.
pub(super) fn of(node: &Node, own: &[&str]) -> Vec<String> {
    let fields = FIELDS.iter().filter(|path| node.at(path).is_some());
    let mut left: Vec<String> = fields.map(|path| path.join(".")).collect();
    let metadata = [
        node.get("metadata"),
        node.at(&["spec", "template", "metadata"]),
    ];
    for metadata in metadata.into_iter().flatten() {
        left.extend(metadata_relics(metadata, own));
    }
    left
}

fn metadata_relics(metadata: &Node, own: &[&str]) -> Vec<String> {
    let fields = SERVER_FIELDS
        .iter()
        .filter(|field| metadata.get(field).is_some());
    let mut left: Vec<String> = fields.map(|field| (*field).to_owned()).collect();
    for map in ["annotations", "labels"] {
        for entry in metadata.get(map).map(Node::entries).unwrap_or_default() {
            if is_foreign(&entry.key, Reader::Made) && !own.contains(&entry.key.as_str()) {
                left.push(entry.key.clone());
            }
        }
    }
    left
}
