//! What could not be read, and what is said because of it.

use crate::api::our_kind;
use crate::cluster;
use crate::krm::split::LIMIT;
use crate::krm::{Document, Split, stray};
use crate::problem::rules::{facts, input as rule, krm, migrate, platform};
use crate::problem::{Problem, Problems, limited};

use super::what_leaves::is_input;

/// Problems that go by themselves when what could not be read can be: the facts may be in there.
pub(crate) fn forget_consequences(problems: &mut Problems) {
    let consequences = [
        &facts::MISSING_FACT,
        &facts::UNKNOWN_FACTS,
        &krm::EMPTY_INPUT,
        &rule::FACTS_ALONE,
        &rule::DUMP_LEAVES,
        &migrate::DUMP_INCOMPLETE,
        &platform::IMPLIED_PLATFORM,
    ];
    problems.forget(|problem| consequences.contains(&problem.rule));
}

/// Names the empty files where facts are missed: the shell made them, and `oc` wrote nothing into them.
pub(super) fn name_empty(splits: &[Split<'_>], problems: &mut Problems) {
    let empty = splits
        .iter()
        .filter_map(|split| stray::empty(split.source))
        .map(|problem| problem.message);
    let empty: Vec<String> = empty.collect();
    let names_them = |problem: Problem| {
        if cluster::lacks_all_facts(&problem) {
            empty.iter().cloned().fold(problem, Problem::fact)
        } else {
            problem
        }
    };
    problems.change(names_them);
}

const AGAIN: &str = "save the file again, or leave it out";

/// What is no Kubernetes object: what `oc` said or wrote in place of one, which somebody waits for, and other mappings.
pub(super) fn without_kind(splits: &[Split<'_>]) -> Vec<Problem> {
    let lacks =
        |document: &Document<'_>| match (document.api_version.is_empty(), document.kind.is_empty())
        {
            (true, true) => Some("neither `apiVersion` nor `kind`"),
            // said with the right one
            (true, false) if our_kind(document).is_some() => None,
            (true, false) => Some("no `apiVersion`"),
            (false, true) => Some("no `kind`"),
            (false, false) => None,
        };
    let problem = |document: &Document<'_>| {
        let half = document
            .kind
            .is_empty()
            .then(|| stray::half_saved(document, AGAIN));
        if let Some(half) = half.flatten() {
            return Some(half);
        }
        // places are for problems only: each costs a look at the lines around it
        let lacking = lacks(document)?;
        let place = document.place(document.range.start..document.range.start, "");
        let message = format!("this is no object of Kubernetes: it has {lacking}");
        let problem = Problem::new(&rule::NO_OBJECT, place, message);
        Some(problem.help("remove it, or name the files that are meant instead of their folder"))
    };
    // a table of a million rows is a million of them
    let of_source =
        |split: &Split<'_>| limited(split.documents.iter().filter_map(problem), LIMIT, "text");
    let facts = splits.iter().filter(|split| !is_input(split));
    let empty = facts.filter_map(|split| stray::empty(split.source));
    splits.iter().flat_map(of_source).chain(empty).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krm::{Source, split};

    #[test]
    fn of_many_mappings_that_are_no_objects_the_first_are_told() {
        let told = |count| {
            let source = Source::new("rows.yaml", "---\na: 1\n".repeat(count));
            without_kind(&[split(&source).expect("splits")])
        };
        assert_eq!(told(20).len(), 20);
        assert_eq!(told(20)[19].help.len(), 1);
        assert_eq!(told(1000).len(), 20);
        assert!(told(1000)[19].help[1].contains("only the first 20"));
    }
}
