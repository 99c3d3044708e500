//! A platform with the user's own objects, through the program.

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
