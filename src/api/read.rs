//! From a document to a typed placeholder: the schema walk first, serde only when it found nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::DeserializeOwned;

use super::accept::ACCEPT;
use super::cluster_facts::ClusterFactsSpec;
use super::gpu_machine_set::GpuMachineSetSpec;
use super::gpu_platform::GpuPlatformSpec;
use super::overrides::{Beside, Overridden, relocate};
use super::{OurKind, Schema, carried, salvage, validate};
use crate::krm::{Document, Entry, Node, is_tool_key};
use crate::problem::rules::api as rule;
use crate::problem::{Place, Problem};

/// Marks a resource that never reaches a cluster. kustomize and kpt drop it for every value but `false`.
pub(crate) const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// A placeholder or facts, read.
#[derive(Clone, Debug)]
pub struct Read<T> {
    /// `metadata.name`.
    pub name: String,
    /// The typed spec.
    pub spec: T,
    /// The whole object, for places of its fields: see [`place`].
    pub node: Node,
    /// Its own labels, which go onto all that it produces.
    pub labels: BTreeMap<String, String>,
    /// Its own annotations without bookkeeping, which go onto all that it produces.
    pub annotations: BTreeMap<String, String>,
    /// Whether it is marked `config.kubernetes.io/local-config`.
    pub local_config: bool,
    /// Fields that were given beside the placeholder and stand in `node` and `spec`.
    pub overridden: Vec<Overridden>,
}

/// Reads a `GpuMachineSet`.
///
/// # Errors
/// Every problem of the document at once.
pub fn read_gpu_machine_set(document: &Document) -> Result<Read<GpuMachineSetSpec>, Vec<Problem>> {
    read(document, OurKind::GpuMachineSet)
}

/// Reads a `ClusterFacts`.
///
/// # Errors
/// Every problem of the document at once.
pub fn read_cluster_facts(document: &Document) -> Result<Read<ClusterFactsSpec>, Vec<Problem>> {
    read(document, OurKind::ClusterFacts)
}

/// Reads a `GpuPlatform`.
///
/// # Errors
/// Every problem of the document at once.
pub fn read_gpu_platform(document: &Document) -> Result<Read<GpuPlatformSpec>, Vec<Problem>> {
    read(document, OurKind::GpuPlatform)
}

/// Reads a `GpuPlatform` that may have problems: beside them, what is right of it, so that a run with a misspelt
/// operator also tells of a channel that is not there. Nothing may be rendered of it then.
pub(crate) fn examine_gpu_platform(
    document: &Document,
) -> (Option<Read<GpuPlatformSpec>>, Vec<Problem>) {
    let node = match document.node() {
        Ok(node) => node,
        Err(problems) => return (None, problems),
    };
    examine(
        document,
        &node,
        OurKind::GpuPlatform,
        salvage::rest_of_platform,
    )
}

/// Reads a placeholder of any kind whole: nothing of it can be judged while a part of it is wrong.
pub(crate) fn examine_all<T: DeserializeOwned>(
    document: &Document,
    kind: OurKind,
) -> (Option<Read<T>>, Vec<Problem>) {
    let whole = |node: &Node, problems: &[Problem]| problems.is_empty().then(|| node.clone());
    match document.node() {
        Ok(node) => examine(document, &node, kind, whole),
        Err(problems) => (None, problems),
    }
}

fn read<T: DeserializeOwned>(document: &Document, kind: OurKind) -> Result<Read<T>, Vec<Problem>> {
    let node = document.node()?;
    let problems = validate::validate(document, &node, Schema::of(kind));
    if problems.is_empty() {
        typed(document, node)
    } else {
        Err(problems)
    }
}

/// Reads a `GpuMachineSet` that may have problems: beside them, what is right of it when the rest can be judged
/// without what is wrong, so that a run with a misspelt label also tells of a zone outside the region. Nothing may be
/// rendered of it then. Fields that are given beside it count as written.
pub(crate) fn examine_gpu_machine_set(
    document: &Document,
    beside: &Beside<'_>,
) -> (Option<Read<GpuMachineSetSpec>>, Vec<Problem>) {
    let mut node = match document.node() {
        Ok(node) => node,
        Err(problems) => return (None, problems),
    };
    let overridden = beside.apply(&document.name, &mut node);
    let (read, problems) = examine(document, &node, OurKind::GpuMachineSet, salvage::rest);
    let located = |problem| relocate(problem, &overridden);
    let problems = problems.into_iter().map(located).collect();
    let read = read.map(|read| Read { overridden, ..read });
    (read, problems)
}

/// Every problem, and what `salvage` leaves of the object.
fn examine<T: DeserializeOwned>(
    document: &Document,
    node: &Node,
    kind: OurKind,
    salvage: fn(&Node, &[Problem]) -> Option<Node>,
) -> (Option<Read<T>>, Vec<Problem>) {
    let problems = validate::validate(document, node, Schema::of(kind));
    let rest = salvage(node, &problems);
    let (read, mut problems) = match rest.map(|rest| typed(document, rest)) {
        Some(Ok(read)) => (Some(read), problems),
        Some(Err(failed)) if problems.is_empty() => (None, failed),
        _ => (None, problems),
    };
    // nothing else depends on it
    problems.extend(carried::check(document, node, kind));
    (read, problems)
}

