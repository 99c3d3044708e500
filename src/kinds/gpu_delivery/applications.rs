//! ApplicationSets, or the Applications of the only cluster.

use serde_json::{Map, Value, json};

use crate::api::gpu_delivery::{Automated, Pools, Retry};
use crate::argocd::fact_key;
use crate::cluster::FactName;

use super::delivery::{Delivery, Group, IN_CLUSTER, LOCAL, Part};
use super::{ignored, patched, scheduling, template};

/// The plugin in Argo CD.
const PLUGIN: &str = "gpu-machineset";
/// Labels of Applications, by which steps find them.
const COMPONENT: &str = "gpu-machineset.dev/component";
const ORDER: &str = "gpu-machineset.dev/order";
/// Longest name of an Application that a label can hold.
pub(super) const LONGEST: usize = 63;

/// An object to make: kind, name, spec.
pub(super) type Object = (&'static str, String, Value);

/// ApplicationSets where there are several clusters or steps, else an Application for each component.
pub(super) fn of(delivery: &Delivery<'_>) -> Vec<Object> {
    if delivery.is_single() {
        return vec![("Application", delivery.name.to_owned(), single(delivery))];
    }
    if delivery.makes_applications() {
        let one = |part: &Part<'_>| {
            let name = format!("{}-{}", delivery.name, part.name());
            ("Application", name, application(delivery, part))
        };
        return delivery.parts.iter().map(one).collect();
    }
    let all: Vec<&Part<'_>> = delivery.parts.iter().collect();
    if delivery.is_combined() {
        let name = delivery.name.to_owned();
        return vec![("ApplicationSet", name, set(delivery, &all))];
    }
    let one = |part: &&Part<'_>| {
        let name = format!("{}-{}", delivery.name, part.name());
        ("ApplicationSet", name, set(delivery, &[*part]))
    };
    all.iter().map(one).collect()
}

fn application(delivery: &Delivery<'_>, part: &Part<'_>) -> Value {
    let own = own_spec(delivery, part);
    let spec = json!({
        "project": delivery.project,
        "source": {},
        "destination": {"server": LOCAL, "namespace": part.namespace},
        "syncPolicy": sync_policy(delivery, &[part]),
    });
    let filled_in = |text: &str| template::filled_in(text, IN_CLUSTER, LOCAL);
    let own = template::change(&own, &filled_in);
    patched(&spec, own.as_object())
}

/// All components in one Application: what each has of its own is joined.
fn single(delivery: &Delivery<'_>) -> Value {
    let mut parts: Vec<&Part<'_>> = delivery.parts.iter().collect();
    parts.sort_by_key(|part| part.order);
    let mut ignored: Vec<Value> = Vec::new();
    for entry in parts.iter().flat_map(|part| self::ignored(delivery, part)) {
        if !ignored.contains(&entry) {
            ignored.push(entry);
        }
    }
    let sources: Vec<Value> = parts.iter().map(|part| source(delivery, part)).collect();
    let mut spec = json!({
        "project": delivery.project,
        "sources": sources,
        "destination": {"server": LOCAL, "namespace": delivery.only_namespace()},
    });
    if !ignored.is_empty() {
        spec["ignoreDifferences"] = ignored.into();
    }
    let mut policy = sync_policy(delivery, &parts);
    let own = parts.iter().map(|part| own_spec(delivery, part));
    if let Some(limit) = own
        .into_iter()
        .find_map(|own| own.pointer("/syncPolicy/retry/limit").cloned())
    {
        policy["retry"]["limit"] = limit;
    }
    spec["syncPolicy"] = policy;
    let filled_in = |text: &str| template::filled_in(text, IN_CLUSTER, LOCAL);
    template::change(&spec, &filled_in)
}

fn set(delivery: &Delivery<'_>, parts: &[&Part<'_>]) -> Value {
    let name = format!(
        "{{{{ $name := printf \"{}-%s-%s\" .component .nameNormalized }}}}{{{{ if gt (len $name) {LONGEST} }}}}{{{{ trunc 54 $name | trimSuffix \".\" }}}}-{{{{ trunc 8 (sha256sum .server) }}}}{{{{ else }}}}{{{{ $name }}}}{{{{ end }}}}",
        delivery.name
    );
    let mut patch = "spec: {{ toJson .spec }}\n".to_owned();
    if parts.iter().any(|part| annotations(part).is_some()) {
        patch.push_str("metadata: {annotations: {{ toJson .annotations }}}\n");
    }
    let mut spec = json!({
        "goTemplate": true,
        "goTemplateOptions": ["missingkey=error"],
        "generators": generators(delivery, parts),
    });
    if delivery.is_ordered() {
        let step = |order: u32| {
            let value = order.to_string();
            json!({"matchExpressions": [{"key": ORDER, "operator": "In", "values": [value]}]})
        };
        let steps: Vec<Value> = delivery.orders().into_iter().map(step).collect();
        spec["strategy"] = json!({"type": "RollingSync", "rollingSync": {"steps": steps}});
    }
    if parts.iter().any(|part| part.has_pools()) {
        // without its ApplicationSet a cluster keeps its machines
        spec["syncPolicy"] = json!({"preserveResourcesOnDeletion": true});
    }
    spec["template"] = json!({
        "metadata": {
            "name": name,
            "labels": {COMPONENT: "{{.component}}", ORDER: "{{.order}}"},
        },
        "spec": {
            "project": delivery.project,
            "destination": {"server": "{{.server}}", "namespace": "{{.namespace}}"},
            "syncPolicy": sync_policy(delivery, parts),
        },
    });
    spec["templatePatch"] = patch.into();
    spec
}

