//! The longest request that a model was made for, as vLLM takes it from a `config.json`.
//!
//! Read in vLLM 0.10.1.1, 0.11.2, 0.13.0, 0.18.0 and 0.24.0: `_get_and_verify_max_len` in `config/model.py` (of 0.10.1.1 in
//! `config/__init__.py`), and `patch_rope_parameters` in `transformers_utils/config.py`.

use serde_json::Value;

use super::{Architecture, File};

/// Keys of which the smallest counts.
const KEYS: [&str; 8] = [
    "n_positions",
    "max_seq_len",
    "seq_length",
    "model_max_length",
    "max_target_positions",
    "max_sequence_length",
    "max_seq_length",
    "seq_len",
];

/// Keys that decide how long a request may be.
pub(in crate::fit) fn decide(key: &str) -> bool {
    KEYS.contains(&key)
        || [
            "max_position_embeddings",
            "original_max_position_embeddings",
            "rope_scaling",
            "rope_parameters",
        ]
        .contains(&key)
}

/// How positions are spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::fit) struct Spread {
    /// By how much a request may be longer.
    pub(in crate::fit) factor: f64,
    /// What is made longer, where it is not the length of the file.
    pub(in crate::fit) original: Option<f64>,
    /// Whether a shorter request is better served by what was trained first: LongRoPE.
    pub(super) is_long: bool,
}

impl File<'_> {
    /// Tokens of the longest request, and of the default where that is shorter.
    pub(super) fn lengths(&mut self, known: &Architecture) -> (u32, Option<u32>) {
        let own = self.needed(&["max_position_embeddings"]);
        let others = KEYS.map(|key| self.number(&[key]));
        let smallest = others.into_iter().flatten().fold(own, u32::min);
        let written = self.number(&["model_max_length"]);
        let base = f64::from(written.unwrap_or(smallest));
        let original = self.number(&["original_max_position_embeddings"]);
        let spread = spread(self.text, original).unwrap_or_else(|why| {
            self.lacks.push(why);
            None
        });
        let spread = spread.filter(|_| !known.is_spread);
        let Some(spread) = spread else {
            return (written.unwrap_or(smallest), None);
        };
        let most = spread.original.unwrap_or(base) * spread.factor;
        let Some(most) = whole(most.max(written.map_or(0.0, f64::from))) else {
            self.lacks
                .push("no request is as long as it says".to_owned());
            return (1, None);
        };
        let original = original.or(Some(known.original).filter(|tokens| *tokens > 0));
        let default = original.filter(|tokens| spread.is_long && *tokens < most);
        (most, default)
    }
}

/// Whole tokens of a length.
pub(in crate::fit) fn whole(tokens: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was looked at"
    )]
    (1.0..f64::from(u32::MAX))
        .contains(&tokens)
        .then_some(tokens as u32)
}

/// How a file, or what is written over it, spreads positions; `None` where it does not say it.
pub(in crate::fit) fn spread(
    said: &Value,
    original: Option<u32>,
) -> Result<Option<Spread>, String> {
    let keys = ["rope_scaling", "rope_parameters"].into_iter();
    let said = keys.filter_map(|key| Some((key, said.get(key)?)));
    let mut said = said.filter(|(_, rope)| !rope.is_null());
    let Some((key, rope)) = said.next() else {
        return Ok(None);
    };
    let Some(fields) = rope.as_object() else {
        return Err(format!("`{key}` is no mapping"));
    };
    // of each kind of layer, or of all
    let is_nested = fields.values().all(Value::is_object);
    let parts: Vec<&Value> = if is_nested {
        fields.values().collect()
    } else {
        vec![rope]
    };
    let mut found = Spread {
        factor: 1.0,
        original: None,
        is_long: false,
    };
    for part in parts {
        let factor = part.get("factor").filter(|factor| !factor.is_null());
        let kind = ["rope_type", "type"]
            .into_iter()
            .find_map(|key| part.get(key)?.as_str());
        match kind {
            Some("longrope" | "su") => found.is_long = true,
            Some("llama3") => {}
            None if factor.is_some() => return Err(format!("`{key}` says no `rope_type`")),
            Some("yarn") => {
                let own = part.get("original_max_position_embeddings");
                let own = own.and_then(Value::as_f64).filter(|own| *own >= 1.0);
                let own = own.or(original.map(f64::from));
                found.original = Some(own.ok_or_else(|| {
                    format!("`{key}` is of `yarn`, and says no `original_max_position_embeddings`")
                })?);
                found.factor = times(key, factor, found.factor)?;
            }
            _ => found.factor = times(key, factor, found.factor)?,
        }
    }
    Ok(Some(found))
}

fn times(key: &str, factor: Option<&Value>, otherwise: f64) -> Result<f64, String> {
    let Some(factor) = factor else {
        return Ok(otherwise);
    };
    let factor = factor.as_f64().filter(|factor| *factor > 0.0);
    factor.ok_or_else(|| format!("the `factor` of `{key}` is no positive number"))
}
