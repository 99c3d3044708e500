//! Our plugin under the real argocd-cmp-server, asked by Argo CD's own repo-server code.

use std::collections::BTreeSet;
use std::fs;
use std::time::Instant;

use gpu_machineset_e2e::{
    ApiServer, CmpServer, Podman, Project, Run, application, argocd, ask, bin, documents,
    kustomize, object_id, root, texts,
};
use serde_json::{Value, json};

use crate::inputs::{BYSTANDER, IMPLIED, MACHINE_SETS, POOL, raw_facts};

fn plugin() -> String {
    fs::read_to_string(root().join("plugin.yaml")).expect("plugin.yaml is shipped")
}

const FACTS: &str = "../../clusters/e2e/facts.yaml";

/// A fleet's repository: one application, and the facts of one cluster elsewhere.
fn repository() -> Project {
    Project::new()
        .file("apps/gpu/pool.yaml", POOL)
        .file("apps/gpu/other.yaml", BYSTANDER)
        .file("clusters/e2e/facts.yaml", raw_facts())
}

fn request(repository: &Project, parameters: &Value) -> Value {
    application(repository.path(), "apps/gpu", "gpu-machineset", parameters)
}

fn facts() -> Value {
    json!([{"name": "facts", "string": FACTS}])
}

fn names(manifests: &[Value]) -> BTreeSet<String> {
    manifests.iter().map(object_id).collect()
}

#[test]
fn an_application_is_generated_and_tracked() {
    let server = CmpServer::start(&plugin());
    let repository = repository();
    let manifests = server.manifests(&request(&repository, &facts())).unwrap();
    let names = names(&manifests);
    assert!(names.contains("ConfigMap/bystander"), "{names:?}");
    assert!(
        MACHINE_SETS.iter().all(|set| names.contains(*set)),
        "{names:?}"
    );
    assert!(
        names.iter().all(|name| !name.starts_with("Gpu")),
        "{names:?}"
    );
    for manifest in &manifests {
        let annotations = &manifest["metadata"]["annotations"];
        assert!(
            annotations["argocd.argoproj.io/tracking-id"].is_string(),
            "{manifest}"
        );
    }
    // what is deployed is what a person renders
    let rendered = Run::new(bin())
        .args(["render", "apps/gpu", "--facts", "clusters"])
        .dir(repository.path())
        .out();
    let strip = |mut manifest: Value| {
        let metadata = manifest["metadata"].as_object_mut().unwrap();
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            annotations.remove("argocd.argoproj.io/tracking-id");
        }
        metadata.retain(|_, value| *value != json!({}));
        manifest
    };
    let deployed: Vec<Value> = manifests.into_iter().map(strip).collect();
    let rendered: Vec<Value> = rendered.docs().into_iter().map(strip).collect();
    assert_eq!(deployed, rendered);
}

/// Ids by which Argo CD itself tracks what it applied tell a second Application that the operators are of the first.
#[test]
fn what_one_application_implies_another_does_not_make_again() {
    let server = CmpServer::start(&plugin());
    let repository = repository();
    let ask = |application: &str, repository: &Project, parameters: &Value| {
        let mut request = request(repository, parameters);
        request["app"] = json!(application);
        server.manifests(&request).unwrap()
    };
    let mut applied = ask("first", &repository, &facts());
    for manifest in &mut applied {
        manifest["metadata"]["uid"] = json!("a");
    }
    let kinds = |manifests: &[Value]| {
        let kinds = manifests
            .iter()
            .map(|one| one["kind"].as_str().unwrap().to_owned());
        kinds.collect::<BTreeSet<String>>()
    };
    assert!(kinds(&applied).contains("Subscription"));
    applied.retain(|one| one["kind"] != "MachineSet" && one["kind"] != "ConfigMap");
    let dump = json!({"apiVersion": "v1", "kind": "List", "items": applied});
    let repository = repository.file("clusters/e2e/live.json", dump.to_string());
    let facts =
        json!([{"name": "facts", "string": format!("{FACTS},../../clusters/e2e/live.json")}]);
    let second = kinds(&ask("second", &repository, &facts));
    assert_eq!(
        second,
        ["ConfigMap", "MachineSet"].map(str::to_owned).into()
    );
    assert!(kinds(&ask("first", &repository, &facts)).contains("Subscription"));
}

