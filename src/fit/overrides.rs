//! Arguments that write over the `config.json` of a model, as far as they decide how long a request may be.

use serde_json::{Map, Value};

use super::config::length::{decide, spread, whole};
use super::flags::flag;
use crate::catalog::ServedModel;

/// The model with what `--hf-overrides` and `--rope-scaling` say of the longest request; nothing is known of that where it
/// does not follow from them.
pub(crate) fn overridden<T: AsRef<str>>(model: ServedModel, args: &[T]) -> ServedModel {
    let Some(written) = written(args) else {
        return model;
    };
    let original = written.get("original_max_position_embeddings");
    let original = original.and_then(Value::as_u64);
    let original = original.and_then(|tokens| u32::try_from(tokens).ok());
    let spread = spread(&Value::from(written), original).ok().flatten();
    // another spread is of the length of the file, which may be spread already
    let most = spread.and_then(|spread| whole(spread.original? * spread.factor));
    ServedModel {
        max_len: most,
        default_len: None,
        ..model
    }
}

/// What is written over keys that decide of it; without a value where it cannot be read.
fn written<T: AsRef<str>>(args: &[T]) -> Option<Map<String, Value>> {
    const OVER: &str = "--hf-overrides";
    let dotted = args.iter().filter_map(|one| {
        let (path, _) = one
            .as_ref()
            .strip_prefix(OVER)?
            .strip_prefix('.')?
            .split_once('=')?;
        path.split('.').find(|key| decide(key)).map(str::to_owned)
    });
    let mut found: Map<String, Value> = dotted.map(|key| (key, Value::Null)).collect();
    if let Some(text) = flag(args, OVER) {
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(fields)) => {
                let inner = fields.get("text_config").and_then(Value::as_object);
                let all = [Some(&fields), inner].into_iter().flatten().flatten();
                let deciding = all.filter(|(key, _)| decide(key));
                found.extend(deciding.map(|(key, value)| (key.clone(), value.clone())));
            }
            _ => {
                found.insert(OVER.to_owned(), Value::Null);
            }
        }
    }
    if let Some(text) = flag(args, "--rope-scaling") {
        let value = serde_json::from_str(text).unwrap_or_default();
        found.insert("rope_scaling".to_owned(), value);
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn a_length_that_is_written_over_is_that_of_vllm() {
        let model = catalog::served_model("qwen3-8b").unwrap();
        let yarn =
            r#"{"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}"#;
        let over = |args: &[String]| overridden(model, args).max_len;
        for (args, expected) in [
            (vec![], Some(40960)),
            (
                vec!["--hf-overrides={\"head_dim\": 64}".to_owned()],
                Some(40960),
            ),
            (
                vec![format!("--hf-overrides={{\"rope_scaling\": {yarn}}}")],
                Some(131_072),
            ),
            (
                vec![
                    "--hf-overrides".to_owned(),
                    format!("{{\"text_config\": {{\"rope_parameters\": {yarn}}}}}"),
                ],
                Some(131_072),
            ),
            (vec![format!("--rope-scaling={yarn}")], Some(131_072)),
            (
                vec![
                    "--hf-overrides={\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}}"
                        .to_owned(),
                ],
                None,
            ),
            (
                vec!["--hf-overrides.rope_scaling.factor=4".to_owned()],
                None,
            ),
            (vec!["--hf-overrides={".to_owned()], None),
        ] {
            assert_eq!(over(&args), expected, "{args:?}");
        }
    }
}
