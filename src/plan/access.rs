//! Who may use which pools of one cluster, decided.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::gpu_access::{Amount, Enforcement};
use crate::api::gpu_machine_set::Taint;
use crate::operator::tolerations::Toleration;
use crate::pool_face::PoolFace;
use crate::types::{ClusterId, Version};

/// What a `GpuAccess` decides for one cluster.
#[derive(Debug)]
pub(crate) struct Access {
    /// The placeholder's name.
    pub(crate) name: String,
    /// Its cluster.
    pub(crate) cluster: ClusterId,
    /// Whether Kueue places pods and limits them.
    pub(crate) is_queued: bool,
    /// What keeps others off the pools of teams.
    pub(crate) enforcement: Enforcement,
    /// Version of OpenShift AI, when it is there and known.
    pub(crate) ai: Option<Version>,
    /// Pools of the cluster.
    pub(crate) pools: Vec<AccessPool>,
    /// Teams.
    pub(crate) teams: Vec<AccessTeam>,
}

/// A pool, as people share it.
#[derive(Debug)]
pub(crate) struct AccessPool {
    /// What is known of it.
    pub(crate) face: PoolFace,
    /// Its name as a part of names that take no dot.
    pub(crate) key: String,
    /// What pods ask for: `nvidia.com/gpu`.
    pub(crate) resource: Option<String>,
    /// How many of them a machine has.
    pub(crate) units: Option<u32>,
    /// How many of them all machines have, at the most.
    pub(crate) capacity: Option<u32>,
    /// What a machine offers to pods besides.
    pub(crate) offer: Option<Offer>,
    /// Namespaces that may use it; `None` for every one.
    pub(crate) namespaces: Option<BTreeSet<String>>,
    /// Labels and tolerations that lead to its nodes and to no others.
    pub(crate) way: Way,
    /// The taint that an admission policy keeps others from tolerating.
    pub(crate) guard: Option<Taint>,
}

/// CPU and memory of a machine that pods may use, in whole cores and GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// Cores.
    pub(crate) cores: u32,
    /// GiB of memory.
    pub(crate) gib: u32,
}

/// What leads pods to the nodes of a pool.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way {
    /// Labels of its nodes.
    pub(crate) labels: BTreeMap<String, String>,
    /// One for each of its taints.
    pub(crate) tolerations: Vec<Toleration>,
}

/// A team.
#[derive(Debug)]
pub(crate) struct AccessTeam {
    /// Its name.
    pub(crate) name: String,
    /// Its namespaces.
    pub(crate) namespaces: BTreeSet<String>,
    /// How much of which pool.
    pub(crate) gpus: BTreeMap<String, Amount>,
    /// Objects that limit it: `ResourceQuota vision/gpu`.
    pub(crate) limits: Vec<String>,
}

impl AccessPool {
    /// Whether pods of a namespace may use it.
    pub(crate) fn admits(&self, namespace: &str) -> bool {
        let all = self.namespaces.as_ref();
        all.is_none_or(|namespaces| namespaces.contains(namespace))
    }

    /// Whether it is for teams only.
    pub(crate) fn is_restricted(&self) -> bool {
        self.namespaces.is_some()
    }

    /// Whether several pods may share one GPU of it.
    pub(crate) fn is_shared(&self) -> bool {
        let sharing = self.face.sharing.as_ref();
        sharing.is_some_and(|sharing| sharing.time_slicing.is_some() || sharing.mps.is_some())
    }
}

impl Access {
    /// The team that a namespace is of.
    pub(crate) fn team_of(&self, namespace: &str) -> Option<&AccessTeam> {
        let mut teams = self.teams.iter();
        teams.find(|team| team.namespaces.contains(namespace))
    }
}
