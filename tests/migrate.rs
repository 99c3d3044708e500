//! From a running cluster to Git: `facts` on what `oc` prints and on folders of must-gather.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Answer, Folder, Run};
use crate::testdata;

/// What the repository holds of real clusters, and the cases that render on them.
const CASES: [(&str, &str); 5] = [
    ("seed-000", "zpqdx"),
    ("seed-001", "zpqdx"),
    ("rhoai3-generate", "qt67m"),
    ("seed-004-t4-private", "rhoaibu-dev"),
    ("seed-004-t4-shared", "rhoaibu-dev"),
];

fn testdata(path: &str) -> PathBuf {
    testdata::root().join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(testdata(path)).unwrap()
}

/// The files of a folder, at any depth, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let nested = paths.into_iter().map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    nested.flatten().collect()
}

/// What `oc get -o yaml` prints of several objects.
fn list(texts: &[String]) -> String {
    let mut list = String::from("apiVersion: v1\nitems:\n");
    for text in texts {
        for (index, line) in text.lines().enumerate() {
            let _ = writeln!(list, "{} {line}", if index == 0 { "-" } else { " " });
        }
    }
    list + "kind: List\nmetadata:\n  resourceVersion: \"\"\n"
}

/// A dump of a cluster of the repository.
fn dump(cluster: &str) -> String {
    let read = |path: PathBuf| fs::read_to_string(path).unwrap();
    let texts: Vec<String> = files(&testdata::cluster(cluster))
        .into_iter()
        .map(read)
        .collect();
    list(&texts)
}

/// The facts out of a dump, without the warnings that nobody saved a ClusterVersion or Subscriptions.
fn facts(dump: &str) -> String {
    let answer = Run::new(&["facts"]).stdin(dump);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(
        answer.err.starts_with("warning[fact-left-out]"),
        "{}",
        answer.err
    );
    assert!(answer.err.ends_with("\n2 warnings\n"), "{}", answer.err);
    answer.out
}

#[test]
fn captured_facts_render_as_the_raw_dump_does() {
    for (case, cluster) in CASES {
        let captured = facts(&dump(cluster));
        assert_eq!(facts(&dump(cluster)), captured, "{cluster} twice");
        let folder = Folder::new(&format!("facts-{case}"))
            .file("gpu.yaml", text(&format!("replaced/{case}/input.yaml")))
            .file("facts.yaml", captured);
        let rendered = folder.run(&["render", "gpu.yaml", "facts.yaml"]);
        assert_eq!(
            rendered.out,
            text(&format!("replaced/{case}/expected.yaml")),
            "{case}: {}",
            rendered.err
        );
    }
}

#[test]
fn two_hundred_machine_sets_are_captured_the_same_way_twice() {
    let worker = text("clusters/aws/zpqdx/machinesets/cluster-zpqdx-xxm9n-worker-us-east-2a.yaml");
    let mut texts = vec![text("clusters/aws/zpqdx/infrastructure.yaml")];
    texts.extend((0..200).rev().map(|index| {
        worker.replace(
            "worker-us-east-2a",
            &format!("worker-{index:03}-us-east-2a"),
        )
    }));
    let first = facts(&list(&texts));
    // the server's numbers and the order of the list change with every dump
    texts.reverse();
    let again = list(&texts).replace("resourceVersion: '1482217'", "resourceVersion: '1999999'");
    assert_eq!(facts(&again), first);
    assert_eq!(first.matches("\n    zone: us-east-2a\n").count(), 200);
}

/// What else a must-gather holds of the cluster.
const VERSION: &str = "apiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata: {name: version}\nstatus:\n  desired: {version: 4.20.8}\n  history:\n  - {state: Completed, version: 4.20.8}\n";
const GROUP: &str = "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata: {name: nfd, namespace: openshift-nfd}\n";
const SUBSCRIPTION: &str = "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {name: nfd, namespace: openshift-nfd}\nspec: {name: nfd, channel: stable}\n";
const POLICY: &str = "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: gpu-cluster-policy}\nspec: {}\n";

const CONFIG: &str = "cluster-scoped-resources/config.openshift.io";
const API: &str = "namespaces/openshift-machine-api";
const NFD: &str = "namespaces/openshift-nfd";

