//! MachineSets as a cluster holds them (fact sheet machine-api §1.4: defaulting on creation), and what a change does to
//! their machines.

use crate::cloud;
use crate::krm::{Kind, Node, emit};
use crate::node_group::{Impact, KindDef, Role};
use crate::types::machine_api::PROVIDER_SPEC;

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

const REPLICAS: [&str; 2] = ["spec", "replicas"];

/// Takes away what admission fills in, and the replicas that an autoscaler decides.
pub(super) fn settle(live: &mut Node, rendered: &mut Node, autoscaled: bool) {
    // machines of a live set get it when they are made; what is rendered has to say it
    if let Some(spec) = live.at_mut(&PROVIDER_SPEC) {
        cloud::fill_in(spec);
    }
    if autoscaled || rendered.at(&REPLICAS).is_none() {
        live.remove_at(&REPLICAS);
        rendered.remove_at(&REPLICAS);
    }
}

/// Takes away defaults and empty relics.
pub(super) fn clean(node: &mut Node) {
    for (path, default) in DEFAULTS {
        let value = node.at(path);
        if value.is_some_and(|value| emit::flow(value) == default) {
            node.remove_at(path);
        }
    }
    taints(node);
    if let Some(spec) = node.at_mut(&PROVIDER_SPEC) {
        cloud::drop_defaults(spec);
    }
    let relics: [&[&str]; 6] = [
        &["spec", "template", "metadata", "labels"],
        &["spec", "template", "metadata", "annotations"],
        &["spec", "template", "metadata"],
        &["spec", "template", "spec", "lifecycleHooks"],
        &["spec", "template", "spec", "metadata", "labels"],
        &["spec", "template", "spec", "metadata"],
    ];
    for path in relics {
        node.remove_empty(path);
    }
}

/// The order of taints means nothing, and neither does an empty value.
fn taints(node: &mut Node) {
    let Some(taints) = node.at_mut(&["spec", "template", "spec", "taints"]) else {
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

/// What a change of a field does.
pub(super) fn impact(kind: &KindDef, path: &[&str]) -> Impact {
    match (kind.role, path) {
        (_, []) | (Role::Machines, ["spec", "replicas"]) | (Role::Scaler, ["spec", ..]) => {
            Impact::Scales
        }
        (Role::Machines, ["spec", "selector", ..]) => Impact::Refused,
        (Role::Machines, ["spec", "template", ..]) => Impact::NewMachines,
        _ => Impact::Harmless,
    }
}

/// Whether a change takes away one of these fields of the provider spec, or a map that holds one.
pub(super) fn removes(lacking: &[String], path: &[&str]) -> bool {
    let Some(field) = path.strip_prefix(&PROVIDER_SPEC[..]) else {
        return false;
    };
    let field = field.join(".");
    let below = |one: &String| {
        one.strip_prefix(&field)
            .is_some_and(|rest| matches!(rest.as_bytes(), [] | [b'.', ..]))
    };
    lacking.iter().any(below)
}
