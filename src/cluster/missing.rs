//! Every way to give a fact that nobody states.

use super::source;
use super::{ClusterFacts, Example, FactName};
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
    let verb = if fact == FactName::Zones { "are" } else { "is" };
    let message = format!("the {fact} of cluster `{}` {verb} not known", cluster.name);
    let raw = command(raw_source(fact));
    let subject = Subject::MissingFact(fact.field());
    let problem = Problem::new(&rule::MISSING_FACT, place, message).about(subject);
    let needs_no_worker = !matches!(fact, FactName::Ami | FactName::Naming);
    let problem = if needs_no_worker || !cluster.workers.is_empty() {
        problem.help(format!(
            "save it from the cluster and add the file: `{raw} > facts.yaml`"
        ))
    } else {
        let workers = command(source::SET);
        problem
            .help(format!(
                "save the workers, which pools are cloned from: `{workers} > machinesets.yaml`"
            ))
            .help(format!(
                "or do without them, and save it from the cluster: `{raw} > facts.yaml`"
            ))
    };
    Some(or_written(problem, fact, &cluster.example))
}

/// The problem of an input without any facts.
pub(crate) fn no_facts(place: Place) -> Problem {
    let (infrastructure, workers) = (command(source::INFRA), command(source::SET));
    let message = "the input holds no facts of a cluster";
    let problem = Problem::new(&rule::MISSING_FACT, place, message).about(Subject::NoFacts).help(format!(
        "save them from the cluster and add the files: `{infrastructure} > infrastructure.yaml`, `{workers} > machinesets.yaml`"
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
        let (field, example) = (fact.field(), example(fact, spelled));
        let example = if fact == FactName::Zones {
            format!("[{example}]")
        } else {
            example.to_owned()
        };
        problem = problem
            .help(format!("or write it in a ClusterFacts: `spec: {{{field}: {example}}}`"))
            .help(format!(
                "or look it up in another object: `spec: {{from: {{{field}: {{kind: ConfigMap, labels: {{facts: cluster}}, path: {}}}}}}}`",
                path_example(fact)
            ));
    }
    problem
}

/// The fact that a problem says is missing; the infrastructure name when there are no facts at all.
pub(crate) fn fact_that_is_missing(problem: &Problem) -> Option<FactName> {
    match problem.about? {
        Subject::MissingFact(field) => FactName::ALL.into_iter().find(|fact| fact.field() == field),
        Subject::NoFacts => Some(FactName::InfrastructureName),
        Subject::SeveralClusters => None,
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
