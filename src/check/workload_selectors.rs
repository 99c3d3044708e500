//! Node selectors of workloads in the input that start no machine of a pool which scales from zero.

use std::collections::BTreeMap;

use memchr::memmem;

use crate::api::GROUP;
use crate::krm::{Document, Entry, Kind, Node};
use crate::plan::{Plan, Pool};
use crate::problem::rules::autoscaling as rule;
use crate::problem::{Problem, Problems};
use crate::types::machine_api::ACCELERATOR;
use crate::types::machine_api::CAPACITY_LABELS;

const INSTANCE_TYPE: &str = "node.kubernetes.io/instance-type";
const ZONE: &str = "topology.kubernetes.io/zone";
const PRODUCT: &str = "nvidia.com/gpu.product";
/// What follows the nodes that are there, and starts none.
const FOLLOWERS: [&str; 4] = [
    "ClusterPolicy",
    "DaemonSet",
    "MachineSet",
    "NodeFeatureDiscovery",
];

/// Warns of every selector that a pool's machines would fit, and that starts none of them.
///
/// Without a machine the cluster autoscaler knows of a pool the labels of its template, those of the annotation
/// `capacity.cluster-autoscaler.kubernetes.io/labels`, the architecture and the operating system
/// (`openshift_nodegroup.go`); zone, instance type, worker role and the labels of operators come with the node.
pub(crate) fn check<'a>(
    documents: impl Iterator<Item = &'a Document<'a>>,
    plan: &Plan,
    problems: &mut Problems,
) {
    let from_zero: Vec<&Pool> = plan
        .pools
        .iter()
        .filter(|pool| is_from_zero(pool))
        .collect();
    if from_zero.is_empty() {
        return;
    }
    for document in documents {
        let text = document.source.text.get(document.range.clone());
        let text = text.unwrap_or_default();
        let has = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
        let follows = FOLLOWERS.contains(&document.kind.as_ref()) || document.group() == GROUP;
        if follows || !(has("nodeSelector") || has("nodeLabels")) {
            continue;
        }
        let Ok(node) = document.node() else { continue };
        let wants_gpu = has("nvidia.com/") || has(ACCELERATOR);
        let mut selectors = Vec::new();
        find(&node, document.kind == "ResourceFlavor", "", &mut selectors);
        for (path, entry) in selectors {
            let selector = Selector::read(&entry.value);
            let starts = |pool: &&Pool| !is_from_zero(pool) && selector.missing(pool).is_some();
            if plan.pools.iter().any(|pool| starts(&pool)) {
                continue;
            }
            let fits = |pool: &&Pool| {
                let missing = selector
                    .missing(pool)
                    .filter(|missing| !missing.is_empty())?;
                let sure = wants_gpu || missing.iter().any(|(key, _)| *key == INSTANCE_TYPE);
                sure.then_some(missing)
            };
            if let Some((pool, missing)) =
                from_zero.iter().find_map(|pool| Some((pool, fits(pool)?)))
            {
                problems.push(stuck(document, &path, entry, pool, &missing));
            }
        }
    }
}

fn is_from_zero(pool: &Pool) -> bool {
    let empty = |set: &crate::plan::Group| {
        set.scale.as_ref().is_some_and(|scale| scale.min == 0) && set.replicas.unwrap_or(0) == 0
    };
    pool.autoscaled && pool.groups.iter().all(empty)
}

/// Maps of labels under `nodeSelector`, and the node labels of a flavor of Kueue, which become one.
fn find<'n>(node: &'n Node, flavor: bool, path: &str, found: &mut Vec<(String, &'n Entry)>) {
    match &node.kind {
        Kind::Map(entries) => {
            for entry in entries {
                let path = match path {
                    "" => entry.key.clone(),
                    path => format!("{path}.{}", entry.key),
                };
                let is_one = entry.key == "nodeSelector" || flavor && path == "spec.nodeLabels";
                if is_one && matches!(entry.value.kind, Kind::Map(_)) {
                    found.push((path, entry));
                } else {
                    find(&entry.value, flavor, &path, found);
                }
            }
        }
        Kind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                find(item, flavor, &format!("{path}[{index}]"), found);
            }
        }
        Kind::Scalar(..) => {}
    }
}

