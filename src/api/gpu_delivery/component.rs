//! A component of a `GpuDelivery`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::GitSource;

/// Something that is delivered: one Application on each cluster.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Component {
    /// Its name, a part of the name of its Applications.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub(crate) name: String,
    /// Namespace that it is delivered to. Default: its name; `openshift-machine-api` for `pools`.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub(crate) namespace: Option<String>,
    /// Further namespaces that its manifests name, which the project has to allow.
    #[cfg_attr(test, schemars(extend("items" = {"type": "string", "format": "dns-label"})))]
    pub(crate) namespaces: Option<Vec<String>>,
    /// Another repository, or another revision, than `spec.source`.
    pub(crate) source: Option<GitSource>,
    /// Folder of the repository: a chart, a kustomization, manifests, or pools. It may hold `{{.name}}`, the name of the
    /// cluster.
    pub(crate) path: Option<String>,
    /// Name of a chart in a repository of charts.
    pub(crate) chart: Option<String>,
    /// Components of a lower number are healthy before it is synced. Gaps are fine. Default: 0.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["wave", "syncWave"])))]
    pub(crate) order: Option<u32>,
    /// Settings of a chart.
    pub(crate) helm: Option<Helm>,
    /// Reads the folders below `path` too, of plain manifests. Default: false.
    pub(crate) recurse: Option<bool>,
    /// Whose pools these are: `plugin` renders the folder by the plugin with the facts on the Secret of the cluster,
    /// `rendered` takes the folder of the cluster below `path`, as `render --per-cluster` writes it.
    pub(crate) pools: Option<Pools>,
    /// With `pools: plugin`: folder of facts in the repository, from `path`, as `../../clusters/{{.name}}`. Default: the
    /// facts are annotations of the Secret of the cluster.
    pub(crate) facts: Option<String>,
    /// With `pools: plugin`: more parameters of the plugin, as `pool.l4.replicas`.
    pub(crate) parameters: Option<BTreeMap<String, String>>,
    /// Kinds that it delivers, which the project has to allow: the name of a kind of Kubernetes or OpenShift, or a group
    /// and a kind. Those of documents of the input that are annotated `gpu-machineset.dev/component` are found. Default
    /// for `pools`: what the pools of the input become, or all that pools and platforms can become.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) kinds: Option<Vec<KindRef>>,
    /// Where it is delivered to: to the clusters, or to the hub that Argo CD runs on. Default: `clusters`.
    #[cfg_attr(test, schemars(extend("default" = "clusters")))]
    pub(crate) on: Option<On>,
    /// Which pod runs on which node, with which GPUs: the Helm value `gpuScheduling` of the GPU scheduler's chart.
    pub(crate) gpu_scheduling: Option<GpuScheduling>,
}

/// Settings of a chart.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Helm {
    /// Name of the release. Default: the name of the component, so that it is the same on every cluster.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub(crate) release_name: Option<String>,
    /// Files of values in the repository, from `path`.
    pub(crate) value_files: Option<Vec<String>>,
    /// Values. A text may hold `{{.name}}`, `{{.server}}`, and `{{.values.NAME}}` of `spec.clusters.values`; other
    /// braces are left to the chart.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub(crate) values: Option<Map<String, Value>>,
}

/// Whose pools a component delivers.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Pools {
    /// Placeholders, rendered by the plugin.
    Plugin,
    /// Folders of rendered manifests, one for each cluster.
    Rendered,
}

/// Where a component is delivered to.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum On {
    /// The selected clusters.
    #[default]
    Clusters,
    /// The cluster that Argo CD runs on.
    Hub,
}

/// A kind.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum KindRef {
    /// A kind of Kubernetes or OpenShift, by its name.
    Name(String),
    /// Any kind.
    Full(Named),
}

/// Any kind.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Named {
    /// Its API group; `""` for the core group.
    pub(crate) group: String,
    /// Its name, as in `kind:`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) kind: String,
    /// Whether its objects are in no namespace. Default: false.
    pub(crate) cluster_scoped: Option<bool>,
}

/// Which pod runs on which node, with which GPUs.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GpuScheduling {
    /// The scheduler that heeds the map. Default: left to the chart.
    #[cfg_attr(test, schemars(extend("format" = "object-name")))]
    pub(crate) scheduler_name: Option<String>,
    /// One entry for each pod, numbered from 0 as the pods of a StatefulSet are.
    #[cfg_attr(test, schemars(length(min = 1), extend("x-also-known-as" = ["schedulingMap"])))]
    pub(crate) map: Vec<Placed>,
}

/// A pod with its GPUs.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Placed {
    /// Number of the pod.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["podIndex"])))]
    pub(crate) pod: u32,
    /// Name of the node.
    #[cfg_attr(test, schemars(extend("format" = "object-name", "x-also-known-as" = ["nodeName"])))]
    pub(crate) node: String,
    /// Numbers of the GPUs on the node, from 0.
    #[cfg_attr(test, schemars(length(min = 1), extend("x-also-known-as" = ["gpuDevices"])))]
    pub(crate) devices: Vec<u32>,
}
