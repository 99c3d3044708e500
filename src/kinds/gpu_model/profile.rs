//! The hardware profile that the dashboard shows a model with.

use super::context::Context;
use super::placement::Placement;
use crate::plan::Plan;
use crate::problem::rules::model as rule;
use crate::problem::{Problem, Problems, did_you_mean};

/// One profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) name: String,
    pub(super) namespace: String,
}

/// The one that is named, or the one that a GpuAccess makes for so many GPUs of the pool.
pub(super) fn of(
    context: &Context<'_>,
    plan: &Plan,
    placement: &Placement<'_>,
    problems: &mut Problems,
) -> Option<Profile> {
    let made = made(context, plan);
    let Some(name) = &context.spec.profile else {
        let key = placement.pool()?.name.replace('.', "-");
        // of a pool with several counts only the one that has the model's
        let wanted = [format!("{key}-{}", placement.gpus), key];
        let found = |name: &String| made.iter().find(|one| one.name == *name);
        return wanted.iter().find_map(found).cloned();
    };
    let all = [made, standing(context)].concat();
    let found = all.iter().find(|one| one.name == *name).cloned();
    if found.is_none() {
        let near = did_you_mean(name, all.iter().map(|one| one.name.as_str()));
        let message = format!(
            "no hardware profile `{name}` is in `{}` or `{}`, as far as it is shown",
            context.namespace,
            context.applications()
        );
        let place = context.place("spec.profile");
        let problem = Problem::new(&rule::MODEL_PROFILE_UNKNOWN, place, message);
        let problem = problem.values(name.as_str(), near.map(str::to_owned));
        let problem = match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("leave `profile` out: a GpuAccess makes one for the pool"),
        };
        problems.push(problem.help("is it there? Then save it beside the facts: `oc get hardwareprofiles.infrastructure.opendatahub.io -A -o yaml`"));
    }
    found
}

/// Whether a model of this namespace may name a profile of that one.
fn is_near(context: &Context<'_>, namespace: &str) -> bool {
    namespace == context.namespace || namespace == context.applications()
}

/// Those that a GpuAccess makes, of the model's own namespace first.
fn made(context: &Context<'_>, plan: &Plan) -> Vec<Profile> {
    let made = plan
        .made
        .iter()
        .filter(|made| made.cluster == context.cluster);
    let made = made.filter(|made| made.node.str_at(&["kind"]) == Some("HardwareProfile"));
    let profile = made.filter_map(|made| {
        let text = |key: &str| made.node.str_at(&["metadata", key]).map(str::to_owned);
        Some(Profile {
            name: text("name")?,
            namespace: text("namespace")?,
        })
    });
    let mut all: Vec<Profile> = profile
        .filter(|one| is_near(context, &one.namespace))
        .collect();
    all.sort_by_key(|one| one.namespace != context.namespace);
    all
}

/// Those of the input and the facts.
fn standing(context: &Context<'_>) -> Vec<Profile> {
    let documents = context
        .world
        .splits
        .iter()
        .flat_map(|split| &split.documents);
    let profiles = documents.filter(|document| {
        document.is("infrastructure.opendatahub.io", "HardwareProfile")
            && is_near(context, &document.namespace)
    });
    let profile = |document: &crate::krm::Document<'_>| Profile {
        name: document.name.to_string(),
        namespace: document.namespace.to_string(),
    };
    profiles.map(profile).collect()
}
