//! The `config.json` of a model's repository: what transformers and vLLM read, made into [`Dimensions`].
//!
//! Only architectures of which it is known what each layer keeps are computed. A name that is not here may stand for
//! a state, a compressed row or layers that share theirs, and a guess would be told as a number.

mod weights;

use serde_json::Value;

use super::dimensions::{Dimensions, WIDE};
use crate::catalog::{Attention, ServedModel};

/// How large the model is, as far as somebody says it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Weights {
    /// GiB that a person writes.
    Written(f64),
    /// Bytes of its files.
    Files(u64),
    /// By its dimensions, where they say it.
    Unsaid,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refused {
    /// It is a model of a kind that is not computed.
    Unknown(String),
    /// All that the file lacks.
    Lacks(Vec<String>),
}

/// What a `config.json` says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Config {
    pub model: ServedModel,
    /// What a GpuModel would say; `None` where it has no words for it.
    pub dimensions: Option<Dimensions>,
}

/// What is known of an architecture.
#[derive(Clone, Copy)]
struct Architecture {
    /// `model_type`
    name: &'static str,
    /// Whether its parameters follow from its dimensions: three matrices a layer beside attention, no experts.
    is_counted: bool,
    /// Of so many layers one keeps every token where there is a window, unless the file says which.
    every: u32,
}

const fn dense(name: &'static str) -> Architecture {
    Architecture {
        name,
        is_counted: true,
        every: 0,
    }
}

const fn other(name: &'static str, every: u32) -> Architecture {
    Architecture {
        name,
        is_counted: false,
        every,
    }
}

/// Counted are those whose size was held against that of their files. Periods are those of transformers' and llama.cpp's
/// defaults for files that do not list their layers.
const ARCHITECTURES: [Architecture; 27] = [
    dense("llama"),
    dense("mistral"),
    dense("phi3"),
    dense("qwen2"),
    dense("qwen3"),
    other("deepseek_v2", 0),
    other("deepseek_v3", 0),
    other("gemma", 0),
    other("gemma2", 2),
    other("gemma3", 6),
    other("gemma3_text", 6),
    other("gpt_oss", 2),
    other("granite", 0),
    other("kimi_k2", 0),
    other("llama4_text", 4),
    other("minimax_m2", 0),
    other("mixtral", 0),
    other("olmo2", 0),
    other("qwen2_5_vl", 0),
    other("qwen2_5_vl_text", 0),
    other("qwen2_moe", 0),
    other("qwen2_vl", 0),
    other("qwen2_vl_text", 0),
    other("qwen3_moe", 0),
    other("qwen3_vl_moe_text", 0),
    other("qwen3_vl_text", 0),
    other("smollm3", 0),
];

/// Reads one, and the `hf_quant_config.json` beside it, where ModelOpt writes the format of weights.
///
/// # Errors
/// See [`Refused`].
pub(crate) fn read(
    config: &Value,
    quantized: Option<&Value>,
    weights: Weights,
) -> Result<Config, Refused> {
    let parts = ["text_config", "llm_config", "language_config"];
    let part = parts.iter().find_map(|part| config.get(part));
    let mut file = File {
        text: part.unwrap_or(config),
        config,
        lacks: Vec::new(),
    };
    let Some(name) = file.get("model_type").and_then(word) else {
        let lacks = "it says no `model_type`: is it the `config.json` of a model?";
        return Err(Refused::Lacks(vec![lacks.to_owned()]));
    };
    let known = ARCHITECTURES.iter().find(|known| known.name == name);
    let known = known.ok_or_else(|| {
        Refused::Unknown(format!(
            "what a model of type `{name}` keeps of a token is not known here"
        ))
    })?;
    let quantization = file.quantization(quantized.and_then(|own| own.get("quantization")))?;
    let latent = file.number(&["kv_lora_rank"]);
    let dimensions = file.dimensions(known, quantization, weights)?;
    if !file.lacks.is_empty() {
        return Err(Refused::Lacks(file.lacks));
    }
    let Some(rank) = latent else {
        return Ok(Config {
            model: dimensions.model(),
            dimensions: Some(dimensions),
        });
    };
    let rotated = file.number(&["qk_rope_head_dim"]).unwrap_or_default();
    let row = (f64::from(rank) + f64::from(rotated)) * WIDE;
    let model = ServedModel {
        attention: Attention::Latent,
        kv_bytes: Some(row * f64::from(dimensions.layers)),
        window: 0,
        window_kv_bytes: 0.0,
        ..dimensions.model()
    };
    Ok(Config {
        model,
        dimensions: None,
    })
}

