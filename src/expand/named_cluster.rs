//! The cluster that is named beside the documents: it is there, and every placeholder is for it.

use crate::api::gpu_machine_set::FactsRef;
use crate::facts::{Gathered, Given};
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

/// Placeholders that hold their facts themselves.
fn held(found: &Found<'_>) -> Vec<Held> {
    let inline = found.heads().filter_map(|head| {
        let Some(FactsRef::Inline(_)) = head.facts else {
            return None;
        };
        let infra = (head.node).str_at(&["spec", "facts", "infrastructureName"]);
        Some(Held {
            placeholder: format!("{} `{}`", head.kind.name(), head.name),
            infra: infra.map(str::to_owned),
            place: head.place,
        })
    });
    inline.collect()
}
