//! What `render --per-cluster` writes, in the hands of Argo CD, kustomize and a kube-apiserver.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gpu_machineset_e2e::{
    ApiServer, Project, Run, argocd, ask, bin, documents, kustomize, object_id, root, texts,
};
use serde_json::{Value, json};

use crate::apiserver::assert_accepted;
use crate::inputs::POOL;

/// Clusters of the repository, by what their folders are called: their infrastructure names.
const CLUSTERS: [(&str, &str); 3] = [
    ("qt67m", "cluster-qt67m-xmnfl"),
    ("rhoaibu-dev", "dev-4xk8v"),
    ("zpqdx", "cluster-zpqdx-xxm9n"),
];
const NO_OPERATORS: &str = "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: none}\nspec: {operators: {}}\n";

/// A repository with the folder `rendered/` of three clusters.
fn repository() -> Project {
    let mut project = Project::new().file("gpu.yaml", format!("{POOL}{NO_OPERATORS}"));
    for (cluster, _) in CLUSTERS {
        let folder = root().join("testdata/clusters/aws").join(cluster);
        let sets = fs::read_dir(folder.join("machinesets")).unwrap();
        let mut files: Vec<_> = sets.map(|entry| entry.unwrap().path()).collect();
        files.push(folder.join("infrastructure.yaml"));
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&file).unwrap();
            project = project.file(&format!("clusters/{cluster}/{name}"), text);
        }
    }
    Run::new(bin())
        .args([
            "render",
            "gpu.yaml",
            "--facts",
            "clusters",
            "--per-cluster",
            "-o",
            "rendered",
        ])
        .dir(project.path())
        .out()
        .succeeded();
    project
}

/// The objects of a folder, as one stream.
fn stream(folder: &Path) -> String {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap());
    texts.collect::<Vec<_>>().join("---\n")
}

fn names(objects: &[Value]) -> BTreeSet<String> {
    objects.iter().map(object_id).collect()
}

/// The Secret of a cluster in Argo CD.
fn secret(name: &str) -> Value {
    let labels =
        json!({"argocd.argoproj.io/secret-type": "cluster", "gpu-machineset.dev/pools": "true"});
    let data = json!({"name": name, "server": format!("https://{name}:6443"), "config": "{}"});
    json!({"metadata": {"name": name, "labels": labels}, "stringData": data})
}

fn shipped() -> Vec<Value> {
    let text = fs::read_to_string(root().join("deploy/rendered/argocd.yaml")).unwrap();
    documents(&text).unwrap()
}

#[test]
fn the_shipped_applicationset_delivers_each_folder_to_its_cluster() {
    let objects = shipped();
    let set = objects.iter().find(|one| one["kind"] == "ApplicationSet");
    let secrets = CLUSTERS.map(|(_, folder)| secret(folder));
    let request = json!({"applicationSet": set, "secrets": secrets});
    let reply = ask(&argocd("applicationset-generate"), &[request], &[]).remove(0);
    assert!(reply["error"].is_null(), "{reply}");
    let made = reply["reply"]["applications"].as_array().unwrap();
    assert_eq!(made.len(), CLUSTERS.len());
    let repository = repository();
    for (_, folder) in CLUSTERS {
        let mut all = made.iter();
        let name = format!("gpu-fleet-pools-{folder}");
        let application = all.find(|one| one["metadata"]["name"] == name.as_str());
        let application = application.unwrap_or_else(|| panic!("{name}: {made:?}"));
        let server = format!("https://{folder}:6443");
        assert_eq!(
            application["spec"]["destination"]["server"],
            server.as_str()
        );
        let automated = &application["spec"]["syncPolicy"]["automated"];
        // Argo CD leaves out what is false
        assert_ne!(automated["prune"], true);
        let request = json!({
            "want": "manifests",
            "root": repository.path(),
            "app": application["metadata"]["name"],
            "namespace": "",
            "source": application["spec"]["source"],
            "kubeVersion": "1.33.4",
            "apiVersions": ["v1", "machine.openshift.io/v1beta1", "autoscaling.openshift.io/v1beta1"],
        });
        let reply = ask(&argocd("repo-server-client"), &[request], &[]).remove(0);
        assert!(reply["error"].is_null(), "{reply}");
        let written = stream(&repository.join("rendered").join(folder));
        let written = documents(&written).unwrap();
        assert!(
            names(&written).iter().any(|name| name.contains(folder)),
            "{folder}"
        );
        assert_eq!(names(&texts(&reply)), names(&written), "{folder}");
    }
}

#[test]
fn every_folder_is_built_and_accepted() {
    let repository = repository();
    let server = ApiServer::start();
    server.apply_crds(&[
        "machinesets",
        "machineautoscalers",
        "applicationsets",
        "appprojects",
    ]);
    server.create_namespace("openshift-gitops");
    let set = fs::read_to_string(root().join("deploy/rendered/argocd.yaml")).unwrap();
    server.apply(&set).ok();
    for (_, folder) in CLUSTERS {
        let folder = repository.join("rendered").join(folder);
        assert_accepted(&server, stream(&folder).trim_end());
        // a folder is a base for whoever patches it
        let resources: Vec<String> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name != ".gpu-machineset")
            .collect();
        let list = json!({"resources": resources}).to_string();
        fs::write(folder.join("kustomization.yaml"), list).unwrap();
        let out = Run::new(kustomize()).arg("build").arg(&folder).out();
        out.succeeded().quiet();
        fs::remove_file(folder.join("kustomization.yaml")).unwrap();
        let (built, written) = (
            documents(&out.stdout).unwrap(),
            documents(&stream(&folder)).unwrap(),
        );
        assert_eq!(names(&built), names(&written));
    }
}
