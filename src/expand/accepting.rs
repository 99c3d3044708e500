//! Warnings that placeholders take as they are: they stay, as infos with the reason, so that everybody sees what was
//! decided.

use crate::api::{Acceptance, Placeholder, acceptances};
use crate::expand::placeholders::Found;
use crate::problem::rules::api as rule;
use crate::problem::{ObjectRef, Problem, Problems, Severity};

/// One acceptance of one placeholder.
struct Accepted {
    of: Option<ObjectRef>,
    acceptance: Acceptance,
    is_needed: bool,
}

/// Accepts warnings about placeholders that say so. What nobody needs is a warning of its own, unless the run stopped
/// before all was looked at.
pub(super) fn apply(found: &Found<'_>, problems: &mut Problems) {
    let mut all: Vec<Accepted> = Vec::new();
    for placeholder in &found.pools {
        read(placeholder, &mut all, problems);
    }
    for placeholder in &found.platforms {
        read(placeholder, &mut all, problems);
    }
    if all.is_empty() {
        return;
    }
    problems.change(|problem| {
        let is_it = |one: &&mut Accepted| {
            one.acceptance.rule == problem.rule && one.of == problem.place.object
        };
        match all.iter_mut().find(is_it) {
            Some(one) if problem.severity() == Severity::Warning => {
                one.is_needed = true;
                problem.accept(&one.acceptance.reason)
            }
            _ => problem,
        }
    });
    if !problems.has_errors() {
        let unused = all.into_iter().filter(|one| !one.is_needed);
        problems.extend(unused.map(|one| not_needed(one.acceptance)));
    }
}

fn read<S>(placeholder: &Placeholder<'_, S>, all: &mut Vec<Accepted>, problems: &mut Problems) {
    let (accepted, wrong) = acceptances(placeholder.document, &placeholder.read.node);
    problems.extend(wrong);
    all.extend(accepted.into_iter().map(|acceptance| Accepted {
        of: acceptance.place.object.clone(),
        acceptance,
        is_needed: false,
    }));
}

fn not_needed(acceptance: Acceptance) -> Problem {
    let slug = acceptance.rule.slug;
    let message = format!("`{slug}` is accepted, and there is no such warning");
    let problem = Problem::new(&rule::ACCEPTANCE_NOT_NEEDED, acceptance.place, message);
    problem.help(format!("take `{slug}` out of the annotation"))
}
