//! Namespace, OperatorGroup and Subscription of an operator, and the heads of all that we make.

use super::{Mode, Wanted};
use crate::api::gpu_platform::{Approval, Subscriptions};
use crate::krm::Node;

const MARKETPLACE: &str = "openshift-marketplace";
/// Makes the platform's Prometheus scrape a namespace.
pub(super) const MONITORED: &str = "openshift.io/cluster-monitoring";

/// An object without spec; no namespace for `""`.
pub(super) fn object(api_version: &str, kind: &str, name: &str, namespace: &str) -> Node {
    let mut metadata = Node::map([("name", Node::from(name))]);
    if !namespace.is_empty() {
        metadata.set("namespace", namespace);
    }
    Node::map([
        ("apiVersion", api_version.into()),
        ("kind", kind.into()),
        ("metadata", metadata),
    ])
}

/// A Namespace; `monitored` for the platform's Prometheus.
pub(super) fn namespace(name: &str, monitored: bool) -> Node {
    let mut node = object("v1", "Namespace", name, "");
    if monitored {
        node.make(&["metadata", "labels"]).set(MONITORED, "true");
    }
    node
}

/// The OperatorGroup of the first mode that the operator supports.
pub(super) fn group(wanted: &Wanted, namespace: &str) -> Node {
    let operator = wanted.operator;
    let mut node = object(
        "operators.coreos.com/v1",
        "OperatorGroup",
        operator.group,
        namespace,
    );
    let spec = match operator.modes.first() {
        Some(Mode::All) | None => Node::map([("upgradeStrategy", Node::from("Default"))]),
        Some(Mode::Own | Mode::Single) => {
            Node::map([("targetNamespaces", vec![Node::from(namespace)].into())])
        }
    };
    node.set("spec", spec);
    node
}

/// The catalogue that the user names for an operator.
pub(super) fn source<'a>(wanted: &'a Wanted, all: &'a Subscriptions) -> Option<&'a String> {
    let sources = all.sources.as_ref();
    let mirrored = sources.and_then(|sources| sources.get(wanted.operator.source));
    wanted.settings.source.as_ref().or(mirrored)
}

/// The Subscription, named as its package.
pub(super) fn subscription(wanted: &Wanted, namespace: &str, all: &Subscriptions) -> Node {
    let (operator, settings) = (wanted.operator, &wanted.settings);
    let source = source(wanted, all);
    let source_namespace = settings
        .source_namespace
        .as_ref()
        .or(all.source_namespace.as_ref());
    let text =
        |value: Option<&String>, default: &str| Node::from(value.map_or(default, String::as_str));
    let mut spec = Node::map([
        ("channel", Node::from(wanted.channel.as_str())),
        ("installPlanApproval", approval(wanted, all).into()),
        ("name", operator.package.into()),
        ("source", text(source, operator.source)),
        ("sourceNamespace", text(source_namespace, MARKETPLACE)),
    ]);
    if let Some(csv) = &settings.starting_csv {
        spec.set("startingCSV", csv.as_str());
    }
    let version = "operators.coreos.com/v1alpha1";
    let mut node = object(version, "Subscription", operator.package, namespace);
    node.set("spec", spec);
    node
}

/// Who approves, of the operator or of all.
pub(super) fn approval(wanted: &Wanted, all: &Subscriptions) -> &'static str {
    let own = wanted.settings.install_plan_approval;
    match own.or(all.install_plan_approval).unwrap_or_default() {
        Approval::Automatic => "Automatic",
        Approval::Manual => "Manual",
    }
}
