//! A platform with the user's own objects, through the program.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize as _;
use serde_json::Value;

use crate::support::{Answer, Folder, OTHER, Run};
use crate::testdata;

const INPUT: &str = "apiVersion: gpu-machineset.dev/v1alpha1
kind: ClusterFacts
metadata: {name: a}
spec: {openshiftVersion: 4.20.8}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuPlatform
metadata:
  name: gpu
  labels: {team: ml}
spec:
  operators: {nvidia-gpu: {channel: v25.10}, nfd: {}, kueue: {}, cert-manager: {}}
  monitoring: {dcgmDashboard: true}
";

#[test]
fn rendering_what_was_rendered_changes_nothing() {
    let folder = Folder::new("platform-twice").file("gpu.yaml", INPUT);
    let first = folder.run(&["render", "gpu.yaml"]).clean();
    assert_eq!(first.matches("\nkind: ").count(), 16, "{first}");
    assert!(first.contains("gpu-machineset.dev/from: GpuPlatform/gpu"));
    assert_eq!(
        first.matches("team: ml").count(),
        16,
        "its labels go onto all"
    );
    let folder = folder.file("out.yaml", &first);
    let second = folder.run(&["render", "gpu.yaml", "out.yaml"]).clean();
    assert_eq!(first, second);
}

/// Captured from a cluster that we delivered: made anew, or Argo CD would prune all of it.
#[test]
fn what_we_delivered_ourselves_is_not_taken_for_somebody_elses() {
    let folder = Folder::new("platform-live").file("gpu.yaml", INPUT);
    let first = folder.run(&["render", "gpu.yaml"]).clean();
    let live = first.replace(
        "\nmetadata:\n",
        "\nmetadata:\n  uid: 0b0b\n  resourceVersion: \"7\"\n",
    );
    let folder = folder.file("facts/live.yaml", live);
    let again = folder
        .run(&["render", "gpu.yaml", "--facts", "facts"])
        .clean();
    assert_eq!(first, again);
}

