//! What users write and what becomes of it, one folder per kind, named after the kind.

pub(crate) mod gpu_machine_set;
pub(crate) mod gpu_platform;

use crate::node_group;
use crate::plan::{Made, Plan};

/// All objects in a fixed order: the platforms by their waves, then pool by pool what it becomes. Cannot fail.
pub(crate) fn objects(plan: &Plan) -> Vec<Made> {
    let mut all: Vec<Made> = (plan.platforms.iter())
        .flat_map(gpu_platform::objects::of)
        .collect();
    for (index, pool) in plan.pools.iter().enumerate() {
        let made = node_group::of(pool.form).objects(pool).into_iter();
        all.extend(made.map(|node| Made {
            node: node.into(),
            from: pool.from(),
            pool: Some(index),
        }));
    }
    all
}
