//! What a `GpuDelivery` becomes under Argo CD's own code: Applications, in steps, that their project permits.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Instant;

use gpu_machineset_e2e::{ApiServer, Run, argocd, ask, bin, documents, root};
use serde_json::{Value, json};

use crate::inputs::raw_facts;

fn rendered(path: &str) -> Vec<Value> {
    let out = Run::new(bin()).arg("render").arg(root().join(path)).out();
    out.succeeded();
    documents(&out.stdout).unwrap()
}

fn of_kind<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    objects.iter().filter(|one| one["kind"] == kind).collect()
}

/// The Secret of a cluster, as `argocd cluster add` makes it.
fn cluster(name: &str, labels: &Value) -> Value {
    let mut labels = labels.clone();
    labels["argocd.argoproj.io/secret-type"] = "cluster".into();
    json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": format!("cluster-{}", name.to_lowercase()), "labels": labels, "annotations": facts()},
        "stringData": {"name": name, "server": format!("https://{name}.acme.dev:6443"), "config": "{}"},
    })
}

fn facts() -> Value {
    json!({"gpu-machineset.dev/infrastructureName": "demo-x7k2p", "gpu-machineset.dev/region": "us-east-2"})
}

/// The Applications that the controller makes of an ApplicationSet.
fn applications(set: &Value, secrets: &[Value]) -> Vec<Value> {
    let request = json!({"applicationSet": set, "secrets": secrets});
    let reply = ask(&argocd("applicationset-generate"), &[request], &[]).remove(0);
    assert!(reply["error"].is_null(), "{reply}");
    reply["reply"]["applications"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

fn names(applications: &[Value]) -> BTreeSet<String> {
    let name = |one: &Value| one["metadata"]["name"].as_str().unwrap().to_owned();
    applications.iter().map(name).collect()
}

/// Which Applications each step of an ApplicationSet is for, by their labels.
fn steps(set: &Value, applications: &[Value]) -> Vec<BTreeSet<String>> {
    let steps = set["spec"]["strategy"]["rollingSync"]["steps"]
        .as_array()
        .unwrap();
    let of_step = |step: &Value| {
        let fits = |one: &&Value| {
            step["matchExpressions"]
                .as_array()
                .unwrap()
                .iter()
                .all(|expression| {
                    let label = &one["metadata"]["labels"][expression["key"].as_str().unwrap()];
                    expression["operator"] == "In"
                        && expression["values"].as_array().unwrap().contains(label)
                })
        };
        names(
            &applications
                .iter()
                .filter(fits)
                .cloned()
                .collect::<Vec<Value>>(),
        )
    };
    steps.iter().map(of_step).collect()
}

/// The one object of a kind.
fn only<'o>(objects: &'o [Value], kind: &str) -> &'o Value {
    let found = of_kind(objects, kind);
    assert_eq!(found.len(), 1, "{kind}: {objects:?}");
    found[0]
}

/// What the project permits of these kinds and Applications.
fn judged(project: &Value, kinds: &Value, applications: &[Value]) -> Value {
    let request = json!({"project": project, "kinds": kinds, "applications": applications});
    let reply = ask(&argocd("project-judge"), &[request], &[]).remove(0);
    assert!(reply["error"].is_null(), "{reply}");
    reply["reply"].clone()
}

