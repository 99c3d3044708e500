//! `GpuPlatform`: the operators and cluster settings that GPU nodes need.

mod settings;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

pub(crate) use settings::{
    Argocd, ArgocdOff, ArgocdSettings, ClusterAutoscaler, Limits, Monitoring, Waves,
};

/// The operators that GPU nodes need, with their operands, and monitoring and autoscaling of the cluster. Versions
/// follow the cluster's, tolerations and GPU limits follow the pools.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GpuPlatformSpec {
    /// Which clusters it is for when the input describes several: the name of a ClusterFacts, an infrastructure name or
    /// the name of a ManagedCluster; a pattern (`prod-*`); a list of both; or what is known of them: `matchLabels` of
    /// their ClusterFacts and ManagedClusters, `platform`, `openshift`. A kustomize generator sees no other resource:
    /// there it may hold a whole ClusterFacts spec. Default: every cluster of a fleet, else the only one of the input.
    pub facts: Option<super::gpu_machine_set::FactsRef>,
    /// Operators to install. `{}` for none. Default: `nfd` and `nvidia-gpu`. What the input or the facts show as
    /// installed is never installed again.
    // one schema per operator is put in where the schema is made: each operator's file knows its own fields
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub operators: Option<BTreeMap<String, Value>>,
    /// Where all subscriptions come from, for mirrored catalogues and manual approval.
    pub subscriptions: Option<Subscriptions>,
    /// Monitoring of the cluster. Default: nothing is changed.
    pub monitoring: Option<Monitoring>,
    /// The cluster's only ClusterAutoscaler. GPU limits are derived from the pools. Default: none is made; one in the
    /// input gets its GPU limits completed.
    pub cluster_autoscaler: Option<ClusterAutoscaler>,
    /// Sync waves and sync options for Argo CD; `none` leaves them off. Default: on.
    pub argocd: Option<Argocd>,
}

/// What every operator takes.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = false)))]
#[serde(rename_all = "camelCase")]
pub(crate) struct OperatorSettings {
    /// Whether it is wanted. What another operator needs cannot be turned off; say `provided` when somebody else
    /// installs it. Default: true.
    pub enabled: Option<bool>,
    /// It is there already, installed by somebody else: nothing of it is emitted, and what needs it is content.
    /// Default: false; what the input or the facts show needs no mention.
    pub provided: Option<bool>,
    /// `available`: left out, with an info, on clusters whose OpenShift version or catalogue has no channel of it.
    /// Default: that is an error.
    #[serde(rename = "where")]
    pub on: Option<Where>,
    /// Channel of the subscription; must exist on the cluster's OpenShift version. Default: the newest that is known
    /// good there.
    pub channel: Option<String>,
    /// CatalogSource. Default: `redhat-operators`, or `certified-operators` for `nvidia-gpu`.
    pub source: Option<String>,
    /// Namespace of the CatalogSource. Default: `openshift-marketplace`.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub source_namespace: Option<String>,
    /// Namespace to install into. Default: the one that the operator's vendor names.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub namespace: Option<String>,
    /// ClusterServiceVersion to start with. Default: the channel's head.
    #[serde(rename = "startingCSV")]
    pub starting_csv: Option<String>,
    /// Who approves installations and updates. `Manual` wants `startingCSV`. Default: `Automatic`.
    pub install_plan_approval: Option<Approval>,
    /// JSON merge patch (RFC 7386) over the `spec` of the operand: the escape hatch for fields that have no name
    /// here.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub operand: Option<Map<String, Value>>,
}

/// On which clusters an operator is wanted.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Where {
    /// On those that can have it.
    Available,
}

/// Who approves an InstallPlan.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Approval {
    /// OLM itself.
    #[default]
    Automatic,
    /// A person; until then nothing is installed and later sync waves wait.
    Manual,
}

/// Where all subscriptions come from. A field of one operator wins over these.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subscriptions {
    /// Mirrors: name of a default CatalogSource (`redhat-operators`) to the one to use instead.
    pub sources: Option<BTreeMap<String, String>>,
    /// Namespace of the CatalogSources. Default: `openshift-marketplace`.
    pub source_namespace: Option<String>,
    /// Who approves installations and updates. Default: `Automatic`.
    pub install_plan_approval: Option<Approval>,
}
