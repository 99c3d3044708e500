//! Generated objects among the input's: updated in place when they are ours, refused when they are somebody's,
//! appended when they are new.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::api::{FROM, OurKind, Owner};
use crate::facts::Gathered;
use crate::krm::{Document, Node, ObjectId, is_tool_key};
use crate::plan::Made;
use crate::plan::Plan;
use crate::plan::Platform;
use crate::problem::rules::{krm as krm_rule, pool as rule};
use crate::problem::{Problem, Problems};

use super::changes::Changes;
use super::existing::{Existing, Standing};
use crate::expand::what_leaves;

/// Tool annotations that an updated object loses.
const NOT_KEPT: [&str; 3] = [
    "argocd.argoproj.io/tracking-id",
    "config.kubernetes.io/local-config",
    "kubectl.kubernetes.io/last-applied-configuration",
];

/// What merging looks at.
pub(super) struct Merge<'r, 's, 'a> {
    pub(super) existing: &'r Existing<'s, 'a>,
    pub(super) plan: &'r Plan,
    pub(super) gathered: &'r Gathered,
    pub(super) krm: bool,
    /// The source that new objects go to: the ResourceList, or the last one of bare documents.
    pub(super) home: usize,
}

impl Merge<'_, '_, '_> {
    /// Decides for every manifest where it comes to stand. Gives what stands there then.
    pub(super) fn objects(
        &self,
        manifests: &[Made],
        changes: &mut Changes,
        problems: &mut Problems,
    ) -> BTreeSet<ObjectId> {
        let kinds = manifests
            .iter()
            .filter_map(|made| made.node.str_at(&["kind"]));
        let there = self.existing.of_kinds(&kinds.collect::<Vec<_>>());
        let mut made = BTreeSet::new();
        for manifest in manifests {
            let identity = ObjectId::from(manifest.node.as_ref());
            let same = there.get(&identity).map(Vec::as_slice).unwrap_or_default();
            let mut ours = self.ours(same, manifest, problems).into_iter();
            match ours.next() {
                None => changes.append(self.home, Rc::clone(&manifest.node)),
                Some((first, existing)) => {
                    if let Some(updated) = updated(&existing, manifest) {
                        changes.replace(first.id, updated);
                    }
                    let twice = |(other, existing): (&Standing<'_, '_>, Rc<Node>)| {
                        duplicate(first.document, other.document, &existing)
                    };
                    problems.extend(ours.map(twice));
                }
            }
            made.insert(identity);
        }
        made
    }

    /// Those of one identity that are ours to write, with a problem for each that is not.
    fn ours<'t, 's, 'a>(
        &self,
        same: &[&'t Standing<'s, 'a>],
        manifest: &Made,
        problems: &mut Problems,
    ) -> Vec<(&'t Standing<'s, 'a>, Rc<Node>)> {
        let mut ours = Vec::new();
        for one in same {
            let Some(node) = one.node(problems) else {
                continue;
            };
            let of_another = || of_another_cluster(self.gathered, one.id.0, manifest, self.plan);
            if !one.is_delivered() && of_another() {
                continue;
            }
            if let Some(problem) = foreign(one.document, &node, manifest, self.plan) {
                problems.push(problem);
            } else if self.krm || one.is_input && !one.is_live() {
                ours.push((*one, node));
            }
        }
        ours
    }
}

/// Whether an object of a dump is of a cluster that does not get this one of ours.
fn of_another_cluster(gathered: &Gathered, source: usize, manifest: &Made, plan: &Plan) -> bool {
    let Some(cluster) = gathered.sources.get(&source) else {
        return false;
    };
    let makes = |one: &Platform| one.makes(&manifest.node, cluster);
    let is_of_platform = manifest.from.is(OurKind::GpuPlatform);
    if !is_of_platform {
        return manifest.pool.is_none() && !manifest.cluster.is(cluster);
    }
    !plan.platforms.iter().any(makes)
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
    // models share runtimes, and the first of them is what one is made from
    let of_a_model = |owner: &Owner| owner.is(OurKind::GpuModel);
    let shared = document.kind == "ServingRuntime"
        && of_a_model(&manifest.from)
        && owner.as_ref().is_some_and(of_a_model);
    if owner.as_ref() == Some(&manifest.from) || renamed || shared {
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
    Some(ways_out(problem, document, manifest))
}

/// What to do about an object of the name of ours.
fn ways_out(problem: Problem, document: &Document<'_>, manifest: &Made) -> Problem {
    let (kind, name) = (&document.kind, &document.name);
    let from = &manifest.from;
    let is_of_openstack = from.is(OurKind::OpenStackGpu);
    // what people put into it would be gone without a word
    let loses = if is_of_openstack {
        "; ours then replaces all that it says"
    } else {
        ""
    };
    let problem = if what_leaves::is_live(document) {
        let resource = kind.to_lowercase();
        problem.help(format!("to hand it over: `oc annotate {resource} -n {} {name} {FROM}={from}`, then capture the facts again{loses}", document.namespace))
    } else {
        problem.help(format!(
            "to hand it over, annotate it: `{FROM}: {from}`{loses}"
        ))
    };
    match manifest.pool {
        None if is_of_openstack && *kind == "OpenStackDataPlaneService" => problem.help(format!(
            "to keep it, rename it, as `{name}-own`, here and in the `services` of its NodeSets: ours comes beside it"
        )),
        Some(_) => problem.help("else name ours differently with `spec.nameTemplate`"),
        None if is_of_openstack
            || from.is(OurKind::GpuAccess)
            || from.is(OurKind::GpuModel) =>
        {
            problem.help("else rename or remove it")
        }
        None => problem.help("else remove it, or its operator from the GpuPlatform"),
    }
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

/// What an object becomes; `None` where it is that already.
fn updated(existing: &Node, manifest: &Made) -> Option<Node> {
    let mut updated = Node::clone(&manifest.node);
    keep_bookkeeping(existing, &mut updated);
    (updated.to_json() != existing.to_json()).then_some(updated)
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