fn typed<T: DeserializeOwned>(document: &Document, node: Node) -> Result<Read<T>, Vec<Problem>> {
    let spec = match node.get("spec") {
        Some(spec) => spec.to_json(),
        None => serde_json::json!({}),
    };
    let spec = serde_json::from_value(spec).map_err(|error| {
        let place = place(document, &node, "spec");
        vec![Problem::new(&rule::INVALID_VALUE, place, error.to_string())]
    })?;
    let (labels, annotations) = own_metadata(&node);
    let local_config = node
        .at(&["metadata", "annotations", LOCAL_CONFIG])
        .and_then(Node::text)
        .is_some_and(|value| value != "false");
    Ok(Read {
        name: node
            .str_at(&["metadata", "name"])
            .unwrap_or_default()
            .to_owned(),
        spec,
        labels,
        annotations,
        local_config,
        overridden: Vec::new(),
        node,
    })
}

/// Labels and annotations of an object, without what kustomize, kpt, kubectl and Argo CD keep there for themselves.
pub(super) fn own_metadata(node: &Node) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let read = |field: &str| {
        let entries = node.at(&["metadata", field]).map_or(&[][..], Node::entries);
        let is_own = |entry: &&Entry| !is_tool_key(&entry.key) && entry.key != ACCEPT;
        let own = entries.iter().filter(is_own);
        let pair = |entry: &Entry| Some((entry.key.clone(), entry.value.text()?.to_owned()));
        own.filter_map(pair).collect()
    };
    (read("labels"), read("annotations"))
}

/// The place of a field of a read document, by its path (`spec.zones[1]`, `spec.labels["a.b/c"]`). A field that is
/// not written is shown at its nearest parent that is; the path stays the one asked for.
pub(crate) fn place(document: &Document, node: &Node, path: &str) -> Place {
    document.place(spans(node, path).1, path)
}

/// The place of the name of a field, for problems with the field itself, not with its value.
pub(crate) fn key_place(document: &Document, node: &Node, path: &str) -> Place {
    document.place(spans(node, path).0, path)
}

/// Where a field's name stands, and where its value does; the name's span again for a value that is nothing or a
/// collection.
fn spans(node: &Node, path: &str) -> (Range<usize>, Range<usize>) {
    let mut node = node;
    let mut spans = (node.span.clone(), node.span.clone());
    for step in steps(path) {
        let found = match &step {
            Step::Key(key) => node.entry(key).map(|entry| {
                let key = entry.key_span.clone();
                let empty = entry.value.span.is_empty();
                let value = if empty || entry.value.text().is_none() {
                    key.clone()
                } else {
                    entry.value.span.clone()
                };
                ((key, value), &entry.value)
            }),
            Step::Index(index) => node
                .items()
                .get(*index)
                .map(|item| ((item.span.clone(), item.span.clone()), item)),
        };
        let Some((shown, child)) = found else { break };
        (spans, node) = (shown, child);
    }
    spans
}

enum Step {
    Key(String),
    Index(usize),
}

fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let (key, after) = quoted.split_once("\"]").unwrap_or((quoted, ""));
            steps.push(Step::Key(key.to_owned()));
            rest = after;
        } else if let Some(bracket) = rest.strip_prefix('[') {
            let (index, after) = bracket.split_once(']').unwrap_or((bracket, ""));
            steps.push(match index.parse() {
                Ok(index) => Step::Index(index),
                Err(_) => Step::Key(index.to_owned()),
            });
            rest = after;
        } else {
            let word = rest.strip_prefix('.').unwrap_or(rest);
            let end = word.find(['.', '[']).unwrap_or(word.len());
            let (key, after) = word.split_at(end);
            if !key.is_empty() {
                steps.push(Step::Key(key.to_owned()));
            }
            rest = after;
        }
    }
    steps
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::krm::Source;

    pub(in crate::api) fn source(text: &str) -> Source {
        Source::new("a.yaml", text)
    }

    /// The only document of a source.
    pub(in crate::api) fn document(source: &Source) -> Document<'_> {
        Document::whole(source).identified()
    }

    const POOL: &str = r#"apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata:
  name: l4
  labels: {team: vision}
  annotations:
    config.kubernetes.io/local-config: "true"
    internal.config.kubernetes.io/previousNames: x
    config.kubernetes.io/index: '0'
    argocd.argoproj.io/sync-wave: "10"
spec:
  instanceType: g6.4xlarge
  zones: [us-east-2a, us-east-2b]
  labels: {a.b/c: x}
  replicas: 1
"#;

    #[test]
    fn a_placeholder_is_read_with_its_own_metadata() {
        let source = source(POOL);
        let read = read_gpu_machine_set(&document(&source)).expect("is right");
        assert_eq!(read.name, "l4");
        assert_eq!(read.spec.replicas, Some(1));
        assert!(read.local_config);
        let own: Vec<_> = read.annotations.keys().map(String::as_str).collect();
        assert_eq!(own, ["argocd.argoproj.io/sync-wave"]);
        assert_eq!(read.labels["team"], "vision");
    }

    #[test]
    fn places_are_those_of_the_fields_or_their_nearest_parent() {
        let source = source(POOL);
        let document = document(&source);
        let node = document.node().expect("parses");
        let at = |path: &str| place(&document, &node, path).to_string();
        assert_eq!(at("spec.zones[1]"), "a.yaml:13:23");
        assert_eq!(at("spec.zones"), "a.yaml:13:3");
        assert_eq!(at("spec.zones[7]"), "a.yaml:13:3");
        assert_eq!(at("spec.labels[\"a.b/c\"]"), "a.yaml:14:19");
        assert_eq!(at("spec.rootVolume.sizeGiB"), "a.yaml:11:1");
        assert_eq!(at("metadata.name"), "a.yaml:4:9");
    }
}
