//! What a capture must hold, and what must never be in it.

use std::rc::Rc;

use crate::capture::*;
use crate::facts::tests::ZPQDX;

const INFRA: &str = ZPQDX[0];
const WORKERS: [&str; 3] = [ZPQDX[1], ZPQDX[2], ZPQDX[3]];
const VERSION: &str = "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata: {name: version}\nstatus:\n  desired: {version: 4.20.8}\n  history:\n  - {state: Completed, version: 4.20.8}\n  - {state: Completed, version: 4.18.1}\n";

fn run(texts: &[&str]) -> (String, Vec<String>) {
    run_with(texts, &Wanted::default())
}

fn run_with(texts: &[&str], wanted: &Wanted<'_>) -> (String, Vec<String>) {
    let source = |(index, text): (usize, &&str)| Source::new(format!("dump-{index}.yaml"), *text);
    let sources: Vec<Source> = texts.iter().enumerate().map(source).collect();
    let capture = capture(&sources, wanted);
    let problem = |problem: &Problem| format!("{}: {}", problem.rule.slug, problem.message);
    let problems = capture.problems.iter().map(problem).collect();
    (capture.text, problems)
}

/// Every OpenShift with OLM has it.
const GROUP: &str = "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata: {name: global-operators, namespace: openshift-operators}\n";

fn whole() -> Vec<&'static str> {
    [INFRA, VERSION, GROUP].into_iter().chain(WORKERS).collect()
}

#[test]
fn facts_of_a_real_cluster_are_small_and_in_order() {
    let (text, problems) = run(&whole());
    assert_eq!(problems, Vec::<String>::new());
    let head = "# Facts of cluster cluster-zpqdx-xxm9n, captured by `gpu-machineset facts`: review and commit.
apiVersion: gpu-machineset.dev/v1alpha1
kind: ClusterFacts
metadata:
  name: cluster-zpqdx-xxm9n
  annotations:
    config.kubernetes.io/local-config: \"true\"
spec:
  # Infrastructure/cluster
  infrastructureName: cluster-zpqdx-xxm9n
  platform: AWS
  region: us-east-2
  # ClusterVersion/version
  openshiftVersion: \"4.20.8\"
  installedVersion: \"4.18.1\"
  # MachineSet/cluster-zpqdx-xxm9n-worker-us-east-2a
  architecture: amd64
  # MachineSets of plain workers
  workerMachineSets:
  - name: cluster-zpqdx-xxm9n-worker-us-east-2a
    zone: us-east-2a
    providerSpec:
      ami:
        id: ami-0551cfffb0c3f0e45
";
    assert!(text.starts_with(head), "{text}");
    for gone in [
        " uid:",
        "managedFields",
        "creationTimestamp",
        "status",
        "resourceVersion",
    ] {
        assert!(!text.contains(gone), "{gone} is left");
    }
}

#[test]
fn the_order_and_the_files_of_a_dump_do_not_matter() {
    let (expected, _) = run(&whole());
    let mut turned = whole();
    turned.reverse();
    assert_eq!(run(&turned).0, expected);
    let as_one = whole().join("\n---\n");
    assert_eq!(run(&[&as_one]).0, expected);
    // what was captured is a dump too
    let facts = |text: &str| {
        let is_fact = |line: &&str| !line.trim_start().starts_with('#');
        let lines: Vec<String> = text.lines().filter(is_fact).map(str::to_owned).collect();
        lines
    };
    assert_eq!(facts(&run(&[&expected]).0), facts(&expected));
}

