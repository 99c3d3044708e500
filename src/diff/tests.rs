//! What counts as a difference, and what does not.

use super::*;

const RENDERED: &str = include_str!("../../testdata/replaced/seed-000/expected.yaml");

fn compared(rendered: &str, live: &str) -> Comparison {
    compare(rendered, &[Source::new("live.yaml", live)])
}

fn slugs(comparison: &Comparison) -> Vec<&str> {
    let mut slugs: Vec<&str> = comparison
        .problems
        .iter()
        .map(|problem| problem.rule.slug)
        .collect();
    slugs.sort_unstable();
    slugs
}

fn fields(comparison: &Comparison) -> Vec<String> {
    let changes = comparison.differences.iter().flat_map(|one| &one.changes);
    changes
        .map(|change| format!("{} ({})", change.field(), change.impact))
        .collect()
}

/// The rendered MachineSets alone.
fn sets() -> String {
    let source = Source::new("expected.yaml", RENDERED);
    let split = split(&source).unwrap();
    let sets = split
        .documents
        .iter()
        .filter(|one| one.kind == "MachineSet");
    let texts: Result<Vec<String>, _> = sets.map(Document::standalone).collect();
    let texts = texts.unwrap();
    assert_eq!(texts.len(), 2);
    crate::krm::join(texts)
}

/// As the API server gives it back: defaulted, with server fields, status and annotations of controllers.
fn live(text: &str) -> String {
    let metadata = "metadata:\n  uid: 3c1\n  resourceVersion: \"77\"\n  generation: 4\n  creationTimestamp: \"2026-07-01T06:12:41Z\"\n  managedFields: [{manager: kubectl}]\n  annotations:\n    machine.openshift.io/GPU: \"1\"\n    machine.openshift.io/vCPU: \"16\"\n    machine.openshift.io/memoryMb: \"65536\"\n    capacity.cluster-autoscaler.kubernetes.io/labels: kubernetes.io/arch=amd64\n    machine.openshift.io/cluster-api-autoscaler-node-group-min-size: \"0\"\n    kubectl.kubernetes.io/last-applied-configuration: \"{}\"\n";
    let text = text.replace("metadata:\n  annotations:\n", metadata);
    let text = text.replace(
        "    spec:\n      metadata:\n",
        "    spec:\n      lifecycleHooks: {}\n      metadata:\n",
    );
    let text = text.replace(
        "          apiVersion: machine.openshift.io/v1beta1\n",
        "          apiVersion: machine.openshift.io/v1beta1\n          metadata: {creationTimestamp: null}\n          capacityReservationId: \"\"\n",
    );
    assert!(
        text.contains("lifecycleHooks") && text.contains("capacityReservationId: \"\""),
        "{text}"
    );
    text.replace("\n---\n", "\nstatus: {replicas: 1}\n---\n")
}

#[test]
fn what_the_cluster_adds_is_no_difference() {
    let comparison = compared(&sets(), &live(&sets()));
    assert_eq!((fields(&comparison), comparison.compared), (Vec::new(), 2));
    assert_eq!(slugs(&comparison), Vec::<&str>::new());
    assert_eq!(text(&comparison), "");
    assert_eq!(json_patch(&comparison), "[]\n");
}

#[test]
fn a_real_change_is_that_change_only() {
    for (from, to, expected) in [
        (
            "volumeSize: 100",
            "volumeSize: 300",
            "spec.template.spec.providerSpec.value.blockDevices (new machines only, running ones stay as they are)",
        ),
        (
            "replicas: 1",
            "replicas: 4",
            "spec.replicas (starts or removes machines)",
        ),
        (
            "cluster-api/accelerator: nvidia-l4",
            "cluster-api/accelerator: nvidia-a10",
            "spec.template.spec.metadata.labels[\"cluster-api/accelerator\"] (new machines only, running ones stay as they are)",
        ),
        (
            "      machine.openshift.io/cluster-api-machineset:",
            "      team: vision\n      machine.openshift.io/cluster-api-machineset:",
            "spec.selector.matchLabels.team (refused by the API server, the field cannot change)",
        ),
        (
            "sync-options: Prune",
            "sync-options: Keep=true,Prune",
            "metadata.annotations[\"argocd.argoproj.io/sync-options\"] (harmless, no machine is touched)",
        ),
    ] {
        let live = live(&sets());
        let changed = live.replacen(from, to, 1);
        assert_ne!(changed, live, "{from}");
        assert_eq!(fields(&compared(&sets(), &changed)), [expected], "{from}");
    }
}

#[test]
fn what_is_not_there_or_no_longer_made_is_a_difference() {
    let sets = sets();
    let one = sets.split("---\n").next().unwrap();
    let comparison = compared(&sets, one);
    assert_eq!(fields(&comparison), [" (starts or removes machines)"]);
    assert!(
        text(&comparison).contains("--- /dev/null\n+++ rendered/MachineSet/"),
        "{}",
        text(&comparison)
    );
    let renamed = one.replace(
        "name: cluster-zpqdx-xxm9n-gpu",
        "name: cluster-zpqdx-xxm9n-old",
    );
    let comparison = compared(one, &format!("{one}---\n{renamed}"));
    assert_eq!(comparison.differences.len(), 1);
    assert!(text(&comparison).contains("no longer rendered"));
}