#[test]
fn a_person_sees_the_whole_report() {
    let server = CmpServer::start(&plugin());
    let repository = repository().file(
        "apps/gpu/pool.yaml",
        POOL.replace("replicas: 2", "replicas: 2\n  zones: [us-east-1a]"),
    );
    let error = server
        .manifests(&request(&repository, &facts()))
        .unwrap_err();
    for part in [
        "`gpu-machineset argocd generate` failed exit status 1: error[zone-outside-region]: zone `us-east-1a` is not in region `eu-central-1`",
        "--> pool.yaml:10:11  GpuMachineSet l4, spec.zones[0]",
        "|           ^^^^^^^^^^",
        "= fact: region `eu-central-1` from Infrastructure/cluster (../../clusters/e2e/facts.yaml:",
        "= help: ",
        "1 error",
    ] {
        assert!(error.contains(part), "no {part:?} in\n{error}");
    }
}

#[test]
fn bad_input_fails_and_says_so() {
    let server = CmpServer::start(&plugin());
    let good = repository();
    let broken = repository().file("apps/gpu/broken.yaml", "a: [b\n");
    let empty = Project::new()
        .file("apps/gpu/README.md", "")
        .file("clusters/e2e/facts.yaml", raw_facts());
    let comments = Project::new()
        .file("apps/gpu/a.yaml", "# nothing\n---\n")
        .file("clusters/e2e/facts.yaml", raw_facts());
    let mut hosted = request(&good, &facts());
    hosted["apiVersions"] = json!(["v1", "apps/v1"]);
    let cases = [
        (request(&broken, &facts()), "error[invalid-yaml]"),
        (request(&good, &json!([])), "error[missing-fact]"),
        (
            request(&good, &json!([{"name": "facts", "map": {"a": "b"}}])),
            "error[invalid-parameter]",
        ),
        (
            request(&good, &json!([{"name": "fact", "string": "a"}])),
            "did you mean `facts`?",
        ),
        (
            request(&good, &json!([{"name": "facts", "string": "../../../x"}])),
            "error[outside-of-tree]",
        ),
        (
            request(
                &good,
                &json!([{"name": "pool.l4.replicas", "string": "two"}, facts()[0]]),
            ),
            "failed exit status 1: error[invalid-value]: `replicas`: expected an integer",
        ),
        (request(&empty, &facts()), "error[no-manifests]"),
        (request(&comments, &facts()), "error["),
        (hosted, "error[no-machine-api]"),
    ];
    let (requests, expected): (Vec<Value>, Vec<&str>) = cases.into_iter().unzip();
    for (reply, expected) in server.ask(&requests).iter().zip(expected) {
        let error = reply["error"]
            .as_str()
            .unwrap_or_else(|| panic!("{expected}: {reply}"));
        assert!(error.contains(expected), "no {expected:?} in\n{error}");
    }
}

#[test]
fn parameters_are_announced() {
    let server = CmpServer::start(&plugin());
    let repository = repository();
    let announced = |parameters: Value| {
        let mut request = request(&repository, &parameters);
        request["want"] = "parameters".into();
        let reply = server.ask(&[request]).remove(0);
        assert!(reply["error"].is_null(), "{reply}");
        let list = reply["reply"]["parameters"].as_array().unwrap().clone();
        move |name: &str| list.iter().find(|one| one["name"] == name).unwrap().clone()
    };
    let found = announced(facts());
    assert_eq!(found("infrastructureName")["string"], "e2e-x7k2p");
    assert_eq!(
        found("zones")["array"],
        json!(["eu-central-1a", "eu-central-1b"])
    );
    let nothing = announced(json!([]));
    assert_eq!(nothing("infrastructureName")["required"], true);
}

