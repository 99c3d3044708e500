//! The clusters of a `GpuDelivery`: whether there are any, which values they have, how their Applications are called.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::api::gpu_delivery::Clusters;
use crate::api::{OurKind, Owner};
use crate::problem::rules::delivery as rule;
use crate::problem::{Problem, Problems};

use super::delivery::{Delivery, IN_CLUSTER, LOCAL, Part};
use super::judge::{of_clusters, room};
use super::template;

/// The Secret of the cluster that Argo CD runs on, unless somebody made it already.
pub(super) fn local_secret(delivery: &Delivery<'_>) -> Option<(String, Value)> {
    let clusters = delivery.spec.clusters.as_ref()?;
    let local = clusters.local.as_ref()?;
    let ours = Owner::new(OurKind::GpuDelivery, delivery.name);
    let mut of_others = delivery.known.iter().filter(|known| {
        known.server.as_deref() == Some(LOCAL) && Owner::of(known.document).as_ref() != Some(&ours)
    });
    if of_others.next().is_some() {
        return None;
    }
    let name = local.name.as_deref().unwrap_or(IN_CLUSTER);
    let mut labels = json!({"argocd.argoproj.io/secret-type": "cluster"});
    for (key, value) in local
        .labels
        .as_ref()
        .unwrap_or(&clusters.selector.match_labels)
    {
        labels[key] = value.clone().into();
    }
    let body = json!({
        "labels": labels,
        "type": "Opaque",
        "stringData": {
            "name": name,
            "server": LOCAL,
            "config": "{\"tlsClientConfig\":{\"insecure\":false}}",
        },
    });
    Some((name.to_owned(), body))
}

pub(super) fn check(delivery: &Delivery<'_>, problems: &mut Problems) {
    let Some(clusters) = &delivery.spec.clusters else {
        let used = delivery.parts.iter().flat_map(|part| values_of(part));
        let used: BTreeSet<(usize, String)> = used.collect();
        not_set(delivery, used, "this cluster", problems);
        return;
    };
    groups(delivery, clusters, problems);
    for group in &delivery.groups {
        let name = group.name.map_or_else(
            || "these clusters".to_owned(),
            |name| format!("group `{name}`"),
        );
        let used = delivery.parts.iter().flat_map(|part| values_of(part));
        let missing = used.filter(|(_, value)| !group.values.contains_key(value.as_str()));
        not_set(delivery, missing.collect(), &name, problems);
    }
    matching(delivery, clusters, problems);
    names(delivery, clusters, problems);
}

/// Groups are told apart by one label: a cluster of two groups would get everything twice.
fn groups(delivery: &Delivery<'_>, clusters: &Clusters, problems: &mut Problems) {
    let mut seen: BTreeMap<Option<&str>, &str> = BTreeMap::new();
    let mut label: Option<&str> = None;
    for (name, one) in clusters.values.iter().flatten() {
        let own = one
            .match_labels
            .as_ref()
            .and_then(|labels| labels.iter().next());
        let path = format!("spec.clusters.values.{name}");
        let mut overlap = |message: String, help: &str| {
            let problem = Problem::new(
                &rule::CLUSTER_GROUPS_OVERLAP,
                delivery.place(&path),
                message,
            );
            problems.push(problem.help(help));
        };
        if let Some((key, _)) = own {
            if label.is_some_and(|label| label != key) {
                let message =
                    format!("group `{name}` is told from others by another label: `{key}`");
                overlap(
                    message,
                    "use one label for all groups, with a value for each",
                );
            }
            label = label.or(Some(key));
        }
        let value = own.map(|(_, value)| value.as_str());
        if let Some(first) = seen.get(&value) {
            let message = match value {
                Some(value) => format!("groups `{first}` and `{name}` are both for `{value}`"),
                None => format!("groups `{first}` and `{name}` are both for all other clusters"),
            };
            overlap(message, "make one of them");
        }
        seen.entry(value).or_insert(name);
    }
}

/// Every value that a component asks for, with the index of the component.
fn values_of(part: &Part<'_>) -> Vec<(usize, String)> {
    let mut texts: Vec<String> = Vec::new();
    let component = part.component;
    texts.extend(component.path.clone());
    texts.extend(component.facts.clone());
    texts.extend(
        component
            .parameters
            .iter()
            .flatten()
            .map(|(_, value)| value.clone()),
    );
    let helm = component.helm.as_ref();
    texts.extend(
        helm.and_then(|helm| helm.value_files.clone())
            .unwrap_or_default(),
    );
    if let Some(values) = helm.and_then(|helm| helm.values.clone()) {
        strings(&Value::Object(values), &mut texts);
    }
    let names = texts.iter().flat_map(|text| template::values(text));
    names.map(|name| (part.index, name.to_owned())).collect()
}

