//! The GPU sets of a dump, with their autoscalers.

use std::collections::BTreeMap;

use crate::adopt::Choice;
use crate::api::owner::is_made;
use crate::cloud::Cloud;
use crate::cluster::ClusterFacts;
use crate::krm::{Document, Node, Split};
use crate::node_group::{self, NodeGroup};
use crate::problem::rules::migrate as rule;
use crate::problem::{Place, Problem, Problems};
use crate::types::machine_api::ACCELERATOR;

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
    (cloud, cluster): (&dyn Cloud, &ClusterFacts),
    choice: &Choice<'_>,
    problems: &mut Problems,
) -> Vec<Set> {
    let documents = || splits.iter().flat_map(|split| &split.documents);
    let scalers = documents().filter_map(|one| Some((node_group::scaler(one)?, one)));
    let mut autoscalers: BTreeMap<String, Autoscaler> = BTreeMap::new();
    for (form, document) in scalers {
        if let Some((target, autoscaler)) = (problems.take(document.node()).as_ref())
            .and_then(|node| autoscaler(form, document, node))
        {
            autoscalers.insert(target, autoscaler);
        }
    }
    let mut sets: BTreeMap<String, Set> = BTreeMap::new();
    let with_machines = documents().filter_map(|one| Some((node_group::with_machines(one)?, one)));
    for (form, document) in with_machines {
        if choice.except.iter().any(|name| document.name == *name) {
            continue;
        }
        let Some(set) = problems
            .take(document.node())
            .and_then(|node| set(form, document, node, (cloud, cluster, &autoscalers)))
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

fn autoscaler(
    form: &dyn NodeGroup,
    document: &Document<'_>,
    node: &Node,
) -> Option<(String, Autoscaler)> {
    let scaled = form.scaled(node)?;
    let autoscaler = Autoscaler {
        name: document.name.to_string(),
        limits: (scaled.min.unwrap_or(0), scaled.max),
    };
    Some((scaled.target, autoscaler))
}

fn set(
    form: &dyn NodeGroup,
    document: &Document<'_>,
    node: Node,
    (cloud, cluster, autoscalers): (&dyn Cloud, &ClusterFacts, &BTreeMap<String, Autoscaler>),
) -> Option<Set> {
    if is_made(&node) {
        return None;
    }
    let shown = form.shows(&node);
    let provider_spec = shown.provider_spec?.clone();
    let instance_type = cloud.instance_type(&provider_spec)?.into_owned();
    if !cloud.attaches_gpus(&provider_spec) && !has_gpus(&node, cloud, &instance_type) {
        return None;
    }
    let zone = cloud.zone_of(&provider_spec, cluster).map(str::to_owned);
    let replicas = shown.replicas.unwrap_or(1);
    let shown = autoscalers.get(document.name.as_ref()).cloned();
    let shows_autoscaler = shown.is_some();
    let autoscaler = shown.or_else(|| annotated(&node));
    Some(Set {
        name: document.name.to_string(),
        place: document.place(node.span.clone(), ""),
        replicas,
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
