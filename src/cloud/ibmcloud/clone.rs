//! Cloning a worker's provider spec: keep what ties it to the cluster, drop what was about that worker only.

use crate::cloud::ibmcloud::SUBNET;
use crate::cloud::{Request, common, zero};
use crate::cluster::Worker;
use crate::krm::Node;
use crate::problem::rules::cloud as rule;
use crate::problem::{Problem, Problems};

/// What never carries over from a worker to a GPU set: a dedicated host is of one family of profiles, and tags never
/// reach the cloud.
const NOT_INHERITED: [&str; 3] = ["metadata", "dedicatedHost", "tags"];

/// The worker's provider spec, for another profile and perhaps another zone.
pub(super) fn retarget(
    worker: &Worker,
    request: &Request<'_>,
    problems: &mut Problems,
) -> Option<Node> {
    let groups = [
        "ibmcloudproviderconfig.openshift.io",
        "machine.openshift.io",
    ];
    if !common::is_of_cloud(worker, request, &groups, problems) {
        return None;
    }
    let mut spec = Node::clone(&worker.provider_spec);
    for key in NOT_INHERITED {
        spec.remove(key);
    }
    if let Some(volume) = spec.get_mut("bootVolume")
        && volume.str_at(&["encryptionKey"]) == Some("")
    {
        volume.remove("encryptionKey");
    }
    zero::strip(&mut spec);
    spec.set("profile", request.pool.spec.instance_type.as_str());
    spec.set("region", request.pool.region);
    spec.set("zone", request.zone_name());
    rezone(&mut spec, worker, request, problems)?;
    Some(spec)
}

/// The subnet of the zone: as the pool says, the worker's, or the one that the installer made beside it.
fn rezone(
    spec: &mut Node,
    worker: &Worker,
    request: &Request<'_>,
    problems: &mut Problems,
) -> Option<()> {
    let [interface, field] = SUBNET;
    let zone = request.zone_name();
    let network = request.pool.spec.network.as_ref();
    let stated = network.and_then(|network| network.subnets.as_ref()?.get(zone));
    if let Some(subnet) = stated {
        spec.make(&[interface]).set(field, subnet.as_str());
        return Some(());
    }
    if worker.zone() == request.zone {
        return Some(());
    }
    let installed = |zone: &str| format!("{}-subnet-compute-{zone}", request.pool.infra);
    let of_worker = worker.zone().map(installed);
    if of_worker.is_some() && spec.str_at(&SUBNET) == of_worker.as_deref() {
        spec.make(&[interface]).set(field, installed(zone));
        return Some(());
    }
    let message =
        format!("zone `{zone}` has no worker MachineSet to clone, so its subnet is not known");
    let place = (request.pool.place)(&request.zone_path);
    problems.push(
        Problem::new(&rule::ZONE_WITHOUT_WORKER, place, message)
            .fact("a subnet is of one zone, and that of workers is none that the installer made")
            .values(zone, None)
            .help(format!(
                "name its subnet: `network: {{subnets: {{{zone}: <name of the subnet>}}}}`"
            )),
    );
    None
}
