//! What serves a model.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A runtime that is there, or one to make.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum RuntimeRef {
    /// A ServingRuntime of the input or the facts, in the namespace of this object.
    Name(#[cfg_attr(test, schemars(extend("format" = "dns-label")))] String),
    /// One that is made, where it differs from vLLM as the release of OpenShift AI ships it.
    Made(Box<Runtime>),
}

/// A runtime to make.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Runtime {
    /// Its name; models of one namespace that need the same share it. Default: `vllm-cuda`, `vllm-cuda-multi-gpu` for
    /// several GPUs, `vllm-cpu` without a pool.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub(crate) name: Option<String>,
    /// What people read in the dashboard.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) display_name: Option<String>,
    /// Its image. Default: that of the release of OpenShift AI.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) image: Option<String>,
    /// Version of vLLM in the image, as `0.13.0`: formats and memory differ by it. Default: that of the release.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) vllm: Option<String>,
    /// Port of the server. Default: 8080.
    #[cfg_attr(test, schemars(range(min = 1, max = 65535)))]
    pub(crate) port: Option<u32>,
    /// Command of the container. Default: that of vLLM, or the image's own.
    pub(crate) command: Option<Vec<String>>,
    /// Arguments of every model that it serves. Default: those of vLLM.
    pub(crate) args: Option<Vec<String>>,
    /// Variables of every model that it serves. Default: `HF_HOME=/tmp/hf_home`.
    pub(crate) env: Option<BTreeMap<String, String>>,
    /// Format of the models that it serves. Default: `vLLM`; with another the fields for vLLM do nothing.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) format: Option<String>,
    /// Version of the format.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) format_version: Option<String>,
}
