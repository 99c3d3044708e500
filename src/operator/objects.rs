//! Namespace, OperatorGroup and Subscription of an operator, and the heads of all that we make.

use super::{Mode, Operator, Wanted};
use crate::api::gpu_platform::{Approval, OperatorSettings, Subscriptions};
use crate::krm::Node;

/// Where OpenShift keeps the catalogues that every namespace sees.
pub(crate) const MARKETPLACE: &str = "openshift-marketplace";
/// Makes the platform's Prometheus scrape a namespace.
pub(crate) const MONITORED: &str = "openshift.io/cluster-monitoring";

/// An object without spec; no namespace for `""`.
pub(crate) fn object(api_version: &str, kind: &str, name: &str, namespace: &str) -> Node {
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

/// Lets pods of a namespace be privileged, whatever OpenShift would make of the label by itself.
const PRIVILEGED: [(&str, &str); 2] = [
    ("pod-security.kubernetes.io/enforce", "privileged"),
    ("security.openshift.io/scc.podSecurityLabelSync", "false"),
];

/// The Namespace of an operator.
pub(crate) fn namespace_of(operator: &Operator, name: &str) -> Node {
    let mut node = namespace(name, operator.monitored);
    for (key, value) in PRIVILEGED.into_iter().filter(|_| operator.privileged) {
        node.make(&["metadata", "labels"]).set(key, value);
    }
    node
}

/// A Namespace; `monitored` for the platform's Prometheus.
pub(crate) fn namespace(name: &str, monitored: bool) -> Node {
    let mut node = object("v1", "Namespace", name, "");
    if monitored {
        node.make(&["metadata", "labels"]).set(MONITORED, "true");
    }
    node
}

/// The OperatorGroup of the first mode that the operator supports.
pub(crate) fn group(wanted: &Wanted, namespace: &str) -> Node {
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

/// The catalogue of an operator, and its namespace.
pub(crate) fn source<'a>(
    operator: &Operator,
    settings: &'a OperatorSettings,
    all: &'a Subscriptions,
) -> (&'a str, &'a str) {
    let sources = all.sources.as_ref();
    let mirrored = sources.and_then(|sources| sources.get(operator.source));
    let source = settings.source.as_ref().or(mirrored);
    let namespace = settings.source_namespace.as_ref();
    let namespace = namespace.or(all.source_namespace.as_ref());
    let text = |value: Option<&'a String>, default| value.map_or(default, String::as_str);
    (text(source, operator.source), text(namespace, MARKETPLACE))
}

/// The Subscription, named as its package.
pub(crate) fn subscription(wanted: &Wanted, namespace: &str, all: &Subscriptions) -> Node {
    let (operator, settings) = (wanted.operator, &wanted.settings);
    let (source, marketplace) = source(operator, settings, all);
    let mut spec = Node::map([
        ("channel", Node::from(wanted.channel.as_str())),
        ("installPlanApproval", approval(wanted, all).into()),
        ("name", operator.package.into()),
        ("source", source.into()),
        ("sourceNamespace", marketplace.into()),
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
pub(crate) fn approval(wanted: &Wanted, all: &Subscriptions) -> &'static str {
    let own = wanted.settings.install_plan_approval;
    match own.or(all.install_plan_approval).unwrap_or_default() {
        Approval::Automatic => "Automatic",
        Approval::Manual => "Manual",
    }
}
