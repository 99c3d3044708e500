//! How Argo CD delivers: the AppProject, the ApplicationSets or Applications, and the Secret of the local cluster.

mod allowed;
mod applications;
mod clusters;
mod delivery;
mod existing;
mod hub;
mod ignored;
mod judge;
mod progressive;
mod project;
mod scheduling;
mod shown;
mod template;

use serde_json::{Map, Value, json};

use crate::api::gpu_delivery::GpuDeliverySpec;
use crate::api::gpu_machine_set::FactsRef;
use crate::api::{FROM, OurKind, Owner, Placeholder};
use crate::kinds::{Spec, World};
use crate::krm::Node;
use crate::plan::{Made, Plan};
use crate::problem::rules::delivery as rule;
use crate::problem::{Problem, Problems};
use crate::types::ClusterId;
use delivery::Delivery;

pub(crate) use allowed::of_pools;
pub(crate) use hub::is_of_hub;

const ARGO: &str = "argoproj.io/v1alpha1";
const WAVE: &str = "argocd.argoproj.io/sync-wave";

impl Spec for GpuDeliverySpec {
    const KIND: OurKind = OurKind::GpuDelivery;
    const IS_OF_HUB: bool = true;

    /// It is for the cluster of Argo CD, of which no fact is needed.
    fn facts(&self) -> Option<&FactsRef> {
        None
    }

    fn plan(
        placeholder: &Placeholder<'_, Self>,
        world: &World<'_>,
        plan: &mut Plan,
        problems: &mut Problems,
    ) {
        let delivery = Delivery::of(placeholder, world, plan);
        judge::check(&delivery, problems);
        existing::check(&delivery, world, problems);
        for part in &delivery.parts {
            scheduling::check(&delivery, part, world, problems);
        }
        let objects = objects(&delivery, problems);
        if delivery.is_ordered() {
            progressive::need(&delivery, world, plan, problems);
        }
        plan.deliveries.push(shown::of(&delivery, &objects));
        let from = Owner::new(Self::KIND, delivery.name);
        let made = objects.into_iter().map(|node| Made {
            node: node.into(),
            from: from.clone(),
            cluster: ClusterId::default(),
            pool: None,
        });
        plan.made.extend(made);
    }
}

/// What is made, in the order in which it has to be there.
fn objects(delivery: &Delivery<'_>, problems: &mut Problems) -> Vec<Node> {
    let mut objects = Vec::new();
    // before what is of it, and gone after it: without their project Applications cannot be deleted
    let first = json!({WAVE: "-1"});
    if delivery.makes_project() {
        let patch = delivery
            .spec
            .project
            .as_ref()
            .and_then(|project| project.spec.as_ref());
        let spec = patched(&project::spec(delivery), patch);
        let head = head(delivery, &delivery.project, &json!({}), &first);
        objects.push(object(ARGO, "AppProject", &head, &json!({"spec": spec})));
    }
    if let Some((name, mut body)) = clusters::local_secret(delivery) {
        let labels = body
            .as_object_mut()
            .and_then(|body| body.shift_remove("labels"));
        let head = head(delivery, &name, &labels.unwrap_or_default(), &first);
        objects.push(object("v1", "Secret", &head, &body));
        if delivery.namespace == "openshift-gitops" {
            let place = delivery.place("spec.clusters.local");
            let message = format!("Secret `{name}` registers the cluster that Argo CD runs on");
            let problem = Problem::new(&rule::LOCAL_CLUSTER_MADE, place, message);
            problems.push(problem.help("OpenShift GitOps has made one already? Then remove `local`, and label that one: `oc label secret -n openshift-gitops openshift-gitops-default-cluster-config KEY=VALUE`"));
        }
    }
    let patch = delivery.spec.applications.as_ref();
    for (kind, name, spec) in applications::of(delivery) {
        let spec = patched(&spec, patch);
        let head = head(delivery, &name, &json!({}), &json!({}));
        objects.push(object(ARGO, kind, &head, &json!({"spec": spec})));
    }
    objects
}

/// Metadata: the placeholder's own below what is ours to say.
fn head(delivery: &Delivery<'_>, name: &str, labels: &Value, annotations: &Value) -> Value {
    let read = &delivery.placeholder.read;
    let from = Owner::new(OurKind::GpuDelivery, delivery.name).to_string();
    let merged = |own: &std::collections::BTreeMap<String, String>, ours: &Value| {
        let mut all: std::collections::BTreeMap<String, Value> = std::collections::BTreeMap::new();
        all.extend(
            own.iter()
                .map(|(key, value)| (key.clone(), value.clone().into())),
        );
        let ours = ours.as_object().into_iter().flatten();
        all.extend(ours.map(|(key, value)| (key.clone(), value.clone())));
        Value::Object(all.into_iter().collect())
    };
    let mut annotations = annotations.clone();
    annotations[FROM] = from.into();
    let mut metadata = Map::new();
    metadata.insert("name".to_owned(), name.into());
    metadata.insert("namespace".to_owned(), delivery.namespace.into());
    let labels = merged(&read.labels, labels);
    if labels.as_object().is_some_and(|labels| !labels.is_empty()) {
        metadata.insert("labels".to_owned(), labels);
    }
    metadata.insert(
        "annotations".to_owned(),
        merged(&read.annotations, &annotations),
    );
    metadata.into()
}

fn object(api_version: &str, kind: &str, metadata: &Value, body: &Value) -> Node {
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": metadata});
    for (key, value) in body.as_object().into_iter().flatten() {
        object[key] = value.clone();
    }
    Node::from_json(&object)
}

/// The escape hatch.
fn patched(spec: &Value, patch: Option<&Map<String, Value>>) -> Value {
    let Some(patch) = patch else {
        return spec.clone();
    };
    let mut node = Node::from_json(spec);
    node.merge_patch(&Node::from_json(&Value::Object(patch.clone())));
    node.to_json()
}
