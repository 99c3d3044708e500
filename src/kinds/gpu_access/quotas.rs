//! Quotas of teams where nobody queues: one number per resource name, since a quota cannot tell pools apart.
//!
//! Only `requests.nvidia.com/...` counts: `nvidia.com/gpu` and `limits.nvidia.com/gpu` are accepted and limit nothing.

use std::collections::BTreeMap;

use super::context::Context;
use super::objects::{KindOf, Metadata, Objects, QUOTAS, namespaces};
use crate::krm::Node;
use crate::plan::{AccessPool, AccessTeam};
use crate::problem::rules::access as rule;
use crate::problem::{Problem, Problems};

/// A quota for each team whose numbers add up to one.
pub(super) fn put(
    context: &Context<'_>,
    teams: &mut [AccessTeam],
    pools: &[AccessPool],
    objects: &mut Objects<'_, '_>,
    problems: &mut Problems,
) {
    for team in teams {
        let hard = numbers(context, team, pools, problems);
        if hard.is_empty() {
            continue;
        }
        let hard = hard.into_iter();
        let hard = hard.map(|(name, count)| (format!("requests.{name}"), count.to_string().into()));
        let hard = Node::from([("hard", Node::map(hard))]);
        let mut names = team.namespaces.iter();
        if let (Some(only), None) = (names.next(), names.next()) {
            let of = KindOf {
                api: "v1",
                kind: "ResourceQuota",
                wave: QUOTAS,
                is_custom: false,
                options: "",
            };
            objects.put(of, (only, "gpu"), Metadata::default(), hard);
            team.limits.push(format!("ResourceQuota {only}/gpu"));
        } else {
            let of = KindOf {
                api: "quota.openshift.io/v1",
                kind: "ClusterResourceQuota",
                wave: QUOTAS,
                is_custom: false,
                options: "",
            };
            let name = format!("gpu-{}", team.name);
            let selector = Node::from([("labels", namespaces("In", &team.namespaces))]);
            let spec = Node::from([("quota", hard), ("selector", selector)]);
            objects.put(of, ("", &name), Metadata::default(), spec);
            team.limits.push(format!("ClusterResourceQuota {name}"));
        }
    }
}

/// The sum of a team's numbers by resource name, of those for which it has one for every pool that it may use.
fn numbers(
    context: &Context<'_>,
    team: &AccessTeam,
    pools: &[AccessPool],
    problems: &mut Problems,
) -> BTreeMap<String, u32> {
    let mut by_resource: BTreeMap<&str, Vec<(&AccessPool, Option<u32>)>> = BTreeMap::new();
    for pool in pools {
        let amount = team.gpus.get(&pool.face.name);
        let may_use = amount.is_some() || !pool.is_restricted();
        if let (true, Some(resource)) = (may_use, pool.resource.as_deref()) {
            let count = amount.and_then(|amount| amount.count());
            by_resource.entry(resource).or_default().push((pool, count));
        }
    }
    let mut sums = BTreeMap::new();
    for (resource, pools) in by_resource {
        let counted: Vec<(&AccessPool, u32)> = pools
            .iter()
            .filter_map(|(pool, count)| Some((*pool, (*count)?)))
            .collect();
        let Some((first, _)) = counted.first() else {
            continue;
        };
        let place = context.place(&format!(
            "spec.teams.{}.gpus.{}",
            team.name, first.face.name
        ));
        if let Some((open, _)) = pools.iter().find(|(_, count)| count.is_none()) {
            let open = &open.face.name;
            let message = format!(
                "team `{}` gets no quota of `{resource}`: it may use pool `{open}` without a number",
                team.name
            );
            let help = format!(
                "give it one of `{open}` too, or keep it off: a quota counts all pools of one resource together"
            );
            problems.push(Problem::new(&rule::QUOTA_OPEN_POOL, place, message).help(help));
            continue;
        }
        let sum = counted
            .iter()
            .fold(0_u32, |sum, (_, count)| sum.saturating_add(*count));
        if counted.len() > 1 {
            let names: Vec<&str> = counted
                .iter()
                .map(|(pool, _)| pool.face.name.as_str())
                .collect();
            let message = format!(
                "a quota counts `{resource}` of all pools together: `{}` may take {sum} of each of `{}`",
                team.name,
                names.join("`, `")
            );
            let help = "`mode: queue` keeps a number for each pool";
            problems.push(Problem::new(&rule::QUOTA_SUMS_POOLS, place, message).help(help));
        }
        sums.insert(resource.to_owned(), sum);
    }
    sums
}