#[test]
fn what_a_pool_would_not_clone_is_named_and_captured_on_demand() {
    let gpu = WORKERS[0]
        .replace("worker-us-east-2a", "gpu-us-east-2a")
        .replace("m6a.4xlarge", "g6.4xlarge");
    let mut texts = whole();
    texts.push(&gpu);
    let (text, problems) = run(&texts);
    assert_eq!(problems, Vec::<String>::new());
    assert!(!text.contains("- name: cluster-zpqdx-xxm9n-gpu"));
    assert!(
        text.contains("  #   cluster-zpqdx-xxm9n-gpu-us-east-2a: its machines have GPUs\n"),
        "{text}"
    );
    let names = ["cluster-zpqdx-xxm9n-gpu-us-east-2a".to_owned()];
    let wanted = Wanted {
        templates: &names,
        ..Wanted::default()
    };
    let (text, _) = run_with(&texts, &wanted);
    assert!(
        text.contains("    reserved: its machines have GPUs\n"),
        "{text}"
    );
}

#[test]
fn broken_dumps_write_nothing_and_say_why() {
    let list = |items: &str, end: &str| format!("apiVersion: v1\nitems:\n{items}{end}");
    let item = "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n";
    let other = WORKERS[1].replace("xxm9n", "aaaaa");
    for (texts, slug) in [
        (vec![list(item, "")], "dump-cut-off"),
        (vec![list(item, "kind: List\n")], "dump-incomplete"),
        (
            vec!["kind: List\napiVersion: v1\nitems:\n".to_owned()],
            "dump-cut-off",
        ),
        (
            vec!["kind: List\napiVersion: v1\n".to_owned()],
            "dump-cut-off",
        ),
        (
            vec![list("- {kind: A}\n- {}\n", "kind: List\n")],
            "dump-cut-off",
        ),
        (vec![INFRA.to_owned(), other.clone()], "clusters-mixed"),
        (
            vec![
                INFRA.to_owned(),
                WORKERS[0].to_owned(),
                other.replace("m6a.4xlarge", "g6.4xlarge"),
            ],
            "clusters-mixed",
        ),
        (vec![INFRA.to_owned()], "dump-incomplete"),
        (
            vec![
                INFRA.replace("AWS", "PowerVS"),
                WORKERS[0].replace("AWSMachineProviderConfig", "PowerVSMachineProviderConfig"),
            ],
            "platform-unsupported",
        ),
        (
            vec![WORKERS[0].to_owned(), INFRA.replace("AWS", "Azure")],
            "facts-disagree",
        ),
        (vec![String::new()], "empty-input"),
    ] {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (text, problems) = run(&texts);
        assert_eq!(text, "");
        let has = problems.iter().any(|problem| problem.starts_with(slug));
        assert!(has, "{slug}: {problems:?}");
    }
}

/// `oc get KIND -o yaml` prints one when nothing of the kind exists; the API server's own lists say of which kind.
#[test]
fn that_there_is_none_is_a_fact() {
    let dump: Vec<&str> = [INFRA, VERSION].into_iter().chain(WORKERS).collect();
    let with = |list: &str| run(&[dump.clone(), vec![list]].concat());
    let unknown = [
        "fact-left-out: the dump of cluster `cluster-zpqdx-xxm9n` does not show which operators are installed",
    ];
    let empty = |version: &str, kind: &str, items: &str| {
        format!(
            "apiVersion: {version}\nitems: {items}\nkind: {kind}List\nmetadata:\n  resourceVersion: \"\"\n"
        )
    };
    let olm = "operators.coreos.com/v1alpha1";
    for (list, problems) in [
        (empty(olm, "Subscription", "[]"), &[][..]),
        (empty(olm, "Subscription", "null"), &[]),
        ("{\"apiVersion\":\"operators.coreos.com/v1alpha1\",\"items\":[],\"kind\":\"SubscriptionList\"}\n".to_owned(), &[]),
        // which kind was asked for is not known
        (empty("v1", "", "[]"), &unknown),
        ("{\"kind\": \"List\", \"apiVersion\": \"v1\", \"metadata\": {}, \"items\": []}".to_owned(), &unknown),
        (empty("batch/v1", "CronJob", "[]"), &unknown),
        (empty("example.com/v1", "Subscription", "[]"), &unknown),
    ] {
        let (text, found) = with(&list);
        assert_eq!(found, problems, "{list}");
        assert_eq!(text, run(&dump).0, "{list}");
    }
    let none = empty("machine.openshift.io/v1beta1", "MachineSet", "[]");
    let (_, found) = run(&[INFRA, VERSION, GROUP, &none]);
    assert_eq!(
        found,
        ["dump-incomplete: cluster `cluster-zpqdx-xxm9n` has no MachineSet to clone"]
    );
}

