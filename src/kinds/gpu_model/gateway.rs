//! The Gateway that leads to a model: one that is there, or one that is made for all models of the cluster.

use serde_json::{Value, json};

use super::context::Context;
use super::maas;
use super::objects::{self, Head, RUNTIMES};
use super::shape::engine;
use crate::api::gpu_model::Engine;
use crate::api::{OurKind, Owner};
use crate::krm::{Document, Node};
use crate::problem::rules::serving as rule;
use crate::problem::{Problem, Problems, did_you_mean};
use crate::types::Version;

pub(super) const GROUP: &str = "gateway.networking.k8s.io";
const API: &str = "gateway.networking.k8s.io/v1";
/// Where OpenShift runs gateways.
const INGRESS: &str = "openshift-ingress";
/// The one that presets of llm-d name, and its class.
const OF_LLMD: &str = "openshift-ai-inference";
const CONTROLLER: &str = "openshift.io/gateway-controller/v1";
/// First OpenShift with the Gateway API.
const SINCE: Version = Version(4, 19);
/// The label that every namespace has.
const NAMESPACE: &str = "kubernetes.io/metadata.name";

/// A Gateway by name.
pub(super) struct Gateway<'a> {
    pub(super) name: &'a str,
    pub(super) namespace: &'a str,
}

impl Gateway<'_> {
    /// Whether it is one that we know how to make.
    fn is_known(&self) -> bool {
        self.namespace == INGRESS && [OF_LLMD, maas::GATEWAY].contains(&self.name)
    }
}

/// The one that is asked for, or that of llm-d.
pub(super) fn of<'a>(context: &Context<'a>) -> Gateway<'a> {
    let expose = context.spec.expose.as_ref();
    let written = expose.and_then(|one| one.gateway.as_ref());
    let default = match maas::of(context) {
        Some(_) => maas::GATEWAY,
        None => OF_LLMD,
    };
    Gateway {
        name: written.map_or(default, |one| &one.name),
        namespace: written
            .and_then(|one| one.namespace.as_deref())
            .unwrap_or(INGRESS),
    }
}

/// Gateways that others made, in the input or the facts.
fn standing<'c>(context: &'c Context<'_>) -> impl Iterator<Item = &'c Document<'c>> {
    context.documents().filter(|document| {
        let is_ours = || Owner::of(document).is_some_and(|one| one.is(OurKind::GpuModel));
        document.is(GROUP, "Gateway") && !is_ours()
    })
}

/// What is to be made for it: a class and a Gateway, or nothing where it is there.
pub(super) fn objects(context: &Context<'_>, problems: &mut Problems) -> Vec<Node> {
    if engine(context) != Engine::LlmD {
        return Vec::new();
    }
    let gateway = of(context);
    let version = context.facts.openshift_version.as_ref();
    let version = version.map(|fact| fact.value.version());
    let missing = |message: String| {
        let place = context.place("spec.expose.gateway");
        Problem::new(&rule::LLMD_GATEWAY_MISSING, place, message)
    };
    if let Some(version) = version.filter(|version| *version < SINCE) {
        let message = format!("OpenShift {version} has no Gateway API, which leads to the model");
        problems.push(missing(message).help(format!(
            "OpenShift {SINCE} and later have it; until then write `engine: kserve`"
        )));
        return Vec::new();
    }
    let is_it = |one: &&Document<'_>| {
        one.name == gateway.name && one.namespace.as_ref() == gateway.namespace
    };
    if let Some(document) = standing(context).find(is_it) {
        if let Some(node) = problems.take(document.node()) {
            problems.extend(not_admitted(context, &gateway, &node));
        }
        return Vec::new();
    }
    if gateway.is_known() {
        return vec![class(context), made(context, &gateway)];
    }
    let names: Vec<&str> = standing(context).map(|one| one.name.as_ref()).collect();
    let near = did_you_mean(gateway.name, names).map(str::to_owned);
    let message = format!(
        "namespace `{}` has no Gateway `{}`, as far as it is shown",
        gateway.namespace, gateway.name
    );
    let help = match &near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("leave it out, and `{OF_LLMD}` is made"),
    };
    let problem = missing(message).values(gateway.name, near).help(help);
    problems.push(problem.help("is it there? Then save it beside the facts: `oc get gateways.gateway.networking.k8s.io -A -o yaml`"));
    Vec::new()
}

