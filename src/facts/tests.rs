//! What gathering must get right, on real objects.

use proptest::prelude::*;

use super::*;
use crate::api::cluster_facts::Naming;
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

#[test]
fn all_three_real_clusters_are_read() {
    for (name, region, zones, texts) in [
        ("cluster-zpqdx-xxm9n", "us-east-2", 3, &ZPQDX[..]),
        (
            "cluster-qt67m-xmnfl",
            "us-east-2",
            1,
            &[
                include_str!("../../testdata/clusters/qt67m/infrastructure.yaml"),
                include_str!(
                    "../../testdata/clusters/qt67m/machinesets/cluster-qt67m-xmnfl-worker-us-east-2b.yaml"
                ),
            ],
        ),
        (
            "dev-4xk8v",
            "us-west-2",
            3,
            &[
                include_str!("../../testdata/clusters/rhoaibu-dev/infrastructure.yaml"),
                include_str!(
                    "../../testdata/clusters/rhoaibu-dev/machinesets/dev-4xk8v-worker-us-west-2a.yaml"
                ),
                include_str!(
                    "../../testdata/clusters/rhoaibu-dev/machinesets/dev-4xk8v-worker-us-west-2b.yaml"
                ),
                include_str!(
                    "../../testdata/clusters/rhoaibu-dev/machinesets/dev-4xk8v-worker-us-west-2c.yaml"
                ),
            ],
        ),
    ] {
        let (gathered, problems) = run(texts);
        assert_eq!(problems, Vec::<String>::new(), "{name}");
        let cluster = only(&gathered);
        assert_eq!(cluster.name, name);
        assert_eq!(value(cluster.region.as_ref()).as_deref(), Some(region));
        assert_eq!(cluster.zones().len(), zones, "{name}");
        assert!(
            cluster
                .workers
                .iter()
                .all(|worker| worker.reserved.is_none())
        );
    }
}

