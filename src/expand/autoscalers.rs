//! A ClusterAutoscaler of the input gets the GPU limits of the pools; its other bytes stay.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::api::Owner;
use crate::kinds::gpu_platform::across_clusters::EACH_ON_ITS_OWN;
use crate::kinds::gpu_platform::autoscaler_rules;
use crate::kinds::gpu_platform::gpu_limits;
use crate::krm::{Document, Node, complete, original_name};
use crate::node_group;
use crate::plan::{GpuLimit, Plan, Pool};
use crate::problem::rules::{autoscaling as rule, platform};
use crate::problem::{Place, Problem, Problems};
use crate::types::LABEL_VALUE;

use crate::expand::changes::Changes;
use crate::expand::existing::{Existing, Standing};
use crate::expand::{leftovers, what_leaves};

const GPUS: [&str; 3] = ["spec", "resourceLimits", "gpus"];

/// Completes the one ClusterAutoscaler that counts, and reports what keeps others from counting.
pub(super) fn complete_limits(
    existing: &Existing<'_, '_>,
    plan: &Plan,
    changes: &mut Changes,
    problems: &mut Problems,
) {
    let mut first: Option<&Document<'_>> = None;
    let is_one = |one: &&Standing<'_, '_>| {
        (one.document).is("autoscaling.openshift.io", "ClusterAutoscaler")
    };
    for one in existing.inputs().filter(is_one) {
        let document = one.document;
        let Some(node) = one.node(problems) else {
            continue;
        };
        if crate::expand::standing::is_ours(&node) && plan.has_platform() {
            first = Some(document);
        } else if let Some(first) = first {
            problems.push(second(first, document, &node));
        } else {
            check_name(document, &node, problems);
            autoscaler_rules::check(document, &node, problems);
            changes.edit(one.id, limits(document, &node, plan, problems));
            first = Some(document);
        }
    }
}

/// Reports MachineAutoscalers of others that already have a set which we scale: the operator ignores the second.
pub(super) fn foreign(existing: &Existing<'_, '_>, plan: &Plan, problems: &mut Problems) {
    let scalers = existing.counting();
    for one in scalers.filter(|one| node_group::scaler(one.document).is_some()) {
        let document = one.document;
        let Some(node) = one.node(problems) else {
            continue;
        };
        let Some(target) = node.at(&["spec", "scaleTargetRef", "name"]) else {
            continue;
        };
        let name = target.text().unwrap_or("");
        let ours = |pool: &&Pool| pool.groups.iter().any(|set| set.name == name);
        let Some(pool) = plan.pools.iter().filter(|pool| pool.autoscaled).find(ours) else {
            continue;
        };
        let is_ours = Owner::of_node(&node) == Some(pool.from());
        // one of our name is refused, or updated, where objects are merged
        if is_ours || document.name == name {
            continue;
        }
        let message = format!(
            "MachineAutoscaler `{}` already scales MachineSet `{name}`",
            document.name
        );
        let place = document.place(target.span.clone(), "spec.scaleTargetRef.name");
        problems.push(
            Problem::new(&rule::FOREIGN_AUTOSCALER, place, message)
                .fact(format!(
                    "GpuMachineSet `{}` at {} scales it too",
                    pool.name, pool.place
                ))
                .help("remove this one, or write `replicas` in place of `autoscaling` in the pool"),
        );
    }
}

fn second(first: &Document<'_>, document: &Document<'_>, node: &Node) -> Problem {
    let place = document.place(node.span.clone(), "metadata.name");
    let message = "there is a second ClusterAutoscaler";
    Problem::new(&rule::CLUSTER_AUTOSCALER_NAME, place, message)
        .fact(format!(
            "the first is {} ({})",
            first.object(),
            first.place(first.range.clone(), "")
        ))
        .help("keep one, named `default`")
}

fn check_name(document: &Document<'_>, node: &Node, problems: &mut Problems) {
    if original_name(node).unwrap_or(&document.name) != "default" {
        let span = node
            .at(&["metadata", "name"])
            .map_or(node.span.clone(), |name| name.span.clone());
        let message = format!("ClusterAutoscaler `{}` has no effect", document.name);
        problems.push(
            Problem::new(
                &rule::CLUSTER_AUTOSCALER_NAME,
                document.place(span, "metadata.name"),
                message,
            )
            .values(document.name.to_string(), Some("default".to_owned()))
            .help("name it `default`"),
        );
    }
}