#[test]
fn seed_002_is_delivered_in_two_steps_to_the_clusters_of_its_label() {
    let objects = rendered("testdata/render/delivery/seed-002/input.yaml");
    let set = only(&objects, "ApplicationSet");
    let local = only(&objects, "Secret");
    let gpu = json!({"environment": "gpu-enabled"});
    let secrets = [
        local.clone(),
        cluster("prod", &gpu),
        cluster("web", &json!({"environment": "none"})),
    ];
    let made = applications(set, &secrets);
    let on = |component: &str| {
        BTreeSet::from(
            ["local-cluster", "prod"].map(|name| format!("gpu-scheduler-{component}-{name}")),
        )
    };
    assert_eq!(steps(set, &made), [on("scheduler"), on("check")]);
    assert_eq!(made.len(), 4);
    let check = made
        .iter()
        .find(|one| one["metadata"]["name"] == "gpu-scheduler-check-prod")
        .unwrap();
    assert_eq!(
        check["spec"]["destination"]["server"],
        "https://prod.acme.dev:6443"
    );
    assert_eq!(
        check["spec"]["source"]["path"],
        "charts/gpu-scheduler-check"
    );
    let map = &check["spec"]["source"]["helm"]["valuesObject"]["gpuScheduling"]["schedulingMap"];
    assert_eq!(
        map[0],
        json!({"podIndex": 0, "nodeName": "node1", "gpuDevices": "0,1"})
    );
    // the project takes all of it and nothing else
    let project = only(&objects, "AppProject");
    let kinds = json!([
        {"group": "apps", "kind": "Deployment", "namespaced": true},
        {"group": "apps", "kind": "StatefulSet", "namespaced": true},
        {"group": "admissionregistration.k8s.io", "kind": "MutatingWebhookConfiguration", "namespaced": false},
        {"group": "", "kind": "Namespace", "namespaced": false},
        {"group": "apps", "kind": "DaemonSet", "namespaced": true},
        {"group": "", "kind": "Node", "namespaced": false},
    ]);
    let mut elsewhere = check.clone();
    elsewhere["spec"]["destination"]["namespace"] = "kube-system".into();
    let mut foreign = check.clone();
    foreign["spec"]["source"]["repoURL"] = "https://evil.dev/gpu.git".into();
    let asked = [made, vec![elsewhere, foreign]].concat();
    let permitted = judged(project, &kinds, &asked);
    assert_eq!(
        permitted["kinds"],
        json!([true, true, true, true, false, false])
    );
    assert_eq!(
        permitted["applications"],
        json!([true, true, true, true, false, false])
    );
}

#[test]
fn groups_of_clusters_get_their_values_and_braces_of_others_survive() {
    let objects = rendered("testdata/render/delivery/environments/input.yaml");
    let set = only(&objects, "ApplicationSet");
    let secrets = [
        cluster("east", &json!({"gpu": "true", "stage": "prod"})),
        cluster("dev", &json!({"gpu": "true", "stage": "dev"})),
        cluster("bare", &json!({"gpu": "true"})),
    ];
    let made = applications(set, &secrets);
    let by_name: BTreeMap<&str, &Value> = made
        .iter()
        .map(|one| (one["metadata"]["name"].as_str().unwrap(), one))
        .collect();
    assert_eq!(
        by_name.keys().copied().collect::<Vec<_>>(),
        [
            "gpu-backup-in-cluster",
            "gpu-pools-bare",
            "gpu-pools-dev",
            "gpu-pools-east",
            "gpu-web-bare",
            "gpu-web-dev",
            "gpu-web-east"
        ]
    );
    let helm = &by_name["gpu-web-east"]["spec"]["source"]["helm"];
    assert_eq!(
        helm["valuesObject"],
        json!({"replicas": "3", "host": "web.east.acme.dev", "alert": "{{ $labels.gpu }} is hot"})
    );
    assert_eq!(
        by_name["gpu-web-bare"]["spec"]["source"]["helm"]["valuesObject"]["replicas"],
        "1"
    );
    let pools = by_name["gpu-pools-dev"];
    let parameters = pools["spec"]["source"]["plugin"]["parameters"]
        .as_array()
        .unwrap();
    assert!(
        parameters.contains(&json!({"name": "facts", "string": "../../clusters/dev"})),
        "{pools}"
    );
    assert_eq!(
        pools["metadata"]["annotations"]["argocd.argoproj.io/manifest-generate-paths"],
        ".;../../clusters/dev"
    );
    assert_eq!(pools["spec"]["syncPolicy"]["retry"]["limit"], -1);
    assert_eq!(pools["spec"]["syncPolicy"]["retry"]["backoff"]["factor"], 2);
    assert!(
        pools["metadata"]["finalizers"].is_null(),
        "machines stay when the set goes: {pools}"
    );
    let project = only(&objects, "AppProject");
    let permitted = judged(project, &json!([]), &made);
    assert_eq!(
        permitted["applications"],
        json!([true, true, true, true, true, true, true])
    );
}

