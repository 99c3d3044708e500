//! Workloads that ask for a GPU.

use super::{Found, Judged, is_gpu};
use crate::api::gpu_machine_set::TaintEffect;
use crate::krm::{Kind, Node};
use crate::operator::tolerations::Toleration;
use crate::plan::AccessPool;
use crate::problem::Problem;
use crate::problem::rules::access as rule;

/// With it the webhook of OpenShift AI brings tolerations.
pub(in crate::check) const PROFILE: &str = "opendatahub.io/hardware-profile-name";
/// What runs on every node, and is nobody's workload.
const OF_NODES: &str = "DaemonSet";

/// Pods of an object that tolerate no pool, or only pools that their namespace may not use.
pub(super) fn check(judged: &Judged<'_>) -> Found {
    let text = judged
        .document
        .source
        .text
        .get(judged.document.range.clone());
    let is_gpu_user = text.is_some_and(|text| text.contains("nvidia.com/"));
    let kind = judged.document.kind.as_ref();
    if !is_gpu_user || kind == OF_NODES || judged.document.annotation(PROFILE).is_some() {
        return Found::new();
    }
    let mut pods = Vec::new();
    find(judged.node, "", &mut pods);
    pods.into_iter()
        .filter_map(|(path, pod)| judge(judged, &path, pod))
        .collect()
}

/// Maps that are the spec of a pod, or of a model's predictor.
fn find<'n>(node: &'n Node, path: &str, found: &mut Vec<(String, &'n Node)>) {
    match &node.kind {
        Kind::Map(entries) => {
            let is_pod = node
                .get("containers")
                .is_some_and(|all| !all.items().is_empty());
            let is_predictor = path.ends_with("predictor") && node.get("model").is_some();
            if is_pod || is_predictor {
                found.push((path.to_owned(), node));
                return;
            }
            for entry in entries {
                let path = match path {
                    "" => entry.key.clone(),
                    path => format!("{path}.{}", entry.key),
                };
                find(&entry.value, &path, found);
            }
        }
        Kind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                find(item, &format!("{path}[{index}]"), found);
            }
        }
        Kind::Scalar(..) => {}
    }
}

fn asks_for_gpu(pod: &Node) -> bool {
    match &pod.kind {
        Kind::Map(entries) => entries.iter().any(|entry| {
            let is_resources = ["limits", "requests"].contains(&entry.key.as_str());
            is_resources && entry.value.entries().iter().any(|one| is_gpu(&one.key))
                || asks_for_gpu(&entry.value)
        }),
        Kind::List(items) => items.iter().any(asks_for_gpu),
        Kind::Scalar(..) => false,
    }
}

fn judge(judged: &Judged<'_>, path: &str, pod: &Node) -> Option<Problem> {
    let pools = &judged.access.pools;
    if !asks_for_gpu(pod) || pools.is_empty() {
        return None;
    }
    let written = pod.get("tolerations");
    let all = written.map(Node::items).unwrap_or_default();
    let all: Vec<Toleration> = all.iter().filter_map(Toleration::read).collect();
    let is_reached = |pool: &&AccessPool| {
        let mut hard =
            (pool.face.taints.iter()).filter(|taint| taint.effect != TaintEffect::PreferNoSchedule);
        hard.all(|taint| all.iter().any(|one| one.tolerates(taint)))
    };
    let reached: Vec<&AccessPool> = pools.iter().filter(is_reached).collect();
    let place = judged.at(written.unwrap_or(pod), &format!("{path}.tolerations"));
    let title = judged.title();
    let namespace = judged.document.namespace.as_ref();
    let Some(first) = reached.first() else {
        // Kueue brings tolerations with the flavor
        if judged.access.is_queued {
            return None;
        }
        let names: Vec<&str> = pools.iter().map(|pool| pool.face.name.as_str()).collect();
        let message =
            format!("{title} asks for a GPU and tolerates the taint of no pool: it waits for ever");
        let problem = Problem::new(&rule::WORKLOAD_TOLERATES_NO_POOL, place, message);
        return Some(problem.help(format!(
            "tolerate the taint of one of `{}`",
            names.join("`, `")
        )));
    };
    if namespace.is_empty() || reached.iter().any(|pool| pool.admits(namespace)) {
        return None;
    }
    let message = format!(
        "{title} tolerates the taint of pool `{}`, which namespace `{namespace}` may not use",
        first.face.name
    );
    let problem = Problem::new(&rule::WORKLOAD_NOT_ALLOWED, place, message);
    Some(problem.help(format!(
        "add `{namespace}` to a team that names `{}`, or let it tolerate another pool",
        first.face.name
    )))
}
