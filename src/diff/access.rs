//! Differences of queues and profiles that the cluster refuses, or that stop workloads.

use super::Difference;
use crate::krm::Node;
use crate::problem::rules::access as rule;
use crate::problem::{Place, Problem};

/// What to know of a difference beside its fields.
pub(super) fn judge(difference: &Difference) -> Option<Problem> {
    let object = &difference.object;
    match (object.group.as_str(), object.kind.as_str()) {
        ("kueue.x-k8s.io", "LocalQueue") => moved(difference),
        ("infrastructure.opendatahub.io", "HardwareProfile")
        | ("dashboard.opendatahub.io", "AcceleratorProfile" | "HardwareProfile") => {
            gone(difference)
        }
        _ => None,
    }
}

fn moved(difference: &Difference) -> Option<Problem> {
    let (live, rendered) = (difference.live.as_ref()?, difference.rendered.as_ref()?);
    let queue = |node: &Node| node.str_at(&["spec", "clusterQueue"]).map(str::to_owned);
    let (from, to) = (queue(live)?, queue(rendered)?);
    let (namespace, name) = (&difference.object.namespace, &difference.object.name);
    (from != to).then(|| {
        let message = format!(
            "LocalQueue `{namespace}/{name}` leads to `{from}` and is to lead to `{to}`, which cannot be changed"
        );
        Problem::new(&rule::QUEUE_MOVED, Place::default(), message).help(format!(
            "delete it first, when its workloads have ended: `oc delete localqueues.kueue.x-k8s.io -n {namespace} {name}`"
        ))
    })
}

fn gone(difference: &Difference) -> Option<Problem> {
    if difference.rendered.is_some() {
        return None;
    }
    let (kind, namespace, name) = (
        &difference.object.kind,
        &difference.object.namespace,
        &difference.object.name,
    );
    let message = format!(
        "{kind} `{namespace}/{name}` is not made any more: changes of workloads that name it are refused once it is gone"
    );
    Some(Problem::new(&rule::PROFILE_GONE, Place::default(), message).help(
        "let them take another first: those with the annotation `opendatahub.io/hardware-profile-name` of this name",
    ))
}