#[test]
fn what_others_installed_stays_theirs() {
    let live = "\
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: gpu-operator-certified, namespace: nvidia-gpu-operator, uid: a}
spec: {name: gpu-operator-certified, channel: v25.3}
---
apiVersion: nvidia.com/v1
kind: ClusterPolicy
metadata: {name: cluster-policy, uid: b}
spec: {daemonsets: {tolerations: []}}
";
    let folder = Folder::new("platform-foreign")
        .file("gpu.yaml", INPUT)
        .file("facts/live.yaml", live);
    let answer = folder.run(&["render", "gpu.yaml", "--facts", "facts"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(
        !answer.out.contains("nvidia-gpu-operator"),
        "{}",
        answer.out
    );
    assert!(!answer.out.contains("ClusterPolicy"), "{}", answer.out);
    assert!(
        answer.err.contains("info[operator-installed]"),
        "{}",
        answer.err
    );
}

/// Objects that a warning calls stale, and everything but them stays as it is when it is rendered again.
fn stale(folder: &Folder) -> Vec<String> {
    let first = folder.run(&["render", "gpu.yaml", "out.yaml"]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    fs::write(folder.0.join("again.yaml"), &first.out).unwrap();
    let second = folder.run(&["render", "gpu.yaml", "again.yaml"]);
    assert_eq!(first.out, second.out);
    let lines = first.err.lines();
    let stale = lines.filter_map(|line| line.strip_prefix("warning[stale-object]: "));
    stale.map(str::to_owned).collect()
}

#[test]
fn what_an_operator_leaves_behind_is_reported_and_stays() {
    let folder = Folder::new("platform-stale").file("gpu.yaml", INPUT);
    let out = folder.run(&["render", "gpu.yaml"]).clean();
    let folder = folder.file("out.yaml", &out);
    assert_eq!(stale(&folder), [""; 0]);
    let without = INPUT.replace("kueue: {}, ", "");
    assert_ne!(without, INPUT);
    let folder = folder.file("gpu.yaml", without);
    assert_eq!(
        stale(&folder),
        [
            ("Namespace", "openshift-kueue-operator"),
            ("OperatorGroup", "kueue-operator"),
            ("Subscription", "kueue-operator"),
            ("Kueue", "cluster"),
        ]
        .map(|(kind, name)| format!(
            "{kind} `{name}` was made from GpuPlatform/gpu, which does not make it any more"
        ))
    );
    // a dump of the cluster says nothing of what is delivered
    let folder = folder.file("facts/out.yaml", &out);
    let answer = folder.run(&["render", "gpu.yaml", "--facts", "facts"]);
    assert!(!answer.err.contains("stale-object"), "{}", answer.err);
}

#[test]
fn what_a_removed_platform_leaves_behind_is_reported() {
    let folder = Folder::new("platform-gone").file("gpu.yaml", INPUT);
    let out = folder.run(&["render", "gpu.yaml"]).clean();
    let other = INPUT
        .replace("  name: gpu\n", "  name: other\n")
        .replace("dcgmDashboard: true", "dcgmDashboard: false");
    let folder = folder.file("out.yaml", out).file("gpu.yaml", other);
    let dashboard = "ConfigMap `nvidia-dcgm-exporter-dashboard` was made from GpuPlatform/gpu, which is not there any more";
    assert_eq!(stale(&folder), [dashboard]);
    // in a fleet it is there, for another cluster
    let cluster = |name: &str| {
        format!(
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {{name: {name}}}\nspec: {{infrastructureName: {name}, openshiftVersion: 4.20.8}}\n---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {{name: {name}}}\nspec: {{facts: {name}, operators: {{nfd: {{}}}}}}\n"
        )
    };
    let both = format!("{}---\n{}", cluster("gpu"), cluster("b"));
    fs::write(folder.0.join("both.yaml"), both).unwrap();
    let args = [
        "render",
        "--per-cluster",
        "-o",
        "o",
        "both.yaml",
        "out.yaml",
    ];
    let answer = folder.run(&args);
    let gone = answer.err.contains("is not there any more");
    assert!(answer.code == Some(0) && !gone, "{}", answer.err);
    // and without any platform nobody can say whether it is stale or somebody else's
    let facts = INPUT.split("---\n").next().unwrap();
    let folder = folder.file("gpu.yaml", facts);
    assert_eq!(stale(&folder), [""; 0]);
}

/// What is said of objects whose placeholder is not there.
fn unseen(answer: &Answer) -> Vec<&str> {
    assert!(!answer.err.contains("stale-object"), "{}", answer.err);
    let lines = answer.err.lines();
    let said = lines.filter_map(|line| line.strip_prefix("info[placeholder-not-seen]: "));
    said.collect()
}

#[test]
fn what_a_placeholder_that_is_not_there_made_is_said_once_and_stays() {
    let (facts, first, second) = (facts("a"), pool("l4", ""), pool("b", ""));
    let folder = Folder::new("platform-unseen")
        .file("facts.yaml", &facts)
        .file("first.yaml", &first)
        .file("second.yaml", &second)
        .file("gpu.yaml", INPUT.split("---\n").last().unwrap());
    let run = |args: &[&str]| {
        let answer = folder.run(&[&["render"], args].concat());
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        answer
    };
    let gpu = run(&["facts.yaml", "first.yaml", "gpu.yaml"]).out;
    fs::write(folder.0.join("out.yaml"), &gpu).unwrap();
    // the platform goes and the pool stays
    let answer = run(&["facts.yaml", "first.yaml", "out.yaml"]);
    let [said] = unseen(&answer)[..] else {
        panic!("{}", answer.err)
    };
    assert!(
        said.ends_with("more were made from GpuPlatform/gpu, which is not in the input"),
        "{said}"
    );
    assert!(
        answer.out.contains("from: GpuPlatform/gpu"),
        "{}",
        answer.out
    );
    // all pools go
    assert_eq!(
        unseen(&run(&["facts.yaml", "gpu.yaml", "out.yaml"])).len(),
        1
    );
    assert_eq!(unseen(&run(&["facts.yaml", "out.yaml"])).len(), 2);
    let implied = run(&["facts.yaml", "first.yaml"]).out;
    fs::write(folder.0.join("out.yaml"), &implied).unwrap();
    let answer = run(&["facts.yaml", "out.yaml"]);
    let [platform, pool] = unseen(&answer)[..] else {
        panic!("{}", answer.err)
    };
    assert!(
        platform.ends_with(
            "were made for pools without a GpuPlatform, and no such pool is in the input"
        ),
        "{platform}"
    );
    assert!(
        pool.starts_with("MachineSet `a-x7k2p-l4-us-east-2a` was made from GpuMachineSet/l4"),
        "{pool}"
    );
    // nothing is missing where all placeholders are there, and of a stream without any nothing is known
    assert_eq!(
        unseen(&run(&[
            "facts.yaml",
            "first.yaml",
            "second.yaml",
            "out.yaml"
        ])),
        [""; 0]
    );
    assert_eq!(run(&["out.yaml"]).clean(), implied);
}

#[test]
fn in_a_build_of_kustomize_a_placeholder_may_be_another_transformer() {
    let folder = Folder::new("platform-unseen-build");
    let made = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: openshift-kueue-operator\n  annotations:\n    gpu-machineset.dev/from: GpuPlatform/gpu\n";
    let facts = facts("a");
    let item = |text: &str| format!("- {}", text.trim_end().replace('\n', "\n  "));
    let run = |items: &[&str]| {
        let items: Vec<String> = items.iter().map(|text| item(text)).collect();
        let list = format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{}\n",
            items.join("\n")
        );
        let answer = Run::new::<&str>(&[]).within(&folder.0).stdin(list);
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        answer
    };
    assert_eq!(unseen(&run(&[&facts, made])), [""; 0]);
    // a package of kpt is whole
    let kptfile = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata: {name: gpu}\n";
    assert_eq!(unseen(&run(&[kptfile, &facts, made])).len(), 1);
    // bare documents of a build, and those of a cluster
    let of_a_build = made.replace(
        "  annotations:\n",
        "  annotations:\n    kustomize.config.k8s.io/id: 'a'\n",
    );
    let live = made.replace("metadata:\n", "metadata:\n  uid: a\n");
    let local = made.replace(
        "  annotations:\n",
        "  annotations:\n    config.kubernetes.io/local-config: 'true'\n",
    );
    for other in [&of_a_build, &live, &local] {
        let answer = Run::new::<&str>(&[])
            .within(&folder.0)
            .stdin(format!("{facts}---\n{other}---\n{OTHER}"));
        assert_eq!(unseen(&answer), [""; 0], "{other}");
    }
}

/// The ConfigMap of the device plugin goes with the last pool that shares its GPUs.
#[test]
fn a_sharing_config_that_no_pool_names_is_reported() {
    let worker =
        "testdata/clusters/aws/qt67m/machinesets/cluster-qt67m-xmnfl-worker-us-east-2b.yaml";
    let worker = Path::new(env!("CARGO_MANIFEST_DIR")).join(worker);
    let facts = "infrastructureName: cluster-qt67m-xmnfl, platform: AWS, region: us-east-2, openshiftVersion: 4.20.8";
    let input = INPUT.replace("openshiftVersion: 4.20.8", facts);
    let pool = |sharing: &str| {
        format!(
            "{input}---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {{name: l4}}\nspec: {{instanceType: g6.4xlarge, replicas: 1{sharing}}}\n---\n{}",
            fs::read_to_string(&worker).unwrap()
        )
    };
    let folder =
        Folder::new("platform-unshared").file("gpu.yaml", pool(", sharing: {timeSlicing: 4}"));
    let out = folder.run(&["render", "gpu.yaml"]);
    assert_eq!(out.code, Some(0), "{}", out.err);
    let made: Vec<&str> = out
        .out
        .split("---\n")
        .filter(|text| text.contains("gpu-machineset.dev/from"))
        .collect();
    let folder = folder.file("out.yaml", made.join("---\n"));
    assert_eq!(stale(&folder), [""; 0]);
    let folder = folder.file("gpu.yaml", pool(""));
    let config = "ConfigMap `device-plugin-config` was made from GpuPlatform/gpu, which does not make it any more";
    assert_eq!(stale(&folder), [config]);
}

/// Everything of ours in a dump is made anew: nothing leaves twice.
#[test]
fn a_dump_of_what_we_delivered_beside_the_placeholder_leaves_once() {
    let folder = Folder::new("platform-dump-beside").file("gpu.yaml", INPUT);
    let first = folder.run(&["render", "gpu.yaml"]).clean();
    let live = first.replace("\nmetadata:\n", "\nmetadata:\n  uid: 0b0b\n");
    let folder = folder.file("live.yaml", live);
    let again = folder.run(&["render", "gpu.yaml", "live.yaml"]).clean();
    assert_eq!(first, again);
}

const FACTS: &str = "apiVersion: gpu-machineset.dev/v1alpha1
kind: ClusterFacts
metadata: {name: NAME, annotations: {config.kubernetes.io/local-config: \"true\"}}
spec:
  infrastructureName: NAME-x7k2p
  platform: AWS
  region: us-east-2
  openshiftVersion: 4.20.8
  installedVersion: 4.20.8
  architecture: amd64
  ami: ami-0123456789abcdef0
  zones: [us-east-2a]
";

fn facts(name: &str) -> String {
    FACTS.replace("NAME", name)
}

fn pool(name: &str, more: &str) -> String {
    format!(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {{name: {name}}}\nspec:\n  \
         instanceType: g6.4xlarge\n  replicas: 1\n  rootVolume: {{sizeGiB: 200}}\n  nameTemplate: \"{{infra}}-{{name}}-{{zone}}\"\n{more}"
    )
}

fn objects(text: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let all = documents.map(|one| Value::deserialize(one).unwrap());
    all.filter(|one| !one.is_null()).collect()
}

/// The one object of a kind.
fn the<'a>(kind: &str, objects: &'a [Value]) -> &'a Value {
    let mut own = objects.iter().filter(|one| one["kind"] == kind);
    let first = own.next().unwrap_or_else(|| panic!("no {kind}"));
    assert!(own.next().is_none(), "a second {kind}");
    first
}

fn tolerated(objects: &[Value]) -> Vec<&str> {
    let list = &the("ClusterPolicy", objects)["spec"]["daemonsets"]["tolerations"];
    let list = list.as_array().unwrap();
    list.iter()
        .map(|one| one["key"].as_str().unwrap())
        .collect()
}

/// One run as a kustomize plugin: the placeholder is the config, all else comes in.
fn transformer(folder: &Folder, config: &str, resources: &str) -> String {
    fs::write(folder.0.join("config.yaml"), config).unwrap();
    let path = folder.0.join("config.yaml");
    let run = Run::new(&[path.as_os_str()]).within(&folder.0);
    let run = run.env("KUSTOMIZE_PLUGIN_CONFIG_ROOT", &folder.0);
    let answer = run.stdin(resources);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    answer.out
}

/// Under kustomize every placeholder may be a transformer of its own, which never sees the others' placeholders.
#[test]
fn pools_that_are_transformers_one_after_the_other_share_one_platform() {
    let folder = Folder::new("platform-chain");
    let a = pool(
        "a",
        "  taints: [{key: team-a, effect: NoExecute}]\n  sharing: {timeSlicing: 4}\n",
    );
    let b = pool(
        "b",
        "  taints: [{key: team-b, effect: NoSchedule}]\n  sharing: {mps: 2}\n",
    );
    let facts = facts("one");
    // facts leave with the first transformer, unless kustomize has them still: it drops local-config at the end
    let chain = |first: &str, second: &str| {
        let once = transformer(&folder, first, &facts);
        transformer(&folder, second, &format!("{once}---\n{facts}"))
    };
    let out = chain(&a, &b);
    let together = Run::new::<&str>(&[]).stdin([a.as_str(), &b, &facts].join("---\n"));
    let together = together.out;
    let (found, right) = (objects(&out), objects(&together));
    assert_eq!(tolerated(&found), ["nvidia.com/gpu", "team-a", "team-b"]);
    assert_eq!(found.len(), right.len(), "{out}");
    for kind in ["ClusterPolicy", "NodeFeatureDiscovery", "ConfigMap"] {
        assert_eq!(the(kind, &found), the(kind, &right), "{kind}");
    }
    assert_eq!(chain(&b, &a).len(), out.len(), "the order changes nothing");
    // and once more changes nothing
    let again = transformer(&folder, &a, &format!("{out}---\n{facts}"));
    assert_eq!(again, out);
}

/// The limit that the first transformer wrote into the user's ClusterAutoscaler is raised by the next, one of a person's
/// is not.
#[test]
fn gpu_limits_of_pools_that_are_transformers_are_those_of_one_run() {
    let folder = Folder::new("platform-limits");
    let scaled = |name: &str, max: u32| {
        let fixed = pool(name, "");
        assert!(fixed.contains("replicas: "), "{fixed}");
        let line = fixed.lines().find(|line| line.contains("replicas: "));
        let autoscaling = format!("  autoscaling: {{min: 0, max: {max}}}");
        fixed.replace(line.unwrap(), &autoscaling)
    };
    let (a, b) = (scaled("a", 4), scaled("b", 6));
    let facts = facts("one");
    let autoscaler = |limits: &str| {
        format!(
            "apiVersion: autoscaling.openshift.io/v1\nkind: ClusterAutoscaler\nmetadata:\n  name: default\nspec:\n  scaleDown:\n    enabled: true\n{limits}"
        )
    };
    let chain = |first: &str, second: &str, limits: &str| {
        let resources = format!("{facts}---\n{}", autoscaler(limits));
        let once = transformer(&folder, first, &resources);
        let twice = transformer(&folder, second, &format!("{once}---\n{facts}"));
        the("ClusterAutoscaler", &objects(&twice)).clone()
    };
    let together = [a.as_str(), &b, &facts, &autoscaler("")].join("---\n");
    let together = Run::new::<&str>(&[]).stdin(together).out;
    let together = the("ClusterAutoscaler", &objects(&together)).clone();
    let limits = &together["spec"]["resourceLimits"]["gpus"];
    assert_eq!(limits[0]["max"].as_u64(), Some(10), "{together:?}");
    assert_eq!(chain(&a, &b, ""), together);
    assert_eq!(chain(&b, &a, ""), together);
    let type_ = limits[0]["type"].as_str().unwrap();
    let by_hand =
        format!("  resourceLimits:\n    gpus:\n    - type: {type_}\n      min: 0\n      max: 5\n");
    let kept = chain(&a, &b, &by_hand);
    assert_eq!(
        kept["spec"]["resourceLimits"]["gpus"][0]["max"].as_u64(),
        Some(5)
    );
}

/// What a GpuPlatform made in a run before is completed, never replaced by what is implied.
#[test]
fn a_platform_that_is_a_transformer_before_the_pools_stays_as_it_is_and_gets_their_taints() {
    let folder = Folder::new("platform-before");
    let platform = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: p}\nspec: {operators: {nvidia-gpu: {channel: v25.10}}}\n";
    let facts = facts("one");
    let once = transformer(&folder, platform, &facts);
    let taints = "  taints: [{key: team-a, effect: NoExecute}]\n";
    let out = transformer(&folder, &pool("a", taints), &format!("{once}---\n{facts}"));
    assert!(out.contains("channel: v25.10"), "{out}");
    assert!(!out.contains("GpuPlatform/implied"), "{out}");
    assert_eq!(tolerated(&objects(&out)), ["nvidia.com/gpu", "team-a"]);
    let again = transformer(&folder, &pool("a", taints), &format!("{out}---\n{facts}"));
    assert_eq!(again, out);
    // the other order
    let once = transformer(&folder, &pool("a", taints), &facts);
    let out = transformer(&folder, platform, &format!("{once}---\n{facts}"));
    assert_eq!(out.matches("kind: Subscription\n").count(), 2, "{out}");
    assert!(
        out.contains("channel: v25.10") && !out.contains("implied"),
        "{out}"
    );
    assert_eq!(tolerated(&objects(&out)), ["nvidia.com/gpu", "team-a"]);
}

#[test]
fn a_platform_that_names_no_cluster_is_for_all_that_no_other_names() {
    let clusters = [
        facts("one"),
        facts("two"),
        pool("a", "  facts: one\n"),
        pool("b", "  facts: two\n"),
    ];
    let clusters = clusters.join("---\n");
    let platform = |name: &str, spec: &str| {
        format!(
            "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {{name: {name}}}\nspec: {spec}\n"
        )
    };
    let none = platform("none", "{operators: {}}");
    let pipe = |text: String| Run::new::<&str>(&[]).stdin(text);
    let out = pipe(clusters.clone() + &none).clean();
    assert_eq!(out.matches("\nkind: ").count(), 2, "two sets: {out}");
    let one = platform("one", "{facts: one, operators: {nfd: {}}}");
    let out = pipe(clusters.clone() + &none + &one).clean();
    assert_eq!(out.matches("kind: Subscription\n").count(), 1, "{out}");
    let err = pipe(clusters + &none + &platform("also", "{}")).failed();
    assert!(err.contains("error[second-platform]"), "{err}");
}

/// A platform without a name of facts is also for a pool that brings its own.
#[test]
fn a_pool_with_its_own_facts_meets_a_platform_that_names_none() {
    let text = facts("one");
    let own = text
        .split("spec:\n")
        .nth(1)
        .unwrap()
        .replace("\n  ", "\n    ");
    let pool = pool("a", &format!("  facts:\n    {}\n", own.trim()));
    let none = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: none}\nspec: {operators: {}}\n";
    let out = Run::new::<&str>(&[])
        .stdin(format!("{pool}---\n{none}"))
        .clean();
    assert!(!out.contains("Subscription"), "{out}");
}

