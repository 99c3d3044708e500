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
    rendered(pool, &[project.path().to_path_buf()])
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

/// What we show people, and what the product's own tests say that we emit.
#[test]
fn everything_shipped_is_accepted_and_applies_again_unchanged() {
    let server = server();
    let function = |path: &str| root().join("functions").join(path);
    let example = [
        function("GpuMachineSet/example.yaml"),
        function("ClusterFacts/example.yaml"),
    ];
    assert_accepted(&server, &rendered("the example", &example));

    let pool = Project::new().file("pool.yaml", POOL);
    for cluster in entries("testdata/clusters") {
        let paths = [pool.join("pool.yaml"), cluster.clone()];
        assert_accepted(&server, &rendered(&cluster.to_string_lossy(), &paths));
    }
    for case in entries("testdata") {
        if let Ok(text) = fs::read_to_string(case.join("expected.yaml")) {
            eprintln!("{}", case.display());
            assert_accepted(&server, text.trim_end());
        }
    }
}

/// What is in a folder of the repository.
fn entries(folder: &str) -> Vec<PathBuf> {
    let folder = fs::read_dir(root().join(folder)).unwrap_or_else(|e| panic!("{folder}: {e}"));
    let mut all: Vec<PathBuf> = folder
        .map(|entry| entry.expect("a folder entry").path())
        .collect();
    all.sort();
    assert!(!all.is_empty(), "nothing to look at");
    all
}

/// Renders files and folders, which must hold a pool. Names the input: a failure of the server shows the output only.
fn rendered(what: &str, paths: &[PathBuf]) -> String {
    eprintln!("{what}");
    let out = Run::new(bin()).arg("render").args(paths).out();
    out.succeeded().says("kind: MachineSet");
    out.stdout
}
