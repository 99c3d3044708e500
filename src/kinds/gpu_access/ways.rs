//! What leads pods to the nodes of a pool and to no others: labels of its template, and its taints by value.
//!
//! Labels must be there before a node is, or nothing scales from zero: the accelerator and the pool's own, never the
//! instance type or what an operator finds out.

use std::collections::BTreeMap;

use super::context::Context;
use super::form::Form;
use super::pools::hard;
use super::profiles::has_profiles;
use crate::api::gpu_machine_set::Taint;
use crate::operator::tolerations::{Toleration, TolerationOperator};
use crate::plan::{AccessPool, Plan, Way};
use crate::pool_face::PoolFace;
use crate::problem::rules::access as rule;
use crate::problem::{Problem, Problems};
use crate::types::machine_api::ACCELERATOR;

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

/// What leads to a pool, and the pools to whose nodes it leads as well. An AcceleratorProfile has no labels.
fn way(pool: &PoolFace, all: &[PoolFace], is_by_taint: bool) -> (Way, Vec<String>) {
    let tolerations: Vec<Toleration> = hard(&pool.taints).map(equal).collect();
    let reachable = |other: &&PoolFace| {
        let is_tolerated = |taint| tolerations.iter().any(|one| one.tolerates(taint));
        other.name != pool.name && hard(&other.taints).all(is_tolerated)
    };
    let mut others: Vec<&PoolFace> = all.iter().filter(reachable).collect();
    let mut labels = BTreeMap::new();
    let mut keys: Vec<&String> = pool.node_labels.keys().collect();
    keys.sort_by_key(|key| key.as_str() != ACCELERATOR);
    keys.retain(|_| !is_by_taint);
    for key in keys {
        let Some(value) = pool.node_labels.get(key) else {
            continue;
        };
        let has = |other: &&PoolFace| other.node_labels.get(key) == Some(value);
        let tells_apart = !others.iter().all(has);
        if key == ACCELERATOR || tells_apart {
            labels.insert(key.clone(), value.clone());
            others.retain(has);
        }
    }
    let others = others.into_iter().map(|other| other.name.clone());
    let others = others.collect();
    (
        Way {
            labels,
            tolerations,
        },
        others,
    )
}

/// The toleration of one taint alone.
fn equal(taint: &Taint) -> Toleration {
    let value = taint.value.clone().filter(|value| !value.is_empty());
    Toleration {
        key: Some(taint.key.clone()),
        operator: Some(TolerationOperator::Equal),
        value,
        effect: Some(taint.effect),
        seconds: None,
    }
}
