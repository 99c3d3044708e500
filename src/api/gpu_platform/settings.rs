//! Settings of the cluster beside its operators: monitoring, the ClusterAutoscaler, Argo CD.

use serde::Deserialize;
use serde_json::{Map, Value};

/// Monitoring of the cluster.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Monitoring {
    /// Monitoring of users' own workloads. Default: left as it is.
    pub user_workload: Option<bool>,
    /// Users may route their own alerts. Default: left as it is.
    pub user_alertmanager: Option<bool>,
    /// A dashboard of the GPUs in the console, from the metrics of the DCGM exporter. Default: false.
    pub dcgm_dashboard: Option<bool>,
}

/// Settings of the ClusterAutoscaler. There is one in a cluster, named `default`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterAutoscaler {
    /// Limits of the whole cluster beside those of GPUs.
    pub resource_limits: Option<ResourceLimits>,
    /// When nodes are taken away. Default: never.
    pub scale_down: Option<ScaleDown>,
    /// How long a new machine may take, as `30m`; GPU instances are often slow. Default: `15m`.
    #[cfg_attr(test, schemars(extend("format" = "go-duration")))]
    pub max_node_provision_time: Option<String>,
    /// Keep similar sets of different zones at the same size. Default: true, when a pool spans zones.
    pub balance_similar_node_groups: Option<bool>,
    /// JSON merge patch (RFC 7386) over the generated spec: the escape hatch for fields that have no name here.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub spec: Option<Map<String, Value>>,
}

/// Limits of the whole cluster.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceLimits {
    /// Nodes at the most, control plane included. Default: no limit.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub max_nodes_total: Option<u32>,
    /// vCPUs of all nodes together, control plane included.
    pub cores: Option<Limits>,
    /// Memory of all nodes together in GiB, control plane included.
    pub memory: Option<Limits>,
}

/// A lower and an upper limit.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// At the least.
    pub min: u32,
    /// At the most.
    pub max: u32,
}

/// When nodes are taken away.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScaleDown {
    /// Whether they are. Default: true.
    pub enabled: Option<bool>,
    /// Pause after a node was added, as `10m`.
    #[cfg_attr(test, schemars(extend("format" = "go-duration")))]
    pub delay_after_add: Option<String>,
    /// Pause after a node was deleted, as `10s`.
    #[cfg_attr(test, schemars(extend("format" = "go-duration")))]
    pub delay_after_delete: Option<String>,
    /// Pause after a deletion failed, as `3m`.
    #[cfg_attr(test, schemars(extend("format" = "go-duration")))]
    pub delay_after_failure: Option<String>,
    /// How long a node must be unneeded, as `10m`.
    #[cfg_attr(test, schemars(extend("format" = "go-duration")))]
    pub unneeded_time: Option<String>,
    /// Share of its requests below which a node is unneeded: a quoted decimal between 0 and 1, as `"0.4"`.
    #[cfg_attr(test, schemars(extend("format" = "share")))]
    pub utilization_threshold: Option<String>,
}

/// Argo CD: off, or its settings.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Argocd {
    /// `none`: no waves and no sync options.
    Off(ArgocdOff),
    /// Settings.
    On(ArgocdSettings),
}

/// The word that leaves Argo CD's annotations off.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ArgocdOff {
    /// No waves and no sync options.
    None,
}

/// Settings for Argo CD.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArgocdSettings {
    /// Sync waves.
    pub waves: Option<Waves>,
}

/// Sync waves, from -1000 to 1000. Within a step the order is ours.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Waves {
    /// Namespaces. Default: -8.
    #[cfg_attr(test, schemars(range(min = -1000, max = 1000)))]
    pub namespaces: Option<i32>,
    /// OperatorGroups and Subscriptions. Default: -7.
    #[cfg_attr(test, schemars(range(min = -1000, max = 1000)))]
    pub subscriptions: Option<i32>,
    /// The first operand; the others follow in the order in which they need each other. Default: 0.
    #[cfg_attr(test, schemars(range(min = -1000, max = 1000)))]
    pub operands: Option<i32>,
    /// MachineSets and MachineAutoscalers. Default: 10.
    #[cfg_attr(test, schemars(range(min = -1000, max = 1000)))]
    pub machine_sets: Option<i32>,
}
