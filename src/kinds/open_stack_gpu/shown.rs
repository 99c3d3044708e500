//! What people are shown of it: services, networks with what takes their addresses, cards, compute nodes, flavors.

use crate::api::open_stack_gpu::{NumaPolicy, Release};
use crate::krm::Node;
use crate::plan::{By, Card, Flavor, Host, Network, OpenStack, Taken};

use super::address::{Address, Range};
use super::cloud::Cloud;
use super::complete::Theirs;
use super::flavors;
use super::networks::{CTLPLANE, Net};
use super::sections::{self, OF_TELEMETRY, SECTIONS};

/// Addresses that a picture has at the least.
const SHOWN: u64 = 256;

/// All of it. `spec` is that of the control plane, ours or theirs.
pub(super) fn of(cloud: &Cloud<'_>, theirs: Option<Theirs<'_>>, spec: Option<&Node>) -> OpenStack {
    let given = theirs.map(|theirs| theirs.document.name.to_string());
    let given_ranges = cloud
        .given_here("network.openstack.org", "NetConfig")
        .map(|(_, document)| format!("NetConfig {}", document.name))
        .next();
    let has_networks = given.is_none() || cloud.spec.network.is_some();
    let networks = cloud.networks.all.iter().filter(|_| has_networks);
    OpenStack {
        name: cloud.placeholder.read.name.clone(),
        namespace: cloud.namespace.to_owned(),
        cluster: cloud.cluster.clone(),
        release: cloud.known_release.map(Release::word),
        is_completed: given.is_some(),
        control_plane: given.unwrap_or_else(|| cloud.name().to_owned()),
        services: spec.map(services).unwrap_or_default(),
        networks: networks
            .map(|net| network(cloud, net, given_ranges.is_none()))
            .collect(),
        given_ranges,
        cards: cards(cloud),
        hosts: hosts(cloud),
        flavors: cloud.spec.flavors.iter().flatten().map(flavor).collect(),
        commands: flavors::commands(cloud),
    }
}

/// Sections in their order, and the parts of telemetry that are on.
fn services(spec: &Node) -> Vec<(String, bool)> {
    let mut services = Vec::new();
    for (name, _) in SECTIONS {
        let is_on = sections::is_on(spec, name);
        services.push((name.to_owned(), is_on));
        if name == "telemetry" {
            let parts = OF_TELEMETRY.map(|(part, _)| format!("{name}.{part}"));
            let parts = parts.into_iter().filter(|part| sections::is_on(spec, part));
            services.extend(parts.map(|part| (part, true)));
        }
    }
    services
}

fn network(cloud: &Cloud<'_>, net: &Net, is_ours: bool) -> Network {
    let place = |address: Address| (address.to_string(), net.cidr.number_of(address));
    let range = |by, range: &Range| Taken {
        by,
        who: None,
        from: place(range.from),
        to: place(range.to),
    };
    let one = |by, who: Option<&String>, address: Address| Taken {
        by,
        who: who.cloned(),
        from: place(address),
        to: place(address),
    };
    let mut taken = Vec::new();
    // those of a NetConfig of the input, only it says
    if is_ours {
        let gateway = net.gateway.into_iter();
        taken.extend(gateway.map(|gateway| one(By::Gateway, None, gateway)));
        taken.extend(net.ranges.iter().map(|of| range(By::Allocation, of)));
    }
    let isolated = cloud.spec.network.as_ref();
    if let Some(isolated) = isolated.and_then(|network| network.isolated.as_ref()) {
        for (name, node) in &isolated.nodes {
            let address = Address::read(node.on(net.name)).ok();
            taken.extend(address.map(|address| one(By::Node, Some(name), address)));
        }
        taken.push(range(By::Pods, &net.attach));
        taken.push(range(By::Services, &net.metallb));
    }
    let computes = cloud.spec.data_plane.iter().flat_map(|plane| &plane.nodes);
    for (name, node) in computes.filter(|_| net.name == CTLPLANE) {
        let address = node
            .address
            .as_deref()
            .and_then(|one| Address::read(one).ok());
        taken.extend(address.map(|address| one(By::Compute, Some(name), address)));
    }
    taken.sort_by_key(|one| (one.from.1, one.to.1));
    let size = net.cidr.size();
    let used = taken.iter().map(|one| one.to.1.saturating_add(1)).max();
    let shown = used.unwrap_or(1).max(SHOWN).checked_next_power_of_two();
    let shown = shown.unwrap_or(u64::MAX).min(size);
    Network {
        name: net.name,
        cidr: net.cidr.to_string(),
        size,
        shown: (shown, net.cidr.nth(shown - 1).to_string()),
        vlan: net.vlan,
        mtu: net.mtu,
        taken,
    }
}

fn cards(cloud: &Cloud<'_>) -> Vec<Card> {
    let of_alias = |alias: &super::gpus::Alias<'_>| -> Vec<Card> {
        let card = |card: &super::gpus::Card<'_>| Card {
            alias: alias.name.to_owned(),
            board: card.gpu.model.clone(),
            ids: card.ids(),
            device_type: card.device_type.word(),
            numa_policy: card.gpu.numa_policy.map(NumaPolicy::word),
        };
        alias.cards.iter().map(card).collect()
    };
    cloud.aliases.iter().flat_map(of_alias).collect()
}

fn hosts(cloud: &Cloud<'_>) -> Vec<Host> {
    let planes = cloud.spec.data_plane.iter();
    let hosts = planes.flat_map(|plane| {
        plane.nodes.iter().map(|(name, node)| Host {
            name: name.clone(),
            node_set: plane.name().to_owned(),
            address: node.address.clone(),
            gpus: (node.gpus.iter())
                .map(|(alias, addresses)| (alias.clone(), addresses.clone()))
                .collect(),
        })
    });
    hosts.collect()
}

fn flavor(flavor: &crate::api::open_stack_gpu::Flavor) -> Flavor {
    Flavor {
        name: flavor.name.clone(),
        vcpus: flavor.vcpus,
        ram_mib: flavor.ram_mi_b,
        disk_gib: (flavor.disk_gi_b, flavor.ephemeral_gi_b),
        gpus: (flavor.gpus.iter())
            .map(|(alias, count)| (alias.clone(), *count))
            .collect(),
    }
}
