//! `GpuAccess`: who may use which GPU pool, and how it shows up to the people who work on it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::gpu_machine_set::FactsRef;
use super::gpu_platform::ArgocdOff;

/// Who may use which GPU pool: profiles, queues, quotas and admission policies, derived from the pools of a cluster. A
/// pool that some team names is for those teams only; all others are for everybody.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GpuAccessSpec {
    /// Which facts to use when the input describes several clusters: the name of a ClusterFacts, an infrastructure
    /// name or the name of a ManagedCluster. A kustomize generator sees no other resource: there it may hold a
    /// whole ClusterFacts spec. Default: the only cluster of the input.
    pub(crate) facts: Option<FactsRef>,
    /// Who places pods and limits them. Default: `node`.
    #[cfg_attr(test, schemars(extend("default" = "node")))]
    pub(crate) mode: Option<AccessMode>,
    /// Teams by name. Default: none, so that every pool is for everybody.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "dns-label"})))]
    pub(crate) teams: Option<BTreeMap<String, Team>>,
    /// Pools by name, only where they differ from what follows from the teams.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "object-name"})))]
    pub(crate) pools: Option<BTreeMap<String, PoolAccess>>,
    /// Whether teams may use what others leave idle, in queue mode. Default: `none`.
    #[cfg_attr(test, schemars(extend("default" = "none")))]
    pub(crate) borrowing: Option<Borrowing>,
    /// CPU and memory of other nodes for pods without GPU of queued workloads, for each queue: the head of a Ray cluster,
    /// a launcher. Default: none, and such pods take GPU nodes.
    pub(crate) cpu: Option<CpuQuota>,
    /// What stays free on each GPU node for DaemonSets and log collectors. Default: `500m` and `3Gi`.
    pub(crate) reserve: Option<Reserve>,
    /// What happens to a pod that tolerates the taint of a pool which its namespace may not use. Default: `deny`.
    #[cfg_attr(test, schemars(extend("default" = "deny")))]
    pub(crate) enforcement: Option<Enforcement>,
    /// Profiles of OpenShift AI. Default: of the kind that its version shows, none without OpenShift AI.
    pub(crate) profiles: Option<Profiles>,
    /// Whether projects with queues get a profile `cpu` without GPU: they do not see the default profile. Queue mode with
    /// OpenShift AI only. Default: true.
    #[cfg_attr(test, schemars(extend("default" = true)))]
    pub(crate) cpu_profile: Option<bool>,
    /// Workbench images of OpenShift AI, by the name of their ImageStream.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "dns-label"})))]
    pub(crate) images: Option<BTreeMap<String, Image>>,
    /// `none` leaves sync waves and sync options off. Default: on.
    pub(crate) argocd: Option<ArgocdOff>,
}

/// Who places pods and limits them.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccessMode {
    /// Profiles place pods, quotas limit them.
    #[default]
    Node,
    /// Kueue does both: who asks for more than is free waits for it.
    Queue,
}

/// One team.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Team {
    /// Its namespaces; a namespace is of one team only.
    #[cfg_attr(test, schemars(length(min = 1), extend("items" = {"type": "string", "format": "dns-label"}, "x-also-known-as" = ["namespace", "projects"])))]
    pub(crate) namespaces: Vec<String>,
    /// Pools that it may use, and how much of each: a number of what one pod may ask for (whole GPUs, or the parts that a
    /// pool shares them in), or `all` for no limit of its own.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "object-name"}, "x-also-known-as" = ["pools", "quota"])))]
    pub(crate) gpus: Option<BTreeMap<String, Amount>>,
}

/// How much of a pool.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum Amount {
    /// A number.
    Count(#[cfg_attr(test, schemars(range(min = 1)))] u32),
    /// No limit of its own.
    All(All),
}

/// The word for no limit.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum All {
    /// All that the pool has.
    All,
}

impl Amount {
    /// The number, when there is one.
    pub(crate) fn count(self) -> Option<u32> {
        match self {
            Self::Count(count) => Some(count),
            Self::All(All::All) => None,
        }
    }
}

