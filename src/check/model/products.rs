//! Products of 3scale.

use super::{Found, Judged};
use crate::problem::Problem;
use crate::problem::rules::model as rule;

pub(super) const GROUP: &str = "capabilities.3scale.net";

/// A plan that is said to be the default one, in a field that no release has.
pub(super) fn check(judged: &Judged<'_>) -> Found {
    let path = ["spec", "applicationPlans"];
    let Some(plans) = judged.node.at(&path) else {
        return Found::new();
    };
    let mut found = Found::new();
    for plan in plans.entries() {
        let Some(entry) = plan.value.entry("default") else {
            continue;
        };
        let message = format!(
            "{}: a plan of 3scale has no field `default`: a strict API server refuses it, another drops it, and no plan is the default",
            judged.title()
        );
        let path = format!("spec.applicationPlans.{}.default", plan.key);
        let place = judged.document.place(entry.key_span.clone(), path);
        let problem = Problem::new(&rule::THREESCALE_PLAN_DEFAULT, place, message);
        found.push(problem.help("remove the line; the default plan is chosen in 3scale itself"));
    }
    found
}
