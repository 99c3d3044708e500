//! What must hold of a pool on AWS, and of every finished provider spec.

use crate::api::gpu_machine_set::InterfaceType;
use crate::cloud::PoolRequest;
use crate::krm::Node;
use crate::problem::rules::aws as rule;
use crate::problem::{Problem, Problems, first_of};
use crate::types::CAPACITY_RESERVATION_ID;

/// Rules that do not depend on the zone.
pub(crate) fn pool(request: &PoolRequest<'_>, problems: &mut Problems) {
    if let Some(reservation) = &request.spec.capacity_reservation {
        let place = (request.place)("spec.capacityReservation.id");
        reservation_id(&reservation.id, place, problems);
    }
    network(request, problems);
}

pub(crate) fn reservation_id(id: &str, place: crate::problem::Place, problems: &mut Problems) {
    if CAPACITY_RESERVATION_ID.check(id).is_err() {
        let message = format!("`{id}` is no capacity reservation id");
        problems.push(
            Problem::new(&rule::CAPACITY_RESERVATION_ID, place, message)
                .values(id, None)
                .help("it is `cr-` and 17 lower-case hexadecimal digits, as `aws ec2 describe-capacity-reservations` prints it"),
        );
    }
}

/// A capacity reservation is of one Availability Zone (EC2 guide, "Create a Capacity Reservation").
pub(crate) fn zones(request: &PoolRequest<'_>, zones: &[&str], problems: &mut Problems) {
    if zones.len() < 2 {
        return;
    }
    let listed = first_of(zones.iter().map(|zone| format!("`{zone}`")), 6);
    let stated = request.spec.capacity_reservation.is_some();
    let patched = |key: &str| {
        let value = request.patch.and_then(|patch| patch.get(key));
        value
            .and_then(Node::text)
            .is_some_and(|text| !text.is_empty() && text != "null")
    };
    let path = if stated {
        Some("spec.capacityReservation")
    } else {
        patched("capacityReservationId").then_some("spec.providerSpec.capacityReservationId")
    };
    if let Some(path) = path {
        let message = format!("a capacity reservation is of one zone, and the pool is in {listed}");
        problems.push(
            Problem::new(&rule::RESERVATION_ZONES, (request.place)(path), message)
                .help("name its zone alone, `zones: [...]`: `aws ec2 describe-capacity-reservations` prints it")
                .help("a pool for each reservation, when there are several"),
        );
    }
    let group = request.spec.network.as_ref();
    if group.is_some_and(|network| network.placement_group_partition.is_some())
        || patched("placementGroupPartition")
    {
        // groups of strategy partition may
        return;
    }
    let stated = group.is_some_and(|network| network.placement_group.is_some());
    let path = if stated {
        Some("spec.network.placementGroup")
    } else {
        patched("placementGroupName").then_some("spec.providerSpec.placementGroupName")
    };
    if let Some(path) = path {
        let message = format!(
            "a placement group of strategy cluster is of one zone, and the pool is in {listed}"
        );
        problems.push(
            Problem::new(&rule::PLACEMENT_GROUP_ZONES, (request.place)(path), message)
                .help("name its zone alone, `zones: [...]`; groups of strategy spread or partition may reach over zones"),
        );
    }
}

fn network(request: &PoolRequest<'_>, problems: &mut Problems) {
    let Some(network) = &request.spec.network else {
        return;
    };
    if network.placement_group_partition.is_some() && network.placement_group.is_none() {
        let message = "a placement group partition is given, but no placement group";
        let place = (request.place)("spec.network.placementGroupPartition");
        problems.push(
            Problem::new(&rule::PLACEMENT_PARTITION, place, message).help("add `placementGroup`"),
        );
    }
    let multi_card = ["p4d.", "p4de.", "p5.", "p5e.", "p5en.", "p6"];
    let instance_type = request.spec.instance_type.as_str();
    // the smallest p5 has one card
    let single = instance_type == "p5.4xlarge";
    if network.interface_type == Some(InterfaceType::Efa)
        && !single
        && multi_card
            .iter()
            .any(|family| instance_type.starts_with(family))
    {
        let message = format!(
            "`{instance_type}` has several network cards, and the Machine API uses one of them"
        );
        let place = (request.place)("spec.network.interfaceType");
        problems
            .push(Problem::new(&rule::EFA_SINGLE_CARD, place, message).help(
                "expect the bandwidth of one card; multi-card EFA needs another provisioner",
            ));
    }
}
