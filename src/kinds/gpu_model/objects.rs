//! Objects of a `GpuModel`, with what marks and orders them.

use serde_json::{Map, Value, json};

use super::context::Context;
use crate::api::{FROM, OurKind, Owner};
use crate::krm::Node;

/// After OpenShift AI (7), profiles (8) and MachineSets (10): what serves, then what is served.
pub(super) const RUNTIMES: i32 = 11;
pub(super) const SERVICES: i32 = 12;
/// A product may be there before its model is ready.
pub(super) const PRODUCTS: i32 = 13;
pub(super) const DOCUMENTS: i32 = 14;
pub(super) const PROMOTES: i32 = 15;

/// All that it can make; a test compares them with the cases.
pub(crate) const KINDS: [(&str, &str); 14] = [
    ("capabilities.3scale.net", "ActiveDoc"),
    ("capabilities.3scale.net", "Backend"),
    ("capabilities.3scale.net", "Product"),
    ("capabilities.3scale.net", "ProxyConfigPromote"),
    ("gateway.networking.k8s.io", "Gateway"),
    ("gateway.networking.k8s.io", "GatewayClass"),
    ("maas.opendatahub.io", "MaaSAuthPolicy"),
    ("maas.opendatahub.io", "MaaSModelRef"),
    ("maas.opendatahub.io", "MaaSSubscription"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
    ("serving.kserve.io", "InferenceService"),
    ("serving.kserve.io", "LLMInferenceService"),
    ("serving.kserve.io", "ServingRuntime"),
];

const SKIP_DRY_RUN: &str = "SkipDryRunOnMissingResource=true";
/// Without it the dashboard lists nothing.
pub(super) const DASHBOARD: &str = "opendatahub.io/dashboard";

/// What an object is, and what is said of it besides.
pub(super) struct Head<'a> {
    pub(super) api: &'a str,
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) wave: i32,
    /// Where it is, if not beside the model; empty for none.
    pub(super) namespace: Option<&'a str>,
    /// Whether its CRD comes with an operator, so that a dry run before that must be skipped.
    pub(super) is_custom: bool,
    pub(super) labels: Value,
    pub(super) annotations: Value,
}

/// A whole object of the model's namespace: the placeholder's own metadata below what is ours to say.
pub(super) fn object(context: &Context<'_>, head: Head<'_>, body: Value) -> Node {
    let read = &context.placeholder.read;
    let mut annotations = texts(&read.annotations, head.annotations);
    if context.spec.argocd.is_none() {
        if head.is_custom {
            annotations.insert(
                "argocd.argoproj.io/sync-options".to_owned(),
                SKIP_DRY_RUN.into(),
            );
        }
        let wave = head.wave.to_string();
        let key = "argocd.argoproj.io/sync-wave".to_owned();
        annotations.entry(key).or_insert_with(|| wave.into());
    }
    let from = Owner::new(OurKind::GpuModel, context.name()).to_string();
    annotations.insert(FROM.to_owned(), from.into());
    annotations.sort_keys();
    let mut labels = texts(&read.labels, head.labels);
    labels.sort_keys();
    let mut metadata = json!({"annotations": annotations});
    if !labels.is_empty() {
        metadata["labels"] = labels.into();
    }
    metadata["name"] = head.name.into();
    let namespace = head.namespace.unwrap_or(&context.namespace);
    if !namespace.is_empty() {
        metadata["namespace"] = namespace.into();
    }
    let mut object = json!({"apiVersion": head.api, "kind": head.kind, "metadata": metadata});
    if let Value::Object(fields) = body {
        for (key, value) in fields {
            object[key] = value;
        }
    }
    Node::from_json(&object)
}

fn texts(own: &std::collections::BTreeMap<String, String>, ours: Value) -> Map<String, Value> {
    let own = own
        .iter()
        .map(|(key, value)| (key.clone(), Value::from(value.as_str())));
    let mut all: Map<String, Value> = own.collect();
    if let Value::Object(ours) = ours {
        all.extend(ours);
    }
    all
}
