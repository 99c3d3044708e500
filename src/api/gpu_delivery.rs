//! `GpuDelivery`: how Argo CD brings pools, operators and what runs on them to one cluster or to many.

mod component;
mod project;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

pub(crate) use component::{Component, GpuScheduling, KindRef, On, Placed, Pools};
pub(crate) use project::{May, Project, Role, SyncWindow, WindowKind};

/// What Argo CD delivers: an AppProject that allows exactly that, and the ApplicationSets or Applications that bring it
/// to one cluster or to all that a label selects. Applied to the cluster of Argo CD.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GpuDeliverySpec {
    /// Namespace of Argo CD, in which all of it is made. Default: `openshift-gitops`.
    #[cfg_attr(test, schemars(extend("format" = "dns-label", "default" = "openshift-gitops")))]
    pub(crate) argocd_namespace: Option<String>,
    /// Where components come from that say nothing else.
    pub(crate) source: Option<GitSource>,
    /// The AppProject. Default: one of the name of this object, without roles.
    pub(crate) project: Option<Project>,
    /// The clusters to deliver to. Default: the one that Argo CD runs on.
    pub(crate) clusters: Option<Clusters>,
    /// What is delivered: charts, kustomizations, folders of manifests, pools.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) components: Vec<Component>,
    /// Whether one ApplicationSet brings all components, or each has its own; only one for all can order them. `single`, on
    /// one cluster, is one Application with all of them, in the order of the sync waves of their manifests. Default:
    /// `combined`.
    #[cfg_attr(test, schemars(extend("default" = "combined")))]
    pub(crate) layout: Option<Layout>,
    /// How Argo CD syncs.
    pub(crate) sync: Option<Sync>,
    /// JSON merge patch (RFC 7386) over the `spec` of each ApplicationSet or Application: the escape hatch for fields
    /// that have no name here.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub(crate) applications: Option<Map<String, Value>>,
}

/// A repository at a revision.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GitSource {
    /// Address of the repository, as Argo CD knows it.
    #[serde(rename = "repoURL")]
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["repoUrl", "repo", "url", "repository"])))]
    pub(crate) repo_url: Option<String>,
    /// Branch, tag or commit; the version of a chart. Default: `HEAD`.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["revision", "branch", "version"])))]
    pub(crate) target_revision: Option<String>,
}

/// The clusters to deliver to.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Clusters {
    /// Labels of Argo CD's cluster Secrets (not of nodes). Each cluster whose Secret has all of them gets the components.
    pub(crate) selector: Selector,
    /// Makes the Secret of the cluster that Argo CD runs on, so that a selector finds it. There is no credential in it.
    /// OpenShift GitOps makes one by itself: label that one instead.
    pub(crate) local: Option<LocalCluster>,
    /// Addresses of the API servers that the project allows, globs included. Default: all.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) servers: Option<Vec<String>>,
    /// What differs between groups of clusters: a name of the group to its clusters and its values.
    pub(crate) values: Option<BTreeMap<String, Environment>>,
}

/// Labels that select clusters.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Selector {
    /// Labels that the Secret of the cluster has.
    #[cfg_attr(test, schemars(extend("minProperties" = 1, "propertyNames" = {"format": "label-key"}, "additionalProperties" = {"type": "string", "format": "label-value"})))]
    pub(crate) match_labels: BTreeMap<String, String>,
}

/// The cluster that Argo CD runs on.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LocalCluster {
    /// Its name in Argo CD. Default: `in-cluster`.
    #[cfg_attr(test, schemars(extend("format" = "object-name", "default" = "in-cluster")))]
    pub(crate) name: Option<String>,
    /// Labels of its Secret. Default: those of the selector.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "label-key"}, "additionalProperties" = {"type": "string", "format": "label-value"})))]
    pub(crate) labels: Option<BTreeMap<String, String>>,
}

/// A group of the selected clusters.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Environment {
    /// The label by which it differs from the other groups; all groups use one label with a value of their own. Without
    /// it the group is all clusters that are in no other.
    #[cfg_attr(test, schemars(extend("minProperties" = 1, "maxProperties" = 1, "propertyNames" = {"format": "label-key"}, "additionalProperties" = {"type": "string", "format": "label-value"})))]
    pub(crate) match_labels: Option<BTreeMap<String, String>>,
    /// Its values, which components write as `{{.values.NAME}}`.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "value-name"})))]
    pub(crate) set: BTreeMap<String, String>,
}

/// One ApplicationSet or several.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Layout {
    /// One for all components.
    #[default]
    Combined,
    /// One for each component.
    Separate,
    /// One Application of several sources.
    Single,
}

/// How Argo CD syncs.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Sync {
    /// Syncs without being asked. Where components are ordered, the controller of ApplicationSets does it, step by step.
    pub(crate) automated: Option<Automated>,
    /// What happens when a sync fails.
    pub(crate) retry: Option<Retry>,
    /// Sync options. Default: `CreateNamespace=true`, `PrunePropagationPolicy=foreground`, `ApplyOutOfSyncOnly=true`,
    /// `ServerSideApply=true`, `PruneLast=true`. `RespectIgnoreDifferences=true` comes by itself where it is needed.
    #[cfg_attr(test, schemars(extend("items" = {"type": "string", "format": "sync-option"})))]
    pub(crate) options: Option<Vec<String>>,
}

/// Syncs without being asked.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Automated {
    /// Whether it does. Default: true.
    pub(crate) enabled: Option<bool>,
    /// Deletes what is no more in Git. Default: true.
    pub(crate) prune: Option<bool>,
    /// Sets back what somebody changed on the cluster. Default: true.
    pub(crate) self_heal: Option<bool>,
}

/// What happens when a sync fails.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Retry {
    /// How often it is tried again; -1 for ever. Default: 5, and -1 for pools, whose operators take their time.
    #[cfg_attr(test, schemars(range(min = -1)))]
    pub(crate) limit: Option<i32>,
    /// Pauses between them. Default: 5 seconds, doubled each time, 3 minutes at the most.
    pub(crate) backoff: Option<Backoff>,
}

/// Pauses between tries.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Backoff {
    /// The first pause, as `5s`.
    #[cfg_attr(test, schemars(extend("format" = "go-duration")))]
    pub(crate) duration: Option<String>,
    /// What each pause is multiplied by for the next.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) factor: Option<i32>,
    /// The longest pause, as `3m`.
    #[cfg_attr(test, schemars(extend("format" = "go-duration")))]
    pub(crate) max_duration: Option<String>,
}