/// The layout of openshift/must-gather and of `oc adm inspect`: kinds of config.openshift.io are lists and, when asked
/// for by name, files of their own too; what belongs to a ClusterOperator or to OLM is a file per object; what is
/// collected of a namespace is a list per resource. Each file begins with `---`.
fn gathered() -> Vec<(String, String)> {
    let infrastructure = text("clusters/aws/zpqdx/infrastructure.yaml");
    let objects = [
        (
            format!("{CONFIG}/infrastructures/cluster.yaml"),
            infrastructure,
        ),
        (
            format!("{CONFIG}/clusterversions/version.yaml"),
            VERSION.to_owned(),
        ),
        (
            format!("{NFD}/operators.coreos.com/operatorgroups/nfd.yaml"),
            GROUP.to_owned(),
        ),
        (
            format!("{NFD}/operators.coreos.com/subscriptions/nfd.yaml"),
            SUBSCRIPTION.to_owned(),
        ),
        (
            "cluster-scoped-resources/nvidia.com/clusterpolicies/gpu-cluster-policy.yaml"
                .to_owned(),
            POLICY.to_owned(),
        ),
    ];
    let sets = files(&testdata("clusters/aws/zpqdx/machinesets"))
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let file = format!("{API}/machine.openshift.io/machinesets/{name}");
            (file, fs::read_to_string(&path).unwrap())
        });
    objects.into_iter().chain(sets).collect()
}

/// The folder, and its objects.
fn must_gather() -> (Folder, Vec<String>) {
    let objects = gathered();
    let root = "must-gather.local.1/quay-io-openshift-sha256-0";
    let mut folder = Folder::new("must-gather")
        .file("must-gather.local.1/version", "openshift/must-gather\n")
        .file(
            "must-gather.local.1/timestamp",
            "2026-11-22 07:00:00 +0000 UTC\n",
        )
        .file("must-gather.local.1/event-filter.html", "<html>");
    for file in ["clusteroperators.yaml", "nodes.yaml"] {
        folder = folder.file(format!("{root}/{CONFIG}/{file}"), "[cut");
    }
    for file in [
        format!("{NFD}/core/configmaps.yaml"),
        format!("{API}/core/secrets.yaml"),
        format!("{API}/pods/a/a.yaml"),
    ] {
        folder = folder.file(format!("{root}/{file}"), "[cut");
    }
    for (kind, (_, object)) in ["Infrastructure", "ClusterVersion"].iter().zip(&objects) {
        let list =
            list(std::slice::from_ref(object)).replace("kind: List", &format!("kind: {kind}List"));
        let file = format!("{root}/{CONFIG}/{}s.yaml", kind.to_lowercase());
        folder = folder.file(file, format!("---\n{list}"));
    }
    for (file, object) in &objects {
        folder = folder.file(format!("{root}/{file}"), format!("---\n{object}"));
    }
    (
        folder,
        objects.into_iter().map(|(_, object)| object).collect(),
    )
}

#[test]
fn folders_of_must_gather_are_read_where_it_matters() {
    let (folder, plain) = must_gather();
    let expected = Run::new(&["facts"]).stdin(list(&plain)).clean();
    for words in [
        "gpu-operator-certified: {}",
        "    nfd:\n      channel: stable\n",
        "4.20.8",
    ] {
        assert!(expected.contains(words), "{words}: {expected}");
    }
    let answer = folder.run(&["facts", "must-gather.local.1"]);
    assert_eq!(answer.clean(), expected);
    let inner = folder.run(&["facts", "must-gather.local.1/quay-io-openshift-sha256-0"]);
    assert_eq!(inner.clean(), expected);
    let written = folder.run(&["facts", "must-gather.local.1", "-o", "facts.yaml"]);
    assert_eq!(written.clean(), "facts.yaml\n");
    assert_eq!(
        fs::read_to_string(folder.0.join("facts.yaml")).unwrap(),
        expected
    );
}

