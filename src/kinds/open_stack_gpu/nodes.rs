//! Nodes that hold volumes: by their label `kubernetes.io/hostname`, which may differ from their name.

use std::collections::BTreeMap;

use crate::krm::Node;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems, did_you_mean, first_of};

use super::cloud::Cloud;

/// The label by which a local volume finds its node.
pub(super) const HOSTNAME: &str = "kubernetes.io/hostname";
const GPUS: [&str; 3] = ["status", "capacity", "nvidia.com/gpu"];
const ROLE: &str = "node-role.kubernetes.io/worker";

/// A node that is known.
struct Known {
    hostname: Option<String>,
    /// Whether volumes go there unasked: a worker that no taint of GPUs keeps the control plane off.
    is_plain: bool,
}

/// Hostnames of the nodes that hold volumes, in the order in which they are written, else sorted.
pub(super) fn of_volumes(
    cloud: &Cloud<'_>,
    written: Option<&Vec<String>>,
    problems: &mut Problems,
) -> Vec<String> {
    let known = known(cloud);
    let Some(written) = written else {
        let plain = known.values().filter(|node| node.is_plain);
        let mut names: Vec<String> = plain.filter_map(|node| node.hostname.clone()).collect();
        names.sort();
        names.dedup();
        if names.is_empty() {
            let message = "which nodes hold the volumes is not known";
            let place = cloud.key_place("spec.storage.local");
            let problem = Problem::new(&rule::STORAGE_NODES, place, message);
            problems.push(
                problem
                    .help("`nodes: [crc]` names them, each by its label `kubernetes.io/hostname`")
                    .help(
                        "or save them: `oc get nodes -o yaml > nodes.yaml`, beside the other dumps",
                    ),
            );
        }
        return names;
    };
    for (index, name) in written.iter().enumerate() {
        let path = format!("spec.storage.local.nodes[{index}]");
        if written.iter().take(index).any(|before| before == name) {
            let message = format!("node `{name}` stands twice");
            let problem = Problem::new(&rule::NODE_UNKNOWN, cloud.place(&path), message);
            problems.push(problem.help("remove one of them"));
        }
        let is_it = |node: &Known| node.hostname.as_ref() == Some(name);
        if known.is_empty() || known.values().any(is_it) {
            continue;
        }
        let hostnames = || known.values().filter_map(|node| node.hostname.as_deref());
        let label = known.get(name).and_then(|node| node.hostname.as_deref());
        let near = label.or_else(|| did_you_mean(name, hostnames()));
        if label.is_none() && hostnames().next().is_none() {
            continue;
        }
        let message = match label {
            Some(label) => format!(
                "node `{name}` has the label `{HOSTNAME}: {label}`, by which volumes find it"
            ),
            None => format!("no node has the label `{HOSTNAME}: {name}`"),
        };
        let listed: Vec<String> = hostnames().map(|name| format!("`{name}`")).collect();
        let problem = Problem::new(&rule::NODE_UNKNOWN, cloud.place(&path), message)
            .fact(format!(
                "nodes of the facts: {}",
                first_of(listed.into_iter(), 5)
            ))
            .values(name.as_str(), near.map(str::to_owned));
        problems.push(match near {
            Some(near) => problem.help(format!("write `{near}`")),
            None => problem
                .help("a new node? Save the nodes again: `oc get nodes -o yaml > nodes.yaml`"),
        });
    }
    written.clone()
}

/// Every node of the cluster that the input shows, by name.
fn known(cloud: &Cloud<'_>) -> BTreeMap<String, Known> {
    let mut nodes = BTreeMap::new();
    for (name, fact) in cloud.facts.iter().flat_map(|facts| &facts.nodes) {
        let labels = fact.value.labels.as_ref();
        let hostname = labels.and_then(|labels| labels.get(HOSTNAME).cloned());
        let node = Known {
            hostname,
            is_plain: fact.value.gpus.unwrap_or(0) == 0,
        };
        nodes.insert(name.clone(), node);
    }
    let documents = cloud.given("", "Node");
    for (_, document) in documents.filter(|((at, _), _)| cloud.is_of_cluster(*at)) {
        let Ok(node) = document.node() else { continue };
        let label = |key: &str| node.at(&["metadata", "labels", key]).and_then(Node::text);
        let gpus = node.at(&GPUS).and_then(Node::text);
        let found = Known {
            hostname: label(HOSTNAME).map(str::to_owned),
            is_plain: gpus.is_none_or(|gpus| gpus == "0") && label(ROLE).is_some(),
        };
        nodes.insert(document.name.to_string(), found);
    }
    nodes
}
