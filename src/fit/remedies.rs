//! What could be changed so that a model fits, each change with what comes of it.

use serde::Serialize;

use super::{Ask, ERROR_PERCENT, Fit, Verdict, fit, limits, memory};

/// One change.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remedy {
    /// What to write.
    pub change: String,
    pub verdict: Verdict,
    pub margin_percent: Option<f64>,
    pub max_model_len: Option<u32>,
}

/// Changes that help, those that cost nothing first. `most_gpus` are those of one machine.
pub(crate) fn remedies(ask: &Ask, most_gpus: Option<u32>) -> Vec<Remedy> {
    if fit(ask).verdict == Verdict::Fits {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut try_it = |change: String, changed: Ask| {
        let Fit {
            verdict,
            margin_percent,
            max_model_len,
            ..
        } = fit(&changed);
        if verdict.is_possible() {
            found.push(Remedy {
                change,
                verdict,
                margin_percent,
                max_model_len,
            });
        }
        verdict == Verdict::Fits
    };
    if memory::max_num_seqs(ask) > 256 {
        let changed = Ask {
            max_num_seqs: Some(256),
            ..*ask
        };
        try_it("--max-num-seqs=256".to_owned(), changed);
    }
    if let Some(tokens) = shorter(ask) {
        let changed = Ask {
            max_len: Some(tokens),
            ..*ask
        };
        try_it(format!("--max-model-len={tokens}"), changed);
    }
    if !ask.fp8_cache {
        let changed = Ask {
            fp8_cache: true,
            ..*ask
        };
        try_it("--kv-cache-dtype=fp8".to_owned(), changed);
    }
    for variant in ask.model.variants() {
        let changed = Ask {
            model: variant,
            ..*ask
        };
        try_it(format!("model {}", variant.id), changed);
    }
    let more = [2, 4, 8].into_iter().filter(|gpus| {
        *gpus > ask.gpus
            && most_gpus.is_none_or(|most| *gpus <= most)
            && limits::divides_heads(ask, *gpus)
    });
    for gpus in more {
        // the first that surely fits costs least
        if try_it(format!("{gpus} GPUs"), Ask { gpus, ..*ask }) {
            break;
        }
    }
    found
}

/// A context that surely fits, in steps of 256 tokens; none when it would be too short for a conversation.
fn shorter(ask: &Ask) -> Option<u32> {
    let spare = ask.card.usable_gib * ERROR_PERCENT / 100.0;
    let cache = memory::of(ask).ok()?.cache - spare;
    let tokens = memory::longest(ask, cache)? / 256 * 256;
    let asked = ask.max_len.or(ask.model.max_len)?;
    (tokens >= 1024 && tokens < asked).then_some(tokens)
}