fn strings(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, texts)),
        Value::Object(entries) => entries.values().for_each(|value| strings(value, texts)),
        _ => {}
    }
}

fn not_set(
    delivery: &Delivery<'_>,
    missing: BTreeSet<(usize, String)>,
    where_to: &str,
    problems: &mut Problems,
) {
    for (index, value) in missing {
        let name = delivery.parts.get(index).map_or("", |part| part.name());
        let message = format!(
            "component `{name}` asks for `.values.{value}`, which is not set for {where_to}"
        );
        let place = delivery.place(&format!("spec.components[{index}]"));
        let problem = Problem::new(&rule::VALUE_NOT_SET, place, message);
        problems.push(problem.help(format!(
            "set it for all clusters: `clusters: {{values: {{default: {{set: {{{value}: ...}}}}}}}}`"
        )));
    }
}

/// Where the Secrets of clusters stand in the input, one of them has the labels.
fn matching(delivery: &Delivery<'_>, clusters: &Clusters, problems: &mut Problems) {
    let wanted = &clusters.selector.match_labels;
    let labels = wanted.iter().map(|(key, value)| format!("{key}={value}"));
    let labels = labels.collect::<Vec<_>>().join(",");
    let place = delivery.place("spec.clusters.selector");
    if let Some(own) = clusters
        .local
        .as_ref()
        .and_then(|local| local.labels.as_ref())
    {
        let lacks = wanted
            .iter()
            .find(|(key, value)| own.get(*key) != Some(*value));
        if let Some((key, value)) = lacks {
            let place = delivery.place("spec.clusters.local.labels");
            let message = format!(
                "the Secret of the local cluster has no label `{key}={value}`, which the selector wants"
            );
            let problem = Problem::new(&rule::NO_MATCHING_CLUSTER, place, message);
            problems.push(problem.help(format!(
                "add `{key}: {value}`, or remove `labels`: those of the selector are the default"
            )));
        }
    }
    let makes = local_secret(delivery).is_some();
    if delivery.known.is_empty() || makes || !delivery.selected(clusters).is_empty() {
        return;
    }
    let names = delivery.known.iter().filter_map(|known| known.name.clone());
    let message =
        format!("no cluster Secret of the input has the labels `{labels}`: nothing is delivered");
    let problem = of_clusters(&rule::NO_MATCHING_CLUSTER, place, message, names.collect());
    problems.push(problem.help(format!(
        "label the Secret, which is not the cluster's nodes: `oc label secret -n {} NAME {}`",
        delivery.namespace,
        labels.replace(',', " ")
    )));
}

/// Names of Applications are told apart, and cut where they are too long.
fn names(delivery: &Delivery<'_>, clusters: &Clusters, problems: &mut Problems) {
    let mut normalized: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for known in delivery.selected(clusters) {
        if let (Some(name), Some(plain)) = (known.normalized(), &known.name) {
            normalized.entry(name).or_default().push(plain.clone());
        }
    }
    for (name, clusters) in &normalized {
        if clusters.len() > 1 {
            let place = delivery.place("spec.clusters.selector");
            let message = format!("the Applications of several clusters would be called `{name}`");
            let problem = of_clusters(
                &rule::CLUSTERS_CALLED_ALIKE,
                place,
                message,
                clusters.clone(),
            );
            problems.push(problem.help("give one of them another name in Argo CD"));
        }
    }
    for part in delivery.parts.iter().filter(|part| !part.is_on_hub()) {
        let room = room(delivery, part);
        let long = normalized.iter().filter(|(name, _)| name.len() > room);
        let long: Vec<String> = long.flat_map(|(_, clusters)| clusters.clone()).collect();
        if long.is_empty() {
            continue;
        }
        let place = delivery.place_of(part, "name");
        let message = format!(
            "Applications `{}-{}-...` have room for a name of {room} characters, and are cut for longer ones",
            delivery.name,
            part.name()
        );
        let problem = of_clusters(&rule::APPLICATION_NAME_CUT, place, message, long);
        problems.push(problem.help("give the component, or the GpuDelivery, a shorter name"));
    }
}
