//! The platform of one cluster, decided.

use std::collections::BTreeMap;
use std::fmt;

use crate::api::Owner;
use crate::krm::{Node, ObjectId};
use crate::operator::{Addition, Operator};
use crate::plan::Autoscaler;
use crate::problem::Place;
use crate::types::{ClusterId, Version};

/// Additions to an object of the input.
#[derive(Clone, Debug)]
pub(crate) struct Completion {
    /// Which: source and index there.
    pub(crate) document: (usize, usize),
    /// What.
    pub(crate) additions: Vec<Addition>,
}

/// How many GPUs of one accelerator the pools of a cluster may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GpuLimit {
    /// Value of the node label `cluster-api/accelerator`.
    pub(crate) accelerator: String,
    /// As nodes show them, over all pools of which it is known.
    pub(crate) max: u32,
    /// What of it pools have of which only the sets are seen.
    pub(crate) earlier: u32,
    /// Pools whose GPUs nobody knows, and where their type stands: a limit would keep them from growing.
    pub(crate) unknown: Vec<(String, Place)>,
}

/// An operator that a cluster has or gets.
#[derive(Clone)]
pub(crate) struct Chosen {
    /// Which.
    pub(crate) operator: &'static Operator,
    /// Its channel; empty when nobody says it.
    pub(crate) channel: String,
    /// Its namespace.
    pub(crate) namespace: String,
}

impl Chosen {
    /// The version that its channel brings, as far as it is known.
    pub(crate) fn version(&self) -> Option<Version> {
        (self.operator.version)(&self.channel)
    }
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operator.id, self.channel)
    }
}

impl GpuLimit {
    /// Whether a limit of its accelerator was written by an earlier placeholder of the build for its own pools: exactly
    /// theirs, and too low now.
    pub(crate) fn replaces(&self, entry: &Node) -> bool {
        let written = entry.get("max").and_then(Node::text);
        let written = written.and_then(|max| max.parse().ok());
        written == Some(self.earlier) && self.earlier < self.max && self.unknown.is_empty()
    }
}

/// What becomes of a platform.
#[derive(Debug)]
pub(crate) struct Platform {
    /// What stands in `gpu-machineset.dev/from` of all that it makes.
    pub(crate) from: Owner,
    /// The placeholder's own labels, for every object.
    pub(crate) own_labels: BTreeMap<String, String>,
    /// The placeholder's own annotations, for every object.
    pub(crate) own_annotations: BTreeMap<String, String>,
    /// Its cluster.
    pub(crate) cluster: ClusterId,
    /// Objects to make, in their order.
    pub(crate) objects: Vec<Node>,
    /// Objects that another cluster of the same output makes already.
    pub(crate) shared: Vec<Node>,
    /// Objects of the input to complete.
    pub(crate) completions: Vec<Completion>,
    /// Packages that somebody else installed, and what shows it.
    pub(crate) elsewhere: Vec<(&'static str, String)>,
    /// Packages of all wanted operators, whoever installs them.
    pub(crate) packages: Vec<&'static str>,
    /// What the cluster has or gets of all operators.
    pub(crate) operators: Vec<Chosen>,
    /// How the device plugin names instances of MIG: `none`, `single` or `mixed`.
    pub(crate) mig_strategy: String,
    /// By accelerator.
    pub(crate) gpu_limits: Vec<GpuLimit>,
    /// What is known of the ClusterAutoscaler.
    pub(crate) autoscaler: Autoscaler,
}

impl Platform {
    /// Whether it makes an object for a cluster of this name.
    pub(crate) fn makes(&self, object: &Node, infra: &str) -> bool {
        let mut made = self.objects.iter().chain(&self.shared);
        self.cluster.is(infra) && made.any(|one| ObjectId::from(one) == ObjectId::from(object))
    }
}
