//! What the pool says of volume, market and network, written into a provider spec.

use crate::api::gpu_machine_set::{InterfaceType, Market, RootVolume};
use crate::cloud::Request;
use crate::cloud::aws::root;
use crate::cloud::aws::root::Root;
use crate::cloud::common::from_worker;
use crate::krm::{Node, emit};
use crate::problem::rules::aws as rule;
use crate::problem::{Problem, Problems};
use crate::types::SUBNET_ID;

/// A reference by `tag:Name`.
pub(crate) fn name_filter(name: &str) -> Node {
    let filter = Node::from([
        ("name", "tag:Name".into()),
        ("values", vec![Node::from(name)].into()),
    ]);
    Node::from([("filters", vec![filter].into())])
}

/// A subnet as users write it: an id, or a Name tag.
pub(crate) fn subnet_reference(subnet: &str) -> Node {
    if SUBNET_ID.check(subnet).is_ok() {
        Node::from([("id", subnet.into())])
    } else {
        name_filter(subnet)
    }
}

/// Writes the pool's settings.
pub(crate) fn apply(node: &mut Node, request: &Request<'_>, problems: &mut Problems) {
    let pool = request.pool;
    if let Some(volume) = &pool.spec.root_volume {
        root_volume(node, volume, request, problems);
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

/// Several devices could be the root volume: which one to change is for the author to say.
fn unclear(node: &Node, request: &Request<'_>) -> Problem {
    let devices = node.get("blockDevices").map(emit::flow).unwrap_or_default();
    let place = (request.pool.place)("spec.rootVolume");
    let message = "several block devices of the worker could be the root volume";
    let problem = Problem::new(&rule::ROOT_DEVICE_UNCLEAR, place, message);
    from_worker(problem, request).help(format!(
        "remove `rootVolume` and write the devices as they shall be: `providerSpec: {{blockDevices: {devices}}}`"
    ))
}

fn root_volume(
    node: &mut Node,
    volume: &RootVolume,
    request: &Request<'_>,
    problems: &mut Problems,
) {
    let found = root::find(node);
    let is_replaced = request
        .pool
        .patch
        .is_some_and(|patch| patch.get("blockDevices").is_some());
    if found == Root::Unclear {
        if !is_replaced {
            problems.push(unclear(node, request));
        }
        return;
    }
    let devices = node.make(&["blockDevices"]).items_mut();
    let index = match found {
        Root::At(index) => index,
        Root::Absent | Root::Unclear => {
            devices.insert(0, Node::from([("ebs", Node::map::<&str>([]))]));
            0
        }
    };
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
