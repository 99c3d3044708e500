//! What the pool says of volume, market and network, written into a provider spec.

use super::super::PoolRequest;
use crate::api::gpu_machine_set::{InterfaceType, Market, RootVolume};
use crate::krm::Node;

/// A reference by `tag:Name`.
pub(super) fn name_filter(name: &str) -> Node {
    let filter = Node::from([
        ("name", "tag:Name".into()),
        ("values", vec![Node::from(name)].into()),
    ]);
    Node::from([("filters", vec![filter].into())])
}

/// A subnet as users write it: an id, or a Name tag.
pub(super) fn subnet_reference(subnet: &str) -> Node {
    let is_id = subnet.strip_prefix("subnet-").is_some_and(|rest| {
        matches!(rest.len(), 8 | 17) && rest.bytes().all(|b| b.is_ascii_hexdigit())
    });
    if is_id {
        Node::from([("id", subnet.into())])
    } else {
        name_filter(subnet)
    }
}

/// Writes the pool's settings.
pub(super) fn apply(node: &mut Node, pool: &PoolRequest<'_>) {
    if let Some(volume) = &pool.spec.root_volume {
        root_volume(node, volume);
    }
    let reservation = pool.spec.capacity_reservation.as_ref();
    if let Some(reservation) = reservation {
        node.set("capacityReservationId", reservation.id.as_str());
    }
    match pool.spec.market.unwrap_or_default() {
        Market::OnDemand => {}
        Market::Spot => {
            let price = pool
                .spec
                .spot
                .as_ref()
                .and_then(|spot| spot.max_price.as_deref());
            let options = price.map(|price| ("maxPrice", Node::from(price)));
            node.set("spotMarketOptions", Node::map(options));
        }
        Market::CapacityBlock => node.set("marketType", "CapacityBlock"),
    }
    let Some(network) = &pool.spec.network else {
        return;
    };
    match network.interface_type {
        Some(InterfaceType::Efa) => node.set("networkInterfaceType", "EFA"),
        Some(InterfaceType::Ena) => node.set("networkInterfaceType", "ENA"),
        None => {}
    }
    if let Some(group) = &network.placement_group {
        node.set("placementGroupName", group.as_str());
    }
    if let Some(partition) = network.placement_group_partition {
        node.set("placementGroupPartition", partition);
    }
}

/// The root device is the one without a device name; there is at most one (instances.go refuses a second).
pub(super) fn root_device(node: &Node) -> Option<&Node> {
    let mut devices = node.get("blockDevices")?.items().iter();
    devices.find(|device| is_root_device(device))
}

/// Whether a block device is the root device.
pub(super) fn is_root_device(device: &Node) -> bool {
    device.get("deviceName").is_none_or(Node::is_null) && device.get("ebs").is_some()
}

fn root_volume(node: &mut Node, volume: &RootVolume) {
    let devices = node.make(&["blockDevices"]).items_mut();
    let index = devices.iter().position(is_root_device).unwrap_or_else(|| {
        devices.insert(0, Node::from([("ebs", Node::map::<&str>([]))]));
        0
    });
    let Some(ebs) = devices.get_mut(index).map(|device| device.make(&["ebs"])) else {
        return;
    };
    let type_changes = volume
        .r#type
        .as_deref()
        .is_some_and(|kind| ebs.str_at(&["volumeType"]) != Some(kind));
    if type_changes {
        // numbers that were right for the other type
        ebs.remove("iops");
        ebs.remove("throughputMib");
    }
    if let Some(size) = volume.size_gib {
        ebs.set("volumeSize", size);
    }
    if let Some(kind) = &volume.r#type {
        ebs.set("volumeType", kind.as_str());
    }
    if let Some(encrypted) = volume.encrypted {
        ebs.set("encrypted", encrypted);
    }
    if let Some(key) = &volume.kms_key {
        let field = if key.starts_with("arn:") { "arn" } else { "id" };
        ebs.set("kmsKey", Node::from([(field, key.as_str().into())]));
    }
    if let Some(iops) = volume.iops {
        ebs.set("iops", iops);
    }
    if let Some(throughput) = volume.throughput_mib {
        ebs.set("throughputMib", throughput);
    }
}