#[test]
fn a_kustomization_is_built_by_the_real_kustomize() {
    let server = CmpServer::with_programs(&plugin(), &[kustomize()]);
    let placeholder = POOL.replace(
        "  annotations:\n    config.kubernetes.io/local-config: \"true\"\n",
        "",
    );
    let patch = "patches:\n- target: {kind: GpuMachineSet}\n  patch: '[{\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": 4}]'\n";
    let repository = Project::new()
        .file(
            "apps/gpu/kustomization.yaml",
            format!("resources: [pool.yaml, other.yaml]\n{patch}"),
        )
        .file("apps/gpu/pool.yaml", &placeholder)
        .file("apps/gpu/other.yaml", BYSTANDER)
        .file("clusters/e2e/facts.yaml", raw_facts());
    let manifests = server.manifests(&request(&repository, &facts())).unwrap();
    let replicas: Vec<&Value> = manifests
        .iter()
        .filter(|one| one["kind"] == "MachineSet")
        .map(|one| &one["spec"]["replicas"])
        .collect();
    assert_eq!(replicas, [2, 2], "the patch of the placeholder counts");
    // marked as local-config it never arrives here, which must not look like "no pool"
    let dropped = repository.file("apps/gpu/pool.yaml", POOL);
    let error = server.manifests(&request(&dropped, &facts())).unwrap_err();
    assert!(error.contains("error[dropped-by-kustomize]"), "{error}");
    let without = CmpServer::start(&plugin());
    let error = without.manifests(&request(&dropped, &facts())).unwrap_err();
    assert!(error.contains("error[kustomize-not-found]"), "{error}");
}

#[test]
fn locked_up_as_openshift_does_it() {
    let podman = Podman::new();
    podman.build_image();
    let locked = CmpServer::in_container(&podman);
    let open = CmpServer::start(&plugin());
    let repository = repository();
    let good = request(&repository, &facts());
    let wrong = request(
        &repository,
        &json!([{"name": "pool.l4.zones", "string": "us-east-1a"}, facts()[0]]),
    );
    let mut parameters = good.clone();
    parameters["want"] = "parameters".into();
    let requests = [good, wrong, parameters];
    let without_times = |mut replies: Vec<Value>| {
        for reply in &mut replies {
            reply["millis"].take();
        }
        replies
    };
    let inside = without_times(locked.ask(&requests));
    assert_eq!(inside, without_times(open.ask(&requests)));
    let names = names(&texts(&inside[0]));
    assert!(
        MACHINE_SETS.iter().all(|set| names.contains(*set)),
        "{names:?}"
    );
    let error = inside[1]["error"].as_str().unwrap();
    assert!(error.contains("error[zone-outside-region]"), "{error}");
    assert!(inside[2]["reply"]["parameters"].is_array(), "{inside:?}");
    // and the kubelet's question
    let id = podman.podman(["ps", "--quiet"]).ok();
    podman
        .podman(["exec", id.trim(), "gpu-machineset", "argocd", "probe"])
        .out()
        .succeeded()
        .silent();
    let left = fs::read_dir(locked.work().join("_cmp_server")).unwrap();
    assert_eq!(left.count(), 0, "every tree is gone");
}

#[test]
fn many_at_once_and_large_ones() {
    let server = CmpServer::start(&plugin());
    let mut repository = repository();
    for number in 0..5_000 {
        let text = BYSTANDER.replace("name: bystander", &format!("name: bystander-{number}"));
        repository = repository.file(
            &format!("apps/large/{:02}/{number}.yaml", number % 50),
            text,
        );
    }
    let small = self::repository();
    let start = Instant::now();
    let replies = server.ask(&vec![request(&small, &facts()); 50]);
    eprintln!(
        "50 applications of one commit at once: {:?}",
        start.elapsed()
    );
    let first = texts(&replies[0]);
    // two sets, what they imply, and the bystander
    assert_eq!(first.len(), 2 + IMPLIED.len() + 1);
    for reply in &replies {
        assert_eq!(texts(reply), first, "{reply}");
    }
    // the same in a repository of 5,000 files, when the Application says what it needs of it
    let mut part = request(&repository, &facts());
    part["source"]["path"] = "gpu/app".into();
    part["generatePaths"] = ".;/gpu/clusters".into();
    part["source"]["plugin"]["parameters"] = json!([{"name": "facts", "string": "../clusters"}]);
    let repository = repository
        .file("gpu/app/pool.yaml", POOL)
        .file("gpu/app/other.yaml", BYSTANDER)
        .file("gpu/clusters/facts.yaml", raw_facts());
    let start = Instant::now();
    let replies = server.ask(&vec![part.clone(); 50]);
    eprintln!("50 of a repository of 5,000 files: {:?}", start.elapsed());
    for reply in &replies {
        assert_eq!(texts(reply), first, "{reply}");
    }
    part["generatePaths"] = ".".into();
    let error = server.manifests(&part).unwrap_err();
    assert!(error.contains("did not send"), "{error}");
    let large = application(repository.path(), "apps/large", "gpu-machineset", &facts());
    let start = Instant::now();
    assert_eq!(server.manifests(&large).unwrap().len(), 5_000);
    eprintln!("an application of 5,000 files: {:?}", start.elapsed());
    // Linux takes 128 KiB in one variable
    let long = "x".repeat(100 * 1024);
    let error = server
        .manifests(&request(
            &repository,
            &json!([{"name": "cluster", "string": long}, facts()[0]]),
        ))
        .unwrap_err();
    assert!(
        error.contains("error[unknown-facts]"),
        "{}",
        error.chars().take(300).collect::<String>()
    );
}

