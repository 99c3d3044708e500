//! Pools of which this run sees the sets and not the placeholder: under kustomize each placeholder may be a
//! transformer of its own, and sees what those before it made. What runs on all GPU nodes must reckon with them.

use std::collections::BTreeMap;

use crate::api::Owner;
use crate::cloud;
use crate::krm::{Document, Node};
use crate::node_group::{self, NodeGroup, Shows};
use crate::operator;
use crate::plan::EarlierPool;
use crate::types::ClusterId;
use crate::types::machine_api::ACCELERATOR;

/// The pools of these documents' sets that are `made` and not those of a cluster, by cluster and name; without those
/// of `known` placeholders. Only what may be such a set is read: an input holds thousands of objects that are not.
pub(crate) fn pools<'a>(
    documents: impl Iterator<Item = &'a Document<'a>> + Clone,
    is_made: impl Fn(&Document<'_>) -> bool,
    known: &[String],
) -> Vec<EarlierPool> {
    let sets = documents.clone().filter_map(|document| {
        let form = node_group::with_machines(document)?;
        let owner = Owner::of(document)?;
        let name = owner.pool()?.to_owned();
        (!known.contains(&name) && is_made(document)).then_some((form, document, name))
    });
    let sets: Vec<(&dyn NodeGroup, &Document<'_>, String)> = sets.collect();
    if sets.is_empty() {
        return Vec::new();
    }
    let limits = limits(documents, is_made);
    let mut pools: BTreeMap<(ClusterId, String), EarlierPool> = BTreeMap::new();
    for (form, document, name) in sets {
        let Ok(node) = document.node() else { continue };
        let shown = form.shows(&node);
        // a cluster of such a name has no platform either: no facts can state it
        let Ok(cluster) = ClusterId::of_label(shown.cluster) else {
            continue;
        };
        let most = limits.get(document.name.as_ref()).copied();
        let machines = most.or(shown.replicas).unwrap_or(1);
        let pool = pools
            .entry((cluster.clone(), name.clone()))
            .or_insert_with(|| pool(document, &node, &shown, (cluster, &name)));
        pool.max_machines = pool.max_machines.saturating_add(machines);
        pool.autoscaled |= most.is_some();
        pool.zones += 1;
    }
    pools.into_values().collect()
}

/// Machines at the most, by the name of the scaled set.
fn limits<'a>(
    documents: impl Iterator<Item = &'a Document<'a>>,
    is_made: impl Fn(&Document<'_>) -> bool,
) -> BTreeMap<String, u32> {
    let scalers = documents.filter_map(|one| Some((node_group::scaler(one)?, one)));
    let scalers = scalers.filter(|(_, document)| is_made(document));
    let limit = |(form, document): (&dyn NodeGroup, &Document<'_>)| {
        let scaled = form.scaled(&document.node().ok()?)?;
        Some((scaled.target, scaled.max))
    };
    scalers.filter_map(limit).collect()
}

fn pool(
    document: &Document<'_>,
    node: &Node,
    shown: &Shows<'_>,
    (cluster, name): (ClusterId, &str),
) -> EarlierPool {
    let taints = shown.taints.map(Node::items).unwrap_or_default().iter();
    let labels = shown.node_labels;
    let accelerator = labels.and_then(|labels| labels.str_at(&[ACCELERATOR]));
    let instance = shown.provider_spec.and_then(|value| {
        let cloud = cloud::of_spec(value)?;
        cloud.instance(cloud.instance_type(value)?)
    });
    EarlierPool {
        cluster,
        name: name.to_owned(),
        place: document.place(node.span.clone(), "metadata.name"),
        taints: taints
            .filter_map(|taint| serde_json::from_value(taint.to_json()).ok())
            .collect(),
        node_labels: (labels.map(Node::entries).unwrap_or_default().iter())
            .filter_map(|entry| Some((entry.key.clone(), entry.value.text()?.to_owned())))
            .collect(),
        accelerator: accelerator.unwrap_or_default().to_owned(),
        gpus_per_machine: instance.as_ref().map(|instance| instance.gpus),
        model: instance.map(|instance| instance.board()),
        sharing: labels.and_then(operator::sharing_of),
        max_machines: 0,
        autoscaled: false,
        zones: 0,
    }
}
