//! What vLLM refuses before it looks at the memory.

use super::Ask;
use crate::types::Version;

/// Every reason for which it does not start.
pub(super) fn refusals(ask: &Ask) -> Vec<String> {
    [
        heads(ask),
        format_of_weights(ask),
        length(ask),
        (ask.slices > 1 && ask.gpus > 1).then(|| {
            format!(
                "{} GPUs of a shared pool may be slices of one card",
                ask.gpus
            )
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

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
/// Source: vLLM 0.10.1.1, 0.13.0, 0.18.0, 0.24.0, `model_executor/layers/quantization`.
fn least(quant: &str, vllm: Version) -> Option<(u32, u32)> {
    let weight_only = if vllm >= Version(0, 18) {
        (7, 5)
    } else {
        (8, 0)
    };
    match quant {
        "fp8" | "w4a16" => Some(weight_only),
        "int8" | "awq" => Some((7, 5)),
        "mxfp4" => Some((8, 0)),
        _ => None,
    }
}

fn format_of_weights(ask: &Ask) -> Option<String> {
    let quant = ask.model.quant?;
    let least = least(quant, ask.vllm)?;
    let (major, minor) = ask.card.capability;
    ((major, minor) < least).then(|| {
        format!(
            "{quant} needs compute capability {}.{} with vLLM {}; {} has {major}.{minor}",
            least.0, least.1, ask.vllm, ask.card.model
        )
    })
}

fn length(ask: &Ask) -> Option<String> {
    let (asked, own) = (ask.max_len?, ask.model.max_len?);
    (asked > own).then(|| format!("the model was made for at most {own} tokens, not {asked}"))
}
