//! Volumes of the control plane out of folders of nodes, as install_yamls makes them, so that an existing lab is taken
//! over: class, names, paths and the claim for logs.

use serde_json::json;

use crate::api::open_stack_gpu::{Local, Prepare, ReclaimPolicy};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};
use crate::types::quantity;

use super::cloud::Cloud;
use super::nodes::{self, HOSTNAME};
use super::objects::{
    CLAIM, JOB, More, Objects, ROLE, ROLE_BINDING, SERVICE_ACCOUNT, STORAGE_CLASS, VOLUME,
};

const PREPARE: &str = "storage-prep";
const LOGS: &str = "ansible-ee-logs";
const IMAGE: &str = "registry.access.redhat.com/ubi9/ubi-minimal:9.6";

/// Puts class, folders, volumes and the claim.
pub(super) fn put(
    cloud: &Cloud<'_>,
    claims: u32,
    objects: &mut Objects<'_, '_>,
    problems: &mut Problems,
) {
    let storage = cloud.spec.storage.as_ref();
    let local = storage.and_then(|storage| storage.local.as_ref());
    if let Some(local) = local {
        put_local(cloud, local, claims, objects, problems);
    }
    let logs = storage.and_then(|storage| storage.logs_claim);
    let is_given = cloud
        .given_here("", "PersistentVolumeClaim")
        .any(|(_, document)| document.name == LOGS);
    if logs.unwrap_or(local.is_some()) && !is_given {
        let more = More {
            // it waits for a first consumer, which for Argo CD is progress without end
            annotations: vec![("argocd.argoproj.io/ignore-healthcheck", "true")],
            ..More::default()
        };
        let size = local.map_or("10Gi", size);
        // a claim that is there cannot be changed: beside volumes as `make` makes them it is as that of `make`
        let modes = if local.is_some() {
            json!(["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany"])
        } else {
            json!(["ReadWriteOnce"])
        };
        let spec = json!({
            "accessModes": modes,
            "resources": {"requests": {"storage": size}},
            "storageClassName": cloud.class(),
        });
        objects.put(CLAIM, LOGS, more, json!({"spec": spec}));
    }
}

fn size(local: &Local) -> &str {
    local.size.as_deref().unwrap_or("10Gi")
}

fn put_local(
    cloud: &Cloud<'_>,
    local: &Local,
    claims: u32,
    objects: &mut Objects<'_, '_>,
    problems: &mut Problems,
) {
    let class = cloud.class();
    let names = nodes::of_volumes(cloud, local.nodes.as_ref(), problems);
    check(cloud, local, (names.len(), claims), problems);
    let is_given = cloud
        .given("storage.k8s.io", "StorageClass")
        .any(|(_, document)| document.name == class);
    if !is_given {
        let body = json!({
            "provisioner": "kubernetes.io/no-provisioner",
            "volumeBindingMode": "WaitForFirstConsumer",
        });
        objects.add(STORAGE_CLASS, class, None, More::default(), body);
    }
    if local.prepare.unwrap_or_default() == Prepare::Job {
        put_jobs(cloud, local, &names, objects, problems);
    }
    let policy = match local.reclaim_policy.unwrap_or_default() {
        ReclaimPolicy::Retain => "Retain",
        ReclaimPolicy::Delete => "Delete",
    };
    for node in &names {
        for number in numbers(local) {
            let terms = json!([{"matchExpressions": [{
                "key": HOSTNAME, "operator": "In", "values": [node],
            }]}]);
            let spec = json!({
                "accessModes": ["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany"],
                "capacity": {"storage": size(local)},
                "local": {"path": format!("{}/pv{number}", path(local))},
                "nodeAffinity": {"required": {"nodeSelectorTerms": terms}},
                "persistentVolumeReclaimPolicy": policy,
                "storageClassName": class,
            });
            let name = format!("{class}{number}-{node}");
            objects.add(VOLUME, &name, None, More::default(), json!({"spec": spec}));
        }
    }
}

fn path(local: &Local) -> &str {
    let path = local.path.as_deref().unwrap_or("/mnt/openstack");
    path.trim_end_matches('/')
}

fn count(local: &Local) -> u32 {
    local.volumes.unwrap_or(12)
}

/// `01` to `20`, as `seq -w` counts: folders and volumes have the same.
fn numbers(local: &Local) -> impl Iterator<Item = String> {
    let width = count(local).to_string().len();
    (1..=count(local)).map(move |number| format!("{number:0width$}"))
}

