//! What gathering must get right, on real objects.

mod asked;
mod clusters;
mod kinds;
mod real;
mod workers;

use super::*;
use crate::cluster::{facts_that_are_missing, lacks_all_facts, missing, no_facts};
use crate::krm::Node;
use crate::krm::Source;
use crate::krm::split::split;
use crate::problem::{Place, Problem, Problems};
use crate::types::Release;

/// Gathers, and gives the problems as `slug: message | fact | help`.
fn run(texts: &[&str]) -> (Gathered, Vec<String>) {
    let source = |(index, text): (usize, &&str)| Source::new(format!("facts-{index}.yaml"), *text);
    let sources: Vec<Source> = texts.iter().enumerate().map(source).collect();
    let splits = sources.iter().map(|source| split(source).expect("splits"));
    let splits: Vec<_> = splits.collect();
    let mut problems = Problems::new();
    let gathered = gather(&splits, None, &mut problems);
    (gathered, texts_of(problems))
}

fn texts_of(problems: Problems) -> Vec<String> {
    let problems = problems.sorted().into_iter().map(|problem| {
        let mut lines = vec![format!("{}: {}", problem.rule.slug, problem.message)];
        lines.extend(problem.facts);
        lines.extend(problem.help);
        lines.join(" | ")
    });
    problems.collect()
}

fn value<T: Clone>(fact: Option<&Fact<T>>) -> Option<T> {
    fact.map(|fact| fact.value.clone())
}

pub(crate) const ZPQDX: [&str; 4] = [
    include_str!("../../../testdata/clusters/aws/zpqdx/infrastructure.yaml"),
    include_str!(
        "../../../testdata/clusters/aws/zpqdx/machinesets/cluster-zpqdx-xxm9n-worker-us-east-2a.yaml"
    ),
    include_str!(
        "../../../testdata/clusters/aws/zpqdx/machinesets/cluster-zpqdx-xxm9n-worker-us-east-2b.yaml"
    ),
    include_str!(
        "../../../testdata/clusters/aws/zpqdx/machinesets/cluster-zpqdx-xxm9n-worker-us-east-2c.yaml"
    ),
];

fn only(gathered: &Gathered) -> &ClusterFacts {
    gathered
        .select(None, Place::default())
        .expect("one cluster")
}

fn set(infra: &str, zone: &str, extra: &str) -> String {
    let region = &zone[..zone.len() - 1];
    format!(
        "apiVersion: machine.openshift.io/v1beta1
kind: MachineSet
metadata:
  name: {infra}-worker-{zone}
  namespace: openshift-machine-api
  labels: {{machine.openshift.io/cluster-api-cluster: {infra}, team: a}}
spec:
  replicas: 2
  template:
    metadata:
      labels:
        machine.openshift.io/cluster-api-cluster: {infra}
        machine.openshift.io/cluster-api-machine-role: worker
    spec:
{extra}      providerSpec:
        value:
          kind: AWSMachineProviderConfig
          instanceType: m6a.xlarge
          mode: 0755
          placement: {{region: {region}, availabilityZone: {zone}}}
"
    )
}

fn infrastructure(infra: &str, region: &str) -> String {
    format!(
        "apiVersion: config.openshift.io/v1
kind: Infrastructure
metadata: {{name: cluster}}
status:
  infrastructureName: {infra}
  platformStatus: {{type: AWS, aws: {{region: {region}}}}}
"
    )
}

fn facts(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {{name: {name}}}\nspec: {spec}\n"
    )
}

/// Everything but places, to compare what was gathered from different texts.
fn values(gathered: &Gathered) -> String {
    let fact = |fact: &Option<Fact<String>>| format!("{:?}", value(fact.as_ref()));
    let cluster = |cluster: &ClusterFacts| {
        let identity = [
            format!("{:?}", value(cluster.infrastructure_name.as_ref())),
            format!("{:?}", value(cluster.region.as_ref())),
        ];
        let facts = [
            &cluster.platform,
            &cluster.architecture,
            &cluster.managed,
            &cluster.topology,
        ];
        let versions = [&cluster.openshift_version, &cluster.installed_version];
        let workers = cluster.workers.iter().map(|worker| {
            let spec = worker.provider_spec.to_json();
            format!(
                "{} {} {spec} {:?} {:?}",
                worker.name,
                worker.zone().unwrap_or("-"),
                worker.labels,
                worker.reserved
            )
        });
        let lines = [
            format!("{} {:?}", cluster.name, cluster.names),
            format!(
                "{:?}",
                cluster
                    .own
                    .values()
                    .map(|fact| &fact.value)
                    .collect::<Vec<_>>()
            ),
            format!("{:?}", value(cluster.zones.as_ref())),
        ];
        let lines = lines
            .into_iter()
            .chain(identity)
            .chain(facts.into_iter().map(fact))
            .chain(versions.map(|fact| format!("{:?}", value(fact.as_ref()))))
            .chain(workers);
        let operators = cluster
            .operators
            .iter()
            .map(|(name, fact)| format!("{name} {:?}", fact.value));
        lines.chain(operators).collect::<Vec<_>>().join("\n")
    };
    gathered
        .clusters
        .iter()
        .map(cluster)
        .collect::<Vec<_>>()
        .join("\n\n")
}

const MANAGED: &str = r#"apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedCluster
metadata:
  name: prod-east
  labels: {cloud: Amazon, region: us-east-2, openshiftVersion: 4.20.7, vendor: OpenShift}
status:
  clusterClaims:
  - {name: id.k8s.io, value: 0423d368-1f67-4300-bd26-05955bbbbf58}
  - {name: infrastructure.openshift.io, value: '{"infraName":"a-abc12"}'}
  - {name: platform.open-cluster-management.io, value: AWS}
  - {name: product.open-cluster-management.io, value: OpenShift}
  - {name: region.open-cluster-management.io, value: us-east-2}
  - {name: version.openshift.io, value: 4.20.7}
  - {name: controlplanetopology.openshift.io, value: HighlyAvailable}
"#;