/// Adds what is missing; what is there is the user's and is only checked.
fn limits(
    document: &Document<'_>,
    node: &Node,
    plan: &Plan,
    problems: &mut Problems,
) -> complete::Edits {
    let written = node.at(&GPUS).map(Node::items).unwrap_or_default();
    for (index, entry) in written.iter().enumerate() {
        check_type(document, written, entry, index, problems);
    }
    let mut added = Vec::new();
    let mut raised = complete::Edits::new();
    for limit in of_all_clusters(plan, problems) {
        let accelerator = limit.accelerator.as_str();
        let of_type = |entry: &&Node| entry.get("type").and_then(Node::text) == Some(accelerator);
        match written.iter().position(|entry| of_type(&entry)) {
            Some(index) => match of_earlier_pools(written.get(index), limit) {
                Some(max) => raised.push((max, limit.max.to_string())),
                None => check_max(document, written, index, accelerator, limit.max, problems),
            },
            None if !limit.unknown.is_empty() => {
                let by_hand = format!(
                    "to limit it all the same, write it in the ClusterAutoscaler: `{{type: {accelerator}, min: 0, max: ...}}` among `spec.resourceLimits.gpus`"
                );
                gpu_limits::unknown(limit, &by_hand, problems);
            }
            None => added.push(gpu_limits::entry(accelerator, limit.max)),
        }
    }
    if added.is_empty() {
        return raised;
    }
    let edits = complete::add_items(document, node, &GPUS, &added);
    if edits.is_ok() && !what_leaves::is_live(document) && !what_leaves::is_local_config(document) {
        let value = Node::from(added.clone());
        leftovers::completed(document, node, &[(GPUS.join("."), &value)], problems);
    }
    let edits = edits.unwrap_or_else(|reason| {
        let lines = added
            .iter()
            .map(crate::krm::emit::flow)
            .collect::<Vec<_>>()
            .join(", ");
        let message = format!(
            "GPU limits cannot be added to ClusterAutoscaler `{}`: {reason}",
            document.name
        );
        problems.push(
            Problem::new(
                &rule::CANNOT_COMPLETE,
                document.place(node.span.clone(), "spec.resourceLimits.gpus"),
                message,
            )
            .help(format!("add by hand: {lines}")),
        );
        Vec::new()
    });
    raised.into_iter().chain(edits).collect()
}

/// The limits that the one ClusterAutoscaler of an output gets: its clusters share it, so that they must agree.
fn of_all_clusters<'p>(plan: &'p Plan, problems: &mut Problems) -> Vec<&'p GpuLimit> {
    let mut all: BTreeMap<&str, &GpuLimit> = BTreeMap::new();
    for limit in plan.platforms.iter().flat_map(|one| &one.gpu_limits) {
        let first = *all.entry(&limit.accelerator).or_insert(limit);
        if (first.max, first.unknown.is_empty()) != (limit.max, limit.unknown.is_empty()) {
            let message = format!(
                "the GPU limit for `{}` differs between the clusters of one output: {} and {}",
                limit.accelerator, first.max, limit.max
            );
            let problem = Problem::new(&platform::PLATFORMS_DIFFER, Place::default(), message);
            problems.push(problem.help(EACH_ON_ITS_OWN));
        }
    }
    all.into_values().collect()
}

/// Where a limit stands that an earlier placeholder of the build wrote for its own pools.
fn of_earlier_pools(entry: Option<&Node>, limit: &GpuLimit) -> Option<Range<usize>> {
    let max = entry?.get("max")?;
    limit.replaces(entry?).then(|| max.span.clone())
}

fn check_type(
    document: &Document<'_>,
    written: &[Node],
    entry: &Node,
    index: usize,
    problems: &mut Problems,
) {
    let Some(kind) = entry.get("type") else {
        return;
    };
    let text = kind.text().unwrap_or("");
    let same = |other: &Node| other.get("type").and_then(Node::text) == Some(text);
    if let Some(first) = written.iter().take(index).position(same) {
        let path = format!("spec.resourceLimits.gpus[{index}].type");
        let message = format!("GPU type `{text}` already has limits");
        let place = document.place(kind.span.clone(), path);
        problems.push(
            Problem::new(&rule::GPU_LIMIT_TYPE, place, message)
                .fact(format!("the first are spec.resourceLimits.gpus[{first}]"))
                .help("keep one of them"),
        );
    }
    if LABEL_VALUE.check(text).is_err() || text.is_empty() {
        let path = format!("spec.resourceLimits.gpus[{index}].type");
        let message = format!("GPU limit of type `{text}` has no effect: it is no label value");
        problems.push(
            Problem::new(
                &rule::GPU_LIMIT_TYPE,
                document.place(kind.span.clone(), path),
                message,
            )
            .help("write the value of the node label `cluster-api/accelerator`, as `nvidia-l4`"),
        );
    }
}

fn check_max(
    document: &Document<'_>,
    written: &[Node],
    index: usize,
    accelerator: &str,
    needed: u32,
    problems: &mut Problems,
) {
    let Some(max) = written.get(index).and_then(|entry| entry.get("max")) else {
        return;
    };
    if let Some(low) = max
        .text()
        .and_then(|max| max.parse::<u32>().ok())
        .filter(|max| *max < needed)
    {
        let path = format!("spec.resourceLimits.gpus[{index}].max");
        let message =
            format!("limit of {low} GPUs of type `{accelerator}` is below the pools' {needed}");
        problems.push(
            Problem::new(
                &rule::GPU_LIMIT_TOO_LOW,
                document.place(max.span.clone(), path),
                message,
            )
            .values(low.to_string(), Some(needed.to_string()))
            .help(format!("write `max: {needed}`, or lower the pools' maxima")),
        );
    }
}
