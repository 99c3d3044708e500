//! The annotation by which a placeholder takes warnings as they are: `rule: reason; rule2: reason`.

use crate::krm::{Document, Node};
use crate::problem::rules::{self, api as rule};
use crate::problem::{Place, Problem, Rule, Severity, did_you_mean};

use super::key_place;

/// Its key.
pub(crate) const ACCEPT: &str = "gpu-machineset.dev/accept";

/// One warning that a placeholder takes as it is.
#[derive(Debug)]
pub(crate) struct Acceptance {
    /// The rule of the warning.
    pub(crate) rule: &'static Rule,
    /// Why.
    pub(crate) reason: String,
    /// Where it is written.
    pub(crate) place: Place,
}

/// What a placeholder accepts, and what is wrong with the annotation.
pub(crate) fn acceptances(document: &Document<'_>, node: &Node) -> (Vec<Acceptance>, Vec<Problem>) {
    let (mut accepted, mut problems): (Vec<Acceptance>, Vec<Problem>) = (Vec::new(), Vec::new());
    let Some(written) = node.at(&["metadata", "annotations", ACCEPT]) else {
        return (accepted, problems);
    };
    let place = key_place(
        document,
        node,
        &format!("metadata.annotations[\"{ACCEPT}\"]"),
    );
    let entries = written.text().unwrap_or_default().split([';', '\n']);
    for entry in entries.map(str::trim).filter(|entry| !entry.is_empty()) {
        match one(entry) {
            Ok((rule, _)) if accepted.iter().any(|one| one.rule == rule) => {
                let message = format!("`{}` is accepted twice", rule.slug);
                problems.push(wrong(&place, message, "keep one of them".to_owned()));
            }
            Ok((rule, reason)) => accepted.push(Acceptance {
                rule,
                reason: reason.to_owned(),
                place: place.clone(),
            }),
            Err((message, help)) => problems.push(wrong(&place, message, help)),
        }
    }
    (accepted, problems)
}

fn one(entry: &str) -> Result<(&'static Rule, &str), (String, String)> {
    let (slug, reason) = entry.split_once(':').unwrap_or((entry, ""));
    let (slug, reason) = (slug.trim(), reason.trim());
    let Some(rule) = rules::find(slug) else {
        let all = rules::all().into_iter().map(|rule| rule.slug);
        let help = match did_you_mean(slug, all) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`gpu-machineset explain` lists all rules".to_owned(),
        };
        return Err((format!("no rule is named `{slug}`"), help));
    };
    if rule.severity != Severity::Warning {
        let message = format!(
            "`{slug}` is an {}, and only warnings are accepted",
            rule.severity
        );
        let help = match rule.severity {
            Severity::Error => "mend what it says",
            _ => "remove it; `--quiet` leaves infos out",
        };
        return Err((message, help.to_owned()));
    }
    if reason.is_empty() {
        let message = format!("`{slug}` is accepted without a reason");
        let help = "write one behind the rule, after a colon";
        return Err((message, help.to_owned()));
    }
    Ok((rule, reason))
}

fn wrong(place: &Place, message: String, help: String) -> Problem {
    Problem::new(&rule::ACCEPTANCE_INVALID, place.clone(), message).help(help)
}
