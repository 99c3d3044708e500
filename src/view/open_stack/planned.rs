//! One of a plan, for people.

use super::{Alias, ComputeNode, Flavor, Network, OpenStack, Service, Taken, strips};
use crate::plan;

/// One of a plan.
pub(in crate::view) fn of(planned: &plan::OpenStack) -> OpenStack {
    let service = |(name, on): &(String, bool)| Service {
        name: name.clone(),
        on: *on,
    };
    let alias = |card: &plan::Card| Alias {
        alias: card.alias.clone(),
        model: card.board.clone(),
        ids: card.ids.clone(),
        device_type: card.device_type,
        numa_policy: card.numa_policy,
        mdev_type: card.mdev.as_ref().map(|(of, _)| of.clone()),
        mdev_class: card.mdev.as_ref().map(|(_, class)| class.clone()),
    };
    let node = |host: &plan::Host| ComputeNode {
        name: host.name.clone(),
        node_set: host.node_set.clone(),
        address: host.address.clone(),
        bmh_labels: host.bmh.clone(),
        gpus: host.gpus.clone(),
    };
    OpenStack {
        name: planned.name.clone(),
        namespace: planned.namespace.clone(),
        release: planned.release,
        control_plane: planned.control_plane.clone(),
        completed: planned.is_completed,
        services: planned.services.iter().map(service).collect(),
        networks: planned.networks.iter().map(network).collect(),
        given_ranges: planned.given_ranges.clone(),
        aliases: planned.cards.iter().map(alias).collect(),
        compute_nodes: planned.hosts.iter().map(node).collect(),
        flavors: (planned.flavors.iter())
            .map(|one| flavor(one, &planned.hosts, &planned.cards))
            .collect(),
        commands: planned.commands.clone(),
    }
}

fn network(net: &plan::Network) -> Network {
    let taken = |one: &plan::Taken| Taken {
        by: strips::word(one.by),
        name: one.who.clone(),
        from: one.from.0.clone(),
        to: one.to.0.clone(),
        first: one.from.1,
        last: one.to.1,
    };
    Network {
        name: net.name.clone(),
        cidr: net.cidr.clone(),
        addresses: net.size,
        vlan: net.vlan,
        mtu: net.mtu,
        taken: net.taken.iter().map(taken).collect(),
        shown: net.shown.clone(),
        is_known: net.is_known,
    }
}

fn flavor(flavor: &plan::Flavor, hosts: &[plan::Host], cards: &[plan::Card]) -> Flavor {
    let (disk_gib, ephemeral_gib) = flavor.disk_gib;
    // how many vGPUs a card has, its type says
    let mut vgpus = cards.iter().filter(|card| card.mdev.is_some());
    let has_vgpus = vgpus.any(|card| flavor.gpus.iter().any(|(alias, _)| *alias == card.alias));
    let room = hosts.iter().map(|host| {
        let of = |(alias, count): &(String, u32)| {
            let has = host.gpus.iter().find(|(name, _)| name == alias);
            let has = has.map_or(0, |(_, addresses)| addresses.len() as u64);
            has / u64::from((*count).max(1))
        };
        flavor.gpus.iter().map(of).min().unwrap_or(0)
    });
    Flavor {
        name: flavor.name.clone(),
        vcpus: flavor.vcpus,
        memory_mib: flavor.ram_mib,
        disk_gib,
        ephemeral_gib,
        gpus: flavor.gpus.clone(),
        room: (!hosts.is_empty() && !has_vgpus).then(|| room.sum()),
    }
}
