//! `GpuMachineSet`: one GPU pool, valid on every cluster.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::cluster_facts::ClusterFactsSpec;

/// One GPU pool: a MachineSet per zone, and a MachineAutoscaler per zone when it scales.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("anyOf" = [{"required": ["replicas"]}, {"required": ["autoscaling"]}])))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GpuMachineSetSpec {
    /// Instance type: AWS type, Azure vmSize, GCP machineType, vSphere template, OpenStack flavor or IBM Cloud profile, as the cloud spells it. For a fleet of
    /// several clouds a map by platform, `{AWS: g6.4xlarge, Azure: Standard_NC8as_T4_v3}`: a cluster of another platform
    /// gets no machines.
    #[serde(deserialize_with = "unless_by_platform")]
    #[cfg_attr(test, schemars(with = "Value", extend("x-by-platform" = true, "anyOf" = [{"type": "string", "minLength": 1, "format": "instance-type"}, {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string", "minLength": 1, "format": "instance-type"}}], "x-also-known-as" = ["type", "vmSize", "machineType", "flavor"])))]
    pub instance_type: String,
    /// GPUs of each machine, where no catalogue knows them: of templates and flavors that people made, and those that are
    /// attached to N1 machines of Google Cloud. Elsewhere it must be what the instance type has.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["gpus", "accelerators"])))]
    pub gpu: Option<Gpu>,
    /// Processors and memory of each machine, where the instance type does not decide them: vSphere and
    /// Nutanix.
    pub machine: Option<Machine>,
    /// Which clusters it is for when the input describes several: the name of a ClusterFacts, an infrastructure name or
    /// the name of a ManagedCluster; a pattern (`prod-*`); a list of both; or what is known of them: `matchLabels` of
    /// their ClusterFacts and ManagedClusters, `platform`, `openshift`. A kustomize generator sees no other resource:
    /// there it may hold a whole ClusterFacts spec. Default: every cluster of a fleet, else the only one of the input.
    pub facts: Option<FactsRef>,
    /// Zones to spread over. Default: every zone that has a worker MachineSet to clone: one of the instance type's
    /// architecture, or the one that `template` names for `{zone}`. May be a map by platform.
    #[serde(default, deserialize_with = "unless_by_platform")]
    #[cfg_attr(test, schemars(with = "Value", extend("x-by-platform" = true, "anyOf" = [{"type": "array", "minItems": 1, "items": {"type": "string", "format": "zone"}}, {"type": "object", "minProperties": 1, "additionalProperties": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "zone"}}}], "x-also-known-as" = ["zone", "availabilityZone", "availabilityZones", "failureDomains"])))]
    pub zones: Option<Vec<String>>,
    /// Machines in all zones together, split exactly, earlier zones first. Required unless `autoscaling` is given.
    /// With `autoscaling`: the number that a new set starts with.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["count", "size"])))]
    pub replicas: Option<u32>,
    /// Lower and upper limit of machines in all zones together, split exactly over the zones, earlier zones first.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["autoscaler", "autoScaling"])))]
    pub autoscaling: Option<Autoscaling>,
    /// How machines are bought. Never inherited from the cloned worker. Default: `OnDemand`.
    #[cfg_attr(test, schemars(extend("default" = "OnDemand", "x-also-known-as" = ["marketType"])))]
    pub market: Option<Market>,
    /// Settings of `market: Spot`.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["spotMarketOptions"])))]
    pub spot: Option<Spot>,
    /// Capacity reservation to start in; required by `market: CapacityBlock`, allowed with `OnDemand`.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["capacityReservationId"])))]
    pub capacity_reservation: Option<CapacityReservation>,
    /// Value of the node label `cluster-api/accelerator`, which is the GPU type of ClusterAutoscaler limits. One
    /// value per GPU model. Default: from the instance type's GPU model, `nvidia-l4`.
    #[cfg_attr(test, schemars(extend("format" = "label-value")))]
    pub accelerator: Option<String>,
    /// Taints of the nodes. `[]` for none. Default: `nvidia.com/gpu=true:NoSchedule`.
    #[cfg_attr(test, schemars(extend("default" = [{"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"}])))]
    pub taints: Option<Vec<Taint>>,
    /// Labels of the nodes, merged over the default `node-role.kubernetes.io/gpu: ""`. `null` leaves a default out,
    /// also `cluster-api/accelerator`: for sets that run without it already.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "label-key"}, "additionalProperties" = {"type": "string", "format": "label-value", "x-nullable": true}, "default" = {"node-role.kubernetes.io/gpu": ""}, "x-also-known-as" = ["nodeLabels"])))]
    pub labels: Option<BTreeMap<String, Option<String>>>,
    /// Labels of the Machine objects (not of the nodes). May hold another role than `worker`, as
    /// `machine.openshift.io/cluster-api-machine-role: gpu-worker`.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "label-key"}, "additionalProperties" = {"type": "string", "format": "label-value"}, "x-also-known-as" = ["templateLabels"])))]
    pub machine_labels: Option<BTreeMap<String, String>>,
    /// Root volume. What is not given stays as the cloned worker has it.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["disk", "osDisk", "blockDevices", "storage"])))]
    pub root_volume: Option<RootVolume>,
    /// Network card and placement.
    pub network: Option<Network>,
    /// Name of each MachineSet. Variables: `{infra}`, `{name}`, `{instanceType}` (as a name part),
    /// `{instanceTypeRaw}` (as written), `{zone}`, `{region}`. Default: `{infra}-gpu-{instanceType}-{zone}`.
    #[cfg_attr(test, schemars(extend("default" = "{infra}-gpu-{instanceType}-{zone}")))]
    pub name_template: Option<String>,
    /// Value of the label `machine.openshift.io/cluster-api-machineset`, by which a MachineSet finds its machines, with
    /// the variables of `nameTemplate`. Default: the name of the set. Only for sets that run with another value
    /// already: a selector cannot change.
    pub selector_template: Option<String>,
    /// The worker MachineSet to clone. Default: the worker of the same zone, of the instance type's architecture.
    pub template: Option<Template>,
    /// One GPU for several pods.
    pub sharing: Option<Sharing>,
    /// Protection of the MachineSet in Argo CD: `confirm` asks before it is pruned or deleted, `keep` never deletes
    /// it, `none` neither. Default: `confirm`.
    #[cfg_attr(test, schemars(extend("default" = "confirm")))]
    pub protection: Option<Protection>,
    /// JSON merge patch (RFC 7386) over the generated provider spec: the escape hatch for fields that have no name
    /// here. May be a map by platform, each with a patch. Unknown fields of the cloud's provider spec are errors unless `allowUnknownProviderFields` is true.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub provider_spec: Option<Map<String, Value>>,
    /// Accept fields in `providerSpec` that this version does not know. Default: false.
    #[cfg_attr(test, schemars(extend("default" = false)))]
    pub allow_unknown_provider_fields: Option<bool>,
}

