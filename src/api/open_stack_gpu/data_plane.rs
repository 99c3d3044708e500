//! Compute nodes of an OpenStack.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// Compute nodes with GPUs: Ansible makes compute nodes of machines that are installed already, or of bare metal hosts. An
/// OpenStackDataPlaneNodeSet of that name in the input is completed in its place instead.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DataPlane {
    /// Name of the OpenStackDataPlaneNodeSet. Default: `openstack-edpm`.
    #[cfg_attr(test, schemars(extend("format" = "dns-label", "default" = "openstack-edpm")))]
    pub(crate) node_set: Option<String>,
    /// Maker of the processors: the kernel argument that switches the IOMMU on is not the same.
    pub(crate) cpu_vendor: CpuVendor,
    /// Pages of 1 GiB for virtual machines on each node. Default: none.
    #[cfg_attr(test, schemars(range(min = 1), extend("x-also-known-as" = ["hugepages1Gi", "hugepages"])))]
    #[serde(rename = "hugepages1Gi")]
    pub(crate) hugepages: Option<u32>,
    /// Which processors virtual machines get.
    pub(crate) cpus: Option<Cpus>,
    /// Memory that stays with the host. Memory of a virtual machine with a GPU is pinned, so that it counts whole. Default:
    /// left to Nova, which is 512.
    #[cfg_attr(test, schemars(range(min = 1)))]
    #[serde(rename = "reservedMemoryMiB")]
    pub(crate) reserved_memory: Option<u32>,
    /// The nodes by host name.
    #[cfg_attr(test, schemars(extend("minProperties" = 1, "propertyNames" = {"format": "dns-label"})))]
    pub(crate) nodes: BTreeMap<String, ComputeNode>,
    /// Bare metal hosts that are installed first. Default: the nodes are installed already.
    pub(crate) bare_metal: Option<BareMetal>,
    /// ConfigMap with the template of the nodes' interfaces, which nobody can guess. Required with `bareMetal`. Default:
    /// interfaces are there.
    pub(crate) network_template: Option<NetworkTemplate>,
    /// User that Ansible logs in as; on bare metal hosts it is made. Default: `cloud-admin`.
    #[cfg_attr(test, schemars(extend("default" = "cloud-admin")))]
    pub(crate) user: Option<String>,
    /// Variables of Ansible, over those that are made.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub(crate) ansible_vars: Option<Map<String, Value>>,
    /// How it is run. Default: a run for a NodeSet that is made, and none for one of the input.
    pub(crate) deployment: Option<Deployment>,
}

/// Bare metal hosts that are installed, each as the node whose labels it has.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BareMetal {
    /// Interface of the hosts on the ctlplane, as `eno2`.
    #[cfg_attr(test, schemars(length(min = 1, max = 15)))]
    pub(crate) ctlplane_interface: String,
    /// Which BareMetalHosts are those of OpenStack.
    pub(crate) bmh: Option<BareMetalHosts>,
    /// Secret of the namespace with `NodeRootPassword`, by which root logs in at the console. Default: none, and root does
    /// not.
    #[cfg_attr(test, schemars(extend("format" = "object-name")))]
    pub(crate) password_secret: Option<String>,
    /// JSON merge patch (RFC 7386) over `baremetalSetTemplate` of the OpenStackDataPlaneNodeSet, for fields that have no
    /// name here, as `provisioningInterface`.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub(crate) baremetal_set_template: Option<Map<String, Value>>,
}

/// Which BareMetalHosts are those of OpenStack.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BareMetalHosts {
    /// Namespace of the BareMetalHosts. Default: `openshift-machine-api`.
    #[cfg_attr(test, schemars(extend("format" = "dns-label", "default" = "openshift-machine-api")))]
    pub(crate) namespace: Option<String>,
    /// Labels that all of them have. Needed in `openshift-machine-api`, where the hosts of OpenShift's own machines are too,
    /// unless each node names labels. Default: none.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "label-key"}, "additionalProperties" = {"type": "string", "format": "label-value"})))]
    pub(crate) labels: Option<BTreeMap<String, String>>,
}

/// The bare metal host of a node.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BareMetalHost {
    /// Labels that it has, besides those of all of them. Default: none.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "label-key"}, "additionalProperties" = {"type": "string", "format": "label-value"})))]
    pub(crate) labels: Option<BTreeMap<String, String>>,
    /// Its interface on the ctlplane, where that is another.
    #[cfg_attr(test, schemars(length(min = 1, max = 15)))]
    pub(crate) ctlplane_interface: Option<String>,
}

/// Template of the interfaces of compute nodes.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NetworkTemplate {
    /// Name of the ConfigMap.
    #[cfg_attr(test, schemars(extend("format" = "object-name")))]
    pub(crate) config_map: String,
    /// Key in it: `edpm_network_config_template`, or its end, as `template`. Default: the whole.
    #[cfg_attr(test, schemars(length(min = 1), extend("default" = "edpm_network_config_template")))]
    pub(crate) key: Option<String>,
}

/// Maker of the processors.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum CpuVendor {
    /// Intel.
    #[default]
    Intel,
    /// AMD.
    Amd,
}

/// Which processors virtual machines get.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Cpus {
    /// Those that they share, as `0-3,28-31`.
    #[cfg_attr(test, schemars(extend("format" = "cpu-list")))]
    pub(crate) shared: Option<String>,
    /// Those that they have for themselves, which the kernel leaves alone.
    #[cfg_attr(test, schemars(extend("format" = "cpu-list")))]
    pub(crate) dedicated: Option<String>,
}

/// A compute node.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ComputeNode {
    /// Its address on the ctlplane. Required where the OpenStackDataPlaneNodeSet is made; in one of the input it stands
    /// already. Default with `bareMetal`: the NetConfig gives it one.
    pub(crate) address: Option<String>,
    /// Its bare metal host, with `bareMetal`. Default: any of them.
    pub(crate) bmh: Option<BareMetalHost>,
    /// PCI addresses of its GPUs by alias, as `lspci -D` shows them; for vGPUs those under `/sys/class/mdev_bus`.
    #[cfg_attr(test, schemars(extend("additionalProperties" = {"type": "array", "minItems": 1, "items": {"type": "string", "format": "pci-address"}})))]
    pub(crate) gpus: BTreeMap<String, Vec<String>>,
}

/// How it is run.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Deployment {
    /// Part of the name of the OpenStackDataPlaneDeployment. It is never run twice: a change needs another name.
    /// Default: `auto`, which is taken from all that is deployed.
    #[cfg_attr(test, schemars(extend("format" = "dns-label", "default" = "auto")))]
    pub(crate) revision: Option<String>,
    /// Whether the nodes are compute nodes already: the run then does only what GPUs need, and restarts them, which no
    /// usual run does. Default: false.
    pub(crate) deployed: Option<bool>,
}
