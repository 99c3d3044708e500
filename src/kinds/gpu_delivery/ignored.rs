//! `ignoreDifferences`: fields of what is delivered that somebody else writes on the cluster.

use serde_json::{Value, json};

use crate::api::FROM;
use crate::cloud::{CLOUDS, FieldPath};
use crate::node_group;
use crate::plan::Delivered;

/// Kinds whose `replicas` something may scale.
const SCALED: [&str; 3] = ["Deployment", "ReplicaSet", "StatefulSet"];
/// Kinds that scale them.
const SCALERS: [(&str, &str); 2] = [
    ("autoscaling", "HorizontalPodAutoscaler"),
    ("keda.sh", "ScaledObject"),
];
/// Kinds into which a certificate is injected, and where.
const INJECTED: [(&str, &str, &str); 3] = [
    (
        "admissionregistration.k8s.io",
        "MutatingWebhookConfiguration",
        ".webhooks[]?.clientConfig.caBundle",
    ),
    (
        "admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration",
        ".webhooks[]?.clientConfig.caBundle",
    ),
    ("apiregistration.k8s.io", "APIService", ".spec.caBundle"),
];

/// Of a chart or a folder that delivers these kinds.
pub(super) fn of_kinds(kinds: &[(String, String)]) -> Vec<Value> {
    let has = |group: &str, kind: &str| kinds.iter().any(|one| one.0 == group && one.1 == kind);
    let mut entries = Vec::new();
    if SCALERS.iter().any(|(group, kind)| has(group, kind)) {
        let scaled = SCALED.iter().filter(|kind| has("apps", kind));
        entries.extend(scaled.map(
            |kind| json!({"group": "apps", "kind": kind, "jsonPointers": ["/spec/replicas"]}),
        ));
    }
    let injected = INJECTED.iter().filter(|(group, kind, _)| has(group, kind));
    entries.extend(injected.map(
        |(group, kind, path)| json!({"group": group, "kind": kind, "jqPathExpressions": [path]}),
    ));
    entries
}

/// Of pools: boot images, which the Machine Config Operator keeps up to date, and the replicas of scaled sets where Git
/// declares them. A pool has one name on every cluster, and its sets have one each.
pub(super) fn of_pools(delivered: &Delivered) -> Vec<Value> {
    let mut entries = Vec::new();
    for form in node_group::NODE_GROUPS {
        let machines = form
            .kinds()
            .iter()
            .find(|def| def.role == node_group::Role::Machines);
        let Some(def) = machines else { continue };
        let (mut pointers, mut expressions) = (Vec::new(), Vec::new());
        for path in CLOUDS.iter().flat_map(|cloud| cloud.profile().boot_images) {
            match path {
                FieldPath::JsonPointer(pointer) => pointers.push(Value::from(*pointer)),
                FieldPath::JqPath(expression) => expressions.push(Value::from(*expression)),
            }
        }
        expressions.extend(delivered.scaled.iter().map(|from| {
            let owner = format!(".metadata.annotations[\"{FROM}\"] == \"{from}\"");
            Value::from(format!("select({owner}) | .spec.replicas"))
        }));
        pointers.dedup();
        let mut entry = json!({"group": def.group, "kind": def.kind});
        for (key, paths) in [
            ("jsonPointers", pointers),
            ("jqPathExpressions", expressions),
        ] {
            if !paths.is_empty() {
                entry[key] = paths.into();
            }
        }
        entries.push(entry);
    }
    entries
}
