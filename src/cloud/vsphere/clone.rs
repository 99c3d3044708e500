//! Cloning a worker's provider spec: keep what ties it to the cluster, drop what was about that worker only.

use crate::cloud::vsphere::{domains, known_fields, settings};
use crate::cloud::{Request, common, zero};
use crate::cluster::Worker;
use crate::krm::Node;
use crate::problem::rules::cloud as rule;
use crate::problem::{Problem, Problems};

/// What never carries over from a worker to a GPU set.
const NOT_INHERITED: [&str; 3] = ["metadata", "dataDisks", "snapshot"];

/// The worker's provider spec, for another template.
pub(super) fn retarget(
    worker: &Worker,
    request: &Request<'_>,
    problems: &mut Problems,
) -> Option<Node> {
    let groups = ["machine.openshift.io", "vsphereprovider.openshift.io"];
    if !common::is_of_cloud(worker, request, &groups, problems) {
        return None;
    }
    let mut spec = Node::clone(&worker.provider_spec);
    known_fields::TABLE.respell(&mut spec);
    for key in NOT_INHERITED {
        spec.remove(key);
    }
    zero::strip(&mut spec);
    if let Some(network) = spec.get_mut("network")
        && let Some(devices) = network.get_mut("devices")
    {
        for device in devices.items_mut() {
            // an address is of one machine
            device.remove("ipAddrs");
        }
    }
    if let Some(zone) = request.zone.filter(|_| worker.zone() != request.zone) {
        let Some(domain) = request.domain(zone) else {
            problems.push(unknown_zone(zone, request));
            return None;
        };
        domains::place(&mut spec, domain, request.pool.infra);
    }
    spec.set("template", request.pool.spec.instance_type.as_str());
    // a linked clone takes no size of its disk, and needs a snapshot that the template of a pool may lack
    spec.set("cloneMode", settings::FULL_CLONE);
    Some(spec)
}

fn unknown_zone(zone: &str, request: &Request<'_>) -> Problem {
    let message = format!("where zone `{zone}` is on vSphere is not known");
    let place = (request.pool.place)(&request.zone_path);
    Problem::new(&rule::ZONE_WITHOUT_WORKER, place, message)
        .fact("a zone is a failure domain, which the Infrastructure lists, and none is known")
        .values(zone, None)
        .help("add the Infrastructure: `oc get infrastructure cluster -o yaml`")
        .help("or remove `zones`, and name a worker of that failure domain: `template: {machineSet: ...}`")
}
