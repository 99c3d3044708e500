//! GPU limits of the ClusterAutoscaler, derived from the pools of a cluster: the one decision for a ClusterAutoscaler that
//! we make and for one that we complete.

use std::collections::BTreeMap;

use crate::krm::Node;
use crate::operator::{OperatorRequest, sharing};
use crate::plan::GpuLimit;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};

/// GPUs at the most by accelerator, over all pools that name it, as nodes show them: with sharing one GPU counts as
/// several. Fixed pools count too, because the autoscaler counts every node with the label (gpu_processor.go), and
/// where nothing scales there is nothing to limit. A type of which a node shows no GPU gives no limit: 0 would stand
/// beside a pool that may grow.
pub(crate) fn gpu_limits(request: &OperatorRequest<'_>) -> Vec<GpuLimit> {
    let pools = request.pools;
    if !pools.iter().any(|pool| pool.autoscaled) {
        return Vec::new();
    }
    let mut limits: BTreeMap<&str, GpuLimit> = BTreeMap::new();
    for pool in pools.iter().filter(|pool| !pool.accelerator.is_empty()) {
        let units = sharing::units_per_gpu(pool.sharing.as_ref(), pool.board());
        let gpus = match (pool.gpus_per_machine(), units) {
            (Some(0), _) => continue,
            (Some(gpus), Some(units)) => Some(gpus.saturating_mul(units)),
            _ => None,
        };
        let limit = limits.entry(&pool.accelerator).or_default();
        pool.accelerator.clone_into(&mut limit.accelerator);
        if let Some(most) = gpus.map(|gpus| gpus.saturating_mul(pool.max_machines)) {
            limit.max = limit.max.saturating_add(most);
            if pool.is_earlier() {
                limit.earlier = limit.earlier.saturating_add(most);
            }
        } else {
            let place = (request.place_of_pool)(pool, "spec.instanceType");
            limit.unknown.push((pool.name.clone(), place));
        }
    }
    limits.into_values().collect()
}

/// Says of each pool whose GPUs nobody knows that there is no limit for its accelerator, which `by_hand` gives.
pub(crate) fn unknown(limit: &GpuLimit, by_hand: &str, problems: &mut Problems) {
    for (pool, place) in &limit.unknown {
        let message = format!(
            "no GPU limit for `{}`: the GPUs per machine of pool `{pool}` are not known",
            limit.accelerator
        );
        let problem = Problem::new(&rule::GPU_LIMIT_UNKNOWN, place.clone(), message);
        problems.push(problem.help(by_hand));
    }
}

/// One of `spec.resourceLimits.gpus`.
pub(crate) fn entry(accelerator: &str, max: u32) -> Node {
    Node::map([
        ("type", Node::from(accelerator)),
        ("min", 0_u32.into()),
        ("max", max.into()),
    ])
}
