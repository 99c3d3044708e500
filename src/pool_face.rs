//! The public face of a pool: all that others may know of it, whether this run plans it or sees its objects alone.

use std::collections::BTreeMap;

use crate::api::gpu_machine_set::{Sharing, Taint};
use crate::catalog::{Gpu, Instance, Size};
use crate::problem::Place;
use crate::types::ClusterId;

/// What operators, platforms and other kinds know of a pool.
#[derive(Clone, Debug)]
pub(crate) struct PoolFace {
    /// The name of its placeholder.
    pub(crate) name: String,
    /// Its cluster.
    pub(crate) cluster: ClusterId,
    /// Where its placeholder stands, or the first of its objects.
    pub(crate) place: Place,
    /// Index of its placeholder in this run; `None` when only its objects are seen, which an earlier run made.
    pub(crate) placeholder: Option<usize>,
    /// Taints of its nodes.
    pub(crate) taints: Vec<Taint>,
    /// Labels that its nodes have from their template on, also before there is one.
    pub(crate) node_labels: BTreeMap<String, String>,
    /// Node label `cluster-api/accelerator`; empty when nobody sees it.
    pub(crate) accelerator: String,
    /// Instance type, as the cloud spells it; unknown when no object says it.
    pub(crate) instance_type: Option<String>,
    /// What the catalogue knows of that type.
    pub(crate) instance: Option<Instance>,
    /// Processors and memory of each machine: by the catalogue, by the flavor, or as the pool states them.
    pub(crate) size: Option<Size>,
    /// The GPUs of each machine, by the catalogue or as the pool states them.
    pub(crate) gpu: Option<Gpu>,
    /// One GPU for several pods.
    pub(crate) sharing: Option<Sharing>,
    /// Machines at the least, in all zones.
    pub(crate) min_machines: u32,
    /// Machines at the most, in all zones.
    pub(crate) max_machines: u32,
    /// Whether an autoscaler decides how many there are.
    pub(crate) autoscaled: bool,
    /// GiB of the disk that a machine boots from; unknown when nothing says it.
    pub(crate) root_gib: Option<u32>,
    /// Zones, or groups of machines where they have none.
    pub(crate) zones: usize,
}

impl PoolFace {
    /// Whether only its objects are seen.
    pub(crate) fn is_earlier(&self) -> bool {
        self.placeholder.is_none()
    }

    /// GPUs of one machine, as far as the catalogue or the pool says.
    pub(crate) fn gpus_per_machine(&self) -> Option<u32> {
        self.gpu.map(|gpu| gpu.count)
    }

    /// The model with its memory, which decides how a GPU can be cut.
    pub(crate) fn board(&self) -> Option<&'static str> {
        match self.instance {
            Some(instance) => Some(instance.board()),
            None => self.gpu?.model,
        }
    }
}
