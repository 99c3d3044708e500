//! Generated objects among the input's: updated in place when they are ours, refused when they are somebody's,
//! appended when they are new.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::api::{FROM, OurKind, Owner};
use crate::facts::Gathered;
use crate::krm::{Document, Node, ObjectId, Rewrite, Split, is_tool_key};
use crate::plan::Made;
use crate::plan::Plan;
use crate::plan::Platform;
use crate::problem::rules::{krm as krm_rule, pool as rule};
use crate::problem::{Problem, Problems};

use super::stale;
use crate::expand::what_leaves;

/// Tool annotations that an updated object loses.
const NOT_KEPT: [&str; 3] = [
    "argocd.argoproj.io/tracking-id",
    "config.kubernetes.io/local-config",
    "kubectl.kubernetes.io/last-applied-configuration",
];

/// Puts every manifest into the first source that holds a ResourceList or, for bare documents, into the last source.
/// Gives what stands there now.
pub(super) fn objects(
    splits: &[Split<'_>],
    rewrites: &mut [Rewrite<'_, '_>],
    plan: &Plan,
    manifests: &[Made],
    (gathered, krm): (&Gathered, bool),
    problems: &mut Problems,
) -> BTreeSet<ObjectId> {
    let there = standing(splits, manifests);
    let home = splits.iter().rposition(what_leaves::is_input).unwrap_or(0);
    let mut made = BTreeSet::new();
    for manifest in manifests {
        let identity = ObjectId::from(manifest.node.as_ref());
        let mut stands = Vec::new();
        for (at, index) in there.get(&identity).into_iter().flatten() {
            let document = splits
                .get(*at)
                .and_then(|split| split.documents.get(*index));
            let Some((document, existing)) =
                document.and_then(|document| Some((document, problems.take(document.node())?)))
            else {
                continue;
            };
            let delivered = splits.get(*at).is_some_and(what_leaves::is_input)
                && !what_leaves::is_live(document)
                && !what_leaves::is_local_config(document);
            if !delivered && of_another_cluster(gathered, *at, manifest, plan) {
                continue;
            }
            if let Some(problem) = foreign(document, &existing, manifest, plan) {
                problems.push(problem);
            } else if krm
                || !(what_leaves::is_live(document)
                    || splits
                        .get(*at)
                        .is_none_or(|split| !what_leaves::is_input(split)))
            {
                stands.push((*at, *index, document, existing));
            }
        }
        let mut stands = stands.into_iter();
        match stands.next() {
            None => {
                if let Some(rewrite) = rewrites.get_mut(home) {
                    rewrite.append(Rc::clone(&manifest.node));
                }
            }
            Some((at, index, first, existing)) => {
                if let Some(rewrite) = rewrites.get_mut(at) {
                    update(index, &existing, manifest, rewrite);
                }
                problems.extend(
                    stands.map(|(_, _, other, existing)| duplicate(first, other, &existing)),
                );
            }
        }
        made.insert(identity);
    }
    stale::check(splits, krm, plan, &made, problems);
    made
}

/// Documents of the kinds that are made, by identity.
fn standing(splits: &[Split<'_>], manifests: &[Made]) -> BTreeMap<ObjectId, Vec<(usize, usize)>> {
    let mut there: BTreeMap<ObjectId, Vec<(usize, usize)>> = BTreeMap::new();
    let kinds: Vec<&str> = manifests
        .iter()
        .filter_map(|manifest| manifest.node.str_at(&["kind"]))
        .collect();
    for (at, split) in splits.iter().enumerate() {
        for (index, document) in split.documents.iter().enumerate() {
            if kinds.contains(&document.kind.as_ref()) {
                there
                    .entry(ObjectId::from(document))
                    .or_default()
                    .push((at, index));
            }
        }
    }
    there
}

/// Whether an object of a dump is of a cluster that does not get this one of ours.
fn of_another_cluster(gathered: &Gathered, source: usize, manifest: &Made, plan: &Plan) -> bool {
    let Some(cluster) = gathered.sources.get(&source) else {
        return false;
    };
    let makes = |one: &Platform| one.makes(&manifest.node, cluster);
    manifest.pool.is_none() && !plan.platforms.iter().any(makes)
}

/// Why an object of the name of ours cannot be taken over.
fn foreign(
    document: &Document<'_>,
    existing: &Node,
    manifest: &Made,
    plan: &Plan,
) -> Option<Problem> {
    let owner = Owner::of_node(existing);
    let of_a_platform = |owner: &Owner| owner.is(OurKind::GpuPlatform);
    let renamed = of_a_platform(&manifest.from) && owner.as_ref().is_some_and(of_a_platform);
    if owner.as_ref() == Some(&manifest.from) || renamed {
        return None;
    }
    let (kind, name) = (&document.kind, &document.name);
    let whose = owner.map_or_else(
        || "not made by us".to_owned(),
        |owner| format!("made from {owner}"),
    );
    let place = document.place(existing.span.clone(), "metadata.name");
    let mut problem = Problem::new(
        &rule::FOREIGN_OBJECT,
        place,
        format!("{kind} `{name}` is there already and {whose}"),
    );
    if let Some(pool) = manifest.pool.and_then(|pool| plan.pools.get(pool)) {
        problem = problem.fact(format!(
            "GpuMachineSet `{}` at {} makes an object of this name",
            pool.name, pool.place
        ));
    }
    let from = &manifest.from;
    problem = if what_leaves::is_live(document) {
        let resource = kind.to_lowercase();
        problem.help(format!("to hand it over: `oc annotate {resource} -n {} {name} {FROM}={from}`, then capture the facts again", document.namespace))
    } else {
        problem.help(format!("to hand it over, annotate it: `{FROM}: {from}`"))
    };
    Some(match manifest.pool {
        Some(_) => problem.help("else name ours differently with `spec.nameTemplate`"),
        None => problem.help("else remove it, or its operator from the GpuPlatform"),
    })
}

fn duplicate(first: &Document<'_>, other: &Document<'_>, existing: &Node) -> Problem {
    let message = format!("{} `{}` stands twice in the input", other.kind, other.name);
    let place = other.place(existing.span.clone(), "metadata.name");
    Problem::new(&krm_rule::DUPLICATE_OBJECT, place, message)
        .fact(format!(
            "the first is at {}",
            first.place(first.range.clone(), "")
        ))
        .help("remove one of them")
}

fn update(index: usize, existing: &Node, manifest: &Made, rewrite: &mut Rewrite<'_, '_>) {
    let mut updated = Node::clone(&manifest.node);
    keep_bookkeeping(existing, &mut updated);
    if updated.to_json() != existing.to_json() {
        rewrite.replace(index, updated);
    }
}

/// Annotations by which kustomize and kpt find the item again. Not those that would keep it from being applied, or
/// that only a server writes: a dump of our own sets may stand among the facts.
fn keep_bookkeeping(existing: &Node, updated: &mut Node) {
    for entry in existing
        .at(&["metadata", "annotations"])
        .map(Node::entries)
        .unwrap_or_default()
    {
        if is_tool_key(&entry.key) && !NOT_KEPT.contains(&entry.key.as_str()) {
            updated
                .make(&["metadata", "annotations"])
                .set(&entry.key, entry.value.clone());
        }
    }
}

/// Under kustomize's `validators:` every item that is returned counts as changed: an empty list passes.
pub(super) fn nothing<'s, 'a>(splits: &'s [Split<'a>], rewrites: &mut [Rewrite<'s, 'a>]) {
    for (split, rewrite) in splits.iter().zip(rewrites) {
        *rewrite = Rewrite::new(split);
        (0..split.documents.len()).for_each(|index| rewrite.remove(index));
    }
}
