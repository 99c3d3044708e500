//! The hardware profile that the dashboard shows a model with.

use super::context::Context;
use super::placement::Placement;
use crate::kinds::ways;
use crate::krm::Node;
use crate::operator::tolerations::{Toleration, taint_text};
use crate::plan::Plan;
use crate::problem::rules::model as rule;
use crate::problem::{Problem, Problems, did_you_mean};

const SCHEDULING: [&str; 3] = ["spec", "scheduling", "node"];

/// One profile.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) name: String,
    pub(super) namespace: String,
    /// What it leads to: `spec.scheduling.node`; nothing where a queue does.
    node: Option<Node>,
}

/// A profile that leads elsewhere than the pool of the model.
fn differs(context: &Context<'_>, profile: &Profile, placement: &Placement<'_>) -> Option<Problem> {
    let node = profile.node.as_ref()?;
    let pool = placement.pool();
    let tolerations = node.get("tolerations").map(Node::items).unwrap_or_default();
    let tolerations: Vec<Toleration> = tolerations.iter().filter_map(Toleration::read).collect();
    let untolerated = pool.and_then(|pool| {
        let mut taints = ways::hard(&pool.taints);
        taints.find(|taint| !tolerations.iter().any(|one| one.tolerates(taint)))
    });
    let labels = node.get("nodeSelector").map(Node::entries);
    let other = labels.unwrap_or_default().iter().find(|one| {
        let label = pool.map(|pool| pool.node_labels.get(&one.key));
        // labels that nodes get from elsewhere are not known here
        label
            .is_none_or(|label| label.is_some_and(|label| Some(label.as_str()) != one.value.text()))
    });
    let name = &profile.name;
    let whose = pool.map_or_else(
        || "the model has no pool".to_owned(),
        |pool| format!("the model runs on pool `{}`", pool.name),
    );
    let message = match (other, untolerated) {
        (Some(label), _) => format!(
            "profile `{name}` leads to nodes with `{}: {}`, and {whose}",
            label.key,
            label.value.text().unwrap_or_default()
        ),
        (None, Some(taint)) => format!(
            "profile `{name}` does not tolerate `{}`, and {whose}",
            taint_text(taint)
        ),
        (None, None) => return None,
    };
    let place = context.place("spec.profile");
    let problem = Problem::new(&rule::MODEL_PROFILE_DIFFERS, place, message);
    Some(
        problem.help(
            "name the profile of the pool, or leave `profile` out: a GpuAccess makes one for it",
        ),
    )
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
    if let Some(profile) = &found {
        problems.extend(differs(context, profile, placement));
    }
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
            node: made.node.at(&SCHEDULING).cloned(),
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
    let profiles = context.documents().filter(|document| {
        document.is("infrastructure.opendatahub.io", "HardwareProfile")
            && is_near(context, &document.namespace)
    });
    let profile = |document: &crate::krm::Document<'_>| Profile {
        name: document.name.to_string(),
        namespace: document.namespace.to_string(),
        node: document
            .node()
            .ok()
            .and_then(|node| node.at(&SCHEDULING).cloned()),
    };
    profiles.map(profile).collect()
}
