//! What a model is, as far as its memory depends on it.

use serde::Deserialize;

/// A model by name, or by its dimensions.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum ModelRef {
    /// In the catalogue.
    Name(#[cfg_attr(test, schemars(length(min = 1)))] String),
    /// One that the catalogue does not have.
    Own(Box<Dimensions>),
}

/// Dimensions, as `config.json` of a repository has them.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Dimensions {
    /// Size of its files, as `15.2Gi`. Default: by `parameters`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) weights: Option<String>,
    /// How many it has, as `8.2B` or `560M`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) parameters: Option<String>,
    /// Format of its weights, where they are quantised. Default: 16 bit.
    pub(crate) quantization: Option<Quantization>,
    /// `num_hidden_layers`
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) layers: u32,
    /// `num_attention_heads`
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) heads: u32,
    /// `num_key_value_heads`. Default: `heads`.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) kv_heads: Option<u32>,
    /// `head_dim`. Default: `hidden` divided by `heads`.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) head_dim: Option<u32>,
    /// `hidden_size`
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) hidden: u32,
    /// `intermediate_size`
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) intermediate: u32,
    /// `vocab_size`
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) vocab: u32,
    /// `max_position_embeddings`: tokens of the longest request that it was made for.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) context: u32,
    /// `sliding_window`: tokens that some layers keep. Default: all layers keep all.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) window: Option<u32>,
    /// How many layers keep those of the window only. Default: all, where there is a window.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) window_layers: Option<u32>,
}

/// A format of weights.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Quantization {
    /// 8 bit floats.
    Fp8,
    /// 8 bit integers.
    Int8,
    /// Weights of 4 bit, in groups of 128.
    W4a16,
    /// The same by AWQ.
    Awq,
    /// 4 bit floats, in groups of 32.
    Mxfp4,
    /// The same, in groups of 16.
    Nvfp4,
}
