//! GPU limits of the ClusterAutoscaler, derived from the pools.

use std::collections::BTreeMap;

use crate::plan::Pool;

/// GPUs at the most by accelerator, over all pools that name it: fixed pools count too, because the autoscaler counts
/// every node with the label (gpu_processor.go). Pools of unknown types are left out: their GPU count is not known.
pub(crate) fn gpu_limits(pools: &[Pool]) -> BTreeMap<&str, u32> {
    let mut limits = BTreeMap::new();
    if !pools.iter().any(|pool| pool.autoscaled) {
        return limits;
    }
    for pool in pools {
        let gpus = pool.gpus_per_machine.filter(|gpus| *gpus > 0);
        // nodes that share a GPU show more than one
        if let (Some(gpus), Some(units)) = (gpus, pool.units_per_gpu()) {
            let limit = limits.entry(pool.accelerator.as_str()).or_insert(0u32);
            let most = gpus.saturating_mul(units).saturating_mul(pool.max_machines);
            *limit = limit.saturating_add(most);
        }
    }
    limits
}
