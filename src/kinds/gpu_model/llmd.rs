//! What llm-d needs of a cluster and of what is asked for.

use super::context::Context;
use super::llm_service::ARGS;
use super::shape::{Shape, engine};
use crate::api::gpu_model::{Auth, Engine, RuntimeRef, StorageRef};
use crate::catalog::ServedModel;
use crate::krm::Node;
use crate::operator;
use crate::plan::Plan;
use crate::problem::rules::{api, model, serving as rule};
use crate::problem::{Problem, Problems, Rule};
use crate::types::Version;

/// First release with LLMInferenceServices.
const SINCE: Version = Version(2, 25);
/// First release in which they scale, and in which presets read arguments of the container.
pub(super) const SCALES_SINCE: Version = Version(3, 4);
/// GiB of weights that come in a second.
const LOADING: f64 = 0.2;

/// Whether the release has it at all; `false` after a problem.
pub(super) fn is_there(context: &Context<'_>, problems: &mut Problems) -> bool {
    let found = if context.ai < SINCE {
        let message = format!("OpenShift AI {} has no LLMInferenceService", context.ai);
        let place = context.place("spec.engine");
        Some(
            Problem::new(&rule::LLMD_VERSION, place, message).help(format!(
                "write `engine: kserve`, or take a channel of {SINCE} or later"
            )),
        )
    } else if context.spec.pool.is_none() {
        let message = "what llm-d ships runs on GPUs, and no pool is named".to_owned();
        let place = context.place("spec.engine");
        let problem = Problem::new(&model::MODEL_POOL_UNKNOWN, place, message);
        Some(problem.help("name a `pool`, or write `engine: kserve` for CPU"))
    } else {
        None
    };
    let is_there = found.is_none();
    problems.extend(found);
    is_there
}

/// What keeps an LLMInferenceService from starting, or is refused.
pub(super) fn check(context: &Context<'_>, plan: &Plan, shape: &Shape, problems: &mut Problems) {
    check_public(context, problems);
    let found = [
        operators(context, shape),
        runtime(context),
        storage(context),
        variable(context),
        ways_in(context),
        tensor(context, shape),
        network(context, shape),
    ];
    problems.extend(found.into_iter().flatten());
    problems.extend(scaling(context, plan));
}

fn wrong(
    context: &Context<'_>,
    rule: &'static Rule,
    path: &str,
    message: impl Into<String>,
) -> Problem {
    Problem::new(rule, context.place(path), message.into())
}

fn operators(context: &Context<'_>, shape: &Shape) -> Option<Problem> {
    let mut needed = vec!["cert-manager", "connectivity-link"];
    if shape.pods > 1 {
        needed.push(operator::OVER_MACHINES);
    }
    let has = |id: &str| context.operators.iter().any(|one| one.operator.id == id);
    needed.retain(|id| !has(id));
    if needed.is_empty() {
        return None;
    }
    let message = format!("llm-d needs `{}`, which nothing shows", needed.join("`, `"));
    let path = if context.spec.engine.is_some() {
        "spec.engine"
    } else {
        "spec.expose"
    };
    let lines: Vec<String> = needed.iter().map(|id| format!("{id}: {{}}")).collect();
    let problem = wrong(context, &rule::LLMD_OPERATOR_MISSING, path, message);
    let problem = problem.help(format!(
        "in the GpuPlatform: `operators: {{{}}}`, each with `provided: true` where somebody else installs it",
        lines.join(", ")
    ));
    Some(problem.help("or save what the cluster has beside the facts: `oc get subscriptions.operators.coreos.com -A -o yaml`"))
}

fn runtime(context: &Context<'_>) -> Option<Problem> {
    let is_taken = match &context.spec.runtime {
        None => true,
        Some(RuntimeRef::Name(_)) => false,
        Some(RuntimeRef::Made(made)) => {
            let texts = [
                &made.name,
                &made.display_name,
                &made.format,
                &made.format_version,
            ];
            let lists = [&made.command, &made.args];
            texts.iter().all(|one| one.is_none())
                && lists.iter().all(|one| one.is_none())
                && made.port.is_none()
                && made.env.is_none()
        }
    };
    if is_taken {
        return None;
    }
    let message = "an LLMInferenceService has no ServingRuntime";
    let problem = wrong(context, &rule::LLMD_RUNTIME, "spec.runtime", message);
    Some(
        problem.help("leave `runtime` out; of one that is described only `image` and `vllm` count"),
    )
}

