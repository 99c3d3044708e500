//! GPUs of compute nodes: which cards a NodeSet binds and reports, and whether that can be.

use std::collections::BTreeSet;

use crate::api::open_stack_gpu::DataPlane;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems, did_you_mean};

use super::cloud::Cloud;
use super::gpus::Card;
use super::ini::{How, Setting};
use super::kernel_args::Conflict;
use super::vgpus;

/// Placement lists so many hosts of one kind of GPU by default, which is so many GPUs of one host.
const MANY: usize = 8;

/// Cards that a NodeSet has, each once, in the order of their aliases.
fn cards<'c, 'a>(cloud: &'c Cloud<'a>, plane: &DataPlane) -> Vec<&'c Card<'a>> {
    let nodes = || plane.nodes.values().flat_map(|node| node.gpus.keys());
    let used = cloud
        .aliases
        .iter()
        .filter(|alias| nodes().any(|name| name == alias.name));
    used.flat_map(|alias| &alias.cards).collect()
}

/// Ids that vfio-pci binds; it binds all cards that have one.
pub(super) fn ids(cloud: &Cloud<'_>, plane: &DataPlane) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in cards(cloud, plane).into_iter().flat_map(Card::ids) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// Cards that Nova may give away, for all nodes in one file: at an address where a node has no card, or another one,
/// nothing is found.
pub(super) fn device_specs(cloud: &Cloud<'_>, plane: &DataPlane) -> Vec<Setting> {
    let mut seen = BTreeSet::new();
    let mut specs = Vec::new();
    for alias in &cloud.aliases {
        let of_alias = plane
            .nodes
            .values()
            .filter_map(|node| node.gpus.get(alias.name));
        let addresses: BTreeSet<&String> = of_alias.flatten().collect();
        for address in addresses {
            for card in &alias.cards {
                let value = card.device_spec(address);
                if seen.insert(value.clone()) {
                    specs.push(Setting {
                        section: "pci",
                        option: "device_spec",
                        value,
                        how: How::Many,
                    });
                }
            }
        }
    }
    specs
}

/// What is wrong with a data plane.
pub(super) fn check(cloud: &Cloud<'_>, plane: &DataPlane, is_made: bool, problems: &mut Problems) {
    if is_made {
        isolation(cloud, problems);
    }
    let mut nodes = plane.nodes.values();
    let has_none = nodes.all(|node| node.gpus.is_empty());
    if has_none && !vgpus::is_first_run(cloud, plane) {
        let message = "no compute node has a GPU";
        let at = cloud.key_place("spec.dataPlane.nodes");
        let problem = Problem::new(&rule::ALIAS_UNKNOWN, at, message);
        problems.push(problem.help("name the addresses of its cards by alias under `gpus` of the node, as `lspci -D -d 10de:` shows them"));
    }
    for (name, node) in &plane.nodes {
        let path = format!("spec.dataPlane.nodes.{name}.gpus");
        let mut seen: Vec<(&String, &String)> = Vec::new();
        for (alias, addresses) in &node.gpus {
            let path = format!("{path}.{alias}");
            if !cloud.spec.gpus.iter().any(|gpu| gpu.alias == *alias) {
                problems.push(unknown_alias(cloud, alias, cloud.key_place(&path)));
            }
            if addresses.len() > MANY && !vgpus::is_one(cloud, alias) {
                let message = format!(
                    "node `{name}` has {} GPUs `{alias}`: Placement lists its candidates up to a limit that is too low for it",
                    addresses.len()
                );
                let problem = Problem::new(&rule::MANY_GPUS, cloud.key_place(&path), message);
                problems.push(problem.help("raise `[placement] max_allocation_candidates`: `controlPlaneSpec: {placement: {template: {customServiceConfig: TEXT}}}`"));
            }
            for (index, address) in addresses.iter().enumerate() {
                if let Some((_, other)) = seen.iter().find(|(known, _)| *known == address) {
                    let message = format!(
                        "the card at {address} of `{name}` stands twice, as `{other}` and as `{alias}`"
                    );
                    let at = cloud.place(&format!("{path}[{index}]"));
                    let problem = Problem::new(&rule::DEVICE_TWICE, at, message);
                    problems.push(problem.help("a card has one alias: leave it under one of them"));
                }
                seen.push((address, alias));
            }
        }
    }
}

/// An alias that no GPU has.
pub(super) fn unknown_alias(cloud: &Cloud<'_>, alias: &str, place: Place) -> Problem {
    let known = || cloud.spec.gpus.iter().map(|gpu| gpu.alias.as_str());
    let message = format!("no GPU has the alias `{alias}`");
    let near = did_you_mean(alias, known());
    let problem = Problem::new(&rule::ALIAS_UNKNOWN, place, message);
    let problem = problem.values(alias, near.map(str::to_owned));
    let listed: Vec<String> = known().map(|name| format!("`{name}`")).collect();
    match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("`spec.gpus` has {}", listed.join(", "))),
    }
}

/// Without networks of their own OVN has no address outside of the cluster, and no compute node can join.
fn isolation(cloud: &Cloud<'_>, problems: &mut Problems) {
    let mut given = cloud.given_here("k8s.cni.cncf.io", "NetworkAttachmentDefinition");
    if cloud.is_isolated() || given.any(|(_, document)| document.name == "ctlplane") {
        return;
    }
    let place = cloud.key_place("spec.dataPlane");
    let message = "compute nodes cannot join: OVN, the message buses and the APIs are within the cluster alone";
    let problem = Problem::new(&rule::DATAPLANE_ISOLATED, place, message);
    problems.push(problem.help("write `network: {isolated: {nodes: ...}}`, with interface and addresses of each node that carries the control plane").help(
        "or put the networks that are there into the input: the NetworkAttachmentDefinition `ctlplane` of the namespace",
    ));
}

/// Kernel arguments that are there with another value.
pub(super) fn arguments(place: &Place, conflicts: &[Conflict]) -> Vec<Problem> {
    let problem = |one: &Conflict| {
        let message = format!(
            "the kernel argument `{}` is there, and GPUs need `{}`",
            one.there, one.wanted
        );
        Problem::new(&rule::KERNEL_ARGS, place.clone(), message)
            .help("remove it: what GPUs need is added by itself; or change `cpuVendor` or `hugepages1Gi`, where it follows from them")
    };
    conflicts.iter().map(problem).collect()
}
