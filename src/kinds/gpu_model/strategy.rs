//! How a model is updated: with no room for a second copy the new pod would wait for the GPU that the old one holds.

use serde_json::{Value, json};

use super::packing;
use crate::api::gpu_model::Engine;
use crate::krm::Node;
use crate::operator;
use crate::plan::Model;

/// What the room on the pool allows; `None` on CPU, where the default is right. `models` are those of the pool.
pub(super) fn of(model: &Model, models: &[&Model]) -> Option<Value> {
    // KServe decides of workers over machines, and llm-d of all that it makes
    if model.engine == Engine::LlmD || model.pods > 1 {
        return None;
    }
    model.pool.as_ref()?;
    Some(match (has_room(model, models), model.replicas.1) {
        (Some(true), _) => rolling(1, 0),
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

/// Whether the pool has room for one more copy; `None` where nobody knows how much it has.
fn has_room(model: &Model, models: &[&Model]) -> Option<bool> {
    let machines = model.machines?;
    Some(packing::has_room(model, models, &machines))
}

/// Whether an update brings all pods of a second copy first, whatever is written, and the pool has no room for them.
/// Leader Worker Set, which llm-d takes over machines, replaces in place.
pub(super) fn needs_spare(model: &Model, models: &[&Model]) -> bool {
    let is_llmd = model.engine == Engine::LlmD;
    is_llmd == (model.pods == 1) && has_room(model, models) == Some(false)
}

/// Whether an update as it is written waits for room that is not there: it takes no pod away before another one runs.
pub(super) fn waits_for_ever(model: &Model, models: &[&Model], service: &Node) -> bool {
    let strategy = service.at(&["spec", "predictor", "deploymentStrategy"]);
    let kind = strategy.and_then(|one| one.at(&["type"])?.text());
    let taken = operator::taken_by_update(strategy, model.replicas.1);
    has_room(model, models) == Some(false) && kind == Some("RollingUpdate") && taken == 0
}
