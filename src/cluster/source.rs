//! Objects that state facts, and how each is saved from its cluster.

pub(crate) const INFRA: &str = "Infrastructure";
pub(crate) const VERSION: &str = "ClusterVersion";
pub(crate) const SET: &str = "MachineSet";
pub(crate) const MANAGED: &str = "ManagedCluster";
pub(crate) const AUTOSCALER: &str = "ClusterAutoscaler";
pub(crate) const FACTS: &str = "ClusterFacts";
