//! A ServingRuntime that is there: somebody else looks after it, and the model takes it as it is.

use std::borrow::Cow;

use super::context::Context;
use super::runtime::{PORT, Serving, VLLM};
use crate::catalog;
use crate::krm::{Document, Node};
use crate::problem::rules::{model as rule, serving};
use crate::problem::{Problem, Problems, did_you_mean};
use crate::types::Version;

/// Runtimes of the input and the facts, in the namespace of the model.
fn standing<'c>(context: &'c Context<'_>) -> impl Iterator<Item = &'c Document<'c>> {
    context.documents().filter(|document| {
        document.is("serving.kserve.io", "ServingRuntime")
            && document.namespace.as_ref() == context.namespace
    })
}

fn missing(context: &Context<'_>, message: String) -> Problem {
    let place = context.place("spec.runtime");
    Problem::new(&rule::MODEL_RUNTIME_MISSING, place, message)
}

fn not_there(context: &Context<'_>, name: &str) -> Problem {
    let names: Vec<&str> = standing(context).map(|one| one.name.as_ref()).collect();
    let near = did_you_mean(name, names.iter().copied()).map(str::to_owned);
    let namespace = &context.namespace;
    let message = format!("namespace `{namespace}` has no ServingRuntime `{name}`");
    let help = match (&near, names.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => {
            "leave `runtime` out, and one is made; or add it to the input or the facts".to_owned()
        }
        (None, names) => format!("there are: `{}`", names.join("`, `")),
    };
    missing(context, message).values(name, near).help(help)
}

/// The one of a name; `None` after a problem.
pub(super) fn of<'c>(
    context: &'c Context<'_>,
    name: &'c str,
    over_nodes: bool,
    problems: &mut Problems,
) -> Option<Serving<'c>> {
    let Some(document) = standing(context).find(|document| document.name == name) else {
        problems.push(not_there(context, name));
        return None;
    };
    let node = problems.take(document.node())?;
    if over_nodes && node.at(&["spec", "workerSpec"]).is_none() {
        let message = format!("ServingRuntime `{name}` has no `workerSpec` for the other machines");
        let place = context.place("spec.runtime");
        let problem = Problem::new(&serving::MODEL_PARALLEL_SHAPE, place, message);
        problems
            .push(problem.help("leave `runtime` out, and one is made; or give it a `workerSpec`"));
    }
    let formats = node.at(&["spec", "supportedModelFormats"]).map(Node::items);
    let format = formats.unwrap_or_default().first();
    let text = |key: &str| {
        format
            .and_then(|format| format.get(key)?.text())
            .map(str::to_owned)
    };
    let Some(format_name) = text("name") else {
        let message =
            format!("ServingRuntime `{name}` says of no format of models that it serves it");
        let problem = missing(context, message);
        problems.push(problem.help("give it one: `supportedModelFormats: [{name: vLLM}]`"));
        return None;
    };
    let containers = node.at(&["spec", "containers"]).map(Node::items);
    let container = containers.unwrap_or_default().first();
    let image = container.and_then(|one| one.str_at(&["image"]));
    let image = image.unwrap_or_default();
    let ports = container.and_then(|one| one.get("ports")).map(Node::items);
    let port = ports
        .unwrap_or_default()
        .first()
        .and_then(|one| one.get("containerPort"));
    let port = port.and_then(|port| port.text()?.parse().ok());
    let of_table = catalog::runtimes().find(|row| {
        let is_it = |own: &str| image.ends_with(own);
        is_it(row.image) || row.cpu.is_some_and(is_it)
    });
    let said = document.annotation("opendatahub.io/runtime-version");
    let said = said
        .as_deref()
        .map(|text| text.trim_start_matches('v').to_owned());
    let vllm = of_table.map(|row| row.vllm.to_owned()).or(said);
    Some(Serving {
        name: name.into(),
        vllm: vllm
            .filter(|_| format_name == VLLM)
            .and_then(|text| Version::leading(&text)),
        format: format_name.into(),
        format_version: text("version").map(Cow::from),
        port: port.unwrap_or(PORT),
        made: None,
        over_nodes,
    })
}
