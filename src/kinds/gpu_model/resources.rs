//! CPU and memory of a pod: as written, or by the weights and what is of its GPUs on a node of the pool.

use serde_json::{Value, json};

use super::context::Context;
use super::placement::Placement;
use crate::catalog::ServedModel;
use crate::problem::rules::{api, model as rule};
use crate::problem::{Problem, Problems};
use crate::types::quantity;

/// GiB for the KV cache on CPU where nobody says how many: what vLLM 0.10 takes.
pub(super) const CACHE_GIB: u32 = 4;
/// GiB that vLLM takes on CPU beside weights and cache.
const BESIDE_GIB: f64 = 2.0;
/// Cores for each GPU.
const CORES: u32 = 4;

/// How a quantity is read.
type Read = fn(&str) -> Option<u64>;

/// What a pod asks for beside GPUs.
pub(super) struct Requested {
    cpu: [String; 2],
    memory: [String; 2],
}

impl Requested {
    /// What a node must have free: thousandths of a core, and MiB.
    pub(super) fn asks(&self) -> (u64, u64) {
        let [cpu, _] = &self.cpu;
        let [memory, _] = &self.memory;
        // what cannot be read was reported
        (
            quantity::millicores(cpu).unwrap_or(0),
            quantity::mib(memory).unwrap_or(0),
        )
    }

    pub(super) fn to_json(&self, placement: &Placement<'_>) -> Value {
        let side = |index: usize| {
            let text = |pair: &[String; 2]| pair.get(index).cloned().unwrap_or_default();
            let mut one = json!({"cpu": text(&self.cpu), "memory": text(&self.memory)});
            if let Some(resource) = &placement.resource {
                one[resource] = placement.gpus.to_string().into();
            }
            one
        };
        json!({"requests": side(0), "limits": side(1)})
    }
}

/// `None` after a problem that leaves a quantity unknown.
pub(super) fn of(
    context: &Context<'_>,
    placement: &Placement<'_>,
    served: Option<ServedModel>,
    problems: &mut Problems,
) -> Option<Requested> {
    let written = context.spec.resources.as_ref();
    let bounds = |amounts: Option<&crate::api::gpu_model::Amounts>| {
        amounts
            .map(crate::api::gpu_model::Amounts::bounds)
            .unwrap_or_default()
    };
    let default = || {
        let cores = CORES * placement.gpus.max(1);
        Some(
            placement
                .share
                .map_or(cores, |share| cores.min(share.cores))
                .to_string(),
        )
    };
    let cpu = both(bounds(written.and_then(|one| one.cpu.as_ref())), default)?;
    let memory = bounds(written.and_then(|one| one.memory.as_ref()));
    let Some(memory) = both(memory, || {
        gib(context, placement, served).map(|gib| format!("{gib}Gi"))
    }) else {
        let message = "how much memory the model needs is not known";
        let problem = Problem::new(
            &rule::MODEL_CPU_MEMORY,
            context.place("spec.resources"),
            message,
        );
        problems.push(
            problem
                .help("write it: `resources: {memory: 16Gi}`, or name a `model` of the catalogue"),
        );
        return None;
    };
    check(
        context,
        placement,
        ("cpu", &cpu, quantity::millicores),
        problems,
    );
    check(
        context,
        placement,
        ("memory", &memory, quantity::mib),
        problems,
    );
    if placement.gpus == 0 {
        problems.extend(too_little(context, served, &memory[1]));
    }
    Some(Requested { cpu, memory })
}

/// Request and limit; what is not written of one is as the other.
fn both(
    (request, limit): (Option<String>, Option<String>),
    default: impl FnOnce() -> Option<String>,
) -> Option<[String; 2]> {
    let request = match (request, &limit) {
        (Some(request), _) => request,
        (None, Some(limit)) => limit.clone(),
        (None, None) => default()?,
    };
    let limit = limit.unwrap_or_else(|| request.clone());
    Some([request, limit])
}

/// Memory where nobody says how much: weights pass through it, at most what is of its GPUs on a node.
fn gib(
    context: &Context<'_>,
    placement: &Placement<'_>,
    served: Option<ServedModel>,
) -> Option<u32> {
    let weights = served.and_then(|model| model.weights_gib);
    if placement.gpus == 0 {
        return Some(whole(needed_on_cpu(context, weights?)));
    }
    let share = placement.share.map(|share| share.gib);
    match (weights, share) {
        (Some(weights), share) => {
            let gib = whole(weights * 1.2 + 8.0);
            Some(share.map_or(gib, |share| gib.min(share)))
        }
        (None, share) => share,
    }
}

fn needed_on_cpu(context: &Context<'_>, weights: f64) -> f64 {
    weights + f64::from(context.spec.cache_gib.unwrap_or(CACHE_GIB)) + BESIDE_GIB
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no model has more GiB than an integer, nor fewer than none"
)]
fn whole(gib: f64) -> u32 {
    gib.ceil().clamp(0.0, f64::from(u32::MAX)) as u32
}

fn check(
    context: &Context<'_>,
    placement: &Placement<'_>,
    (field, texts, read): (&str, &[String; 2], Read),
    problems: &mut Problems,
) {
    let place = || context.place(&format!("spec.resources.{field}"));
    let [request, limit] = texts;
    let (Some(request_of), Some(limit_of)) = (read(request), read(limit)) else {
        let wrong = if read(request).is_none() {
            request
        } else {
            limit
        };
        let message = format!("`{wrong}` is no quantity that is known here");
        let help = if field == "memory" {
            "write memory in `Mi`, `Gi` or `Ti`, as `16Gi`"
        } else {
            "write cores, as `4`, or thousandths of one, as `500m`"
        };
        let problem = Problem::new(&api::INVALID_VALUE, place(), message);
        problems.push(problem.values(wrong.as_str(), None).help(help));
        return;
    };
    if limit_of < request_of {
        let message = format!("the limit of {field}, {limit}, is below the request, {request}");
        let problem = Problem::new(&api::INVALID_VALUE, place(), message);
        problems.push(problem.help(format!(
            "write a limit of {request} or more, or leave it out"
        )));
    }
    let Some((offer, pool)) = placement.offer.zip(placement.pool()) else {
        return;
    };
    let (most, shown) = if field == "memory" {
        (u64::from(offer.gib) * 1024, format!("{}Gi", offer.gib))
    } else {
        (u64::from(offer.cores) * 1000, offer.cores.to_string())
    };
    if request_of > most {
        let message = format!(
            "a pod asks for {field} {request}, and a machine of pool `{}` offers {shown}: it waits for ever",
            pool.name
        );
        let problem = Problem::new(&rule::MODEL_POD_OVER_INSTANCE, place(), message);
        problems.push(
            problem
                .values(request.as_str(), Some(shown.clone()))
                .help(format!(
                    "request {shown} or less, or name a pool of larger machines"
                )),
        );
    }
}

fn too_little(context: &Context<'_>, served: Option<ServedModel>, limit: &str) -> Option<Problem> {
    let needed = needed_on_cpu(context, served?.weights_gib?);
    let limit_mib = u32::try_from(quantity::mib(limit)?).ok()?;
    if f64::from(limit_mib) / 1024.0 >= needed {
        return None;
    }
    let message = format!(
        "the model needs {needed:.1} GiB with its cache, and its limit is {limit}: it is killed"
    );
    let place = context.place("spec.resources.memory");
    let problem = Problem::new(&rule::MODEL_CPU_MEMORY, place, message);
    Some(problem.help(format!(
        "write `memory: {}Gi` or more, or a smaller `cacheGiB`",
        whole(needed)
    )))
}
