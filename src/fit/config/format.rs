//! The format of a model's weights.

use serde_json::Value;

use super::{File, Refused, shown};

/// What a file says of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Format {
    /// As [`crate::catalog::ServedModel::quant`].
    pub(super) quantization: Option<&'static str>,
    /// Whether the checkpoint is made for a KV cache in 8 bit.
    pub(super) fp8_cache: bool,
}

impl File<'_> {
    /// The format of its weights; `apart` is what ModelOpt writes into a file of its own.
    pub(super) fn format(&mut self, apart: Option<&Value>) -> Result<Format, Refused> {
        let said = self.get("quantization_config");
        let said = said.filter(|said| !said.is_null());
        for (name, value) in [
            ("`quantization_config`", said),
            ("`hf_quant_config.json`", apart),
        ] {
            if value.is_some_and(|value| !value.is_object()) {
                self.lacks.push(format!("{name} is no mapping"));
            }
        }
        let is_said = |said: &&Value| said.as_object().is_some_and(|fields| !fields.is_empty());
        let Some(said) = said.filter(is_said).or(apart.filter(is_said)) else {
            return Ok(Format {
                quantization: None,
                fp8_cache: false,
            });
        };
        // of ModelOpt, which writes it flat or below a key
        let said = said
            .get("quantization")
            .filter(|inner| inner.is_object())
            .unwrap_or(said);
        Ok(Format {
            quantization: quantization(said)?,
            fp8_cache: fp8_cache(said),
        })
    }
}

fn quantization(said: &Value) -> Result<Option<&'static str>, Refused> {
    let word = |key: &str| said.get(key).and_then(Value::as_str).unwrap_or_default();
    let method = word("quant_method");
    // vLLM, `awq.py`: `get_from_keys(config, ["w_bit", "bits"])`
    let bits = ["w_bit", "bits"].into_iter().find_map(|key| said.get(key));
    let bits = bits.and_then(Value::as_u64);
    let found = match (method, bits) {
        // a mix of formats is called by one of them
        ("fp8" | "fbgemm_fp8", _) if ["", "FP8"].contains(&word("quant_algo")) => Some("fp8"),
        ("awq", Some(4)) => Some("awq"),
        ("gptq", Some(4)) => Some("w4a16"),
        ("gptq", Some(8)) => Some("int8"),
        // vLLM, `auto_round.py` of 0.13.0: packed as by GPTQ unless it is said, and then computed as that
        ("auto-round", Some(4))
            if ["", "auto_round:auto_gptq"].contains(&word("packing_format"))
                && ["", "int"].contains(&word("data_type")) =>
        {
            Some("w4a16")
        }
        ("mxfp4", _) => Some("mxfp4"),
        ("compressed-tensors", _) => compressed(said),
        // of ModelOpt, which may leave its name out
        ("modelopt" | "", _) if word("quant_algo") == "FP8" => Some("fp8"),
        ("modelopt" | "modelopt_fp4" | "", _) if word("quant_algo") == "NVFP4" => Some("nvfp4"),
        // the cache alone is quantised
        ("modelopt" | "", _) if is_of_cache(said) => return Ok(None),
        _ => None,
    };
    let why = || {
        let format = [word("quant_algo"), method]
            .into_iter()
            .find(|text| !text.is_empty());
        let format = format.map_or_else(
            || "it does not say which".to_owned(),
            |format| format!("`{}`", shown(format)),
        );
        Refused::Unknown(format!(
            "its weights are in a format that is not known here: {format}"
        ))
    };
    found.map(Some).ok_or_else(why)
}

/// Whether it says something of the KV cache, and nothing of weights.
fn is_of_cache(said: &Value) -> bool {
    let is_there = |key: &str| said.get(key).is_some_and(|value| !value.is_null());
    !is_there("quant_algo") && (is_there("kv_cache_quant_algo") || is_there("kv_cache_scheme"))
}

/// Whether keys and values are in 8 bit: ModelOpt and compressed-tensors say it otherwise.
fn fp8_cache(said: &Value) -> bool {
    let algorithm = said.get("kv_cache_quant_algo").and_then(Value::as_str);
    let scheme = said.get("kv_cache_scheme");
    let of_scheme = scheme.is_some_and(|scheme| {
        scheme.get("num_bits").and_then(Value::as_u64) == Some(8)
            && scheme.get("type").and_then(Value::as_str) == Some("float")
    });
    of_scheme || algorithm.is_some_and(|algorithm| algorithm.eq_ignore_ascii_case("fp8"))
}

/// The format of all groups of `compressed-tensors`, where it is one.
fn compressed(said: &Value) -> Option<&'static str> {
    let groups = said.get("config_groups")?.as_object()?;
    let formats = groups.values().map(|group| {
        let weights = group.get("weights")?;
        match (
            weights.get("type")?.as_str()?,
            weights.get("num_bits")?.as_u64()?,
        ) {
            ("float", 8) => Some("fp8"),
            // vLLM, `_is_nvfp4_format` in `compressed_tensors.py` of 0.24.0
            ("float", 4) if weights.get("group_size").and_then(Value::as_u64) == Some(16) => {
                Some("nvfp4")
            }
            ("int", 8) => Some("int8"),
            ("int", 4) => Some("w4a16"),
            _ => None,
        }
    });
    let formats: Option<Vec<&str>> = formats.collect();
    let (first, rest) = formats.as_deref()?.split_first()?;
    rest.iter().all(|format| format == first).then_some(*first)
}
