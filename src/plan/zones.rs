//! Which zones a pool spreads over, and which worker each of them clones.

use crate::facts::{ClusterFacts, FactName, Worker, missing};
use crate::platform::{Platform, PoolRequest, Request};
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems, Severity, did_you_mean};

/// One zone of a pool.
pub(super) struct Zone<'a> {
    pub(super) name: &'a str,
    /// Field of the placeholder that names it.
    pub(super) path: String,
}

/// The pool's zones in order.
pub(super) fn of<'a>(
    request: &PoolRequest<'a>,
    platform: &dyn Platform,
    problems: &mut Problems,
) -> Vec<Zone<'a>> {
    let Some(stated) = &request.spec.zones else {
        return default_zones(request, platform, problems);
    };
    let mut zones: Vec<Zone<'a>> = Vec::new();
    for (index, name) in stated.iter().enumerate() {
        let path = format!("spec.zones[{index}]");
        if zones.iter().any(|zone| zone.name == name) {
            let message = format!("zone `{name}` is named twice");
            problems.push(
                Problem::new(&rule::DUPLICATE_ZONE, (request.place)(&path), message)
                    .help("remove one"),
            );
        } else if !platform.zone_in_region(name, request.region) {
            problems.push(outside(name, &path, request));
        } else {
            zones.push(Zone { name, path });
        }
    }
    zones
}

fn default_zones<'a>(
    request: &PoolRequest<'a>,
    platform: &dyn Platform,
    problems: &mut Problems,
) -> Vec<Zone<'a>> {
    let facts = request.facts;
    let mut workers = plain_zones(facts);
    if let Some(usable) = &facts.zones {
        workers.retain(|zone| usable.value.iter().any(|usable| usable == zone));
    }
    let mut names = workers;
    if names.is_empty() {
        names = facts.zones();
        // those of workers are held against their region where they are read
        names.retain(|zone| {
            let fits = platform.zone_in_region(zone, request.region);
            if !fits {
                let said = outside(zone, "spec", request);
                problems.push(match &facts.zones {
                    Some(zones) => said.fact(format!("the zone comes from {}", zones.origin)),
                    None => said,
                });
            }
            fits
        });
    }
    let stated = facts
        .zones
        .as_ref()
        .is_some_and(|zones| !zones.value.is_empty());
    if names.is_empty() && !stated && !is_unreadable(problems) {
        problems.extend(
            no_plain_worker(None, request)
                .or_else(|| missing(FactName::Zones, facts, (request.place)("spec"))),
        );
    }
    let zone = |name| Zone {
        name,
        path: "spec".to_owned(),
    };
    names.into_iter().map(zone).collect()
}

/// Whether MachineSets are there that could not be read: that problem is the one to solve.
fn is_unreadable(problems: &Problems) -> bool {
    let of_set = |problem: &Problem| {
        let object = problem.place.object.as_ref();
        problem.severity() == Severity::Error
            && object.is_some_and(|object| object.kind == "MachineSet")
    };
    problems.iter().any(of_set)
}

/// MachineSets are there, but each has a reason against cloning it unasked: say which, and how to ask.
fn no_plain_worker(zone: Option<&Zone<'_>>, request: &PoolRequest<'_>) -> Option<Problem> {
    const SHOWN: usize = 5;
    let here = |worker: &&Worker| zone.is_none_or(|zone| worker.zone.value == zone.name);
    let reserved: Vec<&Worker> = request.facts.workers.iter().filter(here).collect();
    let example = reserved.first()?;
    let (place, wherever) = match zone {
        Some(zone) => ((request.place)(&zone.path), format!("zone `{}`", zone.name)),
        None => (
            (request.place)("spec"),
            format!("cluster `{}`", request.facts.name),
        ),
    };
    let message = format!("{wherever} has no MachineSet that is a plain worker");
    let mut problem = Problem::new(&rule::NO_PLAIN_WORKER, place, message);
    for worker in reserved.iter().take(SHOWN) {
        let reason = worker
            .reserved
            .as_deref()
            .unwrap_or("it is of another zone");
        problem = problem.fact(format!("`{}`: {reason}", worker.name));
    }
    let name = example.name.replace(&example.zone.value, "{zone}");
    Some(problem.help(format!(
        "to clone one all the same: `template: {{machineSet: \"{name}\"}}` with `zones`"
    )))
}

