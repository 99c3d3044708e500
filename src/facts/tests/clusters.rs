//! Objects of several clusters: told apart, joined, and in disagreement.

use proptest::prelude::*;

use super::*;

#[test]
fn sources_that_disagree_are_one_problem_with_both_origins() {
    let infra = infrastructure("a-abc12", "us-east-2");
    let facts = facts(
        "prod",
        "{infrastructureName: a-abc12, region: us-east-1, platform: AWS}",
    );
    let (gathered, problems) = run(&[&infra, &facts, &facts]);
    assert_eq!(
        problems,
        [
            "facts-disagree: sources disagree about the region of cluster `prod` | region `us-east-2` from Infrastructure/cluster (facts-0.yaml:6), `status.platformStatus.aws.region` | region `us-east-1` from ClusterFacts/prod (facts-1.yaml:4), `spec.region` | correct or remove the one that is stale or of another cluster"
        ]
    );
    assert_eq!(
        value(only(&gathered).region.as_ref()).as_deref(),
        Some("us-east-2")
    );
}

#[test]
fn a_minor_version_agrees_with_its_patch_version() {
    let facts = facts(
        "prod",
        "{infrastructureName: a-abc12, openshiftVersion: '4.20'}",
    );
    let version = |version| {
        format!(
            "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata: {{name: version}}\nstatus: {{desired: {{version: {version}}}}}\n"
        )
    };
    let (gathered, problems) = run(&[&facts, &version("4.20.8")]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(
        value(only(&gathered).openshift_version.as_ref())
            .as_ref()
            .map(Release::as_str),
        Some("4.20.8")
    );
    let (_, problems) = run(&[&facts, &version("4.2.0")]);
    assert_eq!(problems.len(), 1);
}

#[test]
fn two_clusters_are_told_apart_and_selected() {
    let texts = [
        infrastructure("a-abc12", "us-east-2"),
        set("a-abc12", "us-east-2a", ""),
        facts(
            "prod",
            "{infrastructureName: b-xyz89, platform: AWS, region: eu-west-1}",
        ),
        set("b-xyz89", "eu-west-1c", ""),
    ];
    let (gathered, problems) = run(&texts.each_ref().map(String::as_str));
    assert_eq!(problems, Vec::<String>::new());
    let select = |name| gathered.select(name, Place::default());
    assert_eq!(
        select(Some("prod")).expect("by facts").zones(),
        ["eu-west-1c"]
    );
    assert_eq!(select(Some("b-xyz89")).expect("by infra").name, "prod");
    assert_eq!(
        select(Some("a-abc12")).expect("by infra").zones(),
        ["us-east-2a"]
    );
    let problem = select(None).expect_err("two");
    assert_eq!(problem.rule.slug, "ambiguous-facts");
    assert_eq!(problem.facts, ["clusters of the input: `a-abc12`, `prod`"]);
    let problem = select(Some("prd")).expect_err("misspelt");
    assert_eq!(problem.rule.slug, "unknown-facts");
    assert_eq!(problem.help, ["did you mean `prod`?"]);
    assert_eq!(problem.proposed.as_deref(), Some("prod"));
    let problem = Gathered::default()
        .select(None, Place::default())
        .map(|_| ())
        .expect_err("none");
    assert_eq!(problem.rule.slug, "missing-fact");
}

#[test]
fn what_does_not_name_its_cluster_belongs_to_the_only_one() {
    let version = "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata: {name: version}\nstatus: {desired: {version: 4.20.8}}\n";
    let nameless = facts("extra", "{ami: ami-0123456789abcdef0}");
    let one = infrastructure("a-abc12", "us-east-2");
    let (gathered, problems) = run(&[version, &nameless, &one]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = only(&gathered);
    assert!(cluster.openshift_version.is_some() && cluster.has_image());
    let two = infrastructure("b-xyz89", "us-east-1");
    let (_, problems) = run(&[version, &nameless, &one, &two]);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems
            .iter()
            .all(|problem| problem.starts_with("ambiguous-facts")
                && problem.contains("`a-abc12`, `b-xyz89`")),
        "{problems:?}"
    );
}

#[test]
fn two_names_are_two_clusters_when_no_more_is_known() {
    let a = facts("a", "{platform: AWS, region: us-east-1}");
    let b = facts("b", "{platform: AWS, region: us-east-2}");
    let (gathered, problems) = run(&[&a, &b]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(gathered.clusters.len(), 2);
    let b = gathered
        .select(Some("b"), Place::default())
        .expect("by name");
    assert_eq!(value(b.region.as_ref()).as_deref(), Some("us-east-2"));
    let version = "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata: {name: version}\nstatus: {desired: {version: 4.20.8}}\n";
    let (gathered, problems) = run(&[version, &a]);
    assert_eq!((gathered.clusters.len(), problems), (1, Vec::new()));
    assert_eq!(gathered.clusters[0].name, "a");
}

#[test]
fn facts_join_a_managed_cluster_by_name() {
    let other = MANAGED
        .replace("prod-east", "prod-west")
        .replace("a-abc12", "b-xyz89")
        .replace("us-east-2", "us-west-2");
    let facts = facts("prod-west", "{ami: ami-0123456789abcdef0}");
    let (gathered, problems) = run(&[MANAGED, &other, &facts]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = gathered
        .select(Some("prod-west"), Place::default())
        .expect("west");
    assert!(cluster.has_image() && value(cluster.region.as_ref()).as_deref() == Some("us-west-2"));
}

#[test]
fn operators_are_facts_of_their_cluster() {
    let a = facts(
        "a",
        "{infrastructureName: a-abc12, operators: {nfd: {channel: stable}}}",
    );
    let b = facts(
        "b",
        "{infrastructureName: a-abc12, operators: {nfd: {channel: '4.20'}}}",
    );
    let (gathered, problems) = run(&[&a]);
    assert_eq!(problems, Vec::<String>::new());
    let nfd = &only(&gathered).operators["nfd"];
    assert_eq!(nfd.value.channel.as_deref(), Some("stable"));
    assert_eq!(run(&[&a, &b]).1.len(), 1);
}

proptest! {
    #[test]
    fn the_order_of_documents_does_not_matter(order in Just((0..9_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let texts = [
            infrastructure("a-abc12", "us-east-2"), set("a-abc12", "us-east-2a", ""), set("a-abc12", "us-east-2b", ""),
            facts("prod", "{infrastructureName: b-xyz89, region: eu-west-1, operators: {nfd: {channel: stable}}}"),
            facts("dev", "{infrastructureName: a-abc12, region: us-east-1, openshiftVersion: '4.20'}"),
            set("b-xyz89", "eu-west-1c", ""), set("b-xyz89", "eu-west-1a", "      taints: [{key: a}]\n"),
            MANAGED.to_owned(), facts("prod-east", "{openshiftVersion: 4.20.8}"),
        ];
        let (sorted, expected) = run(&texts.each_ref().map(String::as_str));
        let shuffled: Vec<&str> = order.iter().map(|index| texts[*index].as_str()).collect();
        let (gathered, problems) = run(&shuffled);
        prop_assert_eq!(values(&sorted), values(&gathered));
        let slug = |text: &String| text.split('|').next().unwrap_or("").to_owned();
        let slugs = |texts: &[String]| { let mut slugs: Vec<_> = texts.iter().map(slug).collect(); slugs.sort(); slugs };
        prop_assert_eq!(slugs(&expected), slugs(&problems));
    }
}