/// A value that may also be a map by platform. That is no value before the cluster is known: it stays in the tree, and
/// the entry of the cluster's platform is read then.
fn unless_by_platform<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::de::DeserializeOwned + Default,
{
    let value = Value::deserialize(deserializer)?;
    if value.is_object() {
        return Ok(T::default());
    }
    serde_json::from_value(value).map_err(serde::de::Error::custom)
}

/// GPUs of one machine.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Gpu {
    /// How many.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub count: u32,
    /// Model, as `t4`, `l40s` or `a100`.
    #[cfg_attr(test, schemars(extend("format" = "label-value")))]
    pub model: Option<String>,
    /// Its name as Prism lists it, `NVIDIA L40S`: Nutanix only, where machines have no types.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub name: Option<String>,
    /// Memory of each, for models that are made with several: 40 or 80 of an `a100`.
    #[serde(rename = "memoryGiB")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub memory_gib: Option<u32>,
}

/// Size of one machine.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("minProperties" = 1)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Machine {
    /// Virtual processors. Default: those of the cloned worker.
    #[cfg_attr(test, schemars(range(min = 2)))]
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["numCPUs", "vcpu", "vCPU", "cores"])))]
    pub cpus: Option<u32>,
    /// Memory in GiB. Default: that of the cloned worker.
    #[serde(rename = "memoryGiB")]
    #[cfg_attr(test, schemars(range(min = 2)))]
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["memory", "memoryMiB", "memorySize", "ram"])))]
    pub memory_gib: Option<u32>,
}

/// A reference to facts, or the facts themselves.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum FactsRef {
    /// By name, or by a pattern of names.
    Name(String),
    /// By names and patterns.
    Names(#[cfg_attr(test, schemars(length(min = 1)))] Vec<String>),
    /// Inline: the spec of a ClusterFacts.
    Inline(Box<ClusterFactsSpec>),
    /// By what is known of clusters.
    Select(ClusterSelector),
}

impl FactsRef {
    /// Whether it chooses among clusters: none of them is then no mistake.
    pub(crate) fn is_selection(&self) -> bool {
        match self {
            Self::Name(name) => name.contains('*'),
            Self::Names(_) | Self::Select(_) => true,
            Self::Inline(_) => false,
        }
    }
}

/// Clusters by what is known of them: all that is written must hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("minProperties" = 1)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterSelector {
    /// Labels of the cluster's ClusterFacts, or of its ManagedCluster.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "label-key"}, "additionalProperties" = {"type": "string", "format": "label-value"})))]
    pub match_labels: Option<BTreeMap<String, String>>,
    /// Platforms, as `Infrastructure.status.platformStatus.type` spells them: `[AWS]`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub platform: Option<Vec<String>>,
    /// Versions that the cluster runs, up to the minor: `4.18`, `>=4.18`, `>=4.18 <4.21`.
    #[cfg_attr(test, schemars(extend("format" = "openshift-versions")))]
    pub openshift: Option<String>,
}

/// Limits over all zones together.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Autoscaling {
    /// Machines that always stay, in all zones together. It does not start machines: see `replicas`.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["minReplicas"])))]
    pub min: u32,
    /// Machines at the most, in all zones together. At least one.
    #[cfg_attr(test, schemars(range(min = 1)))]
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["maxReplicas"])))]
    pub max: u32,
}

