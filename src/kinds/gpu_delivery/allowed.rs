//! What the AppProject has to allow: the kinds and namespaces of what is delivered, and nothing else.

use crate::api::gpu_delivery::{Component, KindRef};
use crate::catalog::kinds::{self, KindRow};
use crate::kinds::{World, gpu_access, gpu_model};
use crate::krm::Document;
use crate::node_group::NODE_GROUPS;
use crate::operator;
use crate::plan::{Allowed, Delivered, Plan};
use crate::types::machine_api;

use super::hub;

/// What a component brings, as far as it is known.
pub(super) fn of(component: &Component, world: &World<'_>, delivered: &Delivered) -> Allowed {
    let mut allowed = Allowed::default();
    for kind in component.kinds.iter().flatten() {
        match kind {
            KindRef::Name(name) => {
                if let Some(row) = named(name) {
                    allowed.add(row.group, row.kind, row.namespaced);
                }
            }
            KindRef::Full(full) => {
                let scope = kinds::of(&full.group, &full.kind).map(|row| !row.namespaced);
                let cluster = full.cluster_scoped.or(scope).unwrap_or(false);
                allowed.add(&full.group, &full.kind, !cluster);
            }
        }
    }
    let brought = hub::documents(world.splits).map(|(_, document)| document);
    let brought = brought.filter(|document| is_of(document, &component.name));
    for node in brought.filter_map(|document| document.node().ok()) {
        allowed.object(&node);
    }
    if component.pools.is_some() && component.kinds.is_none() {
        allowed.extend(&pools(delivered));
    }
    allowed
}

/// A kind of the table, and none when several groups have one of its name.
pub(super) fn named(name: &str) -> Option<KindRow> {
    match kinds::called(name)[..] {
        [only] => Some(only),
        _ => None,
    }
}

fn is_of(document: &Document<'_>, component: &str) -> bool {
    document.mentions(hub::COMPONENT)
        && document.annotation(hub::COMPONENT).as_deref() == Some(component)
}

/// What pools and platforms become, of this plan and of those of a fleet before it.
pub(super) fn delivered(plan: &Plan) -> Delivered {
    let mut delivered = plan.delivered.clone();
    if plan.pools.is_empty() && plan.platforms.is_empty() {
        return delivered;
    }
    delivered.extend(&of_pools(plan));
    delivered.is_any = true;
    for made in &crate::kinds::objects(plan) {
        delivered.allowed.object(&made.node);
    }
    delivered
}

/// What is to know of pools beside their objects.
pub(crate) fn of_pools(plan: &Plan) -> Delivered {
    let mut delivered = Delivered::default();
    let declared = plan
        .pools
        .iter()
        .filter(|pool| pool.autoscaled && pool.groups.iter().any(|group| group.replicas.is_some()));
    delivered
        .scaled
        .extend(declared.map(|pool| pool.from().to_string()));
    let gpus = plan.pools.iter().map(|pool| pool.about.gpu);
    for gpu in gpus {
        delivered.has_unknown_gpus |= gpu.is_none();
        delivered.most_gpus = delivered.most_gpus.max(gpu.map(|gpu| gpu.count));
    }
    delivered
}

/// What the pools of the input become; without any, all that pools, platforms, who may use them and models can become.
fn pools(delivered: &Delivered) -> Allowed {
    if delivered.is_any {
        return delivered.allowed.clone();
    }
    let mut allowed = Allowed::default();
    for def in NODE_GROUPS.iter().flat_map(|form| form.kinds()) {
        allowed.add(def.group, def.kind, true);
    }
    allowed.namespaces.insert(machine_api::NAMESPACE.to_owned());
    let others = operator::kinds_of_all().chain(gpu_access::KINDS);
    let others = others.chain(gpu_model::KINDS);
    for (group, kind) in others {
        if let Some(row) = kinds::of(group, kind) {
            allowed.add(group, kind, row.namespaced);
        }
    }
    let namespaces = operator::namespaces_of_all();
    allowed
        .namespaces
        .extend(namespaces.into_iter().map(str::to_owned));
    allowed
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A case of each mode and version.
    const CASES: [&str; 8] = [
        include_str!("../../../testdata/render/access/profiles-as-asked/expected.yaml"),
        include_str!("../../../testdata/render/access/queues/expected.yaml"),
        include_str!("../../../testdata/render/access/quota-of-several-namespaces/expected.yaml"),
        include_str!("../../../testdata/render/access/seed-004-accelerators/expected.yaml"),
        include_str!("../../../testdata/render/model/llm-d-one-node/expected.yaml"),
        include_str!("../../../testdata/render/model/profile-auth-route/expected.yaml"),
        include_str!("../../../testdata/render/model/seed-004-fifteen-models/expected.yaml"),
        include_str!("../../../testdata/render/model/seed-004-fifteen-models-3-4/expected.yaml"),
    ];

    /// A project that was made without the pools still allows what a `GpuAccess` and a `GpuModel` of any case make.
    #[test]
    fn every_kind_of_access_and_models_is_known() {
        let mut seen = BTreeSet::new();
        for text in CASES {
            let source = crate::krm::Source::new("expected.yaml", text);
            let split = crate::krm::split(&source).unwrap();
            for document in &split.documents {
                let from = document.annotation(crate::api::FROM).unwrap_or_default();
                if from.starts_with("GpuAccess/") || from.starts_with("GpuModel/") {
                    seen.insert((document.group().to_owned(), document.kind.to_string()));
                }
            }
        }
        let listed = gpu_access::KINDS.into_iter().chain(gpu_model::KINDS);
        let listed = listed.map(|(group, kind)| (group.to_owned(), kind.to_owned()));
        let listed: BTreeSet<_> = listed.collect();
        assert!(seen.len() > 20 && seen.is_subset(&listed), "{seen:?}");
        for (group, kind) in listed {
            assert!(kinds::of(&group, &kind).is_some(), "{group} {kind}");
        }
    }
}
