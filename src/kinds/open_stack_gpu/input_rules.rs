//! OpenStack's objects of the input beside those that are completed: services, runs, claims, sections of a control plane.

use crate::api::open_stack_gpu::{DataPlane, Local};
use crate::krm::Node;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::cloud::Cloud;
use super::node_set::{GROUP, KIND};
use super::node_set_rules;
use super::sections;
use super::service_names;
use super::services::OPTIONAL;

const CORE: &str = "core.openstack.org";

/// Says all of it.
pub(super) fn check(cloud: &Cloud<'_>, problems: &mut Problems) {
    node_set_rules::check(cloud, problems);
    service_names::check(cloud, problems);
    runs(cloud, problems);
    claims(cloud, problems);
    templates(cloud, problems);
}

/// Runs of NodeSets that are not there.
fn runs(cloud: &Cloud<'_>, problems: &mut Problems) {
    let sets = cloud.given_here(GROUP, KIND);
    let mut names: Vec<&str> = sets.map(|(_, document)| document.name.as_ref()).collect();
    names.extend(cloud.spec.data_plane.as_ref().map(DataPlane::name));
    let runs = cloud.given_here(GROUP, "OpenStackDataPlaneDeployment");
    for (_, document) in runs.filter(|(_, document)| !document.is_live()) {
        let Ok(root) = document.node() else { continue };
        for set in root.at(&["spec", "nodeSets"]).map_or(&[][..], Node::items) {
            let name = set.text().unwrap_or_default();
            if names.contains(&name) {
                continue;
            }
            let message = format!(
                "the run `{}` names the NodeSet `{name}`, which is not in the input",
                document.name
            );
            let place = document.place(set.span.clone(), "spec.nodeSets");
            let problem = Problem::new(&rule::DEPLOYMENT_NAME, place, message);
            let there = match names.as_slice() {
                [] => "put the NodeSet into the input".to_owned(),
                names => format!("NodeSets are `{}`", names.join("`, `")),
            };
            problems.push(problem.help(there));
        }
    }
}

/// Claims that wait for a consumer of a later wave.
fn claims(cloud: &Cloud<'_>, problems: &mut Problems) {
    let local: Option<&Local> = cloud
        .spec
        .storage
        .as_ref()
        .and_then(|storage| storage.local.as_ref());
    let waits = |class: &str| {
        let mut classes = cloud.given("storage.k8s.io", "StorageClass");
        let given = classes.find(|(_, document)| document.name == class);
        let given = given.and_then(|(_, document)| document.node().ok());
        match given {
            Some(root) => root.str_at(&["volumeBindingMode"]) == Some("WaitForFirstConsumer"),
            None => local.is_some() && class == cloud.class(),
        }
    };
    let last = if cloud.spec.data_plane.is_some() {
        20
    } else {
        10
    };
    for (_, document) in cloud.given_here("", "PersistentVolumeClaim") {
        let Ok(root) = document.node() else { continue };
        let class = root
            .str_at(&["spec", "storageClassName"])
            .unwrap_or_default();
        let wave = document.annotation("argocd.argoproj.io/sync-wave");
        let wave: i32 = wave.and_then(|wave| wave.parse().ok()).unwrap_or(0);
        if document.is_live() || wave >= last || !waits(class) {
            continue;
        }
        let message = format!(
            "claim `{}` waits for its first consumer in wave {wave}, and what comes after it waits with it",
            document.name
        );
        let start = document.range.start;
        let place = document.place(start..start, "metadata");
        let problem = Problem::new(&rule::CLAIM_WAVE, place, message);
        problems.push(problem.help("annotate it `argocd.argoproj.io/sync-wave: \"90\"` and `argocd.argoproj.io/ignore-healthcheck: \"true\"`"));
    }
}

/// Services that are on in a control plane of the input without what they need to start.
fn templates(cloud: &Cloud<'_>, problems: &mut Problems) {
    const NEED_DATABASE: [&str; 7] = [
        "barbican",
        "designate",
        "heat",
        "ironic",
        "manila",
        "octavia",
        "watcher",
    ];
    for (_, document) in cloud.given_here(CORE, "OpenStackControlPlane") {
        let Ok(root) = document.node() else { continue };
        let Some(spec) = root.get("spec").filter(|_| !document.is_live()) else {
            continue;
        };
        for service in OPTIONAL
            .iter()
            .filter(|one| NEED_DATABASE.contains(&one.name))
        {
            let Some(section) = spec.get(service.name) else {
                continue;
            };
            let is_on = sections::is_on(spec, service.name);
            if !is_on || section.str_at(&["template", "databaseInstance"]).is_some() {
                continue;
            }
            let message = format!(
                "`{}` is on without its template: it does not start",
                service.name
            );
            let place = crate::api::key_place(document, &root, &format!("spec.{}", service.name));
            let block = Node::from([(service.name, Node::from_json(&service.block(cloud)))]);
            let problem = Problem::new(&rule::SERVICE_TEMPLATE, place, message);
            problems.push(problem.help(format!("what works is `{}`", block.to_json())));
        }
    }
}
