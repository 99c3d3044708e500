//! Where the memory of a GPU goes when vLLM starts, in GiB.
//!
//! The formula follows vLLM's `v1/worker/gpu_worker.py`, `config/cache.py` and `v1/core/kv_cache_utils.py`, read in
//! 0.10.1.1, 0.13.0, 0.18.0 and 0.24.0; its constants were fitted on measurements, see `measured.tsv`.

use serde::Serialize;

use super::{Ask, versions};
use crate::catalog::{Attention, Card};
use crate::types::Version;

pub(super) const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// What each GPU holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Memory {
    /// Of the card, as torch reports it.
    pub usable: f64,
    /// What vLLM may take of it.
    pub budget: f64,
    pub weights: f64,
    /// CUDA, and NCCL from two GPUs on.
    pub other: f64,
    /// The most that one step takes beside the weights.
    pub peak: f64,
    /// CUDA graphs, where vLLM takes them out of its budget.
    pub graphs: f64,
    /// What is left for the KV cache.
    pub cache: f64,
    /// What one request of the longest length needs of the cache.
    pub needed: Option<f64>,
}

impl Memory {
    /// The same, as it is shown: to a hundredth of a GiB.
    pub(super) fn with_needed(self, needed: Option<f64>) -> Self {
        let shown = |gib| rounded(gib, 100.0);
        Self {
            usable: shown(self.usable),
            budget: shown(self.budget),
            weights: shown(self.weights),
            other: shown(self.other),
            peak: shown(self.peak),
            graphs: shown(self.graphs),
            cache: shown(self.cache),
            needed: needed.map(shown),
        }
    }
}

/// To so many parts of one.
pub(super) fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

/// What there is of each, before a request; or what is not known.
pub(super) fn of(ask: &Ask) -> Result<Memory, &'static str> {
    let model = &ask.model;
    let gpus = f64::from(ask.gpus.max(1));
    match model.attention {
        Attention::Hybrid => {
            return Err("it keeps a state of fixed size in some layers, which was not measured");
        }
        Attention::Unknown => return Err("its dimensions are not known"),
        Attention::Full | Attention::Window | Attention::Latent | Attention::Encoder => {}
    }
    let weights = model.weights_gib.ok_or("its size is not known")? / gpus * versions::width(ask);
    let (Some(vocab), Some(hidden), Some(intermediate)) =
        (model.vocab, model.hidden, model.intermediate)
    else {
        return Err("its dimensions are not known");
    };
    let logits = sampler_bytes(ask.vllm) * f64::from(max_num_seqs(ask)) * f64::from(vocab);
    let activations = f64::from(max_batched_tokens(&ask.card))
        * (4.0 * f64::from(hidden) + 3.0 * f64::from(intermediate) / gpus)
        * 2.0
        * versions::width(ask);
    let usable = ask.card.usable_gib;
    let budget = usable * utilization(ask);
    let other = if ask.gpus > 1 || model.is_spread {
        0.55
    } else {
        0.13
    };
    let peak = logits.max(activations) / GIB;
    // 0.3 to 1.0 were seen since 0.24 takes them out of the budget
    let graphs = if ask.vllm >= Version(0, 24) { 1.0 } else { 0.0 };
    Ok(Memory {
        usable,
        budget,
        weights,
        other,
        peak,
        graphs,
        cache: budget - weights - other - peak - graphs,
        needed: None,
    })
}

/// The share of a card that vLLM takes.
pub(super) fn utilization(ask: &Ask) -> f64 {
    let default = match ask.vllm {
        _ if ask.slices > 1 => 0.9 / f64::from(ask.slices),
        vllm if vllm >= Version(0, 24) => 0.92,
        _ => 0.9,
    };
    ask.utilization.unwrap_or(default)
}

/// Bytes that the sampler takes for each word of the vocabulary and request, when it is warmed up.
fn sampler_bytes(vllm: Version) -> f64 {
    if vllm >= Version(0, 18) { 17.0 } else { 39.0 }
}

/// Whether vLLM takes the defaults of large cards.
fn is_large(card: &Card) -> bool {
    card.usable_gib >= 70.0 && !card.model.starts_with("a100")
}

/// Requests that are worked on at one time.
pub(super) fn max_num_seqs(ask: &Ask) -> u32 {
    let default = if is_large(&ask.card) { 1024 } else { 256 };
    ask.max_num_seqs.unwrap_or(default)
}

/// Tokens of one step.
fn max_batched_tokens(card: &Card) -> u32 {
    if is_large(card) { 8192 } else { 2048 }
}

/// What one request of so many tokens needs of the cache of each GPU, in GiB.
pub(super) fn needed(ask: &Ask, tokens: u32) -> f64 {
    let model = &ask.model;
    let kept = ask.gpus.clamp(1, model.kv_heads.unwrap_or(1).max(1));
    // a head cannot be split, and a compressed row is needed by all heads
    let share = match model.attention {
        Attention::Latent => 1.0,
        _ => 1.0 / f64::from(kept),
    };
    let is_whole = model.is_chunked && versions::chunks_are_whole(ask.vllm);
    let of_window = if is_whole {
        tokens
    } else {
        tokens.min(model.window.saturating_add(max_batched_tokens(&ask.card)))
    };
    let bytes = model.kv_bytes.unwrap_or_default() * f64::from(tokens)
        + model.window_kv_bytes * f64::from(of_window);
    let width = if ask.fp8_cache {
        0.5
    } else {
        versions::width(ask)
    };
    bytes * share * width / GIB
}

/// Tokens of the longest request that so much cache holds, at most those that the model was made for; `None` when it
/// holds none.
pub(super) fn longest(ask: &Ask, cache: f64) -> Option<u32> {
    if cache < 0.0 {
        return None;
    }
    // the longest that fits lies from `fits` to before `too_long`
    let (mut fits, mut too_long) = (0, ask.model.max_len?.checked_add(1)?);
    while too_long - fits > 1 {
        let middle = fits + (too_long - fits) / 2;
        if needed(ask, middle) <= cache {
            fits = middle;
        } else {
            too_long = middle;
        }
    }
    (fits > 0).then_some(fits)
}
