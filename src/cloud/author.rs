//! Who wrote a value of a finished provider spec: the cure of what is wrong with it is there.

use crate::cloud::Request;
use crate::krm::{Kind, Node};
use crate::problem::{Problem, Rule};

/// Whoever had the last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// `spec.providerSpec` of the pool.
    Override,
    /// The cloned worker.
    Worker,
    /// We, out of the facts.
    Facts,
}

/// The author of a field that no setting of the pool writes.
pub(crate) fn of(field: &[&str], request: &Request<'_>) -> Author {
    if request.pool.patch.is_some_and(|patch| writes(patch, field)) {
        Author::Override
    } else if request.worker.is_some() {
        Author::Worker
    } else {
        Author::Facts
    }
}

/// Whether a merge patch writes or removes a field: it is there, or a value that is no map stands above it.
fn writes(patch: &Node, field: &[&str]) -> bool {
    match (field.split_first(), &patch.kind) {
        (Some((key, rest)), Kind::Map(_)) => {
            patch.get(key).is_some_and(|value| writes(value, rest))
        }
        _ => true,
    }
}

/// A problem of a field: where it is overridden, else at the pool, with the worker that it comes from.
pub(crate) fn problem(
    rule: &'static Rule,
    field: &[&str],
    message: String,
    request: &Request<'_>,
) -> Problem {
    let place = (request.pool.place)(&format!("spec.providerSpec.{}", field.join(".")));
    let problem = Problem::new(rule, place, message);
    match (of(field, request), request.worker) {
        (Author::Worker, Some(worker)) => problem.fact(format!("cloned from {}", worker.origin)),
        _ => problem,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_writes_what_it_names_removes_or_replaces_as_a_whole() {
        let patch = json!({"ami": {"id": "ami-1"}, "userDataSecret": null, "blockDevices": []});
        let patch = Node::from_json(&patch);
        for (field, expected) in [
            (&["ami", "id"][..], true),
            (&["ami", "arn"], false),
            (&["userDataSecret", "name"], true),
            (&["blockDevices", "ebs"], true),
            (&["tags"], false),
        ] {
            assert_eq!(writes(&patch, field), expected, "{field:?}");
        }
    }
}
