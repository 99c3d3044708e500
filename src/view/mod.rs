//! What will be there, for people: clusters, pools, sets, operators, totals and notes, and how they are printed.
//!
//! `of` turns a plan and the objects made of it into an [`Overview`], which knows nothing of its forms; each form is
//! a file. The JSON form is the overview itself: its fields are documented here and stay as they are.

mod access;
mod against;
mod autoscaler;
mod cost;
mod delivery;
mod fleet;
mod html;
mod json;
mod markdown;
mod model;
mod notes;
mod open_stack;
mod picture;
mod prices;
mod said;
mod section;
mod served;
mod table;
mod words;

pub use access::Share;
pub use against::{Against, Unreadable, against};
pub use cost::{Cost, Costs, Price};
pub use delivery::{Component, Delivery};
pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub(crate) use model::of;
pub use open_stack::{Alias, ComputeNode, Flavor, Network, OpenStack, Service, Taken};
pub use prices::Prices;
pub use said::said;
pub use served::{Held, Served};
pub use table::{Style, columns, table};
pub use words::paragraph;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What will be there. As JSON: `{"version": 1, "clusters": [...]}`. New fields may be added; what is there keeps its
/// name, its place and its meaning as long as `version` is 1. What is not known is `null`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// Version of this form.
    pub version: u32,
    /// Whether errors stopped the run: then nothing is planned, and `clusters` says nothing.
    pub failed: bool,
    /// All clusters together.
    pub totals: Totals,
    /// What it costs, when a price list is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
    /// What the run says besides: errors, warnings, infos, in this order.
    pub problems: Vec<Said>,
    /// What is other than in an earlier plan; `null` when there is none to compare with.
    pub changes: Option<Against>,
    /// Clusters that get anything, sorted by name.
    pub clusters: Vec<Cluster>,
    /// How Argo CD delivers, when a GpuDelivery says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<Delivery>,
}

impl Overview {
    /// Clusters, with what they come to.
    pub fn of_clusters(mut clusters: Vec<Cluster>) -> Self {
        clusters.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            version: VERSION,
            failed: false,
            totals: fleet::totals(&clusters),
            costs: None,
            problems: Vec::new(),
            changes: None,
            clusters,
            deliveries: Vec::new(),
        }
    }

    /// The same with how Argo CD delivers.
    #[must_use]
    pub fn with_deliveries(self, deliveries: Vec<Delivery>) -> Self {
        Self { deliveries, ..self }
    }

    /// What is left to show of a run that errors stopped: a part of a plan would be taken for the whole.
    pub fn failed() -> Self {
        Self {
            failed: true,
            ..Self::of_clusters(Vec::new())
        }
    }
}

/// Version of the JSON form.
const VERSION: u32 = 1;

/// One problem, as `--format json` of other commands has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// Its rule, which `gpu-machineset explain` explains.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// The file, empty when it is in none.
    pub file: String,
    /// The line there.
    pub line: Option<usize>,
    /// Kind and name of the object.
    pub object: Option<String>,
    /// The field there.
    pub path: String,
    /// What contradicts it.
    pub facts: Vec<String>,
    /// What to write instead.
    pub help: Vec<String>,
}

/// One cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// How messages call it: the name of its facts, else its infrastructure name.
    pub name: String,
    /// Its infrastructure name.
    pub infrastructure_name: Option<String>,
    /// Kind of cloud: `AWS`.
    pub platform: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// The OpenShift version that it runs.
    pub openshift_version: Option<String>,
    /// Pools in the order of their placeholders.
    pub pools: Vec<Pool>,
    /// Operators that are installed, in the order of their objects.
    pub operators: Vec<Operator>,
    /// Who may use which pool, when a GpuAccess says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access: Vec<Share>,
    /// Models that are served, when a GpuModel says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<Served>,
    /// OpenStacks whose virtual machines get GPUs, when an OpenStackGpu says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open_stack: Vec<OpenStack>,
    /// Objects that tolerate taints, in their order.
    pub tolerating: Vec<Tolerating>,
    /// The ClusterAutoscaler; `null` when nobody shows one.
    pub cluster_autoscaler: Option<ClusterAutoscaler>,
    /// All pools together.
    pub totals: Totals,
    /// What its pools cost, when a price list is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
    /// vCPU that its pools need at the most, by quota of the account.
    pub quotas: Vec<Quota>,
    /// Every object that is made for it: `MachineSet/l4-a`, sorted.
    pub objects: Vec<String>,
    /// What to know before it is applied.
    pub notes: Vec<Note>,
}

/// One quota of the account that pools count against.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// What it is called.
    pub name: String,
    /// vCPU.
    pub vcpu: u64,
}