/// A Job on each node makes the folders, and nothing else: kubelet sets group and SELinux label of local volumes.
fn put_jobs(
    cloud: &Cloud<'_>,
    local: &Local,
    names: &[String],
    objects: &mut Objects<'_, '_>,
    problems: &mut Problems,
) {
    let subject =
        json!([{"kind": "ServiceAccount", "name": PREPARE, "namespace": cloud.namespace}]);
    let privileged = json!([{
        "apiGroups": ["security.openshift.io"],
        "resourceNames": ["privileged"],
        "resources": ["securitycontextconstraints"],
        "verbs": ["use"],
    }]);
    let role = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": PREPARE});
    objects.put(SERVICE_ACCOUNT, PREPARE, More::default(), json!({}));
    objects.put(ROLE, PREPARE, More::default(), json!({"rules": privileged}));
    let binding = json!({"roleRef": role, "subjects": subject});
    objects.put(ROLE_BINDING, PREPARE, More::default(), binding);
    let (path, count) = (path(local), count(local));
    let script = format!("for i in $(seq -w 1 {count}); do mkdir -p \"{path}/pv$i\"; done");
    for node in names {
        let container = json!({
            "command": ["/bin/sh", "-ec", script],
            "image": local.image.as_deref().unwrap_or(IMAGE),
            "name": "folders",
            "securityContext": {"privileged": true},
            "volumeMounts": [{"mountPath": path, "name": "folders"}],
        });
        let pod = json!({
            "containers": [container],
            "nodeSelector": {HOSTNAME: node},
            "restartPolicy": "OnFailure",
            "serviceAccountName": PREPARE,
            "volumes": [{"hostPath": {"path": path, "type": "DirectoryOrCreate"}, "name": "folders"}],
        });
        let name = format!("{PREPARE}-{node}");
        if name.len() > 63 {
            let message = format!(
                "`{name}` has {} characters, and a Job has 63 at the most",
                name.len()
            );
            let place = cloud.place("spec.storage.local.prepare");
            let problem = Problem::new(&rule::STORAGE_NODES, place, message);
            problems.push(
                problem.help("write `prepare: none`, and make the folders with a MachineConfig"),
            );
        }
        let more = More {
            // a Job cannot be changed: each sync makes it anew
            annotations: vec![
                ("argocd.argoproj.io/hook", "Sync"),
                (
                    "argocd.argoproj.io/hook-delete-policy",
                    "BeforeHookCreation",
                ),
            ],
            ..More::default()
        };
        objects.put(
            JOB,
            &name,
            more,
            json!({"spec": {"backoffLimit": 4, "template": {"spec": pod}}}),
        );
    }
}

fn check(cloud: &Cloud<'_>, local: &Local, (nodes, claims): (usize, u32), problems: &mut Problems) {
    let text = size(local);
    let place = || cloud.place("spec.storage.local.size");
    match quantity::mib(text) {
        None => {
            let message = format!("`{text}` is not a size");
            let problem = Problem::new(&rule::VOLUMES, place(), message);
            problems.push(problem.help("write a number with `Mi`, `Gi` or `Ti`, as `10Gi`"));
        }
        Some(mib) if mib < 10 * 1024 => {
            let message = format!(
                "{text} is less than the 10Gi that the databases of OVN, Glance and Swift claim"
            );
            let problem = Problem::new(&rule::VOLUMES, place(), message);
            problems.push(problem.help("write `size: 10Gi` or more: such a claim stays pending"));
        }
        Some(_) => {}
    }
    let path = local.path.as_deref().unwrap_or("/mnt/openstack");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if !path.starts_with('/')
        || path.trim_end_matches('/').len() < 2
        || !path.chars().all(is_plain)
        || path.contains("..")
    {
        let message = format!("`{path}` is not a folder of a node that can hold volumes");
        let problem = Problem::new(
            &rule::VOLUMES,
            cloud.place("spec.storage.local.path"),
            message,
        );
        problems.push(problem.help(
            "write an absolute path of letters, digits, `-`, `_` and `.`, as `/mnt/openstack`",
        ));
    }
    let volumes = count(local).saturating_mul(u32::try_from(nodes).unwrap_or(u32::MAX));
    if nodes > 0 && volumes < claims {
        let each = claims.div_ceil(u32::try_from(nodes).unwrap_or(1));
        let message = format!(
            "{volumes} volumes for {claims} claims of the control plane: some stay pending"
        );
        let place = cloud.place("spec.storage.local.volumes");
        let problem = Problem::new(&rule::TOO_FEW_VOLUMES, place, message);
        problems.push(problem.help(format!("write `volumes: {each}` or more, for each node")));
    }
}