/// For each group of clusters those clusters, each with all components.
fn generators(delivery: &Delivery<'_>, parts: &[&Part<'_>]) -> Value {
    let has_annotations = parts.iter().any(|part| annotations(part).is_some());
    let element = |part: &&Part<'_>| {
        let spec = own_spec(delivery, part);
        let mut element = json!({
            "component": part.name(),
            "namespace": part.namespace,
            "order": part.order.to_string(),
        });
        if has_annotations {
            let own = annotations(part).unwrap_or_else(|| json!({}));
            element["annotations"] = template::change(&own, &template::escaped);
        }
        element["spec"] = template::change(&spec, &template::escaped);
        element
    };
    let matrix = |clusters: Value, parts: Vec<Value>| json!({"matrix": {"generators": [clusters, {"list": {"elements": parts}}]}});
    let is_on_hub = |part: &&&Part<'_>| part.is_on_hub() || delivery.spec.clusters.is_none();
    let (hub, clusters): (Vec<&Part<'_>>, Vec<&Part<'_>>) =
        parts.iter().copied().partition(|part| is_on_hub(&part));
    let mut generators = Vec::new();
    if !clusters.is_empty() {
        let elements: Vec<Value> = clusters.iter().map(element).collect();
        let groups = delivery.groups.iter();
        generators.extend(groups.map(|group| matrix(selected(delivery, group), elements.clone())));
    }
    if !hub.is_empty() {
        let local = json!({"name": IN_CLUSTER, "nameNormalized": IN_CLUSTER, "server": LOCAL});
        let elements = hub.iter().map(element).collect();
        generators.push(matrix(json!({"list": {"elements": [local]}}), elements));
    }
    generators.into()
}

fn selected(delivery: &Delivery<'_>, group: &Group<'_>) -> Value {
    let base = delivery.spec.clusters.iter();
    let base = base.flat_map(|clusters| &clusters.selector.match_labels);
    let own = group.label.into_iter();
    let labels = base
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .chain(own);
    let labels: Map<String, Value> = labels
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    let mut selector = json!({"matchLabels": labels});
    if let (Some(key), values) = &group.others {
        selector["matchExpressions"] = json!([{"key": key, "operator": "NotIn", "values": values}]);
    }
    let mut clusters = json!({"selector": selector});
    if !group.values.is_empty() {
        clusters["values"] = json!(group.values);
    }
    json!({"clusters": clusters})
}

/// What the Application of a component has that those of others have not.
fn own_spec(delivery: &Delivery<'_>, part: &Part<'_>) -> Value {
    let mut spec = json!({"source": source(delivery, part)});
    let ignored = ignored(delivery, part);
    if !ignored.is_empty() {
        spec["ignoreDifferences"] = ignored.into();
    }
    if part.has_pools() && delivery.retry().is_none_or(|retry| retry.limit.is_none()) {
        // operators take longer than five tries
        spec["syncPolicy"] = json!({"retry": {"limit": -1}});
    }
    spec
}

fn ignored(delivery: &Delivery<'_>, part: &Part<'_>) -> Vec<Value> {
    match part.component.pools {
        Some(_) => ignored::of_pools(&delivery.delivered),
        None => ignored::of_kinds(&part.allowed.kinds()),
    }
}

