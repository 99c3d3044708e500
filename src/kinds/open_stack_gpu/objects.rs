//! Objects of an `OpenStackGpu`, with what marks and orders them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api::FROM;
use crate::krm::{Node, ObjectId};
use crate::plan::{Made, Plan};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::cloud::Cloud;

const WAVE: &str = "argocd.argoproj.io/sync-wave";
const OPTIONS: &str = "argocd.argoproj.io/sync-options";

/// Group of the control plane and of its version.
pub(super) const CORE: &str = "core.openstack.org";

/// A kind of object. Waves are those of openstack-k8s-operators/gitops, those of storage before them.
#[derive(Clone, Copy)]
pub(super) struct KindOf {
    api: &'static str,
    pub(super) kind: &'static str,
    wave: i32,
    /// Whether its CRD comes with an operator, so that a dry run before that must be skipped.
    is_custom: bool,
}

const fn native(api: &'static str, kind: &'static str, wave: i32) -> KindOf {
    KindOf {
        api,
        kind,
        wave,
        is_custom: false,
    }
}

const fn custom(api: &'static str, kind: &'static str, wave: i32) -> KindOf {
    KindOf {
        api,
        kind,
        wave,
        is_custom: true,
    }
}

pub(super) const NAMESPACE: KindOf = native("v1", "Namespace", -30);
pub(super) const SERVICE_ACCOUNT: KindOf = native("v1", "ServiceAccount", -21);
pub(super) const ROLE: KindOf = native("rbac.authorization.k8s.io/v1", "Role", -21);
pub(super) const ROLE_BINDING: KindOf = native("rbac.authorization.k8s.io/v1", "RoleBinding", -21);
pub(super) const STORAGE_CLASS: KindOf = native("storage.k8s.io/v1", "StorageClass", -20);
pub(super) const JOB: KindOf = native("batch/v1", "Job", -20);
pub(super) const VOLUME: KindOf = native("v1", "PersistentVolume", -20);
pub(super) const NODE_POLICY: KindOf = custom("nmstate.io/v1", "NodeNetworkConfigurationPolicy", 1);
pub(super) const ATTACHMENT: KindOf =
    custom("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", 2);
pub(super) const POOL: KindOf = custom("metallb.io/v1beta1", "IPAddressPool", 3);
pub(super) const ADVERTISEMENT: KindOf = custom("metallb.io/v1beta1", "L2Advertisement", 4);
pub(super) const NET_CONFIG: KindOf = custom("network.openstack.org/v1beta1", "NetConfig", 5);
/// Before the control plane, which waits for its passwords.
pub(super) const EXTERNAL_SECRET: KindOf = custom("external-secrets.io/v1", "ExternalSecret", 6);
pub(super) const CONTROL_PLANE: KindOf =
    custom("core.openstack.org/v1beta1", "OpenStackControlPlane", 10);
pub(super) const CONFIG_MAP: KindOf = native("v1", "ConfigMap", 14);
pub(super) const SERVICE: KindOf = custom(
    "dataplane.openstack.org/v1beta1",
    "OpenStackDataPlaneService",
    14,
);
pub(super) const NODE_SET: KindOf = custom(
    "dataplane.openstack.org/v1beta1",
    "OpenStackDataPlaneNodeSet",
    15,
);
pub(super) const DEPLOYMENT: KindOf = custom(
    "dataplane.openstack.org/v1beta1",
    "OpenStackDataPlaneDeployment",
    20,
);
/// Nobody waits for it: it stays pending until a NodeSet mounts it.
pub(super) const CLAIM: KindOf = native("v1", "PersistentVolumeClaim", 90);

/// What an object has besides.
#[derive(Default)]
pub(super) struct More {
    pub(super) annotations: Vec<(&'static str, &'static str)>,
    pub(super) labels: Vec<(&'static str, String)>,
    /// Sync options besides.
    pub(super) options: Vec<&'static str>,
}

/// All that is made, in the order of its waves.
pub(super) struct Objects<'c, 'a> {
    cloud: &'c Cloud<'a>,
    made: Vec<(i32, Node)>,
}

impl<'c, 'a> Objects<'c, 'a> {
    pub(super) fn new(cloud: &'c Cloud<'a>) -> Self {
        Self {
            cloud,
            made: Vec::new(),
        }
    }

