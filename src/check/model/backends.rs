//! Backends of 3scale that others wrote.

use super::{Around, Found, Judged};
use crate::krm::Node;
use crate::problem::Problem;
use crate::problem::rules::model as rule;

const ENABLE_AUTH: &str = "security.opendatahub.io/enable-auth";

/// A port of a model's service on which nothing listens.
pub(super) fn check(judged: &Judged<'_>, others: &[Judged<'_>], around: &Around<'_>) -> Found {
    wrong_port(judged, others, around).into_iter().collect()
}

fn wrong_port(judged: &Judged<'_>, others: &[Judged<'_>], around: &Around<'_>) -> Option<Problem> {
    let url = judged.node.str_at(&["spec", "privateBaseURL"])?;
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, port.parse::<u32>().ok()?),
        None => (authority, if scheme == "https" { 443 } else { 80 }),
    };
    let mut parts = host.split('.');
    let (service, namespace) = (parts.next()?, parts.next()?);
    let name = service.strip_suffix("-predictor")?;
    let is_it = |one: &&Judged<'_>| {
        let document = one.document;
        document.kind == "InferenceService"
            && document.name == name
            && document.namespace == namespace
    };
    let model = others.iter().find(is_it)?;
    let has_auth = model.document.annotation(ENABLE_AUTH).as_deref() == Some("true");
    let (scheme, right) = if has_auth {
        ("https", 8443)
    } else if around.is_headless()? {
        ("http", port_of(model, around)?)
    } else {
        ("http", 80)
    };
    if port == right {
        return None;
    }
    let proposed = format!("{scheme}://{host}:{right}");
    let why = if has_auth {
        "callers need a token, which a proxy on 8443 asks for"
    } else if right == 80 {
        "services of models are `Headed` and listen on 80 alone"
    } else {
        "services of models are `Headless`, so callers need the port of the container"
    };
    let message = format!(
        "{}: nothing listens on port {port} of `{service}`: {why}",
        judged.title()
    );
    let place = judged.at(&["spec", "privateBaseURL"]);
    let problem = Problem::new(&rule::BACKEND_URL_PORT, place, message);
    let problem = problem.values(url, Some(proposed.clone()));
    Some(problem.help(format!("write `{proposed}`")))
}

/// The port of the container of its runtime.
fn port_of(model: &Judged<'_>, around: &Around<'_>) -> Option<u32> {
    let runtime = model
        .node
        .str_at(&["spec", "predictor", "model", "runtime"])?;
    let key = (model.document.namespace.as_ref(), runtime);
    let containers = around.runtimes.get(&key)?.at(&["spec", "containers"])?;
    let ports = containers.items().first()?.get("ports").map(Node::items);
    let port = ports.unwrap_or_default().first()?.get("containerPort")?;
    port.text()?.parse().ok()
}
