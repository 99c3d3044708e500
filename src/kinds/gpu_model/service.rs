//! The InferenceService.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::arguments::Arguments;
use super::context::Context;
use super::objects::{self, DASHBOARD, Head, SERVICES};
use super::placement::Placement;
use super::profile::Profile;
use super::resources::Requested;
use super::runtime::Serving;
use super::scaling;
use crate::api::gpu_model::{ModelType, StorageRef};
use crate::catalog::ServedModel;
use crate::krm::Node;
use crate::operator;

/// Copies at the least and at the most.
pub(super) fn replicas(context: &Context<'_>) -> (u32, u32) {
    if let Some(scaling) = context.spec.autoscaling {
        return (scaling.min, scaling.max);
    }
    let count = context.spec.replicas.unwrap_or(1);
    (count, count)
}

/// `[{name, value}]`
pub(super) fn variables(env: &BTreeMap<String, String>) -> Value {
    let one = |(name, value): (&String, &String)| json!({"name": name, "value": value});
    env.iter().map(one).collect()
}

/// All of it but how it is updated.
pub(super) fn object(
    context: &Context<'_>,
    profile: Option<&Profile>,
    placement: &Placement<'_>,
    serving: &Serving<'_>,
    arguments: &Arguments,
    requested: &Requested,
    served: Option<ServedModel>,
) -> Node {
    let (least, most) = replicas(context);
    let mut predictor = json!({
        "automountServiceAccountToken": false,
        "minReplicas": least,
        "maxReplicas": most,
    });
    for (key, value) in way(placement) {
        predictor[key] = value;
    }
    if let Some(scaling) = context.spec.autoscaling {
        predictor["autoScaling"] = scaling::metrics(context, arguments, scaling);
    }
    predictor["model"] = model(context, placement, serving, arguments, requested);
    let mut labels = json!({DASHBOARD: "true"});
    if context
        .spec
        .expose
        .as_ref()
        .is_some_and(|one| one.route.is_some())
    {
        labels["networking.kserve.io/visibility"] = "exposed".into();
    }
    let head = Head {
        api: "serving.kserve.io/v1beta1",
        kind: "InferenceService",
        name: context.name(),
        wave: SERVICES,
        namespace: None,
        is_custom: true,
        labels,
        annotations: of_kserve(
            context,
            annotations(context, profile, serving.is_vllm(), served),
        ),
    };
    objects::object(context, head, json!({"spec": {"predictor": predictor}}))
}

fn model(
    context: &Context<'_>,
    placement: &Placement<'_>,
    serving: &Serving<'_>,
    arguments: &Arguments,
    requested: &Requested,
) -> Value {
    let spec = context.spec;
    let mut format = json!({"name": serving.format});
    if let Some(version) = &serving.format_version {
        format["version"] = version.as_ref().into();
    }
    let mut model = json!({"modelFormat": format, "runtime": serving.name});
    if let StorageRef::At(storage) = &spec.storage {
        if let Some(uri) = &storage.uri {
            model["storageUri"] = uri.as_str().into();
        } else {
            let mut at = json!({"key": storage.key});
            if let Some(path) = &storage.path {
                at["path"] = path.as_str().into();
            }
            model["storage"] = at;
        }
    }
    if !arguments.all.is_empty() {
        model["args"] = arguments.all.clone().into();
    }
    let mut env = spec.env.clone().unwrap_or_default();
    if placement.gpus == 0 && serving.is_vllm() {
        let cache = spec.cache_gib.unwrap_or(super::resources::CACHE_GIB);
        env.entry("VLLM_CPU_KVCACHE_SPACE".to_owned())
            .or_insert_with(|| cache.to_string());
    }
    if !env.is_empty() {
        model["env"] = variables(&env);
    }
    model["resources"] = requested.to_json(placement);
    model
}

/// What leads its pods to the pool.
pub(super) fn way(placement: &Placement<'_>) -> Map<String, Value> {
    let mut pod = Map::new();
    if placement.pool().is_some() {
        pod.insert("nodeSelector".to_owned(), json!(placement.way.labels));
        let tolerations = placement.way.tolerations.iter();
        let tolerations: Value = tolerations.map(|one| one.to_node().to_json()).collect();
        if tolerations != json!([]) {
            pod.insert("tolerations".to_owned(), tolerations);
        }
    }
    pod
}

/// What the dashboard and the webhooks read of both forms.
pub(super) fn annotations(
    context: &Context<'_>,
    profile: Option<&Profile>,
    is_vllm: bool,
    served: Option<ServedModel>,
) -> Value {
    let spec = context.spec;
    let by_task = served.map(|model| match model.task {
        "text" | "vision" | "guard" => ModelType::Generative,
        _ => ModelType::Predictive,
    });
    let by_format = if is_vllm {
        ModelType::Generative
    } else {
        ModelType::Predictive
    };
    let model_type = spec.model_type.or(by_task).unwrap_or(by_format);
    let mut all = json!({
        "openshift.io/display-name": context.display_name(),
        "opendatahub.io/model-type": model_type.name(),
    });
    if let Some(description) = &spec.description {
        all["openshift.io/description"] = description.as_str().into();
    }
    if let Some(profile) = profile {
        all["opendatahub.io/hardware-profile-name"] = profile.name.as_str().into();
        all["opendatahub.io/hardware-profile-namespace"] = profile.namespace.as_str().into();
    }
    all
}

/// What is read of an InferenceService alone.
fn of_kserve(context: &Context<'_>, mut all: Value) -> Value {
    let spec = context.spec;
    let class = spec.autoscaling.map_or("none", |_| "keda");
    all["serving.kserve.io/deploymentMode"] = operator::deployment_mode(context.ai).into();
    all["serving.kserve.io/autoscalerClass"] = class.into();
    if spec
        .auth
        .as_ref()
        .is_some_and(crate::api::gpu_model::Auth::is_on)
    {
        all["security.opendatahub.io/enable-auth"] = "true".into();
    }
    let route = spec.expose.as_ref().and_then(|one| one.route.as_ref());
    if let Some(timeout) = route.and_then(|route| route.timeout.as_deref()) {
        all["haproxy.router.openshift.io/timeout"] = timeout.into();
    }
    all
}