fn storage(context: &Context<'_>) -> Option<Problem> {
    let is_uri = matches!(&context.spec.storage, StorageRef::At(at) if at.uri.is_some());
    if is_uri {
        return None;
    }
    let message = "an LLMInferenceService finds its weights by a URI alone";
    let problem = wrong(context, &rule::LLMD_STORAGE, "spec.storage", message);
    Some(problem.help(
        "write `storage: {uri: \"pvc://claim/path\"}`, or one that begins with `oci://`, `hf://` or `s3://`",
    ))
}

fn variable(context: &Context<'_>) -> Option<Problem> {
    context.spec.env.as_ref()?.get(ARGS)?;
    let message = format!("`{ARGS}` is written here, and follows from the other fields");
    let path = format!("spec.env.{ARGS}");
    let problem = wrong(context, &rule::LLMD_ARGS, &path, message);
    Some(problem.help("write what it holds as `args`"))
}

/// Ways in that lead to an InferenceService alone.
fn ways_in(context: &Context<'_>) -> Option<Problem> {
    let expose = context.spec.expose.as_ref()?;
    if expose.route.is_some() {
        let path = "spec.expose.route";
        let message = "an LLMInferenceService has no Route of its own: its Gateway leads to it";
        let problem = wrong(context, &api::INVALID_VALUE, path, message);
        return Some(problem.help("leave `route` out; `gateway` names another Gateway"));
    }
    let asked = expose.threescale.as_ref()?;
    if asked.url.is_some() {
        return None;
    }
    let path = "spec.expose.threescale";
    let message = "3scale reaches an LLMInferenceService through its Gateway, whose address is not known here";
    let problem = wrong(context, &model::MODEL_SERVICE_CONFIG_UNKNOWN, path, message);
    Some(problem.help(format!(
        "say where it is: `threescale: {{url: \"https://gateway.example.com/{}/{}\"}}`",
        context.namespace,
        context.name()
    )))
}

fn tensor(context: &Context<'_>, shape: &Shape) -> Option<Problem> {
    if shape.pods > 1 || shape.tensor < 2 || context.ai > SCALES_SINCE {
        return None;
    }
    let message = format!(
        "`--tensor-parallel-size={}` stands in `{ARGS}`: OpenShift AI {} does not read `parallelism.tensor` on one machine",
        shape.tensor, context.ai
    );
    Some(wrong(
        context,
        &rule::LLMD_TENSOR_IGNORED,
        "spec.gpus",
        message,
    ))
}

/// Experts over machines without RDMA.
fn network(context: &Context<'_>, shape: &Shape) -> Option<Problem> {
    shape.data?;
    let written = context.spec.llm_inference_service.as_ref();
    let text = written.map(|one| serde_json::Value::Object(one.clone()).to_string());
    if text.is_some_and(|text| text.contains("rdma")) {
        return None;
    }
    let path = if context.spec.nodes.is_some() {
        "spec.nodes"
    } else {
        "spec.parallelism"
    };
    let message = "ranks on several machines talk through the network of pods, without RDMA";
    let problem = wrong(context, &rule::MODEL_NETWORK_SLOW, path, message);
    Some(problem.help("ask for a device of RDMA in `template` and `worker` below `llmInferenceService`, as `rdma/ib: 1`, with the variables of NCCL that it needs"))
}

fn scaling(context: &Context<'_>, plan: &Plan) -> Vec<Problem> {
    let Some(scaling) = context.spec.autoscaling else {
        return Vec::new();
    };
    let path = "spec.autoscaling";
    if context.ai < SCALES_SINCE {
        let message = format!(
            "an LLMInferenceService of OpenShift AI {} does not scale",
            context.ai
        );
        let problem = wrong(context, &rule::LLMD_VERSION, path, message);
        return vec![problem.help("write `replicas`, or `engine: kserve`")];
    }
    let mut found = Vec::new();
    if scaling.waiting.is_some() {
        let message = "llm-d decides by the load of the caches when there is another copy";
        let path = "spec.autoscaling.waiting";
        let problem = wrong(context, &api::INVALID_VALUE, path, message);
        found.push(problem.help("leave `waiting` out"));
    }
    let wva = ["kserve", "wva", "managementState"];
    if super::data_science_cluster::component(context, plan, &wva).as_deref() != Some("Managed") {
        let message = "LLMInferenceServices are scaled by a component of OpenShift AI that is off, as far as it is shown";
        let problem = wrong(context, &model::AUTOSCALE_NEEDS_KEDA, path, message);
        found.push(problem.help("in the GpuPlatform: `openshift-ai: {operand: {components: {kserve: {wva: {managementState: Managed}}}}}`, or the same in the DataScienceCluster of the facts"));
    }
    found
}