/// Group, kind and scope of every object of a stream that is not Argo CD's.
fn kinds_of(objects: &[Value]) -> Value {
    let delivered = objects.iter().filter(|one| {
        let version = one["apiVersion"].as_str().unwrap();
        !version.starts_with("argoproj.io/")
    });
    let kind = |one: &Value| {
        let version = one["apiVersion"].as_str().unwrap();
        let group = version.split_once('/').map_or("", |(group, _)| group);
        let namespaced = one["metadata"]["namespace"].is_string();
        json!({"group": group, "kind": one["kind"], "namespaced": namespaced})
    };
    delivered.map(kind).collect()
}

#[test]
fn seed_001_comes_as_one_application_whose_project_permits_what_it_becomes() {
    let objects = rendered("testdata/render/delivery/seed-001/input.yaml");
    let made: Vec<Value> = of_kind(&objects, "Application")
        .into_iter()
        .cloned()
        .collect();
    assert_eq!(names(&made), BTreeSet::from(["step-01-gpu".to_owned()]));
    assert_eq!(
        made[0]["spec"]["source"]["plugin"]["name"],
        "gpu-machineset"
    );
    let kinds = kinds_of(&objects);
    let count = kinds.as_array().unwrap().len();
    assert!(count > 15, "{kinds}");
    let project = only(&objects, "AppProject");
    let permitted = judged(project, &kinds, &made);
    assert_eq!(permitted["kinds"], json!(vec![true; count]));
    assert_eq!(permitted["applications"], json!([true]));
    let others = json!([
        {"group": "apps", "kind": "Deployment", "namespaced": true},
        {"group": "", "kind": "Secret", "namespaced": true},
        {"group": "datasciencecluster.opendatahub.io", "kind": "DataScienceCluster", "namespaced": false},
    ]);
    let permitted = judged(project, &others, &[]);
    assert_eq!(permitted["kinds"], json!([false, false, false]));
}

#[test]
fn seed_004_gives_two_clusters_their_own_sizes_and_the_hub_the_delivery_itself() {
    let objects = rendered("testdata/render/delivery/seed-004/input.yaml");
    let set = only(&objects, "ApplicationSet");
    let secrets = ["dev", "prod"].map(|stage| {
        let labels = json!({"rhoaibu": "true", "stage": stage});
        cluster(&format!("rhoaibu-cluster-{stage}"), &labels)
    });
    let made = applications(set, &secrets);
    let steps = steps(set, &made);
    let on = |component: &str| {
        let name = |stage| format!("maas-{component}-rhoaibu-cluster-{stage}");
        BTreeSet::from(["dev", "prod"].map(name))
    };
    let hub = BTreeSet::from(["maas-apps-in-cluster".to_owned()]);
    assert_eq!(steps, [hub, on("pools"), on("models")]);
    let of = |name: &str| {
        let mut all = made.iter();
        all.find(|one| one["metadata"]["name"] == name).unwrap()
    };
    for (stage, most) in [("dev", "2"), ("prod", "10")] {
        let pools = of(&format!("maas-pools-rhoaibu-cluster-{stage}"));
        let parameters = &pools["spec"]["source"]["plugin"]["parameters"];
        let private = json!({"name": "pool.t4-private.autoscaling.max", "string": most});
        assert!(parameters.as_array().unwrap().contains(&private), "{pools}");
        let models = of(&format!("maas-models-rhoaibu-cluster-{stage}"));
        let path = format!("components/configs/maas/overlays/{stage}");
        assert_eq!(models["spec"]["source"]["path"], path.as_str());
    }
    let project = only(&objects, "AppProject");
    let permitted = judged(project, &json!([]), &made);
    assert_eq!(permitted["applications"], json!(vec![true; made.len()]));
    // what the hub gets is what was rendered: it may bring its own project
    let ours: Vec<Value> = objects
        .iter()
        .filter(|one| one["kind"] != "Secret")
        .cloned()
        .collect();
    let kinds: Value = ours
        .iter()
        .map(|one| json!({"group": "argoproj.io", "kind": one["kind"], "namespaced": true}))
        .collect();
    assert_eq!(
        judged(project, &kinds, &[])["kinds"],
        json!(vec![true; ours.len()])
    );
}

