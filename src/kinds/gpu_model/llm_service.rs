//! The LLMInferenceService.
//!
//! What is not said here comes from presets of the release: image, probes, certificate, the script that starts vLLM.
//! Arguments reach that script through one variable, which it reads as a shell does.

use serde_json::{Value, json};

use super::arguments::Arguments;
use super::context::Context;
use super::gateway;
use super::maas;
use super::objects::{self, DASHBOARD, Head, SERVICES};
use super::placement::Placement;
use super::profile::Profile;
use super::resources::Requested;
use super::service;
use super::shape::Shape;
use crate::api::gpu_model::{Auth, RuntimeRef, StorageRef};
use crate::catalog::ServedModel;
use crate::fit::flag;
use crate::krm::Node;
use crate::types::Version;

/// What hands arguments to vLLM in every release.
pub(super) const ARGS: &str = "VLLM_ADDITIONAL_ARGS";
/// First release with the stored version of the API.
const V1ALPHA2: Version = Version(3, 4);
/// Seconds between two looks at the load.
const POLLING: u32 = 30;

/// All of it.
pub(super) fn object(
    context: &Context<'_>,
    shape: &Shape,
    profile: Option<&Profile>,
    placement: &Placement<'_>,
    arguments: &Arguments,
    requested: &Requested,
    served: Option<ServedModel>,
) -> Node {
    let mut spec = json!({"model": model(context, arguments)});
    match context.spec.autoscaling {
        Some(scaling) => {
            spec["scaling"] = json!({
                "minReplicas": scaling.min,
                "maxReplicas": scaling.max,
                "wva": {"keda": {"pollingInterval": POLLING}},
            });
        }
        None => spec["replicas"] = context.spec.replicas.unwrap_or(1).into(),
    }
    if let Some(parallelism) = parallelism(shape) {
        spec["parallelism"] = parallelism;
    }
    let gateway = gateway::of(context);
    spec["router"] = json!({
        "route": {},
        "gateway": {"refs": [{"name": gateway.name, "namespace": gateway.namespace}]},
        "scheduler": {},
    });
    let pod = pod(context, placement, arguments, requested);
    if shape.pods > 1 {
        // no webhook fills it
        spec["worker"] = pod.clone();
    }
    spec["template"] = pod;
    let mut annotations = service::annotations(context, profile, true, served);
    if !context.spec.auth.as_ref().is_none_or(Auth::is_on) {
        annotations["security.opendatahub.io/enable-auth"] = "false".into();
    }
    if let Some(tiers) = maas::tiers(context) {
        annotations[maas::TIERS] = tiers.into();
    }
    let head = Head {
        api: api(context.ai),
        kind: "LLMInferenceService",
        name: context.name(),
        wave: SERVICES,
        namespace: None,
        is_custom: true,
        labels: json!({DASHBOARD: "true"}),
        annotations,
    };
    objects::object(context, head, json!({"spec": spec}))
}

fn api(ai: Version) -> &'static str {
    if ai >= V1ALPHA2 {
        "serving.kserve.io/v1alpha2"
    } else {
        "serving.kserve.io/v1alpha1"
    }
}

fn model(context: &Context<'_>, arguments: &Arguments) -> Value {
    let name = flag(&arguments.all, "--served-model-name").unwrap_or(context.name());
    let uri = match &context.spec.storage {
        StorageRef::At(storage) => storage.uri.as_deref(),
        StorageRef::InImage(_) => None,
    };
    json!({"uri": uri.unwrap_or_default(), "name": name})
}

fn parallelism(shape: &Shape) -> Option<Value> {
    let mut all = json!({});
    if let Some(data) = shape.data {
        all["data"] = data.all.into();
        all["dataLocal"] = data.local.into();
    }
    if shape.expert {
        all["expert"] = true.into();
    }
    if shape.tensor > 1 || shape.data.is_some() {
        all["tensor"] = shape.tensor.into();
    }
    (all != json!({})).then_some(all)
}

fn pod(
    context: &Context<'_>,
    placement: &Placement<'_>,
    arguments: &Arguments,
    requested: &Requested,
) -> Value {
    let mut env = context.spec.env.clone().unwrap_or_default();
    if !arguments.all.is_empty() {
        let words = arguments.all.iter().map(|one| quoted(one));
        env.insert(ARGS.to_owned(), words.collect::<Vec<_>>().join(" "));
    }
    let mut container = json!({"name": "main"});
    if let Some(image) = image(context) {
        container["image"] = image.into();
    }
    if !env.is_empty() {
        container["env"] = service::variables(&env);
    }
    container["resources"] = requested.to_json(placement);
    let mut pod = Value::Object(service::way(placement));
    pod["containers"] = json!([container]);
    pod
}

/// Another image than that of the release.
fn image<'a>(context: &Context<'a>) -> Option<&'a str> {
    match &context.spec.runtime {
        Some(RuntimeRef::Made(made)) => made.image.as_deref(),
        _ => None,
    }
}

/// As a shell reads it as one word.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_where_a_shell_would_read_more_of_them() {
        assert_eq!(quoted("--max-model-len=16384"), "--max-model-len=16384");
        assert_eq!(quoted("{\"a\": 1}"), "'{\"a\": 1}'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted("$HOME"), "'$HOME'");
        assert_eq!(quoted(""), "''");
    }
}
