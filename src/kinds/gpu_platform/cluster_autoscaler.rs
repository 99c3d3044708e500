//! The cluster's only ClusterAutoscaler, with GPU limits that let every pool grow to its own limit.

use std::collections::BTreeMap;

use crate::api::gpu_platform::{ClusterAutoscaler, Limits};
use crate::kinds::gpu_platform::gpu_limits;
use crate::krm::Node;
use crate::operator::objects::object;
use crate::operator::{OperatorRequest, Shown};
use crate::plan::GpuLimit;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};

pub(super) const GROUP: &str = "autoscaling.openshift.io";
pub(super) const KIND: &str = "ClusterAutoscaler";
const BY_HAND: &str = "to limit it all the same, give all limits by hand: `clusterAutoscaler: {spec: {resourceLimits: {gpus: [{type: ..., min: 0, max: ...}]}}}`";

/// Makes one when the user asks for it and none is shown. One of the input gets its GPU limits where pools are merged
/// into it.
pub(crate) fn plan(
    request: &OperatorRequest<'_>,
    limits: &[GpuLimit],
    problems: &mut Problems,
) -> Option<Node> {
    let wanted = request.spec.cluster_autoscaler.as_ref()?;
    let shown = request.installed.of(GROUP, KIND).next().map(Shown::text);
    if let Some(shown) = shown.or_else(|| request.installed.autoscaler_stated.clone()) {
        let message =
            "a ClusterAutoscaler is there already: `clusterAutoscaler` does not change it";
        problems.push(
            Problem::new(
                &rule::AUTOSCALER_KEPT,
                (request.place)("spec.clusterAutoscaler"),
                message,
            )
            .fact(shown)
            .help("write the settings there, and remove `clusterAutoscaler` here"),
        );
        return None;
    }
    let given = wanted.spec.as_ref();
    let written = given.and_then(|spec| spec.get("resourceLimits"));
    let by_hand = written.is_some_and(|limits| limits.get("gpus").is_some());
    let mut derived = BTreeMap::new();
    for limit in limits.iter().filter(|_| !by_hand) {
        if limit.unknown.is_empty() {
            derived.insert(limit.accelerator.as_str(), limit.max);
        } else {
            gpu_limits::unknown(limit, BY_HAND, problems);
        }
    }
    Some(make(request, wanted, &derived))
}

fn make(
    request: &OperatorRequest<'_>,
    wanted: &ClusterAutoscaler,
    limits: &BTreeMap<&str, u32>,
) -> Node {
    // the operator reconciles this name only
    let mut object = object(&format!("{GROUP}/v1"), KIND, "default", "");
    let spec = object.make(&["spec"]);
    let spread = request.pools.iter().any(|pool| pool.zones > 1);
    if let Some(balance) = wanted
        .balance_similar_node_groups
        .or(spread.then_some(true))
    {
        spec.set("balanceSimilarNodeGroups", balance);
    }
    if let Some(time) = &wanted.max_node_provision_time {
        spec.set("maxNodeProvisionTime", time.as_str());
    }
    let cluster = wanted.resource_limits.unwrap_or_default();
    let range =
        |limits: Limits| Node::map([("min", Node::from(limits.min)), ("max", limits.max.into())]);
    let mut resources = Node::map::<&str>([]);
    if let Some(nodes) = cluster.max_nodes_total {
        resources.set("maxNodesTotal", nodes);
    }
    if let Some(cores) = cluster.cores {
        resources.set("cores", range(cores));
    }
    if let Some(memory) = cluster.memory {
        resources.set("memory", range(memory));
    }
    if !limits.is_empty() {
        let gpus = limits
            .iter()
            .map(|(name, max)| gpu_limits::entry(name, *max));
        resources.set("gpus", gpus.collect::<Vec<_>>());
    }
    if !resources.is_empty() {
        spec.set("resourceLimits", resources);
    }
    spec.set("scaleDown", scale_down(wanted));
    if let Some(patch) = wanted.spec.clone() {
        spec.merge_patch(&Node::from_json(&serde_json::Value::Object(patch)));
    }
    object
}

/// `enabled` is required by the CRD.
fn scale_down(wanted: &ClusterAutoscaler) -> Node {
    let Some(given) = &wanted.scale_down else {
        return Node::map([("enabled", Node::from(false))]);
    };
    let mut node = Node::map([("enabled", Node::from(given.enabled.unwrap_or(true)))]);
    let texts = [
        ("delayAfterAdd", &given.delay_after_add),
        ("delayAfterDelete", &given.delay_after_delete),
        ("delayAfterFailure", &given.delay_after_failure),
        ("unneededTime", &given.unneeded_time),
        ("utilizationThreshold", &given.utilization_threshold),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            node.set(key, value.as_str());
        }
    }
    node
}