/// One pool, where it differs.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct PoolAccess {
    /// Who may use it. Default: `teams` when a team names it, else `everyone`.
    pub(crate) access: Option<Whom>,
    /// Its profiles: GPU counts, or `false` for none. Default: one GPU and, where a node has more, all of them.
    pub(crate) profiles: Option<PoolProfiles>,
    /// What people read in the list of profiles. Default: the model with its memory, as `NVIDIA L4 24 GB`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) title: Option<String>,
    /// What stands below it. Default: instance type, GPUs, CPU and memory.
    pub(crate) description: Option<String>,
    /// Where it is offered. Default: everywhere.
    pub(crate) visibility: Option<Vec<Visibility>>,
    /// What a node of it offers to pods, for instance types and ways of sharing that the tables do not know.
    pub(crate) node: Option<NodeOffer>,
}

/// Who may use a pool.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Whom {
    /// Every namespace.
    Everyone,
    /// Teams that name it.
    Teams,
}

/// Profiles of a pool.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum PoolProfiles {
    /// Whether there are any.
    Some(bool),
    /// One for each of these GPU counts.
    Counts(#[cfg_attr(test, schemars(length(min = 1)))] Vec<u32>),
}

/// A part of OpenShift AI that offers profiles.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Visibility {
    /// Workbenches.
    Workbench,
    /// Deployed models.
    ModelServing,
}

/// What a node offers to pods.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct NodeOffer {
    /// What pods may ask for: whole GPUs, or the parts that they are shared in.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) gpus: Option<u32>,
    /// CPU after what OpenShift and DaemonSets take, as `"15"`.
    pub(crate) cpu: Option<String>,
    /// Memory after what OpenShift and DaemonSets take, as `55Gi`.
    pub(crate) memory: Option<String>,
    /// Name of the resource, as `nvidia.com/mig-1g.10gb`.
    #[cfg_attr(test, schemars(extend("format" = "label-key")))]
    pub(crate) resource: Option<String>,
}

/// Whether teams may use what others leave idle.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Borrowing {
    /// Each team has its own.
    #[default]
    None,
    /// Until the owner wants it back, which ends the borrower's pods.
    Idle,
}

/// CPU and memory for pods without GPU.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CpuQuota {
    /// Cores.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) cores: u32,
    /// Memory, as `64Gi`.
    pub(crate) memory: String,
}

/// What stays free on a node.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Reserve {
    /// CPU. Default: `500m`.
    pub(crate) cpu: Option<String>,
    /// Memory. Default: `3Gi`.
    pub(crate) memory: Option<String>,
}

/// What happens to a pod that may not use a pool.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Enforcement {
    /// It is refused.
    #[default]
    Deny,
    /// It passes, its author is warned, and the audit log has it: to begin with on a cluster that is in use.
    Warn,
    /// No policy is made.
    Off,
}

/// Profiles of OpenShift AI.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Profiles {
    /// Their kind. Default: the one that the dashboard of the installed version shows.
    pub(crate) kind: Option<ProfileKind>,
    /// Where profiles for everybody stand: the namespace of OpenShift AI's applications. Default: that of the
    /// DSCInitialization of the input or the facts, else `redhat-ods-applications`.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub(crate) namespace: Option<String>,
}

/// A kind of profile.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum ProfileKind {
    /// The dashboard of OpenShift AI 3, and of 2.23 to 2.25 where it is turned on.
    HardwareProfile,
    /// The dashboard of OpenShift AI 2.
    AcceleratorProfile,
    /// No profiles.
    #[serde(rename = "none")]
    None,
}

/// A workbench image.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "fields are what people write")]
pub(crate) struct Image {
    /// Image with its tag, as `registry.example.com/team/pytorch:2026.1`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) image: String,
    /// What people read in the list of images.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) title: String,
    /// What stands below it.
    pub(crate) description: Option<String>,
    /// Software in it by name, as `CUDA: "12.8"`.
    pub(crate) software: Option<BTreeMap<String, String>>,
    /// Python packages in it by name, as `torch: "2.7"`.
    pub(crate) packages: Option<BTreeMap<String, String>>,
}
