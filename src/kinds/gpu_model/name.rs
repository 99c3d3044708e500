//! Names that KServe and OpenShift AI take.

use super::context::Context;
use crate::plan::Plan;
use crate::problem::rules::model as rule;
use crate::problem::{Problem, Problems};

/// odh-model-controller, MaxISVCLength.
const LONGEST: usize = 53;

/// A name that cannot be that of an InferenceService, or that another model has.
pub(super) fn check(context: &Context<'_>, plan: &Plan, problems: &mut Problems) {
    let name = context.name();
    let mut wrong = |path: &str, message: String, help: String| {
        let problem = Problem::new(&rule::MODEL_NAME, context.place(path), message);
        problems.push(problem.help(help));
    };
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins || name.ends_with('-') || !name.chars().all(is_inner) {
        let message = format!("`{name}` cannot be the name of an InferenceService");
        let proposed: String = name
            .chars()
            .map(|c| if is_inner(c) { c } else { '-' })
            .collect();
        let proposed = if begins {
            proposed
        } else {
            format!("m-{proposed}")
        };
        let help = format!(
            "write lower case letters, digits and `-`, a letter first and no `-` last: `{}`",
            proposed.trim_end_matches('-')
        );
        wrong("metadata.name", message, help);
    }
    if name.len() > LONGEST {
        let message = format!(
            "`{name}` has {} characters, and OpenShift AI takes {LONGEST} of a model",
            name.len()
        );
        wrong(
            "metadata.name",
            message,
            "shorten it; `displayName` may be long".to_owned(),
        );
    }
    if context.namespace == context.applications() {
        let message = format!(
            "OpenShift AI refuses models in its own namespace `{}`",
            context.namespace
        );
        let help = "give models a namespace of their own".to_owned();
        wrong("metadata.namespace", message, help);
    }
    let same = |one: &&crate::plan::Model| {
        one.name == name && one.namespace == context.namespace && one.cluster == context.cluster
    };
    if let Some(first) = plan.models.iter().find(same) {
        let message = format!(
            "two models of namespace `{}` are called `{name}`",
            context.namespace
        );
        let problem = Problem::new(&rule::MODEL_NAME, context.place("metadata.name"), message);
        let problem = problem.fact(format!("the first is at {}", first.place));
        problems.push(problem.help("rename one of them"));
    }
}
