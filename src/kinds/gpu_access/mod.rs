//! `GpuAccess`: who may use which GPU pool, and how it shows up to the people who work on it.

mod context;
mod form;
mod images;
mod objects;
mod policies;
mod pools;
mod profiles;
mod queues;
mod quotas;
mod settings;
mod teams;
mod ways;

use crate::api::gpu_access::GpuAccessSpec;
use crate::api::gpu_machine_set::FactsRef;
use crate::api::{OurKind, Placeholder};
use crate::kinds::{Spec, World};
use crate::plan::{Access, Plan};
use crate::problem::Problems;
use context::Context;
pub(crate) use objects::KINDS;
use objects::Objects;

impl Spec for GpuAccessSpec {
    const KIND: OurKind = OurKind::GpuAccess;

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
            decide(&context, plan, problems);
        }
    }
}

fn decide(context: &Context<'_>, plan: &mut Plan, problems: &mut Problems) {
    let mut teams = teams::decide(context, problems);
    let mut pools = pools::decide(context, &teams, problems);
    teams::check_numbers(context, &teams, &pools, problems);
    let enforcement = policies::enforcement(context, &pools, problems);
    let form = form::decide(context, problems);
    ways::decide(context, form, &mut pools, plan, problems);
    let mut objects = Objects::new(context);
    if !context.is_queued() {
        quotas::put(context, &mut teams, &pools, &mut objects, problems);
    } else if settings::has_kueue(context, problems) {
        queues::put(context, &mut teams, &pools, &mut objects, problems);
        settings::put(context, form, &teams, &pools, plan, &mut objects, problems);
    }
    profiles::put(context, form, &teams, &pools, &mut objects, problems);
    images::put(context, &pools, &mut objects, problems);
    policies::put(context, &pools, enforcement, &mut objects);
    plan.made.extend(objects.finish(problems));
    plan.access.push(Access {
        name: context.placeholder.read.name.clone(),
        cluster: context.cluster.clone(),
        is_queued: context.is_queued(),
        enforcement,
        ai: context.ai_version(),
        pools,
        teams,
    });
}
