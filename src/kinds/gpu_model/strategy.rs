//! How a model is updated: with no room for a second copy the new pod would wait for the GPU that the old one holds.

use serde_json::{Value, json};

use crate::plan::Model;

/// What the room on the pool allows; `None` on CPU, where the default is right. `placed` is what all models of the pool
/// ask for.
pub(super) fn of(model: &Model, placed: u32) -> Option<Value> {
    model.pool.as_ref()?;
    let room = model
        .capacity
        .map(|capacity| capacity.saturating_sub(placed));
    Some(match (room, model.replicas.1) {
        (Some(room), _) if room >= model.gpus => rolling(1, 0),
        (_, 1) => json!({"type": "Recreate"}),
        _ => rolling(0, 1),
    })
}

fn rolling(surge: u32, unavailable: u32) -> Value {
    json!({
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable},
    })
}
