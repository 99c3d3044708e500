//! NodeSets of the input against control plane and networks, and hosts that two would take.

use std::collections::BTreeMap;

use crate::krm::{Document, Node};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};
use crate::types::machine_api;

use super::address::{Address, Cidr};
use super::bare_metal_hosts;
use super::cloud::Cloud;
use super::data_plane::{BIND, DEFAULT_SERVICES};
use super::host_selectors::{self, Wanted};
use super::networks::CTLPLANE;
use super::node_set::{GROUP, KIND, SERVICE};
use super::objects::CORE;
use super::sections;

/// Says all of it.
pub(super) fn check(cloud: &Cloud<'_>, problems: &mut Problems) {
    let nets = nets(cloud);
    let mut hosts: Vec<(String, String)> = Vec::new();
    let sets = cloud.given_here(GROUP, KIND);
    for (_, document) in sets.filter(|(_, document)| !document.is_live()) {
        let Ok(root) = document.node() else { continue };
        let set = Set { document, root };
        set.tls(cloud, problems);
        set.nodes(&nets, &mut hosts, problems);
        set.services(cloud, problems);
        set.hosts(cloud, problems);
    }
}

/// A network that a NetConfig has.
struct Net {
    /// In small letters, as all names here.
    name: String,
    /// What services call it: `ctlplane` for each of the management networks of racks, `ctlplaneleaf1`.
    service: String,
    subnets: Vec<Cidr>,
}

/// Networks of the NetConfig of the input, else those that are made. Empty where nothing is known.
fn nets(cloud: &Cloud<'_>) -> Vec<Net> {
    let mut nets = Vec::new();
    let mut is_given = false;
    for (_, document) in cloud.given_here("network.openstack.org", "NetConfig") {
        let Ok(root) = document.node() else { continue };
        is_given = true;
        for network in root.at(&["spec", "networks"]).map_or(&[][..], Node::items) {
            let name = network.str_at(&["name"]).unwrap_or_default().to_lowercase();
            let service = network.str_at(&["serviceNetwork"]).map(str::to_lowercase);
            let subnets = network.get("subnets").map_or(&[][..], Node::items).iter();
            let cidrs = subnets.filter_map(|subnet| Cidr::read(subnet.str_at(&["cidr"])?).ok());
            nets.push(Net {
                service: service.unwrap_or_else(|| name.clone()),
                name,
                subnets: cidrs.collect(),
            });
        }
    }
    if !is_given && cloud.spec.network.is_some() {
        let own = cloud.networks.all.iter();
        nets.extend(own.map(|net| Net {
            name: net.name.to_owned(),
            service: net.name.to_owned(),
            subnets: vec![net.cidr],
        }));
    }
    nets
}

/// A NodeSet of the input.
struct Set<'a> {
    document: &'a Document<'a>,
    root: Node,
}

