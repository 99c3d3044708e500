//! Keys by which the Machine API and the cluster autoscaler find their objects.

/// Label of MachineSets and Machines: the infrastructure name of their cluster.
pub(crate) const CLUSTER: &str = "machine.openshift.io/cluster-api-cluster";
/// Label by which a MachineSet selects its Machines.
pub(crate) const MACHINE_SET: &str = "machine.openshift.io/cluster-api-machineset";
/// Annotation of a MachineSet: labels that its nodes would have, for the autoscaler to know while there are none.
pub(crate) const CAPACITY_LABELS: &str = "capacity.cluster-autoscaler.kubernetes.io/labels";
/// Annotation of a MachineSet: GPUs of a machine, which most providers write and the autoscaler reads.
pub(crate) const GPUS: &str = "machine.openshift.io/GPU";
/// Path of the provider spec in a MachineSet.
pub(crate) const PROVIDER_SPEC: [&str; 5] = ["spec", "template", "spec", "providerSpec", "value"];
/// Namespace of the Machine API.
pub(crate) const NAMESPACE: &str = "openshift-machine-api";
/// Node label that the cluster autoscaler counts GPUs by.
pub(crate) const ACCELERATOR: &str = "cluster-api/accelerator";
/// Label by which `oc get nodes` shows GPU nodes.
pub(crate) const ROLE: &str = "node-role.kubernetes.io/gpu";
/// Roles of machines, which the installer and the documentation call `worker`; older scripts have their own.
pub(crate) const MACHINE_ROLES: [&str; 2] = [
    "machine.openshift.io/cluster-api-machine-role",
    "machine.openshift.io/cluster-api-machine-type",
];
