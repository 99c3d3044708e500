//! Arguments of the server: those that follow from the fields, then those that a person wrote, of which the last counts.

use super::context::Context;
use super::placement::Placement;
use super::runtime::Serving;
use super::shape::Shape;
use crate::api::gpu_model::Dtype;
use crate::fit::flag;
use crate::problem::rules::model as rule;
use crate::problem::{Problem, Problems};

const TENSOR_PARALLEL: &str = "--tensor-parallel-size";
const UTILIZATION: &str = "--gpu-memory-utilization";

/// All of them, and what those that decide about memory come to.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) all: Vec<String>,
    pub(super) max_len: Option<u32>,
    pub(super) max_num_seqs: Option<u32>,
    pub(super) utilization: Option<f64>,
    pub(super) fp8_cache: bool,
    pub(super) dtype: Option<String>,
    /// `VLLM_ALLOW_LONG_MAX_MODEL_LEN`: a longer request than the model was made for is taken.
    pub(super) is_longer_allowed: bool,
}

pub(super) fn of(
    context: &Context<'_>,
    placement: &Placement<'_>,
    shape: &Shape,
    serving: &Serving<'_>,
    problems: &mut Problems,
) -> Arguments {
    let spec = context.spec;
    let written = spec.args.as_deref().unwrap_or_default();
    if !serving.is_vllm() {
        return Arguments {
            all: written.to_vec(),
            ..Arguments::default()
        };
    }
    check(context, placement, shape, written, problems);
    let mut all = Vec::new();
    if shape.writes_tensor() && flag(written, TENSOR_PARALLEL).is_none() {
        all.push(format!("{TENSOR_PARALLEL}={}", shape.tensor));
    }
    if shape.expert && shape.pods == 1 {
        all.push("--enable-expert-parallel".to_owned());
    }
    all.extend(
        spec.max_model_len
            .map(|len| format!("--max-model-len={len}")),
    );
    all.extend(
        spec.dtype
            .map(|dtype| format!("--dtype={}", Dtype::name(dtype))),
    );
    if placement.slices > 1 && flag(written, UTILIZATION).is_none() {
        let hundredths = 90 / placement.slices;
        all.push(format!("{UTILIZATION}=0.{hundredths:02}"));
    }
    all.extend(written.iter().cloned());
    Arguments {
        max_len: number(&all, "--max-model-len"),
        max_num_seqs: number(&all, "--max-num-seqs"),
        utilization: flag(&all, UTILIZATION).and_then(|text| text.parse().ok()),
        fp8_cache: flag(&all, "--kv-cache-dtype").is_some_and(|text| text.starts_with("fp8")),
        dtype: flag(&all, "--dtype").map(str::to_owned),
        is_longer_allowed: context
            .spec
            .env
            .as_ref()
            .and_then(|env| env.get("VLLM_ALLOW_LONG_MAX_MODEL_LEN"))
            .is_some_and(|value| value == "1"),
        all,
    }
}

fn number(all: &[String], name: &str) -> Option<u32> {
    flag(all, name)?.parse().ok()
}

fn check(
    context: &Context<'_>,
    placement: &Placement<'_>,
    shape: &Shape,
    written: &[String],
    problems: &mut Problems,
) {
    let size = flag(written, TENSOR_PARALLEL);
    if let Some(size) = size.filter(|size| *size != shape.tensor.max(1).to_string()) {
        let message = format!(
            "`{TENSOR_PARALLEL}` is {size}, and `gpus` of a pod are {}",
            shape.tensor
        );
        let problem = Problem::new(
            &rule::MODEL_TP_NOT_GPUS,
            context.place("spec.args"),
            message,
        );
        problems.push(problem.help("leave it out of `args`: it follows from `gpus`"));
    }
    let part = flag(written, UTILIZATION).and_then(|text| text.parse::<f64>().ok());
    let slices = placement.slices;
    let most = 0.9 / f64::from(slices);
    if let Some(part) = part.filter(|part| slices > 1 && *part > most) {
        let message = format!(
            "`{UTILIZATION}` is {part} on a GPU that {slices} pods share: together they take more than there is"
        );
        let problem = Problem::new(
            &rule::SLICED_UTILIZATION,
            context.place("spec.args"),
            message,
        );
        problems.push(problem.help(format!(
            "leave it out of `args`, and each gets 0.{:02}",
            90 / slices
        )));
    }
}