/// A GpuPlatform that cannot be read is somebody's word all the same.
#[test]
fn a_platform_with_a_mistake_implies_nothing() {
    let wrong = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: p}\nspec: {operatrs: {}}\n";
    let input = [facts("one"), pool("a", ""), wrong.to_owned()].join("---\n");
    let err = Run::new::<&str>(&[]).stdin(input).failed();
    assert!(
        err.contains("error[unknown-field]") && !err.contains("implied"),
        "{err}"
    );
}
/// Two clusters: their facts, a platform and a pool for each.
fn two_clusters(folder: Folder) -> Folder {
    let mut input = String::new();
    let mut folder = folder;
    for (name, infra, zone) in [
        ("frankfurt", "prod-eu-7hk2x", "eu-central-1a"),
        ("sydney", "apac-9qv4d", "ap-southeast-2a"),
    ] {
        let mut facts = String::new();
        for entry in fs::read_dir(testdata::cluster(name)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                facts.push_str(&fs::read_to_string(path).unwrap());
                facts.push_str("---\n");
            } else {
                for entry in fs::read_dir(path).unwrap() {
                    facts.push_str(&fs::read_to_string(entry.unwrap().path()).unwrap());
                    facts.push_str("---\n");
                }
            }
        }
        folder = folder.file(format!("{name}.yaml"), facts);
        write!(input, "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {{name: {name}}}\nspec: {{facts: {infra}, instanceType: g6.4xlarge, zones: [{zone}], replicas: 1}}\n---\n").unwrap();
    }
    folder.file("gpu.yaml", input)
}

