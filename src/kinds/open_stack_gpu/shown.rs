//! What people are shown of it: services, networks with what takes their addresses, cards, compute nodes, flavors.

use crate::api::open_stack_gpu::{NumaPolicy, Release};
use crate::krm::Node;
use crate::plan::{By, Card, Flavor, Host, Network, OpenStack, Taken};

use super::address::{Address, Range};
use super::bare_metal;
use super::cloud::Cloud;
use super::complete::Theirs;
use super::flavors;
use super::net_config::{self, Subnet};
use super::networks::{CTLPLANE, Net};
use super::sections::{self, OF_TELEMETRY, SECTIONS};

/// Addresses that a picture has at the least.
const SHOWN: u64 = 256;

/// All of it. `spec` is that of the control plane, ours or theirs.
pub(super) fn of(cloud: &Cloud<'_>, theirs: Option<Theirs<'_>>, spec: Option<&Node>) -> OpenStack {
    let given = theirs.map(|theirs| theirs.document.name.to_string());
    let net_config = net_config::given(cloud);
    let given_ranges = net_config.map(|document| format!("NetConfig {}", document.name));
    let has_networks = given.is_none() || cloud.spec.network.is_some();
    OpenStack {
        name: cloud.placeholder.read.name.clone(),
        namespace: cloud.namespace.to_owned(),
        cluster: cloud.cluster.clone(),
        release: cloud.known_release.map(Release::word),
        is_completed: given.is_some(),
        control_plane: given.unwrap_or_else(|| cloud.name().to_owned()),
        services: spec.map(services).unwrap_or_default(),
        networks: networks(cloud, has_networks),
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

/// Who gets which addresses of a network.
struct Seen<'n> {
    subnet: Subnet,
    /// Whether it is known who of the compute nodes gets which.
    is_known: bool,
    ours: Option<&'n Net>,
}

/// Those of a NetConfig of the input are as it says, with ours on them; the others are ours.
fn networks(cloud: &Cloud<'_>, has_networks: bool) -> Vec<Network> {
    let given = net_config::given(cloud);
    let root = given.and_then(|document| document.node().ok());
    let mut subnets = root.as_ref().map(net_config::subnets).unwrap_or_default();
    let mut all = Vec::new();
    for net in cloud.networks.all.iter().filter(|_| has_networks) {
        let is_it = |one: &Subnet| one.name == net.name && one.cidr == net.cidr;
        let there = subnets.iter().position(is_it);
        let there = there.map(|index| subnets.remove(index));
        let ranges = net.ranges.iter().map(|range| (*range, String::new()));
        all.push(Seen {
            is_known: given.is_none() || there.is_some(),
            subnet: there.unwrap_or_else(|| Subnet {
                name: net.name.to_owned(),
                cidr: net.cidr,
                gateway: net.gateway,
                ranges: ranges.collect(),
                vlan: net.vlan,
                mtu: net.mtu,
            }),
            ours: Some(net),
        });
    }
    all.extend(subnets.into_iter().map(|subnet| Seen {
        subnet,
        is_known: true,
        ours: None,
    }));
    all.iter().map(|seen| network(cloud, seen)).collect()
}

fn network(cloud: &Cloud<'_>, seen: &Seen<'_>) -> Network {
    let net = &seen.subnet;
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
    if seen.is_known {
        let gateway = net.gateway.into_iter();
        taken.extend(gateway.map(|gateway| one(By::Gateway, None, gateway)));
        let ranges = net.ranges.iter();
        taken.extend(ranges.map(|(of, _)| range(By::Allocation, of)));
    }
    let isolated = cloud.spec.network.as_ref();
    let isolated = isolated.and_then(|network| network.isolated.as_ref());
    if let Some((isolated, ours)) = isolated.zip(seen.ours) {
        for (name, node) in &isolated.nodes {
            let address = Address::read(node.on(ours.name)).ok();
            taken.extend(address.map(|address| one(By::Node, Some(name), address)));
        }
        taken.push(range(By::Pods, &ours.attach));
        taken.push(range(By::Services, &ours.metallb));
    }
    let computes = cloud.spec.data_plane.iter().flat_map(|plane| &plane.nodes);
    for (name, node) in computes.filter(|_| net.name == CTLPLANE) {
        let address = node
            .address
            .as_deref()
            .and_then(|one| Address::read(one).ok());
        let address = address.filter(|address| net.cidr.holds(*address));
        taken.extend(address.map(|address| one(By::Compute, Some(name), address)));
    }
    taken.sort_by_key(|one| (one.from.1, one.to.1));
    let size = net.cidr.size();
    let used = taken.iter().map(|one| one.to.1.saturating_add(1)).max();
    let shown = used.unwrap_or(1).max(SHOWN).checked_next_power_of_two();
    let shown = shown.unwrap_or(u64::MAX).min(size);
    Network {
        name: net.name.clone(),
        cidr: net.cidr.to_string(),
        size,
        shown: (shown, net.cidr.nth(shown - 1).to_string()),
        vlan: net.vlan,
        mtu: net.mtu,
        is_known: seen.is_known,
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
            mdev: None,
        };
        alias.cards.iter().map(card).collect()
    };
    let vgpus = cloud.vgpus.iter().map(|vgpu| Card {
        alias: vgpu.name.to_owned(),
        board: vgpu.gpu.model.clone(),
        ids: vgpu.id.iter().cloned().collect(),
        device_type: "mdev",
        numa_policy: None,
        mdev: Some((vgpu.mdev_type.to_owned(), vgpu.class().to_owned())),
    });
    let whole = cloud.aliases.iter().flat_map(of_alias);
    whole.chain(vgpus).collect()
}

fn hosts(cloud: &Cloud<'_>) -> Vec<Host> {
    let planes = cloud.spec.data_plane.iter();
    let hosts = planes.flat_map(|plane| {
        let bare_metal = plane.bare_metal.as_ref();
        let of_all = bare_metal.map(|bare_metal| {
            bare_metal::labels_of_all(&bare_metal::template(cloud, plane, bare_metal))
        });
        plane.nodes.iter().map(move |(name, node)| Host {
            name: name.clone(),
            node_set: plane.name().to_owned(),
            address: node.address.clone(),
            bmh: (of_all.as_ref())
                .map(|of_all| bare_metal::labels(of_all, node).into_iter().collect()),
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
