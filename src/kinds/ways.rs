//! What leads pods to the nodes of a pool, and to which others it leads as well.

use std::collections::BTreeMap;

use crate::api::gpu_machine_set::{Taint, TaintEffect};
use crate::operator::tolerations::{Toleration, TolerationOperator};
use crate::plan::Way;
use crate::pool_face::PoolFace;
use crate::types::machine_api::ACCELERATOR;

/// Taints that keep pods away which do not tolerate them.
pub(crate) fn hard(taints: &[Taint]) -> impl Iterator<Item = &Taint> {
    taints
        .iter()
        .filter(|taint| taint.effect != TaintEffect::PreferNoSchedule)
}

/// What leads to a pool, and the pools to whose nodes it leads as well. An AcceleratorProfile has no labels.
pub(crate) fn way(pool: &PoolFace, all: &[PoolFace], is_by_taint: bool) -> (Way, Vec<String>) {
    let tolerations: Vec<Toleration> = hard(&pool.taints).map(equal).collect();
    let reachable = |other: &&PoolFace| {
        let is_tolerated = |taint| tolerations.iter().any(|one| one.tolerates(taint));
        other.name != pool.name && hard(&other.taints).all(is_tolerated)
    };
    let mut others: Vec<&PoolFace> = all.iter().filter(reachable).collect();
    let mut labels = BTreeMap::new();
    let mut keys: Vec<&String> = pool.node_labels.keys().collect();
    keys.sort_by_key(|key| key.as_str() != ACCELERATOR);
    keys.retain(|_| !is_by_taint);
    for key in keys {
        let Some(value) = pool.node_labels.get(key) else {
            continue;
        };
        let has = |other: &&PoolFace| other.node_labels.get(key) == Some(value);
        let tells_apart = !others.iter().all(has);
        if key == ACCELERATOR || tells_apart {
            labels.insert(key.clone(), value.clone());
            others.retain(has);
        }
    }
    let others = others.into_iter().map(|other| other.name.clone());
    let others = others.collect();
    (
        Way {
            labels,
            tolerations,
        },
        others,
    )
}

/// The toleration of one taint alone.
fn equal(taint: &Taint) -> Toleration {
    let value = taint.value.clone().filter(|value| !value.is_empty());
    Toleration {
        key: Some(taint.key.clone()),
        operator: Some(TolerationOperator::Equal),
        value,
        effect: Some(taint.effect),
        seconds: None,
    }
}