/// Labels that a node must have.
struct Selector<'n>(BTreeMap<&'n str, &'n str>);

impl<'n> Selector<'n> {
    fn read(node: &'n Node) -> Self {
        let pair = |entry: &'n Entry| (entry.key.as_str(), entry.value.text().unwrap_or_default());
        Self(node.entries().iter().map(pair).collect())
    }

    /// The labels that a pool's nodes get only when they are there; `None` when they never have them all.
    fn missing(&self, pool: &Pool) -> Option<Vec<(&'n str, &'n str)>> {
        let capacity = pool.own_annotations.get(CAPACITY_LABELS);
        let capacity: BTreeMap<&str, &str> = capacity
            .map(String::as_str)
            .unwrap_or_default()
            .split(',')
            .filter_map(|entry| entry.split_once('='))
            .collect();
        let mut missing = Vec::new();
        for (key, value) in &self.0 {
            let known = capacity.get(key).copied();
            let known = known.or_else(|| pool.node_labels.get(*key).map(String::as_str));
            match known.or_else(|| by_itself(key, pool)) {
                Some(known) if known == *value => {}
                None if comes_later(key, value, pool) => missing.push((*key, *value)),
                _ => return None,
            }
        }
        Some(missing)
    }
}

/// What the autoscaler knows of a node that is not there without being told.
fn by_itself(key: &str, pool: &Pool) -> Option<&'static str> {
    match key {
        "kubernetes.io/os" => Some("linux"),
        "kubernetes.io/arch" => pool.about.instance.map(|instance| instance.arch),
        _ => None,
    }
}

/// Labels that a pool's nodes get from the cloud, the kubelet and the operators.
fn comes_later(key: &str, value: &str, pool: &Pool) -> bool {
    match key {
        ZONE => pool
            .groups
            .iter()
            .any(|set| set.zone.as_deref() == Some(value)),
        "topology.kubernetes.io/region" => pool.about.region == value,
        INSTANCE_TYPE => pool.about.instance_type == value,
        "node-role.kubernetes.io/worker" => value.is_empty(),
        "nvidia.com/gpu.present" => value == "true",
        PRODUCT => {
            let model = pool.model.and_then(|model| model.split('-').next());
            let mut words = value.split(|c: char| !c.is_ascii_alphanumeric());
            model.is_some_and(|model| words.any(|word| word.eq_ignore_ascii_case(model)))
        }
        _ => false,
    }
}

fn stuck(
    document: &Document<'_>,
    path: &str,
    entry: &Entry,
    pool: &Pool,
    missing: &[(&str, &str)],
) -> Problem {
    let keys: Vec<&str> = missing.iter().map(|(key, _)| *key).collect();
    let message = format!(
        "selecting on `{}` starts no machine of pool `{}`, which scales from zero",
        keys.join("`, `"),
        pool.name
    );
    let arch = pool
        .about
        .instance
        .map_or("amd64", |instance| instance.arch);
    let known = pool.own_annotations.get(CAPACITY_LABELS);
    let known = known
        .cloned()
        .unwrap_or_else(|| format!("kubernetes.io/arch={arch}"));
    let more = missing.iter().map(|(key, value)| format!(",{key}={value}"));
    let labels = known + &more.collect::<String>();
    // in quotes: between braces a comma would end the value
    // the annotation goes onto the sets of all zones
    let zones = pool.groups.len() > 1 && keys.contains(&ZONE);
    let say = if zones {
        "or give the zone a pool of its own, with"
    } else {
        "or say it on the pool, as"
    };
    Problem::new(
        &rule::SELECTOR_FROM_ZERO,
        document.place(entry.key_span.clone(), path),
        message,
    )
    .fact(format!("pool `{}` is at {}", pool.name, pool.place))
    .help(format!(
        "select on `{ACCELERATOR}: {}` instead",
        pool.accelerator
    ))
    .help(format!(
        "{say} the annotation `{CAPACITY_LABELS}: \"{labels}\"`"
    ))
}
