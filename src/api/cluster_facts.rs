//! `ClusterFacts`: the facts of one cluster.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The facts of one cluster. Everything is optional: what is missing may come from raw objects in the input.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterFactsSpec {
    /// `Infrastructure/cluster` `.status.infrastructureName`: the cluster's name with its random suffix.
    #[cfg_attr(test, schemars(extend("format" = "infrastructure-name", "x-also-known-as" = ["infraName", "infraID", "infrastructureID", "clusterID"])))]
    pub infrastructure_name: Option<String>,
    /// `Infrastructure/cluster` `.status.platformStatus.type`: `AWS`, `Azure`, `GCP`...
    pub platform: Option<String>,
    /// Region of the cloud.
    #[cfg_attr(test, schemars(extend("format" = "region")))]
    pub region: Option<String>,
    /// Zones of the region that pools may use. Default: the zones of the worker MachineSets.
    #[cfg_attr(test, schemars(extend("items" = {"type": "string", "format": "zone"})))]
    pub zones: Option<Vec<String>>,
    /// `ClusterVersion/version` `.status.desired.version`.
    #[cfg_attr(test, schemars(extend("format" = "openshift-version", "x-also-known-as" = ["version", "ocpVersion", "clusterVersion"])))]
    pub openshift_version: Option<String>,
    /// The version that the cluster was installed with: decides how the installer named subnets and security groups.
    #[cfg_attr(test, schemars(extend("format" = "openshift-version")))]
    pub installed_version: Option<String>,
    /// Architecture of the workers: `amd64` or `arm64`.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["arch"])))]
    pub architecture: Option<String>,
    /// AWS image of the workers, for clusters without a worker MachineSet to clone.
    #[cfg_attr(test, schemars(extend("format" = "ami-id", "x-also-known-as" = ["amiId", "image"])))]
    pub ami: Option<String>,
    /// How the installer named AWS subnets and security groups: `capi` (installed with 4.16 or later) or `terraform`
    /// (4.15 or earlier). Default: from `installedVersion`.
    pub naming: Option<Naming>,
    /// Project of Google Cloud that machines live in, which the Infrastructure states.
    pub project: Option<String>,
    /// `rosa` or `osd` when Red Hat manages the cluster: MachineSets of users are refused there.
    pub managed: Option<String>,
    /// `Infrastructure/cluster` `.status.controlPlaneTopology`: with `External` the cluster has no MachineSets.
    pub topology: Option<String>,
    /// The ClusterAutoscaler of the cluster. With another value than `ScalesDown` machines of pools with `autoscaling` are
    /// never taken away, and that is a warning.
    pub cluster_autoscaler: Option<KnownAutoscaler>,
    /// Operators that are installed already, by whomever: package name to what is known of it.
    pub operators: Option<BTreeMap<String, InstalledOperator>>,
    /// What the catalogues of the cluster hold of the operators that this program knows: CatalogSource, then package.
    /// Default: what the channel table of the program knows of the default catalogues.
    pub catalogs: Option<BTreeMap<String, BTreeMap<String, CatalogPackage>>>,
    /// Nodes with GPUs, as `gpu-machineset facts` captures them: a GpuDelivery holds the map of a GPU scheduler against
    /// them.
    pub nodes: Option<Vec<NodeFacts>>,
    /// Failure domains of vSphere and Nutanix, as the Infrastructure lists them: zones of pools there.
    #[cfg_attr(test, schemars(with = "Option<Vec<Map<String, Value>>>"))]
    pub failure_domains: Option<Vec<FailureDomain>>,
    /// Tags of the Infrastructure that every machine on Azure gets: they count beside those of a pool.
    pub resource_tags: Option<Vec<ResourceTag>>,
    /// One worker MachineSet per zone, as `gpu-machineset facts` captures them.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["machineSets", "workers"])))]
    pub worker_machine_sets: Option<Vec<WorkerMachineSet>>,
    /// Fields of pools that differ in this cluster: `GpuMachineSet/<name>` to fields of its spec, judged as if the pool
    /// said them. Null takes a field away.
    pub overrides: Option<BTreeMap<String, Map<String, Value>>>,
    /// Facts by JSONPath out of any object in the input: fact name to where it stands.
    pub from: Option<BTreeMap<String, FactSource>>,
}

/// How the installer named cloud resources.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Naming {
    /// Installed with 4.16 or later: `<infra>-subnet-private-<zone>`, `<infra>-node`, `<infra>-lb`.
    Capi,
    /// Installed with 4.15 or earlier: `<infra>-private-<zone>`, `<infra>-worker-sg`.
    Terraform,
}

/// What the ClusterAutoscaler of a cluster does.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum KnownAutoscaler {
    /// There is one with `spec.scaleDown.enabled: true`.
    ScalesDown,
    /// There is one, and it never takes a machine away.
    NeverScalesDown,
    /// There is none: MachineAutoscalers have no effect.
    Absent,
}

/// An operator that is there already.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstalledOperator {
    /// Its channel.
    pub channel: Option<String>,
    /// Its namespace.
    pub namespace: Option<String>,
}

/// A package in a catalogue, as its PackageManifest shows it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CatalogPackage {
    /// `status.channels[].name`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub channels: Vec<String>,
    /// `status.defaultChannel`: the channel that is taken when none that this program prefers is there.
    pub default: Option<String>,
}

/// A node.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeFacts {
    /// Its name.
    #[cfg_attr(test, schemars(extend("format" = "object-name")))]
    pub name: String,
    /// Its zone.
    #[cfg_attr(test, schemars(extend("format" = "zone")))]
    pub zone: Option<String>,
    /// Its instance type.
    #[cfg_attr(test, schemars(extend("format" = "instance-type")))]
    pub instance_type: Option<String>,
    /// GPUs that it has: `status.capacity["nvidia.com/gpu"]`.
    pub gpus: Option<u32>,
    /// Labels that tell its GPUs, as `nvidia.com/gpu.product`.
    pub labels: Option<BTreeMap<String, String>>,
}

/// Where machines may be, as an Infrastructure says it: the fields of its cloud beside the name.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct FailureDomain {
    /// Its name, which pools use as a zone.
    pub name: String,
}

/// A tag of cloud resources.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ResourceTag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: Option<String>,
}

/// A worker MachineSet, cleaned.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkerMachineSet {
    /// Its name.
    #[cfg_attr(test, schemars(extend("format" = "object-name")))]
    pub name: String,
    /// Its zone.
    #[cfg_attr(test, schemars(extend("format" = "zone")))]
    pub zone: Option<String>,
    /// `spec.template.spec.providerSpec.value`.
    #[cfg_attr(test, schemars(with = "Map<String, Value>"))]
    pub provider_spec: Map<String, Value>,
    /// Labels that every clone keeps, as `machineconfiguration.openshift.io/osstream`.
    pub labels: Option<BTreeMap<String, String>>,
    /// Architecture of its machines, where the workers of the cluster differ.
    pub architecture: Option<String>,
    /// Why no pool clones it unasked; then only `spec.template.machineSet` takes it. Default: any pool of its zone does.
    pub reserved: Option<String>,
}

/// Where a fact stands in another object of the input.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FactSource {
    /// Kind of the object.
    pub kind: String,
    /// API group of the object. Default: any.
    pub group: Option<String>,
    /// Name of the object. Default: any.
    pub name: Option<String>,
    /// Labels that the object must have.
    pub labels: Option<BTreeMap<String, String>>,
    /// JSONPath (RFC 9535) to the value; the kubectl forms `{.a.b}` and `.a.b` are accepted too.
    pub path: String,
}
