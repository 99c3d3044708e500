//! A real kube-apiserver with OpenShift's CRDs takes what we emit, and sees no change when it is applied again.

use std::collections::BTreeSet;

use gpu_machineset_e2e::{ApiServer, Project, Run, bin, documents, object_id, root};
use serde_json::{Value, json};

use crate::inputs::POOL;
use crate::operators::crds;
use crate::outputs::{outputs, passes_through, render};

/// The CRDs of what we emit, the newest; `operators.rs` has those of each version.
fn server() -> ApiServer {
    let server = ApiServer::start();
    server.apply_crds(&crds(22));
    server.apply_crds(&["cp-26.7.0"]);
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
pub(crate) fn assert_accepted(server: &ApiServer, stream: &str) {
    let stream = assert_taken(server, stream);
    server
        .kubectl(["delete", "--wait=true", "--timeout=60s", "-f", "-"])
        .stdin(stream)
        .ok();
}

/// Creates all objects of a stream, applies them twice, and gives them without their namespaces. Some stay for ever once
/// they are there: no controller here would finish the deletion of a volume.
pub(crate) fn assert_taken(server: &ApiServer, stream: &str) -> String {
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
    stream
}

/// The proof that the tests below can fail.
#[test]
fn server_is_strict() {
    let server = server();
    server.create_namespace("openshift-machine-api");
    let stream = render(POOL).stdout;
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

/// What the README says of a first `oc apply`: all is there but the operands, and the next one brings these.
#[test]
fn a_first_apply_lacks_the_operands_and_a_second_brings_them() {
    let server = ApiServer::start();
    server.apply_crds(&["machinesets", "machineautoscalers", "og", "sub"]);
    server.create_namespace("openshift-machine-api");
    let folder = Project::new();
    let example = root().join("functions/GpuMachineSet/example");
    Run::new(bin())
        .args(["render", "gpu.yaml", "facts", "-o"])
        .arg(folder.join("rendered"))
        .dir(example)
        .ok();
    let apply = || {
        let folder = folder.join("rendered").display().to_string();
        server.kubectl(["apply", "-f", &folder]).out()
    };
    let operands = ["ClusterPolicy", "NodeFeatureDiscovery"];
    let first = apply();
    for kind in operands {
        first
            .ended_with(1)
            .complains(&format!("no matches for kind \"{kind}\""));
    }
    let files = std::fs::read_dir(folder.join("rendered"))
        .expect("a folder")
        .count();
    let done = first
        .stdout
        .lines()
        .filter(|line| line.ends_with(" created"))
        .count();
    // the list of what was written is no manifest
    assert_eq!(done, files - 1 - operands.len(), "{first}");

    server.apply_crds(&["nfd-4.20", "cp-26.3.3"]);
    let second = apply();
    let done = second
        .stdout
        .lines()
        .filter(|line| line.ends_with(" created"))
        .count();
    assert_eq!((second.code, done), (Some(0), operands.len()), "{second}");
}

/// Kinds of which a case holds one of a person that we complete. Objects of others that pass through are not ours to
/// answer for: they are cut short, of APIs that the server does not have, or odd on purpose.
const COMPLETED: [&str; 5] = [
    "ClusterAutoscaler",
    "ClusterPolicy",
    "Kueue",
    "Namespace",
    "NodeFeatureDiscovery",
];

/// Operands of operators for OpenStack: the CRD of the last is in openstack.rs, those of the others are not to be had here.
const OF_OPENSTACK: [&str; 3] = ["MetalLB", "NMState", "OpenStack"];

#[test]
fn everything_that_we_emit_is_accepted_and_applies_again_unchanged() {
    // OpenShift AI 2 and 3 differ in the CRD of their operand
    let of_ai_2 = |(input, _): &(String, String)| input.ends_with("render/platform/seed-004");
    let (old, new): (Vec<_>, Vec<_>) = outputs().into_iter().partition(of_ai_2);
    assert_eq!(old.len(), 1);
    let before = ApiServer::start();
    before.apply_crds(&crds(18));
    before.apply_crds(&["cp-v25.3.4"]);
    let mut seen = 0;
    for (server, outputs) in [(before, old), (server(), new)] {
        for (input, stream) in outputs {
            // A failure of the server shows the output only.
            eprintln!("{input}");
            let is_ours = |text: &&str| {
                let is = |kind: &str| text.lines().any(|line| line == format!("kind: {kind}"));
                // what depends on versions of APIs, and what Argo CD reads, is taken in files of their own
                let of = |kind: &str| text.contains(&format!("gpu-machineset.dev/from: {kind}/"));
                let elsewhere = ["GpuAccess", "GpuDelivery", "GpuModel", "OpenStackGpu"];
                let elsewhere = elsewhere.into_iter().any(of) || OF_OPENSTACK.into_iter().any(is);
                (text.contains("gpu-machineset.dev/from: ") || COMPLETED.into_iter().any(is))
                    && !elsewhere
                    && !passes_through(&input, text)
            };
            let documents = stream.trim_end().split("\n---\n").filter(is_ours);
            let ours: Vec<&str> = documents.collect();
            seen += ours.len();
            if !ours.is_empty() {
                assert_accepted(&server, &ours.join("\n---\n"));
            }
        }
    }
    assert!(seen > 300, "{seen} objects were applied");
}
