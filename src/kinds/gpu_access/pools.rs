//! Pools as people share them: what pods ask for, how much there is, who may use it, and what leads there.

use std::collections::BTreeSet;

use super::context::Context;
use super::objects::taint_text;
use crate::api::gpu_access::{NodeOffer, PoolAccess, Whom};
use crate::api::gpu_machine_set::Taint;
use crate::kinds::capacity::{self, AUTO_SIZED_SINCE, Reserve};
use crate::kinds::ways::hard;
use crate::operator::sharing;
use crate::plan::{AccessPool, AccessTeam, Offer, Way};
use crate::pool_face::PoolFace;
use crate::problem::rules::{access as rule, api};
use crate::problem::{Problem, Problems};
use crate::types::quantity;

/// All pools of the cluster.
pub(super) fn decide(
    context: &Context<'_>,
    teams: &[AccessTeam],
    problems: &mut Problems,
) -> Vec<AccessPool> {
    let reserve = reserve(context, problems);
    let mut pools: Vec<AccessPool> = (context.pools.iter())
        .map(|face| pool(context, face, teams, reserve, problems))
        .collect();
    pools.sort_by(|a, b| a.key.cmp(&b.key));
    limited_by_autoscaler(context, &mut pools);
    guards(context, &mut pools, problems);
    problems.extend(pools.iter().filter_map(|pool| mig_from_zero(context, pool)));
    pools
}

/// What the placeholder says of a pool.
pub(super) fn written<'c>(context: &'c Context<'_>, name: &str) -> Option<&'c PoolAccess> {
    context.spec.pools.as_ref()?.get(name)
}

fn pool(
    context: &Context<'_>,
    face: &PoolFace,
    teams: &[AccessTeam],
    reserve: Reserve,
    problems: &mut Problems,
) -> AccessPool {
    let written = written(context, &face.name);
    let node = written.and_then(|one| one.node.as_ref());
    let strategy = context.mig_strategy.as_deref();
    let strategy = strategy.unwrap_or_else(|| sharing::strategy(&context.pools));
    let units = node.and_then(|node| node.gpus).or_else(|| {
        let per_gpu = sharing::units_per_gpu(face.sharing.as_ref(), face.board())?;
        face.gpus_per_machine()?
            .checked_mul(per_gpu)
            .filter(|units| *units > 0)
    });
    let said = node.and_then(|node| node.resource.clone());
    let users: Vec<&AccessTeam> = (teams.iter())
        .filter(|team| team.gpus.contains_key(&face.name))
        .collect();
    let whom = written.and_then(|one| one.access);
    let is_restricted = whom.map_or(!users.is_empty(), |whom| whom == Whom::Teams);
    let of_teams = users
        .iter()
        .flat_map(|team| team.namespaces.iter().cloned());
    AccessPool {
        face: face.clone(),
        key: face.name.replace('.', "-"),
        resource: said.or_else(|| sharing::resource(face.sharing.as_ref(), strategy)),
        units,
        capacity: units.map(|units| units.saturating_mul(face.max_machines)),
        offer: offer(context, face, node, reserve, problems),
        namespaces: is_restricted.then(|| of_teams.collect()),
        way: Way::default(),
        guard: None,
    }
}

fn reserve(context: &Context<'_>, problems: &mut Problems) -> Reserve {
    let default = Reserve::default();
    let Some(written) = &context.spec.reserve else {
        return default;
    };
    let cpu = quantity_of(
        context,
        written.cpu.as_ref(),
        "spec.reserve.cpu",
        quantity::millicores,
        problems,
    );
    let memory = quantity_of(
        context,
        written.memory.as_ref(),
        "spec.reserve.memory",
        quantity::mib,
        problems,
    );
    Reserve {
        millicores: cpu.unwrap_or(default.millicores),
        mib: memory.unwrap_or(default.mib),
    }
}

/// A quantity that a person wrote; what is none is reported.
pub(super) fn quantity_of(
    context: &Context<'_>,
    text: Option<&String>,
    path: &str,
    read: fn(&str) -> Option<u64>,
    problems: &mut Problems,
) -> Option<u64> {
    let text = text?;
    let quantity = read(text);
    if quantity.is_none() {
        let message = format!("`{text}` is no quantity that is known here");
        let problem = Problem::new(&api::INVALID_VALUE, context.place(path), message);
        let help = if path.ends_with("memory") {
            "write memory in `Mi`, `Gi` or `Ti`, as `3Gi`"
        } else {
            "write cores, as `\"2\"`, or thousandths of one, as `500m`"
        };
        problems.push(problem.values(text.as_str(), None).help(help));
    }
    quantity
}

