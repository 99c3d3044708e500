//! Cloning a worker's provider spec: keep what ties it to the cluster, drop what was about that worker only.

use crate::cloud::gcp::families;
use crate::cloud::{Request, common, zero};
use crate::cluster::{FactName, Worker};
use crate::krm::Node;
use crate::problem::Problems;

/// What never carries over from a worker to a GPU set: how it was bought, and what its machine type needed.
const NOT_INHERITED: [&str; 7] = [
    "metadata",
    "confidentialCompute",
    "gpus",
    "onHostMaintenance",
    "preemptible",
    "provisioningModel",
    "targetPools",
];

/// The worker's provider spec, for another machine type and perhaps another zone: network objects are of a region.
pub(super) fn retarget(
    worker: &Worker,
    request: &Request<'_>,
    problems: &mut Problems,
) -> Option<Node> {
    let groups = ["machine.openshift.io", "gcpprovider.openshift.io"];
    if !common::is_of_cloud(worker, request, &groups, problems) {
        return None;
    }
    let mut spec = Node::clone(&worker.provider_spec);
    for key in NOT_INHERITED {
        spec.remove(key);
    }
    zero::strip(&mut spec);
    if let Some(disks) = spec.get_mut("disks") {
        let boots = |disk: &Node| disk.get("boot").and_then(Node::text) == Some("true");
        if disks.items().iter().any(boots) {
            disks.items_mut().retain(boots);
        }
    }
    let machine_type = request.pool.spec.instance_type.as_str();
    spec.set("machineType", machine_type);
    spec.set("zone", request.zone_name());
    spec.set("region", request.pool.region);
    // a GPU machine cannot move to another host while it runs
    spec.set("onHostMaintenance", "Terminate");
    let has_project = spec.str_at(&["projectID"]).is_some_and(|id| !id.is_empty());
    let project = request.pool.facts.own(FactName::ProjectId);
    if let Some(project) = project.filter(|_| !has_project) {
        spec.set("projectID", project.value.as_str());
    }
    let allowed = families::boot_disks(machine_type);
    if let (Some(allowed), Some(disk)) = (allowed, boot_disk_mut(&mut spec)) {
        let now = disk.str_at(&["type"]).unwrap_or_default();
        if let Some(first) = allowed.first().filter(|_| !allowed.contains(&now)) {
            disk.set("type", *first);
        }
    }
    Some(spec)
}

/// The disk that machines boot from: the one that says so, or the only one.
pub(super) fn boot_disk(spec: &Node) -> Option<(usize, &Node)> {
    let disks = spec.get("disks")?.items();
    let boots = |disk: &&Node| disk.get("boot").and_then(Node::text) == Some("true");
    let index = match disks {
        [_] => 0,
        _ => disks.iter().position(|disk| boots(&disk))?,
    };
    Some((index, disks.get(index)?))
}

pub(super) fn boot_disk_mut(spec: &mut Node) -> Option<&mut Node> {
    let (index, _) = boot_disk(spec)?;
    spec.get_mut("disks")?.items_mut().get_mut(index)
}