/// A Gateway that takes no routes of the model's namespace.
fn not_admitted(context: &Context<'_>, gateway: &Gateway<'_>, node: &Node) -> Option<Problem> {
    let listeners = node.at(&["spec", "listeners"]).map(Node::items);
    let admits = |listener: &Node| {
        let allowed = listener.at(&["allowedRoutes", "namespaces"]);
        match allowed.and_then(|one| one.str_at(&["from"])) {
            Some("All") => true,
            Some("Selector") => {
                let path = ["selector", "matchLabels", NAMESPACE];
                let only = allowed.and_then(|one| one.str_at(&path));
                only.is_none_or(|only| only == context.namespace)
            }
            _ => context.namespace == gateway.namespace,
        }
    };
    if listeners.unwrap_or_default().iter().any(admits) {
        return None;
    }
    let message = format!(
        "Gateway `{}/{}` takes no routes of namespace `{}`",
        gateway.namespace, gateway.name, context.namespace
    );
    let place = context.place("spec.expose.gateway");
    let problem = Problem::new(&rule::LLMD_GATEWAY_MISSING, place, message);
    Some(problem.help(format!(
        "give one of its listeners `allowedRoutes: {{namespaces: {{from: Selector, selector: {{matchLabels: {{{NAMESPACE}: {}}}}}}}}}`",
        context.namespace
    )))
}

fn class(context: &Context<'_>) -> Node {
    let spec = json!({"controllerName": CONTROLLER});
    let head = Head {
        namespace: Some(""),
        ..head("GatewayClass", OF_LLMD, json!({}))
    };
    objects::object(context, head, json!({"spec": spec}))
}

fn head<'a>(kind: &'a str, name: &'a str, annotations: Value) -> Head<'a> {
    Head {
        api: API,
        kind,
        name,
        wave: RUNTIMES,
        namespace: Some(INGRESS),
        is_custom: true,
        labels: json!({}),
        annotations,
    }
}

/// Its certificate is a Secret of somebody else, by name.
fn made(context: &Context<'_>, gateway: &Gateway<'_>) -> Node {
    let secret = format!("{}-tls", gateway.name);
    let listener = json!({
        "name": "https",
        "port": 443,
        "protocol": "HTTPS",
        "tls": {
            "mode": "Terminate",
            "certificateRefs": [{"group": "", "kind": "Secret", "name": secret}],
        },
        "allowedRoutes": {"namespaces": {"from": "Selector", "selector": selector(&[&context.namespace])}},
    });
    let spec = json!({"gatewayClassName": OF_LLMD, "listeners": [listener]});
    // OpenShift AI leaves the policies of this one to Models as a Service
    let annotations = if gateway.name == maas::GATEWAY {
        json!({
            "opendatahub.io/managed": "false",
            "security.opendatahub.io/authorino-tls-bootstrap": "true",
        })
    } else {
        json!({})
    };
    let head = head("Gateway", gateway.name, annotations);
    objects::object(context, head, json!({"spec": spec}))
}

fn selector(namespaces: &[&str]) -> Value {
    match namespaces {
        [only] => json!({"matchLabels": {NAMESPACE: only}}),
        several => {
            json!({"matchExpressions": [{"key": NAMESPACE, "operator": "In", "values": several}]})
        }
    }
}

/// Lets routes of all these namespaces onto a Gateway that is made.
pub(super) fn admit(gateway: &mut Node, namespaces: &[&str]) {
    let listeners = gateway
        .get_mut("spec")
        .and_then(|spec| spec.get_mut("listeners"));
    let Some(listener) = listeners.and_then(|all| all.items_mut().first_mut()) else {
        return;
    };
    let allowed = listener.make(&["allowedRoutes", "namespaces"]);
    allowed.set("selector", Node::from_json(&selector(namespaces)));
}
