//! What vLLM refuses before it looks at the memory.

use super::{Ask, is_single};
use crate::types::Version;

/// What it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Heads that the GPUs do not divide.
    Heads,
    /// Weights in a format that the GPU cannot compute.
    Format,
    /// A longer request than the model was made for.
    Length,
    /// Several slices, which may be of one card.
    Slices,
}

/// Every reason for which it does not start, in words.
pub(crate) fn refusals(ask: &Ask) -> Vec<(Why, String)> {
    let slices = (ask.slices > 1 && ask.gpus > 1).then(|| {
        format!(
            "{} GPUs of a shared pool may be slices of one card",
            ask.gpus
        )
    });
    let all = [
        (Why::Heads, heads(ask)),
        (Why::Format, format_of_weights(ask)),
        (Why::Length, length(ask)),
        (Why::Slices, slices),
    ];
    let said = all.into_iter();
    said.filter_map(|(why, text)| Some((why, text?))).collect()
}

/// Least compute capability for `--dtype=bfloat16`: vLLM, `platforms/cuda.py`, `check_if_supports_dtype`.
pub(crate) const BFLOAT16: (u32, u32) = (8, 0);

/// Tensor parallel sizes that the heads can be divided among.
pub(super) fn divides_heads(ask: &Ask, gpus: u32) -> bool {
    gpus > 0 && ask.model.heads.is_none_or(|heads| heads % gpus == 0)
}

fn heads(ask: &Ask) -> Option<String> {
    if divides_heads(ask, ask.gpus) {
        return None;
    }
    let heads = ask.model.heads?;
    let legal = (1..=16).filter(|gpus| heads.checked_rem(*gpus) == Some(0));
    let legal: Vec<String> = legal.map(|gpus| gpus.to_string()).collect();
    Some(format!(
        "its {heads} attention heads cannot be divided among {} GPUs; among {} they can",
        ask.gpus,
        legal.join(", ")
    ))
}

/// Least compute capability of a format, by what its kernels were compiled for.
///
/// Source: vLLM 0.10.1.1, 0.13.0, 0.18.0, 0.24.0, `model_executor/layers/quantization`. Of `nvfp4` weights alone are
/// computed in 4 bit where the GPU has no such numbers: `modelopt.py` and `compressed_tensors/schemes`.
fn least(quant: &str, vllm: Version) -> Option<(u32, u32)> {
    let weight_only = if vllm >= Version(0, 18) {
        (7, 5)
    } else {
        (8, 0)
    };
    match quant {
        "fp8" | "w4a16" | "nvfp4" => Some(weight_only),
        "int8" | "awq" => Some((7, 5)),
        "mxfp4" => Some((8, 0)),
        _ => None,
    }
}

fn format_of_weights(ask: &Ask) -> Option<String> {
    let quant = ask.model.quant?;
    // `_get_quantization_config` in vLLM's `config/vllm.py` refuses types that a format does not compute
    if is_single(ask) && quant != "int8" {
        return Some(format!(
            "{quant} is computed in 16 bit, and {} has no bfloat16, without which the model takes 32",
            ask.card.model
        ));
    }
    let least = least(quant, ask.vllm)?;
    let (major, minor) = ask.card.capability;
    ((major, minor) < least).then(|| {
        format!(
            "{quant} needs compute capability {}.{} with vLLM {}; {} has {major}.{minor}",
            least.0, least.1, ask.vllm, ask.card.model
        )
    })
}

/// Of a row that no source confirms, it would be refused on a guess.
fn length(ask: &Ask) -> Option<String> {
    if ask.model.status == 'u' {
        return None;
    }
    let (asked, own) = (ask.max_len?, ask.model.max_len?);
    (asked > own).then(|| format!("the model was made for at most {own} tokens, not {asked}"))
}