/// How machines are bought.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Market {
    /// Pay as you go.
    #[default]
    OnDemand,
    /// Spare capacity that the cloud may take back.
    Spot,
    /// Capacity bought ahead for a time; needs `capacityReservation`.
    CapacityBlock,
}

/// Settings of spot machines.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spot {
    /// Highest price per machine and hour in US dollars, as a quoted decimal; on Azure also `"-1"`, which is the
    /// default there. Default: the on-demand price.
    #[cfg_attr(test, schemars(extend("format" = "price", "x-also-known-as" = ["spotMaxPrice"])))]
    pub max_price: Option<String>,
}

/// A capacity reservation.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CapacityReservation {
    /// Its id: `cr-` and 17 hexadecimal digits on AWS, the ARM id of a capacity reservation group on Azure.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub id: String,
}

/// One taint.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Taint {
    /// Key, as `nvidia.com/gpu`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    #[cfg_attr(test, schemars(extend("format" = "taint-key")))]
    pub key: String,
    /// Value; quote `"true"`. Default: none.
    #[cfg_attr(test, schemars(extend("format" = "taint-value")))]
    pub value: Option<String>,
    /// What happens to pods that do not tolerate it.
    pub effect: TaintEffect,
}

/// Effect of a taint.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum TaintEffect {
    /// New pods stay away.
    NoSchedule,
    /// New pods stay away if they can.
    PreferNoSchedule,
    /// New pods stay away and running ones leave.
    NoExecute,
}

impl TaintEffect {
    /// As the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSchedule => "NoSchedule",
            Self::PreferNoSchedule => "PreferNoSchedule",
            Self::NoExecute => "NoExecute",
        }
    }
}

/// Root volume of each machine.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RootVolume {
    /// Size in GiB. GPU driver images and models need room: 120 at least, 200 is usual.
    #[serde(rename = "sizeGiB")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["size", "sizeGB", "volumeSize", "diskSizeGB", "diskSize", "rootVolumeSize"])))]
    pub size_gib: Option<u32>,
    /// Type, as the cloud spells it (`gp3`). May be a map by platform.
    #[serde(default, deserialize_with = "unless_by_platform")]
    #[cfg_attr(test, schemars(with = "Value", extend("x-by-platform" = true, "anyOf" = [{"type": "string"}, {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}}], "x-also-known-as" = ["volumeType"])))]
    pub r#type: Option<String>,
    /// Whether it is encrypted.
    pub encrypted: Option<bool>,
    /// Key to encrypt with: id or ARN on AWS, the id of a disk encryption set on Azure, the resource name of a key on
    /// Google Cloud.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["kmsKeyId", "kmsKeyARN"])))]
    pub kms_key: Option<String>,
    /// Provisioned operations per second.
    pub iops: Option<u32>,
    /// Throughput in MiB per second; gp3 only, 125 to 2000.
    #[serde(rename = "throughputMiB")]
    pub throughput_mib: Option<u32>,
}

/// Network card and placement.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Network {
    /// `ENA` or `EFA` on AWS. Default: the cloud's.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["networkInterfaceType", "efa"])))]
    pub interface_type: Option<InterfaceType>,
    /// Placement group to start in; it must exist.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["placementGroupName"])))]
    pub placement_group: Option<String>,
    /// Partition of the placement group, 1 to 7.
    #[cfg_attr(test, schemars(range(min = 1, max = 7)))]
    pub placement_group_partition: Option<u32>,
    /// Subnet of each zone, for zones that have no worker MachineSet to clone: an id, or the value of `tag:Name`.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "zone"}, "x-also-known-as" = ["subnet"])))]
    pub subnets: Option<BTreeMap<String, String>>,
}

/// Kind of network card.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum InterfaceType {
    /// Elastic Network Adapter.
    #[serde(rename = "ENA")]
    Ena,
    /// Elastic Fabric Adapter.
    #[serde(rename = "EFA")]
    Efa,
}

/// Which worker to clone.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// Name of a worker MachineSet; `{zone}` stands for the zone (`demo-x7k2p-ci-worker-{zone}`).
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["name"])))]
    pub machine_set: Option<String>,
}

/// One GPU for several pods: exactly one of the three.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("minProperties" = 1, "maxProperties" = 1)))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sharing {
    /// Pods that take turns on one GPU.
    #[cfg_attr(test, schemars(range(min = 2)))]
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["timeslicing"])))]
    pub time_slicing: Option<u32>,
    /// Pods that share one GPU through the multi-process service.
    #[cfg_attr(test, schemars(range(min = 2)))]
    pub mps: Option<u32>,
    /// Multi-instance GPU: a profile that every GPU of the pool is cut into, as `all-1g.10gb`.
    pub mig: Option<String>,
}

/// Protection against deletion by Argo CD.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Protection {
    /// No annotation.
    None,
    /// Somebody must confirm in Argo CD.
    #[default]
    Confirm,
    /// Argo CD never deletes it.
    Keep,
}
