//! Teams, and what is wrong with them.

use std::collections::BTreeMap;

use super::context::Context;
use super::pools::written;
use crate::api::gpu_access::Amount;
use crate::plan::{AccessPool, AccessTeam};
use crate::problem::rules::access as rule;
use crate::problem::{Place, Problem, Problems, did_you_mean};

/// All teams; a pool that is not there, and a namespace of two teams, are reported.
pub(super) fn decide(context: &Context<'_>, problems: &mut Problems) -> Vec<AccessTeam> {
    let mut teams = Vec::new();
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, team) in context.spec.teams.iter().flatten() {
        let path = format!("spec.teams.{name}");
        for (index, namespace) in team.namespaces.iter().enumerate() {
            let place = || context.place(&format!("{path}.namespaces[{index}]"));
            match owners.get(namespace.as_str()) {
                Some(first) => problems.push(twice(namespace, (first, name), place())),
                None => {
                    owners.insert(namespace, name);
                }
            }
        }
        let gpus = team.gpus.clone().unwrap_or_default();
        for pool in gpus.keys() {
            let place = || context.key_place(&format!("{path}.gpus.{pool}"));
            problems.extend(unknown(context, pool, place));
        }
        teams.push(AccessTeam {
            name: name.clone(),
            namespaces: team.namespaces.iter().cloned().collect(),
            gpus,
            limits: Vec::new(),
        });
    }
    for pool in context.spec.pools.iter().flat_map(BTreeMap::keys) {
        let place = || context.key_place(&format!("spec.pools.{pool}"));
        problems.extend(unknown(context, pool, place));
    }
    teams
}

fn twice(namespace: &str, (first, second): (&str, &str), place: Place) -> Problem {
    let message = if first == second {
        format!("namespace `{namespace}` stands twice in team `{first}`")
    } else {
        format!("namespace `{namespace}` is of the teams `{first}` and `{second}`")
    };
    let help = "a namespace is of one team: leave it out here or there";
    Problem::new(&rule::ACCESS_NAMESPACE_TWICE, place, message).help(help)
}

fn unknown(context: &Context<'_>, name: &str, place: impl Fn() -> Place) -> Option<Problem> {
    if context.pools.iter().any(|pool| pool.name == name) {
        return None;
    }
    // a pool with problems of its own is not planned, and is there
    let mut placeholders = context.world.pools.iter();
    if placeholders.any(|one| one.read.name == name) && context.world.failed {
        return None;
    }
    let names: Vec<&str> = context
        .pools
        .iter()
        .map(|pool| pool.name.as_str())
        .collect();
    let near = did_you_mean(name, names.iter().copied()).map(str::to_owned);
    let message = format!("the cluster has no pool `{name}`");
    let help = match (&near, names.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => {
            "no GpuMachineSet of this cluster is in the input: render them together".to_owned()
        }
        (None, names) => format!("pools: `{}`", names.join("`, `")),
    };
    let problem = Problem::new(&rule::ACCESS_UNKNOWN_POOL, place(), message);
    Some(problem.values(name, near).help(help))
}

/// Numbers that a pool cannot give, or of which nobody knows whether it can.
pub(super) fn check_numbers(
    context: &Context<'_>,
    teams: &[AccessTeam],
    pools: &[AccessPool],
    problems: &mut Problems,
) {
    for pool in pools {
        let name = &pool.face.name;
        let users = teams
            .iter()
            .filter_map(|team| Some((team, *team.gpus.get(name)?)));
        let users: Vec<(&AccessTeam, Amount)> = users.collect();
        let counts = users.iter().filter_map(|(_, amount)| amount.count());
        let sum = counts.fold(0_u32, u32::saturating_add);
        let Some(first) = users.iter().find(|(_, amount)| amount.count().is_some()) else {
            continue;
        };
        let place = context.place(&format!("spec.teams.{}.gpus.{name}", first.0.name));
        let Some(capacity) = pool.capacity else {
            problems.push(unknown_capacity(context, pool, &place));
            continue;
        };
        let unlimited = users.iter().find(|(_, amount)| amount.count().is_none());
        let reach = format!(
            "the pool reaches {capacity} ({} machines × {})",
            pool.face.max_machines,
            pool.units.unwrap_or_default()
        );
        if sum > capacity {
            let message = format!("teams have {sum} GPUs of `{name}`, {reach}");
            let help =
                "give them less, or let the pool grow: `autoscaling.max` of its GpuMachineSet";
            problems.push(Problem::new(&rule::ACCESS_OVER_CAPACITY, place, message).help(help));
        } else if let Some((team, _)) = unlimited.filter(|_| sum == capacity) {
            let message = format!(
                "teams with numbers have all {sum} GPUs of `{name}`, and nothing is left for `{}`: {reach}",
                team.name
            );
            let help =
                "give numbers to all teams, less to those that have some, or let the pool grow";
            problems.push(Problem::new(&rule::ACCESS_OVER_CAPACITY, place, message).help(help));
        }
    }
}

/// What cannot be derived because nobody knows what a node of a pool offers.
pub(super) fn unknown_capacity(context: &Context<'_>, pool: &AccessPool, place: &Place) -> Problem {
    let name = &pool.face.name;
    let node = written(context, name).and_then(|one| one.node.as_ref());
    let lacking: Vec<&str> = [
        (
            pool.resource.is_none() && node.is_none_or(|node| node.resource.is_none()),
            "resource: nvidia.com/mig-1g.10gb",
        ),
        (pool.units.is_none(), "gpus: 8"),
        (pool.offer.is_none(), "cpu: \"190\", memory: 1800Gi"),
    ]
    .into_iter()
    .filter_map(|(is_lacking, field)| is_lacking.then_some(field))
    .collect();
    let why = match (&pool.face.instance, &pool.face.instance_type) {
        (None, Some(of)) => format!("instance type `{of}` is not in the catalogue"),
        (None, None) => "nothing shows its instance type".to_owned(),
        (Some(_), _) => "how its GPUs are cut is not in the table of MIG profiles".to_owned(),
    };
    let message = format!("what a node of pool `{name}` offers to pods is not known: {why}");
    Problem::new(&rule::ACCESS_CAPACITY_UNKNOWN, place.clone(), message).help(format!(
        "say it, with your numbers: `pools: {{{name}: {{node: {{{}}}}}}}`",
        lacking.join(", ")
    ))
}
