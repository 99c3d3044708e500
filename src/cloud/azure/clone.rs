//! Cloning a worker's provider spec: keep what ties it to the cluster, drop what was about that worker only.

use crate::cloud::azure::{image, sizes};
use crate::cloud::{Request, common, zero};
use crate::cluster::Worker;
use crate::krm::Node;
use crate::problem::rules::cloud as rule;
use crate::problem::{Problem, Problems};

/// What never carries over from a worker to a GPU set: how it was bought, where it was pinned, what its size needed.
const NOT_INHERITED: [&str; 7] = [
    "metadata",
    "spotVMOptions",
    "capacityReservationGroupID",
    "availabilitySet",
    "natRule",
    "dataDisks",
    "ultraSSDCapability",
];

/// The worker's provider spec, for another size and perhaps another zone.
pub(super) fn retarget(
    worker: &Worker,
    request: &Request<'_>,
    problems: &mut Problems,
) -> Option<Node> {
    let groups = ["machine.openshift.io", "azureproviderconfig.openshift.io"];
    if !common::is_of_cloud(worker, request, &groups, problems) {
        return None;
    }
    let mut spec = Node::clone(&worker.provider_spec);
    for key in NOT_INHERITED {
        spec.remove(key);
    }
    if let Some(disk) = spec.get_mut("osDisk") {
        // a temporary disk that the worker's size has, and another may lack
        disk.remove("diskSettings");
    }
    if let Some(disk) = spec
        .get_mut("osDisk")
        .and_then(|disk| disk.get_mut("managedDisk"))
    {
        disk.remove("securityProfile");
    }
    if let Some(security) = spec.get_mut("securityProfile") {
        security.remove("settings");
    }
    zero::strip(&mut spec);
    let name = request.pool.spec.instance_type.as_str();
    let size = sizes::of(name);
    spec.set("vmSize", name);
    match size.and_then(|size| size.accelerates()) {
        Some(true) => spec.set("acceleratedNetworking", true),
        Some(false) => drop(spec.remove("acceleratedNetworking")),
        None => {}
    }
    image::suit(&mut spec, size, request.pool.infra);
    rezone(&mut spec, worker, request, problems)?;
    Some(spec)
}

fn rezone(
    spec: &mut Node,
    worker: &Worker,
    request: &Request<'_>,
    problems: &mut Problems,
) -> Option<()> {
    match request.zone {
        Some(zone) => spec.set("zone", zone),
        None => drop(spec.remove("zone")),
    }
    let network = request.pool.spec.network.as_ref();
    let stated = network.and_then(|network| network.subnets.as_ref()?.get(request.zone?));
    if let Some(subnet) = stated {
        spec.set("subnet", subnet.as_str());
        return Some(());
    }
    if worker.zone() == request.zone || !subnets_differ(request) {
        return Some(());
    }
    let zone = request.zone.unwrap_or_default();
    let message =
        format!("zone `{zone}` has no worker MachineSet to clone, so its subnet is not known");
    let place = (request.pool.place)(&request.zone_path);
    let problem = Problem::new(&rule::ZONE_WITHOUT_WORKER, place, message);
    problems.push(
        problem
            .fact("workers of this cluster are in several subnets")
            .values(zone, None)
            .help(format!(
                "name its subnet: `network: {{subnets: {{\"{zone}\": <name of the subnet>}}}}`"
            )),
    );
    None
}

/// Whether zones have subnets of their own, as with a NAT gateway for each.
fn subnets_differ(request: &Request<'_>) -> bool {
    let workers = request.pool.facts.workers.iter();
    let plain = workers.filter(|worker| worker.reserved.is_none());
    let mut subnets = plain.map(|worker| worker.provider_spec.str_at(&["subnet"]));
    let first = subnets.next();
    subnets.any(|subnet| Some(subnet) != first)
}
