//! Cloning a worker's provider spec: keep what ties it to the cluster, drop what was about that worker only.

use crate::cloud::{Request, common, zero};
use crate::cluster::Worker;
use crate::krm::Node;
use crate::problem::rules::cloud as rule;
use crate::problem::{Problem, Problems};

/// What never carries over from a worker to a GPU set.
const NOT_INHERITED: [&str; 3] = ["metadata", "dataDisks", "gpus"];

/// The worker's provider spec, for machines with GPUs and perhaps another failure domain.
pub(super) fn retarget(
    worker: &Worker,
    request: &Request<'_>,
    problems: &mut Problems,
) -> Option<Node> {
    if !common::is_of_cloud(worker, request, &["machine.openshift.io"], problems) {
        return None;
    }
    let mut spec = Node::clone(&worker.provider_spec);
    for key in NOT_INHERITED {
        spec.remove(key);
    }
    // the type has no `omitempty`: what is not said is there, and says nothing
    if spec.str_at(&["bootType"]) == Some("") {
        spec.remove("bootType");
    }
    if spec.str_at(&["project", "type"]) == Some("") {
        spec.remove("project");
    }
    zero::strip(&mut spec);
    if worker.zone() == request.zone {
        return Some(spec);
    }
    let domain = request.zone.and_then(|zone| request.domain(zone));
    let Some((zone, domain)) = request.zone.zip(domain) else {
        problems.push(unknown_domain(request));
        return None;
    };
    spec.set("failureDomain", Node::from([("name", zone.into())]));
    for key in ["cluster", "subnets"] {
        if let Some(value) = domain.get(key) {
            let mut value = value.clone();
            lower_case_types(&mut value);
            spec.set(key, value);
        }
    }
    Some(spec)
}

/// An Infrastructure writes `UUID` where a provider spec writes `uuid`.
fn lower_case_types(node: &mut Node) {
    if let Some(kind) = node.str_at(&["type"]).map(str::to_lowercase) {
        node.set("type", kind);
    } else if !node.items().is_empty() {
        node.items_mut().iter_mut().for_each(lower_case_types);
    }
}

fn unknown_domain(request: &Request<'_>) -> Problem {
    let zone = request.zone_name();
    let message =
        format!("zone `{zone}` has no worker MachineSet to clone, and no failure domain is known");
    let place = (request.pool.place)(&request.zone_path);
    Problem::new(&rule::ZONE_WITHOUT_WORKER, place, message)
        .values(zone, None)
        .help("add the Infrastructure, which lists failure domains: `oc get infrastructure cluster -o yaml`")
}
