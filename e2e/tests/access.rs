//! Who may use which pool, on a real kube-apiserver: it takes every object of every version strictly, and the emitted
//! policies refuse and let pass what they are meant to.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use gpu_machineset_e2e::{
    ApiServer, Out, Run, bin, documents, kueue, kueue_v1beta2, object_id, root, shared,
};
use serde_json::Value;

use crate::apiserver::assert_accepted;
use crate::inputs::raw_facts;

const POOLS: &str = "---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: l4}
spec:
  instanceType: g6.4xlarge
  nameTemplate: \"{name}-{zone}\"
  autoscaling: {min: 0, max: 4}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: h100}
spec:
  instanceType: p5.48xlarge
  nameTemplate: \"{name}-{zone}\"
  replicas: 2
  taints: [{key: nvidia.com/gpu, value: h100, effect: NoSchedule}]
";

const TEAMS: &str = "  teams:
    fraud: {namespaces: [fraud-dev, fraud-prod], gpus: {h100: 6, l4: 2}}
    vision: {namespaces: [vision], gpus: {h100: 4}}
  pools: {l4: {access: everyone}}
  images:
    pytorch: {image: \"registry.example.com/pytorch:2026.1\", title: PyTorch, software: {CUDA: \"12.8\"}}
";

/// What a GpuAccess makes, without the pools.
fn render(operators: &str, spec: &str, more: &str) -> String {
    let input = format!(
        "{}{POOLS}---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {{name: gpu}}\nspec: {{operators: {operators}}}\n---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuAccess\nmetadata: {{name: gpus}}\nspec:\n{spec}{more}",
        raw_facts()
    );
    let out = Run::new(bin()).args(["render", "-"]).stdin(input).out();
    let stream = out.succeeded().stdout.clone();
    let own = |text: &&str| text.contains("gpu-machineset.dev/from: GpuAccess/gpus");
    let own: Vec<&str> = stream.trim_end().split("\n---\n").filter(own).collect();
    own.join("\n---\n")
}

fn kinds(stream: &str) -> Vec<&str> {
    let kinds = stream
        .lines()
        .filter_map(|line| line.strip_prefix("kind: "));
    let mut kinds: Vec<&str> = kinds.collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

const SHOW_HARDWARE: &str = "---
apiVersion: opendatahub.io/v1alpha
kind: OdhDashboardConfig
metadata: {name: odh-dashboard-config, namespace: redhat-ods-applications}
spec: {dashboardConfig: {disableHardwareProfiles: false}}
";

#[test]
fn profiles_and_quotas_of_every_openshift_ai_are_accepted() {
    for (channel, crd, more, kind) in [
        ("stable-2.22", "accprof", "", "AcceleratorProfile"),
        ("stable-2.25", "accprof", "", "AcceleratorProfile"),
        ("stable-2.25", "hwp-2.25", SHOW_HARDWARE, "HardwareProfile"),
        ("stable-3.3", "hwp-3.0", "", "HardwareProfile"),
        ("stable-3.4", "hwp-3.0", "", "HardwareProfile"),
    ] {
        let server = ApiServer::start();
        server.apply_crds(&["clusterresourcequotas", "imagestreams-as-crd", crd]);
        let operators = format!("{{openshift-ai: {{provided: true, channel: {channel}}}}}");
        let stream = render(&operators, TEAMS, more);
        let expected = [
            "ClusterResourceQuota",
            "ImageStream",
            kind,
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
        ];
        let found = kinds(&stream);
        assert!(
            expected.iter().all(|kind| found.contains(kind)),
            "{channel} {found:?}"
        );
        assert_accepted(&server, &stream);
    }
}

#[test]
fn queues_of_every_kueue_are_accepted() {
    for (channel, version, dashboard) in [
        ("stable-v1.0", "1.0", "odhdashboardconfigs-3.0"),
        ("stable-v1.1", "1.0", "odhdashboardconfigs-3.0"),
        ("stable-v1.2", "1.2", "odhdashboardconfigs-3.0"),
        ("stable-v1.3", "1.3", "odhdashboardconfigs-3.4"),
        ("stable-v1.4", "1.4", "odhdashboardconfigs-3.4"),
    ] {
        let server = ApiServer::start();
        let of = ["resourceflavors", "clusterqueues", "localqueues"];
        let names: Vec<String> = of.iter().map(|kind| format!("{kind}-{version}")).collect();
        let mut crds: Vec<&str> = names.iter().map(String::as_str).collect();
        crds.extend([dashboard, "hwp-3.0", "imagestreams-as-crd"]);
        server.apply_crds(&crds);
        let operators = format!(
            "{{kueue: {{provided: true, channel: {channel}}}, openshift-ai: {{provided: true, channel: stable-3.x}}}}"
        );
        let spec = format!(
            "  mode: queue\n  borrowing: idle\n  cpu: {{cores: 16, memory: 64Gi}}\n{TEAMS}"
        );
        let stream = render(&operators, &spec, "");
        let found = kinds(&stream);
        for kind in [
            "ClusterQueue",
            "HardwareProfile",
            "LocalQueue",
            "OdhDashboardConfig",
            "ResourceFlavor",
        ] {
            assert!(found.contains(&kind), "{found:?}");
        }
        assert_accepted(&server, &stream);
    }
}

/// Inputs of the reference outputs lack what only a cluster knows.
fn reference_facts(openshift: &str, zone: &str, operators: &str) -> String {
    format!(
        "---
apiVersion: gpu-machineset.dev/v1alpha1
kind: ClusterFacts
metadata: {{name: c}}
spec: {{infrastructureName: c-7qz4d, platform: AWS, region: {}, openshiftVersion: {openshift}, installedVersion: 4.14.3, architecture: amd64, ami: ami-0551cfffb0c3f0e45, zones: [{zone}]}}
{operators}",
        &zone[..zone.len() - 1]
    )
}

/// The input of a reference output, with what only its cluster knows.
fn reference_input(case: &str, expected: &str, input: &str) -> String {
    let platform = |operators: &str| {
        format!(
            "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {{name: gpu}}\nspec: {{operators: {operators}}}\n"
        )
    };
    let of_225 = platform("{openshift-ai: {provided: true, channel: stable-2.25}}");
    let of_418 = |more: &str| reference_facts("4.18.5", "us-east-1a", more);
    let facts = match (case, expected) {
        ("quota-only", _) => of_418(&platform("{}")),
        (_, "expected-hardware-profiles") => of_418(&format!("{of_225}{SHOW_HARDWARE}")),
        ("rhoai225-accelerators", _) => of_418(&of_225),
        _ => reference_facts("4.20.8", "us-east-2a", ""),
    };
    let input = format!("{input}{facts}");
    if expected != "expected-kueue-1.4-borrowing" {
        return input;
    }
    let input = input.replace("stable-v1.2", "stable-v1.4");
    let input = input.replace("mode: queue", "mode: queue\n  borrowing: idle");
    input.replace("{l4: 2}", "{l4: 1}")
}

fn by_name(objects: impl IntoIterator<Item = Value>) -> BTreeMap<String, Value> {
    let named = objects.into_iter().map(|one| (object_id(&one), one));
    named.collect()
}

/// Objects that a real API server took, which were written from the sources of OpenShift AI and Kueue before there was a
/// GpuAccess.
#[test]
fn reference_outputs_are_what_a_gpu_access_makes() {
    for (case, expected) in [
        ("quota-only", "expected"),
        ("rhoai225-accelerators", "expected"),
        ("rhoai225-accelerators", "expected-hardware-profiles"),
        ("rhoai3-queue", "expected"),
        ("rhoai3-queue", "expected-kueue-1.4-borrowing"),
    ] {
        let folder = shared(&format!("reference/access/{case}"));
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let input = reference_input(case, expected, &read("input.yaml"));
        let out = Run::new(bin()).args(["render", "-"]).stdin(input).out();
        let is_ours = |one: &Value| {
            let from = &one["metadata"]["annotations"]["gpu-machineset.dev/from"];
            from == "GpuAccess/gpus"
        };
        let made = documents(&out.succeeded().stdout).unwrap();
        let made = by_name(made.into_iter().filter(is_ours));
        let wanted = by_name(documents(&read(&format!("{expected}.yaml"))).unwrap());
        assert_eq!(made, wanted, "{case}/{expected}");
    }
}

/// What the webhooks of Kueue refuse of each object.
fn refused_by(kueue: &Path, objects: &[&Value]) -> Vec<Vec<String>> {
    let out = Run::new(kueue)
        .stdin(serde_json::to_string(objects).unwrap())
        .out();
    serde_json::from_str(&out.succeeded().stdout).unwrap()
}

#[test]
fn the_validation_of_kueues_own_webhooks_takes_queues_and_flavors() {
    for (version, kueue, least) in [("v1beta1", kueue(), 20), ("v1beta2", kueue_v1beta2(), 10)] {
        let seen = taken_by_kueue(version, &kueue);
        assert!(seen >= least, "{version}: {seen} objects");
    }
}

fn taken_by_kueue(version: &str, kueue: &Path) -> usize {
    let cases = fs::read_dir(root().join("testdata/render/access")).unwrap();
    let version = format!("kueue.x-k8s.io/{version}");
    let mut seen = 0;
    for case in cases {
        let file = case.unwrap().path().join("expected.yaml");
        let objects = documents(&fs::read_to_string(&file).unwrap()).unwrap();
        let is_kueue = |one: &&Value| one["apiVersion"] == version.as_str();
        let of_kueue: Vec<&Value> = objects.iter().filter(is_kueue).collect();
        if of_kueue.is_empty() {
            continue;
        }
        seen += of_kueue.len();
        let refused = refused_by(kueue, &of_kueue);
        assert_eq!(refused.concat(), Vec::<String>::new(), "{}", file.display());
        // and it does look: what our own check calls `queue-two-groups`
        let mut queues = of_kueue.iter().filter(|one| one["kind"] == "ClusterQueue");
        let mut twice = Value::clone(queues.next().unwrap());
        let group = twice["spec"]["resourceGroups"][0].clone();
        let groups = twice["spec"]["resourceGroups"].as_array_mut().unwrap();
        groups.push(group);
        let said = refused_by(kueue, &[&twice]).concat().join("\n");
        assert!(
            said.contains("Duplicate value: \"nvidia.com/gpu\""),
            "{said}"
        );
    }
    seen
}

/// A pod that asks for a GPU, or for none, with tolerations and more of its spec.
fn pod(name: &str, namespace: &str, is_gpu: bool, tolerations: &str, more: &str) -> String {
    let limits = if is_gpu {
        "{nvidia.com/gpu: 1}"
    } else {
        "{cpu: 1}"
    };
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  {more}\n  tolerations: [{tolerations}]\n  containers:\n  - {{name: main, image: registry.example.com/a, resources: {{limits: {limits}}}}}\n"
    )
}

fn try_out(server: &ApiServer, pod: &str) -> Out {
    let create = ["create", "--dry-run=server", "-f", "-"];
    server.kubectl(create).stdin(pod).out()
}

/// A server with the policies in force; in namespace `other` a pod that tolerated the pool before them, and one that
/// tolerates nothing.
fn guarded(spec: &str) -> ApiServer {
    let server = ApiServer::start();
    server.apply_crds(&["clusterresourcequotas"]);
    for namespace in [
        "fraud-dev",
        "fraud-prod",
        "vision",
        "other",
        "nvidia-gpu-operator",
        "openshift-test",
    ] {
        server.create_namespace(namespace);
    }
    let h100 = "{key: nvidia.com/gpu, value: h100, effect: NoSchedule}";
    server.create(&pod("old", "other", true, h100, "")).ok();
    server.create(&pod("bare", "other", true, "", "")).ok();
    let stream = render("{}", spec, "");
    let policies = stream
        .split("\n---\n")
        .filter(|text| text.contains("kind: ValidatingAdmissionPolicy"));
    let policies: Vec<&str> = policies.collect();
    server.apply(&policies.join("\n---\n")).ok();
    // a policy takes a moment
    for _ in 0..120 {
        let out = try_out(&server, &pod("probe", "other", true, h100, ""));
        if out.stderr.contains("may not use the GPU pool h100") {
            return server;
        }
        thread::sleep(Duration::from_millis(250));
    }
    panic!("the policy never came into force");
}

const GUARDED: &str = "  teams:
    fraud: {namespaces: [fraud-dev, fraud-prod], gpus: {h100: 6}}
    vision: {namespaces: [vision], gpus: {h100: 4}}
";

const H100: &str = "{key: nvidia.com/gpu, value: h100, effect: NoSchedule}";
const ANY_EFFECT: &str = "{key: nvidia.com/gpu, operator: Equal, value: h100}";
const EXISTS: &str = "{key: nvidia.com/gpu, operator: Exists}";
const ALL: &str = "{operator: Exists}";
const OTHER_EFFECT: &str = "{key: nvidia.com/gpu, value: h100, effect: NoExecute}";
const L4: &str = "{key: nvidia.com/gpu, value: \"true\", effect: NoSchedule}";
const OTHER_KEY: &str = "{key: team, operator: Exists}";
const PLACED: &str = "nodeName: gpu-0";
const INIT: &str =
    "initContainers: [{name: first, image: a, resources: {limits: {nvidia.com/mig-1g.10gb: 1}}}]";
const CLAIMS: &str = "resourceClaims: [{name: gpu, resourceClaimName: gpu}]";
const TWO: &str = "{key: nvidia.com/gpu, value: \"true\", effect: NoSchedule}, {key: nvidia.com/gpu, value: h100, effect: NoSchedule}";
const PASS: bool = true;
const REFUSE: bool = false;

/// Namespace, whether the pod asks for a GPU, its tolerations, more of its spec, whether it passes.
const CASES: &[(&str, bool, &str, &str, bool)] = &[
    ("other", true, H100, "", REFUSE),
    ("other", true, ANY_EFFECT, "", REFUSE),
    ("other", false, H100, "", REFUSE),
    ("other", true, EXISTS, "", REFUSE),
    ("other", true, ALL, "", REFUSE),
    (
        "other",
        true,
        "{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}",
        "",
        REFUSE,
    ),
    (
        "other",
        true,
        "{operator: Exists, effect: NoSchedule}",
        "",
        REFUSE,
    ),
    ("other", false, EXISTS, INIT, REFUSE),
    ("other", false, ALL, CLAIMS, REFUSE),
    ("other", true, L4, PLACED, REFUSE),
    ("other", true, "", PLACED, REFUSE),
    ("default", true, H100, "", REFUSE),
    ("other", true, TWO, "", REFUSE),
    ("other", true, L4, "", PASS),
    ("other", true, "", "", PASS),
    ("other", false, "", "", PASS),
    ("other", false, EXISTS, "", PASS),
    ("other", false, ALL, "", PASS),
    ("other", false, "", PLACED, PASS),
    ("other", true, OTHER_EFFECT, "", PASS),
    ("other", true, OTHER_KEY, "", PASS),
    (
        "other",
        true,
        "{operator: Exists, effect: NoExecute}",
        "",
        PASS,
    ),
    ("fraud-dev", true, H100, "", PASS),
    ("fraud-prod", true, EXISTS, "", PASS),
    ("vision", true, ALL, "", PASS),
    ("vision", true, H100, PLACED, PASS),
    ("nvidia-gpu-operator", true, ALL, PLACED, PASS),
    ("openshift-test", true, ALL, "", PASS),
    ("kube-system", true, H100, PLACED, PASS),
];

#[test]
fn pods_of_others_are_kept_off_the_pools_of_teams() {
    let server = guarded(GUARDED);
    let mut wrong = String::new();
    for (index, (namespace, is_gpu, tolerations, more, passes)) in CASES.iter().enumerate() {
        let out = try_out(&server, &pod("p", namespace, *is_gpu, tolerations, more));
        let refused = out.stderr.contains("gpu-pool-h100");
        if refused == *passes || (out.code == Some(0)) != *passes {
            writeln!(
                wrong,
                "{index}: {namespace} gpu={is_gpu} [{tolerations}] {more}: {out}"
            )
            .expect("a String takes all");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn old_pods_stay_editable_and_get_no_new_toleration() {
    let server = guarded(GUARDED);
    let patch = |name: &str, patch: &str| {
        let args = [
            "patch", "pod", name, "-n", "other", "--type", "json", "-p", patch,
        ];
        server.kubectl(args).out()
    };
    let label = r#"[{"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}]"#;
    patch("old", label).succeeded();
    patch("bare", label).succeeded();
    let finalizer =
        r#"[{"op": "add", "path": "/metadata/finalizers", "value": ["example.com/a"]}]"#;
    patch("old", finalizer).succeeded();
    patch(
        "old",
        r#"[{"op": "remove", "path": "/metadata/finalizers"}]"#,
    )
    .succeeded();
    let add = r#"[{"op": "add", "path": "/spec/tolerations/-", "value": {"key": "nvidia.com/gpu", "operator": "Equal", "value": "h100", "effect": "NoSchedule"}}]"#;
    patch("bare", add)
        .ended_with(1)
        .complains("may not use the GPU pool h100");
    let any = r#"[{"op": "add", "path": "/spec/tolerations/-", "value": {"operator": "Exists"}}]"#;
    patch("bare", any)
        .ended_with(1)
        .complains("or by operator Exists");
    let harmless = r#"[{"op": "add", "path": "/spec/tolerations/-", "value": {"key": "team", "operator": "Exists"}}]"#;
    patch("bare", harmless).succeeded();
}

#[test]
fn warnings_let_pods_pass() {
    let server = guarded(&format!("  enforcement: warn\n{GUARDED}"));
    let h100 = "{key: nvidia.com/gpu, value: h100, effect: NoSchedule}";
    let out = try_out(&server, &pod("p", "other", true, h100, ""));
    out.succeeded();
    assert!(out.stderr.contains("Warning: "), "{out}");
    let out = try_out(&server, &pod("p", "vision", true, h100, ""));
    assert!(!out.succeeded().stderr.contains("Warning: "), "{out}");
}