fn source(delivery: &Delivery<'_>, part: &Part<'_>) -> Value {
    let component = part.component;
    let mut source = json!({
        "repoURL": part.repository.unwrap_or_default(),
        "targetRevision": part.revision.unwrap_or("HEAD"),
    });
    if let Some(chart) = &component.chart {
        source["chart"] = chart.clone().into();
    }
    if let Some(path) = &component.path {
        let path = path.trim_end_matches('/');
        source["path"] = match component.pools {
            Some(Pools::Rendered) if !path.contains("{{") => format!("{path}/{{{{.name}}}}").into(),
            _ => path.into(),
        };
    }
    if component.chart.is_some() || component.helm.is_some() || component.gpu_scheduling.is_some() {
        source["helm"] = helm(part);
    }
    if component.recurse == Some(true) {
        source["directory"] = json!({"recurse": true});
    }
    if component.pools == Some(Pools::Plugin) {
        source["plugin"] = json!({"name": PLUGIN});
        let parameters = parameters(delivery, part);
        if !parameters.is_empty() {
            source["plugin"]["parameters"] = parameters.into();
        }
    }
    source
}

fn helm(part: &Part<'_>) -> Value {
    let written = part.component.helm.clone().unwrap_or_default();
    let release = written
        .release_name
        .unwrap_or_else(|| part.name().to_owned());
    let mut helm = json!({"releaseName": release});
    if let Some(files) = written.value_files {
        helm["valueFiles"] = files.into();
    }
    let mut values = Value::Object(written.values.unwrap_or_default());
    if let Some(scheduling) = &part.component.gpu_scheduling {
        scheduling::into_values(scheduling, &mut values);
    }
    if values.as_object().is_some_and(|values| !values.is_empty()) {
        helm["valuesObject"] = values;
    }
    helm
}

/// Facts of the cluster, from its folder in the repository or from the annotations of its Secret.
fn parameters(delivery: &Delivery<'_>, part: &Part<'_>) -> Vec<Value> {
    let mut parameters = Vec::new();
    if let Some(facts) = &part.component.facts {
        parameters.push(json!({"name": "facts", "string": facts}));
    } else if delivery.spec.clusters.is_some() && !part.is_on_hub() {
        let facts = FactName::ALL.into_iter().filter(|fact| fact.is_field());
        parameters.extend(facts.map(|fact| {
            let key = fact_key(fact);
            let value = format!("{{{{index .metadata.annotations \"{key}\"}}}}");
            json!({"name": fact.field(), "string": value})
        }));
    }
    for (name, value) in part.component.parameters.iter().flatten() {
        parameters.retain(|one| one["name"] != name.as_str());
        parameters.push(json!({"name": name, "string": value}));
    }
    parameters
}

/// What Argo CD has to send to the plugin: the folder, and its facts.
fn annotations(part: &Part<'_>) -> Option<Value> {
    let folder = match (part.component.pools?, &part.component.facts) {
        (Pools::Rendered, _) => return None,
        (Pools::Plugin, Some(facts)) => format!(".;{facts}"),
        (Pools::Plugin, None) => ".".to_owned(),
    };
    Some(json!({"argocd.argoproj.io/manifest-generate-paths": folder}))
}

fn sync_policy(delivery: &Delivery<'_>, parts: &[&Part<'_>]) -> Value {
    let written = delivery.spec.sync.as_ref();
    let automated = written.and_then(|sync| sync.automated);
    let Automated {
        enabled,
        prune,
        self_heal,
    } = automated.unwrap_or_default();
    let mut policy = json!({});
    if enabled.unwrap_or(true) {
        policy["automated"] =
            json!({"prune": prune.unwrap_or(true), "selfHeal": self_heal.unwrap_or(true)});
    }
    let mut options = delivery.options();
    let respects = "RespectIgnoreDifferences=true";
    let ignores = parts.iter().any(|part| !ignored(delivery, part).is_empty());
    if ignores
        && !options
            .iter()
            .any(|option| option.starts_with("RespectIgnoreDifferences="))
    {
        // without it a sync writes the ignored fields all the same
        options.push(respects.to_owned());
    }
    if !options.is_empty() {
        policy["syncOptions"] = options.into();
    }
    let retry = delivery.retry();
    let mut entry = json!({"limit": retry.and_then(|retry| retry.limit).unwrap_or(5)});
    let backoff = retry
        .and_then(|retry| retry.backoff.clone())
        .unwrap_or_default();
    let pauses = [
        (
            "duration",
            backoff.duration.unwrap_or_else(|| "5s".to_owned()).into(),
        ),
        ("factor", Value::from(backoff.factor.unwrap_or(2))),
        (
            "maxDuration",
            backoff
                .max_duration
                .unwrap_or_else(|| "3m".to_owned())
                .into(),
        ),
    ];
    entry["backoff"] = Value::Object(
        pauses
            .map(|(key, value)| (key.to_owned(), value))
            .into_iter()
            .collect(),
    );
    policy["retry"] = entry;
    policy
}

impl<'a> Delivery<'a> {
    fn retry(&self) -> Option<&'a Retry> {
        self.spec.sync.as_ref()?.retry.as_ref()
    }
}