/// Zones of the workers that can be cloned, sorted.
fn plain_zones(facts: &ClusterFacts) -> Vec<&str> {
    let plain = facts
        .workers
        .iter()
        .filter(|worker| worker.reserved.is_none());
    let mut zones: Vec<&str> = plain
        .map(|worker| worker.zone.value.as_str())
        .filter(|zone| !zone.is_empty())
        .collect();
    zones.sort_unstable();
    zones.dedup();
    zones
}

fn outside(name: &str, path: &str, request: &PoolRequest<'_>) -> Problem {
    let workers = plain_zones(request.facts);
    let near = did_you_mean(name, workers.iter().copied());
    let message = format!("zone `{name}` is not in region `{}`", request.region);
    let mut problem = Problem::new(&rule::ZONE_OUTSIDE_REGION, (request.place)(path), message)
        .values(name, near.map(str::to_owned));
    if let Some(region) = &request.facts.region {
        problem = problem.fact(format!("region `{}` from {}", region.value, region.origin));
    }
    if let Some(near) = near {
        problem = problem.help(format!("did you mean `{near}`?"));
    }
    if workers.is_empty() {
        problem
    } else {
        problem.help(format!(
            "zones with a worker MachineSet: {}",
            workers.join(", ")
        ))
    }
}

/// The worker that a zone clones: the one that the pool names, the only one of the zone, or one of another zone for
/// the platform to judge. `Err` after a problem, `Ok(None)` when the cluster has no workers.
pub(super) fn worker<'a>(
    zone: &Zone<'a>,
    request: &PoolRequest<'a>,
    platform: &dyn Platform,
    problems: &mut Problems,
) -> Result<Option<&'a Worker>, ()> {
    let facts = request.facts;
    if let Some(name) = request
        .spec
        .template
        .as_ref()
        .and_then(|template| template.machine_set.as_deref())
    {
        let name = name.replace("{zone}", zone.name);
        return named(&name, facts, request, problems).map(Some);
    }
    let here: Vec<&Worker> = facts.templates(zone.name).collect();
    match here.as_slice() {
        [] if facts
            .workers
            .iter()
            .any(|worker| worker.zone.value == zone.name) =>
        {
            problems.extend(no_plain_worker(Some(zone), request));
            Err(())
        }
        [] => Ok(facts
            .workers
            .iter()
            .find(|worker| worker.reserved.is_none())),
        [only] => Ok(Some(only)),
        [first, others @ ..] => {
            let spec_of = |worker| {
                let request = Request {
                    pool: request,
                    zone: zone.name,
                    zone_path: zone.path.clone(),
                    worker: Some(worker),
                };
                platform
                    .provider_spec(&request, &mut Problems::new())
                    .map(|node| node.to_json())
            };
            let expected = spec_of(first);
            if others.iter().all(|other| spec_of(other) == expected) {
                return Ok(Some(first));
            }
            problems.push(ambiguous(zone, &here, request));
            Err(())
        }
    }
}

fn ambiguous(zone: &Zone<'_>, here: &[&Worker], request: &PoolRequest<'_>) -> Problem {
    let names: Vec<&str> = here.iter().map(|worker| worker.name.as_str()).collect();
    let message = format!(
        "zone `{}` has {} worker MachineSets that would give different sets",
        zone.name,
        here.len()
    );
    let problem = Problem::new(
        &rule::TEMPLATE_AMBIGUOUS,
        (request.place)(&zone.path),
        message,
    );
    problem.help(format!(
        "name one of them: `template: {{machineSet: {}}}`",
        names.join("|")
    ))
}

fn named<'a>(
    name: &str,
    facts: &'a ClusterFacts,
    request: &PoolRequest<'_>,
    problems: &mut Problems,
) -> Result<&'a Worker, ()> {
    if let Some(worker) = facts.worker(name) {
        return Ok(worker);
    }
    let names: Vec<&str> = facts
        .workers
        .iter()
        .map(|worker| worker.name.as_str())
        .collect();
    let near = did_you_mean(name, names.iter().copied());
    let message = format!("there is no worker MachineSet `{name}`");
    let place = (request.place)("spec.template.machineSet");
    let mut problem = Problem::new(&rule::TEMPLATE_NOT_FOUND, place, message)
        .values(name, near.map(str::to_owned));
    if let Some(near) = near {
        problem = problem.help(format!("did you mean `{near}`?"));
    }
    problems.push(if names.is_empty() {
        problem.help("the input holds no worker MachineSet of this cluster")
    } else {
        problem.help(format!("worker MachineSets: {}", names.join(", ")))
    });
    Err(())
}
