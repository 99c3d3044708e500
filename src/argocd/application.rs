//! What an Application must say that its manifests cannot: which fields others own on the cluster.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{FROM, Owner};
use crate::cloud::FieldPath;
use crate::krm::{Document, Node, Split, emit};
use crate::node_group::{self, KindDef, NodeGroup, Role};
use crate::problem::{Problem, Problems, Severity};

const HEAD: &str = "# Written by `gpu-machineset argocd application`: merge it into the Application, or into `template` of its
# ApplicationSet. Autoscalers own replicas, and the Machine Config Operator owns boot images.
";

/// The part of an Application's spec that a rendered output needs.
///
/// # Errors
/// A set or an autoscaler that cannot be read: without its entry Argo CD and the autoscaler fight over the replicas.
///
/// `warnings` are what a person should see beside it: Argo CD shows no output of a plugin that succeeds, but the entries
/// of `info`.
pub(crate) fn application(
    output: &Split<'_>,
    warnings: &[(String, String)],
) -> Result<String, Vec<Problem>> {
    let mut objects: Vec<(Found, &Document<'_>, Node)> = Vec::new();
    let mut problems = Vec::new();
    for document in &output.documents {
        let Some(found) = node_group::of_document(document) else {
            continue;
        };
        match document.node() {
            Ok(node) => objects.push((found, document, node)),
            Err(unread) => problems.extend(unread),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let entries = ignored_of(&objects);
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
    if !warnings.is_empty() {
        let entry = |(name, value): &(String, String)| {
            Node::map([
                ("name", Node::from(name.as_str())),
                ("value", value.as_str().into()),
            ])
        };
        spec.set("info", warnings.iter().map(entry).collect::<Vec<_>>());
    }
    let spec = emit::block(&Node::map([("spec", spec)]), 0);
    Ok(format!("{HEAD}{spec}"))
}

/// Warnings as entries of `info`: `warning: spot-price`, and what is wrong where.
pub(crate) fn warnings(problems: &Problems) -> Vec<(String, String)> {
    let warnings = problems
        .iter()
        .filter(|problem| problem.severity() == Severity::Warning);
    let entry = |problem: &Problem| {
        let name = format!("warning: {}", problem.rule.slug);
        // a template of an ApplicationSet would look for parameters in it
        let message = problem.message.replace("{{", "{ {");
        (name, format!("{message} ({})", problem.place))
    };
    warnings.map(entry).collect()
}

/// What others write to the objects with machines.
fn ignored_of(objects: &[(Found, &Document<'_>, Node)]) -> Vec<Node> {
    let scaled: BTreeSet<String> = (objects.iter())
        .filter(|((_, def), ..)| def.role == Role::Scaler)
        .filter_map(|((form, _), _, node)| Some(form.scaled(node)?.target))
        .collect();
    let mut entries = Vec::new();
    let mut kept: BTreeMap<(&str, &str), Kept> = BTreeMap::new();
    for ((form, def), document, node) in objects {
        if def.role != Role::Machines {
            continue;
        }
        let known = kept.entry((def.group, def.kind));
        let (_, paths, scaled_by_pool) =
            known.or_insert_with(|| (*def, BTreeSet::new(), BTreeSet::new()));
        paths.extend(form.kept_by_others(node));
        // what Git does not declare is not fought over
        let field = form.scaled_field(node);
        let Some(field) = field.filter(|_| scaled.contains(document.name.as_ref())) else {
            continue;
        };
        match Owner::of_node(node) {
            // a pool has one name on every cluster, and its sets have one each
            Some(owner) => {
                let is_of_pool = format!(".metadata.annotations[\"{FROM}\"] == \"{owner}\"");
                scaled_by_pool.insert(format!("select({is_of_pool}) | {}", field.jq()));
            }
            None => entries.push(ignored(def, Some(document), [field], BTreeSet::new())),
        }
    }
    let kept = kept
        .into_values()
        .filter(|(_, paths, pools)| !paths.is_empty() || !pools.is_empty());
    entries.extend(kept.map(|(def, paths, pools)| ignored(def, None, paths, pools)));
    entries
}

/// Of all objects of a kind: paths, and expressions that are for the sets of one pool.
type Kept = (&'static KindDef, BTreeSet<FieldPath>, BTreeSet<String>);

/// A form and one of its kinds.
type Found = (&'static dyn NodeGroup, &'static KindDef);

fn ignored(
    def: &KindDef,
    one: Option<&Document<'_>>,
    paths: impl IntoIterator<Item = FieldPath>,
    more: BTreeSet<String>,
) -> Node {
    let mut entry = Node::map([("group", Node::from(def.group)), ("kind", def.kind.into())]);
    if let Some(one) = one {
        entry.set("name", one.name.as_ref());
        entry.set("namespace", one.namespace.as_ref());
    }
    let (mut pointers, mut expressions) = (Vec::new(), Vec::new());
    for path in paths {
        match path {
            FieldPath::JsonPointer(pointer) => pointers.push(Node::from(pointer)),
            FieldPath::JqPath(expression) => expressions.push(Node::from(expression)),
        }
    }
    expressions.extend(more.into_iter().map(Node::from));
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
