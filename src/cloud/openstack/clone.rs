//! Cloning a worker's provider spec: keep what ties it to the cluster, drop what was about that worker only.

use crate::cloud::{Request, common};
use crate::cluster::Worker;
use crate::krm::Node;
use crate::problem::Problems;

/// What never carries over from a worker to a GPU set. A server group of workers may forbid two machines on one
/// hypervisor, and then no more GPU machines start than there are hypervisors.
const NOT_INHERITED: [&str; 5] = [
    "metadata",
    "floatingIP",
    "additionalBlockDevices",
    "serverGroupID",
    "serverGroupName",
];

/// The worker's provider spec, for another flavor and perhaps another zone: networks reach over zones.
pub(super) fn retarget(
    worker: &Worker,
    request: &Request<'_>,
    problems: &mut Problems,
) -> Option<Node> {
    let groups = [
        "machine.openshift.io",
        "openstackproviderconfig.openshift.io",
    ];
    if !common::is_of_cloud(worker, request, &groups, problems) {
        return None;
    }
    let mut spec = Node::clone(&worker.provider_spec);
    for key in NOT_INHERITED {
        spec.remove(key);
    }
    // an empty filter stays: it is how the installer writes a network that subnets tell
    spec.entries_mut().retain(|entry| !entry.value.is_null());
    without_addresses(&mut spec);
    spec.set("flavor", request.pool.spec.instance_type.as_str());
    if let Some(metadata) = spec.get_mut("serverMetadata")
        && metadata.get("Name").is_some()
        && let Some(name) = request.set_name
    {
        metadata.set("Name", name);
    }
    match request.zone {
        Some(zone) => spec.set("availabilityZone", zone),
        None => drop(spec.remove("availabilityZone")),
    }
    if let (Some(zone), Some(volume)) = (request.zone, spec.get_mut("rootVolume"))
        // zones of block storage are a list of their own: only where workers show one name for both it is rewritten
        && volume.str_at(&["availabilityZone"]) == worker.zone()
    {
        volume.set("availabilityZone", zone);
    }
    Some(spec)
}

/// An address is of one machine.
fn without_addresses(spec: &mut Node) {
    let each = |node: Option<&mut Node>, change: fn(&mut Node)| {
        node.into_iter().flat_map(Node::items_mut).for_each(change);
    };
    each(spec.get_mut("networks"), |network| {
        network.remove("fixedIp");
    });
    each(spec.get_mut("ports"), |port| {
        let addresses = port.get_mut("fixedIPs").into_iter();
        for address in addresses.flat_map(Node::items_mut) {
            address.remove("ipAddress");
        }
    });
}
