//! Problems as `results` of a ResourceList (kustomize's functions-spec, version v1).

use crate::krm::tree::node::Node;
use crate::problem::{ObjectRef, Problem, Problems, shown};

/// One result per problem, sorted. `source` is the name of the text itself, which is no file of a package.
pub(super) fn results(problems: &Problems, source: &str) -> Vec<Node> {
    problems
        .clone()
        .sorted()
        .iter()
        .map(|problem| result(problem, source))
        .collect()
}

fn result(problem: &Problem, source: &str) -> Node {
    let mut node = Node::map([
        ("message", Node::from(message(problem))),
        // readers disagree about the default, so it is always written
        ("severity", problem.severity().to_string().into()),
    ]);
    let place = &problem.place;
    if let Some(object) = place.object.as_ref().filter(|object| is_complete(object)) {
        node.set("resourceRef", reference(object));
        if !place.path.is_empty() {
            node.set("field", field(problem));
        }
    }
    if !place.file.is_empty() && place.file != source {
        let index = u64::try_from(place.index).unwrap_or(0);
        node.set(
            "file",
            Node::map([
                ("path", Node::from(place.file.as_str())),
                ("index", index.into()),
            ]),
        );
    }
    node.set("tags", Node::map([("code", Node::from(problem.rule.slug))]));
    node
}

/// One line: kpt shows the message only, and without its line breaks.
fn message(problem: &Problem) -> String {
    let mut parts = vec![problem.message.clone()];
    parts.extend(problem.facts.iter().map(|fact| format!("fact: {fact}")));
    parts.extend(problem.help.iter().map(|help| format!("help: {help}")));
    shown(&parts.join("; ")).replace('\n', " ")
}

fn is_complete(object: &ObjectRef) -> bool {
    !(object.api_version.is_empty() || object.kind.is_empty() || object.name.is_empty())
}

fn reference(object: &ObjectRef) -> Node {
    let mut node = Node::map([
        ("apiVersion", Node::from(object.api_version.as_str())),
        ("kind", object.kind.as_str().into()),
        ("name", object.name.as_str().into()),
    ]);
    if !object.namespace.is_empty() {
        node.set("namespace", object.namespace.as_str());
    }
    node
}

fn field(problem: &Problem) -> Node {
    let mut field = Node::map([("path", Node::from(problem.place.path.as_str()))]);
    if let Some(current) = &problem.current {
        field.set("currentValue", current.as_str());
    }
    if let Some(proposed) = &problem.proposed {
        field.set("proposedValue", proposed.as_str());
    }
    field
}
