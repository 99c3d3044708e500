//! A NetConfig of the input, which says which addresses compute nodes get where none is made.

use crate::krm::{Document, Node};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::address::{Address, Cidr, Range};
use super::cloud::Cloud;

/// What the webhook writes where nothing stands.
const MTU: u32 = 1500;

/// A subnet of it.
pub(super) struct Subnet {
    /// Its network, in small letters as NodeSets name it; with its own name where there are several.
    pub(super) name: String,
    pub(super) cidr: Cidr,
    pub(super) gateway: Option<Address>,
    /// Ranges of compute nodes, with the path of each.
    pub(super) ranges: Vec<(Range, String)>,
    pub(super) vlan: Option<u32>,
    pub(super) mtu: u32,
}

/// That of the namespace. A second one is said elsewhere.
pub(super) fn given<'a>(cloud: &Cloud<'a>) -> Option<&'a Document<'a>> {
    let mut all = cloud.given_here("network.openstack.org", "NetConfig");
    all.next().map(|(_, document)| document)
}

/// Those of its subnets that can be read.
pub(super) fn subnets(root: &Node) -> Vec<Subnet> {
    let mut all = Vec::new();
    let networks = root.at(&["spec", "networks"]).map_or(&[][..], Node::items);
    for (index, network) in networks.iter().enumerate() {
        let name = network.str_at(&["name"]).unwrap_or_default().to_lowercase();
        let number = |node: &Node, key: &str| node.get(key)?.text()?.parse::<u32>().ok();
        let subnets = network.get("subnets").map_or(&[][..], Node::items);
        for (at, subnet) in subnets.iter().enumerate() {
            let Some(Ok(cidr)) = subnet.str_at(&["cidr"]).map(Cidr::read) else {
                continue;
            };
            let of = subnet.get("allocationRanges");
            let of = of.map_or(&[][..], Node::items).iter().enumerate();
            let ranges = of.filter_map(|(place, range)| {
                let ends = [range.str_at(&["start"])?, range.str_at(&["end"])?];
                let path =
                    format!("spec.networks[{index}].subnets[{at}].allocationRanges[{place}]");
                Some((cidr.range(&ends.join("-")).ok()?, path))
            });
            let gateway = subnet.str_at(&["gateway"]);
            let gateway = gateway.and_then(|address| Address::read(address).ok());
            let own = subnet.str_at(&["name"]).unwrap_or_default();
            all.push(Subnet {
                name: match subnets.len() {
                    1 => name.clone(),
                    _ => format!("{name} {own}"),
                },
                cidr,
                gateway: gateway.filter(|address| cidr.holds(*address)),
                ranges: ranges.collect(),
                vlan: number(subnet, "vlan"),
                mtu: number(network, "mtu").unwrap_or(MTU),
            });
        }
    }
    all
}

/// Its ranges against addresses of pods, of services and of nodes, which are given out by others.
pub(super) fn check(cloud: &Cloud<'_>, problems: &mut Problems) {
    let isolated = cloud.spec.network.as_ref();
    let Some(isolated) = isolated.and_then(|network| network.isolated.as_ref()) else {
        return;
    };
    let Some(document) = given(cloud) else { return };
    let Ok(root) = document.node() else { return };
    for subnet in subnets(&root) {
        let nets = cloud.networks.all.iter();
        for net in nets.filter(|net| net.cidr == subnet.cidr) {
            let mut others = vec![
                (net.attach, "pods of the control plane".to_owned()),
                (net.metallb, "services".to_owned()),
            ];
            for (name, node) in &isolated.nodes {
                let address = Address::read(node.on(net.name)).ok();
                let range = address.map(|address| Range {
                    from: address,
                    to: address,
                });
                others.extend(range.map(|range| (range, format!("node `{name}`"))));
            }
            for (range, path) in &subnet.ranges {
                let shared = others.iter().filter(|(other, _)| other.overlaps(*range));
                for (other, whose) in shared {
                    let taken = if other.from == other.to {
                        other.from.to_string()
                    } else {
                        other.to_string()
                    };
                    let message = format!(
                        "{range} of `{}`, which compute nodes get, has addresses of {taken}, those of {whose}",
                        subnet.name
                    );
                    let place = crate::api::place(document, &root, path);
                    let problem = Problem::new(&rule::CIDR, place, message);
                    problems.push(problem.help("let the range begin behind them, or end before"));
                }
            }
        }
    }
}
