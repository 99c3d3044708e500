//! Sets that say the same but for their zone are one pool.

use std::collections::{BTreeMap, BTreeSet};

use crate::adopt::probe;
use crate::adopt::probe::Probed;
use crate::adopt::sets::Set;
use crate::catalog;
use crate::cluster::{ClusterFacts, KEPT_LABEL};
use crate::kinds::gpu_machine_set::name_template::{self, with_variable};
use crate::kinds::gpu_machine_set::scaling::split;
use crate::krm::{Node, emit};
use crate::types::machine_api::MACHINE_SET;
use crate::types::machine_api::{ACCELERATOR, MACHINE_ROLES, ROLE};
use crate::types::metadata_keys::{Reader, is_foreign};
use crate::types::name_part;

const SYNC_OPTIONS: &str = "argocd.argoproj.io/sync-options";

/// A pool to write.
pub(super) struct Pool {
    pub(super) name: String,
    /// Names of the sets that it gives.
    pub(super) sets: Vec<String>,
    /// Labels of the sets.
    pub(super) labels: BTreeMap<String, String>,
    /// Annotations of the sets.
    pub(super) annotations: BTreeMap<String, String>,
    pub(super) spec: Node,
}

/// A set with what is said of it, its zone apart.
struct Member<'a> {
    set: &'a Set,
    probed: Probed,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    accelerator: Option<String>,
    /// All of the spec that does not depend on the zone.
    common: Node,
}

/// Pools in the order of their first sets.
pub(super) fn group(sets: &[Set], probed: Vec<Probed>, cluster: &ClusterFacts) -> Vec<Pool> {
    let mut groups: BTreeMap<String, Vec<Member<'_>>> = BTreeMap::new();
    let mut order = Vec::new();
    for (set, probed) in sets.iter().zip(probed) {
        let member = member(set, probed, cluster);
        let key = format!(
            "{}{:?}{:?}{}",
            emit::flow(&member.common),
            member.labels,
            member.annotations,
            set.limits.is_some()
        );
        if !groups.contains_key(&key) {
            order.push(key.clone());
        }
        groups.entry(key).or_default().push(member);
    }
    let mut taken = BTreeSet::new();
    let mut pools = Vec::new();
    for key in order {
        for members in by_scale(groups.remove(&key).unwrap_or_default()) {
            pools.extend(pool(&members, &mut taken));
        }
    }
    pools
}

fn member<'a>(set: &'a Set, mut probed: Probed, cluster: &ClusterFacts) -> Member<'a> {
    let infra = cluster
        .infrastructure_name
        .as_ref()
        .map_or("", |fact| fact.value.as_str());
    probed.template = probed
        .template
        .map(|name| with_variable(&name, set.zone.as_deref().unwrap_or_default(), "{zone}"));
    let mut labels = set.strings(&["metadata", "labels"]);
    labels.retain(|key, _| is_authors(key) && key != KEPT_LABEL);
    let mut annotations = set.strings(&["metadata", "annotations"]);
    annotations.retain(|key, _| is_authors(key));
    let mut common = Node::map::<&str>([]);
    let template = name_template(&set.name, set, infra);
    if template != name_template::default_of(set.zone.as_deref()) {
        common.set("nameTemplate", template);
    }
    let selector = ["spec", "selector", "matchLabels", MACHINE_SET];
    if let Some(selector) = set.node.str_at(&selector).filter(|one| *one != set.name) {
        common.set("selectorTemplate", name_template(selector, set, infra));
    }
    let accelerator = node_labels(set, cluster, &mut common);
    taints(set, &mut common);
    let mut machine_labels = set.strings(&["spec", "template", "metadata", "labels"]);
    machine_labels.retain(|key, value| {
        let is_role = MACHINE_ROLES.contains(&key.as_str()) && value != "worker";
        is_role || (is_authors(key) && key != KEPT_LABEL)
    });
    if !machine_labels.is_empty() {
        common.set("machineLabels", strings(&machine_labels));
    }
    protection(&mut annotations, &mut common);
    if let Some(gpu) = probe::gpu(set, cluster) {
        common.set("gpu", gpu);
    }
    probe::machines(&mut common, &probed, &BTreeMap::new());
    common.set("instanceType", set.instance_type.as_str());
    Member {
        set,
        probed,
        labels,
        annotations,
        accelerator,
        common,
    }
}

/// Whether a person wrote it, rather than a controller, an operator or a tool.
fn is_authors(key: &str) -> bool {
    !is_foreign(key, Reader::Adopt)
}

/// The template that gives a live name; the name itself when nothing of it can be told.
fn name_template(name: &str, set: &Set, infra: &str) -> String {
    let mut template = name.to_owned();
    let parts = [
        (infra.to_owned(), "{infra}"),
        (set.zone.clone().unwrap_or_default(), "{zone}"),
        (set.instance_type.clone(), "{instanceTypeRaw}"),
        (name_part(&set.instance_type), "{instanceType}"),
    ];
    for (text, variable) in parts {
        template = with_variable(&template, &text, variable);
    }
    template
}

/// `accelerator` and `labels`; gives the accelerator when it is not the default.
fn node_labels(set: &Set, cluster: &ClusterFacts, common: &mut Node) -> Option<String> {
    let platform = cluster
        .platform
        .as_ref()
        .map_or("", |fact| fact.value.as_str());
    let default = catalog::instance(platform, &set.instance_type)
        .as_ref()
        .map(catalog::accelerator);
    let mut live = set.strings(&["spec", "template", "spec", "metadata", "labels"]);
    let mut labels = Node::map::<&str>([]);
    let accelerator = live.remove(ACCELERATOR);
    match &accelerator {
        None => labels.set(ACCELERATOR, Node::null()),
        Some(value) if Some(value) != default.as_ref() => common.set("accelerator", value.as_str()),
        Some(_) => {}
    }
    match live.remove(ROLE) {
        None => labels.set(ROLE, Node::null()),
        Some(value) if !value.is_empty() => labels.set(ROLE, value),
        Some(_) => {}
    }
    for (key, value) in live.iter().filter(|(key, _)| is_authors(key)) {
        labels.set(key, value.as_str());
    }
    if !labels.is_empty() {
        common.set("labels", labels);
    }
    accelerator.filter(|value| Some(value) != default.as_ref())
}

