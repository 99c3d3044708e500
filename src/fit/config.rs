//! The `config.json` of a model's repository: what transformers and vLLM read, made into [`Dimensions`].
//!
//! Only architectures of which it is known what each layer keeps are computed. A name that is not here may stand for
//! a state, a compressed row or layers that share theirs, and a guess would be told as a number.

mod architecture;
mod format;
pub(super) mod length;
mod weights;

use serde_json::Value;

use super::dimensions::{Dimensions, WIDE, head_dim_of};
use crate::catalog::{Attention, ServedModel};
use architecture::Architecture;

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
    /// Whether the checkpoint is made for a KV cache in 8 bit.
    pub fp8_cache: bool,
}

/// Reads one, and the `hf_quant_config.json` beside it, where ModelOpt writes the format of weights.
///
/// # Errors
/// See [`Refused`].
pub(crate) fn read(
    config: &Value,
    quantized: Option<&Value>,
    weights: Weights,
) -> Result<Config, Refused> {
    let lacks = |what: &str| Err(Refused::Lacks(vec![what.to_owned()]));
    let mut parts = ["text_config", "llm_config", "language_config"].into_iter();
    let part = parts.find_map(|key| config.get(key).filter(|part| !part.is_null()));
    if part.is_some_and(|part| !part.is_object()) {
        return lacks("its part on text (`text_config`) is no mapping");
    }
    let mut file = File {
        text: part.unwrap_or(config),
        config,
        lacks: Vec::new(),
    };
    let Some(name) = file.get("model_type").and_then(Value::as_str) else {
        return lacks("it says no `model_type`: is it the `config.json` of a model?");
    };
    let known = architecture::known(name).ok_or_else(|| {
        let name = shown(name);
        Refused::Unknown(format!(
            "what a model of type `{name}` keeps of a token is not known here"
        ))
    })?;
    let format = file.format(quantized)?;
    let latent = file.number(&["kv_lora_rank"]);
    let rotated = file.number(&["qk_rope_head_dim"]).unwrap_or_default();
    let dimensions = file.dimensions(known, format.quantization, weights)?;
    if !file.lacks.is_empty() {
        return Err(Refused::Lacks(file.lacks));
    }
    let fp8_cache = format.fp8_cache;
    let Some(rank) = latent else {
        return Ok(Config {
            model: dimensions.model(),
            dimensions: Some(dimensions),
            fp8_cache,
        });
    };
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
        fp8_cache,
    })
}

/// A text of a file, so that it can be shown: not all of a long one, and nothing that moves a cursor.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let mut short: String = text
        .chars()
        .take(MOST)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().count() > MOST {
        short.push_str("...");
    }
    short
}

/// What stands at a key.
enum Said {
    /// Nothing, or `null`.
    Nothing,
    /// What is no positive whole number of 32 bit. transformers and vLLM take `8.0` for keys in some versions and fail with
    /// it in others; what they make of it is not guessed.
    Wrong,
    Number(u32),
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

    /// What the first key that says something says; it is told when that is no number.
    fn said(&mut self, keys: &[&str]) -> Said {
        let mut values = keys.iter().filter_map(|key| {
            let value = self.text.get(key)?;
            (!value.is_null()).then_some((key, value))
        });
        let Some((key, value)) = values.next() else {
            return Said::Nothing;
        };
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        if let Some(number) = number.filter(|number| *number > 0) {
            return Said::Number(number);
        }
        let value = shown(&value.to_string());
        let wrong = format!("`{key}` is {value}, which is no positive whole number");
        if !self.lacks.contains(&wrong) {
            self.lacks.push(wrong);
        }
        Said::Wrong
    }

    fn number(&mut self, keys: &[&str]) -> Option<u32> {
        match self.said(keys) {
            Said::Number(number) => Some(number),
            Said::Nothing | Said::Wrong => None,
        }
    }

    fn needed(&mut self, keys: &[&str]) -> u32 {
        match self.said(keys) {
            Said::Number(number) => number,
            Said::Wrong => 1,
            Said::Nothing => {
                let key = keys.last().copied().unwrap_or_default();
                self.lacks.push(format!("it says no number for `{key}`"));
                1
            }
        }
    }

