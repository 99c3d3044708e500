//! Queues and flavors of Kueue that others wrote.

use std::collections::{BTreeMap, BTreeSet};

use super::{Found, Judged, is_gpu};
use crate::krm::{Document, Entry, Node};
use crate::operator::tolerations::Toleration;
use crate::plan::AccessPool;
use crate::problem::Problem;
use crate::problem::rules::access as rule;

/// Node labels of the flavors of the input, by name.
pub(super) struct Flavors(BTreeMap<String, BTreeMap<String, String>>);

impl Flavors {
    pub(super) fn of<'a>(documents: impl Iterator<Item = &'a Document<'a>>) -> Self {
        let flavors = documents.filter(|document| document.is("kueue.x-k8s.io", "ResourceFlavor"));
        let labels = |document: &Document<'_>| {
            let node = document.node().ok()?;
            let labels = node
                .at(&["spec", "nodeLabels"])
                .map(Node::entries)
                .unwrap_or_default();
            let pair = |entry: &Entry| Some((entry.key.clone(), entry.value.text()?.to_owned()));
            Some((
                document.name.to_string(),
                labels.iter().filter_map(pair).collect(),
            ))
        };
        Self(flavors.filter_map(labels).collect())
    }

    /// Whether a flavor leads to nodes of a pool.
    fn leads_to(&self, flavor: &str, pool: &AccessPool) -> bool {
        let labels = self.0.get(flavor).filter(|labels| !labels.is_empty());
        labels.is_some_and(|labels| {
            let mut labels = labels.iter();
            labels.all(|(key, value)| pool.face.node_labels.get(key) == Some(value))
        })
    }
}

/// A queue that its webhook refuses, or that promises more than there is.
pub(super) fn queue(judged: &Judged<'_>, flavors: &Flavors) -> Found {
    let mut found = Found::new();
    let groups = judged
        .node
        .at(&["spec", "resourceGroups"])
        .map(Node::items)
        .unwrap_or_default();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (index, group) in groups.iter().enumerate() {
        let path = format!("spec.resourceGroups[{index}]");
        let covered = group
            .get("coveredResources")
            .map(Node::items)
            .unwrap_or_default();
        for resource in covered {
            let Some(name) = resource.text() else {
                continue;
            };
            if !seen.insert(name) {
                let message = format!("{} covers `{name}` twice", judged.title());
                let place = judged.at(resource, &format!("{path}.coveredResources"));
                let problem = Problem::new(&rule::QUEUE_TWO_GROUPS, place, message);
                found.push(problem.help("put the flavors of both into one group"));
            }
        }
        for flavor in group.get("flavors").map(Node::items).unwrap_or_default() {
            found.extend(above_pools(judged, flavors, flavor, &path));
        }
    }
    found
}

/// A flavor that gives out more GPUs than its pools reach.
fn above_pools(
    judged: &Judged<'_>,
    flavors: &Flavors,
    flavor: &Node,
    path: &str,
) -> Option<Problem> {
    let name = flavor.str_at(&["name"]).unwrap_or_default();
    let pools = judged
        .access
        .pools
        .iter()
        .filter(|pool| flavors.leads_to(name, pool));
    let pools: Vec<&AccessPool> = pools.collect();
    let names: Vec<&str> = pools.iter().map(|pool| pool.face.name.as_str()).collect();
    let mut capacities = pools.iter().map(|pool| pool.capacity);
    let capacity = capacities.try_fold(0_u32, |sum, one| Some(sum.saturating_add(one?)))?;
    let mut resources = flavor
        .get("resources")
        .map(Node::items)
        .unwrap_or_default()
        .iter();
    let gpus = resources.find(|one| one.str_at(&["name"]).is_some_and(is_gpu))?;
    let quota = gpus.get("nominalQuota")?;
    let most = quota.text()?.parse::<u32>().ok()?;
    (most > capacity && !pools.is_empty()).then(|| {
        let message = format!(
            "{} gives out {most} GPUs of flavor `{name}`, and its pools `{}` reach {capacity}",
            judged.title(),
            names.join("`, `")
        );
        let place = judged.at(quota, &format!("{path}.flavors"));
        let problem = Problem::new(&rule::QUEUE_QUOTA_ABOVE_POOL, place, message);
        problem.help(format!(
            "write `nominalQuota: \"{capacity}\"` or less, or let the pool grow"
        ))
    })
}

