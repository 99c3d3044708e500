//! MachineAutoscalers.

use super::strings;
use crate::krm::Node;
use crate::plan::{Group, Pool};
use crate::types::machine_api::NAMESPACE;

/// The MachineAutoscaler of one MachineSet, for autoscaled pools.
pub(crate) fn of(pool: &Pool, set: &Group) -> Option<Node> {
    let scale = set.scale?;
    let mut metadata = Node::from([("annotations", strings(&pool.annotations()))]);
    if !pool.own_labels.is_empty() {
        metadata.set("labels", strings(&pool.own_labels));
    }
    metadata.set("name", set.name.as_str());
    metadata.set("namespace", NAMESPACE);
    let target = Node::from([
        ("apiVersion", "machine.openshift.io/v1beta1".into()),
        ("kind", "MachineSet".into()),
        ("name", set.name.as_str().into()),
    ]);
    let spec = Node::from([
        ("maxReplicas", scale.max.into()),
        ("minReplicas", scale.min.into()),
        ("scaleTargetRef", target),
    ]);
    Some(Node::from([
        ("apiVersion", "autoscaling.openshift.io/v1beta1".into()),
        ("kind", "MachineAutoscaler".into()),
        ("metadata", metadata),
        ("spec", spec),
    ]))
}