    /// A number, or the default of its architecture where the file does not name the key. `null` is no default: it stands
    /// for what follows from other numbers.
    fn or_default(&mut self, key: &str, default: u32) -> Option<u32> {
        let default = Some(default).filter(|default| *default > 0);
        match self.text.get(key) {
            Some(_) => self.number(&[key]),
            None => default,
        }
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
        let (context, default_context) = self.lengths(known);
        let (window, window_layers) = self.window(known, layers, context)?;
        let kv_heads = self.or_default("num_key_value_heads", known.kv_heads);
        let head_dim = self.or_default("head_dim", known.head_dim);
        let chunk = self.text.get("attention_chunk_size");
        let found = Dimensions {
            weights_gib: 0.0,
            weights_from: "file",
            quantization,
            layers,
            heads,
            kv_heads: kv_heads.unwrap_or(heads),
            head_dim: head_dim.unwrap_or(hidden / heads),
            hidden,
            intermediate,
            vocab,
            context,
            default_context,
            window,
            window_layers,
            is_chunked: window_layers > 0 && chunk.is_some_and(|chunk| !chunk.is_null()),
            no_half: known.no_half,
        };
        self.divided(&found, head_dim.is_some());
        let (weights_gib, weights_from) = self.weights(known, weights, &found);
        Ok(Dimensions {
            weights_gib,
            weights_from,
            ..found
        })
    }

    /// What is shared is shared evenly.
    fn divided(&mut self, found: &Dimensions, has_head_dim: bool) {
        let heads = found.heads;
        if !heads.is_multiple_of(found.kv_heads) {
            let shared = found.kv_heads;
            let said = format!(
                "{heads} heads cannot share {shared} of keys and values (`num_key_value_heads`)"
            );
            self.lacks.push(said);
        }
        if !has_head_dim && head_dim_of(found.hidden, heads).is_none() {
            let said = format!(
                "{} numbers cannot be divided among {heads} heads, and it says no `head_dim`",
                found.hidden
            );
            self.lacks.push(said);
        }
    }

