//! Bare metal hosts that a NodeSet and a MachineSet would both take: their selectors do not exclude each other.

use std::collections::BTreeMap;

use crate::krm::Node;
use crate::node_group::NODE_GROUPS;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};

use super::cloud::Cloud;
use super::node_set::KIND;

/// The host that a node wants.
pub(super) struct Wanted {
    pub(super) node: String,
    /// Labels that it has.
    pub(super) labels: BTreeMap<String, String>,
    /// Where they are written.
    pub(super) place: Place,
}

/// Says each place that a MachineSet of the input does not exclude. `elsewhere` is how another namespace is written there.
pub(super) fn shared(
    cloud: &Cloud<'_>,
    set: &str,
    all: &[Wanted],
    elsewhere: &str,
    problems: &mut Problems,
) {
    let kinds = NODE_GROUPS.iter().flat_map(|form| form.kinds());
    let machines = kinds.flat_map(|one| cloud.given(one.group, one.kind));
    for (_, machines) in machines.filter(|((at, _), _)| cloud.is_of_cluster(*at)) {
        let Ok(root) = machines.node() else { continue };
        let Some(selector) = find(&root, "hostSelector") else {
            continue;
        };
        let mut places: Vec<&Place> = Vec::new();
        for wanted in all
            .iter()
            .filter(|wanted| !excludes(selector, &wanted.labels))
        {
            if places.contains(&&wanted.place) {
                continue;
            }
            places.push(&wanted.place);
            let message = format!(
                "{} `{}` may take the hosts of {KIND} `{set}`: their selectors have no label in common that differs",
                machines.kind, machines.name
            );
            let problem = Problem::new(&rule::BMH_SHARED, wanted.place.clone(), message);
            problems.push(problem.help("label the hosts of each, as `hosts-of: openstack` and `hosts-of: openshift`, and write that into both selectors").help(format!("or keep those of OpenStack in a namespace of their own, `{elsewhere}`")));
        }
    }
}

/// Whether the selector of a MachineSet takes no host that has these labels.
fn excludes(selector: &Node, labels: &BTreeMap<String, String>) -> bool {
    let equal = selector.get("matchLabels").map_or(&[][..], Node::entries);
    let differs = equal.iter().any(|entry| {
        let ours = labels.get(&entry.key);
        ours.is_some_and(|ours| entry.value.text() != Some(ours))
    });
    let expressions = selector
        .get("matchExpressions")
        .map_or(&[][..], Node::items);
    differs || expressions.iter().any(|one| is_false(one, labels))
}

/// Operators are those of cluster-api-provider-baremetal, which writes `notin` and `!`, and of Kubernetes.
fn is_false(expression: &Node, labels: &BTreeMap<String, String>) -> bool {
    let ours = expression.str_at(&["key"]).and_then(|key| labels.get(key));
    let Some(ours) = ours else { return false };
    let values = expression.get("values").map_or(&[][..], Node::items);
    let has = values.iter().any(|value| value.text() == Some(ours));
    let operator = expression.str_at(&["operator"]).unwrap_or_default();
    match operator.to_ascii_lowercase().as_str() {
        "in" | "=" | "==" => !has,
        "notin" | "!=" => has,
        "doesnotexist" | "!" => true,
        _ => false,
    }
}

/// A field of that name, wherever it stands.
fn find<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let below = || {
        node.entries()
            .iter()
            .find_map(|entry| find(&entry.value, key))
    };
    node.get(key).or_else(below)
}
