//! Pools of which only the objects are seen.

use std::collections::BTreeMap;

use crate::api::gpu_machine_set::{Sharing, Taint};
use crate::operator::PoolView;
use crate::problem::Place;
use crate::types::ClusterId;

/// A pool as its sets show it.
#[derive(Debug)]
pub(crate) struct EarlierPool {
    pub(crate) cluster: ClusterId,
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) taints: Vec<Taint>,
    pub(crate) node_labels: BTreeMap<String, String>,
    pub(crate) accelerator: String,
    pub(crate) gpus_per_machine: Option<u32>,
    pub(crate) model: Option<&'static str>,
    pub(crate) sharing: Option<Sharing>,
    pub(crate) max_machines: u32,
    pub(crate) autoscaled: bool,
    pub(crate) zones: usize,
}

impl EarlierPool {
    /// Where it stands, whatever the field.
    pub(crate) fn place(&self) -> impl Fn(&str) -> Place {
        |_: &str| self.place.clone()
    }

    /// As the platform sees pools.
    pub(crate) fn view<'a>(&'a self, place: &'a dyn Fn(&str) -> Place) -> PoolView<'a> {
        PoolView {
            name: &self.name,
            place,
            taints: &self.taints,
            accelerator: &self.accelerator,
            gpus_per_machine: self.gpus_per_machine,
            max_machines: self.max_machines,
            autoscaled: self.autoscaled,
            earlier: true,
            zones: self.zones,
            sharing: self.sharing.as_ref(),
            model: self.model,
        }
    }
}