    /// Tokens that some layers keep, and how many layers.
    fn window(
        &mut self,
        known: &Architecture,
        layers: u32,
        context: u32,
    ) -> Result<(u32, u32), Refused> {
        const NONE: (u32, u32) = (0, 0);
        let types = self.layer_types(layers)?;
        let window = self.number(&["sliding_window", "attention_chunk_size"]);
        let every = self.number(&["sliding_window_pattern", "_sliding_window_pattern"]);
        let is_used = self.get("use_sliding_window").and_then(Value::as_bool);
        let is_used = is_used.unwrap_or(!known.asks_for_window);
        let Some(window) = window.filter(|window| is_used && *window < context) else {
            return Ok(NONE);
        };
        if let Some(windowed) = types {
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
        let whole = layers.checked_div(every.unwrap_or(known.every));
        Ok((window, layers - whole.unwrap_or_default()))
    }

    /// How many layers keep a window, where the file lists them.
    fn layer_types(&mut self, layers: u32) -> Result<Option<u32>, Refused> {
        const WHOLE: &str = "full_attention";
        let said = self.get("layer_types").filter(|said| !said.is_null());
        let Some(said) = said else {
            return Ok(None);
        };
        let Some(types) = said.as_array() else {
            self.lacks.push("`layer_types` is no list".to_owned());
            return Ok(None);
        };
        let kinds = [WHOLE, "sliding_attention", "chunked_attention"];
        let is_known = |kind: &Value| kind.as_str().is_some_and(|kind| kinds.contains(&kind));
        if let Some(kind) = types.iter().find(|kind| !is_known(kind)) {
            let kind = kind
                .as_str()
                .map_or_else(|| kind.to_string(), str::to_owned);
            let why = format!(
                "what layers of `{}` keep of a token is not known here",
                shown(&kind)
            );
            return Err(Refused::Unknown(why));
        }
        if u32::try_from(types.len()) != Ok(layers) {
            let said = format!(
                "`layer_types` lists {} layers, and `num_hidden_layers` are {layers}",
                types.len()
            );
            self.lacks.push(said);
        }
        let windowed = types.iter().filter(|kind| kind.as_str() != Some(WHOLE));
        Ok(u32::try_from(windowed.count()).ok())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::types::Version;

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
            }) => Value::from(dimensions.fields(Version(0, 18)))
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
                json!({"model_type": "gpt_oss", "sliding_window": 128, "num_hidden_layers": 2, "layer_types": ["sliding_attention", "full_attention"]}),
                format!("{{weights:1.00Gi,layers:2,heads:32,kvHeads:8,headDim:64,{rest},window:128,windowLayers:1}}"),
            ),
            (
                json!({"model_type": "gemma3_text", "sliding_window": 1024}),
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

    /// What vLLM's `_get_and_verify_max_len` makes of keys, by hand.
    #[test]
    #[allow(clippy::too_many_lines, reason = "a table")]
    fn the_longest_request_is_that_of_vllm() {
        let length = |other: Value| match read(&config(&other), None, Weights::Written(1.0)) {
            Ok(found) => Ok((found.model.max_len.unwrap(), found.model.default_len)),
            Err(refused) => Err(format!("{refused:?}")),
        };
        let rope = |kind: &str, factor: f64| json!({"rope_type": kind, "factor": factor, "original_max_position_embeddings": 4096});
        for (other, expected) in [
            (json!({}), (131_072, None)),
            (
                json!({"seq_length": 8192, "max_seq_len": 16384}),
                (8192, None),
            ),
            (json!({"model_max_length": 200_000}), (200_000, None)),
            (json!({"rope_scaling": rope("yarn", 40.0)}), (163_840, None)),
            (json!({"rope_parameters": rope("yarn", 4.0)}), (16384, None)),
            (
                json!({"rope_scaling": rope("linear", 2.0)}),
                (262_144, None),
            ),
            (
                json!({"rope_scaling": {"type": "dynamic", "factor": 2}}),
                (262_144, None),
            ),
            (
                json!({"rope_scaling": rope("llama3", 8.0)}),
                (131_072, None),
            ),
            (
                json!({"rope_scaling": {"type": "mrope", "mrope_section": [16]}}),
                (131_072, None),
            ),
            (
                json!({"rope_scaling": {}, "rope_parameters": null}),
                (131_072, None),
            ),
            (
                json!({"rope_parameters": {"full_attention": rope("yarn", 2.0), "sliding_attention": {"rope_type": "default"}}}),
                (8192, None),
            ),
            (
                json!({"model_type": "gemma3_text", "rope_scaling": rope("linear", 8.0)}),
                (131_072, None),
            ),
            // more may be asked for than is served by default
            (
                json!({"model_type": "phi3", "rope_scaling": {"type": "longrope"}}),
                (131_072, Some(4096)),
            ),
            (
                json!({"rope_scaling": {"type": "su"}, "original_max_position_embeddings": 8192}),
                (131_072, Some(8192)),
            ),
            (
                json!({"rope_scaling": {"type": "longrope"}}),
                (131_072, None),
            ),
        ] {
            assert_eq!(length(other.clone()), Ok(expected), "{other}");
        }
        for (other, said) in [
            (
                json!({"rope_scaling": "yarn"}),
                "`rope_scaling` is no mapping",
            ),
            (
                json!({"rope_scaling": {"factor": 2}}),
                "says no `rope_type`",
            ),
            (
                json!({"rope_scaling": {"type": "yarn", "factor": 2}}),
                "says no `original_max_position_embeddings`",
            ),
            (
                json!({"rope_scaling": {"type": "linear", "factor": "2"}}),
                "no positive number",
            ),
            (
                json!({"rope_scaling": rope("yarn", 1e9)}),
                "no request is as long",
            ),
        ] {
            let refused = length(other.clone()).unwrap_err();
            assert!(refused.contains(said), "{other}: {refused}");
        }
    }

    #[test]
    fn what_a_file_does_not_name_is_the_default_of_its_architecture() {
        let of = |name: &str, head_dim: Option<Value>| {
            let mut file = config(&json!({"model_type": name, "sliding_window": 4096}));
            let fields = file.as_object_mut().unwrap();
            fields.remove("num_key_value_heads");
            fields.extend(head_dim.map(|value| ("head_dim".to_owned(), value)));
            let found = read(&file, None, Weights::Written(1.0)).unwrap();
            let found = found.dimensions.unwrap();
            (found.head_dim, found.kv_heads, found.window_layers)
        };
        // 4096 in 32 heads are 128 each
        for (name, head_dim, expected) in [
            ("llama", None, (128, 32, 32)),
            ("mistral", None, (128, 8, 32)),
            ("gemma2", None, (256, 4, 16)),
            ("gemma3_text", None, (256, 4, 27)),
            ("gpt_oss", None, (64, 8, 16)),
            ("gpt_oss", Some(Value::Null), (128, 8, 16)),
            ("gemma", Some(json!(64)), (64, 16, 32)),
            // a window is asked for
            ("qwen2", None, (128, 32, 0)),
            ("qwen2_5_vl_text", None, (128, 8, 0)),
            ("qwen3", None, (128, 32, 0)),
            ("qwen3_moe", None, (128, 4, 0)),
            ("mimo", None, (128, 32, 0)),
        ] {
            assert_eq!(of(name, head_dim), expected, "{name}");
        }
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
        let twice = read(
            &config(&json!({"torch_dtype": null})),
            None,
            Weights::Files(30 << 30),
        )
        .unwrap();
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
            (json!({"quant_method": "awq", "w_bit": 4}), "awq"),
            (
                json!({"quant_method": "auto-round", "bits": 4, "data_type": "int"}),
                "w4a16",
            ),
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
        assert_eq!(format(&Value::Null, Some(&apart)), Ok(Some("nvfp4")));
        let group = json!({"weights": {"num_bits": 4, "type": "float", "group_size": 16}});
        let packed = json!({"quant_method": "compressed-tensors", "config_groups": {"a": group}});
        assert_eq!(format(&packed, None), Ok(Some("nvfp4")));
        let unsaid = read(&config(&json!({})), Some(&apart), Weights::Unsaid);
        assert!(format!("{unsaid:?}").contains("add `--weights 15.2Gi`"));
        let mixed = json!({"quantization": {"quant_algo": "MIXED_PRECISION"}});
        assert!(
            format(&Value::Null, Some(&mixed))
                .unwrap_err()
                .contains("`MIXED_PRECISION`")
        );
        for (method, said) in [
            (
                json!({"quant_method": "bitsandbytes"}),
                "here: `bitsandbytes`",
            ),
            (groups(4, "float"), "here: `compressed-tensors`"),
            (json!({"load_in_4bit": true}), "it does not say which"),
            (json!("fp8"), "`quantization_config` is no mapping"),
            (
                json!({"quant_method": "fp8", "quant_algo": "MIXED_PRECISION"}),
                "here: `MIXED_PRECISION`",
            ),
            (
                json!({"quant_method": "auto-round", "bits": 4, "packing_format": "auto_round:auto_awq"}),
                "here: `auto-round`",
            ),
        ] {
            let refused = format(&method, None).unwrap_err();
            assert!(refused.contains(said), "{method}: {refused}");
        }
    }

    /// Weights of 16 bit, whatever the cache is in.
    #[test]
    fn a_quantised_cache_is_no_format_of_weights() {
        let format = |method: &Value, apart: Option<&Value>| {
            let config = config(&json!({"quantization_config": method}));
            let found = read(&config, apart, Weights::Written(1.0));
            found.map(|found| found.model.quant)
        };
        let cache = json!({"quant_algo": null, "kv_cache_quant_algo": "FP8"});
        for (method, apart) in [
            (json!({}), None),
            (cache.clone(), None),
            (Value::Null, Some(cache.clone())),
            (json!({}), Some(json!({"quantization": cache}))),
        ] {
            assert_eq!(format(&method, apart.as_ref()), Ok(None), "{method}");
        }
        let flat = json!({"quant_algo": "FP8"});
        assert_eq!(format(&Value::Null, Some(&flat)), Ok(Some("fp8")));
        let found = read(
            &config(&json!({"quantization_config": cache})),
            None,
            Weights::Unsaid,
        );
        assert!(found.unwrap().fp8_cache);
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
                "`hidden_size` is 0, which is no positive whole number\", \"it says no number for `vocab_size`",
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
            // numbers that are none
            (
                json!({"num_key_value_heads": 8.0}),
                "`num_key_value_heads` is 8.0, which is no positive whole number",
            ),
            (
                json!({"num_key_value_heads": "8"}),
                "`num_key_value_heads` is \\\\\\\"8",
            ),
            (json!({"sliding_window": -1}), "`sliding_window` is -1"),
            (json!({"head_dim": true}), "`head_dim` is true"),
            // other lists and parts than there can be
            (
                json!({"layer_types": ["full_attention"]}),
                "`layer_types` lists 1 layers, and `num_hidden_layers` are 32",
            ),
            (json!({"layer_types": "full_attention"}), "is no list"),
            (
                json!({"text_config": "llama"}),
                "(`text_config`) is no mapping",
            ),
            (
                json!({"model_type": "x".repeat(100)}),
                "xxxxxxxx...` keeps of a token",
            ),
            (
                json!({"model_type": "\u{1b}[31m"}),
                "Unknown(\"what a model of type `\\\\u{1b}[31m`",
            ),
        ] {
            let found = fields(&other, Weights::Unsaid);
            assert!(found.contains(said), "{other}: {found}");
        }
    }
}
