//! OpenStack's objects of the input beside those that are completed: services, runs, claims, sections of a control plane.

use crate::api::open_stack_gpu::{DataPlane, Local};
use crate::krm::Node;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::cloud::Cloud;
use super::node_set::{GROUP, KIND};
use super::node_set_rules;
use super::objects::CORE;
use super::sections::{self, Plane};
use super::service_names;
use super::services::{self, OPTIONAL, Optional};

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

/// Services of a control plane of the input that are on without their template, where the webhook takes no such thing: it
/// gets no defaults of the schema then. What a template leaves out, webhook and operators fill in.
fn templates(cloud: &Cloud<'_>, problems: &mut Problems) {
    const NEED_TEMPLATE: [&str; 3] = ["barbican", "heat", "ironic"];
    for (_, document) in cloud.given_here(CORE, "OpenStackControlPlane") {
        let Ok(root) = document.node() else { continue };
        let Some(spec) = root.get("spec").filter(|_| !document.is_live()) else {
            continue;
        };
        // the rest of a part has the template
        if !sections::is_whole(spec) {
            continue;
        }
        let judged = Plane {
            spec,
            theirs: Some((document, &root)),
        };
        let needy = |one: &&Optional| NEED_TEMPLATE.contains(&one.name);
        for service in OPTIONAL.iter().filter(needy) {
            let template = spec.at(&[service.name, "template"]);
            let is_there = template.is_some_and(|template| !template.is_null());
            if is_there || !sections::is_on(spec, service.name) {
                continue;
            }
            let name = service.name;
            let message = format!("`{name}` is on without its template: the webhook refuses it");
            let place = crate::api::key_place(document, &root, &format!("spec.{name}"));
            let problem = Problem::new(&rule::SERVICE_TEMPLATE, place, message);
            let mut block = judged.fitted(service.block(cloud));
            if let Some(secret) = spec.str_at(&["secret"]).filter(|_| name == "barbican") {
                services::name_key_secret(&mut block["template"], secret);
            }
            problems.push(problem.help(format!(
                "`template: {}` below `spec.{name}` works",
                block["template"]
            )));
        }
    }
}
