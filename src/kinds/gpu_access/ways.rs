//! What leads pods to the nodes of a pool and to no others: labels of its template, and its taints by value.
//!
//! Labels must be there before a node is, or nothing scales from zero: the accelerator and the pool's own, never the
//! instance type or what an operator finds out.

use super::context::Context;
use super::form::Form;
use super::profiles::has_profiles;
use crate::kinds::ways::{hard, way};
use crate::plan::{AccessPool, Plan};
use crate::problem::rules::access as rule;
use crate::problem::{Problem, Problems};

/// Label of nodes of a pool that nothing else tells apart.
const POOL: &str = "gpu-machineset.dev/pool";

/// The way to each pool that something leads to. A pool that nothing tells apart gets a label.
pub(super) fn decide(
    context: &Context<'_>,
    form: Form,
    pools: &mut [AccessPool],
    plan: &mut Plan,
    problems: &mut Problems,
) {
    let is_by_taint = form == Form::Accelerator && !context.is_queued();
    for pool in pools {
        let is_led_to = context.is_queued() || form != Form::Nothing && has_profiles(context, pool);
        if !is_led_to {
            continue;
        }
        let (way, others) = way(&pool.face, &context.pools, is_by_taint);
        pool.way = way;
        if others.is_empty() {
            continue;
        }
        let own = plan.pools.iter_mut();
        let mut own = own.filter(|one| pool.face.placeholder == Some(one.placeholder));
        match own.next().filter(|_| !is_by_taint) {
            Some(planned) => {
                let name = pool.face.name.clone();
                planned.node_labels.insert(POOL.to_owned(), name.clone());
                pool.face.node_labels.insert(POOL.to_owned(), name.clone());
                pool.way.labels.insert(POOL.to_owned(), name);
                problems.push(labelled(context, pool, &others));
            }
            None => problems.push(not_told_apart(context, pool, &others)),
        }
    }
}

fn labelled(context: &Context<'_>, pool: &AccessPool, others: &[String]) -> Problem {
    let name = &pool.face.name;
    let message = format!(
        "nodes of pool `{name}` get the label `{POOL}: {name}`: nothing else tells them from those of `{}`",
        others.join("`, `")
    );
    let place = context.place_of_pool(&pool.face, "metadata.name");
    Problem::new(&rule::POOL_LABEL_ADDED, place, message)
        .help(format!(
            "machines that run already do not get it: `oc label node NODE {POOL}={name}`"
        ))
        .help("a taint value or an accelerator of its own does without")
}

fn not_told_apart(context: &Context<'_>, pool: &AccessPool, others: &[String]) -> Problem {
    let name = &pool.face.name;
    let message = format!(
        "nothing tells nodes of pool `{name}` from those of `{}`: who picks it may land there",
        others.join("`, `")
    );
    let place = context.place_of_pool(&pool.face, "spec.taints");
    let taint = hard(&pool.face.taints).next();
    let key = taint.map_or("nvidia.com/gpu", |taint| taint.key.as_str());
    let help = format!(
        "give it a taint of its own: `taints: [{{key: {key}, value: {}, effect: NoSchedule}}]`",
        pool.key
    );
    Problem::new(&rule::POOLS_NOT_TOLD_APART, place, message).help(help)
}
