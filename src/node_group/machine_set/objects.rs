//! MachineSets.

use std::collections::BTreeMap;

use super::strings;
use crate::api::gpu_machine_set::{Protection, Taint};
use crate::krm::Node;
use crate::plan::{Group, Pool};
use crate::types::machine_api::MACHINE_ROLES;
use crate::types::machine_api::{CLUSTER, MACHINE_SET, NAMESPACE};

const SYNC_OPTIONS: &str = "argocd.argoproj.io/sync-options";

/// The MachineSet of one zone.
pub(crate) fn of(pool: &Pool, set: &Group) -> Node {
    let mut labels = pool.own_labels.clone();
    labels.extend(set.kept_labels.clone());
    labels.insert(CLUSTER.to_owned(), pool.infra.to_string());
    let mut annotations = protected(pool);
    annotations.extend(set.capacity.clone());
    let metadata = Node::from([
        ("annotations", strings(&annotations)),
        ("labels", strings(&labels)),
        ("name", set.name.as_str().into()),
        ("namespace", NAMESPACE.into()),
    ]);
    let mut spec = Node::map::<&str>([]);
    if let Some(replicas) = set.replicas {
        spec.set("replicas", replicas);
    }
    let selector = [
        (CLUSTER.to_owned(), pool.infra.to_string()),
        (MACHINE_SET.to_owned(), set.selector.clone()),
    ];
    let selector = BTreeMap::from(selector);
    spec.set(
        "selector",
        Node::from([("matchLabels", strings(&selector))]),
    );
    spec.set("template", template(pool, set, selector));
    Node::from([
        ("apiVersion", "machine.openshift.io/v1beta1".into()),
        ("kind", "MachineSet".into()),
        ("metadata", metadata),
        ("spec", spec),
    ])
}

fn template(pool: &Pool, set: &Group, selector: BTreeMap<String, String>) -> Node {
    let mut labels = pool.machine_labels.clone();
    labels.extend(set.kept_labels.clone());
    labels.extend(selector);
    for role in MACHINE_ROLES {
        // a pool may keep the role of the sets that it took over
        let role = labels.entry(role.to_owned());
        role.or_insert_with(|| "worker".to_owned());
    }
    let node_metadata = Node::from([("labels", strings(&pool.node_labels))]);
    let provider_spec = Node::from([("value", set.provider_spec.clone())]);
    let mut spec = Node::from([("metadata", node_metadata), ("providerSpec", provider_spec)]);
    if !pool.taints.is_empty() {
        spec.set("taints", pool.taints.iter().map(taint).collect::<Vec<_>>());
    }
    Node::from([
        ("metadata", Node::from([("labels", strings(&labels))])),
        ("spec", spec),
    ])
}

fn taint(taint: &Taint) -> Node {
    let typed = k8s_openapi::api::core::v1::Taint {
        effect: taint.effect.as_str().to_owned(),
        key: taint.key.clone(),
        time_added: None,
        value: taint.value.clone(),
    };
    super::typed(&typed)
}

/// The annotations with Argo CD's protection, unless the placeholder's own options decide it.
fn protected(pool: &Pool) -> BTreeMap<String, String> {
    let mut annotations = pool.annotations();
    let value = match pool.protection {
        Protection::None => return annotations,
        Protection::Confirm => "confirm",
        Protection::Keep => "false",
    };
    let own = annotations.get(SYNC_OPTIONS).cloned().unwrap_or_default();
    let mut options: Vec<String> = own
        .split(',')
        .map(str::trim)
        .filter(|option| !option.is_empty())
        .map(str::to_owned)
        .collect();
    for option in ["Prune", "Delete"] {
        if !options
            .iter()
            .any(|known| known.starts_with(&format!("{option}=")))
        {
            options.push(format!("{option}={value}"));
        }
    }
    annotations.insert(SYNC_OPTIONS.to_owned(), options.join(","));
    annotations
}