#[test]
fn what_a_dump_states_wrongly_is_not_missing_too() {
    let version = VERSION.replace("desired: {version: 4.20.8}", "desired: {version: [4]}");
    assert_ne!(version, VERSION);
    let dump: Vec<&str> = [INFRA, &version, GROUP]
        .into_iter()
        .chain(WORKERS)
        .collect();
    let (_, problems) = run(&dump);
    let wrong = "malformed-fact: `status.desired.version` is a list or a map, not a string";
    assert_eq!(problems, [wrong]);
}

#[test]
fn secrets_are_never_copied() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: aws-cloud-credentials}\ndata: {aws_secret_access_key: aHVudGVyMg==}\n";
    let mut texts = whole();
    texts.push(secret);
    let (text, problems) = run(&texts);
    assert_eq!(
        problems,
        ["secret-in-dump: the dump holds Secret `aws-cloud-credentials`"]
    );
    assert_eq!(text, run(&whole()).0);
}

#[test]
fn installed_operators_are_facts() {
    let subscription = |namespace: &str, channel: &str| {
        format!(
            "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {{name: nfd, namespace: {namespace}}}\nspec: {{name: nfd, channel: {channel}, source: redhat-operators}}\n"
        )
    };
    let (one, two) = (
        subscription("openshift-nfd", "\"4.20\""),
        subscription("other", "stable"),
    );
    let mut texts = whole();
    texts.push(&one);
    let (text, _) = run(&texts);
    assert!(text.contains("  # Subscription/nfd\n  operators:\n    nfd:\n      channel: \"4.20\"\n      namespace: openshift-nfd\n"), "{text}");
    texts.push(&two);
    let (again, problems) = run(&texts);
    assert_eq!(again, text);
    assert_eq!(
        problems,
        ["operator-twice: `nfd` is installed in `openshift-nfd` and in `other`"]
    );
}

const OPERAND: &str =
    "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: gpu-cluster-policy}\n";
const OCCUPIED: &str = "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata: {name: nfd, namespace: openshift-nfd}\n";

#[test]
fn operators_without_a_subscription_in_the_dump_are_facts() {
    let mut texts = whole();
    texts.extend([OPERAND, OCCUPIED]);
    let (text, problems) = run(&texts);
    assert_eq!(problems, Vec::<String>::new());
    let block = "  # ClusterPolicy/gpu-cluster-policy\n  # OperatorGroup/nfd\n  operators:\n    gpu-operator-certified: {}\n    nfd:\n      namespace: openshift-nfd\n";
    assert!(text.contains(block), "{text}");
    // an operand of ours, or that of a Subscription of ours, is made again
    let from = "annotations: {gpu-machineset.dev/from: GpuPlatform/gpu}";
    let ours = OPERAND.replace("policy}", &format!("policy, {from}}}"));
    let subscription = format!(
        "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {{name: nfd, namespace: openshift-nfd, {from}}}\nspec: {{name: nfd}}\n"
    );
    let mut texts = whole();
    texts.extend([&ours, OCCUPIED, &subscription]);
    assert_eq!(run(&texts).0, run(&whole()).0);
}

