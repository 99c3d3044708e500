//! What KServe serves, by KServe's own admission: its webhooks take everything that the cases emit, its defaulter changes
//! nothing that a GitOps tool would fight over, and what is wrong is refused.

use std::fs;
use std::path::{Path, PathBuf};

use gpu_machineset_e2e::{Run, documents, kserve, kserve_0_17, root};
use serde_json::{Value, json};

const MODE: &str = ".metadata.annotations.serving.kserve.io/deploymentMode";
/// An annotation that the defaulter adds from 0.17 on: nothing compares what only the cluster has.
const FORMAT: &str = ".metadata.annotations.modelFormat";

/// What KServe 0.15 does not know and that of OpenShift AI 2.25 does: its CRD has it.
const BACKPORTED: &str =
    "unknown field \"spec.predictor.autoScaling.metrics[0].external.authenticationRef\"";

/// What KServe says of one object: what it refuses, and which fields it writes.
#[derive(Debug, serde::Deserialize)]
struct Verdict {
    refused: Vec<String>,
    written: Vec<String>,
}

fn judged(kserve: &Path, objects: &[Value]) -> Vec<Verdict> {
    let out = Run::new(kserve)
        .stdin(serde_json::to_string(objects).unwrap())
        .ok();
    let verdicts: Vec<Verdict> = serde_json::from_str(&out).unwrap();
    assert_eq!(verdicts.len(), objects.len());
    let known = |mut verdict: Verdict| {
        verdict.refused.retain(|said| !said.ends_with(BACKPORTED));
        verdict
    };
    verdicts.into_iter().map(known).collect()
}

fn is_served(object: &Value) -> bool {
    let api = object["apiVersion"].as_str().unwrap_or_default();
    let kind = object["kind"].as_str().unwrap_or_default();
    let kinds = ["InferenceService", "LLMInferenceService", "ServingRuntime"];
    api.starts_with("serving.kserve.io/") && kinds.contains(&kind)
}

/// Objects that are made of GpuModels, by case.
fn cases() -> Vec<(PathBuf, Vec<Value>)> {
    let mut all = Vec::new();
    for outcome in ["render", "warn"] {
        let folder = root().join("testdata").join(outcome).join("model");
        let mut folders: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|case| case.unwrap().path())
            .collect();
        folders.sort();
        for case in folders {
            let Ok(text) = fs::read_to_string(case.join("expected.yaml")) else {
                continue;
            };
            let is_ours = |object: &Value| {
                let from = &object["metadata"]["annotations"]["gpu-machineset.dev/from"];
                let from = from.as_str().unwrap_or_default();
                is_served(object) && from.starts_with("GpuModel/")
            };
            let objects: Vec<Value> = documents(&text)
                .unwrap()
                .into_iter()
                .filter(is_ours)
                .collect();
            if !objects.is_empty() {
                all.push((case, objects));
            }
        }
    }
    all
}

/// Whether the case is of a release that has the words of 0.17.
fn is_of_0_17(objects: &[Value]) -> bool {
    let mode = |object: &Value| {
        object["metadata"]["annotations"]["serving.kserve.io/deploymentMode"].clone()
    };
    objects
        .iter()
        .any(|object| mode(object) == "Standard" || object["kind"] == "LLMInferenceService")
}

#[test]
fn kserves_own_webhooks_take_all_that_is_made_of_models() {
    let (mut services, mut runtimes, mut newer) = (0, 0, 0);
    let (old, new) = (kserve(), kserve_0_17());
    for (case, objects) in cases() {
        let is_new = is_of_0_17(&objects);
        let kserve = if is_new { &new } else { &old };
        for (object, verdict) in objects.iter().zip(judged(kserve, &objects)) {
            let Verdict { refused, written } = verdict;
            assert_eq!(
                refused,
                Vec::<String>::new(),
                "{}: {object}",
                case.display()
            );
            let written: Vec<String> = written
                .into_iter()
                .filter(|path| path.as_str() != FORMAT)
                .collect();
            assert_eq!(
                written,
                Vec::<String>::new(),
                "{}: {object}",
                case.display()
            );
            services += usize::from(object["kind"] == "InferenceService");
            runtimes += usize::from(object["kind"] == "ServingRuntime");
            newer += usize::from(is_new);
        }
    }
    println!("{services} services, {runtimes} runtimes, {newer} objects of 3.4 and later");
    assert!(
        services >= 50 && runtimes >= 40 && newer >= 15,
        "{services} {runtimes} {newer}"
    );
}