/// A must-gather holds hundreds of lists without objects (`items: []`, and `items: null` of typed clients): each is whole.
#[test]
fn lists_without_objects_are_whole() {
    let folder = |cloud: &str| testdata("must-gathers").join(cloud).display().to_string();
    let run = |arguments: &[&str]| Run::new(arguments);
    let metal = run(&["facts", &folder("metal")]).stdin("").clean();
    assert!(metal.contains("\n  platform: BareMetal\n"), "{metal}");
    assert!(!metal.contains("workerMachineSets"), "{metal}");
    let azure = run(&["facts", &folder("azure")]).stdin("").clean();
    assert!(azure.contains("\n  region: eastus2\n"), "{azure}");
    let vsphere = run(&["facts", &folder("vsphere")]).stdin("").clean();
    assert!(
        vsphere.contains("kind: VSphereMachineProviderSpec\n"),
        "{vsphere}"
    );
    let err = run(&["adopt", &folder("vsphere")]).stdin("").failed();
    assert!(err.starts_with("error[nothing-to-adopt]"), "{err}");
    let err = run(&["adopt", &folder("metal")]).stdin("").failed();
    assert!(err.starts_with("error[platform-unsupported]"), "{err}");
    let aws = folder("aws");
    let facts = run(&["facts", &aws]).stdin("").clean();
    for words in [
        "region: eu-central-1\n",
        "- name: orders-m4x8q-worker-eu-central-1b\n",
    ] {
        assert!(facts.contains(words), "{words}: {facts}");
    }
    let pools = run(&["adopt", &aws]).stdin("").clean();
    let home = Folder::new("must-gather-diff").file("gpu.yaml", pools);
    let home = home.file("facts.yaml", facts);
    for arguments in [
        &["diff", "gpu.yaml", "facts.yaml", "--live", &aws][..],
        &["diff", "gpu.yaml", "--live", &aws],
    ] {
        let answer = home.run(arguments);
        assert_eq!(
            (answer.out.as_str(), answer.code),
            ("", Some(0)),
            "{}",
            answer.err
        );
    }
}

/// What is in a file besides objects is called by its name, and never taken for a file that was cut off.
#[test]
fn files_that_oc_failed_to_write_are_named() {
    let whole = dump("zpqdx");
    for (text, words) in [
        ("", "`sets.yaml` is empty"),
        ("\n", "`sets.yaml` is empty"),
        (
            "error: You must be logged in to the server (Unauthorized)\n",
            "`sets.yaml` holds a message of `oc`, no object",
        ),
        (
            "Error from server (Forbidden): machinesets.machine.openshift.io is forbidden: User \"a\" cannot list\n",
            "this is a message of `oc`, no object",
        ),
        (
            "No resources found in openshift-machine-api namespace.\n",
            "this is a message of `oc`, no object",
        ),
    ] {
        let folder = Folder::new("oc-failed")
            .file("dump.yaml", whole.as_str())
            .file("sets.yaml", text);
        for command in ["facts", "adopt"] {
            let err = folder.run(&[command, "dump.yaml", "sets.yaml"]).failed();
            assert!(err.contains(words), "{text}: {err}");
            assert!(err.contains("sets.yaml"), "{text}: {err}");
        }
    }
}

#[test]
fn a_dump_that_lacks_something_says_how_to_get_it() {
    let answer = Run::new(&["facts"])
        .stdin(text("clusters/aws/zpqdx/infrastructure.yaml"))
        .failed();
    assert!(
        answer.contains(
            "`oc get machinesets.machine.openshift.io -n openshift-machine-api -o yaml > "
        ),
        "{answer}"
    );
    let whole = dump("zpqdx");
    let cut = &whole[..whole.len() / 2];
    let answer = Run::new(&["facts"]).stdin(cut).failed();
    assert!(answer.contains("error[dump-cut-off]"), "{answer}");
    let two = [dump("zpqdx"), dump("qt67m")].join("---\n");
    let answer = Run::new(&["facts"]).stdin(two).failed();
    assert!(
        answer.contains("error[clusters-mixed]: the dump is of 2 clusters"),
        "{answer}"
    );
}

