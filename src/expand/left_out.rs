//! Placeholders that are not for a cluster, left out with a word about it.

use crate::api::Placeholder;
use crate::api::gpu_machine_set::{FactsRef, GpuMachineSetSpec};
use crate::catalog;
use crate::cloud;
use crate::cluster::ClusterFacts;
use crate::expand::placeholders::{Found, Head};
use crate::facts::{self, Gathered};
use crate::problem::rules::facts as rule;
use crate::problem::{Problem, Problems};

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

/// Leaves out pools that a cluster of a fleet cannot have; one that names the cluster is meant.
pub(super) fn not_for_platform(
    found: &mut Found<'_>,
    cluster: &ClusterFacts,
    problems: &mut Problems,
) {
    let Some(platform) = cluster.platform.as_ref().map(|fact| &fact.value) else {
        return;
    };
    found.pools.retain(|pool| {
        let facts = pool.read.spec.facts.as_ref();
        let is_named = facts.is_some_and(|facts| !facts.is_selection());
        let why = Some(platform).filter(|_| !is_named);
        let why = why.and_then(|platform| lacks(pool, platform));
        let is_kept = why.is_none();
        problems.extend(why.map(|why| {
            let message = format!(
                "pool `{}` is left out on platform `{platform}`: {why}",
                pool.read.name
            );
            let place = pool.place("metadata.name");
            let problem = Problem::new(&rule::NOT_FOR_PLATFORM, place, message);
            problem.help("say it in the pool: `facts: {platform: [...]}`")
        }));
        is_kept
    });
}

/// Why a platform cannot have a pool.
fn lacks(pool: &Placeholder<'_, GpuMachineSetSpec>, platform: &str) -> Option<String> {
    let makes_sets = cloud::find(platform).is_some_and(|cloud| cloud.machine_api().is_some());
    if !makes_sets {
        return Some("MachineSets cannot be made there yet".to_owned());
    }
    let instance_type = pool.read.spec.instance_type.as_str();
    let owner = catalog::platform_of(instance_type).filter(|owner| *owner != platform)?;
    let is_here = catalog::instance(platform, instance_type).is_some();
    (!is_here).then(|| format!("`{instance_type}` is an instance type of {owner}"))
}