const LIVE_NFD: &str = "apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: nfd, namespace: openshift-nfd, uid: a}
spec: {name: nfd, channel: stable}
---
apiVersion: nfd.openshift.io/v1
kind: NodeFeatureDiscovery
metadata: {name: nfd-instance, namespace: openshift-nfd, uid: b}
spec: {}
";

fn append(folder: &Folder, file: &str, text: &str) {
    let path = folder.0.join(file);
    let known = fs::read_to_string(&path).unwrap_or_default();
    fs::write(path, known + text).unwrap();
}

#[test]
fn what_one_cluster_runs_does_not_count_for_another() {
    let folder = two_clusters(Folder::new("platform-two"));
    let files = ["render", "gpu.yaml", "frankfurt.yaml", "sydney.yaml"];
    let nothing = folder.run(&files);
    assert_eq!(nothing.code, Some(0), "{}", nothing.err);
    assert!(nothing.out.contains("kind: NodeFeatureDiscovery"));
    // in one output they cannot be told apart
    append(&folder, "frankfurt.yaml", LIVE_NFD);
    let one = folder.run(&files);
    assert_eq!(one.code, Some(1), "{}", one.err);
    assert!(one.err.contains("error[platforms-differ]: `nfd` is made for one cluster of the output, and another has it"), "{}", one.err);
    // each for itself they can
    let fleet = folder.run(&[
        "render",
        "--per-cluster",
        "-o",
        "o",
        "gpu.yaml",
        "frankfurt.yaml",
        "sydney.yaml",
    ]);
    assert_eq!(fleet.code, Some(0), "{}", fleet.err);
    let has = |cluster: &str| {
        let files = fs::read_dir(folder.0.join("o").join(cluster)).unwrap();
        let mut names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.any(|name| name.starts_with("nodefeaturediscovery"))
    };
    let folders: Vec<String> = fs::read_dir(folder.0.join("o"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let of = |part: &str| {
        folders
            .iter()
            .find(|name| name.contains(part))
            .unwrap_or_else(|| panic!("{folders:?}"))
    };
    assert!(!has(of("eu")) && has(of("apac")), "{folders:?}");
    assert!(!fleet.err.contains("cluster-not-shown"), "{}", fleet.err);
}

#[test]
fn what_nobody_can_attribute_counts_for_every_cluster_and_is_said() {
    let folder = two_clusters(Folder::new("platform-whose"));
    // what is none of our business is not worth a word
    append(
        &folder,
        "dump.yaml",
        &LIVE_NFD
            .split("---\n")
            .next()
            .unwrap()
            .replace("nfd", "acm"),
    );
    let files = [
        "render",
        "gpu.yaml",
        "frankfurt.yaml",
        "sydney.yaml",
        "dump.yaml",
    ];
    let answer = folder.run(&files);
    assert!(!answer.err.contains("cluster-not-shown"), "{}", answer.err);
    append(&folder, "dump.yaml", &format!("---\n{LIVE_NFD}"));
    let answer = folder.run(&[
        "render",
        "gpu.yaml",
        "frankfurt.yaml",
        "sydney.yaml",
        "dump.yaml",
    ]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(!answer.out.contains("kind: NodeFeatureDiscovery"));
    let expected = "warning[cluster-not-shown]: Subscription `nfd` and 1 more do not say which cluster they are of, and count for all";
    assert!(answer.err.contains(expected), "{}", answer.err);
    // with one cluster there is nothing to say
    append(&folder, "eu.yaml", "");
    let one = fs::read_to_string(folder.0.join("gpu.yaml")).unwrap();
    let one = one.split("---\n").next().unwrap();
    fs::write(folder.0.join("eu.yaml"), one).unwrap();
    let answer = folder.run(&["render", "eu.yaml", "frankfurt.yaml", "dump.yaml"]);
    assert!(!answer.err.contains("cluster-not-shown"), "{}", answer.err);
    assert!(
        answer.err.contains("info[operator-installed]"),
        "{}",
        answer.err
    );
}

/// Two clusters whose pools need different things of one object of the input: it gets what both need, once.
#[test]
fn an_object_of_the_input_is_completed_once_for_all_clusters() {
    let folder = two_clusters(Folder::new("platform-union"));
    let pools = fs::read_to_string(folder.0.join("gpu.yaml")).unwrap();
    let pools = pools.replacen(
        "replicas: 1}",
        "replicas: 1, taints: [{key: team, value: a, effect: NoSchedule}]}",
        1,
    );
    let policy = "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: ours}\nspec:\n  daemonsets:\n    updateStrategy: OnDelete # kept\n";
    let pools = format!("{pools}---\n{policy}").replace(
        "zones: [ap-southeast-2a], replicas: 1",
        "zones: [ap-southeast-2a], replicas: 1, taints: [{key: other, effect: NoSchedule}]",
    );
    let folder = folder.file("gpu.yaml", pools);
    let answer = folder.run(&["render", "gpu.yaml", "frankfurt.yaml", "sydney.yaml"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert_eq!(
        answer.out.matches("tolerations:").count(),
        1,
        "{}",
        answer.out
    );
    for key in ["key: nvidia.com/gpu", "key: team", "key: other"] {
        let policy = answer
            .out
            .split("---\n")
            .find(|text| text.contains("OnDelete # kept"))
            .unwrap();
        assert_eq!(policy.matches(key).count(), 1, "{policy}");
    }
}

/// What goes with a pool, and what stays: ours is made anew, the user's own lines stay the user's.
#[test]
fn a_pool_that_goes_takes_its_tolerations_from_ours_alone() {
    let platform = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: p}\nspec:\n  operators:\n    nfd: {}\n    \
                    nvidia-gpu: {tolerations: [{key: by-hand, operator: Exists}]}\n";
    let (a, b) = (
        pool("a", "  taints: [{key: team-a, effect: NoExecute}]\n"),
        pool("b", "  taints: [{key: team-b, effect: NoSchedule}]\n"),
    );
    let folder = Folder::new("platform-gone")
        .file("facts.yaml", facts("one"))
        .file("platform.yaml", platform)
        .file("a.yaml", a)
        .file("b.yaml", b);
    let all = ["render", "facts.yaml", "platform.yaml", "a.yaml", "b.yaml"];
    let both = folder.run(&all).clean();
    let keys = ["nvidia.com/gpu", "team-a", "team-b", "by-hand"];
    assert_eq!(tolerated(&objects(&both)), keys);
    // what a GitOps folder still holds of the pool that went: its objects are deleted with it
    let kept: Vec<&str> = both
        .split("---\n")
        .filter(|one| !one.contains("from: GpuMachineSet/a\n"))
        .collect();
    let folder = folder.file("out.yaml", kept.join("---\n"));
    let left = folder.run(&[
        "render",
        "facts.yaml",
        "platform.yaml",
        "b.yaml",
        "out.yaml",
    ]);
    let left = left.clean();
    assert_eq!(
        tolerated(&objects(&left)),
        ["nvidia.com/gpu", "team-b", "by-hand"]
    );
    let nfd = the("NodeFeatureDiscovery", &objects(&left))["spec"]["operand"].clone();
    assert_eq!(nfd["workerTolerations"], Value::Null, "{left}");

    // a ClusterPolicy of the user's is completed once, and then it is the user's: nothing is taken away
    let policy = "# ours\napiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: gpu-cluster-policy}\nspec:\n  daemonsets:\n    \
                  tolerations:\n    - {key: team-a, operator: Exists}\n    - {key: nvidia.com/gpu, operator: Exists}\n";
    let folder = folder.file("policy.yaml", policy);
    let with = |pools: &[&str]| {
        let paths = ["render", "facts.yaml", "platform.yaml", "policy.yaml"];
        let answer = folder.run(&[&paths, pools].concat());
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        answer.out
    };
    let completed = with(&["a.yaml", "b.yaml"]);
    assert_eq!(
        tolerated(&objects(&completed)),
        ["team-a", "nvidia.com/gpu", "team-b"]
    );
    let alone = with(&["b.yaml"]);
    assert_eq!(
        tolerated(&objects(&alone)),
        ["team-a", "nvidia.com/gpu", "team-b"]
    );
}

/// The whole difference between what somebody wrote and what leaves: these lines were put in, and no other changed.
#[test]
fn what_somebody_wrote_gets_these_lines_and_no_others() {
    let case = testdata::root().join("render/platform/completed");
    let read = |file: &str| fs::read_to_string(case.join(file)).unwrap();
    let (input, out) = (read("input.yaml"), read("expected.yaml"));
    let (written, _) = input
        .split_once("---\napiVersion: gpu-machineset.dev")
        .unwrap();
    let mut rest = out.lines();
    let mut added = Vec::new();
    for line in written.lines() {
        let between = rest.by_ref().take_while(|one| *one != line);
        added.extend(between.map(str::trim));
    }
    let expected = "labels: openshift.io/cluster-monitoring: \"true\" \
                    - key: example.com/training operator: Exists effect: NoExecute \
                    - key: example.com/training operator: Exists effect: NoExecute \
                    config: name: device-plugin-config default: exclusive \
                    gpus: - type: nvidia-l4 min: 0 max: 16";
    assert_eq!(added.join(" "), expected);
    for kind in [
        "Subscription",
        "OperatorGroup",
        "ClusterPolicy",
        "NodeFeatureDiscovery",
    ] {
        let count = |text: &str| text.matches(&format!("kind: {kind}\n")).count();
        assert_eq!(count(&out), count(&input), "no second {kind}");
    }
}

/// Rendered, with nothing to say but what is implied.
fn informed(answer: Answer) -> String {
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let starts = answer.err.starts_with("info[implied-platform]");
    let alone = answer.err.ends_with("\n1 info\n");
    assert!(starts && alone, "{}", answer.err);
    answer.out
}

/// Files, a pipe, a plugin, a fleet and Argo CD's way: the same operators come with the pools.
#[test]
fn what_is_implied_is_the_same_in_every_way_in() {
    let folder = Folder::new("platform-ways")
        .file("gpu.yaml", pool("a", ""))
        .file("facts/one.yaml", facts("one"));
    let rendered = informed(folder.run(&["render", "gpu.yaml", "facts"]));
    let made = rendered.matches("from: GpuPlatform/implied").count();
    assert_eq!(made, 8, "{rendered}");
    let stdin = [pool("a", ""), facts("one")].join("---\n");
    let piped = informed(Run::new::<&str>(&[]).stdin(&stdin));
    assert_eq!(piped, rendered, "pipe");
    let argocd = Run::new(&["argocd", "generate"]).within(&folder.0);
    assert_eq!(informed(argocd.stdin("")), rendered, "argocd generate");
    let plugin = transformer(&folder, &pool("a", ""), &facts("one"));
    assert_eq!(plugin, rendered, "plugin");
    let fleet = [
        "render",
        "gpu.yaml",
        "--facts",
        "facts",
        "--per-cluster",
        "-o",
        "out",
    ];
    assert_eq!(informed(folder.run(&fleet)), "out/one\n");
    let files = fs::read_dir(folder.0.join("out/one")).unwrap();
    let yaml = files.filter(|one| one.as_ref().unwrap().path().extension().is_some());
    assert_eq!(yaml.count(), 9);
    let plan = informed(folder.run(&["plan", "gpu.yaml", "facts"]));
    assert!(plan.contains("gpu-operator-certified  v26.3"), "{plan}");
}

/// kustomize drops the placeholder, kpt keeps one that is marked: either way the second run changes nothing.
#[test]
fn what_is_implied_stays_as_it_is_in_a_resource_list() {
    let list = |text: &str| {
        let item = |one: &str| format!("- {}\n", one.trim_end().replace('\n', "\n  "));
        let items: String = text.split("---\n").map(item).collect();
        format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}")
    };
    let stdin = [pool("a", ""), facts("one")].join("---\n");
    let pipe = |text: &str| Run::new::<&str>(&[]).stdin(text);
    let rendered = informed(pipe(&stdin));
    let once = informed(pipe(&list(&stdin)));
    let items = objects(&once)[0]["items"].as_array().unwrap().clone();
    for object in objects(&rendered) {
        assert!(items.contains(&object), "as an item: {object}");
    }
    let twice = pipe(&once).clean();
    let before_results = |text: &str| text.split("results:").next().unwrap().to_owned();
    assert_eq!(before_results(&twice), before_results(&once));
    let local = "metadata: {name: a, annotations: {config.kubernetes.io/local-config: \"true\"}}";
    let marked = stdin.replace("metadata: {name: a}", local);
    let package = informed(pipe(&list(&marked)));
    assert!(package.contains("kind: GpuMachineSet\n"), "{package}");
    assert_eq!(informed(pipe(&package)), package);
}
