//! What gathering must get right, on real objects.

use super::*;
use crate::krm::Source;
use crate::krm::split::split;
use crate::problem::Problems;

/// Gathers, and gives the problems as `slug: message | fact | help`.
fn run(texts: &[&str]) -> (Gathered, Vec<String>) {
    let source = |(index, text): (usize, &&str)| Source::new(format!("facts-{index}.yaml"), *text);
    let sources: Vec<Source> = texts.iter().enumerate().map(source).collect();
    let splits = sources.iter().map(|source| split(source).expect("splits"));
    let splits: Vec<_> = splits.collect();
    let mut problems = Problems::new();
    let gathered = gather(&splits, &mut problems);
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

const ZPQDX: [&str; 4] = [
    include_str!("../../testdata/clusters/zpqdx/infrastructure.yaml"),
    include_str!(
        "../../testdata/clusters/zpqdx/machinesets/cluster-zpqdx-xxm9n-worker-us-east-2a.yaml"
    ),
    include_str!(
        "../../testdata/clusters/zpqdx/machinesets/cluster-zpqdx-xxm9n-worker-us-east-2b.yaml"
    ),
    include_str!(
        "../../testdata/clusters/zpqdx/machinesets/cluster-zpqdx-xxm9n-worker-us-east-2c.yaml"
    ),
];

#[test]
fn a_real_cluster_is_read_with_origins() {
    let (gathered, problems) = run(&ZPQDX);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = gathered
        .select(None, Place::default())
        .expect("one cluster");
    assert_eq!(cluster.name, "cluster-zpqdx-xxm9n");
    let infra = cluster.infrastructure_name.as_ref().expect("infra");
    assert_eq!(infra.value, "cluster-zpqdx-xxm9n");
    assert_eq!(
        infra.origin.to_string(),
        "Infrastructure/cluster (facts-0.yaml:13)"
    );
    assert_eq!(infra.origin.path, ".status.infrastructureName");
    assert_eq!(value(cluster.platform.as_ref()).as_deref(), Some("AWS"));
    assert_eq!(value(cluster.region.as_ref()).as_deref(), Some("us-east-2"));
    assert_eq!(
        value(cluster.architecture.as_ref()).as_deref(),
        Some("amd64")
    );
    assert_eq!(cluster.zones(), ["us-east-2a", "us-east-2b", "us-east-2c"]);
    let worker = cluster.templates("us-east-2b").next().expect("worker");
    assert_eq!(worker.name, "cluster-zpqdx-xxm9n-worker-us-east-2b");
    assert_eq!(worker.replicas, Some(1));
    let ami = worker.provider_spec.str_at(&["ami", "id"]);
    assert!(ami.is_some_and(|ami| ami.starts_with("ami-")));
    assert!(
        worker.template_labels.is_empty(),
        "{:?}",
        worker.template_labels
    );
    assert_eq!(gathered.used.len(), 4);
}
