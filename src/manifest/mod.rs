//! A [`crate::plan::Plan`] becomes objects. Cannot fail.

mod autoscaler;
mod machine_set;
mod platform;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::krm::Node;
use crate::plan::{Plan, Pool};

/// Namespace of the Machine API.
pub(crate) const NAMESPACE: &str = "openshift-machine-api";
const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";

/// An object to put into the output.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// The object.
    pub(crate) node: Rc<Node>,
    /// `GpuMachineSet/<name>` or `GpuPlatform/<name>`.
    pub(crate) from: String,
    /// Index of its pool in the plan; `None` for what a platform makes.
    pub(crate) pool: Option<usize>,
}

/// All objects in a fixed order: the platforms by their waves, then pool by pool its MachineSets, then their MachineAutoscalers.
pub(crate) fn of(plan: &Plan) -> Vec<Manifest> {
    let mut manifests: Vec<Manifest> = plan.platforms.iter().flat_map(platform::of).collect();
    for (index, pool) in plan.pools.iter().enumerate() {
        let sets = pool.sets.iter().map(|set| machine_set::of(pool, set));
        let autoscalers = pool.sets.iter().filter_map(|set| autoscaler::of(pool, set));
        let manifest = |node: Node| Manifest {
            node: Rc::new(node),
            from: pool.from(),
            pool: Some(index),
        };
        manifests.extend(sets.chain(autoscalers).map(manifest));
    }
    manifests
}

/// Annotations that every object of a pool has: the placeholder's own and its origin.
fn annotations(pool: &Pool) -> BTreeMap<String, String> {
    let mut annotations = pool.own_annotations.clone();
    annotations.insert(crate::api::FROM.to_owned(), pool.from());
    if let Some(wave) = pool.wave {
        let wave = wave.to_string();
        annotations.entry(SYNC_WAVE.to_owned()).or_insert(wave);
    }
    annotations
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
