//! The post-condition of cloning: nothing of the worker's own life is left in what we emit (machine-api fact sheet
//! §1.3), and what the Machine API needs is there.

use crate::cloud;
use crate::krm::Node;
use crate::plan::{Made, Plan};
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems};
use crate::types::metadata_keys::{Reader, SERVER_FIELDS, is_foreign};

/// Reports whatever must not be there.
pub(crate) fn check(plan: &Plan, manifests: &[Made], problems: &mut Problems) {
    // what is missing was said where its cure is; without an error it is a defect of ours
    let was_said = problems.has_errors();
    for manifest in manifests {
        let Some(pool) = manifest.pool.and_then(|pool| plan.pools.get(pool)) else {
            continue;
        };
        // what the placeholder itself carries was checked where it was read
        let own = pool.own_labels.keys().chain(pool.own_annotations.keys());
        let own: Vec<&str> = own.map(String::as_str).collect();
        let kind = manifest.node.str_at(&["kind"]).unwrap_or("");
        let name = manifest.node.str_at(&["metadata", "name"]).unwrap_or("");
        let mut defect = |what: &str, found: &[String]| {
            if !found.is_empty() {
                let message = format!("{kind} `{name}` would {what} {}", found.join(", "));
                let place = pool.place.clone();
                problems.push(Problem::new(&rule::POSTCONDITION, place, message));
            }
        };
        defect("carry", &relics(&manifest.node, &own));
        if !was_said {
            defect("lack", &lacks(&manifest.node));
        }
    }
}

/// What admission requires, on UPDATE too, and is not there.
fn lacks(node: &Node) -> Vec<String> {
    let spec = node.at(&["spec", "template", "spec", "providerSpec", "value"]);
    spec.map_or_else(Vec::new, cloud::missing)
}

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

fn relics(node: &Node, own: &[&str]) -> Vec<String> {
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
