//! Operators that something else than a Subscription of its own installs: a policy of Advanced Cluster Management that
//! holds one, an `OperatorPolicy`, a `ClusterExtension` of OLM v1.
//!
//! Sources: the CRDs of open-cluster-management-io (`governance-policy-propagator`: Policy; `config-policy-controller`:
//! ConfigurationPolicy, OperatorPolicy) and of operator-framework/operator-controller (ClusterExtension).

use super::installed::OLM;
use crate::krm::Node;

/// Group of the PackageManifests, which say what catalogues offer.
pub(crate) const PACKAGES: &str = "packages.operators.coreos.com";
const POLICIES: &str = "policy.open-cluster-management.io";
const OLM_V1: &str = "olm.operatorframework.io";

/// Whether an object of a kind installs others.
pub(crate) fn delivers(group: &str, kind: &str) -> bool {
    let policy = ["Policy", "ConfigurationPolicy", "OperatorPolicy"].contains(&kind);
    group == POLICIES && policy || group == OLM_V1 && kind == "ClusterExtension"
}

/// An object that another one installs.
pub(crate) struct Delivered {
    /// API group.
    pub(crate) group: String,
    /// Kind.
    pub(crate) kind: String,
    /// The object, as far as it is said.
    pub(crate) node: Node,
}

/// What an object installs. A policy that only informs, is disabled or forbids installs nothing.
pub(crate) fn contents(group: &str, kind: &str, node: &Node) -> Vec<Delivered> {
    let mut found = Vec::new();
    match (group, kind) {
        (POLICIES, "Policy") => policy(node, &mut found),
        (POLICIES, _) => template(kind, node, None, &mut found),
        (OLM_V1, "ClusterExtension") => found.extend(extension(node)),
        _ => {}
    }
    found
}

fn policy(node: &Node, found: &mut Vec<Delivered>) {
    let Some(spec) = node.get("spec") else { return };
    if spec.get("disabled").and_then(Node::text) == Some("true") {
        return;
    }
    let action = spec.str_at(&["remediationAction"]);
    for one in spec.get("policy-templates").map_or(&[][..], Node::items) {
        let Some(object) = one.get("objectDefinition") else {
            continue;
        };
        let (group, kind) = kind_of(object);
        if group == POLICIES {
            template(kind, object, action, found);
        }
    }
}

/// A ConfigurationPolicy or an OperatorPolicy; the action of the Policy around it wins.
fn template(kind: &str, node: &Node, action: Option<&str>, found: &mut Vec<Delivered>) {
    let Some(spec) = node.get("spec") else { return };
    let action = action.or_else(|| spec.str_at(&["remediationAction"]));
    if !action.is_some_and(|action| action.eq_ignore_ascii_case("enforce")) {
        return;
    }
    if kind == "OperatorPolicy" {
        found.extend(is_wanted(spec).then(|| operator_policy(spec)).flatten());
        return;
    }
    for one in spec.get("object-templates").map_or(&[][..], Node::items) {
        let Some(object) = one.get("objectDefinition").filter(|_| is_wanted(one)) else {
            continue;
        };
        let (group, kind) = kind_of(object);
        found.push(Delivered {
            group: group.to_owned(),
            kind: kind.to_owned(),
            node: object.clone(),
        });
    }
}

/// `musthave` or `mustonlyhave`.
fn is_wanted(node: &Node) -> bool {
    let kind = node.str_at(&["complianceType"]).unwrap_or_default();
    !kind.eq_ignore_ascii_case("mustnothave")
}

fn operator_policy(spec: &Node) -> Option<Delivered> {
    let written = spec.get("subscription")?;
    let namespace = written.str_at(&["namespace"]);
    let namespace = namespace.or_else(|| spec.str_at(&["operatorGroup", "namespace"]));
    let package = written.str_at(&["name"])?;
    let channel = written.str_at(&["channel"]);
    Some(subscription(package, channel, namespace, &written.span))
}

fn extension(node: &Node) -> Option<Delivered> {
    let catalog = node.at(&["spec", "source", "catalog"])?;
    let package = catalog.str_at(&["packageName"])?;
    let channels = catalog.get("channels").map_or(&[][..], Node::items);
    let channel = match channels {
        [only] => only.text(),
        _ => None,
    };
    let namespace = node.str_at(&["spec", "namespace"]);
    Some(subscription(package, channel, namespace, &node.span))
}

/// What OLM would have of it.
fn subscription(
    package: &str,
    channel: Option<&str>,
    namespace: Option<&str>,
    span: &std::ops::Range<usize>,
) -> Delivered {
    let mut metadata = Node::map([("name", Node::from(package))]);
    if let Some(namespace) = namespace {
        metadata.set("namespace", namespace);
    }
    let mut spec = Node::map([("name", Node::from(package))]);
    if let Some(channel) = channel {
        spec.set("channel", channel);
    }
    let mut node = Node::map([("metadata", metadata), ("spec", spec)]);
    node.span = span.clone();
    Delivered {
        group: OLM.to_owned(),
        kind: "Subscription".to_owned(),
        node,
    }
}

fn kind_of(node: &Node) -> (&str, &str) {
    let version = node.str_at(&["apiVersion"]).unwrap_or_default();
    let group = version.split_once('/').map_or("", |(group, _)| group);
    (group, node.str_at(&["kind"]).unwrap_or_default())
}
