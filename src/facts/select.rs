//! Which cluster a placeholder means.

use super::{ClusterFacts, Gathered, Given};
use crate::cluster::no_facts;
use crate::problem::rules::facts as rule;
use crate::problem::{Place, Problem, Subject, did_you_mean, first_of};

impl Gathered {
    /// The cluster that a placeholder means: the one of this name (`spec.facts`: a ClusterFacts, an infrastructure
    /// name or a ManagedCluster), or the only one. Else a problem at `place` that lists the candidates.
    pub(crate) fn select(
        &self,
        name: Option<&str>,
        place: Place,
    ) -> Result<&ClusterFacts, Box<Problem>> {
        let Some(name) = name else {
            return match &self.clusters[..] {
                [] => {
                    let problem = no_facts(place);
                    let meant = self.given.as_ref().and_then(Given::meant);
                    Err(Box::new(match meant {
                        Some(meant) => problem.fact(meant),
                        None => problem,
                    }))
                }
                [only] => Ok(only),
                several => {
                    let message = format!("the input describes {} clusters", several.len());
                    let problem = Problem::new(&rule::AMBIGUOUS_FACTS, place, message)
                        .about(Subject::SeveralClusters);
                    let example = several.first().map_or("", |cluster| cluster.name.as_str());
                    let help = format!("say which one is meant: `facts: {example}`");
                    Err(Box::new(problem.fact(self.listed()).help(help)))
                }
            };
        };
        let called = |cluster: &&ClusterFacts| cluster.names.iter().any(|known| known == name);
        let matching: Vec<&ClusterFacts> = self.clusters.iter().filter(called).collect();
        match &matching[..] {
            [only] => Ok(only),
            [] => Err(Box::new(self.unknown(name, place))),
            several => {
                let message = format!("`{name}` is the name of {} clusters", several.len());
                let names = several.iter().map(|cluster| cluster.name.as_str());
                let names: Vec<&str> = names.collect();
                let help = format!("write one of `{}`", names.join("`, `"));
                let problem = Problem::new(&rule::AMBIGUOUS_FACTS, place, message);
                Err(Box::new(problem.values(name, None).help(help)))
            }
        }
    }

    fn unknown(&self, name: &str, place: Place) -> Problem {
        let message = format!("no facts are named `{name}`");
        let names = self.clusters.iter().flat_map(|cluster| &cluster.names);
        let close = did_you_mean(name, names.map(String::as_str));
        let problem = Problem::new(&rule::UNKNOWN_FACTS, place, message);
        let problem = problem.values(name, close.map(str::to_owned));
        let help = match close {
            Some(close) => format!("did you mean `{close}`?"),
            None if self.clusters.is_empty() => {
                format!("the input holds no facts: add a ClusterFacts named `{name}`")
            }
            None => "write one of these names, or add the facts of that cluster".to_owned(),
        };
        if self.clusters.is_empty() {
            return problem.help(help);
        }
        problem.fact(self.listed()).help(help)
    }

    fn listed(&self) -> String {
        listed(self.clusters.iter().map(|cluster| cluster.name.clone()))
    }
}

/// The names of the clusters for a message: of a fleet the first few.
pub(super) fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let names = first_of(names.map(|name| format!("`{name}`")), 12);
    format!("clusters of the input: {names}")
}
