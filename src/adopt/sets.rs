//! The GPU sets of a dump, with their autoscalers.

use std::collections::BTreeMap;

use crate::adopt::Choice;
use crate::api::owner::is_made;
use crate::cloud::Cloud;
use crate::krm::{Document, Node, Split};
use crate::problem::rules::migrate as rule;
use crate::problem::{Place, Problem, Problems};
use crate::types::machine_api::ACCELERATOR;

const VALUE: [&str; 5] = ["spec", "template", "spec", "providerSpec", "value"];

/// A MachineSet that runs GPU machines.
pub(super) struct Set {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) node: Node,
    pub(super) provider_spec: Node,
    pub(super) instance_type: String,
    /// `None` where machines have none.
    pub(super) zone: Option<String>,
    pub(super) replicas: u32,
    /// Limits of its MachineAutoscaler.
    pub(super) limits: Option<(u32, u32)>,
    /// Name of its MachineAutoscaler.
    pub(super) autoscaler: Option<String>,
    /// Whether the dump holds that; else annotations of the set speak of it.
    pub(super) shows_autoscaler: bool,
}

impl Set {
    /// A map of labels or annotations at a path.
    pub(super) fn strings(&self, path: &[&str]) -> BTreeMap<String, String> {
        let entries = self.node.at(path).map(Node::entries).unwrap_or_default();
        let pair =
            |entry: &crate::krm::Entry| Some((entry.key.clone(), entry.value.text()?.to_owned()));
        entries.iter().filter_map(pair).collect()
    }
}

#[derive(Clone)]
struct Autoscaler {
    name: String,
    limits: (u32, u32),
}

/// What the cluster-autoscaler-operator writes onto the set of a MachineAutoscaler.
const SCALED_BY: &str = "autoscaling.openshift.io/machineautoscaler";
const MIN_SIZE: &str = "machine.openshift.io/cluster-api-autoscaler-node-group-min-size";
const MAX_SIZE: &str = "machine.openshift.io/cluster-api-autoscaler-node-group-max-size";