/// What is wrong with a dump is said by whatever reads it, and what was there before stays.
#[test]
fn bad_dumps_write_nothing_whoever_reads_them() {
    let whole = with_sets("seed-000", "zpqdx");
    let cut = &whole[..whole.len() / 2];
    let two = [whole.as_str(), &with_sets("rhoai3-generate", "qt67m")].join("---\n");
    let other = whole
        .replace("AWSMachineProviderConfig", "PowerVSMachineProviderConfig")
        .replace("AWS", "PowerVS")
        .replace("aws:", "powervs:");
    let folder = Folder::new("bad-dumps")
        .file(
            "gpu.yaml",
            Run::new(&["adopt"]).stdin(whole.as_str()).clean(),
        )
        .file("facts.yaml", facts(&whole));
    for (dump, slug) in [
        (cut, "error[dump-cut-off]"),
        (&two, "error[clusters-mixed]"),
        (&other, "error[platform-unsupported]"),
    ] {
        let folder = Folder::new("bad-dump")
            .file("dump.yaml", dump)
            .file("out.yaml", "mine\n");
        for command in ["facts", "adopt"] {
            let err = folder
                .run(&[command, "dump.yaml", "-o", "out.yaml"])
                .failed();
            assert!(err.contains(slug), "{command} {slug}: {err}");
            assert_eq!(
                fs::read_to_string(folder.0.join("out.yaml")).unwrap(),
                "mine\n"
            );
        }
    }
    for (dump, slug) in [
        (cut, "error[dump-cut-off]"),
        (&two, "error[clusters-mixed]"),
    ] {
        let arguments = ["diff", "gpu.yaml", "facts.yaml", "--live", "-"];
        let answer = Run::new(&arguments).within(&folder.0).stdin(dump);
        assert_eq!(
            (answer.out.as_str(), answer.code),
            ("", Some(2)),
            "{}",
            answer.err
        );
        assert!(answer.err.contains(slug), "{slug}: {}", answer.err);
    }
}

#[test]
fn a_secret_in_a_dump_is_warned_of_and_goes_nowhere() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: aws-cloud-credentials, namespace: openshift-machine-api}\ndata: {aws_secret_access_key: aHVudGVyMg==}\n";
    let whole = [with_sets("seed-000", "zpqdx").as_str(), secret].join("---\n");
    let folder = Folder::new("secret").file("live.yaml", whole);
    for arguments in [
        &["facts", "live.yaml", "-o", "facts.yaml"][..],
        &["adopt", "live.yaml", "-o", "gpu.yaml"],
        &["diff", "gpu.yaml", "facts.yaml", "--live", "live.yaml"],
        &[
            "diff",
            "gpu.yaml",
            "--live",
            "live.yaml",
            "--format",
            "json-patch",
        ],
    ] {
        let answer = folder.run(arguments);
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        let said = answer.err.contains("warning[secret-in-dump]");
        assert!(said, "{arguments:?}: {}", answer.err);
        assert!(!(answer.out + &answer.err).contains("aHVudGVyMg"));
    }
    for file in ["facts.yaml", "gpu.yaml"] {
        let text = fs::read_to_string(folder.0.join(file)).unwrap();
        assert!(
            !text.contains("aHVudGVyMg") && !text.contains("kind: Secret"),
            "{text}"
        );
    }
}

/// A cluster with the sets that a replaced script made on it.
fn with_sets(case: &str, cluster: &str) -> String {
    let replaced = text(&format!("replaced/{case}/replaced.yaml"));
    let sets = replaced.split("---\n").filter(|set| !set.trim().is_empty());
    let read = |path: PathBuf| fs::read_to_string(path).unwrap();
    let mut texts: Vec<String> = files(&testdata::cluster(cluster))
        .into_iter()
        .map(read)
        .collect();
    texts.extend(sets.map(str::to_owned));
    list(&texts)
}

#[test]
#[allow(clippy::too_many_lines, reason = "one walk over the cases")]
fn sets_of_replaced_scripts_are_adopted_without_a_difference() {
    for (case, cluster) in CASES {
        let live = with_sets(case, cluster);
        let adopted = Run::new(&["adopt"]).stdin(live.as_str()).clean();
        let folder = Folder::new(&format!("adopt-{case}"))
            .file("gpu.yaml", &adopted)
            .file("facts.yaml", facts(&live))
            .file("live.yaml", &live);
        let answer = folder.run(&["diff", "gpu.yaml", "facts.yaml", "--live", "live.yaml"]);
        assert_eq!(
            (answer.out.as_str(), answer.code),
            ("", Some(0)),
            "{case}: {adopted}\n{}",
            answer.err
        );
        assert!(
            answer.err.contains("info[handed-over]"),
            "{case}: {}",
            answer.err
        );
        if answer.err.contains(" objects as made by") {
            assert!(answer.err.contains("  = fact: `"), "{case}: {}", answer.err);
        }
        let args = [
            "diff",
            "-q",
            "gpu.yaml",
            "facts.yaml",
            "--live",
            "live.yaml",
        ];
        let quiet = folder.run(&args);
        assert!(!quiet.err.contains("info["), "{case}: {}", quiet.err);
        // and a real change is that change
        let changed = adopted.replacen(
            "  zones:\n",
            "  rootVolume:\n    sizeGiB: 444\n  zones:\n",
            1,
        );
        let changed = if adopted.contains("rootVolume") {
            adopted.replacen("sizeGiB: ", "sizeGiB: 4", 1)
        } else {
            changed
        };
        let folder = folder.file("gpu.yaml", changed);
        let answer = folder.run(&["diff", "gpu.yaml", "facts.yaml", "--live", "live.yaml"]);
        assert_eq!(answer.code, Some(1), "{case}: {}", answer.err);
        let lines: Vec<&str> = answer
            .out
            .lines()
            .filter(|line| {
                line.starts_with(['-', '+']) && !line.starts_with("---") && !line.starts_with("+++")
            })
            .collect();
        assert!(
            lines.iter().all(|line| line.contains("volumeSize: ")) && lines.len() == 2,
            "{case}: {}",
            answer.out
        );
        assert!(
            answer.out.ends_with(": no running machine is touched\n"),
            "{}",
            answer.out
        );
    }
}

