//! Every way to give a fact that nobody states.

use super::source;
use super::{ClusterFacts, Example, FactName};
use crate::api::list;
use crate::problem::rules::facts as rule;
use crate::problem::{Place, Problem, Subject};

/// The problem of a missing fact, at the place that needs it (`spec.nameTemplate`), with every way to give it: the
/// object to save from the cluster, the field of ClusterFacts, and `spec.from`. None when a source of the cluster would
/// state it but for a mistake that was reported: one mistake is one problem.
pub(crate) fn missing(fact: FactName, cluster: &ClusterFacts, place: Place) -> Option<Problem> {
    let follows_from = match fact {
        FactName::Naming => &[FactName::Naming, FactName::InstalledVersion][..],
        _ => &[fact],
    };
    if follows_from
        .iter()
        .any(|fact| cluster.failed.contains(fact))
    {
        return None;
    }
    if cluster.names.is_empty() && cluster.name.is_empty() {
        return Some(no_facts(place));
    }
    let follow_from_workers = follow_from_workers(cluster);
    if cluster.workers.is_empty() && follow_from_workers.contains(&fact) {
        return Some(no_workers(&follow_from_workers, cluster, place));
    }
    let verb = if fact == FactName::Zones { "are" } else { "is" };
    let message = format!("the {fact} of cluster `{}` {verb} not known", cluster.name);
    let problem = Problem::new(&rule::MISSING_FACT, place, message);
    let problem = problem.about(Subject::MissingFacts([Some(fact.field()), None, None]));
    let problem = problem.help(format!(
        "save it from the cluster and add the file: {}",
        saved(raw_source(fact))
    ));
    Some(or_written(problem, fact, &cluster.example))
}

/// What a worker would say of a cluster, as far as nothing else does.
fn follow_from_workers(cluster: &ClusterFacts) -> Vec<FactName> {
    let of_cloud = cluster.example.instead_of_worker.iter();
    let unknown = of_cloud.filter(|fact| match fact {
        FactName::Naming if cluster.installed_version.is_some() => false,
        fact => !cluster.own.contains_key(fact),
    });
    let zones = cluster.zones.is_none().then_some(FactName::Zones);
    zones.into_iter().chain(unknown.copied()).collect()
}

/// One problem for all that is not known because no worker is shown, whichever is asked for first.
fn no_workers(facts: &[FactName], cluster: &ClusterFacts, place: Place) -> Problem {
    let verb = match facts {
        [one] if *one != FactName::Zones => "is",
        _ => "are",
    };
    let words = facts.iter().map(|fact| format!("the {fact}"));
    let message = format!(
        "{} of cluster `{}` {verb} not known: no worker MachineSet is shown",
        list(&words.collect::<Vec<_>>(), "and"),
        cluster.name
    );
    let mut fields = facts.iter().map(|fact| fact.field());
    let subject = Subject::MissingFacts(std::array::from_fn(|_| fields.next()));
    let problem = Problem::new(&rule::MISSING_FACT, place, message).about(subject);
    let problem = problem.help(format!(
        "save the workers, which pools are cloned from: {}",
        saved(source::SET)
    ));
    let others = facts.iter().filter(|fact| **fact != FactName::Zones);
    let others: Vec<String> = others.map(|fact| saved(raw_source(*fact))).collect();
    let written = facts.iter().map(|fact| written(*fact, &cluster.example));
    let written = written.collect::<Vec<_>>().join(", ");
    let problem = problem.help(format!(
        "or do without them, and write it in a ClusterFacts: `spec: {{{written}}}`"
    ));
    if others.is_empty() {
        return problem;
    }
    let what = facts.iter().filter(|fact| **fact != FactName::Zones);
    let what: Vec<String> = what.map(|fact| format!("the {fact}")).collect();
    problem.help(format!(
        "{} can be saved too: {}",
        list(&what, "and"),
        others.join(", ")
    ))
}

/// A fact as a field of ClusterFacts.
fn written(fact: FactName, spelled: &Example) -> String {
    let (field, example) = (fact.field(), example(fact, spelled));
    if fact == FactName::Zones {
        format!("{field}: [{example}]")
    } else {
        format!("{field}: {example}")
    }
}

/// The command that saves an object, each to a file of its own: whoever runs all of them keeps all.
fn saved(kind: &str) -> String {
    let file = match kind {
        source::VERSION => "clusterversion.yaml",
        source::SET => "machinesets.yaml",
        source::AUTOSCALER => "clusterautoscalers.yaml",
        source::MANAGED => "managedcluster.yaml",
        CONFIG_MAP => "bootimages.yaml",
        _ => "infrastructure.yaml",
    };
    format!("`{} > {file}`", command(kind))
}

/// The problem of an input without any facts.
pub(crate) fn no_facts(place: Place) -> Problem {
    let message = "the input holds no facts of a cluster";
    let problem = Problem::new(&rule::MISSING_FACT, place, message);
    let problem = problem.about(Subject::NoFacts).help(format!(
        "save them from the cluster and add the files: {}, {}",
        saved(source::INFRA),
        saved(source::SET)
    ));
    or_written(problem, FactName::InfrastructureName, &Example::DEFAULT)
}

