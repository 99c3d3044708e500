//! The post-condition of every form: nothing of somebody else's life is left in what we emit, and what admission requires
//! is there.

use super::of_object;
use crate::plan::{Made, Plan};
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems};

/// Reports whatever must not be there.
pub(crate) fn check(plan: &Plan, manifests: &[Made], problems: &mut Problems) {
    // what is missing was said where its cure is; without an error it is a defect of ours
    let was_said = problems.has_errors();
    for manifest in manifests {
        let Some(pool) = manifest.pool.and_then(|pool| plan.pools.get(pool)) else {
            continue;
        };
        // what the placeholder itself carries was checked where it was read
        let own = pool.own_labels.keys().chain(pool.own_annotations.keys());
        // what no controller writes was written on purpose
        let own = own.chain(pool.groups.iter().flat_map(|set| set.capacity.keys()));
        let own: Vec<&str> = own.map(String::as_str).collect();
        let Some(form) = of_object(&manifest.node) else {
            continue;
        };
        let kind = manifest.node.str_at(&["kind"]).unwrap_or("");
        let name = manifest.node.str_at(&["metadata", "name"]).unwrap_or("");
        let mut defect = |what: &str, found: &[String]| {
            if !found.is_empty() {
                let message = format!("{kind} `{name}` would {what} {}", found.join(", "));
                let place = pool.place.clone();
                problems.push(Problem::new(&rule::POSTCONDITION, place, message));
            }
        };
        defect("carry", &form.relics(&manifest.node, &own));
        if !was_said {
            defect("lack", &form.lacks(&manifest.node));
        }
    }
}
