//! Generated objects among the input's: updated in place when they are ours, refused when they are somebody's,
//! appended when they are new.

use std::collections::BTreeMap;

use crate::api::FROM;
use crate::facts::Gathered;
use crate::krm::{Document, Node, Rewrite, Split, is_tool_key};
use crate::manifest::Manifest;
use crate::plan::Plan;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems};

use super::leave;

/// Group, kind, namespace and name: one object of the cluster, whatever the version.
type Identity = (String, String, String, String);

fn identity(document: &Document<'_>) -> Identity {
    let namespace = match document.namespace.as_ref() {
        "" => "default",
        namespace => namespace,
    };
    (
        document.group().to_owned(),
        document.kind.to_string(),
        namespace.to_owned(),
        document.name.to_string(),
    )
}

fn identity_of(node: &Node) -> Identity {
    let text = |path: &[&str]| node.str_at(path).unwrap_or("").to_owned();
    let api_version = text(&["apiVersion"]);
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let namespace = node.str_at(&["metadata", "namespace"]).unwrap_or("default");
    (
        group.to_owned(),
        text(&["kind"]),
        namespace.to_owned(),
        text(&["metadata", "name"]),
    )
}

/// Puts every manifest into the first source that holds a ResourceList or, for bare documents, into the last source.
pub(super) fn objects(
    splits: &[Split<'_>],
    rewrites: &mut [Rewrite<'_, '_>],
    plan: &Plan,
    manifests: &[Manifest],
    problems: &mut Problems,
) {
    let mut there: BTreeMap<Identity, Vec<(usize, usize)>> = BTreeMap::new();
    let kinds: Vec<&str> = manifests
        .iter()
        .filter_map(|manifest| manifest.node.str_at(&["kind"]))
        .collect();
    for (at, split) in splits.iter().enumerate() {
        for (index, document) in split.documents.iter().enumerate() {
            if kinds.contains(&document.kind.as_ref()) {
                there
                    .entry(identity(document))
                    .or_default()
                    .push((at, index));
            }
        }
    }
    let home = splits.iter().rposition(leave::is_input).unwrap_or(0);
    let mut made = BTreeMap::new();
    for manifest in manifests {
        let identity = identity_of(&manifest.node);
        match there.get(&identity).map(Vec::as_slice) {
            None | Some([]) => {
                if let Some(rewrite) = rewrites.get_mut(home) {
                    rewrite.append(manifest.node.clone());
                }
            }
            Some([(at, index), ..]) => {
                if let (Some(split), Some(rewrite)) = (splits.get(*at), rewrites.get_mut(*at)) {
                    update(split, *index, manifest, plan, rewrite, problems);
                }
            }
        }
        made.insert(identity, manifest);
    }
    stale(splits, plan, &made, problems);
}

fn update(
    split: &Split<'_>,
    index: usize,
    manifest: &Manifest,
    plan: &Plan,
    rewrite: &mut Rewrite<'_, '_>,
    problems: &mut Problems,
) {
    let Some(document) = split.documents.get(index) else {
        return;
    };
    let Some(existing) = problems.take(document.node()) else {
        return;
    };
    let owner = existing
        .at(&["metadata", "annotations", FROM])
        .and_then(Node::text);
    if owner != Some(manifest.from.as_str()) {
        let place = document.place(existing.span.clone(), "metadata.name");
        let whose = owner.map_or_else(
            || "not made by us".to_owned(),
            |owner| format!("made from {owner}"),
        );
        let message = format!(
            "{} `{}` is there already and {whose}",
            document.kind, document.name
        );
        let mut problem = Problem::new(&rule::FOREIGN_OBJECT, place, message);
        if let Some(pool) = plan.pools.get(manifest.pool) {
            problem = problem.fact(format!(
                "GpuMachineSet `{}` at {} makes an object of this name",
                pool.name, pool.place
            ));
        }
        problems.push(problem.help(format!(
            "to hand it over, annotate it: `{FROM}: {}`; else rename ours with `spec.nameTemplate`",
            manifest.from
        )));
        return;
    }
    let mut updated = manifest.node.clone();
    keep_bookkeeping(&existing, &mut updated);
    if updated.to_json() != existing.to_json() {
        rewrite.replace(index, updated);
    }
}

/// Annotations by which kustomize and kpt find the item again.
fn keep_bookkeeping(existing: &Node, updated: &mut Node) {
    for entry in existing
        .at(&["metadata", "annotations"])
        .map(Node::entries)
        .unwrap_or_default()
    {
        if is_tool_key(&entry.key) {
            updated
                .make(&["metadata", "annotations"])
                .set(&entry.key, entry.value.clone());
        }
    }
}

fn stale(
    splits: &[Split<'_>],
    plan: &Plan,
    made: &BTreeMap<Identity, &Manifest>,
    problems: &mut Problems,
) {
    let pools: Vec<String> = plan.pools.iter().map(crate::plan::Pool::from).collect();
    for document in splits
        .iter()
        .filter(|split| leave::is_input(split))
        .flat_map(|split| &split.documents)
    {
        let ours = matches!(document.kind.as_ref(), "MachineSet" | "MachineAutoscaler");
        if !ours || made.contains_key(&identity(document)) {
            continue;
        }
        let Ok(node) = document.node() else { continue };
        let owner = node
            .at(&["metadata", "annotations", FROM])
            .and_then(Node::text)
            .unwrap_or("");
        if pools.iter().any(|pool| pool == owner) {
            let message = format!(
                "{} `{}` was made from {owner}, which does not make it any more",
                document.kind, document.name
            );
            let problem = Problem::new(
                &rule::STALE_OBJECT,
                document.place(node.span.clone(), "metadata.name"),
                message,
            );
            problems.push(problem.help("scale it to 0 and delete it when its machines may go"));
        }
    }
}

/// Placeholders, local-config objects and facts that must not reach the cluster.
pub(super) fn leftovers(
    splits: &[Split<'_>],
    rewrites: &mut [Rewrite<'_, '_>],
    gathered: &Gathered,
    krm: bool,
    problems: &mut Problems,
) {
    let mut applied = Vec::new();
    for (at, (split, rewrite)) in splits.iter().zip(rewrites).enumerate() {
        for (index, document) in split.documents.iter().enumerate() {
            let used = gathered.used.contains(&(at, index));
            match leave::fate(document, used, krm) {
                leave::Fate::Stays => {}
                leave::Fate::Goes => rewrite.remove(index),
                leave::Fate::StaysWithWarning => applied.push(document),
            }
        }
    }
    problems.extend(would_be_applied(&applied));
}

/// One warning for all of them: a dump holds hundreds.
fn would_be_applied(documents: &[&Document<'_>]) -> Option<Problem> {
    const SHOWN: usize = 3;
    let first = documents.first()?;
    let names: Vec<String> = documents
        .iter()
        .take(SHOWN)
        .map(|document| format!("{} `{}`", document.kind, document.name))
        .collect();
    let more = match documents.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let verb = if documents.len() == 1 {
        "serves"
    } else {
        "serve"
    };
    let message = format!(
        "{}{more} only {verb} as facts, and would be applied",
        names.join(", ")
    );
    let place = first.place(first.range.start..first.range.start, "metadata.annotations");
    let problem = Problem::new(&rule::FACT_WOULD_BE_APPLIED, place, message);
    Some(problem.help("annotate them: `config.kubernetes.io/local-config: \"true\"`"))
}

/// Under kustomize's `validators:` every item that is returned counts as changed: an empty list passes.
pub(super) fn nothing<'s, 'a>(splits: &'s [Split<'a>], rewrites: &mut [Rewrite<'s, 'a>]) {
    for (split, rewrite) in splits.iter().zip(rewrites) {
        *rewrite = Rewrite::new(split);
        (0..split.documents.len()).for_each(|index| rewrite.remove(index));
    }
}