#[test]
fn a_dump_alone_is_enough_to_compare() {
    let (case, cluster) = CASES[0];
    let live = with_sets(case, cluster);
    let folder = Folder::new("diff-alone").file(
        "gpu.yaml",
        Run::new(&["adopt"]).stdin(live.as_str()).clean(),
    );
    let run = |arguments: &[&str]| Run::new(arguments).within(&folder.0).stdin(live.as_str());
    let answer = run(&["diff", "gpu.yaml", "--live", "-", "--format", "json-patch"]);
    assert_eq!(
        (answer.out.as_str(), answer.code),
        ("[]\n", Some(0)),
        "{}",
        answer.err
    );
    // two is neither the same nor different
    let answer = run(&["diff", "missing.yaml", "--live", "-"]);
    assert_eq!((answer.out.as_str(), answer.code), ("", Some(2)));
    assert!(
        answer.err.ends_with("nothing was compared\n"),
        "{}",
        answer.err
    );
}

#[test]
fn a_dump_without_gpu_sets_has_nothing_to_adopt() {
    let answer = Run::new(&["adopt"]).stdin(dump("zpqdx")).failed();
    assert!(answer.contains("error[nothing-to-adopt]"), "{answer}");
}

#[test]
fn an_autoscaled_pool_without_its_label_is_warned_of() {
    let pool = text("replaced/seed-004-t4-shared/input.yaml").replace(
        "  replicas: 2\n",
        "  autoscaling: {min: 0, max: 2}\n  labels: {cluster-api/accelerator: null}\n",
    );
    let folder = Folder::new("left-out")
        .file("gpu.yaml", pool)
        .file("facts.yaml", facts(&dump("rhoaibu-dev")));
    let answer = folder.run(&["render", "gpu.yaml", "facts.yaml"]);
    assert!(
        answer.err.contains("warning[accelerator-left-out]"),
        "{}",
        answer.err
    );
    assert!(
        !answer.out.contains("cluster-api/accelerator"),
        "{}",
        answer.out
    );
    assert!(
        answer.out.contains("node-role.kubernetes.io/gpu: \"\""),
        "{}",
        answer.out
    );
}

/// The pages of `docs/how-to/migrate/`: every command of ours in them is run on the input that the page names.
mod pages {
    use super::*;

