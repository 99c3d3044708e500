//! A MachineSet that pools may be cloned from.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{ClusterFacts, Fact, Origin};
use crate::krm::Node;
use crate::types::Zone;

/// A MachineSet that can be cloned: live, from Git, or captured in a ClusterFacts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Worker {
    /// Its name, as the user's file has it (kustomize may have renamed it since).
    pub name: String,
    /// Its zone; `None` where machines have none.
    pub zone: Option<Fact<Zone>>,
    /// `spec.template.spec.providerSpec.value`, as it was written.
    pub provider_spec: Rc<Node>,
    /// `metadata.labels` without bookkeeping of controllers and of GitOps tools.
    pub labels: BTreeMap<String, String>,
    /// `spec.template.metadata.labels`, without bookkeeping: what Machines carry.
    pub template_labels: BTreeMap<String, String>,
    /// The whole object, when it is one; `None` when captured in a ClusterFacts.
    pub machine_set: Option<Rc<Node>>,
    /// Its replicas, when written.
    pub replicas: Option<u64>,
    /// Where it stands.
    pub origin: Rc<Origin>,
    /// Architecture of its machines, when the annotation `capacity.cluster-autoscaler.kubernetes.io/labels` states it or
    /// the catalogue knows its instance type.
    pub architecture: Option<String>,
    /// Why it is no template by itself (then only `spec.template.machineSet` takes it); `None` for a plain worker.
    pub reserved: Option<String>,
}

pub(crate) const DELETED: &str = "it is being deleted";
pub(crate) const WINDOWS: &str = "its machines run Windows";
pub(crate) const GPUS: &str = "its machines have GPUs";

impl Worker {
    /// Its zone, where machines have one.
    pub(crate) fn zone(&self) -> Option<&str> {
        self.zone.as_ref().map(|zone| zone.value.as_str())
    }

    /// Whether a pool of a cluster without plain workers may be cloned from it, when its author says so.
    pub(crate) fn can_stand_in(&self) -> bool {
        !matches!(self.reserved.as_deref(), Some(DELETED | WINDOWS | GPUS))
    }

    /// Whether its name is the one that the installer gives to workers: the first to think of.
    pub(crate) fn is_named_as_installed(&self, cluster: &ClusterFacts) -> bool {
        let infra = cluster.infrastructure_name.as_ref();
        let (Some(infra), Some(zone)) = (infra, self.zone()) else {
            return false;
        };
        self.is_called(&format!("{}-worker-{zone}", infra.value))
    }
}

impl Worker {
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let current = (self.machine_set.as_ref()).and_then(|set| set.str_at(&["metadata", "name"]));
        self.name == name || current == Some(name)
    }
}