fn taints(set: &Set, common: &mut Node) {
    let live = set.node.at(&["spec", "template", "spec", "taints"]);
    let live = live.map(Node::items).unwrap_or_default();
    let text = |taint: &Node, key| taint.get(key).and_then(Node::text).unwrap_or("").to_owned();
    let default = |taint: &Node| {
        ["key", "value", "effect"].map(|key| text(taint, key))
            == ["nvidia.com/gpu", "true", "NoSchedule"]
    };
    if matches!(live, [only] if default(only)) {
        return;
    }
    let taint = |taint: &Node| {
        let fields = ["key", "value", "effect"].map(|key| (key, text(taint, key)));
        let fields = fields.into_iter().filter(|(_, text)| !text.is_empty());
        Node::map(fields.map(|(key, text)| (key, Node::from(text))))
    };
    common.set("taints", live.iter().map(taint).collect::<Vec<_>>());
}

/// Live sets mostly lack Argo CD's protection: say so, for one to be removed.
fn protection(annotations: &mut BTreeMap<String, String>, common: &mut Node) {
    match annotations.get(SYNC_OPTIONS).map(String::as_str) {
        Some("Prune=confirm,Delete=confirm") => {
            annotations.remove(SYNC_OPTIONS);
        }
        Some("Prune=false,Delete=false") => {
            annotations.remove(SYNC_OPTIONS);
            common.set("protection", "keep");
        }
        _ => common.set("protection", "none"),
    }
}

fn strings(map: &BTreeMap<String, String>) -> Node {
    Node::map(
        map.iter()
            .map(|(key, value)| (key.as_str(), Node::from(value.as_str()))),
    )
}

/// Members whose numbers are an exact split of their total are one pool; else those with equal numbers are.
fn by_scale(mut members: Vec<Member<'_>>) -> Vec<Vec<Member<'_>>> {
    let scale = |member: &Member<'_>| {
        member
            .set
            .limits
            .unwrap_or((member.set.replicas, member.set.replicas))
    };
    members.sort_by_key(|member| {
        let (min, max) = scale(member);
        (
            std::cmp::Reverse(max),
            std::cmp::Reverse(min),
            member.set.zone.clone(),
        )
    });
    let zones: BTreeSet<Option<&str>> = members
        .iter()
        .map(|member| member.set.zone.as_deref())
        .collect();
    let fits = |number: fn((u32, u32)) -> u32| {
        let parts: Vec<u32> = members.iter().map(|member| number(scale(member))).collect();
        split(parts.iter().sum(), parts.len()) == parts
    };
    let is_one = zones.len() == members.len() && fits(|(min, _)| min) && fits(|(_, max)| max);
    if is_one {
        return vec![members];
    }
    let mut groups: BTreeMap<((u32, u32), usize), Vec<Member<'_>>> = BTreeMap::new();
    let mut seen: BTreeMap<((u32, u32), Option<String>), usize> = BTreeMap::new();
    for member in members {
        // two sets of one zone cannot be in one pool
        let times = seen
            .entry((scale(&member), member.set.zone.clone()))
            .or_default();
        groups
            .entry((scale(&member), *times))
            .or_default()
            .push(member);
        *times += 1;
    }
    groups.into_values().collect()
}

fn pool(members: &[Member<'_>], taken: &mut BTreeSet<String>) -> Option<Pool> {
    let first = members.first()?;
    let sum =
        |number: fn(&Set) -> u32| members.iter().map(|member| number(member.set)).sum::<u32>();
    let mut spec = Node::from([("instanceType", first.set.instance_type.as_str().into())]);
    let zones = members
        .iter()
        .filter_map(|member| member.set.zone.as_deref());
    let zones: Vec<Node> = zones.map(Node::from).collect();
    if !zones.is_empty() {
        spec.set("zones", zones);
    }
    if first.set.limits.is_some() {
        let min = sum(|set| set.limits.map_or(0, |(min, _)| min));
        let max = sum(|set| set.limits.map_or(0, |(_, max)| max));
        spec.set(
            "autoscaling",
            Node::from([("min", min.into()), ("max", max.into())]),
        );
    } else {
        spec.set("replicas", sum(|set| set.replicas));
    }
    for entry in first.common.entries() {
        spec.set(&entry.key, entry.value.clone());
    }
    let subnet =
        |member: &Member<'_>| Some((member.set.zone.clone()?, member.probed.subnet.clone()?));
    let subnets: BTreeMap<String, String> = members.iter().filter_map(subnet).collect();
    if !subnets.is_empty() {
        spec.make(&["network"]).set("subnets", strings(&subnets));
    }
    let name = first
        .accelerator
        .as_deref()
        .unwrap_or(&first.set.instance_type);
    let mut name = name_part(name).trim_matches('-').to_owned();
    let mut number = 2;
    let base = name.clone();
    while !taken.insert(name.clone()) {
        name = format!("{base}-{number}");
        number += 1;
    }
    Some(Pool {
        name,
        sets: members
            .iter()
            .map(|member| member.set.name.clone())
            .collect(),
        labels: first.labels.clone(),
        annotations: first.annotations.clone(),
        spec,
    })
}
