//! What to know before a plan is applied.

use std::collections::BTreeMap;

use super::words::count;
use super::{ClusterAutoscaler, Note, Pool, Quota, autoscaler};
use crate::api::gpu_machine_set::Market;
use crate::cloud;
use crate::plan::{self, Autoscaler, Standing};

/// Notes of one pool.
pub(super) fn of_pool(pool: &plan::Pool, autoscaler: &Autoscaler) -> Vec<Note> {
    let about = &pool.about;
    let mut notes = Vec::new();
    let mut note = |code, text| notes.push(Note { code, text });
    let why = unstated(autoscaler);
    let unstated = pool.groups.iter().filter(|set| set.replicas.is_none());
    match unstated.count() {
        0 => {}
        1 => note(
            "first-machines",
            format!(
                "costs one machine at first where its set is new, and one that is there keeps its number: {why}"
            ),
        ),
        sets => note(
            "first-machines",
            format!(
                "costs {sets} machines at first, one per zone, where its sets are new, and one that is there keeps its number: {why}"
            ),
        ),
    }
    match (about.market, &about.max_price) {
        (Market::Spot, Some(price)) => note("spot", format!("spot machines for {price} US dollars an hour at the most: the cloud may take them back at any time")),
        (Market::Spot, None) => note("spot", "spot machines, for the on-demand price at the most: the cloud may take them back at any time".to_owned()),
        _ => {}
    }
    if let Some(id) = &about.capacity_reservation {
        note(
            "capacity-reservation",
            format!(
                "machines start in capacity reservation {id}; what is beyond it stays in provisioning"
            ),
        );
    }
    if about.size.is_none() {
        note(
            "unknown-type",
            format!(
                "{} is not in the catalogue: its {}vCPU and memory are not known and not counted",
                about.instance_type,
                if about.gpu.is_some() { "" } else { "GPUs, " }
            ),
        );
    }
    if pool.groups.iter().any(|set| set.template.is_none()) {
        note(
            "built-from-facts",
            "built from facts alone: no worker MachineSet is there to clone".to_owned(),
        );
    }
    notes
}

/// Why a set has machines although `replicas` is not given, and what becomes of them.
fn unstated(autoscaler: &Autoscaler) -> String {
    let then = match (autoscaler.scales_down, autoscaler.standing) {
        (Some(true), _) => "the autoscaler takes away what nobody uses, down to `min`",
        (Some(false), _) => {
            "nothing takes them away, since the ClusterAutoscaler does not scale down"
        }
        (None, Standing::Absent) => {
            "nothing takes them away, since the cluster has no ClusterAutoscaler"
        }
        (None, _) => {
            "only a ClusterAutoscaler that scales down takes away what nobody uses, and none is shown"
        }
    };
    format!("`replicas` is not given, and the API starts a new MachineSet with 1; {then}")
}

/// What scales the pools.
pub(super) fn of_autoscaler(autoscaler: Option<&ClusterAutoscaler>) -> Option<Note> {
    autoscaler.map(|one| Note {
        code: "cluster-autoscaler",
        text: autoscaler::sentence(one),
    })
}

/// Notes of one cluster. A quota counts all that runs in the account's region besides.
pub(super) fn of_cluster(quotas: &[Quota], autoscaler: Option<&ClusterAutoscaler>) -> Vec<Note> {
    let note = |quota: &Quota| Note {
        code: "quota",
        text: format!(
            "needs up to {} of the quota {}, beside what runs in the region already",
            count(quota.vcpu, "vCPU", "vCPU"),
            quota.name
        ),
    };
    let quotas = quotas.iter().map(note);
    of_autoscaler(autoscaler)
        .into_iter()
        .chain(quotas)
        .collect()
}

/// What the pools of a cluster need of each quota.
pub(super) fn quotas(platform: &str, pools: &[Pool]) -> Vec<Quota> {
    let mut quotas: BTreeMap<String, u64> = BTreeMap::new();
    for pool in pools.iter().filter(|pool| pool.market != "CapacityBlock") {
        let vcpu = pool.totals.max.vcpu;
        if pool.machine.is_none() {
            continue;
        }
        let name = cloud::find(platform)
            .and_then(|cloud| (cloud.profile().quota)(&pool.instance_type, pool.market == "Spot"));
        let name = name.map_or_else(
            || format!("vCPU of machines like {}", pool.instance_type),
            |name| format!("`{name}`"),
        );
        *quotas.entry(name).or_default() += vcpu;
    }
    let quota = |(name, vcpu)| Quota { name, vcpu };
    quotas.into_iter().map(quota).collect()
}