    /// A Job that makes MachineSets, and what belongs to it.
    const JOB: &str = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: Job\n  metadata: {name: maker, namespace: nvidia-gpu-operator}\n  spec:\n    template:\n      spec:\n        serviceAccountName: maker\n        containers: [{name: aws-gpu-machineset, command: [/bin/bash, -c, /scripts/job.sh]}]\n        volumes: [{name: scripts, configMap: {name: maker}}]\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: maker, namespace: nvidia-gpu-operator}}\n- {apiVersion: v1, kind: ServiceAccount, metadata: {name: maker, namespace: nvidia-gpu-operator}}\n";
    const ROLES: &str = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: maker}}\n- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: maker}, roleRef: {kind: ClusterRole, name: maker}, subjects: [{kind: ServiceAccount, name: maker, namespace: nvidia-gpu-operator}]}\n";

    fn scaled(name: &str) -> String {
        format!(
            "apiVersion: autoscaling.openshift.io/v1beta1\nkind: MachineAutoscaler\nmetadata:\n  name: {name}\n  namespace: openshift-machine-api\nspec:\n  maxReplicas: 4\n  minReplicas: 0\n  scaleTargetRef:\n    apiVersion: machine.openshift.io/v1beta1\n    kind: MachineSet\n    name: {name}\n"
        )
    }

    /// What the component's Job makes: the set, and an autoscaler for each set.
    fn gitops_catalog() -> [String; 3] {
        let infra = "cluster-qt67m-xmnfl";
        let worker = format!("{infra}-worker-us-east-2b");
        let path = format!("clusters/aws/qt67m/machinesets/{worker}.yaml");
        // sed over every line that holds `machine`, then over those that hold `name`; then four patches
        let set: String = text(&path)
            .lines()
            .map(|line| {
                let typed = if line.contains("machine") {
                    line.replace("-worker", "-g4dn.4xlarge")
                } else {
                    line.to_owned()
                };
                let named = if line.contains("name") {
                    typed.replace("-worker", "-g4dn")
                } else {
                    typed
                };
                named + "\n"
            })
            .collect();
        let applied = "  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{\"spec\":{\"replicas\":0}}'\n";
        let labels = "      metadata:\n        labels:\n          cluster-api/accelerator: nvidia-gpu\n          node-role.kubernetes.io/gpu: ''\n      taints:\n      - {effect: NoSchedule, key: nvidia-gpu-only, value: ''}\n";
        let set = set
            .replace("m6a.4xlarge", "g4dn.4xlarge")
            .replace("  replicas: 2\n", "  replicas: 0\n")
            .replacen("  annotations:\n", applied, 1)
            .replacen(
                "  labels:\n",
                "  labels:\n    cluster-api/accelerator: nvidia-gpu\n",
                1,
            )
            .replace("      metadata: {}\n", labels);
        let name = format!("{infra}-g4dn-us-east-2b");
        assert!(
            set.contains(&format!("\n  name: {name}\n"))
                && set.contains("-g4dn.4xlarge-us-east-2b"),
            "{set}"
        );
        [set, scaled(&name), scaled(&worker)]
    }

    /// A dump for a page.
    fn input(case: &str, cluster: &str) -> String {
        let worker =
            text("clusters/aws/zpqdx/machinesets/cluster-zpqdx-xxm9n-worker-us-east-2a.yaml");
        let copy = worker
            .replace("-worker-us", "-gpu-us")
            .replace("m6a.4xlarge", "g6.4xlarge");
        let beside = |more: &[String]| {
            let read = |path: PathBuf| fs::read_to_string(path).unwrap();
            let mut texts: Vec<String> = files(&testdata::cluster(cluster))
                .into_iter()
                .map(read)
                .collect();
            texts.extend(more.iter().cloned());
            list(&texts)
        };
        match case {
            "gitops-catalog" => beside(&gitops_catalog()),
            "by-hand" => beside(&[copy]),
            "hive" => {
                let pool = "  labels:\n    hive.openshift.io/machine-pool: gpu\n    hive.openshift.io/managed: \"true\"\n";
                let role = |kind: &str| format!("cluster-api-machine-{kind}: ");
                let mut set = copy.replacen("  labels:\n", pool, 1);
                for kind in ["role", "type"] {
                    let role = role(kind);
                    set = set.replace(&format!("{role}worker"), &format!("{role}gpu"));
                }
                let tainted = "      metadata: {labels: {tier: gpu}}\n      taints: [{key: nvidia.com/gpu, effect: NoSchedule}]\n";
                beside(&[set.replace("      metadata: {}\n", tainted)])
            }
            "commodore" => beside(&[copy])
                .replace("AWSMachineProviderConfig", "CloudscaleMachineProviderSpec")
                .replace("AWS", "External")
                .replace("aws:", "external:"),
            case => with_sets(case, cluster),
        }
    }

    /// Whether a command of a page did what the page says.
    fn judge(case: &str, what: &str, command: &str, answer: &Answer) {
        let what = format!("{what}\n{}\n{}", answer.out, answer.err);
        match (case, command) {
            ("commodore", _) => {
                assert!(answer.err.contains("error[platform-unsupported]"), "{what}");
            }
            ("hive", "adopt") => {
                assert!(answer.err.contains("warning[set-has-an-owner]"), "{what}");
            }
            ("gitops-catalog", "adopt") => {
                for words in [
                    "warning[replicas-would-be-reset]",
                    "oc delete job -n nvidia-gpu-operator maker",
                    "oc delete clusterrole maker",
                ] {
                    assert!(answer.err.contains(words), "{words}: {what}");
                }
            }
            ("gitops-catalog", "diff") => {
                assert_eq!(answer.code, Some(1), "{what}");
                let changes: Vec<&str> = answer
                    .out
                    .lines()
                    .filter(|line| line.starts_with("# "))
                    .collect();
                let [change, end] = changes[..] else {
                    panic!("{what}")
                };
                assert!(
                    change.contains("MachineAutoscaler/")
                        && change.contains("cluster-api/accelerator"),
                    "{what}"
                );
                assert!(end.ends_with("differ: no machine is touched"), "{what}");
            }
            (_, "diff") => {
                assert_eq!((answer.out.as_str(), answer.code), ("", Some(0)), "{what}");
            }
            _ => assert_eq!(answer.code, Some(0), "{what}"),
        }
    }

    #[test]
    fn commands_of_every_page_do_what_it_says() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/how-to/migrate");
        let mut tested = 0;
        for path in files(&folder) {
            let page = fs::read_to_string(&path).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let Some(on) = page
                .lines()
                .next()
                .and_then(|line| line.strip_prefix("<!-- tested on: "))
            else {
                assert_eq!(name, "README");
                continue;
            };
            let (case, cluster) = on.trim_end_matches(" -->").split_once(' ').unwrap();
            let folder = Folder::new(&format!("page-{name}"))
                .file("cluster.yaml", input(case, cluster))
                .file("operands.yaml", list(&[]))
                .file("job.yaml", JOB)
                .file("roles.yaml", ROLES);
            let shell = page
                .split(
                    "```sh
",
                )
                .skip(1);
            let shell = shell.flat_map(|block| block.split("```").next().unwrap().lines());
            for command in shell.filter_map(|line| line.strip_prefix("gpu-machineset ")) {
                let arguments: Vec<&str> = command.split(' ').collect();
                let answer = folder.run(&arguments);
                judge(case, &format!("{name}: {command}"), arguments[0], &answer);
                tested += 1;
            }
        }
        assert_eq!(tested, 5 * 4 + 2 + 1);
    }
}

