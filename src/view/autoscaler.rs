//! The ClusterAutoscaler of a cluster, and its sentence in the forms for people.

use super::words::{count, grouped};
use super::{ClusterAutoscaler, Limit};
use crate::krm::Node;
use crate::plan::Autoscaler;

/// What is known of it; none when nothing is.
pub(super) fn of(known: &Autoscaler) -> Option<ClusterAutoscaler> {
    let standing = known.standing.word()?;
    Some(ClusterAutoscaler {
        standing,
        shown_by: Some(known.shown_by.clone()).filter(|text| !text.is_empty()),
        scales_down: known.scales_down,
        limits: known.limits.as_ref().map(limits).unwrap_or_default(),
    })
}

fn limits(written: &Node) -> Vec<Limit> {
    let number = |node: &Node, key: &str| node.get(key)?.text()?.parse().ok();
    let limit = |of, node: &Node, accelerator| Limit {
        of,
        accelerator,
        min: number(node, "min"),
        max: number(node, "max"),
    };
    let nodes = number(written, "maxNodesTotal").map(|max| Limit {
        of: "nodes",
        accelerator: None,
        min: None,
        max: Some(max),
    });
    let ranges = ["cores", "memory"].into_iter();
    let ranges = ranges.filter_map(|of| Some(limit(of, written.get(of)?, None)));
    let gpus = written.get("gpus").map(Node::items).unwrap_or_default();
    let gpus = gpus.iter().map(|gpu| {
        let accelerator = gpu.str_at(&["type"]).unwrap_or_default();
        limit("gpus", gpu, Some(accelerator.to_owned()))
    });
    nodes.into_iter().chain(ranges).chain(gpus).collect()
}

/// `ClusterAutoscaler default is made and scales down; at the most 8 nvidia-l4, 24 nodes`
pub(super) fn sentence(autoscaler: &ClusterAutoscaler) -> String {
    let standing = match autoscaler.standing {
        "made" => "is made",
        "completed" => "is in the input",
        "absent" => "is not there",
        _ => "is there",
    };
    let shown = match &autoscaler.shown_by {
        Some(shown) => format!(" ({shown})"),
        None => String::new(),
    };
    let down = match autoscaler.scales_down {
        Some(true) => " and scales down",
        Some(false) => " and never scales down",
        None => "",
    };
    let limits: Vec<String> = autoscaler.limits.iter().filter_map(limit).collect();
    let limits = match limits.as_slice() {
        [] if autoscaler.standing == "made" => "; it has no limits".to_owned(),
        [] => String::new(),
        limits => format!("; at the most {}", limits.join(", ")),
    };
    format!("the ClusterAutoscaler {standing}{down}{limits}{shown}")
}

fn limit(limit: &Limit) -> Option<String> {
    let max = limit.max?;
    Some(match (limit.of, &limit.accelerator) {
        (_, Some(accelerator)) => format!("{} GPUs of type `{accelerator}`", grouped(max)),
        ("nodes", _) => count(max, "node", "nodes"),
        ("memory", _) => format!("{} GiB of memory", grouped(max)),
        (of, _) => format!("{} {of}", grouped(max)),
    })
}