#[test]
fn worker_sets_alone_say_nearly_everything() {
    let (gathered, problems) = run(&ZPQDX[1..]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = only(&gathered);
    assert_eq!(
        value(cluster.infrastructure_name.as_ref()).as_deref(),
        Some("cluster-zpqdx-xxm9n")
    );
    assert_eq!(value(cluster.platform.as_ref()).as_deref(), Some("AWS"));
    assert_eq!(value(cluster.region.as_ref()).as_deref(), Some("us-east-2"));
}

#[test]
fn an_oc_dump_is_one_list() {
    let item = |text: &str| text.trim_end().replace('\n', "\n  ");
    let items = ZPQDX.map(|text| format!("- {}\n", item(text)));
    let list = format!(
        "apiVersion: v1\nkind: List\nmetadata: {{resourceVersion: ''}}\nitems:\n{}",
        items.concat()
    );
    let (listed, problems) = run(&[&list]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(listed.used.len(), 4);
    let (bare, _) = run(&ZPQDX);
    assert_eq!(values(&listed), values(&bare));
}

/// Everything but places, to compare what was gathered from different texts.
fn values(gathered: &Gathered) -> String {
    let fact = |fact: &Option<Fact<String>>| format!("{:?}", value(fact.as_ref()));
    let cluster = |cluster: &ClusterFacts| {
        let facts = [
            &cluster.infrastructure_name,
            &cluster.platform,
            &cluster.region,
            &cluster.openshift_version,
            &cluster.installed_version,
            &cluster.architecture,
            &cluster.ami,
            &cluster.managed,
            &cluster.topology,
        ];
        let workers = cluster.workers.iter().map(|worker| {
            let spec = worker.provider_spec.to_json();
            format!(
                "{} {} {spec} {:?} {:?}",
                worker.name, worker.zone.value, worker.labels, worker.reserved
            )
        });
        let lines = [
            format!("{} {:?}", cluster.name, cluster.names),
            format!("{:?}", value(cluster.zones.as_ref())),
        ];
        let lines = lines
            .into_iter()
            .chain(facts.into_iter().map(fact))
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

/// As kustomize sends them below `namePrefix` and `namespace`: cluster-scoped kinds get a namespace too.
#[test]
fn renamed_by_kustomize_they_are_found_and_called_by_their_old_names() {
    let renamed = |text: &str, old: &str| {
        let annotations = format!(
            "  annotations:\n    internal.config.kubernetes.io/prefixes: p-\n    internal.config.kubernetes.io/previousKinds: X,X\n    internal.config.kubernetes.io/previousNames: {old},{old}\n    internal.config.kubernetes.io/previousNamespaces: default,ns\n"
        );
        text.replace(&format!("name: {old}"), &format!("name: p-{old}"))
            .replace(
                "metadata: {name: p-cluster}",
                "metadata:\n  name: p-cluster",
            )
            .replacen("metadata:\n", &format!("metadata:\n{annotations}"), 1)
    };
    let infra = renamed(&infrastructure("demo-abc12", "us-east-2"), "cluster");
    let worker = renamed(
        &set("demo-abc12", "us-east-2a", ""),
        "demo-abc12-worker-us-east-2a",
    );
    let named = renamed(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata:\n  name: prod\nspec: {infrastructureName: demo-abc12}\n",
        "prod",
    );
    let (gathered, problems) = run(&[&infra, &worker, &named]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = only(&gathered);
    assert_eq!(cluster.names, ["demo-abc12", "p-prod", "prod"]);
    assert_eq!(cluster.name, "prod");
    let origin = &cluster.infrastructure_name.as_ref().expect("infra").origin;
    assert_eq!(origin.object, "Infrastructure/cluster");
    let worker = cluster
        .worker("demo-abc12-worker-us-east-2a")
        .expect("by its old name");
    assert!(cluster.worker("p-demo-abc12-worker-us-east-2a").is_some());
    assert_eq!(worker.name, "demo-abc12-worker-us-east-2a");
}

#[test]
fn a_provider_spec_keeps_its_text() {
    let (gathered, _) = run(&[&set("a-abc12", "us-east-2a", "")]);
    let worker = &only(&gathered).workers[0];
    assert_eq!(
        worker.provider_spec.get("mode").and_then(Node::text),
        Some("0755")
    );
    let facts = facts(
        "a",
        "{infrastructureName: a-abc12, workerMachineSets: [{name: w, zone: us-east-2a, providerSpec: {mode: 0755, on: yes}}]}",
    );
    let (gathered, problems) = run(&[&facts]);
    assert_eq!(problems, Vec::<String>::new());
    let worker = &only(&gathered).workers[0];
    assert_eq!(
        worker.provider_spec.get("mode").and_then(Node::text),
        Some("0755")
    );
    assert_eq!(
        worker.zone.origin.to_string(),
        "ClusterFacts/a (facts-0.yaml:4)"
    );
}

#[test]
fn labels_are_kept_without_bookkeeping() {
    let text = set("a-abc12", "us-east-2a", "").replace("team: a", "team: a, hive.openshift.io/managed: 'true', app.kubernetes.io/instance: x, machineconfiguration.openshift.io/osstream: rhel-10");
    let (gathered, _) = run(&[&text]);
    let labels: Vec<&String> = only(&gathered).workers[0].labels.keys().collect();
    assert_eq!(
        labels,
        ["machineconfiguration.openshift.io/osstream", "team"]
    );
}

#[test]
fn sets_that_are_no_plain_workers_are_no_templates() {
    let plain = set("a-abc12", "us-east-2a", "");
    for (from, to, reason) in [
        (
            "machine-role: worker",
            "machine-role: infra",
            "the role `infra`",
        ),
        ("machine-role: worker", "machine-type: worker", "no label"),
        (
            "    metadata:\n      labels:",
            "    metadata:\n      labels:\n        machine.openshift.io/os-id: Windows",
            "Windows",
        ),
        (
            "    spec:\n",
            "    spec:\n      metadata: {labels: {node-role.kubernetes.io/infra: ''}}\n",
            "the role `infra`",
        ),
        (
            "    spec:\n",
            "    spec:\n      metadata: {labels: {cluster-api/accelerator: nvidia-l4}}\n",
            "have GPUs",
        ),
        (
            "    spec:\n",
            "    spec:\n      taints: [{key: odf, effect: NoSchedule}]\n",
            "taint `odf`",
        ),
        (
            "  labels: {",
            "  annotations: {machine.openshift.io/GPU: '1'}\n  labels: {",
            "have GPUs",
        ),
        ("m6a.xlarge", "g6.4xlarge", "have GPUs"),
        (
            "  labels: {",
            "  deletionTimestamp: '2026-01-01T00:00:00Z'\n  labels: {",
            "being deleted",
        ),
    ] {
        let text = plain.replacen(from, to, 1);
        assert_ne!(text, plain, "{to}");
        let (gathered, problems) = run(&[&infrastructure("a-abc12", "us-east-2"), &text]);
        assert_eq!(problems, Vec::<String>::new(), "{to}");
        let cluster = only(&gathered);
        assert_eq!(cluster.templates("us-east-2a").count(), 0, "{to}");
        let worker = cluster
            .worker("a-abc12-worker-us-east-2a")
            .expect("by name");
        let why = worker.reserved.clone().unwrap_or_default();
        assert!(why.contains(reason), "{to}: {why}");
    }
    let text = plain.replacen(
        "    spec:\n",
        "    spec:\n      metadata: {labels: {node-role.kubernetes.io/worker: ''}}\n",
        1,
    );
    assert_eq!(only(&run(&[&text]).0).templates("us-east-2a").count(), 1);
}

#[test]
fn what_we_made_is_no_fact() {
    let ours = set("a-abc12", "us-east-2b", "").replacen(
        "  labels: {",
        "  annotations: {gpu-machineset.dev/from: GpuMachineSet/l4}\n  labels: {",
        1,
    );
    let (gathered, problems) = run(&[&set("a-abc12", "us-east-2a", ""), &ours]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(only(&gathered).workers.len(), 1);
    assert_eq!(gathered.used.len(), 1);
}

#[test]
fn a_patch_or_a_template_of_another_tool_is_no_worker() {
    let patch = "apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nmetadata: {name: x}\nspec: {replicas: 3}\n";
    let template = set("INFRA_ID", "us-east-2a", "      taints: [{key: a}]\n");
    let other = set("other-zzzzz", "eu-west-1a", "      taints: [{key: a}]\n");
    let capi = set("capi", "us-east-2a", "")
        .replace("machine.openshift.io/v1beta1", "cluster.x-k8s.io/v1beta2");
    let texts = [
        infrastructure("a-abc12", "us-east-2"),
        patch.to_owned(),
        template,
        other,
        capi,
    ];
    let (gathered, problems) = run(&texts.each_ref().map(String::as_str));
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(gathered.clusters.len(), 1);
    assert!(only(&gathered).workers.is_empty());
}

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
        value(cluster.openshift_version.as_ref()).as_deref(),
        Some("4.20.8")
    );
    let installed = cluster.installed_version.as_ref().expect("installed");
    assert_eq!(installed.value, "4.15.22");
    assert_eq!(installed.origin.path, ".status.history[2].version");
    assert_eq!(cluster.naming().expect("naming").value, Naming::Terraform);
    // from Git: it asks for an upgrade and states nothing
    let asks = "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata: {name: version}\nspec: {channel: stable-4.20}\n";
    let (gathered, problems) = run(&[&infrastructure("a-abc12", "us-east-2"), asks]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(gathered.used.len(), 1);
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
        value(cluster.openshift_version.as_ref()).as_deref(),
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
        value(only(&gathered).openshift_version.as_ref()).as_deref(),
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
        value(only(&gathered).openshift_version.as_ref()).as_deref(),
        Some("4.20.8")
    );
    let (_, problems) = run(&[&facts, &version("4.2.0")]);
    assert_eq!(problems.len(), 1);
}

#[test]
fn a_captured_worker_must_still_be_true() {
    let raw = set("a-abc12", "us-east-2a", "");
    let captured = |kind: &str| {
        facts(
            "prod",
            &format!(
                "{{infrastructureName: a-abc12, workerMachineSets: [{{name: a-abc12-worker-us-east-2a, zone: us-east-2a, providerSpec: {{instanceType: {kind}}}}}]}}"
            ),
        )
    };
    for texts in [
        [&raw, &captured("m6a.xlarge")],
        [&captured("m6a.xlarge"), &raw],
    ] {
        let (gathered, problems) = run(&texts.map(String::as_str));
        assert_eq!(problems, Vec::<String>::new());
        let workers = &only(&gathered).workers;
        assert!(workers.len() == 1 && workers[0].machine_set.is_some());
    }
    let (_, problems) = run(&[&raw, &captured("m5.large")]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].starts_with("facts-disagree: sources disagree about the worker"),
        "{problems:?}"
    );
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
    assert!(cluster.openshift_version.is_some() && cluster.ami.is_some());
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
    assert!(
        cluster.ami.is_some() && value(cluster.region.as_ref()).as_deref() == Some("us-west-2")
    );
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
fn a_worker_outside_of_the_region_is_a_problem() {
    let text = set("a-abc12", "us-east-1a", "").replace("region: us-east-1", "region: us-east-2");
    let (_, problems) = run(&[&infrastructure("a-abc12", "us-east-2"), &text]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("worker-outside-region: worker `a-abc12-worker-us-east-1a` is in zone `us-east-1a`, outside of region `us-east-2` | region `us-east-2` from Infrastructure/cluster (facts-0.yaml:6)"), "{problems:?}");
    // of another region altogether: one problem, not two
    let (_, problems) = run(&[
        &infrastructure("a-abc12", "us-east-2"),
        &set("a-abc12", "us-east-1a", ""),
    ]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    // a local zone is in its region
    let local = set("a-abc12", "us-east-1a", "").replace(
        "availabilityZone: us-east-1a",
        "availabilityZone: us-east-1-bos-1a",
    );
    assert_eq!(
        run(&[&infrastructure("a-abc12", "us-east-1"), &local]).1,
        Vec::<String>::new()
    );
}

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
        value(cluster.openshift_version.as_ref()).as_deref(),
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
    let ami = only(&gathered).ami.as_ref().expect("ami");
    assert_eq!(ami.value, "ami-0123456789abcdef0");
    assert_eq!(
        ami.origin.to_string(),
        "ConfigMap/coreos-bootimages (facts-1.yaml:6)"
    );
    assert_eq!(gathered.used.len(), 2);
    let (gathered, _) = run(&[&facts.replace("amd64", "arm64"), config]);
    assert_eq!(only(&gathered).ami, None);
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
fn a_missing_fact_says_every_way_to_give_it() {
    let (gathered, _) = run(&[&facts("prod", "{infrastructureName: a-abc12}")]);
    let problem = missing(FactName::Region, only(&gathered), Place::default()).expect("a problem");
    assert_eq!(problem.message, "the region of cluster `prod` is not known");
    assert_eq!(
        problem.help,
        [
            "save it from the cluster and add the file: `oc get infrastructure cluster -o yaml > facts.yaml`",
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
