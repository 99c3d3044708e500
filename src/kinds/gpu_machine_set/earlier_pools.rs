//! Pools of which this run sees the sets and not the placeholder: under kustomize each placeholder may be a
//! transformer of its own, and sees what those before it made. What runs on all GPU nodes must reckon with them.

use std::collections::BTreeMap;

use crate::api::Owner;
use crate::catalog::Instance;
use crate::cloud;
use crate::krm::{Document, Node};
use crate::node_group::{self, NodeGroup, Scaled, Shows};
use crate::operator;
use crate::pool_face::PoolFace;
use crate::types::ClusterId;
use crate::types::machine_api::ACCELERATOR;

/// The pools of these documents' sets that are `made` and not those of a cluster, by cluster and name; without those
/// of `known` placeholders. Only what may be such a set is read: an input holds thousands of objects that are not.
pub(crate) fn pools<'a>(
    documents: impl Iterator<Item = &'a Document<'a>> + Clone,
    is_made: impl Fn(&Document<'_>) -> bool,
    known: &[String],
) -> Vec<PoolFace> {
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
    let scalers = scalers(documents, is_made);
    let mut pools: BTreeMap<(ClusterId, String), PoolFace> = BTreeMap::new();
    for (form, document, name) in sets {
        let Ok(node) = document.node() else { continue };
        let shown = form.shows(&node);
        // a cluster of such a name has no platform either: no facts can state it
        let Ok(cluster) = ClusterId::of_label(shown.cluster) else {
            continue;
        };
        let scaled = scalers.get(document.name.as_ref());
        let fixed = shown.replicas.unwrap_or(1);
        let most = scaled.map_or(fixed, |scaled| scaled.max);
        let least = scaled.map_or(fixed, |scaled| scaled.min.unwrap_or(0));
        let pool = pools
            .entry((cluster.clone(), name.clone()))
            .or_insert_with(|| pool(document, &node, &shown, (cluster, &name)));
        pool.min_machines = pool.min_machines.saturating_add(least);
        pool.max_machines = pool.max_machines.saturating_add(most);
        pool.autoscaled |= scaled.is_some();
        pool.zones += 1;
    }
    pools.into_values().collect()
}

/// What scales, by the name of the scaled set.
fn scalers<'a>(
    documents: impl Iterator<Item = &'a Document<'a>>,
    is_made: impl Fn(&Document<'_>) -> bool,
) -> BTreeMap<String, Scaled> {
    let scalers = documents.filter_map(|one| Some((node_group::scaler(one)?, one)));
    let scalers = scalers.filter(|(_, document)| is_made(document));
    let scaled = |(form, document): (&dyn NodeGroup, &Document<'_>)| {
        let scaled = form.scaled(&document.node().ok()?)?;
        Some((scaled.target.clone(), scaled))
    };
    scalers.filter_map(scaled).collect()
}

fn pool(
    document: &Document<'_>,
    node: &Node,
    shown: &Shows<'_>,
    (cluster, name): (ClusterId, &str),
) -> PoolFace {
    let taints = shown.taints.map(Node::items).unwrap_or_default().iter();
    let labels = shown.node_labels;
    let accelerator = labels.and_then(|labels| labels.str_at(&[ACCELERATOR]));
    let machine = shown.provider_spec.and_then(|value| {
        let cloud = cloud::of_spec(value)?;
        let instance_type = cloud.instance_type(value)?;
        let instance = cloud.instance(&instance_type);
        Some((instance_type.into_owned(), instance))
    });
    let (instance_type, instance) = machine.unzip();
    let instance: Option<Instance> = instance.flatten();
    PoolFace {
        cluster,
        name: name.to_owned(),
        place: document.place(node.span.clone(), "metadata.name"),
        placeholder: None,
        taints: taints
            .filter_map(|taint| serde_json::from_value(taint.to_json()).ok())
            .collect(),
        node_labels: (labels.map(Node::entries).unwrap_or_default().iter())
            .filter_map(|entry| Some((entry.key.clone(), entry.value.text()?.to_owned())))
            .collect(),
        accelerator: accelerator.unwrap_or_default().to_owned(),
        instance_type,
        instance,
        size: instance.as_ref().map(Instance::size),
        gpu: instance.as_ref().map(Instance::gpu),
        sharing: labels.and_then(operator::sharing_of),
        min_machines: 0,
        max_machines: 0,
        autoscaled: false,
        root_gib: None,
        zones: 0,
    }
}
