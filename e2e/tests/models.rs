//! Models on a real kube-apiserver with the CRDs of each release: it takes what is made of them strictly, and again
//! without a change.

use std::fs;

use gpu_machineset_e2e::{ApiServer, Run, bin, root};

use crate::apiserver::assert_accepted;
use crate::inputs::raw_facts;

const POOLS: &str = "---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: a10g}
spec:
  instanceType: g5.4xlarge
  nameTemplate: \"{name}-{zone}\"
  replicas: 1
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: l40s}
spec:
  instanceType: g6e.12xlarge
  nameTemplate: \"{name}-{zone}\"
  replicas: 2
  taints: [{key: nvidia.com/gpu, value: l40s, effect: NoSchedule}]
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: t4}
spec:
  instanceType: g4dn.2xlarge
  nameTemplate: \"{name}-{zone}\"
  replicas: 1
  taints: [{key: nvidia.com/gpu, value: t4, effect: NoSchedule}]
  sharing: {timeSlicing: 4}
";

/// One GPU with a Route and groups, several by demand, a slice with another server, and CPU.
const MODELS: [(&str, &str); 4] = [
    (
        "granite",
        "{pool: a10g, model: granite-3.3-8b-instruct, storage: {key: models, path: granite}, maxModelLen: 6144, dtype: half, args: [--enable-auto-tool-choice], auth: {groups: [model-users]}, expose: {route: {timeout: 5m}}}",
    ),
    (
        "scout",
        "{pool: l40s, model: llama-4-scout-w4a16, storage: {uri: \"pvc://models/scout\"}, maxModelLen: 65536, gpus: 4, autoscaling: {min: 1, max: 2, waiting: 3}}",
    ),
    (
        "nomic",
        "{pool: t4, model: nomic-embed-text-v1.5, storage: {key: models, path: nomic}, args: [--dtype=float16], runtime: {name: tei, image: \"ghcr.io/huggingface/text-embeddings-inference:turing-1.6\", args: [--model-id, /mnt/models, --port, \"8080\"], format: sBERT, formatVersion: \"1\"}}",
    ),
    (
        "tiny",
        "{model: tinyllama-1.1b-chat-v1.0, storage: {uri: \"oci://registry.example.com/tiny:1\"}, maxModelLen: 2048, runtime: {image: \"quay.io/rh-aiservices-bu/vllm-cpu-openai-ubi9:0.3\"}}",
    ),
];

const GATEWAY: &str = "{pool: l40s, model: phi-4, storage: {uri: \"oci://registry.example.com/phi-4:1\"}, expose: {threescale: {url: \"http://phi-4-predictor.llm-hosting.svc.cluster.local:8080\", plans: {free: {tokens: {day: 100000}}}, openapi: {url: \"https://example.com/apidoc.json\"}}}}";

/// By llm-d on one machine and over two, dense over two, by demand.
const LARGE: [(&str, &str); 3] = [
    (
        "granite-llmd",
        "{pool: a10g, model: granite-3.3-8b-instruct, storage: {uri: \"oci://registry.example.com/granite:1\"}, maxModelLen: 6144, engine: llm-d, auth: {groups: [model-users]}, args: [\"--chat-template-kwargs={\\\"thinking\\\": true}\"]}",
    ),
    (
        "deepseek",
        "{pool: h100, model: deepseek-r1-0528, storage: {uri: \"pvc://models/deepseek\"}, maxModelLen: 32768, engine: llm-d, gpus: 8, nodes: 2, parallelism: {expert: true}}",
    ),
    (
        "llama",
        "{pool: h100, model: llama-3.1-405b-instruct-fp8, storage: {uri: \"pvc://models/llama\"}, maxModelLen: 32768, gpus: 8, nodes: 2}",
    ),
];

const H100: &str = "---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: h100}
spec:
  instanceType: p5.48xlarge
  nameTemplate: \"{name}-{zone}\"
  replicas: 5
  taints: [{key: nvidia.com/gpu, value: h100, effect: NoSchedule}]