#[test]
fn a_dump_that_cannot_show_operators_says_which_line_saves_them() {
    let texts: Vec<&str> = whole().into_iter().filter(|one| *one != GROUP).collect();
    let (text, problems) = run(&texts);
    assert_eq!(text, run(&whole()).0);
    assert_eq!(
        problems,
        [
            "fact-left-out: the dump of cluster `cluster-zpqdx-xxm9n` does not show which operators are installed"
        ]
    );
}

#[test]
fn operators_that_people_wrote_stay_in_a_merged_file() {
    let mut texts = whole();
    texts.push(OCCUPIED);
    let (first, _) = run(&texts);
    let edited = first.replace(
        "    nfd:\n",
        "    # with Helm\n    gpu-operator-certified: {}\n    nfd: # by the console\n",
    );
    let file = Source::new("facts.yaml", edited.as_str());
    let wanted = Wanted {
        merge: Some(&file),
        ..Wanted::default()
    };
    let stays =
        "operator-stays: `gpu-operator-certified` stays, although the dump does not show it";
    assert_eq!(
        run_with(&texts, &wanted),
        (edited.clone(), vec![stays.to_owned()])
    );
    texts.push(OPERAND);
    let kueue = "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {name: k, namespace: k}\nspec: {name: kueue-operator, channel: stable-v1.2}\n";
    texts.push(kueue);
    let (text, problems) = run_with(&texts, &wanted);
    assert_eq!(problems, Vec::<String>::new());
    let added = "    kueue-operator:\n      channel: stable-v1.2\n      namespace: k\n";
    assert_eq!(text.replace(added, ""), edited);
    assert!(text.contains(added), "{text}");
}

#[test]
fn what_olm_v1_installed_is_a_fact_and_what_a_policy_holds_is_not() {
    let extension = "apiVersion: olm.operatorframework.io/v1\nkind: ClusterExtension\nmetadata: {name: gpu}\nspec:\n  namespace: gpus\n  source: {sourceType: Catalog, catalog: {packageName: gpu-operator-certified, channels: [v25.10]}}\n";
    let policy = "apiVersion: policy.open-cluster-management.io/v1beta1\nkind: OperatorPolicy\nmetadata: {name: nfd}\nspec:\n  remediationAction: enforce\n  complianceType: musthave\n  subscription: {name: nfd}\n";
    let mut texts = whole();
    texts.extend([extension, policy]);
    let (text, problems) = run(&texts);
    assert_eq!(problems, Vec::<String>::new());
    let block = "  # ClusterExtension/gpu\n  operators:\n    gpu-operator-certified:\n      channel: v25.10\n      namespace: gpus\n";
    assert!(text.contains(block), "{text}");
    assert_eq!(text.replace(block, ""), run(&whole()).0);
}

/// A mirror's PackageManifests, of a package that is known and of one that is not.
const OFFERS: &str = "apiVersion: packages.operators.coreos.com/v1\nkind: PackageManifest\nmetadata: {name: nfd, namespace: openshift-marketplace}\nstatus:\n  catalogSource: cs-redhat\n  defaultChannel: stable\n  packageName: nfd\n  channels: [{name: stable, currentCSVDesc: {description: long}}, {name: \"4.20\"}]\n---\napiVersion: packages.operators.coreos.com/v1\nkind: PackageManifest\nmetadata: {name: other, namespace: openshift-marketplace}\nstatus: {catalogSource: cs-redhat, channels: [{name: a}]}\n";

#[test]
fn what_catalogues_hold_of_known_operators_is_a_fact() {
    let mut texts = whole();
    texts.push(OFFERS);
    let (text, problems) = run(&texts);
    assert_eq!(problems, Vec::<String>::new());
    let block = "  # PackageManifests\n  catalogs:\n    cs-redhat:\n      nfd:\n        channels:\n        - \"4.20\"\n        - stable\n        default: stable\n";
    assert!(text.contains(block), "{text}");
    assert_eq!(text.replace(block, ""), run(&whole()).0);
    // read back, it is the same
    let file = Source::new("facts.yaml", text.as_str());
    let split = split(&file).expect("splits");
    let gathered = gather(&[split], None, &mut Problems::new());
    let catalogs = &gathered.clusters[0].catalogs;
    let known = &catalogs[&("cs-redhat".to_owned(), "nfd".to_owned())].value;
    assert_eq!(known.channels, ["4.20", "stable"]);
    assert_eq!(known.default.as_deref(), Some("stable"));
    assert_eq!(catalogs.len(), 1);
}

