//! Objects of an earlier run that nothing makes any more. They stay, and are reported: deleting a MachineSet deletes its
//! machines, and deleting a Subscription leaves its operator running.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{GROUP, OurKind, Owner};
use crate::krm::{Document, ObjectId, Split};
use crate::node_group;
use crate::plan::Plan;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems, first_of};

use crate::expand::what_leaves;

/// By this annotation kustomize finds an item of a plugin again: the item is one of a build.
const OF_A_BUILD: &str = "kustomize.config.k8s.io/id";
/// Objects that a message names.
const SHOWN: usize = 3;

/// Reports what is certainly made no more, and says of which objects nobody here can know.
pub(super) fn check(
    splits: &[Split<'_>],
    krm: bool,
    plan: &Plan,
    made: &BTreeSet<ObjectId>,
    problems: &mut Problems,
) {
    let owners = plan.owners();
    // what an error keeps from being planned is not gone
    let failed = problems.has_errors();
    // a platform of another transformer is not seen by pools
    let complete = plan.has_platform() && !failed;
    let whole = !failed && is_whole(splits, krm);
    let mut unseen: BTreeMap<Owner, Vec<&Document<'_>>> = BTreeMap::new();
    let inputs = splits.iter().filter(|split| what_leaves::is_input(split));
    for document in inputs.flat_map(|split| &split.documents) {
        let Some(owner) = Owner::of(document) else {
            continue;
        };
        if made.contains(&ObjectId::from(document)) {
            continue;
        }
        let is_platform = owner.is(OurKind::GpuPlatform);
        let why = if owners.contains(&owner) {
            "which does not make it any more"
        } else if is_there(&owner, splits) {
            continue;
        } else if complete && is_platform {
            // a cluster has one, and pools without any imply theirs
            "which is not there any more"
        } else {
            let delivered =
                !what_leaves::is_live(document) && !what_leaves::is_local_config(document);
            if whole && delivered && document.annotation(OF_A_BUILD).is_none() {
                unseen.entry(owner).or_default().push(document);
            }
            continue;
        };
        let (kind, name) = (&document.kind, &document.name);
        let place = document.place(document.range.start..document.range.start, "metadata.name");
        let message = format!("{kind} `{name}` was made from {owner}, {why}");
        let problem = Problem::new(&rule::STALE_OBJECT, place, message);
        problems.push(problem.help(how_to_remove(document)));
    }
    let unseen = unseen.iter();
    problems.extend(unseen.filter_map(|(owner, objects)| not_seen(owner, objects)));
}

/// Whether a run sees every placeholder that there is. In a kustomize build each may be a transformer of its own, or
/// belong to a base that expands it; a package of kpt comes as a whole, with its Kptfile.
fn is_whole(splits: &[Split<'_>], krm: bool) -> bool {
    let mut documents = splits.iter().flat_map(|split| &split.documents);
    !krm || documents.any(|document| document.is("kpt.dev", "Kptfile"))
}

/// Whether the placeholder of this name is in the input, for whatever cluster.
fn is_there(owner: &Owner, splits: &[Split<'_>]) -> bool {
    let (kind, name) = owner.kind_and_name();
    let is_it =
        |document: &Document<'_>| document.is(GROUP, kind) && document.name.as_ref() == name;
    let documents = splits.iter().flat_map(|split| {
        let config = split.function_config.iter();
        split.documents.iter().chain(config)
    });
    !kind.is_empty() && documents.into_iter().any(is_it)
}

/// One line for all objects of a placeholder: it was removed, or is somebody else's.
fn not_seen(owner: &Owner, objects: &[&Document<'_>]) -> Option<Problem> {
    let first = objects.first()?;
    let names = objects.iter();
    let names = first_of(
        names.map(|document| format!("{} `{}`", document.kind, document.name)),
        SHOWN,
    );
    let verb = if objects.len() == 1 { "was" } else { "were" };
    let message = match owner {
        Owner::Implied(_) => {
            format!(
                "{names} {verb} made for pools without a GpuPlatform, and no such pool is in the input"
            )
        }
        _ => format!("{names} {verb} made from {owner}, which is not in the input"),
    };
    let place = first.place(first.range.start..first.range.start, "metadata.annotations");
    let how = if owner.is(OurKind::GpuMachineSet) {
        "scale its MachineSets to 0, and delete them when their machines may go"
    } else if owner.is(OurKind::GpuAccess) {
        "delete local queues, then cluster queues and flavors; profiles when no workload names them"
    } else if owner.is(OurKind::GpuModel) {
        "delete its InferenceService, and its ServingRuntime when no other model names it"
    } else {
        "delete its operands first, while their operators clean up, then Subscriptions with their ClusterServiceVersions, Namespaces last"
    };
    let problem = Problem::new(&rule::PLACEHOLDER_NOT_SEEN, place, message);
    Some(
        problem
            .help(format!(
                "was it removed? What it made stays until you delete it: {how}"
            ))
            .help("is it rendered elsewhere? Then what it made is looked after there"),
    )
}

fn how_to_remove(document: &Document<'_>) -> &'static str {
    if let Some((_, def)) = node_group::of_document(document) {
        return def.removal;
    }
    match (document.group(), document.kind.as_ref()) {
        ("operators.coreos.com", "Subscription") => {
            "delete the operands first, then it and its ClusterServiceVersion: OLM leaves the operator running"
        }
        ("", "Namespace") => "delete it last: everything in it goes with it",
        ("dashboard.opendatahub.io" | "infrastructure.opendatahub.io", _) => {
            "delete it when no workload names it any more: OpenShift AI refuses their changes then"
        }
        ("kueue.x-k8s.io", _) => "delete it when its workloads have ended",
        (
            "operators.coreos.com" | "" | "quota.openshift.io" | "admissionregistration.k8s.io",
            _,
        ) => "delete it when nothing needs it any more",
        _ => "delete it while its operator still runs, which cleans up after it",
    }
}