/// The word of one release is rewritten by the other: that is what `model-mode` says.
#[test]
fn the_word_of_the_old_release_is_rewritten_by_the_new_one() {
    let service = of_kind("InferenceService", "RawDeployment");
    let [verdict] = &judged(&kserve_0_17(), &[service])[..] else {
        panic!("one verdict of one object");
    };
    assert!(verdict.written.contains(&MODE.to_owned()), "{verdict:?}");
}

/// One object of the cases.
fn of_kind(kind: &str, mode: &str) -> Value {
    let all = cases().into_iter().flat_map(|(_, objects)| objects);
    let mut found = all.filter(|one| {
        let annotations = &one["metadata"]["annotations"];
        let is_of_mode = annotations["serving.kserve.io/deploymentMode"] == mode;
        // one on several machines is refused for other reasons first
        let is_on_one =
            one["spec"]["predictor"]["workerSpec"].is_null() && one["spec"]["workerSpec"].is_null();
        one["kind"] == kind && is_on_one && (kind == "ServingRuntime" || is_of_mode)
    });
    found.next().expect("the cases have one")
}

/// What is wrong with an object, and what KServe says of it.
type Wrong = (&'static str, fn(&mut Value), &'static str);

const SERVICES: [Wrong; 6] = [
    (
        "a name with a dot",
        |one| one["metadata"]["name"] = json!("granite-3.3-8b"),
        "is invalid",
    ),
    (
        "a class that there is not",
        |one| one["metadata"]["annotations"]["serving.kserve.io/autoscalerClass"] = json!("gpu"),
        "not a supported autoscaler class",
    ),
    (
        "no implementation",
        |one| {
            let predictor = one["spec"]["predictor"].as_object_mut();
            predictor.map(|predictor| predictor.remove("model"));
        },
        "xactly one",
    ),
    (
        "the metric of one class with another",
        |one| {
            one["metadata"]["annotations"]["serving.kserve.io/autoscalerClass"] = json!("hpa");
            let external = json!({"metric": {"backend": "prometheus"}, "target": {"type": "Value", "value": "5"}});
            one["spec"]["predictor"]["autoScaling"] =
                json!({"metrics": [{"type": "External", "external": external}]});
        },
        "invalid HPA metric source type",
    ),
    (
        "several nodes of a bucket",
        |one| one["spec"]["predictor"]["workerSpec"] = json!({"pipelineParallelSize": 2}),
        "",
    ),
    (
        "a field of nobody",
        |one| one["spec"]["predictor"]["model"]["gpus"] = json!(1),
        "unknown field",
    ),
];

const RUNTIMES: [Wrong; 2] = [
    (
        "a field of nobody",
        |one| one["spec"]["image"] = json!("registry.example.com/vllm:1"),
        "unknown field",
    ),
    (
        "two priorities of one format",
        |one| {
            one["spec"]["supportedModelFormats"] = json!([
                {"name": "vLLM", "autoSelect": true, "priority": 1},
                {"name": "vLLM", "autoSelect": true, "priority": 2},
            ]);
        },
        "different priorities",
    ),
];

#[test]
fn kserves_own_webhooks_refuse_what_is_wrong() {
    for (kserve, mode) in [(kserve(), "RawDeployment"), (kserve_0_17(), "Standard")] {
        for (kind, wrongs) in [
            ("InferenceService", &SERVICES[..]),
            ("ServingRuntime", &RUNTIMES[..]),
        ] {
            for (what, change, said) in wrongs {
                let mut object = of_kind(kind, mode);
                change(&mut object);
                let [verdict] = &judged(&kserve, &[object])[..] else {
                    panic!("one verdict of one object");
                };
                let refused = verdict.refused.join("\n");
                assert!(
                    !refused.is_empty() && refused.contains(said),
                    "{what}: {refused}"
                );
            }
        }
    }
}