#[test]
fn operators_that_we_delivered_are_no_facts() {
    let ours = "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata:\n  name: nfd\n  namespace: openshift-nfd\n  annotations: {gpu-machineset.dev/from: GpuPlatform/gpu}\nspec: {name: nfd, channel: stable}\n";
    let mut texts = whole();
    texts.push(ours);
    assert_eq!(run(&texts).0, run(&whole()).0);
}

#[test]
fn what_is_read_back_is_what_the_dump_says() {
    let hosted = INFRA.replace(
        "controlPlaneTopology: HighlyAvailable",
        "controlPlaneTopology: External",
    );
    let arm = WORKERS[1].replace("arch=amd64", "arch=arm64");
    let stream = WORKERS[2].replace(
        "  labels:\n    machine",
        "  labels:\n    machineconfiguration.openshift.io/osstream: rhel-10\n    machine",
    );
    let texts = [
        hosted.as_str(),
        VERSION,
        GROUP,
        WORKERS[0],
        arm.as_str(),
        stream.as_str(),
    ];
    let (text, problems) = run(&texts);
    assert_eq!(problems, Vec::<String>::new());
    let read = |texts: &[&str]| {
        let sources: Vec<Source> = texts
            .iter()
            .map(|text| Source::new("a.yaml", *text))
            .collect();
        let splits: Vec<_> = sources
            .iter()
            .map(|source| split(source).unwrap())
            .collect();
        let mut problems = Problems::new();
        let mut cluster = gather(&splits, None, &mut problems).clusters.remove(0);
        assert!(problems.is_empty(), "{problems:?}");
        for worker in &mut cluster.workers {
            Rc::make_mut(&mut worker.provider_spec).remove("metadata");
        }
        let workers = cluster.workers.iter().map(|worker| {
            (
                worker.name.clone(),
                worker.zone().map(str::to_owned),
                worker.provider_spec.clone(),
                worker.architecture.clone(),
                worker.labels.get(crate::cluster::KEPT_LABEL).cloned(),
            )
        });
        let workers: Vec<_> = workers.collect();
        let facts = [cluster.topology, cluster.architecture];
        let identity = (
            cluster.region.map(|fact| fact.value),
            cluster.infrastructure_name.map(|fact| fact.value),
        );
        let versions = [cluster.openshift_version, cluster.installed_version];
        let versions = versions.map(|fact| fact.map(|fact| fact.value));
        (
            workers,
            facts.map(|fact| fact.map(|fact| fact.value)),
            identity,
            versions,
        )
    };
    assert_eq!(read(&[&text]), read(&texts));
}

