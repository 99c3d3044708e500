//! Keys by which the Machine API and the cluster autoscaler find their objects.

/// Label of MachineSets and Machines: the infrastructure name of their cluster.
pub(crate) const CLUSTER: &str = "machine.openshift.io/cluster-api-cluster";
/// Label by which a MachineSet selects its Machines.
pub(crate) const MACHINE_SET: &str = "machine.openshift.io/cluster-api-machineset";
/// Annotation of a MachineSet: labels that its nodes would have, for the autoscaler to know while there are none.
pub(crate) const CAPACITY_LABELS: &str = "capacity.cluster-autoscaler.kubernetes.io/labels";
