//! The cluster that is named beside the documents: it is there, and every placeholder is for it.

use crate::api::gpu_machine_set::FactsRef;
use crate::api::{OurKind, place};
use crate::facts::{Gathered, Given};
use crate::krm::Node;
use crate::problem::{Place, Problems};

use crate::expand::placeholders::Found;

/// Facts that a placeholder holds itself.
struct Held {
    /// `GpuMachineSet `l4``
    placeholder: String,
    /// Whose they are, when they say it.
    infra: Option<String>,
    place: Place,
}

/// Documents and placeholders are looked at together: a name that neither has is a mistake, one that only a placeholder
/// has leaves no facts to all others.
pub(super) fn check(found: &Found<'_>, gathered: &mut Gathered, problems: &mut Problems) {
    let given = gathered.given.clone().unwrap_or_default();
    let Some((name, _)) = &given.cluster else {
        return;
    };
    let clusters = gathered.clusters.iter();
    let mut known: Vec<String> = clusters.flat_map(|one| one.names.clone()).collect();
    let in_documents = known.contains(name);
    let of_it = |held: &Held| match &held.infra {
        Some(infra) => infra == name || in_documents && known.contains(infra),
        None => true,
    };
    let (its, others): (Vec<Held>, Vec<Held>) = held(found).into_iter().partition(of_it);
    if in_documents || !its.is_empty() {
        problems.extend(others.iter().filter_map(|one| of_another(one, &given)));
        if !in_documents {
            gathered.clusters.clear();
        }
        return;
    }
    known.extend(others.into_iter().filter_map(|one| one.infra));
    known.sort();
    known.dedup();
    // pools without any facts say what they lack
    if !known.is_empty() || found.pools.is_empty() {
        problems.extend(given.unknown_cluster(&known));
    }
}

fn of_another(held: &Held, given: &Given) -> Option<crate::problem::Problem> {
    let infra = held.infra.as_deref()?;
    given.held_of_another(&held.placeholder, infra, held.place.clone())
}

fn held(found: &Found<'_>) -> Vec<Held> {
    let one = |kind: OurKind, name: &str, facts: Option<&FactsRef>, node: &Node, place: Place| {
        let Some(FactsRef::Inline(_)) = facts else {
            return None;
        };
        let infra = node.str_at(&["spec", "facts", "infrastructureName"]);
        Some(Held {
            placeholder: format!("{} `{name}`", kind.name()),
            infra: infra.map(str::to_owned),
            place,
        })
    };
    let pools = found.pools.iter().map(|pool| {
        let (read, place) = (&pool.read, pool.place("spec.facts"));
        one(
            OurKind::GpuMachineSet,
            &read.name,
            read.spec.facts.as_ref(),
            &read.node,
            place,
        )
    });
    let platforms = found.platforms.iter().map(|platform| {
        let read = &platform.read;
        let place = place(platform.document, &read.node, "spec.facts");
        one(
            OurKind::GpuPlatform,
            &read.name,
            read.spec.facts.as_ref(),
            &read.node,
            place,
        )
    });
    pools.chain(platforms).flatten().collect()
}
