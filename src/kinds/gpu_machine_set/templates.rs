//! Which worker MachineSet each zone of a pool clones.

use crate::cloud::{self, MachineApi, PoolRequest, Request};
use crate::cluster::Worker;
use crate::kinds::gpu_machine_set::name_template::with_variable;
use crate::kinds::gpu_machine_set::zones::Zone;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems, did_you_mean};

/// The template that the pool names; `{zone}` stands for the zone.
pub(crate) fn stated<'a>(request: &PoolRequest<'a>) -> Option<&'a str> {
    request.spec.template.as_ref()?.machine_set.as_deref()
}

/// The workers whose image boots machines of the pool's instance type. All of them when none would: then the images
/// are held against the type where they are used.
pub(crate) fn bootable<'a>(workers: Vec<&'a Worker>, request: &PoolRequest<'_>) -> Vec<&'a Worker> {
    let Some(instance) = request.instance else {
        return workers;
    };
    let boots = |worker: &Worker| {
        let image = worker.architecture.as_deref();
        image.is_none_or(|image| image == instance.arch)
    };
    let fitting: Vec<&Worker> = workers.iter().copied().filter(|one| boots(one)).collect();
    if fitting.is_empty() { workers } else { fitting }
}

/// MachineSets are there, but each has a reason against cloning it unasked: say which, and how to ask.
pub(crate) fn no_plain_worker(
    zone: Option<&Zone<'_>>,
    request: &PoolRequest<'_>,
) -> Option<Problem> {
    const SHOWN: usize = 5;
    let here = |worker: &&Worker| zone.is_none_or(|zone| worker.zone() == zone.name);
    let reserved: Vec<&Worker> = request.facts.workers.iter().filter(here).collect();
    // most alike to what the installer makes
    let rank = |worker: &&&Worker| {
        let installed = worker.is_named_as_installed(request.facts);
        (!worker.can_stand_in(), !installed)
    };
    let example = reserved.iter().min_by_key(rank)?;
    let (place, wherever) = match zone {
        Some(Zone {
            name: Some(name),
            path,
        }) => ((request.place)(path), format!("zone `{name}`")),
        _ => (
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
    let name = pattern(example);
    Some(problem.help(format!(
        "to clone one all the same: `template: {{machineSet: \"{name}\"}}`"
    )))
}

/// The worker that a zone clones: the one that the pool names, the only one of the zone, or one of another zone for
/// the platform to judge. `Err` after a problem, `Ok(None)` when the cluster has no workers.
pub(crate) fn worker<'a>(
    zone: &Zone<'a>,
    request: &PoolRequest<'a>,
    api: &dyn MachineApi,
    problems: &mut Problems,
) -> Result<Option<&'a Worker>, ()> {
    let facts = request.facts;
    if let Some(name) = stated(request) {
        let name = name.replace("{zone}", zone.name.unwrap_or_default());
        return named(&name, request, problems).map(Some);
    }
    let here = bootable(facts.templates(zone.name).collect(), request);
    match here.as_slice() {
        [] if facts
            .workers
            .iter()
            .any(|worker| worker.zone() == zone.name) =>
        {
            problems.extend(no_plain_worker(Some(zone), request));
            Err(())
        }
        [] => {
            let plain = facts.workers.iter();
            let plain = plain.filter(|worker| worker.reserved.is_none()).collect();
            Ok(bootable(plain, request).into_iter().next())
        }
        [only] => Ok(Some(only)),
        [first, others @ ..] => {
            let spec_of = |worker| {
                let request = Request {
                    pool: request,
                    zone: zone.name,
                    zone_path: zone.path.clone(),
                    set_name: None,
                    worker: Some(worker),
                };
                cloud::provider_spec(api, &request, &mut Problems::new()).map(|node| node.to_json())
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
    let patterns: Vec<String> = here.iter().map(|worker| pattern(worker)).collect();
    let zone_name = match zone.name {
        Some(name) => format!("zone `{name}`"),
        None => format!("cluster `{}`", request.facts.name),
    };
    let message = format!(
        "{zone_name} has {} worker MachineSets that would give different sets",
        here.len()
    );
    let problem = Problem::new(
        &rule::TEMPLATE_AMBIGUOUS,
        (request.place)(&zone.path),
        message,
    );
    let problem = problem.fact(format!("`{}`", names.join("`, `")));
    problem.help(format!(
        "name one of them: `template: {{machineSet: \"{}\"}}`",
        patterns.join("|")
    ))
}

/// How `template` names it, for all zones that have one of its kind.
fn pattern(worker: &Worker) -> String {
    let zone = worker.zone().unwrap_or_default();
    with_variable(&worker.name, zone, "{zone}")
}

fn named<'a>(
    name: &str,
    request: &PoolRequest<'a>,
    problems: &mut Problems,
) -> Result<&'a Worker, ()> {
    let found = request.facts.worker(name);
    found.ok_or_else(|| problems.push(not_found(name, request)))
}

/// No MachineSet of the cluster has the name that the pool states.
pub(crate) fn not_found(name: &str, request: &PoolRequest<'_>) -> Problem {
    let workers = request.facts.workers.iter();
    let names: Vec<&str> = workers.map(|worker| worker.name.as_str()).collect();
    let near = did_you_mean(name, names.iter().copied());
    let message = format!("there is no worker MachineSet `{name}`");
    let place = (request.place)("spec.template.machineSet");
    let mut problem = Problem::new(&rule::TEMPLATE_NOT_FOUND, place, message)
        .values(name, near.map(str::to_owned));
    if let Some(near) = near {
        problem = problem.help(format!("did you mean `{near}`?"));
    }
    if names.is_empty() {
        return problem.help("the input holds no worker MachineSet of this cluster");
    }
    let problem = problem.help(format!("worker MachineSets: {}", names.join(", ")));
    let mut workers = request.facts.workers.iter();
    if workers.any(|worker| worker.machine_set.is_some()) {
        return problem;
    }
    problem.help(format!(
        "facts leave out what no pool clones unasked: `gpu-machineset facts cluster.yaml --template {name}` adds it"
    ))
}
