//! What runs a model, and how its work is divided among GPUs and machines.

use serde::Deserialize;

/// What runs a model.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum Engine {
    /// An InferenceService.
    #[serde(rename = "kserve")]
    Kserve,
    /// An LLMInferenceService: requests are routed by what each copy has in its cache, experts go over machines.
    #[serde(rename = "llm-d")]
    LlmD,
}

/// How the work of one copy is divided.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Parallelism {
    /// GPUs that each layer is divided among. Default: those of a pod; 1 with `data`.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) tensor: Option<u32>,
    /// Parts that the layers are divided into, one on each machine: the same as `nodes`. With `engine: kserve` only.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) pipeline: Option<u32>,
    /// Ranks on all machines, each with all that is no expert. With `engine: llm-d` only. Default: with several `nodes`
    /// those of each times `nodes`.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) data: Option<u32>,
    /// Ranks on each machine. Default: `gpus` divided by `tensor`.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) data_local: Option<u32>,
    /// Whether experts are divided among all GPUs instead of each expert being divided. With `engine: llm-d` only.
    /// Default: false.
    pub(crate) expert: Option<bool>,
}
