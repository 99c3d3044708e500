//! Which zones a pool spreads over.

use crate::cloud::{Cloud, PoolRequest};
use crate::cluster::{ClusterFacts, FactName, Worker, missing};
use crate::kinds::gpu_machine_set::templates;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems, Severity, did_you_mean};

/// One zone of a pool.
pub(crate) struct Zone<'a> {
    pub(crate) name: &'a str,
    /// Field of the placeholder that names it.
    pub(crate) path: String,
}

/// The pool's zones in order.
pub(crate) fn of<'a>(
    request: &PoolRequest<'a>,
    platform: &dyn Cloud,
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
    platform: &dyn Cloud,
    problems: &mut Problems,
) -> Vec<Zone<'a>> {
    let facts = request.facts;
    let mut workers = cloned_zones(request);
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
        if let Some(template) = templates::stated(request).filter(|_| !facts.workers.is_empty()) {
            problems.push(templates::not_found(template, request));
            return Vec::new();
        }
        problems.extend(
            templates::no_plain_worker(None, request)
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

/// Zones of the workers that the pool clones: those whose image boots its machines, or those that `template` names.
fn cloned_zones<'a>(request: &PoolRequest<'a>) -> Vec<&'a str> {
    let facts = request.facts;
    if let Some(template) = templates::stated(request) {
        let called =
            |worker: &&Worker| worker.is_called(&template.replace("{zone}", &worker.zone.value));
        let named = sorted(facts.workers.iter().filter(called));
        let plain = || facts.workers.iter().any(|worker| worker.reserved.is_none());
        // one name for all zones: they are cloned from a set of another zone
        if !named.is_empty() && (template.contains("{zone}") || !plain()) {
            return named;
        }
    }
    let plain = facts.workers.iter();
    let plain = plain.filter(|worker| worker.reserved.is_none()).collect();
    sorted(templates::bootable(plain, request).into_iter())
}

/// Zones of the plain workers, sorted.
fn plain_zones(facts: &ClusterFacts) -> Vec<&str> {
    let workers = facts.workers.iter();
    sorted(workers.filter(|worker| worker.reserved.is_none()))
}

fn sorted<'a>(workers: impl Iterator<Item = &'a Worker>) -> Vec<&'a str> {
    let zones = workers.map(|worker| worker.zone.value.as_str());
    let mut zones: Vec<&str> = zones.filter(|zone| !zone.is_empty()).collect();
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
