//! Cloning a worker's provider spec: keep what ties it to the cluster, drop what was about that worker only.

use crate::cloud::Request;
use crate::cloud::aws::settings::subnet_reference;
use crate::cloud::common;
use crate::cluster::Worker;
use crate::krm::Node;
use crate::problem::rules::cloud as rule;
use crate::problem::{Problem, Problems};

/// What never carries over from a worker to a GPU set: how it was bought, where it was pinned, what its instance type
/// needed. `metadata` is a relic of the type.
const NOT_INHERITED: [&str; 9] = [
    "metadata",
    "spotMarketOptions",
    "marketType",
    "capacityReservationId",
    "placementGroupName",
    "placementGroupPartition",
    "networkInterfaceType",
    "cpuOptions",
    "loadBalancers",
];

/// The worker's provider spec, for another instance type and perhaps another zone.
pub(crate) fn retarget(
    worker: &Worker,
    request: &Request<'_>,
    problems: &mut Problems,
) -> Option<Node> {
    let groups = ["machine.openshift.io", "awsproviderconfig.openshift.io"];
    if !common::is_of_cloud(worker, request, &groups, problems) {
        return None;
    }
    let mut node = Node::clone(&worker.provider_spec);
    for key in NOT_INHERITED {
        node.remove(key);
    }
    if let Some(placement) = node.get_mut("placement") {
        // a dedicated host or tenancy is that worker's; it would also replace zone and placement group
        placement.remove("host");
        placement.remove("tenancy");
    }
    node.set("instanceType", request.pool.spec.instance_type.as_str());
    rezone(&mut node, worker, request, problems)?;
    Some(node)
}

fn rezone(
    node: &mut Node,
    worker: &Worker,
    request: &Request<'_>,
    problems: &mut Problems,
) -> Option<()> {
    let stated = request
        .pool
        .spec
        .network
        .as_ref()
        .and_then(|network| network.subnets.as_ref());
    let stated = stated.and_then(|subnets| subnets.get(request.zone_name()));
    let moves = worker.zone() != request.zone;
    if let Some(subnet) = stated {
        node.set("subnet", subnet_reference(subnet));
    } else if moves {
        let from = worker.zone().unwrap_or_default();
        let known = request
            .pool
            .facts
            .zones
            .as_ref()
            .is_some_and(|zones| zones.value.iter().any(|zone| zone == request.zone_name()));
        let renamed = known
            .then(|| renamed_subnet(node, from, request.zone_name()))
            .flatten();
        let Some(subnet) = renamed else {
            problems.push(no_worker(worker, request, known));
            return None;
        };
        node.set("subnet", subnet);
    }
    let placement = node.make(&["placement"]);
    if placement.get("availabilityZone").and_then(Node::str) != Some(request.zone_name()) {
        placement.set("availabilityZone", request.zone_name());
    }
    if placement.get("region").and_then(Node::str) != Some(request.pool.region) {
        placement.set("region", request.pool.region);
    }
    Some(())
}

fn no_worker(worker: &Worker, request: &Request<'_>, zone_is_stated: bool) -> Problem {
    let (zone, from) = (request.zone_name(), worker.zone().unwrap_or_default());
    let message =
        format!("zone `{zone}` has no worker MachineSet to clone, so its subnet is not known");
    let place = (request.pool.place)(&request.zone_path);
    let zones: Vec<_> = request
        .pool
        .facts
        .workers
        .iter()
        .filter_map(Worker::zone)
        .collect();
    let mut problem = Problem::new(&rule::ZONE_WITHOUT_WORKER, place, message)
        .fact(format!(
            "worker `{}` is in `{from}`, {}",
            worker.name, worker.origin
        ))
        .values(zone, None)
        .help(format!(
            "zones with a worker MachineSet: {}",
            zones.join(", ")
        ))
        .help(format!(
            "or name its subnet: `network: {{subnets: {{{zone}: <subnet id or Name tag>}}}}`"
        ));
    if !zone_is_stated {
        problem = problem.help(format!(
            "or, if the installer made a subnet there, state `zones: [..., {zone}]` in ClusterFacts"
        ));
    }
    problem
}

/// The subnet filter of another zone, when it says its own zone at the end of its Name tag and nowhere else.
fn renamed_subnet(node: &Node, from: &str, to: &str) -> Option<Node> {
    let mut subnet = node.get("subnet")?.clone();
    if subnet.str_at(&["id"]).is_some_and(|id| !id.is_empty()) {
        return None;
    }
    let [filter] = subnet.get_mut("filters")?.items_mut().as_mut_slice() else {
        return None;
    };
    if filter.str_at(&["name"]) != Some("tag:Name") {
        return None;
    }
    let [value] = filter.get_mut("values")?.items_mut().as_mut_slice() else {
        return None;
    };
    let renamed = value.str()?.strip_suffix(from)?.to_owned();
    if renamed.contains(from) {
        return None;
    }
    *value = Node::from(format!("{renamed}{to}"));
    Some(subnet)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn renamed(subnet: &serde_json::Value) -> Option<serde_json::Value> {
        let node = Node::from_json(&json!({"subnet": subnet}));
        renamed_subnet(&node, "us-east-2a", "us-east-2b").map(|node| node.to_json())
    }

    #[test]
    fn only_a_name_tag_that_ends_with_the_zone_is_rewritten() {
        let filter = |value: &str| json!({"filters": [{"name": "tag:Name", "values": [value]}]});
        assert_eq!(
            renamed(&filter("x-subnet-private-us-east-2a")),
            Some(filter("x-subnet-private-us-east-2b"))
        );
        assert_eq!(renamed(&filter("x-private")), None);
        assert_eq!(renamed(&filter("us-east-2a-private-us-east-2a")), None);
        assert_eq!(renamed(&json!({"id": "subnet-0123"})), None);
        let two =
            json!({"filters": [{"name": "tag:Name", "values": ["a-us-east-2a", "b-us-east-2a"]}]});
        assert_eq!(renamed(&two), None);
    }
}