/// The pages write `gpu.yaml`, which is also what people call the pools that they wrote by hand.
#[test]
fn files_that_people_wrote_are_not_replaced() {
    let folder = Folder::new("migrate-own").file("cluster.yaml", with_sets("seed-000", "zpqdx"));
    let mine = "# my own\nkind: GpuMachineSet\n";
    for command in ["facts", "adopt"] {
        let write = |more: &[&str]| {
            let args = [&[command, "cluster.yaml", "-o", "out.yaml"], more].concat();
            folder.run(&args)
        };
        let out = folder.0.join("out.yaml");
        fs::write(&out, mine).unwrap();
        let said = write(&[]).failed();
        assert!(
            said.contains("error[foreign-output-files]: `out.yaml` was not written by"),
            "{said}"
        );
        assert_eq!(fs::read_to_string(&out).unwrap(), mine);
        assert_eq!(write(&["--force"]).code, Some(0));
        // its own, and what nobody wrote
        assert_eq!(write(&[]).code, Some(0));
        fs::write(&out, "").unwrap();
        assert_eq!(write(&[]).code, Some(0));
        fs::remove_file(&out).unwrap();

        let said = folder
            .run(&[command, "cluster.yaml", "-o", "no/out.yaml"])
            .failed();
        assert!(
            said.contains("make its folder first: `mkdir -p no`"),
            "{said}"
        );
        let said = folder.run(&[command, "cluster.yaml", "-o", "."]).failed();
        assert!(said.contains("it is a folder: name a file"), "{said}");
    }
    let by_hand = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {name: a}\nspec:\n  infrastructureName: cluster-zpqdx-xxm9n\n";
    fs::write(folder.0.join("facts.yaml"), by_hand).unwrap();
    let merge = [
        "facts",
        "cluster.yaml",
        "--merge",
        "facts.yaml",
        "-o",
        "facts.yaml",
    ];
    assert_eq!(folder.run(&merge).code, Some(0));
}

/// A cluster as it runs: what was rendered for it, its Infrastructure and its version.
fn lives(name: &str, rendered: &str) -> String {
    let uid = rendered.replace("\nmetadata:\n", "\nmetadata:\n  uid: a\n");
    format!(
        "apiVersion: config.openshift.io/v1\nkind: Infrastructure\nmetadata: {{name: cluster, uid: a}}\nstatus: {{infrastructureName: {name}-x7k2p, platformStatus: {{type: AWS, aws: {{region: us-east-2}}}}}}\n---\n{uid}"
    )
}

