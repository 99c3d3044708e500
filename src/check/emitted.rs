//! The post-condition of cloning: nothing of the worker's own life is left in what we emit (machine-api fact sheet
//! §1.3), and what the Machine API needs is there.

use crate::krm::Node;
use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems};

/// Metadata that the server, a controller or a packaging tool owns.
const METADATA: [&str; 9] = [
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "selfLink",
    "managedFields",
    "ownerReferences",
    "finalizers",
    "deletionTimestamp",
];

/// Annotations and labels that never survive a clone: a whole key, or a prefix that ends with `/`.
const KEYS: [&str; 16] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "machine.openshift.io/vCPU",
    "machine.openshift.io/memoryMb",
    "machine.openshift.io/GPU",
    "capacity.cluster-autoscaler.kubernetes.io/",
    "machine.openshift.io/cluster-api-autoscaler-node-group-min-size",
    "machine.openshift.io/cluster-api-autoscaler-node-group-max-size",
    "autoscaling.openshift.io/machineautoscaler",
    "hive.openshift.io/",
    "internal.config.kubernetes.io/",
    "internal.config.k8s.io/",
    "config.kubernetes.io/",
    "config.k8s.io/",
    "kustomize.config.k8s.io/",
    "internal.kpt.dev/",
    "alpha.config.kubernetes.io/",
];

/// Reports whatever must not be there.
pub(crate) fn check(plan: &Plan, manifests: &[Manifest], problems: &mut Problems) {
    for manifest in manifests {
        let node = &manifest.node;
        let mut left = Vec::new();
        if node.get("status").is_some() {
            left.push("status".to_owned());
        }
        for metadata in [
            node.get("metadata"),
            node.at(&["spec", "template", "metadata"]),
        ]
        .into_iter()
        .flatten()
        {
            left.extend(metadata_relics(metadata));
        }
        for path in ["providerID", "authoritativeAPI"] {
            if node
                .at(&["spec", "template", "spec", path])
                .or(node.at(&["spec", path]))
                .is_some()
            {
                left.push(format!("spec.{path}"));
            }
        }
        if node
            .at(&[
                "spec",
                "template",
                "spec",
                "providerSpec",
                "value",
                "metadata",
            ])
            .is_some()
        {
            left.push("providerSpec.value.metadata".to_owned());
        }
        if left.is_empty() {
            continue;
        }
        let kind = node.str_at(&["kind"]).unwrap_or("");
        let name = node.str_at(&["metadata", "name"]).unwrap_or("");
        let message = format!("{kind} `{name}` would carry {}", left.join(", "));
        if let Some(pool) = plan.pools.get(manifest.pool) {
            problems.push(Problem::new(
                &rule::POSTCONDITION,
                pool.place.clone(),
                message,
            ));
        }
    }
}

fn metadata_relics(metadata: &Node) -> Vec<String> {
    let fields = METADATA
        .iter()
        .filter(|field| metadata.get(field).is_some());
    let mut left: Vec<String> = fields.map(|field| (*field).to_owned()).collect();
    for map in ["annotations", "labels"] {
        for entry in metadata.get(map).map(Node::entries).unwrap_or_default() {
            if is_bookkeeping(&entry.key) {
                left.push(entry.key.clone());
            }
        }
    }
    left
}

/// Whether a key belongs to a controller or tool, not to the object's author.
pub(crate) fn is_bookkeeping(key: &str) -> bool {
    KEYS.iter()
        .any(|known| key == *known || (known.ends_with('/') && key.starts_with(known)))
}
