//! What people know beside the differences: what nobody compared, and what goes into other hands.

use std::collections::BTreeSet;

use crate::problem::rules::migrate as rule;
use crate::problem::{Problem, Problems};

/// Objects that a message lists.
const LISTED: usize = 20;

/// What was not compared, and which objects get the annotation.
pub(super) fn notes(
    unseen: &BTreeSet<(String, String)>,
    handed_over: &[String],
    problems: &mut Problems,
) {
    if !unseen.is_empty() {
        let kinds: Vec<&str> = unseen.iter().map(|(kind, _)| kind.as_str()).collect();
        let message = format!(
            "not compared, since the dump holds none: {}",
            kinds.join(", ")
        );
        let resource = |(kind, group): &(String, String)| match group.as_str() {
            "" => kind.to_lowercase(),
            group => format!("{}.{group}", kind.to_lowercase()),
        };
        let resources: Vec<String> = unseen.iter().map(resource).collect();
        problems.push(
            Problem::new(
                &rule::NOT_COMPARED,
                crate::problem::Place::default(),
                message,
            )
            .help(format!(
                "to compare them, without the kinds that the cluster does not know: `oc get {} -A -o yaml > more.yaml`, and `--live` both files",
                resources.join(",")
            )),
        );
    }
    if let Some(first) = handed_over.first() {
        let message = match handed_over.len() {
            1 => format!("applying marks `{first}` as made by gpu-machineset"),
            count => format!("applying marks {count} objects as made by gpu-machineset"),
        };
        let place = crate::problem::Place::default();
        let mut problem = Problem::new(&rule::HANDED_OVER, place, message);
        if handed_over.len() > 1 {
            let shown = handed_over.iter().take(LISTED);
            problem = shown.fold(problem, |problem, one| problem.fact(format!("`{one}`")));
            let more = handed_over.len().saturating_sub(LISTED);
            if more > 0 {
                problem = problem.fact(format!("and {more} more"));
            }
        }
        problems.push(
            problem
                .help("take them out of whatever made them before, so that only one writes them"),
        );
    }
}
