//! What a cluster adds by itself (fact sheet machine-api §1.4: defaulting on creation, annotations of controllers,
//! server metadata), and what tools write for themselves.

use crate::api::FROM;
use crate::cloud;
use crate::krm::{Kind, Node, emit, is_tool_key};
use crate::types::metadata_keys::{Reader, is_foreign};

/// Fields of `metadata` that people write.
const METADATA: [&str; 5] = ["name", "generateName", "namespace", "labels", "annotations"];
/// Fields that mean the same as nothing when they hold this.
const DEFAULTS: [(&[&str], &str); 6] = [
    (&["spec", "authoritativeAPI"], "\"MachineAPI\""),
    (&["spec", "deletePolicy"], "\"\""),
    (&["spec", "deletePolicy"], "\"Random\""),
    (&["spec", "minReadySeconds"], "0"),
    (
        &["spec", "template", "spec", "authoritativeAPI"],
        "\"MachineAPI\"",
    ),
    (&["spec", "template", "spec", "taints"], "[]"),
];

/// Path of the provider spec in a MachineSet.
pub(super) const PROVIDER_SPEC: [&str; 5] = ["spec", "template", "spec", "providerSpec", "value"];

/// Removes from the live object what only the cluster or an operator says of it.
pub(super) fn settle(live: &mut Node, rendered: &mut Node, autoscaled: bool) {
    // machines of a live set get it when they are made; what is rendered has to say it
    if let Some(spec) = get_mut(live, &PROVIDER_SPEC) {
        cloud::fill_in(spec);
    }
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
        if let Some(map) = get_mut(live, path) {
            map.entries_mut().retain(|entry| !own(&entry.key));
        }
    }
    let replicas = ["spec", "replicas"];
    let is_set = live.str_at(&["kind"]) == Some("MachineSet");
    if is_set && (autoscaled || rendered.at(&replicas).is_none()) {
        remove(live, &replicas);
        remove(rendered, &replicas);
    }
}

fn keys(node: &Node) -> Vec<String> {
    node.entries()
        .iter()
        .map(|entry| entry.key.clone())
        .collect()
}

/// Removes what says nothing: server fields, bookkeeping, defaults, empty relics.
pub(super) fn clean(node: &mut Node) {
    node.remove("status");
    for path in [&["metadata"][..], &["spec", "template", "metadata"]] {
        if let Some(metadata) = get_mut(node, path) {
            metadata
                .entries_mut()
                .retain(|entry| METADATA.contains(&entry.key.as_str()));
        }
    }
    if let Some(annotations) = get_mut(node, &["metadata", "annotations"]) {
        let own = |key: &str| key == FROM || is_tool_key(key);
        annotations.entries_mut().retain(|entry| !own(&entry.key));
    }
    for (path, default) in DEFAULTS {
        if node
            .at(path)
            .is_some_and(|value| emit::flow(value) == default)
        {
            remove(node, path);
        }
    }
    taints(node);
    if let Some(spec) = get_mut(node, &PROVIDER_SPEC) {
        cloud::drop_defaults(spec);
    }
    let relics: [&[&str]; 8] = [
        &["metadata", "annotations"],
        &["metadata", "labels"],
        &["spec", "template", "metadata", "labels"],
        &["spec", "template", "metadata", "annotations"],
        &["spec", "template", "metadata"],
        &["spec", "template", "spec", "lifecycleHooks"],
        &["spec", "template", "spec", "metadata", "labels"],
        &["spec", "template", "spec", "metadata"],
    ];
    for path in relics {
        if node
            .at(path)
            .is_some_and(|relic| relic.is_empty() || relic.is_null())
        {
            remove(node, path);
        }
    }
}

/// The order of taints means nothing, and neither does an empty value.
fn taints(node: &mut Node) {
    let Some(taints) = get_mut(node, &["spec", "template", "spec", "taints"]) else {
        return;
    };
    if !matches!(taints.kind, Kind::List(_)) {
        return;
    }
    for taint in taints.items_mut() {
        if taint
            .get("value")
            .is_some_and(|value| value.text() == Some(""))
        {
            taint.remove("value");
        }
        taint.remove("timeAdded");
    }
    let key = |taint: &Node| {
        let text = |key| taint.get(key).and_then(Node::text).unwrap_or("").to_owned();
        (text("key"), text("effect"), text("value"))
    };
    taints.items_mut().sort_by_key(key);
}

/// The value at a path, to edit; nothing is made on the way.
fn get_mut<'n>(node: &'n mut Node, path: &[&str]) -> Option<&'n mut Node> {
    path.iter().try_fold(node, |node, key| node.get_mut(key))
}

fn remove(node: &mut Node, path: &[&str]) {
    if let Some((key, parents)) = path.split_last()
        && let Some(parent) = get_mut(node, parents)
    {
        parent.remove(key);
    }
}
