//! `OpenStackGpu`: GPUs for virtual machines of Red Hat OpenStack Services on OpenShift.

mod data_plane;
mod network;
mod services;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::gpu_machine_set::FactsRef;
pub(crate) use data_plane::{BareMetal, ComputeNode, CpuVendor, DataPlane};
pub(crate) use network::{Ctlplane, Isolated, IsolatedNetwork, Network, Nncp, NodeAddresses};
pub(crate) use services::{Service, Services, Telemetry};

/// GPU passthrough and vGPUs on Red Hat OpenStack Services on OpenShift: volumes, networks and the OpenStackControlPlane that knows
/// the GPUs by an alias, and the compute nodes that have them. An OpenStackControlPlane or OpenStackDataPlaneNodeSet of
/// the namespace that stands in the input is completed in its place instead.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OpenStackGpuSpec {
    /// Which facts to use when the input describes several clusters: the name of a ClusterFacts, an infrastructure
    /// name or the name of a ManagedCluster. Default: the only cluster of the input; none is needed when the nodes of the
    /// volumes are written.
    pub(crate) facts: Option<FactsRef>,
    /// Release of OpenStack Services on OpenShift. Required where an OpenStackControlPlane is made, since fields came and
    /// went; default: what an OpenStackVersion or a ClusterServiceVersion of the input says, where its version names one.
    pub(crate) release: Option<Release>,
    /// Namespace of OpenStack. Default: the name of this object.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub(crate) namespace: Option<String>,
    /// The OpenStackControlPlane.
    pub(crate) control_plane: Option<ControlPlane>,
    /// GPUs that virtual machines get, each under an alias that flavors name.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) gpus: Vec<Gpu>,
    /// Whether Placement counts the GPUs. Default: it does.
    pub(crate) placement: Option<Placement>,
    /// Volumes of the control plane.
    pub(crate) storage: Option<Storage>,
    /// Names of Secrets. Their values are never made here.
    pub(crate) secrets: Option<Secrets>,
    /// Networks.
    pub(crate) network: Option<Network>,
    /// Services beside those that every control plane has (Keystone, Placement, Glance, Neutron, Nova). Default: none.
    pub(crate) services: Option<Services>,
    /// Compute nodes with GPUs. Default: none is looked after.
    pub(crate) data_plane: Option<DataPlane>,
    /// Flavors with GPUs: the commands that make them are printed, since OpenStack has no object for them on the cluster.
    pub(crate) flavors: Option<Vec<Flavor>>,
    /// JSON merge patch (RFC 7386) over the `spec` of the OpenStackControlPlane: the escape hatch for fields that have no
    /// name here.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub(crate) control_plane_spec: Option<Map<String, Value>>,
}

/// A feature release whose objects are known.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum Release {
    /// Feature release 2.
    #[serde(rename = "18.0-fr2")]
    Fr2,
    /// Feature release 3.
    #[serde(rename = "18.0-fr3")]
    Fr3,
    /// Feature release 4.
    #[serde(rename = "18.0-fr4")]
    Fr4,
    /// Feature release 5: message buses are named in one form.
    #[serde(rename = "18.0-fr5")]
    Fr5,
    /// Feature release 6.
    #[serde(rename = "18.0-fr6")]
    Fr6,
}

impl Release {
    /// As it is written.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fr2 => "18.0-fr2",
            Self::Fr3 => "18.0-fr3",
            Self::Fr4 => "18.0-fr4",
            Self::Fr5 => "18.0-fr5",
            Self::Fr6 => "18.0-fr6",
        }
    }
}

/// The OpenStackControlPlane.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ControlPlane {
    /// Its name. Default: `openstack-galera`.
    #[cfg_attr(test, schemars(extend("format" = "dns-label", "default" = "openstack-galera")))]
    pub(crate) name: Option<String>,
    /// Replicas of its services. Default: 1, and 3 with networks of their own (`network.isolated`).
    #[cfg_attr(test, schemars(range(min = 1, max = 9)))]
    pub(crate) replicas: Option<u32>,
}

