//! Copies by demand: requests that wait, as the server counts them.
//!
//! CPU says nothing of a GPU server. odh-model-controller makes the ServiceAccount, its Secret and the
//! TriggerAuthentication `inference-prometheus-auth` for models of the class `keda`.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::context::Context;
use super::runtime::Serving;
use crate::api::gpu_model::Scaling;
use crate::fit::flag;
use crate::operator;
use crate::problem::rules::{api, model as rule};
use crate::problem::{Problem, Problems};

/// Requests that wait where nobody says how many.
const WAITING: u32 = 5;
const PROMETHEUS: &str = "https://thanos-querier.openshift-monitoring.svc.cluster.local:9092";

/// What it is scaled by.
pub(super) fn metrics(context: &Context<'_>, arguments: &Arguments, scaling: Scaling) -> Value {
    let namespace = &context.namespace;
    // the label follows the name that it is served by
    let name = flag(&arguments.all, "--served-model-name").unwrap_or(context.name());
    let query = format!(
        "sum(vllm:num_requests_waiting{{namespace=\"{namespace}\",model_name=\"{name}\"}})"
    );
    let metric = json!({
        "backend": "prometheus",
        "serverAddress": PROMETHEUS,
        "query": query,
        "namespace": namespace,
    });
    let external = json!({
        "metric": metric,
        "authenticationRef": {
            "authModes": "bearer",
            "authenticationRef": {"name": "inference-prometheus-auth"},
        },
        "target": {"type": "Value", "value": scaling.waiting.unwrap_or(WAITING).to_string()},
    });
    json!({"metrics": [{"type": "External", "external": external}]})
}

pub(super) fn check(context: &Context<'_>, serving: &Serving<'_>, problems: &mut Problems) {
    let Some(scaling) = context.spec.autoscaling else {
        return;
    };
    let mut wrong = |path: &str, message: String, help: &str| {
        problems.push(Problem::new(&api::INVALID_VALUE, context.place(path), message).help(help));
    };
    if context.spec.replicas.is_some() {
        let message = "`replicas` and `autoscaling` say both how many copies there are".to_owned();
        wrong("spec.replicas", message, "leave `replicas` out");
    }
    if scaling.min > scaling.max {
        let message = format!("`min` is {}, and `max` is {}", scaling.min, scaling.max);
        wrong(
            "spec.autoscaling.min",
            message,
            "write a `min` that is at most `max`",
        );
    }
    if !serving.is_vllm() {
        let message = format!(
            "`{}` does not count requests that wait as vLLM does",
            serving.format
        );
        wrong(
            "spec.autoscaling",
            message,
            "write `replicas`, or metrics of its own below `inferenceService`",
        );
    }
    if scaling.min == 0 {
        let message = "a model that is scaled to zero is never woken: a server that is not there counts no requests";
        let place = context.place("spec.autoscaling.min");
        let problem = Problem::new(&rule::SCALE_TO_ZERO_WITHOUT_WAKE_UP, place, message);
        problems.push(problem.help("write `min: 1`"));
    }
    let mut subscriptions = context.shown("operators.coreos.com", "Subscription");
    let is_there = subscriptions
        .any(|one| one.node.str_at(&["spec", "name"]) == Some(operator::KEDA))
        || context.facts.operators.contains_key(operator::KEDA);
    if !is_there {
        let message = "models are scaled by the operator of custom metrics, and nothing shows it";
        let place = context.place("spec.autoscaling");
        let problem = Problem::new(&rule::AUTOSCALE_NEEDS_KEDA, place, message);
        problems.push(problem.help(format!(
            "install `{0}` with a KedaController; is it there? Then say so in ClusterFacts: `operators: {{{0}: {{}}}}`",
            operator::KEDA
        )));
    }
}
