//! A model that is served, decided.

use crate::api::gpu_model::Engine;
use crate::catalog::ServedModel;
use crate::fit::Fit;
use crate::krm::Node;
use crate::plan::Offer;
use crate::problem::Place;
use crate::types::ClusterId;

/// What a `GpuModel` decides.
#[derive(Debug)]
pub(crate) struct Model {
    /// Its name, and that of its InferenceService.
    pub(crate) name: String,
    /// Its namespace.
    pub(crate) namespace: String,
    /// Its cluster.
    pub(crate) cluster: ClusterId,
    /// Where its name stands.
    pub(crate) place: Place,
    /// Where it says how many copies there are.
    pub(crate) scale_place: Place,
    /// Where it says where its weights are.
    pub(crate) storage_place: Place,
    /// The pool that it runs on; `None` for CPU.
    pub(crate) pool: Option<String>,
    /// What runs it.
    pub(crate) engine: Engine,
    /// Pods of each copy.
    pub(crate) pods: u32,
    /// How many of what the pool offers each pod asks for.
    pub(crate) gpus: u32,
    /// What one of them is: `nvidia.com/gpu`.
    pub(crate) resource: Option<String>,
    /// What the machines of the pool have, at the most; unknown for types outside the catalogue.
    pub(crate) machines: Option<Machines>,
    /// Thousandths of a core and MiB of memory that each pod requests.
    pub(crate) asks: (u64, u64),
    /// Copies at the least and at the most.
    pub(crate) replicas: (u32, u32),
    /// Its row in the catalogue.
    pub(crate) served: Option<ServedModel>,
    /// Whether it fits, where that can be computed.
    pub(crate) fit: Option<Fit>,
    /// The runtime to make for it; models of one namespace share one of a name.
    pub(crate) runtime: Option<Node>,
    /// The Gateway to make for it, with its class; models of one cluster share one of a name.
    pub(crate) gateway: Vec<Node>,
    /// Its InferenceService or LLMInferenceService, complete but for how it is updated, which depends on all models of the pool.
    pub(crate) service: Node,
    /// What stands beside it.
    pub(crate) beside: Vec<Node>,
    /// What a person changes of that, and where.
    pub(crate) patch: Option<(Node, Place)>,
}

/// Machines of a pool, as pods see them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machines {
    /// How many of what pods ask for one has.
    pub(crate) units: u32,
    /// How many there are at the most.
    pub(crate) count: u32,
    /// CPU and memory that one offers.
    pub(crate) offer: Option<Offer>,
}

impl Machines {
    /// How many of what pods ask for all of them have.
    pub(crate) fn capacity(&self) -> u32 {
        self.units.saturating_mul(self.count)
    }
}

impl Model {
    /// What all its copies ask for.
    pub(crate) fn demand(&self) -> u32 {
        let of_copy = self.gpus.saturating_mul(self.pods);
        of_copy.saturating_mul(self.replicas.1)
    }
}