/// One pool on one cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pool {
    /// Name of its placeholder.
    pub name: String,
    /// Instance type, as the cloud spells it.
    pub instance_type: String,
    /// What one machine has; `null` for types outside the catalogue.
    pub machine: Option<Machine>,
    /// GPUs of each machine, where the pool says them and no catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated_gpu: Option<StatedGpu>,
    /// Processors and memory of each machine, where the pool or a flavor of the input says them and no catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated_size: Option<StatedSize>,
    /// How machines are bought: `OnDemand`, `Spot`, `CapacityBlock`.
    pub market: &'static str,
    /// One GPU for several pods.
    pub sharing: Option<Sharing>,
    /// Node label `cluster-api/accelerator`.
    pub accelerator: String,
    /// Whether the autoscaler decides how many machines there are.
    pub autoscaled: bool,
    /// Taints of its nodes: `nvidia.com/gpu=true:NoSchedule`.
    pub taints: Vec<String>,
    /// Labels of its nodes.
    pub labels: BTreeMap<String, String>,
    /// Its MachineSets, one per zone.
    pub sets: Vec<Set>,
    /// All its zones together.
    pub totals: Totals,
    /// What it costs, when a price list is given and has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// What to know before it is applied.
    pub notes: Vec<Note>,
}

/// GPUs of a machine of which no catalogue knows anything, as the pool states them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatedGpu {
    /// How many.
    pub count: u32,
    /// Their model; `null` when the tables do not know it.
    pub model: Option<&'static str>,
}

/// Size of a machine of which no catalogue knows anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatedSize {
    /// Virtual CPUs.
    pub vcpu: u32,
    /// Memory in MiB.
    #[serde(rename = "memoryMiB")]
    pub memory_mib: u32,
}

/// What one machine has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Machine {
    /// GPUs, as the cloud's API counts them.
    pub gpus: u32,
    /// Vendor of the GPU: `nvidia`.
    pub gpu_vendor: &'static str,
    /// Model of the GPU: `l4`.
    pub gpu_model: &'static str,
    /// Whether it has a share of a GPU only.
    pub fractional_gpu: bool,
    /// Virtual CPUs.
    pub vcpu: u32,
    /// Memory in MiB.
    #[serde(rename = "memoryMiB")]
    pub memory_mib: u32,
    /// Architecture: `amd64`.
    pub architecture: &'static str,
}

/// One GPU for several pods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sharing {
    /// `timeSlicing`, `mps` or `mig`.
    pub way: &'static str,
    /// Pods per GPU; `null` with MIG, where the profile says it.
    pub pods_per_gpu: Option<u32>,
    /// The MIG profile.
    pub profile: Option<String>,
}

/// One MachineSet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Set {
    /// Its name.
    pub name: String,
    /// Its zone.
    pub zone: Option<String>,
    /// The worker MachineSet that it is cloned from; `null` when it is built from facts alone.
    pub cloned_from: Option<String>,
    /// Machines that it starts with when it is new.
    pub first: u32,
    /// Machines at the least.
    pub min: u32,
    /// Machines at the most.
    pub max: u32,
}

/// How much there is: when the sets are new, at the least, at the most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Sets of machines, each in one zone.
    pub sets: usize,
    /// When all sets are new.
    pub first: Amount,
    /// When the autoscaler has taken away what it may.
    pub min: Amount,
    /// When it has added what it may.
    pub max: Amount,
}

/// Machines and what those of known types have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Amount {
    /// Machines.
    pub machines: u64,
    /// Machines of types outside the catalogue: of what they have only GPUs that the pool states are in the other numbers.
    pub uncounted_machines: u64,
    /// GPUs, as the cloud counts them.
    pub gpus: u64,
    /// Virtual CPUs.
    pub vcpu: u64,
    /// Memory in MiB.
    #[serde(rename = "memoryMiB")]
    pub memory_mib: u64,
}

/// One operator that gets installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operator {
    /// Its package in the catalogue.
    pub package: String,
    /// The channel that is followed.
    pub channel: String,
    /// The catalogue.
    pub source: String,
    /// Where it is installed.
    pub namespace: String,
    /// Packages that it does nothing without.
    pub needs: Vec<String>,
}

/// The ClusterAutoscaler of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterAutoscaler {
    /// `made` by a GpuPlatform, `completed` in the input, `there` among the facts, `stated` by ClusterFacts, or
    /// `absent`, which ClusterFacts states too.
    pub standing: &'static str,
    /// What shows it: `ClusterAutoscaler default (facts.yaml:3:1)`.
    pub shown_by: Option<String>,
    /// Whether it takes away machines that nobody uses.
    pub scales_down: Option<bool>,
    /// Its limits over all nodes, by what is limited: `nodes`, `cores`, `memory` in GiB, and GPUs by accelerator.
    pub limits: Vec<Limit>,
}

/// One limit of a ClusterAutoscaler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// `nodes`, `cores`, `memory`, or `gpus`.
    pub of: &'static str,
    /// With `gpus` the accelerator: `nvidia-l4`.
    #[serde(rename = "type")]
    pub accelerator: Option<String>,
    /// At the least.
    pub min: Option<u64>,
    /// At the most.
    pub max: Option<u64>,
}

/// An object whose pods run on tainted nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tolerating {
    /// Kind and name: `ClusterPolicy/gpu-cluster-policy`.
    pub object: String,
    /// Taints of the pools that it tolerates.
    pub taints: Vec<String>,
}

/// One thing to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What kind of note: `first-machines`, `spot`, `capacity-reservation`, `unknown-type`, `built-from-facts`,
    /// `cluster-autoscaler`, `quota`.
    pub code: &'static str,
    /// The sentence.
    pub text: String,
}
