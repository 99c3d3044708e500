//! A dump of a running cluster becomes one ClusterFacts that people can review: what pools need and nothing else, in
//! an order that does not depend on the dump's. Nothing is invented: every block says which object states it.

mod catalogs;
mod cluster_autoscaler;
mod dump;
mod merge;
mod nodes;
mod operands;
mod operators;
mod write;

use crate::cloud;
use crate::cluster;
use crate::cluster::source;
use crate::cluster::{ClusterFacts, FactName, Worker};
use crate::facts::{Gathered, gather};
use crate::krm::{Source, Split, split};
use crate::problem::rules::migrate as rule;
use crate::problem::{Place, Problem, Problems};

pub(crate) use dump::LINE;
pub(crate) use dump::{check, not_named};
pub(crate) use operands::operands;

/// What to capture.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// Name of the ClusterFacts. Default: the cluster's infrastructure name.
    pub name: Option<&'a str>,
    /// Names of MachineSets to capture although no pool clones them unasked.
    pub templates: &'a [String],
    /// A file with a ClusterFacts of the same cluster: what is captured is written into it.
    pub merge: Option<&'a Source>,
}

/// What was captured.
#[derive(Debug, Default)]
pub(crate) struct Capture {
    /// The ClusterFacts as a document, empty after errors.
    pub text: String,
    /// Everything that was found, sorted by place.
    pub problems: Problems,
}

/// Reads the facts of the one cluster that the sources are a dump of.
pub(crate) fn capture(sources: &[Source], wanted: &Wanted<'_>) -> Capture {
    let mut problems = Problems::new();
    let splits: Vec<Option<Split<'_>>> = (sources.iter())
        .map(|source| problems.take(split(source)))
        .collect();
    let is_whole = splits.iter().all(Option::is_some);
    let splits: Vec<Split<'_>> = splits.into_iter().flatten().collect();
    let text = is_whole.then(|| captured(&splits, wanted, &mut problems));
    let text = text.flatten().unwrap_or_default();
    let problems = problems.sorted();
    Capture {
        text: if problems.has_errors() {
            String::new()
        } else {
            text
        },
        problems,
    }
}

fn captured(splits: &[Split<'_>], wanted: &Wanted<'_>, problems: &mut Problems) -> Option<String> {
    dump::check(splits, problems);
    if problems.has_errors() {
        return None;
    }
    let gathered = gather(splits, None, problems);
    let facts = only_cluster(&gathered, splits, problems)?;
    dump::one_cluster(splits, facts, problems);
    complete(facts, splits, problems);
    let installed = operators::read(splits, facts, problems);
    templates(facts, wanted, problems);
    let catalogs = catalogs::read(splits, facts, problems);
    let there = write::There {
        installed: &installed,
        offered: &catalogs,
        autoscaler: cluster_autoscaler::read(splits, facts, problems),
        nodes: nodes::read(splits),
    };
    let text = write::document(facts, &there, wanted);
    match wanted.merge {
        Some(_) if problems.has_errors() => None,
        Some(file) => merge::merge(&text, file, problems),
        None => Some(text),
    }
}

/// The one cluster of the dump.
fn only_cluster<'g>(
    gathered: &'g Gathered,
    splits: &[Split<'_>],
    problems: &mut Problems,
) -> Option<&'g ClusterFacts> {
    match &gathered.clusters[..] {
        [only] => Some(only),
        [] => {
            let place = splits.first().map_or_else(Place::default, |split| {
                Place::in_file(split.source.name.as_str())
            });
            let message = "the dump holds neither an Infrastructure nor a MachineSet";
            problems.push(
                Problem::new(&rule::DUMP_INCOMPLETE, place, message)
                    .help(format!("save it from the cluster: `{LINE} > cluster.yaml`")),
            );
            None
        }
        several => {
            let names: Vec<&str> = several.iter().map(|one| one.name.as_str()).collect();
            let message = format!("the dump is of {} clusters", several.len());
            let problem = Problem::new(&rule::CLUSTERS_MIXED, Place::default(), message);
            let problem = problem.fact(format!("clusters of the dump: `{}`", names.join("`, `")));
            let second = several
                .get(1)
                .and_then(|one| one.infrastructure_name.as_ref());
            problems.push(
                match second {
                    Some(infra) => problem.fact(infra.quote(FactName::InfrastructureName)),
                    None => problem,
                }
                .help("capture each cluster for itself, from a dump of its own"),
            );
            None
        }
    }
}

