//! Facts that are given beside the documents, as parameters of an Argo CD Application are. They are overrides: what a
//! document states otherwise is no disagreement.

use std::collections::BTreeSet;

use super::join::{Group, name_of};
use super::read::{Reading, Statement};
use super::sources::Standing;
use super::value::{self, Bad};
use super::{Origin, select};
use crate::api::Override;
use crate::cluster::FactName;
use crate::problem::rules::facts as rule;
use crate::problem::{Place, Problem, Problems, did_you_mean};

/// What is given beside the documents of an input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// Who gives it, as messages call it: `Application prod-gpu`.
    pub giver: String,
    /// Whether the giver also applies the output.
    pub is_applier: bool,
    /// The cluster that is meant, by any name that `spec.facts` takes; needed when the input describes several.
    pub cluster: Option<(String, Origin)>,
    /// The facts, each once: one value, several for zones.
    pub facts: Vec<(FactName, Vec<String>, Origin)>,
    /// Fields of pools.
    pub pools: Vec<Override>,
}

/// Whether a text can be this fact; else what is wrong with it and what to write instead.
pub(crate) fn check(fact: FactName, text: &str) -> Result<(), (String, String)> {
    value::check(fact, text).map_err(|Bad { reason, help, .. }| (reason, help))
}

impl Given {
    fn fact(&self, name: FactName) -> Option<(&str, &Origin)> {
        let (_, values, origin) = self.facts.iter().find(|(fact, ..)| *fact == name)?;
        Some((values.first()?, origin))
    }

    /// `cluster `prod` from parameter cluster of Application prod-gpu`
    pub(crate) fn meant(&self) -> Option<String> {
        let (name, origin) = self.cluster.as_ref()?;
        Some(format!("cluster `{name}` from {origin}"))
    }

    /// What is given, as facts of a cluster of these names.
    fn reading(&self, names: Vec<String>) -> Reading {
        let statements = self.facts.iter().map(|(fact, values, origin)| Statement {
            fact: *fact,
            values: values.clone(),
            origin: origin.clone().into(),
            standing: Standing::Given,
        });
        Reading {
            id: (usize::MAX, 0),
            object: self.giver.clone(),
            place: Place::default(),
            names,
            labels: Vec::new(),
            statements: statements.collect(),
            workers: Vec::new(),
            operators: Vec::new(),
            catalogs: Vec::new(),
            nodes: Vec::new(),
            domains: Vec::new(),
            tags: Vec::new(),
            overrides: Vec::new(),
            failed: BTreeSet::new(),
        }
    }

    /// Leaves the cluster that is meant, with what is given.
    pub(super) fn apply(&self, groups: &mut Vec<Group>, problems: &mut Problems) {
        // facts that do not say of which cluster they are, are of the one that is meant
        let mut called = Vec::new();
        if let Some((name, _)) = &self.cluster {
            let known: Vec<String> = groups.iter().flat_map(names).collect();
            if known.contains(name) {
                groups.retain(|group| names(group).contains(name));
            } else if known.is_empty() {
                called.push(name.clone());
            } else {
                // said by whoever knows the facts that placeholders hold themselves
                return;
            }
        }
        if let Some((infra, origin)) = self.fact(FactName::InfrastructureName) {
            let stated = |group: &Group| group.iter().find_map(Reading::infra).map(str::to_owned);
            if groups
                .iter()
                .any(|group| stated(group).as_deref() == Some(infra))
            {
                groups.retain(|group| stated(group).as_deref() == Some(infra));
            } else if !groups.is_empty() && groups.iter().all(|group| stated(group).is_some()) {
                problems.push(of_another_cluster(infra, origin, groups));
                return;
            }
        }
        if self.facts.is_empty() && (called.is_empty() || groups.is_empty()) {
            return;
        }
        match &mut groups[..] {
            [] => groups.push(vec![self.reading(called)]),
            [only] => only.push(self.reading(called)),
            several => problems.push(self.ambiguous(several)),
        }
    }

    /// The cluster that is meant is none of those that are known.
    pub(crate) fn unknown_cluster(&self, known: &[String]) -> Option<Problem> {
        let (name, origin) = self.cluster.as_ref()?;
        let close = did_you_mean(name, known.iter().map(String::as_str));
        let help = match close {
            Some(close) => format!("did you mean `{close}`?"),
            None if known.is_empty() => {
                "add the facts of this cluster: the input holds none".to_owned()
            }
            None => format!("known are `{}`", known.join("`, `")),
        };
        let message = format!("no facts are named `{name}`");
        let problem = Problem::new(&rule::UNKNOWN_FACTS, origin.place.clone(), message);
        let problem = problem.values(name.as_str(), close.map(str::to_owned));
        Some(problem.fact(self.meant()?).help(help))
    }

    /// A placeholder holds the facts of another cluster than the one that is meant.
    pub(crate) fn held_of_another(
        &self,
        placeholder: &str,
        infra: &str,
        place: Place,
    ) -> Option<Problem> {
        let message = format!("{placeholder} holds the facts of cluster `{infra}` itself");
        let problem = Problem::new(&rule::FACTS_OF_ANOTHER_CLUSTER, place, message);
        Some(problem.fact(self.meant()?).help(format!(
            "{} is for one cluster: take this placeholder out of its folder, or the facts out of the placeholder",
            self.giver
        )))
    }

    fn ambiguous(&self, groups: &[Group]) -> Problem {
        let origin = self
            .facts
            .first()
            .map(|(_, _, origin)| origin.place.clone());
        let message = format!(
            "the input describes {} clusters, and {} does not say which one its parameters are about",
            groups.len(),
            self.giver
        );
        let place = origin.unwrap_or_default();
        let name = groups.first().map(name_of).unwrap_or_default();
        Problem::new(&rule::AMBIGUOUS_FACTS, place, message)
            .fact(select::listed(groups.iter().map(name_of)))
            .help(format!(
                "add the parameter `{{name: cluster, string: {name}}}`"
            ))
    }
}

/// Every name that a cluster answers to.
fn names(group: &Group) -> Vec<String> {
    let of = |reading: &Reading| {
        let infra = reading.infra().map(str::to_owned);
        reading
            .names
            .iter()
            .cloned()
            .chain(infra)
            .collect::<Vec<_>>()
    };
    group.iter().flat_map(of).collect()
}

fn of_another_cluster(infra: &str, origin: &Origin, groups: &[Group]) -> Problem {
    let message =
        format!("the input holds no facts of cluster `{infra}`, but those of another one");
    Problem::new(
        &rule::FACTS_OF_ANOTHER_CLUSTER,
        origin.place.clone(),
        message,
    )
    .fact(format!("infrastructure name `{infra}` from {origin}"))
    .fact(select::listed(groups.iter().map(name_of)))
    .help("add the facts of this cluster, or leave the other ones out of the input")
}