#[test]
fn kinds_that_the_dump_does_not_hold_are_not_compared() {
    let subscription = "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {name: nfd, namespace: openshift-nfd}\nspec: {name: nfd, channel: stable}\n";
    let rendered = format!("{}---\n{subscription}", sets());
    let comparison = compared(&rendered, &sets());
    assert_eq!(
        (fields(&comparison), slugs(&comparison)),
        (Vec::new(), vec!["not-compared"])
    );
    let other = subscription.replace("name: nfd", "name: other");
    let comparison = compared(&rendered, &format!("{}---\n{other}", sets()));
    assert_eq!(comparison.differences.len(), 1);
}

#[test]
fn what_admission_requires_does_not_go_without_a_word() {
    let secret = "          userDataSecret:\n            name: worker-user-data\n";
    let without = sets().replacen(secret, "", 1);
    assert_ne!(without, sets());
    assert_eq!(
        fields(&compared(&without, &sets())),
        [
            "spec.template.spec.providerSpec.value.userDataSecret (refused by the API server, the field has to be there)"
        ]
    );
    // a set that was made without it gets it with each machine
    assert_eq!(fields(&compared(&sets(), &without)), Vec::<String>::new());
    let other = sets().replacen("name: worker-user-data", "name: infra-user-data", 1);
    assert_eq!(
        fields(&compared(&other, &without)),
        [
            "spec.template.spec.providerSpec.value.userDataSecret.name (new machines only, running ones stay as they are)"
        ]
    );
}

#[test]
fn replicas_of_the_autoscaler_do_not_count() {
    let scaled = "apiVersion: autoscaling.openshift.io/v1beta1\nkind: MachineAutoscaler\nmetadata: {name: a, namespace: openshift-machine-api}\nspec:\n  minReplicas: 0\n  maxReplicas: 4\n  scaleTargetRef: {apiVersion: machine.openshift.io/v1beta1, kind: MachineSet, name: cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a}\n";
    let rendered = format!("{}---\n{scaled}", sets());
    let live = rendered.replacen("replicas: 1", "replicas: 3", 2);
    assert_eq!(
        fields(&compared(&rendered, &live)).len(),
        1,
        "only the set that is not autoscaled"
    );
    // MachineSets alone do not show whether their autoscalers are there
    let comparison = compared(&rendered, &sets());
    assert_eq!(comparison.differences.len(), 1);
    assert_eq!(slugs(&comparison), ["not-compared"]);
    // a list without them does, when it says that they are what it lists
    let empty = |kind: &str| format!("{}---\n{kind}\nitems: []\n", sets());
    let known = empty("apiVersion: autoscaling.openshift.io/v1beta1\nkind: MachineAutoscalerList");
    let comparison = compared(&rendered, &known);
    assert_eq!(
        (comparison.differences.len(), slugs(&comparison).len()),
        (1, 0)
    );
    let comparison = compared(&rendered, &empty("apiVersion: v1\nkind: List"));
    assert_eq!(slugs(&comparison), ["not-compared"]);
    let said = comparison.problems.iter().next().unwrap();
    assert!(
        said.facts[0].contains("does not say what it lists"),
        "{said:?}"
    );
}

#[test]
fn marks_of_what_made_a_set_before_are_no_difference() {
    let marks = "  annotations:\n    argocd.argoproj.io/hook: Sync\n    internal.kpt.dev/upstream-identifier: a|b|c|d\n";
    let labels = "  labels:\n    hive.openshift.io/managed: \"true\"\n    app.kubernetes.io/instance: gpu\n    argocd.argoproj.io/instance: gpu\n    kustomize.toolkit.fluxcd.io/name: gpu\n    kustomize.toolkit.fluxcd.io/namespace: flux-system\n";
    let live = sets()
        .replacen("  annotations:\n", marks, 1)
        .replacen("  labels:\n", labels, 1);
    assert_ne!(live, sets());
    assert_eq!(fields(&compared(&sets(), &live)), Vec::<String>::new());
    // users say how Flux treats it, and what an empty set's nodes will have
    for own in [
        "kustomize.toolkit.fluxcd.io/prune: disabled",
        "capacity.cluster-autoscaler.kubernetes.io/taints: a=b:NoSchedule",
    ] {
        let live = sets().replacen(
            "  annotations:\n",
            &format!("  annotations:\n    {own}\n"),
            1,
        );
        assert_eq!(fields(&compared(&sets(), &live)).len(), 1, "{own}");
    }
}