/// Keys of labels that a node has beside those of its template: of Kubernetes, of the cloud, of operators.
const OF_NODES: [&str; 3] = ["kubernetes.io/", "nvidia.com/", "openshift.io/"];

/// Labels at a path that no template of a pool has, where a pool that the tolerations are for starts from nothing.
pub(super) fn labels(judged: &Judged<'_>, path: &[&str], tolerations: &[&str]) -> Found {
    let pools = &judged.access.pools;
    let tolerated = judged.node.at(tolerations).map(Node::items);
    let tolerated: Vec<Toleration> = tolerated
        .unwrap_or_default()
        .iter()
        .filter_map(Toleration::read)
        .collect();
    let is_meant = |pool: &&AccessPool| {
        let mut taints = pool.face.taints.iter();
        pool.face.min_machines == 0
            && taints.any(|taint| tolerated.iter().any(|one| one.tolerates(taint)))
    };
    let Some(empty) = pools.iter().find(is_meant) else {
        return Found::new();
    };
    let entries = judged.node.at(path).map(Node::entries);
    let problem = |entry: &Entry| {
        let (key, value) = (entry.key.as_str(), entry.value.text()?);
        let domain = key.split_once('/').map_or("", |(domain, _)| domain);
        let is_of_nodes = OF_NODES.iter().any(|known| {
            let known = known.trim_end_matches('/');
            domain == known || domain.ends_with(&format!(".{known}"))
        });
        let mut all = pools.iter();
        let is_in_template =
            all.any(|pool| pool.face.node_labels.get(key).map(String::as_str) == Some(value));
        if is_of_nodes || is_in_template {
            return None;
        }
        let message = format!(
            "{} looks for `{key}={value}`, which the template of no pool has: it starts no machine of pool `{}`, which begins at 0",
            judged.title(),
            empty.face.name
        );
        let place = judged.key(entry, &format!("{}[\"{key}\"]", path.join(".")));
        let problem = Problem::new(&rule::FLAVOR_LABEL_NOT_IN_TEMPLATE, place, message);
        Some(problem.help(format!(
            "give the GpuMachineSet `labels: {{{key}: \"{value}\"}}`, or look for a label that it has"
        )))
    };
    entries
        .unwrap_or_default()
        .iter()
        .filter_map(problem)
        .collect()
}

/// A flavor that the API server refuses.
pub(super) fn flavor(judged: &Judged<'_>) -> Found {
    let mut found = labels(judged, &["spec", "nodeLabels"], &["spec", "tolerations"]);
    found.extend(exists_with_value(judged));
    found
}

fn exists_with_value(judged: &Judged<'_>) -> Found {
    let tolerations = judged
        .node
        .at(&["spec", "tolerations"])
        .map(Node::items)
        .unwrap_or_default();
    let problem = |(index, toleration): (usize, &Node)| {
        let value = toleration.get("value")?;
        if toleration.str_at(&["operator"]) != Some("Exists") {
            return None;
        }
        let message = format!("{}: a toleration with `Exists` has a value", judged.title());
        let place = judged.at(value, &format!("spec.tolerations[{index}].value"));
        let problem = Problem::new(&rule::FLAVOR_EXISTS_VALUE, place, message);
        Some(problem.help("remove the line `value`, or write `operator: Equal`"))
    };
    tolerations.iter().enumerate().filter_map(problem).collect()
}
