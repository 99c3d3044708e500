//! Nodes with GPUs of a dump.

use crate::krm::{Document, Node, Split};

/// Labels that tell a node's GPUs.
const TELLING: [&str; 2] = ["cluster-api/accelerator", "nvidia.com/gpu.product"];
const CAPACITY: [&str; 3] = ["status", "capacity", "nvidia.com/gpu"];
const ZONE: &str = "topology.kubernetes.io/zone";
const INSTANCE_TYPE: &str = "node.kubernetes.io/instance-type";

/// Each as ClusterFacts lists it, sorted by name.
pub(super) fn read(splits: &[Split<'_>]) -> Vec<Node> {
    let documents = splits.iter().flat_map(|split| &split.documents);
    let nodes = documents.filter(|document| document.is("", "Node"));
    let mut entries: Vec<(String, Node)> = nodes.filter_map(entry).collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries.dedup_by(|a, b| a.0 == b.0);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// GPUs of a node, as its device plugin counts them.
fn entry(document: &Document<'_>) -> Option<(String, Node)> {
    // one that cannot be read says so where it is wanted
    let node = document.node().ok()?;
    let gpus: u32 = node.at(&CAPACITY)?.text()?.parse().ok()?;
    if gpus == 0 {
        return None;
    }
    let label = |key: &str| node.at(&["metadata", "labels", key])?.text();
    let mut entry = Node::from([("name", Node::from(document.name.as_ref()))]);
    for (field, key) in [("zone", ZONE), ("instanceType", INSTANCE_TYPE)] {
        if let Some(value) = label(key) {
            entry.set(field, value);
        }
    }
    entry.set("gpus", gpus);
    let telling = TELLING
        .into_iter()
        .filter_map(|key| Some((key, Node::from(label(key)?))));
    let telling = Node::map(telling);
    if !telling.is_empty() {
        entry.set("labels", telling);
    }
    Some((document.name.to_string(), entry))
}
