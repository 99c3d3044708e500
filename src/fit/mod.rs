//! Whether a model fits on the GPUs that it is to run on: what vLLM will find there, by a formula that was held against
//! what vLLM measured.

mod cards;
mod config;
mod dimensions;
mod flags;
mod limits;
mod measured;
mod memory;
mod overrides;
mod remedies;
mod versions;

use serde::Serialize;

use crate::catalog::{Card, ServedModel};
use crate::types::Version;

pub(crate) use cards::{card_of, slice};
pub(crate) use config::{Config, Refused, Weights, read as read_config};
pub(crate) use dimensions::{Dimensions, gib_of_weights, head_dim_of};
pub(crate) use flags::flag;
pub(crate) use limits::{BFLOAT16, Why, refusals};
pub(crate) use measured::measured;
pub(crate) use memory::Memory;
pub(crate) use overrides::overridden;
pub(crate) use remedies::{Change, Remedy, another_type, remedies};
pub(crate) use versions::is_single;

/// What is asked: a model on GPUs, and how vLLM is started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub model: ServedModel,
    /// Each of the GPUs, or the slice of one.
    pub card: Card,
    /// GPUs of a pod: the tensor parallel size.
    pub gpus: u32,
    /// Pods that share the memory of a card.
    pub slices: u32,
    /// Version of vLLM.
    pub vllm: Version,
    /// `--max-model-len`; vLLM's default for the model when left out.
    pub max_len: Option<u32>,
    /// `--max-num-seqs`; vLLM's default for the card when left out.
    pub max_num_seqs: Option<u32>,
    /// `--gpu-memory-utilization`; vLLM's default, divided among the slices, when left out.
    pub utilization: Option<f64>,
    /// `--kv-cache-dtype=fp8`
    pub fp8_cache: bool,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Verdict {
    /// With 5 % of the card to spare: the formula is not wrong by more.
    Fits,
    /// Within 5 % of the card, so that a measurement may say otherwise.
    Tight,
    /// Nor would it if the formula were wrong by 5 % of the card.
    DoesNotFit,
    /// vLLM does not start, whatever the memory.
    Refused,
    /// Something is not known.
    Unknown,
}

impl Verdict {
    /// For people.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::Tight => "tight",
            Self::DoesNotFit => "does not fit",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }

    /// Whether a model would start, or probably would.
    pub(crate) fn is_possible(self) -> bool {
        matches!(self, Self::Fits | Self::Tight)
    }
}

/// The answer, with its numbers.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fit {
    pub verdict: Verdict,
    /// Why vLLM refuses, or what is not known.
    pub reasons: Vec<String>,
    /// Tokens of the longest request that is asked for.
    pub max_model_len: Option<u32>,
    /// What is left of a card, in percent of it; negative when something is missing.
    pub margin_percent: Option<f64>,
    /// Tokens of the longest request that fits.
    pub longest: Option<u32>,
    /// Requests of that length at one time.
    pub concurrency: Option<f64>,
    pub memory: Option<Memory>,
}

/// The most by which the formula was wrong where it was measured, in percent of a card, but for one outlier's sake.
const ERROR_PERCENT: f64 = 5.0;

/// Whether it fits.
pub(crate) fn fit(ask: &Ask) -> Fit {
    let refusals: Vec<String> = refusals(ask).into_iter().map(|(_, text)| text).collect();
    let max_len = versions::asked_len(ask);
    let (memory, unknown) = match (memory::of(ask), max_len) {
        (Ok(memory), Some(_)) => (Some(memory), None),
        (Ok(memory), None) => (Some(memory), Some("its longest request is not known")),
        (Err(unknown), _) => (None, Some(unknown)),
    };
    let margin = memory.zip(max_len).map(|(memory, len)| {
        let needed = memory::needed(ask, len);
        (
            (memory.cache - needed) / ask.card.usable_gib * 100.0,
            needed,
        )
    });
    let verdict = match margin {
        _ if !refusals.is_empty() => Verdict::Refused,
        None => Verdict::Unknown,
        Some((margin, _)) if margin >= ERROR_PERCENT => Verdict::Fits,
        Some((margin, _)) if margin >= -ERROR_PERCENT => Verdict::Tight,
        Some(_) => Verdict::DoesNotFit,
    };
    let mut reasons = refusals;
    if verdict == Verdict::Unknown {
        reasons.extend(unknown.map(str::to_owned));
    }
    Fit {
        verdict,
        reasons,
        max_model_len: max_len,
        margin_percent: margin.map(|(margin, _)| memory::rounded(margin, 10.0)),
        longest: memory.and_then(|memory| memory::longest(ask, memory.cache)),
        concurrency: memory.zip(margin).and_then(|(memory, (_, needed))| {
            let times = memory::rounded(memory.cache / needed, 10.0);
            (needed > 0.0 && memory.cache > 0.0).then_some(times)
        }),
        memory: memory.map(|memory| memory.with_needed(margin.map(|(_, needed)| needed))),
    }
}

#[cfg(test)]
mod tests;