#[test]
fn patches_follow_rfc_6902() {
    let live = sets().replacen(
        "cluster-api/accelerator: nvidia-l4",
        "cluster-api/accelerator: a",
        1,
    );
    let patch: serde_json::Value =
        serde_json::from_str(&json_patch(&compared(&sets(), &live))).unwrap();
    let expected = serde_json::json!([{"op": "replace", "path": "/spec/template/spec/metadata/labels/cluster-api~1accelerator", "value": "nvidia-l4"}]);
    assert_eq!(patch[0]["patch"], expected);
}

#[test]
fn live_objects_of_a_placeholder_that_is_not_rendered_are_named() {
    let rendered = sets();
    let other = "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: openshift-kueue-operator\n  uid: a\n  annotations: {gpu-machineset.dev/from: GpuPlatform/gpu}\n";
    let comparison = compared(&rendered, &format!("{}{other}", live(&rendered)));
    assert_eq!(fields(&comparison), [""; 0]);
    assert_eq!(slugs(&comparison), ["not-rendered"]);
    let said = comparison.problems.iter().next().unwrap();
    assert_eq!(
        said.message,
        "Namespace `openshift-kueue-operator` is made from GpuPlatform/gpu, of which nothing is rendered"
    );
}

const QUEUE: &str = "apiVersion: kueue.x-k8s.io/v1beta1\nkind: LocalQueue\nmetadata:\n  annotations:\n    gpu-machineset.dev/from: GpuAccess/gpus\n  name: l4\n  namespace: fraud\nspec:\n  clusterQueue: l4-fraud\n";
const PROFILE: &str = "apiVersion: infrastructure.opendatahub.io/v1\nkind: HardwareProfile\nmetadata:\n  annotations:\n    gpu-machineset.dev/from: GpuAccess/gpus\n  name: l4\n  namespace: fraud\nspec: {}\n";

#[test]
fn what_stops_queues_and_workloads_is_said() {
    let of = |rendered: &str, live: &str| {
        let comparison = compared(rendered, live);
        slugs(&comparison)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let both = format!("{QUEUE}---\n{PROFILE}");
    assert_eq!(of(&both, &both), [""; 0]);
    let moved = both.replace("l4-fraud", "l4");
    assert_eq!(of(&moved, &both), ["queue-moved"]);
    assert_eq!(of(QUEUE, &both), ["profile-gone"]);
    // a new profile stops nothing, and neither does another title
    assert_eq!(of(&both, QUEUE), ["not-compared"]);
    assert_eq!(
        of(&both.replace("spec: {}", "spec: {a: b}"), &both),
        [""; 0]
    );
}

/// What stands in a Secret is told by nobody: neither as it is written nor as the cluster keeps it.
#[test]
fn values_of_secrets_are_hidden() {
    let secret = |data: &str| {
        format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: n}}\n{data}\n")
    };
    let rendered = secret("stringData: {same: hunter2, other: S3CR3T, new: N3W}");
    let live = secret("data: {same: aHVudGVyMg==, other: T0xE, gone: R09ORQ==}");
    let comparison = compared(&rendered, &live);
    let shown = text(&comparison) + &json_patch(&comparison);
    for value in [
        "hunter2",
        "aHVudGVyMg",
        "S3CR3T",
        "UzNDUjNU",
        "T0xE",
        "R09ORQ",
        "N3W",
        "TjNX",
    ] {
        assert!(!shown.contains(value), "{value}: {shown}");
    }
    let harmless = |key: &str| format!("data.{key} (harmless, no machine is touched)");
    let all = ["gone", "new", "other"].map(harmless);
    assert_eq!(fields(&comparison), all, "{shown}");
    assert!(shown.contains("+  other: \"*** (after)\"\n"), "{shown}");
    let alone = text(&compared(&rendered, ""));
    assert!(!alone.contains("hunter2"), "{alone}");
}

#[test]
fn an_autoscaler_of_another_name_that_scales_the_same_set_is_named() {
    let scaler = |name: &str, target: &str, max: u32| {
        format!(
            "apiVersion: autoscaling.openshift.io/v1beta1\nkind: MachineAutoscaler\nmetadata: {{name: {name}, namespace: openshift-machine-api}}\nspec:\n  minReplicas: 0\n  maxReplicas: {max}\n  scaleTargetRef: {{apiVersion: machine.openshift.io/v1beta1, kind: MachineSet, name: {target}}}\n"
        )
    };
    let said = |live: String| {
        let compared = compare(
            &scaler("gpu-l4", "gpu-l4", 2),
            &[Source::new("live.yaml", live)],
        );
        let leftovers = compared
            .problems
            .into_iter()
            .filter(|one| one.rule == &rule::LEFTOVER);
        leftovers.map(|one| one.message).collect::<Vec<_>>()
    };
    assert_eq!(
        said(scaler("l4", "gpu-l4", 2)),
        ["MachineAutoscaler `l4` scales `gpu-l4` already with the same limits"]
    );
    assert_eq!(
        said(scaler("l4", "gpu-l4", 3)),
        ["MachineAutoscaler `l4` scales `gpu-l4` already"]
    );
    assert!(said(scaler("l4", "other", 2)).is_empty());
    assert!(said(scaler("gpu-l4", "gpu-l4", 3)).is_empty());
}
