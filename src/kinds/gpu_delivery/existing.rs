//! An AppProject that is there already: it allows what is delivered, or says nothing of it.

use crate::argocd::written::GROUP;
use crate::argocd::written::project::Project;
use crate::kinds::World;
use crate::problem::rules::delivery as rule;
use crate::problem::{Problem, Problems};

use super::delivery::{Delivery, LOCAL};
use super::hub;

/// Checks every component against the AppProject of the input that it is delivered in.
pub(super) fn check(delivery: &Delivery<'_>, world: &World<'_>, problems: &mut Problems) {
    if delivery.makes_project() {
        return;
    }
    let documents = hub::documents(world.splits).map(|(_, document)| document);
    let mut projects = documents.filter(|document| {
        document.is(GROUP, "AppProject") && document.name == delivery.project.as_str()
    });
    let Some(document) = projects.next() else {
        return;
    };
    let Some(node) = problems.take(document.node()) else {
        return;
    };
    let project = Project::of(&document.name, &node);
    for part in &delivery.parts {
        let mut outside = |what: String, list: &str| {
            let message = format!(
                "AppProject `{}` does not allow {what}, which component `{}` needs",
                project.name,
                part.name()
            );
            let place = delivery.place(&format!("spec.components[{}]", part.index));
            let problem = Problem::new(&rule::OUTSIDE_PROJECT, place, message);
            problems.push(problem.help(format!("add it to `spec.{list}` of the AppProject")));
        };
        if let Some(repository) = part.repository.filter(|one| !project.allows_source(one)) {
            outside(format!("the repository `{repository}`"), "sourceRepos");
        }
        let is_local = delivery.spec.clusters.is_none() || part.is_on_hub();
        let server = is_local.then_some(LOCAL);
        let extra = part
            .component
            .namespaces
            .iter()
            .flatten()
            .map(String::as_str);
        let found = part.allowed.namespaces.iter().map(String::as_str);
        for namespace in [part.namespace].into_iter().chain(extra).chain(found) {
            if !project.allows_destination(server, namespace) {
                outside(format!("the namespace `{namespace}`"), "destinations");
            }
        }
        for (kinds, namespaced, list) in [
            (&part.allowed.cluster, false, "clusterResourceWhitelist"),
            (&part.allowed.namespaced, true, "namespaceResourceWhitelist"),
        ] {
            for (group, kind) in kinds {
                if !project.allows_kind(group, kind, namespaced) {
                    outside(format!("the kind `{kind}`"), list);
                }
            }
        }
    }
}