/// A word that can be shown.
fn word(value: &Value) -> Option<&str> {
    let is_plain =
        |word: &&str| word.len() < 64 && word.bytes().all(|byte| byte.is_ascii_graphic());
    value.as_str().filter(is_plain)
}

/// One that is read, and what it lacks.
struct File<'f> {
    /// The part on its language model.
    text: &'f Value,
    config: &'f Value,
    lacks: Vec<String>,
}

impl<'f> File<'f> {
    fn get(&self, key: &str) -> Option<&'f Value> {
        self.text.get(key).or(self.config.get(key))
    }

    fn number(&self, keys: &[&str]) -> Option<u32> {
        let values = keys.iter().filter_map(|key| self.text.get(key)?.as_u64());
        let mut values = values.filter_map(|value| u32::try_from(value).ok());
        values.find(|value| *value > 0)
    }

    fn needed(&mut self, keys: &[&str]) -> u32 {
        self.number(keys).unwrap_or_else(|| {
            let key = keys.last().copied().unwrap_or_default();
            self.lacks.push(format!("it says no number for `{key}`"));
            1
        })
    }

    fn dimensions(
        &mut self,
        known: &Architecture,
        quantization: Option<&'static str>,
        weights: Weights,
    ) -> Result<Dimensions, Refused> {
        let layers = self.needed(&["num_hidden_layers"]);
        let heads = self.needed(&["num_attention_heads"]);
        let hidden = self.needed(&["hidden_size"]);
        let intermediate = self.needed(&["moe_intermediate_size", "intermediate_size"]);
        let vocab = self.needed(&["vocab_size"]);
        let context = self.needed(&["max_position_embeddings"]);
        let (window, window_layers) = self.window(known, layers, context)?;
        let found = Dimensions {
            weights_gib: 0.0,
            weights_from: "file",
            quantization,
            layers,
            heads,
            kv_heads: self.number(&["num_key_value_heads"]).unwrap_or(heads),
            head_dim: self.number(&["head_dim"]).unwrap_or(hidden / heads),
            hidden,
            intermediate,
            vocab,
            context,
            window,
            window_layers,
        };
        self.divided(&found);
        let (weights_gib, weights_from) = self.weights(known, weights, &found);
        Ok(Dimensions {
            weights_gib,
            weights_from,
            ..found
        })
    }

    /// What is shared is shared evenly.
    fn divided(&mut self, found: &Dimensions) {
        let heads = found.heads;
        if !heads.is_multiple_of(found.kv_heads) {
            let shared = found.kv_heads;
            let said = format!(
                "{heads} heads cannot share {shared} of keys and values (`num_key_value_heads`)"
            );
            self.lacks.push(said);
        }
        if self.number(&["head_dim"]).is_none() && !found.hidden.is_multiple_of(heads) {
            let said = format!(
                "{} numbers cannot be divided among {heads} heads, and it says no `head_dim`",
                found.hidden
            );
            self.lacks.push(said);
        }
    }

    /// Tokens that some layers keep, and how many layers.
    fn window(
        &self,
        known: &Architecture,
        layers: u32,
        context: u32,
    ) -> Result<(u32, u32), Refused> {
        const NONE: (u32, u32) = (0, 0);
        let types = self.get("layer_types").and_then(Value::as_array);
        let types = types.into_iter().flatten();
        let types: Vec<&str> = types.map(|kind| word(kind).unwrap_or("?")).collect();
        let kinds = ["full_attention", "sliding_attention", "chunked_attention"];
        if let Some(kind) = types.iter().find(|kind| !kinds.contains(kind)) {
            let why = format!("what layers of `{kind}` keep of a token is not known here");
            return Err(Refused::Unknown(why));
        }
        let window = self.number(&["sliding_window", "attention_chunk_size"]);
        let Some(window) = window.filter(|window| *window < context) else {
            return Ok(NONE);
        };
        if !types.is_empty() {
            let windowed = types.iter().filter(|kind| **kind != "full_attention");
            let windowed = u32::try_from(windowed.count()).unwrap_or(layers);
            return Ok(if windowed == 0 {
                NONE
            } else {
                (window, windowed)
            });
        }
        // where it is `true`, which layers they are is for vLLM to say; counting all of them whole is on the safe side
        if self.get("use_sliding_window").is_some() {
            return Ok(NONE);
        }
        let every = self.number(&["sliding_window_pattern", "_sliding_window_pattern"]);
        let whole = layers.checked_div(every.unwrap_or(known.every));
        Ok((window, layers - whole.unwrap_or_default()))
    }

    /// The format of its weights.
    fn quantization(&self, apart: Option<&Value>) -> Result<Option<&'static str>, Refused> {
        let said = self
            .get("quantization_config")
            .filter(|said| !said.is_null());
        let Some(said) = said.or(apart) else {
            return Ok(None);
        };
        let word = |key: &str| said.get(key).and_then(word).unwrap_or_default();
        let method = word("quant_method");
        let bits = said.get("bits").and_then(Value::as_u64);
        let found = match (method, bits) {
            ("fp8" | "fbgemm_fp8", _) => Some("fp8"),
            ("awq", Some(4)) => Some("awq"),
            ("gptq", Some(4)) => Some("w4a16"),
            ("gptq", Some(8)) => Some("int8"),
            ("mxfp4", _) => Some("mxfp4"),
            ("compressed-tensors", _) => compressed(said),
            // of ModelOpt, which may leave its name out
            ("modelopt" | "", _) if word("quant_algo") == "FP8" => Some("fp8"),
            _ => None,
        };
        let why = || {
            let format = word("quant_algo");
            let format = if format.is_empty() { method } else { format };
            Refused::Unknown(format!(
                "its weights are in a format that is not known here: `{format}`"
            ))
        };
        found.map(Some).ok_or_else(why)
    }
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
            ("int", 8) => Some("int8"),
            ("int", 4) => Some("w4a16"),
            _ => None,
        }
    });
    let formats: Option<Vec<&str>> = formats.collect();
    let (first, rest) = formats.as_deref()?.split_first()?;
    rest.iter().all(|format| format == first).then_some(*first)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Llama 3.1 8B, with other values for some keys.
    fn config(other: &Value) -> Value {
        let mut config = json!({
            "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096,
            "intermediate_size": 14336, "max_position_embeddings": 131_072, "num_attention_heads": 32,
            "num_hidden_layers": 32, "num_key_value_heads": 8, "vocab_size": 128_256,
            "tie_word_embeddings": false, "torch_dtype": "bfloat16", "sliding_window": null,
        });
        for (key, value) in other.as_object().into_iter().flatten() {
            config[key] = value.clone();
        }
        config
    }

    fn fields(other: &Value, weights: Weights) -> String {
        match read(&config(other), None, weights) {
            Ok(Config {
                dimensions: Some(dimensions),
                ..
            }) => Value::from(dimensions.fields())
                .to_string()
                .replace('"', ""),
            Ok(Config { model, .. }) => format!("{:?} {:?}", model.attention, model.kv_bytes),
            Err(refused) => format!("{refused:?}"),
        }
    }

    #[test]
    fn sizes_that_are_computed_are_those_of_the_files() {
        let qwen = json!({
            "model_type": "qwen3", "hidden_size": 1024, "intermediate_size": 3072, "num_attention_heads": 16,
            "num_hidden_layers": 28, "head_dim": 128, "vocab_size": 151_936, "tie_word_embeddings": true,
        });
        let large = json!({"hidden_size": 8192, "intermediate_size": 28672, "num_attention_heads": 64, "num_hidden_layers": 80});
        let fp8 = json!({
            "hidden_size": 8192, "intermediate_size": 28672, "num_attention_heads": 64, "num_hidden_layers": 80,
            "quantization_config": {"quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights": {"type": "float", "num_bits": 8}}}},
        });
        for (other, gib) in [
            (json!({}), 14.96),
            (qwen, 1.11),
            (large, 131.42),
            (fp8, 67.67),
        ] {
            let found = read(&config(&other), None, Weights::Unsaid);
            let found = found.unwrap().model.weights_gib.unwrap();
            assert!((found - gib).abs() < 0.01, "{found} {gib}");
        }
    }

    #[test]
    fn what_a_file_says_is_said_in_words_of_ours() {
        let written = Weights::Written(1.0);
        let rest = "hidden:4096,intermediate:14336,vocab:128256,context:131072";
        for (other, expected) in [
            (json!({}), format!("{{weights:1.00Gi,layers:32,heads:32,kvHeads:8,{rest}}}")),
            // every layer, or those that are listed, or all but each sixth
            (
                json!({"model_type": "mistral", "sliding_window": 4096}),
                format!("{{weights:1.00Gi,layers:32,heads:32,kvHeads:8,{rest},window:4096,windowLayers:32}}"),
            ),
            (
                json!({"model_type": "gpt_oss", "sliding_window": 128, "layer_types": ["sliding_attention", "full_attention"]}),
                format!("{{weights:1.00Gi,layers:32,heads:32,kvHeads:8,{rest},window:128,windowLayers:1}}"),
            ),
            (
                json!({"model_type": "gemma3_text", "sliding_window": 1024, "head_dim": 256}),
                format!("{{weights:1.00Gi,layers:32,heads:32,kvHeads:8,headDim:256,{rest},window:1024,windowLayers:27}}"),
            ),
            // a window that is not used, or longer than any request
            (
                json!({"model_type": "qwen2", "sliding_window": 4096, "use_sliding_window": false}),
                format!("{{weights:1.00Gi,layers:32,heads:32,kvHeads:8,{rest}}}"),
            ),
            (
                json!({"model_type": "mistral", "sliding_window": 131_072}),
                format!("{{weights:1.00Gi,layers:32,heads:32,kvHeads:8,{rest}}}"),
            ),
            // what is written for GPUs is that of experts
            (
                json!({"model_type": "qwen3_moe", "moe_intermediate_size": 768, "num_key_value_heads": null}),
                "{weights:1.00Gi,layers:32,heads:32,hidden:4096,intermediate:768,vocab:128256,context:131072}".to_owned(),
            ),
            (
                json!({"model_type": "deepseek_v3", "kv_lora_rank": 512, "qk_rope_head_dim": 64}),
                "Latent Some(36864.0)".to_owned(),
            ),
        ] {
            assert_eq!(fields(&other, written), expected, "{other}");
        }
        let mut nested = config(&json!({"model_type": "qwen3_vl_text"}));
        nested = json!({"model_type": "qwen3_vl", "text_config": nested, "vision_config": {}});
        assert!(read(&nested, None, written).is_ok());
    }

    #[test]
    fn files_of_32_bit_are_loaded_as_16() {
        let size = |other: &Value| {
            let found = read(&config(other), None, Weights::Files(1 << 34)).unwrap();
            found.model.weights_gib
        };
        assert_eq!(size(&json!({})), Some(16.0));
        assert_eq!(size(&json!({"torch_dtype": "float32"})), Some(8.0));
        assert_eq!(
            size(&json!({"torch_dtype": null, "dtype": "float32"})),
            Some(8.0)
        );
        let fp8 = json!({"torch_dtype": "float32", "quantization_config": {"quant_method": "fp8"}});
        assert_eq!(size(&fp8), Some(16.0));
        // the whole file says it before its part on text does
        let nested = |whole: &Value, text: &Value| {
            let nested = json!({"model_type": "any", "torch_dtype": whole, "text_config": config(&json!({"model_type": "qwen3_vl_text", "dtype": text}))});
            let found = read(&nested, None, Weights::Files(1 << 34)).unwrap();
            found.model.weights_gib
        };
        let (single, half) = (json!("float32"), json!("bfloat16"));
        assert_eq!(nested(&single, &half), Some(8.0));
        assert_eq!(nested(&half, &single), Some(16.0));
        assert_eq!(nested(&Value::Null, &single), Some(8.0));
        // where nobody says it, files of twice the size are
        let twice = read(&config(&json!({"torch_dtype": null})), None, Weights::Files(30 << 30)).unwrap();
        assert_eq!(twice.model.weights_gib, Some(15.0));
    }

    #[test]
    fn files_that_cannot_be_those_of_the_dimensions_are_refused() {
        let said = |other: &Value, size: u64| match read(&config(other), None, Weights::Files(size))
        {
            Ok(found) => format!("{:?}", found.model.weights_gib),
            Err(refused) => format!("{refused:?}"),
        };
        let fp8 = json!({"quantization_config": {"quant_method": "fp8"}});
        let (other, latent) = (
            json!({"model_type": "mixtral"}),
            json!({"model_type": "deepseek_v3", "kv_lora_rank": 512, "moe_intermediate_size": 2048}),
        );
        for (other, size, expected) in [
            (
                &json!({}),
                123,
                "hold 0.00 GiB, and by its dimensions it takes 14.96 GiB:",
            ),
            (&json!({}), 7 << 30, "hold 7.00 GiB, and"),
            (&json!({}), 8 << 30, "Some(8.0)"),
            (
                &json!({}),
                46 << 30,
                "hold 46.00 GiB, and by its dimensions it takes 14.96",
            ),
            (&fp8, 5 << 30, "Some(5.0)"),
            (
                &other,
                123,
                "hold 0.00 GiB, and by its dimensions it takes 6.99 GiB at least",
            ),
            (&other, 87 << 30, "Some(87.0)"),
            (&latent, 123, "GiB at least"),
        ] {
            let found = said(other, size);
            assert!(found.contains(expected), "{other} {size}: {found}");
        }
    }

    #[test]
    fn formats_of_weights_are_known_or_refused() {
        let format = |method: &Value, apart: Option<&Value>| {
            let config = config(&json!({"quantization_config": method}));
            match read(&config, apart, Weights::Written(1.0)) {
                Ok(found) => Ok(found.model.quant),
                Err(refused) => Err(format!("{refused:?}")),
            }
        };
        let groups = |bits: u32, kind: &str| json!({"quant_method": "compressed-tensors", "config_groups": {"a": {"weights": {"num_bits": bits, "type": kind}}}});
        for (method, expected) in [
            (json!({"quant_method": "fp8"}), "fp8"),
            (json!({"quant_method": "awq", "bits": 4}), "awq"),
            (json!({"quant_method": "gptq", "bits": 4}), "w4a16"),
            (json!({"quant_method": "mxfp4"}), "mxfp4"),
            (json!({"quant_algo": "FP8"}), "fp8"),
            (groups(8, "int"), "int8"),
            (groups(4, "int"), "w4a16"),
        ] {
            assert_eq!(format(&method, None), Ok(Some(expected)), "{method}");
        }
        assert_eq!(format(&Value::Null, None), Ok(None));
        let apart =
            json!({"producer": {"name": "modelopt"}, "quantization": {"quant_algo": "NVFP4"}});
        assert!(
            format(&Value::Null, Some(&apart))
                .unwrap_err()
                .contains("NVFP4")
        );
        for method in [
            json!({"quant_method": "bitsandbytes"}),
            groups(4, "float"),
            json!({}),
        ] {
            assert!(format(&method, None).is_err(), "{method}");
        }
    }

    #[test]
    fn what_is_not_known_is_no_number() {
        for (other, said) in [
            (
                json!({"model_type": "nemotron_h"}),
                "Unknown(\"what a model of type `nemotron_h`",
            ),
            (
                json!({"layer_types": ["linear_attention"]}),
                "Unknown(\"what layers of `linear_attention`",
            ),
            (
                json!({"model_type": null}),
                "Lacks([\"it says no `model_type`",
            ),
            (
                json!({"vocab_size": null, "hidden_size": 0}),
                "`hidden_size`\", \"it says no number for `vocab_size`",
            ),
            (json!({"num_key_value_heads": 7}), "32 heads cannot share 7"),
            (
                json!({"hidden_size": 4097}),
                "4097 numbers cannot be divided",
            ),
            (
                json!({"num_hidden_layers": 4_000_000_000_u32}),
                "no model is as large",
            ),
            (json!({"model_type": "mixtral"}), "--weights 15.2Gi"),
        ] {
            let found = fields(&other, Weights::Unsaid);
            assert!(found.contains(said), "{other}: {found}");
        }
    }
}
