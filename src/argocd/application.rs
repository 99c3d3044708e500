//! What an Application must say that its manifests cannot: which fields others own on the cluster.

use std::collections::BTreeSet;

use crate::krm::{Document, Node, Source, emit, split};
use crate::platform::boot_image_pointers;

const HEAD: &str = "# Written by `gpu-machineset argocd application`: merge it into the Application, or into `template` of its
# ApplicationSet. Autoscalers own replicas, and the Machine Config Operator owns boot images.
";

/// The part of an Application's spec that a rendered output needs.
pub fn application(output: &str) -> String {
    let source = Source::new("<output>", output);
    let documents = split(&source)
        .map(|split| split.documents)
        .unwrap_or_default();
    let objects: Vec<(&Document<'_>, Node)> = (documents.iter())
        .filter_map(|document| Some((document, document.node().ok()?)))
        .collect();
    let scaled: BTreeSet<&str> = (objects.iter())
        .filter(|(document, _)| document.is("autoscaling.openshift.io", "MachineAutoscaler"))
        .filter_map(|(_, node)| node.str_at(&["spec", "scaleTargetRef", "name"]))
        .collect();
    let mut entries = Vec::new();
    let mut images: BTreeSet<&str> = BTreeSet::new();
    for (document, node) in &objects {
        if !document.is("machine.openshift.io", "MachineSet") {
            continue;
        }
        let provider = ["spec", "template", "spec", "providerSpec", "value", "kind"];
        images.extend(
            node.str_at(&provider)
                .into_iter()
                .flat_map(boot_image_pointers)
                .copied(),
        );
        // what Git does not declare is not fought over
        if scaled.contains(document.name.as_ref()) && node.at(&["spec", "replicas"]).is_some() {
            entries.push(ignored(Some(document), &["/spec/replicas"]));
        }
    }
    if !images.is_empty() {
        let images: Vec<&str> = images.into_iter().collect();
        entries.push(ignored(None, &images));
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
    format!("{HEAD}{}", emit::block(&Node::map([("spec", spec)]), 0))
}

fn ignored(set: Option<&Document<'_>>, pointers: &[&str]) -> Node {
    let mut entry = Node::map([
        ("group", Node::from("machine.openshift.io")),
        ("kind", "MachineSet".into()),
    ]);
    if let Some(set) = set {
        entry.set("name", set.name.as_ref());
        entry.set("namespace", set.namespace.as_ref());
    }
    let pointers: Vec<Node> = pointers
        .iter()
        .map(|pointer| Node::from(*pointer))
        .collect();
    entry.set("jsonPointers", pointers);
    entry
}
