//! `GpuModel`: a model that is served on a GPU pool, or on CPU.

mod arguments;
mod context;
mod exposure;
mod fitting;
mod name;
mod objects;
mod placement;
mod profile;
mod resources;
mod runtime;
mod scaling;
mod service;
mod settle;
mod strategy;
mod threescale;

use crate::api::gpu_machine_set::FactsRef;
use crate::api::gpu_model::GpuModelSpec;
use crate::api::{OurKind, Placeholder};
use crate::kinds::{Spec, World};
use crate::krm::Node;
use crate::plan::{Model, Plan};
use crate::problem::{Place, Problems};
use context::Context;

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
    let placement = placement::of(context, plan, problems)?;
    let served = fitting::served(context, problems);
    let serving = runtime::of(context, &placement, problems)?;
    let arguments = arguments::of(context, &placement, &serving, problems);
    let fit = fitting::of(context, &placement, &serving, &arguments, served, problems);
    let resources = resources::of(context, &placement, served, problems)?;
    exposure::check(context, problems);
    scaling::check(context, &serving, problems);
    let profile = profile::of(context, plan, &placement, problems);
    let service = service::object(
        context,
        profile.as_ref(),
        &placement,
        &serving,
        &arguments,
        &resources,
        served,
    );
    let mut beside = exposure::objects(context);
    beside.extend(threescale::objects(context, plan, &serving, problems));
    Some(Model {
        name: context.name().to_owned(),
        namespace: context.namespace.clone(),
        cluster: context.cluster.clone(),
        place: context.place("metadata.name"),
        scale_place: context.place("spec.replicas"),
        pool: placement.pool().map(|pool| pool.name.clone()),
        gpus: placement.gpus,
        resource: placement.resource.clone(),
        capacity: placement.capacity,
        replicas: service::replicas(context),
        served,
        fit,
        runtime: serving.object(context, &placement),
        service,
        beside,
        patch: patch(context),
    })
}

/// The escape hatch.
fn patch(context: &Context<'_>) -> Option<(Node, Place)> {
    let written = context.spec.inference_service.as_ref()?;
    let node = Node::from_json(&serde_json::Value::Object(written.clone()));
    Some((node, context.place("spec.inferenceService")))
}
