//! What of a pool differs in one cluster: which pool gets it, and what no pool gets.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::Deserialize as _;

use crate::api::OfCluster;
use crate::api::gpu_machine_set::FactsRef;
use crate::cluster::{ClusterFacts, Fact};
use crate::facts;
use crate::krm::Node;
use crate::problem::rules::facts as rule;
use crate::problem::{Problem, did_you_mean, first_of};

/// The overrides of all clusters of a run.
pub(super) struct Clusters<'c> {
    clusters: &'c [ClusterFacts],
    /// Cluster and pool of what was used.
    used: RefCell<BTreeSet<(usize, String)>>,
}

impl<'c> Clusters<'c> {
    pub(super) fn new(clusters: &'c [ClusterFacts]) -> Self {
        Self {
            clusters,
            used: RefCell::default(),
        }
    }

    /// The fields of a pool that differ in the cluster that it is for. Which that is, the pool says itself.
    pub(super) fn fields(&self, pool: &str, node: &Node) -> Vec<OfCluster> {
        if self.clusters.iter().all(|one| one.overrides.is_empty()) {
            return Vec::new();
        }
        let facts = node.at(&["spec", "facts"]);
        let facts = facts.map(|facts| FactsRef::deserialize(facts.to_json()).ok());
        let is_for = |cluster: &ClusterFacts| match &facts {
            // what is wrong with it is said where the pool is judged
            None | Some(None) => true,
            Some(Some(facts)) => facts::means(facts, cluster),
        };
        let meant = self.clusters.iter().enumerate();
        let meant: Vec<(usize, &ClusterFacts)> = meant.filter(|(_, one)| is_for(one)).collect();
        let mut used = self.used.borrow_mut();
        used.extend(meant.iter().map(|(at, _)| (*at, pool.to_owned())));
        // a pool that is for several is a problem of its own
        let [(_, only)] = meant.as_slice() else {
            return Vec::new();
        };
        let fields = only.overrides.iter().filter(|((of, _), _)| of == pool);
        let field = |((_, field), fact): (&(String, String), &Fact<Node>)| OfCluster {
            field: field.clone(),
            value: fact.value.clone(),
            origin: fact.origin.to_string(),
            place: fact.origin.place.clone(),
        };
        fields.map(field).collect()
    }

    /// Overrides that reach no pool. Where there are no pools at all, somebody renders operators alone.
    pub(super) fn unused(&self, pools: &[&str]) -> Vec<Problem> {
        let mut problems = Vec::new();
        if pools.is_empty() {
            return problems;
        }
        let used = self.used.borrow();
        for (at, cluster) in self.clusters.iter().enumerate() {
            let mut said = BTreeSet::new();
            for ((pool, _), fact) in &cluster.overrides {
                if used.contains(&(at, pool.clone())) || !said.insert(pool) {
                    continue;
                }
                problems.push(if pools.contains(&pool.as_str()) {
                    no_effect(pool, cluster, fact)
                } else {
                    unknown(pool, fact, pools)
                });
            }
        }
        problems
    }
}

fn unknown(pool: &str, fact: &Fact<Node>, pools: &[&str]) -> Problem {
    let message = format!("there is no pool `{pool}` to override");
    let place = fact.origin.place.clone();
    let near = did_you_mean(pool, pools.iter().copied());
    let names: BTreeSet<&&str> = pools.iter().collect();
    let names = names.into_iter().map(|name| format!("`{name}`"));
    let names: Vec<String> = names.collect();
    let problem = Problem::new(&rule::UNKNOWN_OVERRIDE, place, message)
        .fact(format!(
            "pools of the input: {}",
            first_of(names.into_iter(), 12)
        ))
        .values(pool, near.map(str::to_owned));
    problem.help(match near {
        Some(near) => format!("did you mean `GpuMachineSet/{near}`?"),
        None => "render the pool in the same run, or keep its override in a second ClusterFacts of this cluster, beside the pool".to_owned(),
    })
}

fn no_effect(pool: &str, cluster: &ClusterFacts, fact: &Fact<Node>) -> Problem {
    let message = format!(
        "pool `{pool}` is not for cluster `{}`: its override has no effect",
        cluster.name
    );
    Problem::new(
        &rule::OVERRIDE_WITHOUT_EFFECT,
        fact.origin.place.clone(),
        message,
    )
    .help("let `spec.facts` of the pool choose the cluster, or remove the override")
}