---
apiVersion: datasciencecluster.opendatahub.io/v2
kind: DataScienceCluster
metadata: {name: default-dsc}
spec: {components: {kserve: {managementState: Managed, modelsAsService: {managementState: Managed}, wva: {managementState: Managed}}}}
";

const NAMESPACES: &str = "apiVersion: v1
kind: Namespace
metadata: {name: llm-hosting}
---
apiVersion: v1
kind: Namespace
metadata: {name: 3scale}
---
apiVersion: v1
kind: Namespace
metadata: {name: openshift-ingress}
---
apiVersion: v1
kind: Namespace
metadata: {name: models-as-a-service}
";

/// What GpuModels make, without the pools.
fn render(channel: &str, more: &str, models: &[(&str, &str)]) -> String {
    let mut input = format!(
        "{}{POOLS}{more}---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {{name: gpu}}\nspec: {{operators: {{cert-manager: {{provided: true}}, connectivity-link: {{provided: true}}, leader-worker-set: {{provided: true}}, openshift-ai: {{provided: true, channel: {channel}}}}}}}\n",
        raw_facts()
    );
    for (name, spec) in models {
        input += "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuModel\nmetadata: {name: ";
        input += name;
        input += ", namespace: llm-hosting}\nspec: ";
        input += spec;
        input.push('\n');
    }
    let out = Run::new(bin()).args(["render", "-"]).stdin(input).out();
    let stream = out.succeeded().stdout.clone();
    let own = |text: &&str| text.contains("gpu-machineset.dev/from: GpuModel/");
    let own: Vec<&str> = stream.trim_end().split("\n---\n").filter(own).collect();
    format!("{NAMESPACES}---\n{}", own.join("\n---\n"))
}

#[test]
fn models_of_every_release_are_accepted() {
    // what differs between the runtimes of 3.4 and 3.5 is not what is made here
    for (channel, services, runtimes) in [
        ("stable-2.25", "isvc-2.25", "servingruntimes-2.25"),
        ("stable-3.3", "isvc-2.25", "servingruntimes-2.25"),
        ("stable-3.4", "isvc-3.4", "servingruntimes-3.4"),
        ("stable-3.5", "isvc-3.5", "servingruntimes-3.4"),
    ] {
        let server = ApiServer::start();
        server.apply_crds(&[services, runtimes]);
        let stream = render(channel, "", &MODELS);
        assert_eq!(
            stream.matches("kind: InferenceService\n").count(),
            MODELS.len()
        );
        assert_eq!(
            stream.matches("kind: ServingRuntime\n").count(),
            MODELS.len()
        );
        assert_accepted(&server, &stream);
    }
}

#[test]
fn products_of_threescale_are_accepted() {
    let server = ApiServer::start();
    server.apply_crds(&[
        "isvc-2.25",
        "servingruntimes-2.25",
        "3scale-backends",
        "3scale-products",
        "3scale-activedocs",
        "3scale-proxyconfigpromotes",
    ]);
    let stream = render("stable-2.25", "", &[("phi-4", GATEWAY)]);
    assert!(stream.contains("kind: ProxyConfigPromote\n"), "{stream}");
    assert_accepted(&server, &stream);
}

/// Gateway API as OpenShift 4.19 and 4.22 have it.
fn gateway_crds(openshift: &str) -> [String; 2] {
    ["gatewayclasses", "gateways"].map(|kind| format!("{kind}-{openshift}"))
}

#[test]
fn models_over_machines_and_by_llmd_are_accepted() {
    for (channel, release, llmd, openshift) in [
        ("stable-2.25", "2.25", "3.3", "4.19"),
        ("stable-3.3", "2.25", "3.3", "4.19"),
        ("stable-3.4", "3.4", "3.4", "4.22"),
    ] {
        let server = ApiServer::start();
        let mut crds = vec![
            format!("isvc-{release}"),
            format!("servingruntimes-{release}"),
            format!("llmisvc-{llmd}"),
        ];
        crds.extend(gateway_crds(openshift));
        server.apply_crds(&crds.iter().map(String::as_str).collect::<Vec<_>>());
        let stream = render(channel, H100, &LARGE);
        for (kind, count) in [
            ("LLMInferenceService", 2),
            ("Gateway", 1),
            ("ServingRuntime", 1),
        ] {
            let found = stream.matches(&format!("\nkind: {kind}\n")).count();
            assert_eq!(found, count, "{kind} of {channel}");
        }
        assert_accepted(&server, &stream);
    }
}

