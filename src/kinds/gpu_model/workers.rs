//! The workers of an InferenceService over several machines.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::context::Context;
use super::placement::Placement;
use super::resources::Requested;
use super::shape::Shape;
use super::{multinode, service};

/// `None` where it runs on one machine.
pub(super) fn of(
    context: &Context<'_>,
    shape: &Shape,
    placement: &Placement<'_>,
    arguments: &Arguments,
    requested: &Requested,
) -> Option<Value> {
    if shape.pods < 2 {
        return None;
    }
    let mut container = json!({"name": "worker-container"});
    if multinode::workers_take_arguments(context) && !arguments.all.is_empty() {
        container["args"] = arguments.all.clone().into();
    }
    let env = context.spec.env.clone().unwrap_or_default();
    if !env.is_empty() {
        container["env"] = service::variables(&env);
    }
    container["resources"] = requested.to_json(placement);
    let mut workers = Value::Object(service::way(placement));
    workers["pipelineParallelSize"] = shape.pods.into();
    workers["tensorParallelSize"] = shape.tensor.into();
    workers["containers"] = json!([container]);
    Some(workers)
}
