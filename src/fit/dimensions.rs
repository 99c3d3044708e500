//! A model that the catalogue does not have, by its dimensions: a person says them, or its `config.json` does.

use serde_json::{Map, Value};

use super::memory::GIB;
use super::versions::chunks_are_whole;
use crate::catalog::{Attention, ServedModel};
use crate::types::Version;

/// Bytes of a number in 16 bit.
pub(super) const WIDE: f64 = 2.0;

/// What decides how much memory it takes. Names are those of `model` in a GpuModel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dimensions {
    /// What its weights take when they are loaded, in GiB.
    pub weights_gib: f64,
    /// As [`ServedModel::weights_from`].
    pub weights_from: &'static str,
    /// As [`ServedModel::quant`].
    pub quantization: Option<&'static str>,
    pub layers: u32,
    pub heads: u32,
    pub kv_heads: u32,
    pub head_dim: u32,
    pub hidden: u32,
    pub intermediate: u32,
    pub vocab: u32,
    /// Tokens of the longest request that may be asked for.
    pub context: u32,
    /// As [`ServedModel::default_len`].
    pub default_context: Option<u32>,
    /// Tokens that some layers keep, and how many layers; zero where there are none.
    pub window: u32,
    pub window_layers: u32,
    /// As [`ServedModel::is_chunked`].
    pub is_chunked: bool,
    /// As [`ServedModel::no_half`].
    pub no_half: bool,
}

impl Dimensions {
    /// As a row of the catalogue.
    pub(crate) fn model(&self) -> ServedModel {
        let layer = 2.0 * f64::from(self.kv_heads) * f64::from(self.head_dim) * WIDE;
        let whole = self.layers.saturating_sub(self.window_layers);
        ServedModel {
            id: "own dimensions",
            hf_id: None,
            task: "text",
            weights_gib: Some(self.weights_gib),
            weights_from: self.weights_from,
            dtype: "bfloat16",
            quant: self.quantization,
            attention: if self.window_layers > 0 {
                Attention::Window
            } else {
                Attention::Full
            },
            hidden: Some(self.hidden),
            heads: Some(self.heads),
            kv_heads: Some(self.kv_heads),
            intermediate: Some(self.intermediate),
            vocab: Some(self.vocab),
            max_len: Some(self.context),
            default_len: self.default_context,
            kv_bytes: Some(layer * f64::from(whole)),
            window: self.window,
            window_kv_bytes: layer * f64::from(self.window_layers),
            params: "-",
            status: 'c',
            note: None,
            source: "written",
            is_chunked: self.is_chunked,
            no_half: self.no_half,
            is_spread: false,
        }
    }

    /// What to write for it in a GpuModel of a version of vLLM.
    pub(crate) fn fields(&self, vllm: Version) -> Map<String, Value> {
        let is_windowed = !(self.is_chunked && chunks_are_whole(vllm));
        let windowed = |value: u32| if is_windowed { value } else { 0 };
        let weights = (self.weights_gib * 100.0).ceil() / 100.0;
        let number = |value: u32| Some(Value::from(value));
        let unlike = |value: u32, default: u32| (value != default).then(|| Value::from(value));
        let fields = [
            ("weights", Some(Value::from(format!("{weights:.2}Gi")))),
            ("quantization", self.quantization.map(Value::from)),
            ("layers", number(self.layers)),
            ("heads", number(self.heads)),
            ("kvHeads", unlike(self.kv_heads, self.heads)),
            ("headDim", {
                let default = head_dim_of(self.hidden, self.heads);
                unlike(self.head_dim, default.unwrap_or_default())
            }),
            ("hidden", number(self.hidden)),
            ("intermediate", number(self.intermediate)),
            ("vocab", number(self.vocab)),
            ("context", number(self.context)),
            ("window", unlike(windowed(self.window), 0)),
            ("windowLayers", unlike(windowed(self.window_layers), 0)),
        ];
        let written = fields.into_iter();
        written
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }
}

/// What each head has of the hidden size, where that can be divided.
pub(crate) fn head_dim_of(hidden: u32, heads: u32) -> Option<u32> {
    let is_even = hidden.checked_rem(heads) == Some(0);
    hidden.checked_div(heads).filter(|_| is_even)
}

/// GiB of the weights of a number of parameters, of which so many stay in 16 bit whatever the others are in: embeddings
/// and head.
pub(crate) fn gib_of_weights(parameters: f64, quantization: Option<&str>, wide: f64) -> f64 {
    let width = match quantization {
        Some("fp8" | "int8") => 1.0,
        Some("w4a16") => 0.5 + 2.0 / 128.0,
        Some("awq") => 0.5 + 2.5 / 128.0,
        Some("mxfp4") => 0.5 + 1.0 / 32.0,
        Some("nvfp4") => 0.5 + 1.0 / 16.0,
        _ => WIDE,
    };
    let wide = wide.min(parameters);
    ((parameters - wide) * width + wide * WIDE) / GIB
}
