//! Objects of a `GpuAccess`, with what marks and orders them.

use std::collections::BTreeMap;

use super::context::Context;
use crate::api::{FROM, OurKind, Owner};
use crate::krm::{Node, ObjectId};
use crate::operator::tolerations::{self, Toleration};
use crate::plan::Made;
use crate::problem::rules::access as rule;
use crate::problem::{Problem, Problems};

/// Quotas and flavors, then what refers to them; after Kueue (2) and OpenShift AI (7), before MachineSets (10).
pub(super) const QUOTAS: i32 = 4;
pub(super) const CLUSTER_QUEUES: i32 = 5;
pub(super) const LOCAL_QUEUES: i32 = 6;
pub(super) const PROFILES: i32 = 8;
pub(super) const POLICIES: i32 = 8;
pub(super) const BINDINGS: i32 = 9;

/// Every kind that a `GpuAccess` may make, by group: what a project that delivers one has to allow.
pub(crate) const KINDS: [(&str, &str); 11] = [
    ("", "ResourceQuota"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    (
        "admissionregistration.k8s.io",
        "ValidatingAdmissionPolicyBinding",
    ),
    ("dashboard.opendatahub.io", "AcceleratorProfile"),
    ("image.openshift.io", "ImageStream"),
    ("infrastructure.opendatahub.io", "HardwareProfile"),
    ("kueue.x-k8s.io", "ClusterQueue"),
    ("kueue.x-k8s.io", "LocalQueue"),
    ("kueue.x-k8s.io", "ResourceFlavor"),
    ("opendatahub.io", "OdhDashboardConfig"),
    ("quota.openshift.io", "ClusterResourceQuota"),
];

const SKIP_DRY_RUN: &str = "SkipDryRunOnMissingResource=true";

/// A kind of object.
#[derive(Clone, Copy)]
pub(super) struct KindOf<'a> {
    pub(super) api: &'a str,
    pub(super) kind: &'a str,
    pub(super) wave: i32,
    /// Whether its CRD comes with an operator, so that a dry run before that must be skipped.
    pub(super) is_custom: bool,
    /// Sync options besides.
    pub(super) options: &'a str,
}

/// All that is made, in the order of its waves.
pub(super) struct Objects<'c, 'a> {
    context: &'c Context<'a>,
    made: Vec<(i32, Node)>,
}

impl<'c, 'a> Objects<'c, 'a> {
    pub(super) fn new(context: &'c Context<'a>) -> Self {
        Self {
            context,
            made: Vec::new(),
        }
    }

    /// Adds an object; a namespace may be empty.
    pub(super) fn put(
        &mut self,
        of: KindOf<'_>,
        (namespace, name): (&str, &str),
        more: Metadata,
        spec: Node,
    ) {
        let read = &self.context.placeholder.read;
        let mut annotations = read.annotations.clone();
        annotations.extend(more.annotations);
        if self.context.spec.argocd.is_none() {
            let skip = of.is_custom.then_some(SKIP_DRY_RUN);
            let options = [of.options].into_iter().filter(|one| !one.is_empty());
            let options: Vec<&str> = options.chain(skip).collect();
            if !options.is_empty() {
                let key = "argocd.argoproj.io/sync-options".to_owned();
                annotations.insert(key, options.join(","));
            }
            let key = "argocd.argoproj.io/sync-wave".to_owned();
            annotations
                .entry(key)
                .or_insert_with(|| of.wave.to_string());
        }
        annotations.insert(FROM.to_owned(), self.context.owner().to_string());
        let mut labels = read.labels.clone();
        labels.extend(more.labels);
        let mut metadata = Node::from([("annotations", strings(&annotations))]);
        if !labels.is_empty() {
            metadata.set("labels", strings(&labels));
        }
        metadata.set("name", name);
        if !namespace.is_empty() {
            metadata.set("namespace", namespace);
        }
        let node = Node::from([
            ("apiVersion", of.api.into()),
            ("kind", of.kind.into()),
            ("metadata", metadata),
            ("spec", spec),
        ]);
        self.made.push((of.wave, node));
    }

    /// What was made, each object once.
    pub(super) fn finish(mut self, problems: &mut Problems) -> Vec<Made> {
        self.made.sort_by_key(|(wave, _)| *wave);
        let mut seen = std::collections::BTreeSet::new();
        for (_, node) in &self.made {
            let id = ObjectId::from(node);
            let (kind, name) = (id.kind.clone(), id.name.clone());
            if !seen.insert(id) {
                let message = format!("two things of this GpuAccess would be {kind} `{name}`");
                let place = self.context.place("metadata.name");
                problems.push(Problem::new(&rule::ACCESS_NAME_TWICE, place, message).help(
                    "rename a pool or a team: names join them with `-`, and dots become `-`",
                ));
            }
        }
        let made = |(_, node): (i32, Node)| Made {
            node: node.into(),
            from: self.context.owner(),
            cluster: self.context.cluster.clone(),
            pool: None,
        };
        self.made.into_iter().map(made).collect()
    }
}

/// What an object has in its metadata besides.
#[derive(Default)]
pub(super) struct Metadata {
    pub(super) annotations: BTreeMap<String, String>,
    pub(super) labels: BTreeMap<String, String>,
}

impl Context<'_> {
    /// What stands in `gpu-machineset.dev/from` of all that it makes.
    pub(super) fn owner(&self) -> Owner {
        Owner::new(OurKind::GpuAccess, &self.placeholder.read.name)
    }
}

/// A mapping of texts.
pub(super) fn strings(texts: &BTreeMap<String, String>) -> Node {
    Node::map(
        texts
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str().into())),
    )
}

/// A list of texts.
pub(super) fn list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Node {
    let nodes = texts.into_iter().map(|text| Node::from(text.as_ref()));
    nodes.collect::<Vec<_>>().into()
}

/// A selector of namespaces by name, which needs no label of theirs.
pub(super) fn namespaces<T: AsRef<str>>(
    operator: &str,
    names: impl IntoIterator<Item = T>,
) -> Node {
    let expression = Node::from([
        ("key", "kubernetes.io/metadata.name".into()),
        ("operator", operator.into()),
        ("values", list(names)),
    ]);
    Node::from([("matchExpressions", vec![expression].into())])
}

/// Tolerations with their fields in order.
pub(super) fn tolerations_of(all: &[Toleration]) -> Node {
    let one = |toleration: &Toleration| {
        let node = toleration.to_node();
        let fields = ["effect", "key", "operator", "value"];
        let fields = fields
            .into_iter()
            .filter_map(|key| Some((key, node.get(key)?.clone())));
        Node::map(fields)
    };
    all.iter().map(one).collect::<Vec<_>>().into()
}

/// `nvidia.com/gpu=h100:NoSchedule`
pub(super) use tolerations::taint_text;