impl Set<'_> {
    fn place(&self, path: &str) -> Place {
        crate::api::place(self.document, &self.root, path)
    }

    fn wrong(&self, path: &str, message: String) -> Problem {
        Problem::new(&rule::NODE_SET, self.place(path), message)
    }

    fn tls(&self, cloud: &Cloud<'_>, problems: &mut Problems) {
        let Some((_, plane)) = cloud.given_here(CORE, "OpenStackControlPlane").next() else {
            return;
        };
        let Ok(root) = plane.node() else { return };
        let spec = root.get("spec");
        let says = spec.is_some_and(|spec| sections::is_whole(spec) || spec.get("tls").is_some());
        if !says {
            return;
        }
        // both are on by default
        let on = |node: &Node, path: &[&str]| node.at(path).and_then(Node::text) != Some("false");
        let there = on(&root, &["spec", "tls", "podLevel", "enabled"]);
        let here = on(&self.root, &["spec", "tlsEnabled"]);
        if there != here {
            let message = format!(
                "{KIND} `{}` has TLS {}, and the control plane `{}` has it {}",
                self.document.name,
                word(here),
                plane.name,
                word(there)
            );
            let problem = self.wrong("spec.tlsEnabled", message);
            problems.push(problem.help(format!(
                "both have to be the same: `tlsEnabled: {there}` there"
            )));
        }
    }

    fn nodes(&self, nets: &[Net], hosts: &mut Vec<(String, String)>, problems: &mut Problems) {
        let shared = self.root.at(&["spec", "nodeTemplate", "networks"]);
        let is_there = self
            .root
            .at(&["spec", "preProvisioned"])
            .and_then(Node::text);
        for entry in self
            .root
            .at(&["spec", "nodes"])
            .map_or(&[][..], Node::entries)
        {
            let path = format!("spec.nodes.{}", entry.key);
            // an empty list is none to the operator
            let own = entry.value.get("networks");
            let own = own.filter(|own| !own.is_empty()).or(shared);
            self.networks(
                &entry.key,
                &path,
                own.map_or(&[][..], Node::items),
                nets,
                problems,
            );
            let Some(host) = entry.value.str_at(&["ansible", "ansibleHost"]) else {
                continue;
            };
            let field = format!("{path}.ansible.ansibleHost");
            if is_there == Some("true") && Address::read(host).is_err() {
                let message =
                    format!("`{host}` is not an IP address, and the webhook takes no name");
                problems.push(
                    self.wrong(&field, message)
                        .help("write the address of the node on the ctlplane"),
                );
            }
            if let Some((_, other)) = hosts.iter().find(|(known, _)| known == host) {
                let message = format!("{host} is that of `{other}` too");
                problems.push(
                    self.wrong(&field, message)
                        .help("give each node an address of its own"),
                );
            }
            hosts.push((host.to_owned(), entry.key.clone()));
        }
    }

    fn networks(
        &self,
        node: &str,
        path: &str,
        own: &[Node],
        nets: &[Net],
        problems: &mut Problems,
    ) {
        let name = |network: &Node| network.str_at(&["name"]).unwrap_or_default().to_lowercase();
        // where no NetConfig says what a network is for, its name has to do
        let is_managed = |name: String| match nets.iter().find(|net| net.name == name) {
            Some(net) => net.service == CTLPLANE,
            None if nets.is_empty() => name.starts_with(CTLPLANE),
            None => name == CTLPLANE,
        };
        if !own.iter().map(name).any(is_managed) {
            let message =
                format!("node `{node}` is not on the network `{CTLPLANE}`, by which it is managed");
            let problem = self.wrong(path, message);
            problems.push(problem.help(
                "its networks need `{name: ctlplane, subnetName: subnet1, defaultRoute: true}`",
            ));
        }
        for network in own.iter().filter(|_| !nets.is_empty()) {
            let name = name(network);
            let place = self
                .document
                .place(network.span.clone(), format!("{path}.networks"));
            let Some(Net { subnets: cidrs, .. }) = nets.iter().find(|net| net.name == name) else {
                let known: Vec<String> = nets.iter().map(|net| format!("`{}`", net.name)).collect();
                let message = format!("no NetConfig has the network `{name}` of node `{node}`");
                let problem = Problem::new(&rule::NODE_SET, place, message);
                problems.push(problem.help(format!("networks are {}", known.join(", "))));
                continue;
            };
            let address = network.str_at(&["fixedIP"]).map(Address::read);
            let Some(Ok(address)) = address else { continue };
            if !cidrs.is_empty() && !cidrs.iter().any(|cidr| cidr.holds(address)) {
                let message = format!("{address} of node `{node}` is not of the network `{name}`");
                let problem = Problem::new(&rule::NODE_SET, place, message);
                let of = cidrs.iter().map(ToString::to_string).collect::<Vec<_>>();
                problems.push(problem.help(format!("write an address of {}", of.join(" or "))));
            }
        }
    }

    /// Two services of one type, and an order in which the later one cannot find what it needs.
    fn services(&self, cloud: &Cloud<'_>, problems: &mut Problems) {
        let list = self
            .root
            .at(&["spec", "services"])
            .map_or(&[][..], Node::items);
        let names: Vec<&str> = list.iter().filter_map(Node::text).collect();
        let mut types: Vec<(String, &str)> = Vec::new();
        for name in &names {
            let mut own = cloud.given_here(GROUP, SERVICE);
            let own = own.find(|(_, document)| document.name == *name);
            let root = own.and_then(|(_, document)| document.node().ok());
            let of = root
                .as_ref()
                .and_then(|root| root.str_at(&["spec", "edpmServiceType"]));
            let of = of.unwrap_or(name).to_owned();
            let mut before = types.iter().filter(|(known, _)| *known == of);
            // the same one twice is run once, and nothing is lost
            if let Some((_, first)) = before.next()
                && first != name
                && !before.any(|(_, other)| other == name)
            {
                let message = format!(
                    "`{first}` and `{name}` are services of one type, `{of}`: the operator drops `{name}`"
                );
                let problem =
                    Problem::new(&rule::SERVICES_ORDER, self.place("spec.services"), message);
                problems.push(problem.help("one of them is enough"));
            }
            types.push((of, name));
        }
        let at = |wanted: &str| names.iter().position(|name| *name == wanted);
        let nova = types.iter().position(|(of, _)| of == "nova");
        let pairs = [
            (
                at(BIND),
                at("reboot-os"),
                BIND,
                "reboot-os",
                "the cards are bound from a start on",
            ),
            (
                at("libvirt"),
                nova,
                "libvirt",
                "nova",
                "Nova finds no libvirt",
            ),
        ];
        for (first, second, before, after, why) in pairs {
            if first
                .zip(second)
                .is_some_and(|(first, second)| first > second)
            {
                let message = format!("`{before}` has to come before `{after}`: {why}");
                let problem =
                    Problem::new(&rule::SERVICES_ORDER, self.place("spec.services"), message);
                problems
                    .push(problem.help(format!("the order is {}", DEFAULT_SERVICES.join(", "))));
            }
        }
    }

    /// Bare metal hosts that a MachineSet would take too.
    fn hosts(&self, cloud: &Cloud<'_>, problems: &mut Problems) {
        let Some(template) = self.root.at(&["spec", "baremetalSetTemplate"]) else {
            return;
        };
        let namespace = template.str_at(&["bmhNamespace"]);
        let namespace = namespace.unwrap_or(machine_api::NAMESPACE);
        let of_all = labels(template.get("bmhLabelSelector"));
        let nodes = self.root.at(&["spec", "nodes"]);
        let wanted = nodes.map_or(&[][..], Node::entries).iter().map(|entry| {
            let own = entry.value.get("bmhLabelSelector");
            let path = match own {
                Some(_) => format!("spec.nodes.{}.bmhLabelSelector", entry.key),
                None => "spec.baremetalSetTemplate.bmhLabelSelector".to_owned(),
            };
            let mut both = of_all.clone();
            both.extend(labels(own));
            Wanted {
                node: entry.key.clone(),
                labels: both,
                place: self.place(&path),
            }
        });
        let wanted: Vec<Wanted> = wanted.collect();
        if namespace == machine_api::NAMESPACE {
            host_selectors::shared(
                cloud,
                &self.document.name,
                &wanted,
                "bmhNamespace",
                problems,
            );
        }
        bare_metal_hosts::few(cloud, &self.document.name, namespace, &wanted, problems);
    }
}

fn word(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}

fn labels(node: Option<&Node>) -> BTreeMap<String, String> {
    let entries = node.map_or(&[][..], Node::entries).iter();
    entries
        .map(|entry| {
            (
                entry.key.clone(),
                entry.value.text().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}