/// GPUs of one kind.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Gpu {
    /// The name that the Nova API, computes and flavors know it by: `pci_passthrough:alias=nvidia:1`.
    #[cfg_attr(test, schemars(length(min = 1), extend("format" = "label-value")))]
    pub(crate) alias: String,
    /// Its model, as `l4`, or its board where a model has several, as `a100-sxm4-80gb`. `vendorId` and `productId` say it
    /// for a card that is not in the table.
    pub(crate) model: Option<String>,
    /// Its PCI vendor. Default: `10de`, which is NVIDIA.
    #[cfg_attr(test, schemars(extend("format" = "pci-id", "default" = "10de")))]
    pub(crate) vendor_id: Option<String>,
    /// Its PCI device id, as `lspci -nn` shows it.
    #[cfg_attr(test, schemars(extend("format" = "pci-id")))]
    pub(crate) product_id: Option<String>,
    /// What the compute node is. Within a virtual machine a card shows no SR-IOV, so that Nova takes it for another type of
    /// device. Default: `baremetal`.
    #[cfg_attr(test, schemars(extend("default" = "baremetal")))]
    pub(crate) host: Option<Host>,
    /// What Nova takes the card for. Default: by model and host.
    pub(crate) device_type: Option<DeviceType>,
    /// How close GPU and memory of a virtual machine have to be. Default: left to Nova, which is `legacy`.
    pub(crate) numa_policy: Option<NumaPolicy>,
    /// Resource class of Placement. Cards of several ids with one class and one alias are one kind of GPU to flavors.
    /// Default: one by the ids, `CUSTOM_PCI_10DE_27B8`; with `mdevType` `VGPU`.
    #[cfg_attr(test, schemars(extend("format" = "resource-class")))]
    pub(crate) resource_class: Option<String>,
    /// Type of the vGPUs that virtual machines get instead of whole cards, as `nvidia-558`: a name under
    /// `/sys/class/mdev_bus/ADDRESS/mdev_supported_types` of a host. The cards stay with NVIDIA's driver of the host.
    /// Default: cards are passed on whole.
    #[cfg_attr(test, schemars(extend("format" = "mdev-type")))]
    pub(crate) mdev_type: Option<String>,
    /// Whether the audio function of the card is bound to vfio-pci with it, since both are of one IOMMU group; only cards
    /// with displays have one. Default: false.
    pub(crate) audio: Option<bool>,
}

/// What the compute node is.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Host {
    /// A machine.
    #[default]
    Baremetal,
    /// A virtual machine that the card is passed to, as in a lab.
    Nested,
}

/// What Nova takes a card for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum DeviceType {
    /// A card without SR-IOV.
    #[serde(rename = "type-PCI")]
    Pci,
    /// A card with SR-IOV, whole.
    #[serde(rename = "type-PF")]
    Pf,
    /// A virtual function.
    #[serde(rename = "type-VF")]
    Vf,
}

/// How close GPU and memory have to be.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum NumaPolicy {
    /// On one NUMA node, or the virtual machine does not start.
    Required,
    /// On one NUMA node where the host says which.
    Legacy,
    /// On one NUMA node if one is free.
    Preferred,
    /// On one socket.
    Socket,
}

/// Whether Placement counts the GPUs.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Placement {
    /// False on a cloud whose compute nodes do not report their GPUs yet: all have to, before the scheduler asks
    /// Placement for them. Default: true.
    pub(crate) pci: Option<bool>,
}

/// Volumes of the control plane.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Storage {
    /// StorageClass of the databases and queues. Default: `local-storage`.
    #[cfg_attr(test, schemars(extend("format" = "object-name", "default" = "local-storage")))]
    pub(crate) class: Option<String>,
    /// Volumes out of folders of nodes, with the class. Default: the class is somebody else's.
    pub(crate) local: Option<Local>,
    /// Whether the claim for the logs of Ansible is made. Default: with `local`.
    pub(crate) logs_claim: Option<bool>,
}

