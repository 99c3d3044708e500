//! Placeholders that are not for a cluster, left out with a word about it.

use std::collections::BTreeSet;

use crate::api::gpu_machine_set::FactsRef;
use crate::cluster::ClusterFacts;
use crate::expand::placeholders::{Found, Head};
use crate::facts::{self, Gathered};
use crate::kinds::gpu_machine_set::by_platform;
use crate::problem::rules::facts as rule;
use crate::problem::{Place, Problem, Problems, did_you_mean, first_of};

/// Leaves the clusters that a run is narrowed to, and what is for one of them.
pub(super) fn all_but(
    only: &[String],
    found: &mut Found<'_>,
    gathered: &mut Gathered,
    problems: &mut Problems,
) {
    if only.is_empty() {
        return;
    }
    let names = gathered.clusters.iter().flat_map(|cluster| &cluster.names);
    problems.extend(unknown_only(only, &names.cloned().collect()));
    gathered.clusters.retain(|cluster| is_taken(only, cluster));
    let clusters = &gathered.clusters;
    let is_for = |facts: &FactsRef| {
        let is_held = matches!(facts, FactsRef::Inline(_));
        is_held || clusters.iter().any(|one| facts::means(facts, one))
    };
    found.keep(|facts| facts.is_none_or(is_for));
}

/// Whether a run that is narrowed to some clusters takes this one.
pub(super) fn is_taken(only: &[String], cluster: &ClusterFacts) -> bool {
    let mut names = cluster.names.iter();
    only.is_empty() || names.any(|known| only.iter().any(|one| facts::is_called(known, one)))
}

/// What a run is narrowed to and is not there.
pub(super) fn unknown_only(only: &[String], names: &BTreeSet<String>) -> Vec<Problem> {
    let is_known = |one: &&String| names.iter().any(|known| facts::is_called(known, one));
    let problem = |one: &String| {
        let message = format!("no cluster is named `{one}`, which `--only` asks for");
        let problem = Problem::new(&rule::UNKNOWN_FACTS, Place::default(), message);
        let near = did_you_mean(one, names.iter().map(String::as_str));
        problem.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "there are {}",
                first_of(names.iter().map(|name| format!("`{name}`")), 12)
            ),
        })
    };
    let unknown = only.iter().filter(|one| !is_known(one));
    unknown.map(problem).collect()
}

/// Leaves out what chooses clusters, and not the only one of the input: who gives one set of files to every cluster
/// means that. Of several clusters to choose none is a mistake, which is said where the cluster is looked for.
pub(super) fn not_for_cluster(found: &mut Found<'_>, gathered: &Gathered, problems: &mut Problems) {
    let [only] = gathered.clusters.as_slice() else {
        return;
    };
    let is_other = |facts: &FactsRef| facts.is_selection() && !facts::means(facts, only);
    let said = |head: Head<'_>| {
        let message = format!(
            "{} `{}` is not for cluster `{}`",
            head.kind.name(),
            head.name,
            only.name
        );
        let problem = Problem::new(&rule::NOT_FOR_CLUSTER, head.place, message);
        head.facts.is_some_and(is_other).then_some(problem)
    };
    problems.extend(found.heads().filter_map(said).collect::<Vec<_>>());
    found.keep(|facts| !facts.is_some_and(is_other));
}

/// Leaves out pools that a cluster of a fleet cannot have.
pub(super) fn not_for_platform(
    found: &mut Found<'_>,
    cluster: &ClusterFacts,
    problems: &mut Problems,
) {
    let Some(platform) = cluster.platform.as_ref().map(|fact| &fact.value) else {
        return;
    };
    found.pools.retain(|pool| {
        let why = by_platform::not_for(pool, platform, true);
        let is_kept = why.is_none();
        problems.extend(why);
        is_kept
    });
}
