//! Facts that are looked up in other objects, stand in a placeholder, or are missing.

use super::*;

const CONFIG: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: cluster-facts, labels: {facts: cluster}}
data: {region: us-east-2, infra: a-abc12, zones: 'x', json: '{}'}
";

#[test]
fn facts_are_looked_up_in_any_object() {
    let facts = facts("prod", "
  from:
    region: {kind: ConfigMap, labels: {facts: cluster}, path: $.data.region}
    infrastructureName: {kind: ConfigMap, name: cluster-facts, path: '{.data.infra}'}
    openshiftVersion: {kind: Thing, group: example.com, path: '$.spec.versions[?@.current==true].name'}
    zones: {kind: Thing, path: $.spec.zones}");
    let thing = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {zones: [us-east-2b, us-east-2a], versions: [{name: 4.19.1}, {name: 4.20.8, current: true}]}\n";
    let (gathered, problems) = run(&[&facts, CONFIG, thing]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = only(&gathered);
    assert_eq!(cluster.zones(), ["us-east-2a", "us-east-2b"]);
    assert_eq!(
        value(cluster.openshift_version.as_ref())
            .as_ref()
            .map(Release::as_str),
        Some("4.20.8")
    );
    let region = cluster.region.as_ref().expect("region");
    assert_eq!(
        region.origin.to_string(),
        "ConfigMap/cluster-facts (facts-1.yaml:4)"
    );
    assert_eq!(gathered.used.len(), 3);
    // what is looked up names the cluster: it joins the raw objects
    let (gathered, problems) = run(&[
        &facts,
        CONFIG,
        thing,
        &infrastructure("a-abc12", "us-east-2"),
    ]);
    assert_eq!((gathered.clusters.len(), problems), (1, Vec::new()));
}

/// What is wrong with one entry of `from`, beside two ConfigMaps.
fn look_up(entry: &str) -> String {
    let second = CONFIG.replace("cluster-facts", "other");
    let spec = format!("\n  infrastructureName: a-abc12\n  from:\n    {entry}");
    let (_, problems) = run(&[&facts("prod", &spec), CONFIG, &second]);
    assert_eq!(problems.len(), 1, "{entry}: {problems:?}");
    problems[0].clone()
}

#[test]
fn look_ups_that_mean_no_one_object_are_problems() {
    for (entry, expected) in [
        (
            "region: {kind: ConfigMap, name: other, labels: {facts: none}, path: $.data.region}",
            "fact-not-found: no `ConfigMap` named `other` with the label `facts=none` is in the input",
        ),
        (
            "region: {kind: ConfigMap, labels: {facts: cluster, x: z}, path: $.data.region}",
            "fact-not-found: no `ConfigMap` with the label `facts=cluster` and `x=z` is in the input",
        ),
        (
            "region: {kind: ConfigMap, group: example.com, name: other, path: $.data.region}",
            "fact-not-found: no `ConfigMap` named `other` is in the input",
        ),
        (
            "region: {kind: ConfigMap, labels: {facts: none}, path: $.data.region}",
            "fact-not-found: no `ConfigMap` with the label `facts=none` is in the input | there are: ConfigMap/cluster-facts (facts-1.yaml:1), ConfigMap/other (facts-2.yaml:1)",
        ),
        (
            "region: {kind: Nothing, path: $.data.region}",
            "fact-not-found: no `Nothing` is in the input | add the object",
        ),
        (
            "region: {kind: ConfigMap, path: $.data.region}",
            "fact-not-found: 2 objects are `ConfigMap` | ConfigMap/cluster-facts",
        ),
    ] {
        let problem = look_up(entry);
        assert!(problem.starts_with(expected), "{entry}: {problem}");
    }
}

#[test]
fn look_ups_that_select_no_one_value_are_problems() {
    for (entry, expected) in [
        (
            "region: {kind: ConfigMap, name: other, path: $.data.regoin}",
            "fact-not-found: `$.data.regoin` selects nothing in ConfigMap/other (facts-2.yaml:1) | fields of `$.data` there: region, infra",
        ),
        (
            "region: {kind: ConfigMap, name: other, path: '$.data.*'}",
            "fact-not-found: `$.data.*` selects 4 values",
        ),
        (
            "region: {kind: ConfigMap, name: other, path: $.data}",
            "fact-not-found: what `$.data` selects is a list or a map",
        ),
        (
            "platform: {kind: ConfigMap, name: other, path: $.data.region}",
            "fact-not-found: platform `us-east-2` is not known",
        ),
        (
            "region: {kind: ConfigMap, name: other, path: '$..*..*'}",
            "invalid-path: the path holds `..` more than once",
        ),
        (
            "region: {kind: ConfigMap, name: other, path: '$.data['}",
            "invalid-path: the path is no JSONPath",
        ),
        (
            "regoin: {kind: ConfigMap, name: other, path: $.data.region}",
            "unknown-field: `regoin` is no fact that can be looked up | did you mean `region`?",
        ),
    ] {
        let problem = look_up(entry);
        assert!(problem.starts_with(expected), "{entry}: {problem}");
    }
}

#[test]
fn a_placeholder_may_hold_its_facts() {
    let text = "apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: l4}
spec:
  instanceType: g6.xlarge
  facts:
    infrastructureName: a-abc12
    platform: AWS
    workerMachineSets:
    - {name: w, zone: us-east-2a, providerSpec: {mode: 0755, placement: {region: us-east-2}}}
    from: {ami: {kind: ConfigMap, path: $.data.ami}}
";
    let source = Source::new("pool.yaml", text);
    let split = split(&source).expect("splits");
    let mut problems = Problems::new();
    let cluster = from_spec(&split.documents[0], None, &mut problems).expect("facts");
    let infra = cluster.infrastructure_name.as_ref().expect("infra");
    assert_eq!(infra.origin.to_string(), "GpuMachineSet/l4 (pool.yaml:7)");
    assert_eq!(infra.origin.path, ".spec.facts.infrastructureName");
    assert_eq!(
        cluster.workers[0]
            .provider_spec
            .get("mode")
            .and_then(Node::text),
        Some("0755")
    );
    assert_eq!(value(cluster.region.as_ref()).as_deref(), Some("us-east-2"));
    let problems = texts_of(problems);
    assert_eq!(
        problems,
        [
            "fact-not-found: `ami` is looked up, but facts inside of a placeholder see no other object | write `ami` itself, or name a ClusterFacts of the input in `spec.facts`"
        ]
    );
}

#[test]
fn a_missing_fact_is_known_by_its_subject_not_by_its_words() {
    let (gathered, _) = run(&[&facts("prod", "{infrastructureName: a-abc12}")]);
    for fact in FactName::ALL {
        let problem = missing(fact, only(&gathered), Place::default()).expect("a problem");
        let reworded = Problem {
            message: String::new(),
            ..problem
        };
        let missing = facts_that_are_missing(&reworded);
        assert!(missing.contains(&fact), "{missing:?}");
        assert!(!lacks_all_facts(&reworded));
    }
    let none = no_facts(Place::default());
    assert!(lacks_all_facts(&none));
    assert_eq!(
        facts_that_are_missing(&none),
        [FactName::InfrastructureName]
    );
    let other = Problem {
        about: None,
        ..none
    };
    assert!(!lacks_all_facts(&other) && facts_that_are_missing(&other).is_empty());
}

#[test]
fn a_missing_fact_says_every_way_to_give_it() {
    let (gathered, _) = run(&[&facts("prod", "{infrastructureName: a-abc12}")]);
    let problem = missing(FactName::Region, only(&gathered), Place::default()).expect("a problem");
    assert_eq!(problem.message, "the region of cluster `prod` is not known");
    assert_eq!(
        problem.help,
        [
            "save it from the cluster and add the file: `oc get infrastructure cluster -o yaml > infrastructure.yaml`",
            "or write it in a ClusterFacts: `spec: {region: us-east-2}`",
            "or look it up in another object: `spec: {from: {region: {kind: ConfigMap, labels: {facts: cluster}, path: $.data.region}}}`",
        ]
    );
    // what it proposes is right
    for fact in FactName::ALL.into_iter().filter(|fact| fact.is_field()) {
        let cluster = ClusterFacts::default();
        let problem = missing(fact, &cluster, Place::default()).expect("a problem");
        let line = problem.help[1]
            .strip_prefix("or write it in a ClusterFacts: `")
            .expect("help");
        let text = format!(
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {{name: x}}\n{}\n",
            line.trim_end_matches('`')
        );
        assert_eq!(run(&[&text]).1, Vec::<String>::new(), "{text}");
        let look_up = problem.help[2]
            .strip_prefix("or look it up in another object: `")
            .expect("help");
        let text = text.replace(line.trim_end_matches('`'), look_up.trim_end_matches('`'));
        let problems = run(&[&text]).1;
        assert!(
            problems.len() == 1 && problems[0].starts_with("fact-not-found"),
            "{text} {problems:?}"
        );
    }
}