#[test]
fn beside_a_plugin_that_runs_cat() {
    let cat = "apiVersion: argoproj.io/v1alpha1\nkind: ConfigManagementPlugin\nmetadata: {name: cat}\nspec: {generate: {command: [cat, other.yaml]}}\n";
    let (ours, theirs) = (CmpServer::start(&plugin()), CmpServer::start(cat));
    let repository = repository();
    let median = |server: &CmpServer, plugin: &str| {
        let request = application(
            repository.path(),
            "apps/gpu",
            plugin,
            &if plugin == "cat" { json!([]) } else { facts() },
        );
        let mut millis: Vec<f64> = (0..15)
            .map(|_| {
                let reply = server.ask(std::slice::from_ref(&request)).remove(0);
                assert!(reply["error"].is_null(), "{reply}");
                reply["millis"].as_f64().unwrap()
            })
            .collect();
        millis.sort_by(f64::total_cmp);
        millis[millis.len() / 2]
    };
    let (ours, theirs) = (median(&ours, "gpu-machineset"), median(&theirs, "cat"));
    eprintln!("a call: {ours:.1} ms, of a plugin that runs cat {theirs:.1} ms");
    // debug builds and busy machines: a bound against something absurd only
    assert!(ours < theirs * 20.0 + 500.0, "{ours} against {theirs}");
}

#[test]
fn the_probe_knows_a_server_that_answers() {
    let server = CmpServer::start(&plugin());
    let socket = server.socket().unwrap();
    let probe = || Run::new(bin()).args(["argocd", "probe"]).arg(&socket).out();
    probe().succeeded().silent().quiet();
    drop(server);
    probe().ended_with(1).complains("error[probe-failed]");
}

fn shipped(path: &str) -> String {
    fs::read_to_string(root().join("deploy").join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn health_checks_run_in_argo_cds_own_lua() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("health.json")).unwrap();
    let request = |case: &Value| {
        let kind = case["kind"].as_str().unwrap();
        json!({"script": shipped(&format!("health/{kind}.lua")), "object": case["object"]})
    };
    let requests: Vec<Value> = cases.iter().map(request).collect();
    let replies = ask(&argocd("lua-health"), &requests, &[]);
    for (case, reply) in cases.iter().zip(&replies) {
        assert_eq!(reply["reply"]["status"], case["health"], "{case}: {reply}");
    }
    assert_eq!(replies[2]["reply"]["message"], "1 of 2 machines are ready");
}

