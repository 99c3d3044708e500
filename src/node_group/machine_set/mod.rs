//! MachineSets with their MachineAutoscalers, one of each per zone.

mod autoscaler;
mod objects;
pub(crate) mod postcondition;

use crate::krm::Node;
use crate::plan::Pool;

/// What a pool becomes: its MachineSets, then their MachineAutoscalers.
pub(crate) fn objects(pool: &Pool) -> impl Iterator<Item = Node> {
    let sets = pool.sets.iter().map(|set| objects::of(pool, set));
    sets.chain(pool.sets.iter().filter_map(|set| autoscaler::of(pool, set)))
}

/// A map of strings, every value quoted when it has to be.
fn strings<'a>(map: impl IntoIterator<Item = (&'a String, &'a String)>) -> Node {
    Node::map(
        map.into_iter()
            .map(|(key, value)| (key.as_str(), Node::from(value.as_str()))),
    )
}

/// A typed Kubernetes object as a tree. Types of k8s-openapi serialise to JSON without exception.
fn typed<T: serde::Serialize>(object: &T) -> Node {
    serde_json::to_value(object).map_or_else(|_| Node::null(), |value| Node::from_json(&value))
}