/// Volumes out of folders of nodes.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Local {
    /// Volumes on each node. Default: 12.
    #[cfg_attr(test, schemars(range(min = 1, max = 999), extend("default" = 12)))]
    pub(crate) volumes: Option<u32>,
    /// Size of each, as `10Gi`. Default: `10Gi`.
    #[cfg_attr(test, schemars(extend("default" = "10Gi")))]
    pub(crate) size: Option<String>,
    /// Folder on the nodes that holds those of the volumes. Default: `/mnt/openstack`.
    #[cfg_attr(test, schemars(extend("default" = "/mnt/openstack")))]
    pub(crate) path: Option<String>,
    /// The nodes, each by its label `kubernetes.io/hostname`. Default: the workers without GPUs among the nodes of the
    /// facts (`oc get nodes -o yaml`, or `nodes` of ClusterFacts with that label).
    #[cfg_attr(test, schemars(length(min = 1), extend("items" = {"type": "string", "format": "label-value"})))]
    pub(crate) nodes: Option<Vec<String>>,
    /// How the folders come to be there. Default: `job`.
    pub(crate) prepare: Option<Prepare>,
    /// What becomes of a volume whose claim goes. Default: `Retain`, since nothing ever cleans a folder.
    pub(crate) reclaim_policy: Option<ReclaimPolicy>,
    /// Image of the Job that makes the folders. Default: `registry.access.redhat.com/ubi9/ubi-minimal:9.6`.
    pub(crate) image: Option<String>,
}

/// How folders come to be there.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Prepare {
    /// A Job on each node makes them.
    #[default]
    Job,
    /// Somebody else does.
    None,
}

/// What becomes of a volume whose claim goes.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum ReclaimPolicy {
    /// It stays with its data.
    #[default]
    Retain,
    /// It goes, and its data stays in the folder.
    Delete,
}

/// Names of Secrets.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Secrets {
    /// Passwords of the services. Default: `osp-secret`.
    #[cfg_attr(test, schemars(extend("format" = "object-name", "default" = "osp-secret")))]
    pub(crate) osp: Option<String>,
    /// Key by which Ansible reaches the compute nodes. Default: `dataplane-ansible-ssh-private-key-secret`.
    #[cfg_attr(test, schemars(rename = "ansibleSSH", extend("format" = "object-name", "default" = "dataplane-ansible-ssh-private-key-secret")))]
    #[serde(rename = "ansibleSSH")]
    pub(crate) ansible_ssh: Option<String>,
    /// Key by which virtual machines migrate. Default: `nova-migration-ssh-key`.
    #[cfg_attr(test, schemars(extend("format" = "object-name", "default" = "nova-migration-ssh-key")))]
    #[serde(rename = "migrationSSH")]
    pub(crate) migration_ssh: Option<String>,
    /// Secrets whose entries are variables of Ansible. Default: `subscription-manager` and `redhat-registry`.
    #[cfg_attr(test, schemars(extend("items" = {"type": "string", "format": "object-name"})))]
    pub(crate) ansible_vars: Option<Vec<String>>,
    /// An ExternalSecret for each of these Secrets that the input does not have, with just the keys that are needed.
    /// Default: none is made, and the Secrets are somebody else's.
    #[serde(rename = "externalSecrets")]
    pub(crate) external: Option<ExternalSecrets>,
}

/// Where the External Secrets Operator finds the values.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExternalSecrets {
    /// Name of the store.
    #[cfg_attr(test, schemars(extend("format" = "object-name")))]
    pub(crate) store: String,
    /// Kind of the store. Default: `ClusterSecretStore`.
    #[cfg_attr(test, schemars(extend("default" = "ClusterSecretStore")))]
    pub(crate) kind: Option<StoreKind>,
    /// Path within the store, as `openstack/rhoso1`: each Secret is read at `<path>/<name of the Secret>`, and each of its
    /// keys is a property there.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) path: String,
    /// How often the values are read, as `15m`. Default: the operator's, which is an hour.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) refresh_interval: Option<String>,
}

/// Kind of a store.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum StoreKind {
    /// One of the whole cluster.
    #[default]
    ClusterSecretStore,
    /// One of the namespace of OpenStack.
    SecretStore,
}

/// A flavor with GPUs.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Flavor {
    /// Its name.
    #[cfg_attr(test, schemars(extend("format" = "label-value")))]
    pub(crate) name: String,
    /// Virtual CPUs.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) vcpus: u32,
    /// Memory.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) ram_mi_b: u32,
    /// Disk.
    pub(crate) disk_gi_b: u32,
    /// Ephemeral disk. Default: none.
    pub(crate) ephemeral_gi_b: Option<u32>,
    /// GPUs by alias, and how many.
    #[cfg_attr(test, schemars(extend("minProperties" = 1)))]
    pub(crate) gpus: BTreeMap<String, u32>,
}