#[test]
fn the_shipped_applicationset_passes_the_facts_of_a_cluster_secret() {
    let objects = documents(&shipped("fleet/argocd.yaml")).unwrap();
    let set = objects
        .iter()
        .find(|one| one["kind"] == "ApplicationSet")
        .unwrap();
    let params = |annotations: Value| {
        let labels = json!({"argocd.argoproj.io/secret-type": "cluster", "gpu-machineset.dev/pools": "true"});
        let metadata =
            json!({"name": "cluster-prod", "labels": labels, "annotations": annotations});
        let data = json!({"name": "prod", "server": "https://prod:6443", "config": "{}"});
        json!({"applicationSet": set, "secrets": [{"metadata": metadata, "stringData": data}]})
    };
    let all = json!({"gpu-machineset.dev/infrastructureName": "demo-x7k2p", "gpu-machineset.dev/platform": "AWS",
        "gpu-machineset.dev/region": "us-east-2", "gpu-machineset.dev/zones": "us-east-2a,us-east-2b",
        "gpu-machineset.dev/openshiftVersion": "4.20.8", "gpu-machineset.dev/installedVersion": "4.18.1",
        "gpu-machineset.dev/architecture": "amd64", "gpu-machineset.dev/ami": "ami-0123456789abcdef0"});
    let requests = [
        params(all),
        params(json!({"gpu-machineset.dev/region": "us-east-2"})),
    ];
    let replies = ask(&argocd("applicationset-generate"), &requests, &[]);
    let repository = Project::new().file("apps/gpu/pool.yaml", POOL);
    let server = CmpServer::start(&plugin());
    let generate = |reply: &Value| {
        assert!(reply["error"].is_null(), "{reply}");
        let mut request = request(&repository, &json!([]));
        let application = &reply["reply"]["applications"][0];
        request["source"] = application["spec"]["source"].clone();
        request["app"] = application["metadata"]["name"].clone();
        server.manifests(&request)
    };
    let names = names(&generate(&replies[0]).unwrap());
    assert!(
        names.contains("MachineSet/demo-x7k2p-gpu-g6-4xlarge-us-east-2a"),
        "{names:?}"
    );
    assert!(
        names.contains("MachineSet/demo-x7k2p-gpu-g6-4xlarge-us-east-2b"),
        "{names:?}"
    );
    let error = generate(&replies[1]).unwrap_err();
    assert!(
        error.contains(
            "error[missing-fact]: the infrastructure name of cluster `Application gpu-pools-prod`"
        ),
        "{error}"
    );
}

#[test]
fn what_deploy_ships_builds_and_is_accepted() {
    let server = ApiServer::start();
    server.apply_crds(&["argocds", "applications", "applicationsets", "appprojects"]);
    server.create_namespace("openshift-gitops");
    server.create_namespace("argocd");
    let build = |folder: &std::path::Path| {
        let out = Run::new(kustomize()).arg("build").arg(folder).out();
        out.succeeded().quiet();
        out.stdout
    };
    for way in [
        "openshift-gitops",
        "openshift-gitops-kustomize",
        "fleet",
        "rendered",
    ] {
        let text = build(&root().join("deploy").join(way));
        let images = text.lines().filter(|line| line.contains(" image: "));
        for image in images {
            // what `images:` of the kustomization says, and no stand-in
            assert!(
                image.ends_with("image: registry.example.com/gpu-machineset:v0.1.0"),
                "{way}: {image}"
            );
        }
        server.apply(&text).ok();
        let twice = server
            .kubectl(["kustomize"])
            .arg(root().join("deploy").join(way));
        assert_eq!(
            documents(&twice.ok()).unwrap(),
            documents(&text).unwrap(),
            "{way}, by kubectl"
        );
    }
    // the component, in an Argo CD of somebody
    let base = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: argocd-repo-server}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers: [{name: argocd-repo-server, image: argocd}]\n      volumes: [{name: var-files, emptyDir: {}}, {name: plugins, emptyDir: {}}]\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm}\n";
    let own = Project::new()
        .file(
            "own/kustomization.yaml",
            "namespace: argocd\nresources: [base.yaml]\ncomponents: [../component]\n",
        )
        .file("own/base.yaml", base)
        .file(
            "component/kustomization.yaml",
            shipped("argocd/kustomization.yaml"),
        )
        .file(
            "component/repo-server.yaml",
            shipped("argocd/repo-server.yaml"),
        )
        .file("component/argocd-cm.yaml", shipped("argocd/argocd-cm.yaml"));
    let text = build(&own.join("own"));
    server.apply(&text).ok();
    assert!(
        text.contains("/var/run/argocd/argocd-cmp-server") && text.contains("image: argocd\n"),
        "{text}"
    );
}
