//! What an Application must say that its manifests cannot: which fields others own on the cluster.

use std::collections::BTreeSet;

use crate::cloud::{self, FieldPath};
use crate::krm::{Document, Node, Split, emit};
use crate::problem::Problem;

const AUTOSCALING: &str = "autoscaling.openshift.io";
const MACHINES: &str = "machine.openshift.io";

const HEAD: &str = "# Written by `gpu-machineset argocd application`: merge it into the Application, or into `template` of its
# ApplicationSet. Autoscalers own replicas, and the Machine Config Operator owns boot images.
";

/// The part of an Application's spec that a rendered output needs.
///
/// # Errors
/// A set or an autoscaler that cannot be read: without its entry Argo CD and the autoscaler fight over the replicas.
pub fn application(output: &Split<'_>) -> Result<String, Vec<Problem>> {
    let mut objects: Vec<(&Document<'_>, Node)> = Vec::new();
    let mut problems = Vec::new();
    for document in output.documents.iter().filter(|one| is_looked_at(one)) {
        match document.node() {
            Ok(node) => objects.push((document, node)),
            Err(unread) => problems.extend(unread),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let scaled: BTreeSet<&str> = (objects.iter())
        .filter(|(document, _)| document.is(AUTOSCALING, "MachineAutoscaler"))
        .filter_map(|(_, node)| node.str_at(&["spec", "scaleTargetRef", "name"]))
        .collect();
    let mut entries = Vec::new();
    let mut images: BTreeSet<FieldPath> = BTreeSet::new();
    for (document, node) in &objects {
        if !document.is(MACHINES, "MachineSet") {
            continue;
        }
        let spec = node.at(&["spec", "template", "spec", "providerSpec", "value"]);
        if let Some(cloud) = spec.and_then(cloud::of_spec) {
            images.extend(cloud.profile().boot_images);
        }
        // what Git does not declare is not fought over
        if scaled.contains(document.name.as_ref()) && node.at(&["spec", "replicas"]).is_some() {
            let replicas = FieldPath::JsonPointer("/spec/replicas");
            entries.push(ignored(Some(document), [replicas]));
        }
    }
    if !images.is_empty() {
        entries.push(ignored(None, images));
    }
    let ignores = !entries.is_empty();
    let mut spec = Node::map::<String>([]);
    if ignores {
        spec.set("ignoreDifferences", entries);
    }
    let mut policy = Node::map::<String>([]);
    if ignores {
        // without it a sync writes the ignored fields all the same
        policy.set(
            "syncOptions",
            vec![Node::from("RespectIgnoreDifferences=true")],
        );
    }
    let unlimited = Node::from_json(&serde_json::json!({"limit": -1}));
    policy.set("retry", unlimited);
    spec.set("syncPolicy", policy);
    let spec = emit::block(&Node::map([("spec", spec)]), 0);
    Ok(format!("{HEAD}{spec}"))
}

fn is_looked_at(document: &Document<'_>) -> bool {
    document.is(AUTOSCALING, "MachineAutoscaler") || document.is(MACHINES, "MachineSet")
}

fn ignored(set: Option<&Document<'_>>, paths: impl IntoIterator<Item = FieldPath>) -> Node {
    let mut entry = Node::map([
        ("group", Node::from(MACHINES)),
        ("kind", "MachineSet".into()),
    ]);
    if let Some(set) = set {
        entry.set("name", set.name.as_ref());
        entry.set("namespace", set.namespace.as_ref());
    }
    let (mut pointers, mut expressions) = (Vec::new(), Vec::new());
    for path in paths {
        match path {
            FieldPath::JsonPointer(pointer) => pointers.push(Node::from(pointer)),
            FieldPath::JqPath(expression) => expressions.push(Node::from(expression)),
        }
    }
    for (key, paths) in [
        ("jsonPointers", pointers),
        ("jqPathExpressions", expressions),
    ] {
        if !paths.is_empty() {
            entry.set(key, paths);
        }
    }
    entry
}