/// What no pool can do without, and what operators cannot do without.
fn complete(facts: &ClusterFacts, splits: &[Split<'_>], problems: &mut Problems) {
    let lacking = |rule, what: &str, fact: FactName| {
        let message = format!("the dump of cluster `{}` holds no {what}", facts.name);
        let line = cluster::raw_command(fact);
        Problem::new(rule, Place::default(), message)
            .help(format!(
                "save it and name both files: `{line} > {}.yaml`",
                fact.field()
            ))
            .help(format!("or save all at once: `{LINE} > cluster.yaml`"))
    };
    // what the dump states wrongly was said, and is not missing
    let stated_wrongly = |fact| facts.failed.contains(&fact);
    let needs = [
        (
            facts.infrastructure_name.is_none(),
            FactName::InfrastructureName,
        ),
        (facts.platform.is_none(), FactName::Platform),
    ];
    let lacked = needs
        .iter()
        .filter(|(lacks, fact)| *lacks && !stated_wrongly(*fact));
    for (_, fact) in lacked {
        problems.push(lacking(&rule::DUMP_INCOMPLETE, fact.words(), *fact));
    }
    if facts.openshift_version.is_none() && !stated_wrongly(FactName::OpenshiftVersion) {
        let fact = FactName::OpenshiftVersion;
        problems.push(lacking(&rule::FACT_LEFT_OUT, "ClusterVersion", fact));
    }
    let Some(id) = &facts.platform else {
        return;
    };
    let cloud = cloud::of_cluster(facts).filter(|cloud| cloud.machine_api().is_some());
    let Some(cloud) = cloud else {
        if !facts.workers.is_empty() {
            problems.push(unsupported(facts, &id.value));
        }
        return;
    };
    let needs_region = cloud.profile().needs_region;
    if needs_region && facts.region.is_none() && !stated_wrongly(FactName::Region) {
        problems.push(lacking(&rule::DUMP_INCOMPLETE, "region", FactName::Region));
    }
    let hosted = facts
        .topology
        .as_ref()
        .is_some_and(|fact| fact.value == "External");
    if facts.workers.is_empty() && !facts.has_image() && !hosted {
        let documents: Vec<_> = splits.iter().flat_map(|split| &split.documents).collect();
        problems.push(if dump::lists_no_machines(&documents) {
            no_sets(facts)
        } else {
            let problem = lacking(&rule::DUMP_INCOMPLETE, source::SET, FactName::Zones);
            dump::not_named(problem, &documents)
        });
    }
}

/// The cluster was asked for its MachineSets, and has none: saving them again gives nothing.
fn no_sets(facts: &ClusterFacts) -> Problem {
    let message = format!("cluster `{}` has no MachineSet to clone", facts.name);
    let line = cluster::raw_command(FactName::Ami);
    Problem::new(&rule::DUMP_INCOMPLETE, Place::default(), message).help(format!(
        "pools can do without when the image is known: save it and name both files: `{line} > ami.yaml`"
    ))
}

fn unsupported(facts: &ClusterFacts, platform: &str) -> Problem {
    let known: Vec<&str> = cloud::with_machine_sets().collect();
    let message = format!("MachineSets of platform `{platform}` cannot be captured yet");
    let place = facts
        .platform
        .as_ref()
        .map(|fact| fact.origin.place.clone());
    let rule = &crate::problem::rules::pool::PLATFORM_UNSUPPORTED;
    Problem::new(rule, place.unwrap_or_default(), message)
        .help(format!("supported: {}", known.join(", ")))
        .help("operators need no MachineSets: `oc get infrastructures.config.openshift.io,clusterversions.config.openshift.io -o yaml | gpu-machineset facts -`")
}

/// Templates that are asked for must be there.
fn templates(facts: &ClusterFacts, wanted: &Wanted<'_>, problems: &mut Problems) {
    for name in wanted.templates {
        if facts.worker(name).is_none() {
            let known: Vec<&str> = facts.workers.iter().map(|one| one.name.as_str()).collect();
            let message = format!("the dump holds no MachineSet `{name}`");
            problems.push(
                Problem::new(&rule::DUMP_INCOMPLETE, Place::default(), message)
                    .help(format!("MachineSets of the dump: {}", known.join(", "))),
            );
        }
    }
}

/// Whether a set is captured: plain workers, and what was asked for by name. On a cluster without plain workers
/// (`none_plain`) all that could stand in for them: `template` of a pool then says which.
fn is_captured(worker: &Worker, none_plain: bool, wanted: &Wanted<'_>) -> bool {
    worker.reserved.is_none()
        || wanted.templates.contains(&worker.name)
        || (none_plain && worker.can_stand_in())
}

#[cfg(test)]
mod tests;