/// All of them, sorted by name.
pub(super) fn read(
    splits: &[Split<'_>],
    cloud: &dyn Cloud,
    choice: &Choice<'_>,
    problems: &mut Problems,
) -> Vec<Set> {
    let documents = || splits.iter().flat_map(|split| &split.documents);
    let scalers = documents().filter(|one| one.is("autoscaling.openshift.io", "MachineAutoscaler"));
    let mut autoscalers: BTreeMap<String, Autoscaler> = BTreeMap::new();
    for document in scalers {
        if let Some((target, autoscaler)) =
            problems.take(document.node()).as_ref().and_then(autoscaler)
        {
            autoscalers.insert(target, autoscaler);
        }
    }
    let mut sets: BTreeMap<String, Set> = BTreeMap::new();
    for document in documents().filter(|one| one.is("machine.openshift.io", "MachineSet")) {
        if choice.except.iter().any(|name| document.name == *name) {
            continue;
        }
        let Some(set) = problems
            .take(document.node())
            .and_then(|node| set(document, node, cloud, &autoscalers))
        else {
            continue;
        };
        if let Some(autoscaler) = set.autoscaler.as_ref().filter(|name| **name != set.name) {
            problems.push(renamed(&set, autoscaler));
        }
        problems.extend(not_shown(&set));
        sets.insert(set.name.clone(), set);
    }
    for name in choice.except {
        if !documents().any(|one| one.name == *name) {
            let message = format!("the dump holds no MachineSet `{name}`");
            problems.push(
                Problem::new(&rule::DUMP_INCOMPLETE, Place::default(), message)
                    .help("check the name after `--except`"),
            );
        }
    }
    sets.into_values().collect()
}

fn renamed(set: &Set, autoscaler: &str) -> Problem {
    let message = format!(
        "MachineAutoscaler `{autoscaler}` has another name than its MachineSet `{}`",
        set.name
    );
    Problem::new(&rule::LEFTOVER, set.place.clone(), message)
        .fact("two MachineAutoscalers of one MachineSet fight over its limits")
        .help(format!("delete it right before the first apply: `oc delete machineautoscalers.autoscaling.openshift.io -n openshift-machine-api {autoscaler}`"))
}

/// Without its MachineAutoscaler a pool of a fixed size would be written, which fights with the one on the cluster.
fn not_shown(set: &Set) -> Option<Problem> {
    let autoscaler = set.autoscaler.as_ref().filter(|_| !set.shows_autoscaler)?;
    let message =
        format!("MachineAutoscaler `{autoscaler}` is on the cluster, and not in the dump");
    let fact = format!(
        "annotations of MachineSet `{}` name it and its limits",
        set.name
    );
    Some(
        Problem::new(&rule::NOT_COMPARED, set.place.clone(), message)
            .fact(fact)
            .help("to compare it too, save it and name both files: `oc get machineautoscalers.autoscaling.openshift.io -n openshift-machine-api -o yaml > autoscalers.yaml`"),
    )
}

/// The MachineAutoscaler that a set's annotations speak of.
fn annotated(node: &Node) -> Option<Autoscaler> {
    let annotations = node.at(&["metadata", "annotations"])?;
    let number = |key: &str| annotations.str_at(&[key])?.parse().ok();
    let (_, name) = annotations.str_at(&[SCALED_BY])?.rsplit_once('/')?;
    Some(Autoscaler {
        name: name.to_owned(),
        limits: (number(MIN_SIZE)?, number(MAX_SIZE)?),
    })
}

fn autoscaler(node: &Node) -> Option<(String, Autoscaler)> {
    let target = node.str_at(&["spec", "scaleTargetRef", "name"])?;
    let number = |key| node.at(&["spec", key]).and_then(Node::text)?.parse().ok();
    let autoscaler = Autoscaler {
        name: node.str_at(&["metadata", "name"])?.to_owned(),
        limits: (number("minReplicas").unwrap_or(0), number("maxReplicas")?),
    };
    Some((target.to_owned(), autoscaler))
}

fn set(
    document: &Document<'_>,
    node: Node,
    cloud: &dyn Cloud,
    autoscalers: &BTreeMap<String, Autoscaler>,
) -> Option<Set> {
    if is_made(&node) {
        return None;
    }
    let provider_spec = node.at(&VALUE)?.clone();
    let instance_type = cloud.instance_type(&provider_spec)?.to_owned();
    if !has_gpus(&node, cloud, &instance_type) {
        return None;
    }
    let zone = cloud.zone(&provider_spec).map(str::to_owned);
    let replicas = node.at(&["spec", "replicas"]).and_then(Node::text);
    let shown = autoscalers.get(document.name.as_ref()).cloned();
    let shows_autoscaler = shown.is_some();
    let autoscaler = shown.or_else(|| annotated(&node));
    Some(Set {
        name: document.name.to_string(),
        place: document.place(node.span.clone(), ""),
        replicas: replicas.and_then(|text| text.parse().ok()).unwrap_or(1),
        limits: autoscaler.as_ref().map(|one| one.limits),
        autoscaler: autoscaler.map(|one| one.name),
        shows_autoscaler,
        node,
        provider_spec,
        instance_type,
        zone,
    })
}

/// By the catalogue, by the provider's annotation, or by the autoscaler's label.
fn has_gpus(node: &Node, cloud: &dyn Cloud, instance_type: &str) -> bool {
    if let Some(instance) = cloud.instance(instance_type) {
        return instance.is_nvidia();
    }
    let gpus = node.at(&["metadata", "annotations", "machine.openshift.io/GPU"]);
    let label = [
        "spec",
        "template",
        "spec",
        "metadata",
        "labels",
        ACCELERATOR,
    ];
    gpus.and_then(Node::text).is_some_and(|text| text != "0") || node.at(&label).is_some()
}
