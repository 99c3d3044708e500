//! Which zones a pool spreads over.

use crate::cloud::{PoolRequest, Zones};
use crate::cluster::source;
use crate::cluster::{ClusterFacts, FactName, Worker, missing};
use crate::kinds::gpu_machine_set::templates;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems, Severity, did_you_mean};

/// One zone of a pool, or all its machines where they have none.
pub(crate) struct Zone<'a> {
    pub(crate) name: Option<&'a str>,
    /// Field of the placeholder that names it.
    pub(crate) path: String,
}

/// The pool's zones in order.
pub(crate) fn of<'a>(request: &PoolRequest<'a>, problems: &mut Problems) -> Vec<Zone<'a>> {
    let Some(stated) = &request.spec.zones else {
        return default_zones(request, problems);
    };
    let known = request.cloud.profile().zones;
    let mut zones: Vec<Zone<'a>> = Vec::new();
    for (index, name) in stated.iter().enumerate() {
        let path = format!("spec.zones[{index}]");
        if zones.iter().any(|zone| zone.name == Some(name)) {
            let message = format!("zone `{name}` is named twice");
            problems.push(
                Problem::new(&rule::DUPLICATE_ZONE, (request.place)(&path), message)
                    .help("remove one"),
            );
        } else if !known.fits(name, request.region) {
            problems.push(outside(name, &path, request));
        } else if let Some(problem) = no_domain(name, &path, request) {
            problems.push(problem);
        } else {
            let name = Some(name.as_str());
            zones.push(Zone { name, path });
        }
    }
    zones
}

fn default_zones<'a>(request: &PoolRequest<'a>, problems: &mut Problems) -> Vec<Zone<'a>> {
    let facts = request.facts;
    let mut workers = cloned_zones(request);
    if let Some(usable) = &facts.zones {
        workers.retain(|zone| {
            let mut usable = usable.value.iter();
            usable.any(|usable| Some(usable.as_str()) == *zone)
        });
    }
    let mut names = workers;
    if names.is_empty() {
        let mut stated = facts.zones();
        // those of workers are held against their region where they are read
        stated.retain(|zone| {
            let fits = (request.cloud.profile().zones).fits(zone, request.region);
            if !fits {
                let said = outside(zone, "spec", request);
                problems.push(match &facts.zones {
                    Some(zones) => said.fact(format!("the zone comes from {}", zones.origin)),
                    None => said,
                });
            }
            fits
        });
        names = stated.into_iter().map(Some).collect();
    }
    let stated = facts
        .zones
        .as_ref()
        .is_some_and(|zones| !zones.value.is_empty());
    // of a cluster whose workers are missing that was said
    let workers_missing = request.cloud.profile().needs_worker && facts.workers.is_empty();
    if names.is_empty() && !stated && !workers_missing && !is_unreadable(problems) {
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
            && object.is_some_and(|object| object.kind == source::SET)
    };
    problems.iter().any(of_set)
}

/// Zones of the workers that the pool clones: those whose image boots its machines, or those that `template` names.
/// One that is `None` where machines have none.
fn cloned_zones<'a>(request: &PoolRequest<'a>) -> Vec<Option<&'a str>> {
    let facts = request.facts;
    if let Some(template) = templates::stated(request) {
        let called = |worker: &&Worker| {
            let name = template.replace("{zone}", worker.zone().unwrap_or_default());
            worker.is_called(&name)
        };
        let named = zones_of(facts.workers.iter().filter(called), request);
        let plain = || facts.workers.iter().any(|worker| worker.reserved.is_none());
        // one name for all zones: they are cloned from a set of another zone
        if !named.is_empty() && (template.contains("{zone}") || !plain()) {
            return named;
        }
    }
    let plain = facts.workers.iter();
    let plain = plain.filter(|worker| worker.reserved.is_none()).collect();
    zones_of(templates::bootable(plain, request).into_iter(), request)
}

/// Zones of the plain workers, sorted.
fn plain_zones(facts: &ClusterFacts) -> Vec<&str> {
    let workers = facts.workers.iter();
    sorted(workers.filter(|worker| worker.reserved.is_none()))
}

/// The zones of workers. Those without one are a zone of their own on a cloud where that may be, when none has one.
fn zones_of<'a>(
    workers: impl Iterator<Item = &'a Worker> + Clone,
    request: &PoolRequest<'_>,
) -> Vec<Option<&'a str>> {
    let mut without = workers.clone().map(Worker::zone);
    let zones = sorted(workers);
    let may_be_absent = request.cloud.profile().zones.may_be_absent();
    if zones.is_empty() && may_be_absent && without.next().is_some() {
        return vec![None];
    }
    zones.into_iter().map(Some).collect()
}

fn sorted<'a>(workers: impl Iterator<Item = &'a Worker>) -> Vec<&'a str> {
    let mut zones: Vec<&str> = workers.filter_map(Worker::zone).collect();
    zones.sort_unstable();
    zones.dedup();
    zones
}

/// A zone that is none of the few names that its cloud has.
fn misnamed(name: &str, path: &str, names: &[&str], request: &PoolRequest<'_>) -> Problem {
    let id = request.cloud.profile().id;
    let message = format!("zone `{name}` is no zone of {id}");
    // `eastus2-1` is how node labels write it
    let meant = name.rsplit('-').next().unwrap_or_default();
    let meant = names.iter().find(|one| **one == meant);
    let problem = Problem::new(&rule::ZONE_FORM, (request.place)(path), message)
        .values(name, meant.map(|one| format!("\"{one}\"")));
    match meant {
        Some(meant) => problem.help(format!("write `\"{meant}\"`")),
        None => problem.help(format!(
            "zones of {id} are `\"{}\"`",
            names.join("\"`, `\"")
        )),
    }
}

/// A zone that is no failure domain of a cluster whose domains are known.
fn no_domain(name: &str, path: &str, request: &PoolRequest<'_>) -> Option<Problem> {
    let domains = &request.facts.failure_domains;
    let of_domains = matches!(request.cloud.profile().zones, Zones::FailureDomains);
    let first = domains.values().next().filter(|_| of_domains)?;
    if domains.contains_key(name) {
        return None;
    }
    let known: Vec<&str> = domains.keys().map(String::as_str).collect();
    let near = did_you_mean(name, known.iter().copied());
    let message = format!("zone `{name}` is no failure domain of the cluster");
    let problem = Problem::new(
        &rule::FAILURE_DOMAIN_UNKNOWN,
        (request.place)(path),
        message,
    )
    .values(name, near.map(str::to_owned))
    .fact(format!("failure domains from {}", first.origin));
    Some(match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("failure domains: {}", known.join(", "))),
    })
}

fn outside(name: &str, path: &str, request: &PoolRequest<'_>) -> Problem {
    if let Zones::Short(names) = request.cloud.profile().zones {
        return misnamed(name, path, names, request);
    }
    let workers = plain_zones(request.facts);
    // `a` where the facts say the region
    let region = request.region;
    let ends = workers.iter().copied().find(|zone| {
        let end = zone
            .strip_prefix(region)
            .map(|end| end.trim_start_matches('-'));
        !region.is_empty() && end == Some(name)
    });
    let near = ends.or_else(|| did_you_mean(name, workers.iter().copied()));
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
