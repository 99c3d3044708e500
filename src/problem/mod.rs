//! Problems: what is wrong, where, which fact contradicts it, and what to write instead.
//!
//! Every problem names a [`Rule`]; the rules stand in [`rules`], one table per family. Nothing stops at the first
//! problem: all of a run are collected in [`Problems`] and sorted by place.

mod place;
pub mod rules;
mod shown;
mod veil;

use std::cmp::Ordering;
use std::fmt;

pub use place::Place;
pub use shown::{escaped, reported, shown};

/// How bad a problem is. Only errors make a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The run fails and nothing is rendered.
    Error,
    /// Rendered, but somebody should look.
    Warning,
    /// A decision that we took, and how to take another one.
    Info,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        })
    }
}

/// One rule with its stable name. `gpu-machineset explain SLUG` prints it.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable name, kebab case.
    pub slug: &'static str,
    /// Its severity.
    pub severity: Severity,
    /// One line: what must hold.
    pub summary: &'static str,
    /// Why it must, with the source, and how to fix it.
    pub explanation: &'static str,
}

/// The object that a problem speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectRef {
    /// `group/version`.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Name, as it stands in the input.
    pub name: String,
    /// Namespace, empty when none is written.
    pub namespace: String,
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace.as_str() {
            "" => write!(f, "{} {}", self.kind, self.name),
            namespace => write!(f, "{} {namespace}/{}", self.kind, self.name),
        }
    }
}

/// What a problem is about, for those who add a cure of their own. Its words are for people alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Facts that nobody states, by their fields in ClusterFacts.
    MissingFacts([Option<&'static str>; 3]),
    /// A cluster of which no fact is known at all.
    NoFacts,
    /// The input describes several clusters, and the placeholder means none of them by name.
    SeveralClusters,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// What it is about, where somebody asks.
    pub about: Option<Subject>,
    /// What is wrong here: lower case, names in backticks, no full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Facts that contradict, each with its origin: "region `us-east-2` from Infrastructure/cluster (facts.yaml:9)".
    pub facts: Vec<String>,
    /// What to write instead, or how to get what is missing.
    pub help: Vec<String>,
    /// The offending value, for KRM results.
    pub current: Option<String>,
    /// The value to write, for KRM results and editors.
    pub proposed: Option<String>,
    /// Why somebody takes a warning as it is.
    pub accepted: Option<String>,
}

impl Problem {
    /// A problem of a rule at a place.
    pub fn new(rule: &'static Rule, place: Place, message: impl Into<String>) -> Self {
        Self {
            rule,
            about: None,
            message: message.into(),
            place,
            facts: Vec::new(),
            help: Vec::new(),
            current: None,
            proposed: None,
            accepted: None,
        }
    }

    /// Says what it is about.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.about = Some(subject);
        self
    }

    /// Adds a contradicting fact with its origin.
    #[must_use]
    pub fn fact(mut self, fact: impl Into<String>) -> Self {
        self.facts.push(fact.into());
        self
    }

    /// Adds a cure.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Says which value is wrong and, when known, which is right.
    #[must_use]
    pub fn values(mut self, current: impl Into<String>, proposed: Option<String>) -> Self {
        self.current = Some(current.into());
        self.proposed = proposed;
        self
    }

    /// Takes out of its words what stands at a hidden place.
    fn veil(&mut self) {
        let veil = self.place.veil.clone();
        if veil.is_there() {
            let texts = std::iter::once(&mut self.message)
                .chain(&mut self.facts)
                .chain(&mut self.help);
            texts
                .chain(&mut self.current)
                .chain(&mut self.proposed)
                .for_each(|text| veil.hide(text, self.place.object.as_ref()));
        }
    }

    /// The same as an info, because somebody takes it as it is.
    #[must_use]
    pub fn accept(mut self, reason: &str) -> Self {
        self.accepted = Some(reason.to_owned());
        self.fact(format!("accepted: {reason}"))
    }

    /// The rule's severity; what is accepted is an info.
    pub fn severity(&self) -> Severity {
        match self.accepted {
            Some(_) => Severity::Info,
            None => self.rule.severity,
        }
    }

    /// Takes over the facts and cures of the same problem, found for another zone or another object.
    fn absorb(&mut self, other: &mut Self) {
        let facts = other
            .facts
            .drain(..)
            .filter(|fact| !self.facts.contains(fact));
        self.facts.extend(facts.collect::<Vec<_>>());
        let help = other
            .help
            .drain(..)
            .filter(|help| !self.help.contains(help));
        self.help.extend(help.collect::<Vec<_>>());
    }

    fn order(&self, other: &Self) -> Ordering {
        let key = |problem: &Self| {
            let at = problem.place.position.map(|(at, _)| at);
            (
                problem.place.file.clone(),
                problem.place.index,
                at,
                problem.place.path.clone(),
            )
        };
        key(self)
            .cmp(&key(other))
            .then_with(|| self.rule.slug.cmp(other.rule.slug))
            .then_with(|| self.message.cmp(&other.message))
    }
}