/// Arguments that replace the script which starts vLLM, in what a person changes.
pub(super) fn check_patch(context: &Context<'_>, service: &Node, problems: &mut Problems) {
    if engine(context) != Engine::LlmD || context.ai >= SCALES_SINCE {
        return;
    }
    let has_args = |pod: &str| {
        let containers = service.at(&["spec", pod, "containers"]).map(Node::items);
        let mut all = containers.unwrap_or_default().iter();
        all.any(|one| one.get("args").is_some() || one.get("command").is_some())
    };
    if has_args("template") || has_args("worker") {
        let path = "spec.llmInferenceService";
        let message = format!(
            "`args` of a container replace the script that starts vLLM in OpenShift AI {}",
            context.ai
        );
        let problem = wrong(context, &rule::LLMD_ARGS, path, message);
        problems.push(problem.help(format!(
            "write them as `args` of this object: they go into `{ARGS}`"
        )));
    }
}

/// A load that is killed before it ends.
pub(super) fn check_load(
    context: &Context<'_>,
    of_pod: Option<ServedModel>,
    problems: &mut Problems,
) {
    let uri = match &context.spec.storage {
        StorageRef::At(at) => at.uri.as_deref().unwrap_or_default(),
        StorageRef::InImage(_) => "",
    };
    let Some(weights) = of_pod.and_then(|model| model.weights_gib) else {
        return;
    };
    let seconds = weights / LOADING;
    let most = if context.ai < SCALES_SINCE {
        150.0
    } else {
        600.0
    };
    if uri.starts_with("pvc://") || seconds <= most {
        return;
    }
    let message = format!(
        "{weights:.0} GiB of weights take about {seconds:.0} seconds, and the server is stopped after {most:.0}"
    );
    let problem = wrong(
        context,
        &rule::MODEL_LOAD_EXCEEDS_PROBE,
        "spec.storage",
        message,
    );
    problems.push(problem.help("keep them on a volume: `storage: {uri: \"pvc://claim/path\"}`").help(
        "or give the container `main` a `startupProbe` of its own below `llmInferenceService`",
    ));
}

/// A gateway that is asked for with the wrong engine.
pub(super) fn check_engine(context: &Context<'_>, problems: &mut Problems) {
    let expose = context.spec.expose.as_ref();
    if context.spec.engine != Some(Engine::Kserve) {
        return;
    }
    if expose.is_some_and(|one| one.maas.is_some()) {
        let path = "spec.expose.maas";
        let message = "Models as a Service knows LLMInferenceServices, and no InferenceService";
        let problem = wrong(context, &rule::MAAS_NEEDS_LLMD, path, message);
        problems.push(problem.help("leave `engine` out, or write `engine: llm-d`"));
    }
    if expose.is_some_and(|one| one.gateway.is_some()) {
        let path = "spec.expose.gateway";
        let message = "a Gateway leads to an LLMInferenceService, and this is an InferenceService";
        let problem = wrong(context, &rule::GATEWAY_NEEDS_LLMD, path, message);
        problems.push(problem.help("write `engine: llm-d`, or `expose: {route: {timeout: 5m}}`"));
    }
}

/// Whoever reaches its Gateway may call it.
fn check_public(context: &Context<'_>, problems: &mut Problems) {
    if context.spec.auth.as_ref().is_none_or(Auth::is_on) {
        return;
    }
    let message = "whoever reaches the Gateway may call the model: nobody asks for a token";
    let problem = wrong(context, &model::MODEL_PUBLIC, "spec.auth", message);
    problems.push(problem.help("leave `auth` out, or write `auth: {groups: [...]}`"));
}
