//! Which cluster a placeholder means.

use super::{ClusterFacts, Gathered, Given};
use crate::api::gpu_machine_set::{ClusterSelector, FactsRef};
use crate::cluster::no_facts;
use crate::problem::rules::facts as rule;
use crate::problem::{Place, Problem, Subject, did_you_mean, first_of};

/// Whether a placeholder that says this of its clusters means one.
pub(crate) fn means(facts: &FactsRef, cluster: &ClusterFacts) -> bool {
    let called = |name: &String| cluster.names.iter().any(|known| is_called(known, name));
    match facts {
        FactsRef::Name(name) => called(name),
        FactsRef::Names(names) => names.iter().any(called),
        FactsRef::Inline(_) => false,
        FactsRef::Select(selector) => selects(selector, cluster),
    }
}

fn selects(selector: &ClusterSelector, cluster: &ClusterFacts) -> bool {
    let mut labels = selector.match_labels.iter().flatten();
    let platform = cluster.platform.as_ref().map(|fact| &fact.value);
    let version = cluster.openshift_version.as_ref();
    let version = version.map(|fact| fact.value.version());
    let is_of = |platforms: &Vec<String>| platform.is_some_and(|one| platforms.contains(one));
    let runs = |range: &String| version.is_some_and(|version| version.is_within(range));
    labels.all(|(key, value)| cluster.labels.get(key) == Some(value))
        && selector.platform.as_ref().is_none_or(is_of)
        && selector.openshift.as_ref().is_none_or(runs)
}

/// Whether a name is the written one, in which each `*` stands for any letters.
pub(crate) fn is_called(name: &str, written: &str) -> bool {
    let Some((head, rest)) = written.split_once('*') else {
        return name == written;
    };
    let Some(mut name) = name.strip_prefix(head) else {
        return false;
    };
    loop {
        if is_called(name, rest) {
            return true;
        }
        let mut letters = name.chars();
        if letters.next().is_none() {
            return false;
        }
        name = letters.as_str();
    }
}

impl Gathered {
    /// The cluster that a placeholder means by what it says in `spec.facts`.
    pub(crate) fn meant(
        &self,
        facts: Option<&FactsRef>,
        place: Place,
    ) -> Result<&ClusterFacts, Box<Problem>> {
        let facts = match facts {
            Some(facts) if facts.is_selection() => facts,
            Some(FactsRef::Name(name)) => return self.select(Some(name), place),
            _ => return self.select(None, place),
        };
        let chosen = self.clusters.iter().filter(|cluster| means(facts, cluster));
        match chosen.collect::<Vec<_>>().as_slice() {
            [only] => Ok(only),
            [] if self.clusters.is_empty() => self.select(None, place),
            [] => Err(Box::new(
                chooses_nothing(place, self.clusters.len()).fact(self.listed()),
            )),
            several => {
                let message = format!("it is for {} clusters of the input", several.len());
                let problem = Problem::new(&rule::AMBIGUOUS_FACTS, place, message);
                let names = several.iter().map(|cluster| cluster.name.clone());
                let problem = problem.about(Subject::SeveralClusters).fact(listed(names));
                Err(Box::new(problem.help("render one of them at a time")))
            }
        }
    }

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

/// The problem of a placeholder that is for none of the clusters.
pub(crate) fn chooses_nothing(place: Place, clusters: usize) -> Problem {
    let message = match clusters {
        1 => "it is not for the only cluster".to_owned(),
        count => format!("it is for none of the {count} clusters"),
    };
    Problem::new(&rule::UNKNOWN_FACTS, place, message).help(
        "labels are those of ClusterFacts and ManagedClusters, a version is up to its minor; all that is written must hold",
    )
}

/// The names of the clusters for a message: of a fleet the first few.
pub(super) fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let names = first_of(names.map(|name| format!("`{name}`")), 12);
    format!("clusters of the input: {names}")
}

#[cfg(test)]
mod tests {
    use super::is_called;

    #[test]
    fn a_star_stands_for_any_letters() {
        let fits = [
            ("prod-east", "prod-*"),
            ("prod-", "prod-*"),
            ("prod-east-1", "*-east-*"),
            ("a", "*"),
            ("ab-ab", "*ab"),
            ("prod", "prod"),
        ];
        for (name, written) in fits {
            assert!(is_called(name, written), "{name} {written}");
        }
        for (name, written) in [("prod", "prod-*"), ("prod-a", "prod"), ("a-b", "*c*")] {
            assert!(!is_called(name, written), "{name} {written}");
        }
    }
}
