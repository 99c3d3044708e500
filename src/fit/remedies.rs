//! What could be changed so that a model fits, each change with what comes of it.

use std::fmt;

use serde::Serialize;

use super::{Ask, ERROR_PERCENT, Fit, Verdict, fit, limits, memory, versions};
use crate::catalog::{self, Instance};

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// `--max-num-seqs`
    MaxNumSeqs(u32),
    /// `--max-model-len`
    MaxModelLen(u32),
    /// `--kv-cache-dtype=fp8`
    Fp8Cache,
    /// The same model in another format.
    Model(&'static str),
    /// GPUs of a pod.
    Gpus(u32),
    /// The type of the machine.
    Type(&'static str),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaxNumSeqs(count) => write!(f, "--max-num-seqs={count}"),
            Self::MaxModelLen(tokens) => write!(f, "--max-model-len={tokens}"),
            Self::Fp8Cache => f.write_str("--kv-cache-dtype=fp8"),
            Self::Model(id) => write!(f, "model {id}"),
            Self::Gpus(count) => write!(f, "{count} GPUs"),
            Self::Type(name) => write!(f, "type {name}"),
        }
    }
}

/// One change.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remedy {
    /// What to write.
    pub change: String,
    /// The same, for those who write it otherwise.
    #[serde(skip)]
    pub what: Change,
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
    let mut try_it = |what: Change, changed: Ask| {
        let Fit {
            verdict,
            margin_percent,
            max_model_len,
            ..
        } = fit(&changed);
        if verdict.is_possible() {
            found.push(Remedy {
                change: what.to_string(),
                what,
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
        try_it(Change::MaxNumSeqs(256), changed);
    }
    if let Some(tokens) = shorter(ask) {
        let changed = Ask {
            max_len: Some(tokens),
            ..*ask
        };
        try_it(Change::MaxModelLen(tokens), changed);
    }
    if !ask.fp8_cache {
        let changed = Ask {
            fp8_cache: true,
            ..*ask
        };
        try_it(Change::Fp8Cache, changed);
    }
    for variant in ask.model.variants() {
        let changed = Ask {
            model: variant,
            ..*ask
        };
        try_it(Change::Model(variant.id), changed);
    }
    for gpus in more_gpus(ask, most_gpus) {
        // the first that surely fits costs least
        if try_it(Change::Gpus(gpus), Ask { gpus, ..*ask }) {
            break;
        }
    }
    found
}

fn more_gpus(ask: &Ask, most: Option<u32>) -> impl Iterator<Item = u32> {
    [2, 4, 8].into_iter().filter(move |gpus| {
        *gpus > ask.gpus
            && most.is_none_or(|most| *gpus <= most)
            && limits::divides_heads(ask, *gpus)
    })
}

/// A context that surely fits, in steps of 256 tokens; none when it would be too short for a conversation.
fn shorter(ask: &Ask) -> Option<u32> {
    let spare = ask.card.usable_gib * ERROR_PERCENT / 100.0;
    let cache = memory::of(ask).ok()?.cache - spare;
    let tokens = memory::longest(ask, cache)? / 256 * 256;
    let asked = versions::asked_len(ask)?;
    (tokens >= 1024 && tokens < asked).then_some(tokens)
}

/// The smallest type of a cloud that it surely fits on, as it was asked.
pub(crate) fn another_type(ask: &Ask, platform: &str) -> Option<Remedy> {
    let whole = |row: &Instance| !row.fractional && row.gpus >= ask.gpus;
    let fitting = catalog::instances(platform)
        .filter(whole)
        .filter_map(|row| {
            let card = catalog::card(row.board())?;
            let changed = Ask {
                card,
                slices: 1,
                ..*ask
            };
            let fit = fit(&changed);
            (fit.verdict == Verdict::Fits).then_some((row, card.usable_gib, fit))
        });
    // of the smallest machine, so that none of it idles
    let (row, _, fit) = fitting.min_by(|(one, mine, _), (other, theirs, _)| {
        let size = |row: &Instance| (row.gpus, row.vcpu);
        let by_memory = mine.total_cmp(theirs);
        one.gpus
            .cmp(&other.gpus)
            .then(by_memory)
            .then(size(one).cmp(&size(other)))
    })?;
    let what = Change::Type(row.name);
    Some(Remedy {
        change: what.to_string(),
        what,
        verdict: fit.verdict,
        margin_percent: fit.margin_percent,
        max_model_len: fit.max_model_len,
    })
}
