//! A platform with the user's own objects, through the program.

use std::fs;
use std::path::Path;

use crate::support::Folder;

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
    // and without any platform nobody can say what is stale
    let facts = INPUT.split("---\n").next().unwrap();
    let folder = folder.file("gpu.yaml", facts);
    assert_eq!(stale(&folder), [""; 0]);
}

/// The ConfigMap of the device plugin goes with the last pool that shares its GPUs.
#[test]
fn a_sharing_config_that_no_pool_names_is_reported() {
    let worker = "testdata/clusters/qt67m/machinesets/cluster-qt67m-xmnfl-worker-us-east-2b.yaml";
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