    /// Adds an object of the namespace of OpenStack.
    pub(super) fn put(&mut self, of: KindOf, name: &str, more: More, body: Value) {
        let namespace = self.cloud.namespace;
        self.add(of, name, Some(namespace), more, body);
    }

    /// Adds an object of another namespace, or of none.
    pub(super) fn add(
        &mut self,
        of: KindOf,
        name: &str,
        namespace: Option<&str>,
        more: More,
        body: Value,
    ) {
        let read = &self.cloud.placeholder.read;
        let mut annotations: BTreeMap<String, String> = read.annotations.clone();
        let mut options = more.options;
        if of.is_custom {
            options.push("SkipDryRunOnMissingResource=true");
        }
        if !options.is_empty() {
            annotations.insert(OPTIONS.to_owned(), options.join(","));
        }
        annotations
            .entry(WAVE.to_owned())
            .or_insert_with(|| of.wave.to_string());
        let own = more.annotations.into_iter();
        annotations.extend(own.map(|(key, value)| (key.to_owned(), value.to_owned())));
        annotations.insert(FROM.to_owned(), self.cloud.owner().to_string());
        let mut labels = read.labels.clone();
        let own = more.labels.into_iter();
        labels.extend(own.map(|(key, value)| (key.to_owned(), value)));
        let mut metadata = Map::new();
        metadata.insert("annotations".to_owned(), json!(annotations));
        if !labels.is_empty() {
            metadata.insert("labels".to_owned(), json!(labels));
        }
        metadata.insert("name".to_owned(), name.into());
        if let Some(namespace) = namespace {
            metadata.insert("namespace".to_owned(), namespace.into());
        }
        let mut object = json!({"apiVersion": of.api, "kind": of.kind, "metadata": metadata});
        if let Value::Object(fields) = body {
            for (key, value) in fields {
                object[key.as_str()] = value;
            }
        }
        self.made.push((of.wave, Node::from_json(&object)));
    }

    /// What was made; nothing of it is made by another placeholder of the cluster.
    pub(super) fn finish(mut self, plan: &Plan, problems: &mut Problems) -> Vec<Made> {
        self.made.sort_by_key(|(wave, _)| *wave);
        let same = |id: &ObjectId, made: &&Made| {
            made.cluster == self.cloud.cluster && ObjectId::from(made.node.as_ref()) == *id
        };
        let mut shared: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut is_one_cloud = false;
        for (_, node) in &self.made {
            let id = ObjectId::from(node);
            if let Some(other) = plan.made.iter().find(|made| same(&id, made)) {
                is_one_cloud |= id.namespace == self.cloud.namespace;
                let name = format!("{} `{}`", id.kind, id.name);
                shared.entry(other.from.to_string()).or_default().push(name);
            }
        }
        for (other, names) in shared {
            let (first, more) = (names.first().cloned().unwrap_or_default(), names.len() - 1);
            let more = if more == 0 {
                String::new()
            } else {
                format!(" and {more} more")
            };
            let message = format!("{first}{more} would be made from {other} too");
            let place = self.cloud.place("metadata.name");
            let problem = Problem::new(&rule::SHARED_OBJECT, place, message);
            problems.push(problem.help(if is_one_cloud {
                "one OpenStackGpu for each namespace: put the `gpus` of both into it"
            } else {
                "another namespace needs a `storage.class` and a `storage.local.path` of its own: volumes and classes are of the whole cluster"
            }));
        }
        let made = |(_, node): (i32, Node)| Made {
            node: node.into(),
            from: self.cloud.owner(),
            cluster: self.cloud.cluster.clone(),
            pool: None,
        };
        self.made.into_iter().map(made).collect()
    }
}