/// All problems of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// Adds many.
    pub fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.list.extend(problems);
    }

    /// Keeps the value of a success, takes the problems of a failure.
    pub fn take<T, P: IntoIterator<Item = Problem>>(&mut self, result: Result<T, P>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problems) => {
                self.extend(problems);
                None
            }
        }
    }

    /// Whether the run fails.
    pub fn has_errors(&self) -> bool {
        self.list
            .iter()
            .any(|problem| problem.severity() == Severity::Error)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Sorted by place, then rule; the same problem once, with the facts of all its occurrences; no secret in any. All
    /// that is reported goes through here.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.list.iter_mut().for_each(Problem::veil);
        self.list.sort_by(Problem::order);
        self.list.dedup_by(|next, kept| {
            let same =
                next.rule == kept.rule && next.place == kept.place && next.message == kept.message;
            if same {
                kept.absorb(next);
            }
            same
        });
        self
    }

    /// Drops those that are something else's consequence.
    pub fn forget(&mut self, is_consequence: impl Fn(&Problem) -> bool) {
        self.list.retain(|problem| !is_consequence(problem));
    }

    /// Says each one with other words.
    pub fn change(&mut self, change: impl FnMut(Problem) -> Problem) {
        self.list = std::mem::take(&mut self.list)
            .into_iter()
            .map(change)
            .collect();
    }

    /// In their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.list.iter()
    }
}

/// One line each: place, severity, rule, message.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.list.iter().enumerate() {
            let line = if index > 0 { "\n" } else { "" };
            let place = match problem.place.to_string().as_str() {
                "" => String::new(),
                place => format!("{place}: "),
            };
            let (severity, slug) = (problem.severity(), problem.rule.slug);
            let text = format!("{place}{severity}[{slug}]: {}", problem.message);
            write!(f, "{line}{}", shown(&text))?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

/// The first of some names, and how many more there are: "`a`, `b` and 3 more".
pub fn first_of(names: impl ExactSizeIterator<Item = String>, shown: usize) -> String {
    let more = match names.len().saturating_sub(shown) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let names: Vec<String> = names.take(shown).collect();
    names.join(", ") + &more
}

/// The problems of an object or a text, of many the first; one more than that are looked at.
pub fn limited(
    problems: impl IntoIterator<Item = Problem>,
    limit: usize,
    of: &str,
) -> Vec<Problem> {
    let mut problems: Vec<Problem> = problems.into_iter().take(limit + 1).collect();
    if problems.len() > limit {
        problems.truncate(limit);
        if let Some(last) = problems.last_mut() {
            let more = format!("only the first {limit} problems of this {of} are shown");
            last.help.push(more);
        }
    }
    problems
}

/// "did you mean `x`?" among candidates: the closest within a third of the word's length.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    let folded = word.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(&folded, &candidate.to_lowercase())?, candidate)))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment: Levenshtein with swaps of neighbours as one edit. `None` for what nobody mistyped.
fn distance(a: &str, b: &str) -> Option<usize> {
    let (length, other) = (a.chars().count(), b.chars().count());
    let is_near = length.abs_diff(other) <= 8 && length <= 200;
    is_near.then(|| strsim::osa_distance(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_candidate_is_proposed_or_none() {
        let zones = ["us-east-2a", "us-east-2b"];
        assert_eq!(did_you_mean("us-esat-2b", zones), Some("us-east-2b"));
        assert_eq!(
            did_you_mean("instancetype", ["instanceType", "zones"]),
            Some("instanceType")
        );
        assert_eq!(did_you_mean("completely-else", zones), None);
    }
}
