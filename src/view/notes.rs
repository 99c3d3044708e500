//! What to know before a plan is applied.

use std::collections::BTreeMap;

use super::words::count;
use super::{Note, Pool};
use crate::api::gpu_machine_set::Market;
use crate::cloud;
use crate::plan;

/// Notes of one pool.
pub(super) fn of_pool(pool: &plan::Pool) -> Vec<Note> {
    let about = &pool.about;
    let mut notes = Vec::new();
    let mut note = |code, text| notes.push(Note { code, text });
    let unstated = pool.groups.iter().filter(|set| set.replicas.is_none());
    match unstated.count() {
        0 => {}
        1 => note(
            "first-machines",
            format!("costs one machine at first: {UNSTATED}"),
        ),
        sets => note(
            "first-machines",
            format!("costs {sets} machines at first, one per zone: {UNSTATED}"),
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
    if about.instance.is_none() {
        note(
            "unknown-type",
            format!(
                "{} is not in the catalogue: its GPUs, vCPU and memory are not known and not counted",
                about.instance_type
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

const UNSTATED: &str = "`replicas` is not given, and the API starts a new MachineSet with 1; the autoscaler takes away what nobody uses, down to `min`";

/// Notes of one cluster: quotas count all its pools, and all that runs in the account's region besides.
pub(super) fn of_cluster(platform: &str, pools: &[Pool]) -> Vec<Note> {
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
    let note = |(name, vcpu): (String, u64)| Note {
        code: "quota",
        text: format!(
            "needs up to {} of the quota {name}, beside what runs in the region already",
            count(vcpu, "vCPU", "vCPU")
        ),
    };
    quotas.into_iter().map(note).collect()
}