/// Without the expression Argo CD would set back what the autoscaler decides; with one that is too wide it would let
/// anybody scale the fixed pools.
#[test]
fn replicas_of_one_pool_are_ignored_by_argo_cds_own_normalizer() {
    let input = format!(
        "{}---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {{name: l4}}
spec: {{instanceType: g6.4xlarge, nameTemplate: \"{{name}}-{{zone}}\", replicas: 2, autoscaling: {{min: 1, max: 4}}}}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {{name: fixed}}
spec: {{instanceType: g6.12xlarge, nameTemplate: \"{{name}}-{{zone}}\", replicas: 2}}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuDelivery
metadata: {{name: gpu}}
spec:
  source: {{repoURL: https://git.acme.dev/gpu.git}}
  components: [{{name: pools, path: apps/gpu, pools: plugin}}]
",
        raw_facts()
    );
    let out = Run::new(bin()).args(["render", "-"]).stdin(input).out();
    let objects = documents(&out.succeeded().stdout).unwrap();
    let ignored = &only(&objects, "Application")["spec"]["ignoreDifferences"];
    let mut seen = BTreeSet::new();
    for set in of_kind(&objects, "MachineSet") {
        let request = json!({"ignoreDifferences": ignored, "object": set});
        let reply = ask(&argocd("ignore-normalizer"), &[request], &[]).remove(0);
        assert!(reply["error"].is_null(), "{reply}");
        let left = &reply["reply"]["object"];
        let is_scaled =
            set["metadata"]["annotations"]["gpu-machineset.dev/from"] == "GpuMachineSet/l4";
        assert_eq!(left["spec"]["replicas"].is_null(), is_scaled, "{left}");
        let image = &left["spec"]["template"]["spec"]["providerSpec"]["value"]["ami"];
        assert!(image.is_null(), "boot images are others': {image}");
        assert_eq!(left["spec"]["selector"], set["spec"]["selector"]);
        seen.insert(is_scaled);
    }
    assert_eq!(seen, BTreeSet::from([false, true]));
}

#[test]
fn a_thousand_clusters_have_applications_of_names_of_their_own() {
    let objects = rendered("testdata/render/delivery/seed-002/input.yaml");
    let set = only(&objects, "ApplicationSet");
    let gpu = json!({"environment": "gpu-enabled"});
    let long = "a-cluster-whose-name-is-as-long-as-somebody-could-make-it";
    let secrets: Vec<Value> = (0..1000)
        .map(|n| {
            if n % 2 == 0 {
                format!("c{n}")
            } else {
                format!("{long}-{n}")
            }
        })
        .map(|name| cluster(&name, &gpu))
        .collect();
    let start = Instant::now();
    let made = applications(set, &secrets);
    eprintln!("Applications of 1,000 clusters: {:?}", start.elapsed());
    assert_eq!(names(&made).len(), 2000);
    let longest = names(&made).into_iter().map(|name| name.len()).max();
    assert_eq!(longest, Some(63));
}

#[test]
fn every_delivery_is_taken_by_the_api_server() {
    let server = ApiServer::start();
    server.apply_crds(&["applications", "applicationsets", "appprojects", "argocds"]);
    server.create_namespace("openshift-gitops");
    let cases = fs::read_dir(root().join("testdata/render/delivery")).unwrap();
    let mut count = 0;
    for case in cases {
        let case = case.unwrap().path();
        let text = fs::read_to_string(case.join("expected.yaml")).unwrap();
        // pools beside it are for other clusters, and have tests of their own
        let of_pools = |one: &&str| {
            ["GpuMachineSet", "GpuPlatform"]
                .iter()
                .any(|kind| one.contains(&format!("gpu-machineset.dev/from: {kind}/")))
        };
        let of_hub: Vec<&str> = text.split("\n---\n").filter(|one| !of_pools(one)).collect();
        let text = of_hub.join("\n---\n");
        server.apply(&text).ok();
        for project in of_kind(&documents(&text).unwrap(), "AppProject") {
            judged(project, &json!([]), &[]);
            count += 1;
        }
        server
            .kubectl(["delete", "--wait=true", "--timeout=60s", "-f", "-"])
            .stdin(text)
            .ok();
    }
    assert!(count >= 5, "{count} projects");
}