fn offer(
    context: &Context<'_>,
    face: &PoolFace,
    written: Option<&NodeOffer>,
    reserve: Reserve,
    problems: &mut Problems,
) -> Option<Offer> {
    let is_auto_sized = context
        .installed_with()
        .is_some_and(|with| with >= AUTO_SIZED_SINCE);
    let known = face
        .size
        .map(|machine| capacity::of(machine, is_auto_sized, reserve));
    let Some(written) = written else { return known };
    let path = |field: &str| format!("spec.pools.{}.node.{field}", face.name);
    let cpu = quantity_of(
        context,
        written.cpu.as_ref(),
        &path("cpu"),
        quantity::millicores,
        problems,
    );
    let memory = quantity_of(
        context,
        written.memory.as_ref(),
        &path("memory"),
        quantity::mib,
        problems,
    );
    let whole = |number: u64| u32::try_from(number).ok();
    let cores = cpu
        .and_then(|cpu| whole(cpu / 1000))
        .or(known.map(|known| known.cores));
    let gib = memory
        .and_then(|mib| whole(mib / 1024))
        .or(known.map(|known| known.gib));
    Some(Offer {
        cores: cores?,
        gib: gib?,
    })
}

/// A ClusterAutoscaler that is there may allow less than the pools ask for.
fn limited_by_autoscaler(context: &Context<'_>, pools: &mut [AccessPool]) {
    let limit = |accelerator: &str| {
        let mut all = context.shown("autoscaling.openshift.io", "ClusterAutoscaler");
        let gpus = all.next()?.node.at(&["spec", "resourceLimits", "gpus"])?;
        let mut gpus = gpus.items().iter();
        let own = gpus.find(|one| one.str_at(&["type"]) == Some(accelerator))?;
        own.at(&["max"])?.text()?.parse::<u32>().ok()
    };
    for pool in pools.iter_mut().filter(|pool| pool.face.autoscaled) {
        let most = limit(&pool.face.accelerator);
        pool.capacity = pool
            .capacity
            .map(|capacity| most.map_or(capacity, |most| capacity.min(most)));
    }
}

/// Without a node the autoscaler knows no part of a GPU.
fn mig_from_zero(context: &Context<'_>, pool: &AccessPool) -> Option<Problem> {
    let resource = pool
        .resource
        .as_deref()
        .filter(|name| name.starts_with("nvidia.com/mig-"))?;
    let is_empty = pool.face.autoscaled && pool.face.min_machines == 0;
    is_empty.then(|| {
        let message = format!(
            "pool `{}` starts no machine for pods that ask for `{resource}` while it has none",
            pool.face.name
        );
        let place = context.place_of_pool(&pool.face, "spec.autoscaling.min");
        let problem = Problem::new(&rule::MIG_FROM_ZERO, place, message);
        problem.help("raise `min` to 1 or more, or cut all GPUs of the cluster in one size")
    })
}

/// The taint of each pool of teams that pods of others must not tolerate: one that all who may tolerate it may use.
fn guards(context: &Context<'_>, pools: &mut [AccessPool], problems: &mut Problems) {
    let same = |a: &Taint, b: &Taint| {
        a.key == b.key && a.value.as_deref().unwrap_or("") == b.value.as_deref().unwrap_or("")
    };
    let guard_of = |pool: &AccessPool| -> Result<Taint, Option<(Taint, String)>> {
        let mut shared = None;
        for taint in hard(&pool.face.taints) {
            let has = |other: &&AccessPool| hard(&other.face.taints).any(|one| same(one, taint));
            let other = pools
                .iter()
                .filter(has)
                .find(|one| one.namespaces != pool.namespaces);
            match other {
                None => return Ok(taint.clone()),
                Some(other) => shared = shared.or(Some((taint.clone(), other.face.name.clone()))),
            }
        }
        Err(shared)
    };
    let restricted = pools
        .iter()
        .map(|pool| pool.is_restricted().then(|| guard_of(pool)));
    let found: Vec<_> = restricted.collect();
    for (pool, found) in pools.iter_mut().zip(found) {
        match found {
            None => {}
            Some(Ok(taint)) => pool.guard = Some(taint),
            Some(Err(shared)) => problems.push(unguarded(context, pool, shared)),
        }
    }
}

fn unguarded(context: &Context<'_>, pool: &AccessPool, shared: Option<(Taint, String)>) -> Problem {
    let name = &pool.face.name;
    let place = context.place_of_pool(&pool.face, "spec.taints");
    let Some((taint, other)) = shared else {
        let message =
            format!("pool `{name}` is for teams, but any pod lands there: it has no taint");
        let help = format!("give it one: `{}`", own_taint(pool, "nvidia.com/gpu"));
        return Problem::new(&rule::ACCESS_POOL_WITHOUT_TAINT, place, message).help(help);
    };
    let text = taint_text(&taint);
    let message = format!(
        "pool `{name}` is for its teams, but pool `{other}`, which others may use, has the same taint `{text}`"
    );
    let help = format!(
        "give it a value of its own: `{}`",
        own_taint(pool, &taint.key)
    );
    Problem::new(&rule::ACCESS_TAINT_SHARED, place, message).help(help)
}

fn own_taint(pool: &AccessPool, key: &str) -> String {
    format!(
        "taints: [{{key: {key}, value: {}, effect: NoSchedule}}]",
        pool.key
    )
}

/// All namespaces of all teams.
pub(super) fn of_teams(teams: &[AccessTeam]) -> BTreeSet<&str> {
    let all = teams.iter().flat_map(|team| &team.namespaces);
    all.map(String::as_str).collect()
}
