//! What vLLM makes of a model by its version and by the card: how long a request is unless somebody says it, which layers
//! keep all, and in how many bits it computes.
//!
//! Read in the sources of 0.10.1.1, 0.11.2, 0.13.0, 0.18.0 and 0.24.0.

use super::{Ask, BFLOAT16};
use crate::types::Version;

/// Tokens of the longest request: as asked, or as vLLM takes it by default.
///
/// LongRoPE serves shorter requests better by what was trained first, and from vllm-project/vllm#27431 on that is the default
/// (`_get_and_verify_max_len`: not in 0.10.1.1, there in 0.11.2; 0.11.0 is taken for one that has it).
pub(super) fn asked_len(ask: &Ask) -> Option<u32> {
    let is_short = ask.vllm >= Version(0, 11);
    let default = ask.model.default_len.filter(|_| is_short);
    ask.max_len.or(default).or(ask.model.max_len)
}

/// Whether layers that attend in chunks keep every token: `attention_chunk_size` turns the hybrid cache off unless
/// `VLLM_ALLOW_CHUNKED_LOCAL_ATTN_WITH_HYBRID_KV_CACHE` is set, which is 0 by default in 0.13.0 and before, and 1 in 0.18.0
/// (`envs.py`, `config/vllm.py`; versions between were not read and are taken on the safe side).
pub(crate) fn chunks_are_whole(vllm: Version) -> bool {
    vllm < Version(0, 18)
}

/// Whether it computes in 32 bit because neither 16 will do: the GPU has no bfloat16, and the model no float16
/// (`_resolve_auto_dtype` in `config/model.py`, `supported_dtypes` in `platforms/cuda.py`).
pub(crate) fn is_single(ask: &Ask) -> bool {
    ask.model.no_half && ask.card.capability < BFLOAT16
}

/// By how much more its numbers take than in 16 bit.
pub(super) fn width(ask: &Ask) -> f64 {
    if is_single(ask) { 2.0 } else { 1.0 }
}
