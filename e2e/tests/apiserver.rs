//! A real kube-apiserver with OpenShift's CRDs takes what we emit, and sees no change when it is applied again.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use gpu_machineset_e2e::{ApiServer, Project, Run, bin, documents, object_id, root};
use serde_json::{Value, json};

use crate::inputs::{MACHINE_SETS, POOL, raw_facts};

/// The CRDs of what we emit.
const CRDS: &[&str] = &["machinesets", "machineautoscalers", "clusterautoscalers"];

fn server() -> ApiServer {
    let server = ApiServer::start();
    server.apply_crds(CRDS);
    server
}

/// The documents of a stream of ours that a cluster would get, as text: a line `---` never stands inside one.
/// Namespaces come first and apart, since they stay: no controller here would finish their deletion.
fn split(stream: &str) -> (Vec<String>, Vec<String>) {
    let texts = stream.split("\n---\n").map(str::to_owned);
    let parsed = texts.map(|text| (documents(&text), text));
    let (mut namespaces, mut objects) = (BTreeSet::new(), Vec::new());
    for (docs, text) in parsed {
        let docs = docs.unwrap_or_else(|e| panic!("{e}\n{text}"));
        let [doc] = docs.as_slice() else {
            panic!("{} documents between separators:\n{text}", docs.len());
        };
        if let Some(namespace) = doc["metadata"]["namespace"].as_str() {
            namespaces.insert(
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
                    .to_string(),
            );
        }
        if doc["kind"] == "Namespace" {
            namespaces.insert(text);
        } else {
            objects.push(text);
        }
    }
    (namespaces.into_iter().collect(), objects)
}

/// What changes when an object does.
fn versions(server: &ApiServer, stream: &str) -> Vec<[Value; 4]> {
    let live = server.get(stream);
    live.iter()
        .map(|object| {
            let meta = &object["metadata"];
            [
                json!(object_id(object)),
                meta["uid"].clone(),
                meta["generation"].clone(),
                meta["resourceVersion"].clone(),
            ]
        })
        .collect()
}

/// Creates all objects of a stream, applies them twice, and takes them away again.
fn assert_accepted(server: &ApiServer, stream: &str) {
    let (namespaces, objects) = split(stream);
    if !namespaces.is_empty() {
        server.apply(&namespaces.join("\n---\n")).ok();
    }
    let stream = objects.join("\n---\n");
    server.create(&stream).ok();
    let created = versions(server, &stream);
    assert_eq!(created.len(), objects.len(), "all are there: {stream}");

    server.apply(&stream).ok();
    let applied = versions(server, &stream);
    // The version may move, for the server notes who applied. What is asked for does not.
    let asked = |all: &[[Value; 4]]| -> Vec<Vec<Value>> {
        all.iter().map(|object| object[..3].to_vec()).collect()
    };
    assert_eq!(asked(&created), asked(&applied), "{stream}");
    server.apply(&stream).ok();
    assert_eq!(applied, versions(server, &stream), "{stream}");

    server
        .kubectl(["delete", "--wait=true", "--timeout=60s", "-f", "-"])
        .stdin(stream)
        .ok();
}

fn render(pool: &str) -> String {
    let project = Project::new()
        .file("facts.yaml", raw_facts())
        .file("pool.yaml", pool);
    Run::new(bin()).arg("render").arg(project.path()).ok()
}

/// The proof that the tests below can fail.
#[test]
fn server_is_strict() {
    let server = server();
    server.create_namespace("openshift-machine-api");
    let stream = render(POOL);
    let misspelt = stream.replacen("  replicas: ", "  replica: ", 1);
    assert_ne!(stream, misspelt);
    let out = server.create(&misspelt).out();
    out.ended_with(1)
        .complains("strict decoding error: unknown field \"spec.replica\"");
    let wrong_type = stream.replacen("  replicas: 1", "  replicas: \"1\"", 1);
    assert_ne!(stream, wrong_type);
    server
        .create(&wrong_type)
        .out()
        .ended_with(1)
        .complains("spec.replicas");
}

#[test]
fn pools_of_every_sort_are_accepted_and_apply_again_unchanged() {
    let server = server();
    let fixed = render(POOL);
    for name in MACHINE_SETS {
        assert!(fixed.contains(&name["MachineSet/".len()..]), "{fixed}");
    }
    assert_accepted(&server, &fixed);

    let autoscaled = POOL.replace("  replicas: 2\n", "  autoscaling: {min: 0, max: 5}\n");
    let autoscaled = render(&autoscaled);
    assert!(
        autoscaled.contains("kind: MachineAutoscaler"),
        "{autoscaled}"
    );
    assert_accepted(&server, &autoscaled);

    let everything = format!(
        "{POOL}  zones: [eu-central-1b]\n  market: Spot\n  spot: {{maxPrice: \"1.20\"}}\n  \
         accelerator: nvidia-l4\n  \
         taints: [{{key: nvidia.com/gpu, effect: NoSchedule}}, {{key: team, value: \"on\", effect: NoExecute}}]\n  \
         labels: {{team: \"yes\", empty: \"\"}}\n  machineLabels: {{cost: \"0123\"}}\n  \
         rootVolume: {{sizeGiB: 300, type: gp3, encrypted: true, iops: 4000}}\n  \
         network: {{interfaceType: EFA, placementGroup: rack}}\n  protection: keep\n"
    );
    assert_accepted(&server, &render(&everything));
}

/// What the product's own tests say that we emit.
#[test]
fn every_expected_output_is_accepted_and_applies_again_unchanged() {
    let mut cases: Vec<PathBuf> = fs::read_dir(root().join("testdata"))
        .expect("testdata/ can be read")
        .map(|entry| entry.expect("a folder entry").path().join("expected.yaml"))
        .filter(|path| path.is_file())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no testdata/*/expected.yaml");
    let server = server();
    for case in cases {
        let text = fs::read_to_string(&case).expect("a case can be read");
        eprintln!("{}", case.display());
        assert_accepted(&server, text.trim_end());
    }
}
