//! The picture in sentences.

use super::super::access::whose;
use super::super::{Cluster, words};

/// The picture for those who do not see it.
pub(super) fn in_words(cluster: &Cluster) -> String {
    let mut sentences = Vec::new();
    for pool in &cluster.pools {
        let sets = pool
            .sets
            .iter()
            .map(|set| format!("{} machines in {}", words::machines(set), words::zone(set)));
        let sets: Vec<String> = sets.collect();
        let taints = match pool.taints.as_slice() {
            [] => "no taints".to_owned(),
            taints => format!("taints {}", taints.join(" and ")),
        };
        sentences.push(format!(
            "Pool {}: {}; {taints}{}.",
            pool.name,
            sets.join(", "),
            whose(&cluster.access, &pool.name)
        ));
    }
    for object in &cluster.tolerating {
        sentences.push(format!(
            "{} tolerates {}.",
            object.object,
            object.taints.join(" and ")
        ));
    }
    for operator in &cluster.operators {
        let needs = match operator.needs.as_slice() {
            [] => String::new(),
            needs => format!(", needs {}", needs.join(" and ")),
        };
        sentences.push(format!(
            "Operator {} from channel {}{needs}.",
            operator.package, operator.channel
        ));
    }
    sentences.join(" ")
}