const BY_TIERS: &str = "{pool: a10g, model: granite-3.3-8b-instruct, storage: {uri: \"oci://registry.example.com/granite:1\"}, maxModelLen: 6144, expose: {maas: {tiers: [premium]}}}";
const BY_SUBSCRIPTION: &str = "{pool: a10g, model: granite-3.3-8b-instruct, storage: {uri: \"oci://registry.example.com/granite:1\"}, maxModelLen: 6144, expose: {maas: {tokens: {1h: 100000}}}}";

#[test]
fn models_as_a_service_are_accepted() {
    for (channel, release, spec) in [
        ("stable-3.3", "3.3", BY_TIERS),
        ("stable-3.4", "3.4", BY_SUBSCRIPTION),
    ] {
        let server = ApiServer::start();
        let mut crds = vec![format!("llmisvc-{release}")];
        crds.extend(gateway_crds("4.19"));
        let maas = ["maasmodelrefs", "maasauthpolicies", "maassubscriptions"];
        crds.extend(maas.map(|kind| format!("maas-{kind}-3.4")));
        server.apply_crds(&crds.iter().map(String::as_str).collect::<Vec<_>>());
        let stream = render(channel, H100, &[("granite", spec)]);
        assert_eq!(
            stream.contains("kind: MaaSSubscription\n"),
            release == "3.4"
        );
        assert_accepted(&server, &stream);
    }
}

const OF_2: &[&str] = &[
    "isvc-2.25",
    "servingruntimes-2.25",
    "3scale-backends",
    "3scale-products",
    "3scale-activedocs",
    "3scale-proxyconfigpromotes",
];
const OF_3_4: &[&str] = &["isvc-3.4", "servingruntimes-3.4"];
const OF_3_5: &[&str] = &["isvc-3.5", "servingruntimes-3.4"];

/// What each case makes of GpuModels, as far as it is of one of the kinds that are judged here.
fn of_cases(mode: &str) -> Vec<(String, String)> {
    let folder = root().join("testdata/render/model");
    let cases = fs::read_dir(folder).expect("a folder of the repository");
    let mut all = Vec::new();
    for case in cases {
        let case = case.expect("a case").path();
        let text = fs::read_to_string(case.join("expected.yaml")).unwrap_or_default();
        let is_judged = |text: &&str| {
            let kinds = [
                "serving.kserve.io/v1beta1",
                "serving.kserve.io/v1alpha1",
                "capabilities.3scale.net",
                "rbac.authorization.k8s.io",
            ];
            let is_of = |api: &&str| text.starts_with(&format!("apiVersion: {api}"));
            text.contains("gpu-machineset.dev/from: GpuModel/")
                && kinds.iter().any(is_of)
                && !text.contains("\nkind: LLMInferenceService\n")
        };
        let objects: Vec<&str> = text.trim_end().split("\n---\n").filter(is_judged).collect();
        let stream = objects.join("\n---\n");
        if stream.contains(&format!("deploymentMode: {mode}\n")) {
            all.push((case.display().to_string(), stream));
        }
    }
    all
}

#[test]
fn every_case_of_models_is_accepted() {
    for (mode, crds, least) in [
        ("RawDeployment", OF_2, 6),
        ("Standard", OF_3_4, 1),
        ("Standard", OF_3_5, 1),
    ] {
        let server = ApiServer::start();
        server.apply_crds(crds);
        let cases = of_cases(mode);
        assert!(cases.len() >= least, "{mode}: {} cases", cases.len());
        for (case, stream) in cases {
            println!("{case}");
            assert_accepted(&server, &format!("{NAMESPACES}---\n{stream}"));
        }
    }
}
