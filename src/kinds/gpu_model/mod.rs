//! `GpuModel`: a model that is served on a GPU pool, or on CPU.

mod arguments;
mod context;
mod data_science_cluster;
mod dimensions;
mod exposure;
mod fitting;
mod gateway;
mod llm_service;
mod llmd;
mod maas;
mod multinode;
mod name;
mod named;
mod objects;
mod packing;
mod placement;
mod profile;
mod resources;
mod runtime;
mod scaling;
mod service;
mod settle;
mod shape;
mod strategy;
mod threescale;
mod workers;

pub(crate) use objects::KINDS;

use crate::api::gpu_machine_set::FactsRef;
use crate::api::gpu_model::{Engine, GpuModelSpec};
use crate::api::{OurKind, Placeholder};
use crate::catalog::ServedModel;
use crate::kinds::{Spec, World};
use crate::krm::Node;
use crate::plan::{Model, Plan};
use crate::problem::{Place, Problem, Problems, rules};
use arguments::Arguments;
use context::Context;
use placement::Placement;
use profile::Profile;
use resources::Requested;
use runtime::Serving;
use shape::Shape;

impl Spec for GpuModelSpec {
    const KIND: OurKind = OurKind::GpuModel;

    fn facts(&self) -> Option<&FactsRef> {
        self.facts.as_ref()
    }

    fn plan(
        placeholder: &Placeholder<'_, Self>,
        world: &World<'_>,
        plan: &mut Plan,
        problems: &mut Problems,
    ) {
        if let Some(context) = Context::of(placeholder, world, plan, problems) {
            let model = decide(&context, plan, problems);
            plan.models.extend(model);
        }
    }

    fn settle(_world: &World<'_>, plan: &mut Plan, problems: &mut Problems) {
        settle::all(plan, problems);
    }
}

/// `None` after problems that leave nothing to make.
fn decide(context: &Context<'_>, plan: &Plan, problems: &mut Problems) -> Option<Model> {
    name::check(context, plan, problems);
    llmd::check_engine(context, problems);
    let is_llmd = shape::engine(context) == Engine::LlmD;
    if is_llmd && !llmd::is_there(context, problems) {
        return None;
    }
    let placement = placement::of(context, plan, problems)?;
    let shape = shape::of(context, &placement, problems)?;
    let served = fitting::served(context, problems);
    let serving = if is_llmd {
        runtime::of_llmd(context)
    } else {
        runtime::of(context, &placement, &shape, problems)?
    };
    let arguments = arguments::of(context, &placement, &shape, &serving, problems);
    let how = (&shape, &serving);
    let fit = fitting::of(context, &placement, how, &arguments, served, problems);
    let of_pod = served.map(|model| shape.of_pod(model));
    let resources = resources::of(context, &placement, of_pod, problems)?;
    runtime::variables(context, problems);
    scaling::check(context, &serving, problems);
    let profile = profile::of(context, plan, &placement, problems);
    let parts = Parts {
        shape: &shape,
        placement: &placement,
        serving: &serving,
        arguments: &arguments,
        requested: &resources,
        served,
    };
    let service = service(context, plan, profile.as_ref(), &parts, problems);
    shape::check_storage(context, &shape, problems);
    let patch = patch(context, &service, problems);
    Some(Model {
        name: context.name().to_owned(),
        namespace: context.namespace.clone(),
        cluster: context.cluster.clone(),
        place: context.place("metadata.name"),
        scale_place: context.place(match context.spec.autoscaling {
            Some(_) => "spec.autoscaling",
            None => "spec.replicas",
        }),
        storage_place: context.place("spec.storage"),
        pool: placement.pool().map(|pool| pool.name.clone()),
        engine: shape.engine,
        pods: shape.pods,
        gpus: placement.gpus,
        resource: placement.resource.clone(),
        machines: placement.machines,
        asks: resources.asks(),
        replicas: service::replicas(context),
        served,
        fit,
        runtime: serving.object(context, &placement),
        gateway: gateway::objects(context, problems),
        beside: beside(context, plan, &parts, problems),
        service,
        patch,
    })
}

/// How it is reached.
fn beside(
    context: &Context<'_>,
    plan: &Plan,
    parts: &Parts<'_>,
    problems: &mut Problems,
) -> Vec<Node> {
    let engine = parts.shape.engine;
    let mut all = exposure::objects(context, resource(engine));
    if engine == Engine::LlmD {
        all.extend(maas::objects(context));
    }
    all.extend(threescale::objects(context, plan, parts.serving, problems));
    all
}

/// What a service is made of.
struct Parts<'p> {
    shape: &'p Shape,
    placement: &'p Placement<'p>,
    serving: &'p Serving<'p>,
    arguments: &'p Arguments,
    requested: &'p Requested,
    served: Option<ServedModel>,
}

/// The InferenceService or LLMInferenceService, and what is wrong with what it takes.
fn service(
    context: &Context<'_>,
    plan: &Plan,
    profile: Option<&Profile>,
    parts: &Parts<'_>,
    problems: &mut Problems,
) -> Node {
    let Parts {
        shape,
        placement,
        serving,
        arguments,
        requested,
        served,
    } = *parts;
    if shape.engine == Engine::LlmD {
        llmd::check(context, plan, shape, problems);
        maas::check(context, plan, problems);
        let of_pod = served.map(|model| shape.of_pod(model));
        llmd::check_load(context, of_pod, problems);
        return llm_service::object(
            context, shape, profile, placement, arguments, requested, served,
        );
    }
    exposure::check(context, problems);
    let mut service = service::object(
        context, profile, placement, serving, arguments, requested, served,
    );
    if let Some(worker) = workers::of(context, shape, placement, arguments, requested) {
        let predictor = service.make(&["spec", "predictor"]);
        predictor.set("workerSpec", Node::from_json(&worker));
    }
    service
}

/// The resource that who may call it may `get`.
fn resource(engine: Engine) -> &'static str {
    match engine {
        Engine::Kserve => "inferenceservices",
        Engine::LlmD => "llminferenceservices",
    }
}

/// The escape hatch of its form; that of the other form is a mistake.
fn patch(context: &Context<'_>, service: &Node, problems: &mut Problems) -> Option<(Node, Place)> {
    let of_kserve = ("inferenceService", context.spec.inference_service.as_ref());
    let of_llmd = (
        "llmInferenceService",
        context.spec.llm_inference_service.as_ref(),
    );
    let ((field, own), (other, foreign)) = match shape::engine(context) {
        Engine::Kserve => (of_kserve, of_llmd),
        Engine::LlmD => (of_llmd, of_kserve),
    };
    if foreign.is_some() {
        let message = format!("`{other}` changes an object that is not made");
        let place = context.place(&format!("spec.{other}"));
        let problem = Problem::new(&rules::api::INVALID_VALUE, place, message);
        problems.push(problem.help(format!("write it below `{field}`, in the fields of that")));
    }
    let node = Node::from_json(&serde_json::Value::Object(own?.clone()));
    let mut patched = service.clone();
    patched.merge_patch(&node);
    llmd::check_patch(context, &patched, problems);
    Some((node, context.place(&format!("spec.{field}"))))
}
