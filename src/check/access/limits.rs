//! Quotas and ranges of namespaces.

use super::{Found, Judged, is_gpu};
use crate::krm::Node;
use crate::plan::AccessPool;
use crate::problem::Problem;
use crate::problem::rules::access as rule;
use crate::types::quantity;

/// A quota with keys that count nothing, or that count pods which only wait.
pub(super) fn quota(judged: &Judged<'_>, path: &[&str]) -> Found {
    let mut found = Found::new();
    let hard = judged.node.at(path).map(Node::entries).unwrap_or_default();
    let namespace = judged.document.namespace.as_ref();
    for entry in hard {
        let key = entry.key.as_str();
        let place = || judged.key(entry, &format!("{}[\"{key}\"]", path.join(".")));
        let bare = key.strip_prefix("limits.").unwrap_or(key);
        if is_gpu(bare) {
            let right = format!("requests.{bare}");
            let message = format!("{}: `{key}` limits nothing", judged.title());
            let problem = Problem::new(&rule::QUOTA_KEY_IDLE, place(), message);
            found.push(
                problem
                    .values(key, Some(right.clone()))
                    .help(format!("write `{right}`")),
            );
        }
        let counted = key.strip_prefix("requests.").is_some_and(is_gpu);
        if counted && judged.access.is_queued && judged.access.team_of(namespace).is_some() {
            let message = format!(
                "{}: pods that wait in a queue of namespace `{namespace}` count against `{key}` too",
                judged.title()
            );
            let problem = Problem::new(&rule::QUOTA_AND_QUEUE, place(), message);
            found.push(problem.help("remove the line: the queue's quota is the limit"));
        }
    }
    found
}

/// A range that gives every container a GPU, or that no profile fits.
pub(super) fn range(judged: &Judged<'_>) -> Found {
    let mut found = Found::new();
    let limits = judged
        .node
        .at(&["spec", "limits"])
        .map(Node::items)
        .unwrap_or_default();
    for (index, limit) in limits.iter().enumerate() {
        for field in ["max", "default", "defaultRequest"] {
            let entries = limit.get(field).map(Node::entries).unwrap_or_default();
            for entry in entries.iter().filter(|entry| is_gpu(&entry.key)) {
                let path = format!("spec.limits[{index}].{field}[\"{}\"]", entry.key);
                let message = format!(
                    "{}: `{field}` of `{}` gives every container of the namespace a GPU",
                    judged.title(),
                    entry.key
                );
                let problem = Problem::new(
                    &rule::LIMIT_RANGE_GIVES_GPUS,
                    judged.key(entry, &path),
                    message,
                );
                found.push(problem.help(format!(
                    "remove the line; a ResourceQuota with `requests.{}` limits GPUs",
                    entry.key
                )));
            }
        }
        let of_pods = limit
            .str_at(&["type"])
            .is_some_and(|of| ["Container", "Pod"].contains(&of));
        if of_pods {
            found.extend(forbidden(judged, index, limit));
        }
    }
    found
}

/// Profiles of the namespace whose default is above the most that a container may have.
fn forbidden(judged: &Judged<'_>, index: usize, limit: &Node) -> Found {
    let namespace = judged.document.namespace.as_ref();
    let is_used = judged.access.ai.is_some() && judged.access.team_of(namespace).is_some();
    let pools = judged
        .access
        .pools
        .iter()
        .filter(|pool| is_used && pool.admits(namespace));
    let mut found = Found::new();
    for pool in pools {
        let Some((cores, gib)) = defaults(pool) else {
            continue;
        };
        for (field, wanted, shown) in [
            ("cpu", u64::from(cores) * 1000, cores.to_string()),
            ("memory", u64::from(gib) * 1024, format!("{gib}Gi")),
        ] {
            let Some(max) = limit.at(&["max", field]) else {
                continue;
            };
            let read = if field == "cpu" {
                quantity::millicores
            } else {
                quantity::mib
            };
            let most = max.text().and_then(read);
            if most.is_none_or(|most| most >= wanted) {
                continue;
            }
            let message = format!(
                "{}: `{}` of {field} at the most refuses workloads of profile `{}`, which begin with {shown}",
                judged.title(),
                max.text().unwrap_or_default(),
                pool.key
            );
            let place = judged.at(max, &format!("spec.limits[{index}].max.{field}"));
            let problem = Problem::new(&rule::LIMIT_RANGE_FORBIDS_PROFILE, place, message);
            found.push(problem.help(format!("allow {shown} at the least")));
        }
    }
    found
}

/// What a workload of a pool's smallest profile begins with: half of its share.
fn defaults(pool: &AccessPool) -> Option<(u32, u32)> {
    let (offer, units) = (pool.offer?, pool.units?.max(1));
    Some((
        (offer.cores / units / 2).max(1),
        (offer.gib / units / 2).max(2),
    ))
}
