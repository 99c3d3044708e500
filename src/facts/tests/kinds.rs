//! What each kind of object states.

use super::*;

#[test]
fn cluster_version_gives_the_running_and_the_installed_version() {
    let version = "apiVersion: config.openshift.io/v1
kind: ClusterVersion
metadata: {name: version}
spec: {clusterID: 0423d368-1f67-4300-bd26-05955bbbbf58}
status:
  desired: {version: 4.20.8}
  history:
  - {state: Partial, version: 4.20.8}
  - {state: Completed, version: 4.19.3}
  - {state: Completed, version: 4.15.22}
  - {state: Partial, version: 4.15.20}
";
    let (gathered, problems) = run(&[&infrastructure("a-abc12", "us-east-2"), version]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = only(&gathered);
    assert_eq!(
        value(cluster.openshift_version.as_ref())
            .as_ref()
            .map(Release::as_str),
        Some("4.20.8")
    );
    let installed = cluster.installed_version.as_ref().expect("installed");
    assert_eq!(installed.value.as_str(), "4.15.22");
    assert_eq!(installed.origin.path, ".status.history[2].version");
    assert_eq!(cluster.own(FactName::Naming), None);
    // from Git: it asks for an upgrade and states nothing
    let asks = "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata: {name: version}\nspec: {channel: stable-4.20}\n";
    let (gathered, problems) = run(&[&infrastructure("a-abc12", "us-east-2"), asks]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(gathered.used.len(), 1);
}

#[test]
fn a_managed_cluster_alone_is_a_cluster() {
    let (gathered, problems) = run(&[MANAGED]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = only(&gathered);
    assert_eq!(cluster.name, "prod-east");
    assert_eq!(cluster.names, ["a-abc12", "prod-east"]);
    let infra = cluster.infrastructure_name.as_ref().expect("infra");
    assert_eq!(infra.value, "a-abc12");
    assert_eq!(infra.origin.path, ".status.clusterClaims[1].value");
    assert_eq!(
        value(cluster.openshift_version.as_ref())
            .as_ref()
            .map(Release::as_str),
        Some("4.20.7")
    );
    assert_eq!(
        value(cluster.topology.as_ref()).as_deref(),
        Some("HighlyAvailable")
    );
    assert_eq!(cluster.managed, None);
    // without claims the labels serve
    let labels = MANAGED.split("status:").next().expect("metadata");
    let (gathered, problems) = run(&[labels]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = only(&gathered);
    assert_eq!(value(cluster.platform.as_ref()).as_deref(), Some("AWS"));
    assert_eq!(value(cluster.region.as_ref()).as_deref(), Some("us-east-2"));
    assert_eq!(cluster.infrastructure_name, None);
}

#[test]
fn a_claim_may_lag_behind_an_upgrade() {
    let version = "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata: {name: version}\nstatus: {desired: {version: 4.20.8}}\n";
    let (gathered, problems) = run(&[MANAGED, version]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(
        value(only(&gathered).openshift_version.as_ref())
            .as_ref()
            .map(Release::as_str),
        Some("4.20.8")
    );
}

#[test]
fn claims_that_say_nothing_are_no_facts() {
    let azure = MANAGED
        .replace("value: us-east-2}", "value: 'eastus,westus'}")
        .replace("value: AWS", "value: Other")
        .replace("cloud: Amazon, region: us-east-2", "cloud: auto-detect");
    let (gathered, problems) = run(&[&azure]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = only(&gathered);
    assert_eq!((&cluster.region, &cluster.platform), (&None, &None));
    let broken = MANAGED.replace(
        r#"'{"infraName":"a-abc12"}'"#,
        "\"{'infraName':'a-abc12'}\"",
    );
    let (_, problems) = run(&[&broken]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0]
            .starts_with("malformed-fact: `status.clusterClaims[1].value` is not the JSON text"),
        "{problems:?}"
    );
}

#[test]
fn managed_services_and_hosted_control_planes_are_seen() {
    let rosa = infrastructure("a-abc12", "us-east-2").replace(
        "{region: us-east-2}",
        "{region: us-east-2, resourceTags: [{key: owner, value: me}, {key: red-hat-clustertype, value: rosa}, {key: red-hat-managed, value: 'true'}]}",
    ) + "  controlPlaneTopology: External\n";
    let (gathered, problems) = run(&[&rosa]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = only(&gathered);
    assert_eq!(value(cluster.managed.as_ref()).as_deref(), Some("rosa"));
    assert_eq!(
        value(cluster.topology.as_ref()).as_deref(),
        Some("External")
    );
    for (product, managed) in [
        ("ROSA", Some("rosa")),
        ("OpenShiftDedicated", Some("osd")),
        ("ARO", None),
    ] {
        let (gathered, _) =
            run(&[&MANAGED.replace("value: OpenShift}", &format!("value: {product}}}"))]);
        assert_eq!(
            value(only(&gathered).managed.as_ref()).as_deref(),
            managed,
            "{product}"
        );
    }
}

#[test]
fn malformed_objects_are_problems_with_a_place() {
    let infra = infrastructure("a-abc12", "us-east-2");
    for (text, expected) in [
        (
            infra.replace("region: us-east-2", "region: 2"),
            "malformed-fact: `status.platformStatus.aws.region` is a number or a boolean, not a string",
        ),
        (
            infra.replace("region: us-east-2", "region: [x]"),
            "malformed-fact: `status.platformStatus.aws.region` is a list or a map, not a string",
        ),
        (
            infra.replace("region: us-east-2", "region: us east 2"),
            "malformed-fact: region `us east 2` is not a region",
        ),
        (
            infra.replace("a-abc12", "''"),
            "malformed-fact: Infrastructure/cluster has no `status.infrastructureName`",
        ),
        (
            infra.replace("a-abc12", "REPLACE_ME"),
            "malformed-fact: infrastructure name `REPLACE_ME` is not an infrastructure name",
        ),
        (
            infra.split("status").next().expect("text").to_owned(),
            "fact-without-status: Infrastructure/cluster has no status",
        ),
        (facts("a", "{openshiftVersion: 4.20}"), "invalid-value"),
        (facts("a", "{regoin: us-east-2}"), "unknown-field"),
        (
            facts("a", "{platform: aws}"),
            "invalid-value: platform `aws` is not known | did you mean `AWS`?",
        ),
        (
            facts("a", "{architecture: x86_64}"),
            "invalid-value: architecture `x86_64` is not known | did you mean `amd64`?",
        ),
        (
            facts("a", "{ami: ami-1}"),
            "invalid-value: `ami-1` is not an AWS image id",
        ),
        (facts("a", "{zones: us-east-2a}"), "invalid-value"),
        (
            facts("a", "{region: ''}"),
            "invalid-value: `` is not a region: it is empty",
        ),
    ] {
        let (_, problems) = run(&[&text]);
        assert_eq!(problems.len(), 1, "{text}\n{problems:?}");
        assert!(
            problems[0].starts_with(expected),
            "{problems:?}\n{expected}"
        );
    }
}

#[test]
fn boot_images_give_the_image_of_the_only_cluster() {
    let config = r#"apiVersion: v1
kind: ConfigMap
metadata: {name: coreos-bootimages, namespace: openshift-machine-config-operator}
data:
  releaseVersion: 4.20.8
  stream: '{"architectures": {"x86_64": {"images": {"aws": {"regions": {"us-east-2": {"release": "9.6", "image": "ami-0123456789abcdef0"}}}}}}}'
"#;
    let facts = facts(
        "a",
        "{infrastructureName: a-abc12, platform: AWS, region: us-east-2, architecture: amd64}",
    );
    let (gathered, problems) = run(&[&facts, config]);
    assert_eq!(problems, Vec::<String>::new());
    let ami = only(&gathered).own(FactName::Ami).expect("ami");
    assert_eq!(ami.value, "ami-0123456789abcdef0");
    assert_eq!(
        ami.origin.to_string(),
        "ConfigMap/coreos-bootimages (facts-1.yaml:6)"
    );
    assert_eq!(gathered.used.len(), 2);
    let (gathered, _) = run(&[&facts.replace("amd64", "arm64"), config]);
    assert_eq!(only(&gathered).own(FactName::Ami), None);
}
