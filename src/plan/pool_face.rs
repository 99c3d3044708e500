//! What others may know of a pool, whether it is planned in this run or seen by its objects alone.

use std::collections::BTreeMap;

use super::{EarlierPool, Pool};
use crate::api::gpu_machine_set::{Sharing, Taint};
use crate::types::ClusterId;

#[allow(
    dead_code,
    reason = "the first kind that builds on pools is about to use it"
)]
/// The public face of a pool.
#[derive(Clone, Debug)]
pub(crate) struct PoolFace<'a> {
    /// The name of its placeholder.
    pub(crate) name: &'a str,
    /// Its cluster.
    pub(crate) cluster: ClusterId,
    /// Taints of its nodes.
    pub(crate) taints: &'a [Taint],
    /// Labels of its nodes.
    pub(crate) node_labels: &'a BTreeMap<String, String>,
    /// Node label `cluster-api/accelerator`.
    pub(crate) accelerator: &'a str,
    /// GPUs of one machine; unknown for types outside the catalogue.
    pub(crate) gpus_per_machine: Option<u32>,
    /// The model with its memory, as the catalogue has it.
    pub(crate) board: Option<&'static str>,
    /// One GPU for several pods.
    pub(crate) sharing: Option<&'a Sharing>,
    /// Machines at the most, in all zones.
    pub(crate) max_machines: u32,
    /// Whether an autoscaler decides how many there are.
    pub(crate) autoscaled: bool,
    /// Zones, or groups of machines where they have none.
    pub(crate) zones: usize,
    /// Sync wave of its objects.
    pub(crate) wave: Option<i32>,
}

impl<'a> From<&'a Pool> for PoolFace<'a> {
    fn from(pool: &'a Pool) -> Self {
        Self {
            name: &pool.name,
            cluster: ClusterId::from(Some(&pool.infra)),
            taints: &pool.taints,
            node_labels: &pool.node_labels,
            accelerator: &pool.accelerator,
            gpus_per_machine: pool.gpus_per_machine,
            board: pool.board,
            sharing: pool.sharing.as_ref(),
            max_machines: pool.max_machines,
            autoscaled: pool.autoscaled,
            zones: pool.groups.len(),
            wave: pool.wave,
        }
    }
}

impl<'a> From<&'a EarlierPool> for PoolFace<'a> {
    fn from(pool: &'a EarlierPool) -> Self {
        Self {
            name: &pool.name,
            cluster: pool.cluster.clone(),
            taints: &pool.taints,
            node_labels: &pool.node_labels,
            accelerator: &pool.accelerator,
            gpus_per_machine: pool.gpus_per_machine,
            board: pool.model,
            sharing: pool.sharing.as_ref(),
            max_machines: pool.max_machines,
            autoscaled: pool.autoscaled,
            zones: pool.zones,
            wave: None,
        }
    }
}