#[test]
fn a_second_capture_keeps_what_people_wrote() {
    let (first, _) = run(&whole());
    let edited = first
        .replace("  region: us-east-2\n", "  region: us-east-2 # the lab\n")
        .replace(
            "  architecture: amd64\n",
            "  architecture: amd64\n  # by hand\n  naming: capi\n",
        )
        .replace(
            "  - name: cluster-zpqdx-xxm9n-worker-us-east-2b\n",
            "  # the big rack\n  - name: cluster-zpqdx-xxm9n-worker-us-east-2b\n",
        );
    let merged = |texts: &[&str], file: &str| {
        let file = Source::new("facts.yaml", file);
        run_with(
            texts,
            &Wanted {
                merge: Some(&file),
                ..Wanted::default()
            },
        )
    };
    assert_eq!(merged(&whole(), &edited), (edited.clone(), Vec::new()));
    // an upgrade, a new image in one zone, a zone less and one more
    let version = VERSION.replace("4.20.8", "4.21.1");
    let image = WORKERS[0].replace("ami-0551cfffb0c3f0e45", "ami-00000000000000001");
    let zone = WORKERS[2].replace("us-east-2c", "us-east-2d");
    let (text, problems) = merged(
        &[INFRA, &version, GROUP, &image, WORKERS[1], &zone],
        &edited,
    );
    assert_eq!(problems, Vec::<String>::new());
    for kept in [
        "region: us-east-2 # the lab\n",
        "  # by hand\n  naming: capi\n",
        "  # the big rack\n  - name: cluster-zpqdx-xxm9n-worker-us-east-2b\n",
        "openshiftVersion: \"4.21.1\"",
        "ami-00000000000000001",
        "us-east-2d",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert!(!text.contains("us-east-2c"), "{text}");
    for (file, slug) in [
        ("", "cannot-merge"),
        (
            "kind: ClusterFacts\napiVersion: gpu-machineset.dev/v1alpha1\nmetadata: {name: a}\nspec: {region: other, platform: AWS}\n",
            "cannot-merge",
        ),
        (&first.replace("xxm9n", "aaaaa"), "clusters-mixed"),
    ] {
        let (text, problems) = merged(&whole(), file);
        assert_eq!(text, "");
        assert!(
            problems.iter().any(|problem| problem.starts_with(slug)),
            "{slug}: {problems:?}"
        );
    }
}

#[test]
fn without_a_plain_worker_whatever_could_stand_in_is_captured() {
    let role = "      metadata:\n        labels: {node-role.kubernetes.io/platform: \"\"}\n";
    let text = WORKERS[0].replace("      metadata: {}\n", role);
    let gpu = WORKERS[1].replace("instanceType: m6a.4xlarge", "instanceType: g6.4xlarge");
    let (text, problems) = run(&[INFRA, VERSION, GROUP, &text, &gpu]);
    assert_eq!(problems, Vec::<String>::new());
    let expected = "  # No MachineSet is of plain workers: a pool names the one to clone, `template: {machineSet: NAME}`\n  # Left out (`--template NAME` adds one):\n  #   cluster-zpqdx-xxm9n-worker-us-east-2b: its machines have GPUs\n  workerMachineSets:\n  - name: cluster-zpqdx-xxm9n-worker-us-east-2a\n    zone: us-east-2a\n    architecture: amd64\n    reserved: its nodes have the role `platform`\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn the_cluster_autoscaler_is_captured_unless_a_platform_makes_it() {
    let captured = |autoscaler: &str| {
        let texts: Vec<&str> = whole().into_iter().chain([autoscaler]).collect();
        let (text, _) = run(&texts);
        let mut lines = text.lines();
        let line = lines.find(|line| line.contains("clusterAutoscaler:"));
        line.map(|line| line.trim().to_owned())
    };
    let object = |rest: &str| {
        format!(
            "apiVersion: autoscaling.openshift.io/v1\nkind: ClusterAutoscaler\nmetadata: {{name: default{rest}\n"
        )
    };
    let said = |value: &str| Some(format!("clusterAutoscaler: {value}"));
    assert_eq!(
        captured(&object("}\nspec: {scaleDown: {enabled: true}}")),
        said("ScalesDown")
    );
    assert_eq!(captured(&object("}\nspec: {}")), said("NeverScalesDown"));
    let ours = ", annotations: {gpu-machineset.dev/from: GpuPlatform/gpu}}\nspec: {}";
    assert_eq!(captured(&object(ours)), None);
    let none = "apiVersion: autoscaling.openshift.io/v1\nkind: ClusterAutoscalerList\nitems: []\n";
    assert_eq!(captured(none), said("Absent"));
    assert_eq!(captured(GROUP), None);
}
