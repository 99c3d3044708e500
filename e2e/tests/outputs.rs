//! What we emit, for those who judge it: pools of every sort, what we show people, and what our own tests expect.

use std::fs;
use std::path::{Path, PathBuf};

use gpu_machineset_e2e::{Out, Project, Run, bin, root};

use crate::inputs::{POOL, raw_facts};

/// All of it: a name for each, and a stream of documents.
pub(crate) fn outputs() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = pools()
        .into_iter()
        .map(|pool| {
            let out = render(&pool);
            (
                pool,
                out.succeeded().says("kind: MachineSet").stdout.clone(),
            )
        })
        .collect();

    let function = |path: &str| root().join("functions").join(path);
    let (pool, facts) = (
        function("GpuMachineSet/example.yaml"),
        function("ClusterFacts/example.yaml"),
    );
    all.push(("the example".to_owned(), render_files(&[&pool, &facts])));

    let pools = Project::new()
        .file("amd64.yaml", POOL)
        .file("arm64.yaml", POOL.replace("g6.4xlarge", "g5g.4xlarge"));
    for cluster in entries("testdata/clusters/aws") {
        let graviton = cluster.ends_with("graviton");
        let pool = if graviton { "arm64.yaml" } else { "amd64.yaml" };
        let stream = render_files(&[&pools.join(pool), &cluster]);
        all.push((cluster.display().to_string(), stream));
    }
    let before = all.len();
    for expected in files("testdata", "expected.yaml") {
        let text = fs::read_to_string(&expected).expect("a file of the repository");
        // what a cluster gets: a ResourceList goes back to kustomize, an answer to Argo CD's questions is no manifest
        let is_stream = text.contains("apiVersion: ") && !text.contains("ResourceList");
        if is_stream {
            let case = expected.parent().expect("a file has a folder");
            all.push((case.display().to_string(), text));
        }
    }
    let streams = all.len() - before;
    assert!(streams >= 120, "{streams} streams of cases");
    all
}

/// Those with MachineSets, without sets that only pass through: platforms may come alone.
pub(crate) fn outputs_with_sets() -> impl Iterator<Item = (String, String)> {
    let is_set = |text: &str| text.lines().any(|line| line == "kind: MachineSet");
    outputs().into_iter().filter_map(move |(input, stream)| {
        let documents = stream.trim_end().split("\n---\n");
        let kept: Vec<&str> = documents
            .filter(|text| !is_set(text) || !passes_through(&input, text))
            .collect();
        let has_sets = kept.iter().any(|text| is_set(text));
        has_sets.then(|| (input, kept.join("\n---\n") + "\n"))
    })
}

/// Whether a case holds a document as it left: then it is its author's, who may have cut it short or exported it.
pub(crate) fn passes_through(case: &str, document: &str) -> bool {
    let files = fs::read_dir(case).into_iter().flatten();
    let files = files.map(|entry| entry.expect("a folder entry").path());
    let mut inputs = files.filter(|path| path.is_file() && !path.ends_with("expected.yaml"));
    inputs.any(|path| {
        let text = fs::read(&path).unwrap_or_default();
        String::from_utf8_lossy(&text).contains(document.trim())
    })
}

/// Whether a case says that a worker brings a field that nobody knows: what its cloud has against it is expected.
pub(crate) fn is_of_an_unknown_field(case: &str) -> bool {
    let said = fs::read_to_string(Path::new(case).join("problems.txt"));
    said.is_ok_and(|said| said.contains("info[worker-field-unknown]"))
}

/// What a pool becomes on the cluster of [`raw_facts`], once its Machine API has every field.
pub(crate) fn render(pool: &str) -> Out {
    let facts = raw_facts().replace("4.20.8", "4.21.8");
    let input = format!("{facts}---\n{pool}");
    Run::new(bin()).args(["render", "-"]).stdin(input).out()
}

fn render_files(paths: &[&Path]) -> String {
    let out = Run::new(bin()).arg("render").args(paths).out();
    out.succeeded().says("kind: MachineSet");
    out.stdout
}

/// Each field of a pool that changes what comes out, at least once.
fn pools() -> Vec<String> {
    let autoscaled = |more: &str| {
        let both = format!("  autoscaling: {{min: 0, max: 5}}\n{more}");
        POOL.replace("  replicas: 2\n", &both)
    };
    vec![
        POOL.to_owned(),
        autoscaled(""),
        autoscaled("  replicas: 3\n"),
        format!(
            "{}  zones: [eu-central-1b]\n  market: Spot\n  spot: {{maxPrice: \"1.20\"}}\n  \
             accelerator: nvidia-l4\n  taints: [{{key: nvidia.com/gpu, effect: NoSchedule}}, \
             {{key: team, value: \"on\", effect: NoExecute}}]\n  \
             labels: {{team: \"yes\", empty: \"\"}}\n  machineLabels: {{cost: \"0123\"}}\n  \
             rootVolume: {{sizeGiB: 300, type: gp3, encrypted: true, iops: 4000, throughputMiB: 250}}\n  \
             network: {{interfaceType: EFA, placementGroup: rack, placementGroupPartition: 2}}\n  \
             protection: keep\n",
            // a type that has EFA
            POOL.replace("g6.4xlarge", "g6.8xlarge")
        ),
        format!(
            "{POOL}  market: CapacityBlock\n  capacityReservation: {{id: cr-0123456789abcdef0}}\n  \
             zones: [eu-central-1a]\n  taints: []\n  protection: none\n  \
             rootVolume: {{kmsKey: \"arn:aws:kms:eu-central-1:123456789012:key/1\", encrypted: true}}\n  \
             nameTemplate: \"{{infra}}-{{name}}-{{zone}}\"\n  \
             providerSpec: {{publicIp: false, tags: [{{name: cost, value: \"0123\"}}]}}\n"
        ),
    ]
}

/// Every file of a name below a folder of the repository.
fn files(folder: &str, name: &str) -> Vec<PathBuf> {
    let (mut found, mut left) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("a folder entry").path();
            if path.is_dir() {
                left.push(path);
            } else if path.ends_with(name) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What is in a folder of the repository.
fn entries(folder: &str) -> Vec<PathBuf> {
    let dir = fs::read_dir(root().join(folder)).unwrap_or_else(|e| panic!("{folder}: {e}"));
    let mut all: Vec<PathBuf> = dir
        .map(|entry| entry.expect("a folder entry").path())
        .collect();
    all.sort();
    assert!(!all.is_empty(), "{folder} is empty");
    all
}