/// The problem of an input without any facts, for a placeholder that kustomize shows nothing else.
pub(crate) fn of_generator(mut problem: Problem) -> Problem {
    if lacks_all_facts(&problem) {
        problem.help = vec![
            "kustomize shows a generator no other object: list the placeholder under `transformers:`, and the facts under `resources:`".to_owned(),
            "or let the placeholder hold them: `spec: {facts: {infrastructureName: cluster-x7k2p, platform: AWS, ...}}`".to_owned(),
        ];
    }
    problem
}

/// The same for a function that kustomize or kpt runs: the files are listed, not named on a command line.
pub(crate) fn of_function(problem: Problem) -> Problem {
    if lacks_all_facts(&problem) {
        problem.help("the function sees what is listed under `resources:` of the kustomization, or lies in kpt's package: list the files of the facts there")
    } else {
        problem
    }
}

/// The same for a placeholder that runs after another of the build.
pub(crate) fn of_second_transformer(mut problem: Problem) -> Problem {
    if lacks_all_facts(&problem) {
        problem.help = vec![
            "an earlier placeholder of the build took them: list one under `transformers:`, and all others under `resources:`".to_owned(),
        ];
    }
    problem
}

/// The ways to write a fact.
fn or_written(mut problem: Problem, fact: FactName, spelled: &Example) -> Problem {
    if fact.is_field() {
        let written = written(fact, spelled);
        problem = problem
            .help(format!("or write it in a ClusterFacts: `spec: {{{written}}}`"))
            .help(format!(
                "or look it up in another object: `spec: {{from: {{{}: {{kind: ConfigMap, labels: {{facts: cluster}}, path: {}}}}}}}`",
                fact.field(),
                path_example(fact)
            ));
    }
    problem
}

/// The facts that a problem says are missing; the infrastructure name when there are none at all.
pub(crate) fn facts_that_are_missing(problem: &Problem) -> Vec<FactName> {
    let named = |field: &str| FactName::ALL.into_iter().find(|fact| fact.field() == field);
    match problem.about {
        Some(Subject::MissingFacts(fields)) => {
            fields.into_iter().flatten().filter_map(named).collect()
        }
        Some(Subject::NoFacts) => vec![FactName::InfrastructureName],
        Some(Subject::SeveralClusters) | None => Vec::new(),
    }
}

/// Whether a problem says that there are no facts at all.
pub(crate) fn lacks_all_facts(problem: &Problem) -> bool {
    problem.about == Some(Subject::NoFacts)
}

/// What a fact looks like.
pub(crate) fn example_of(fact: FactName) -> &'static str {
    example(fact, &Example::DEFAULT).trim_matches('"')
}

fn raw_source(fact: FactName) -> &'static str {
    match fact {
        FactName::InfrastructureName
        | FactName::Platform
        | FactName::Region
        | FactName::ProjectId
        | FactName::Managed
        | FactName::Topology => source::INFRA,
        FactName::OpenshiftVersion | FactName::InstalledVersion | FactName::Naming => {
            source::VERSION
        }
        FactName::Zones | FactName::Architecture => source::SET,
        FactName::Ami => CONFIG_MAP,
        FactName::ClusterAutoscaler => source::AUTOSCALER,
    }
}

/// The ConfigMap with the boot images.
pub(super) const CONFIG_MAP: &str = "ConfigMap";

/// Prints the infrastructure name of a cluster.
pub(crate) const INFRASTRUCTURE_NAME: &str =
    "oc get infrastructure cluster -o jsonpath='{.status.infrastructureName}'";

/// How an object of a kind is saved from its cluster.
pub(crate) fn command(kind: &str) -> &'static str {
    match kind {
        source::VERSION => "oc get clusterversion version -o yaml",
        source::SET => "oc get machinesets.machine.openshift.io -n openshift-machine-api -o yaml",
        source::AUTOSCALER => "oc get clusterautoscalers.autoscaling.openshift.io -o yaml",
        source::MANAGED => "oc get managedcluster NAME -o yaml",
        CONFIG_MAP => {
            "oc get configmap coreos-bootimages -n openshift-machine-config-operator -o yaml"
        }
        _ => "oc get infrastructure cluster -o yaml",
    }
}

fn example(fact: FactName, spelled: &Example) -> &'static str {
    match fact {
        FactName::InfrastructureName => "cluster-x7k2p",
        FactName::Platform => spelled.platform,
        FactName::Region => spelled.region,
        FactName::Zones => spelled.zone,
        FactName::OpenshiftVersion => "\"4.20.8\"",
        FactName::InstalledVersion => "\"4.18.1\"",
        FactName::Architecture => "amd64",
        FactName::Ami => "ami-0123456789abcdef0",
        FactName::Naming => "capi",
        FactName::ProjectId
        | FactName::Managed
        | FactName::Topology
        | FactName::ClusterAutoscaler => "",
    }
}

fn path_example(fact: FactName) -> String {
    format!("$.data.{}", fact.field())
}

/// How the object that states a fact is saved from its cluster.
pub(crate) fn raw_command(fact: FactName) -> &'static str {
    command(raw_source(fact))
}