/// Two clusters, each with a dump of what was rendered for it.
fn fleet_with_dumps(name: &str) -> Folder {
    let pool = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: l4}\nspec: {instanceType: g6.4xlarge, replicas: 1, rootVolume: {sizeGiB: 200}}\n";
    let pool = format!("{pool}{}", crate::support::NO_PLATFORM);
    let mut folder = Folder::new(name).file("gpu.yaml", &pool);
    for name in ["east", "west"] {
        let facts = format!("clusters/{name}.yaml");
        folder = folder.file(&facts, crate::support::aws_facts(name));
        let rendered = folder
            .run(&["render", "gpu.yaml", "--facts", &facts])
            .clean();
        folder = folder.file(format!("dumps/{name}.yaml"), lives(name, &rendered));
    }
    folder
}

const DIFF_FLEET: [&str; 7] = [
    "diff",
    "gpu.yaml",
    "--facts",
    "clusters",
    "--live",
    "dumps",
    "--per-cluster",
];

/// Every cluster of a fleet is held against its own dump.
#[test]
fn a_fleet_is_compared_cluster_by_cluster() {
    let folder = fleet_with_dumps("diff-fleet");
    let same = folder.run(&DIFF_FLEET);
    assert_eq!((same.code, &*same.out), (Some(0), ""), "{}", same.err);
    let bigger = "  overrides: {GpuMachineSet/l4: {replicas: 2}}\n";
    let bigger = crate::support::aws_facts("west") + bigger;
    let folder = folder.file("clusters/west.yaml", bigger);
    let other = folder.run(&DIFF_FLEET);
    assert_eq!(other.code, Some(1), "{}", other.err);
    assert!(other.out.starts_with("# cluster west\n"), "{}", other.out);
    assert!(
        other.out.contains("spec.replicas: 0 -> 1 "),
        "{}",
        other.out
    );
    let end = "# 1 of 2 clusters differ: west\n";
    assert!(other.out.ends_with(end), "{}", other.out);
    let patches = folder.run(&[&DIFF_FLEET[..], &["--format", "json-patch"]].concat());
    let patches: serde_json::Value = serde_json::from_str(&patches.out).unwrap();
    assert_eq!(patches[0]["cluster"], "west");
    // the facts may come out of the dumps
    let captured = ["diff", "gpu.yaml", "--live", "dumps", "--per-cluster"];
    let captured = folder.run(&captured);
    assert!(!captured.err.contains("no-dump"), "{}", captured.err);
}

/// A dump of nobody, one of nothing, and none.
#[test]
fn clusters_and_dumps_of_a_fleet_belong_together() {
    let north = lives("north", "");
    let north = north.trim_end_matches("---\n");
    let folder = fleet_with_dumps("diff-fleet-dumps").file("dumps/north.yaml", north);
    let warned = folder.run(&DIFF_FLEET);
    assert_eq!(warned.code, Some(0), "{}", warned.err);
    let unknown = "warning[dump-of-no-cluster]";
    assert!(warned.err.contains(unknown), "{}", warned.err);
    let east = folder.run(&[&DIFF_FLEET[..], &["--only", "east"]].concat());
    assert_eq!((east.code, &*east.out), (Some(0), ""), "{}", east.err);
    assert!(!east.err.contains(unknown), "{}", east.err);
    let nothing = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, uid: b}\n";
    let folder = folder.file("dumps/what.yaml", nothing);
    std::fs::remove_file(folder.0.join("dumps/east.yaml")).unwrap();
    let failed = folder.run(&DIFF_FLEET);
    assert_eq!((failed.code, &*failed.out), (Some(2), ""), "{}", failed.err);
    for rule in ["cluster-without-dump", "dump-of-which-cluster"] {
        let said = failed.err.contains(&format!("error[{rule}]"));
        assert!(said, "{rule}: {}", failed.err);
    }
    let end = "nothing was compared\n";
    assert!(failed.err.ends_with(end), "{}", failed.err);
    // standard input is of one cluster
    let mut piped = DIFF_FLEET;
    piped[5] = "-";
    assert_eq!(folder.run(&piped).code, Some(2));
}
