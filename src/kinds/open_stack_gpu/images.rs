//! Where Glance stores images, in a control plane of ours or of the input.
//!
//! The webhook looks at one thing: an API of the layout `split`, which is the default, with replicas and files as its
//! only backend, which they are where none is written (glance-operator api/v1beta1/glance_webhook.go, `isInvalidBackend`,
//! and templates/common/config/00-config.conf, read on 2026-11-28). It takes Swift that is off.

use crate::krm::Node;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};

use super::cloud::Cloud;
use super::ini;
use super::nova::CONFIG;
use super::sections::{self, Plane};
use super::services::OPTIONAL;

/// What is wrong with the images of an API.
enum Wrong {
    /// No backend.
    Nowhere,
    /// Swift, which is off.
    SwiftOff,
    /// Files of one pod, which others do not see.
    SplitFiles,
}

impl Wrong {
    fn message(&self, api: &str) -> String {
        let what = match self {
            Self::Nowhere => "are stored nowhere",
            Self::SwiftOff => "are stored on Swift, which is off",
            Self::SplitFiles => {
                "are files of one pod, and an API of type `split` has several: the webhook refuses it"
            }
        };
        format!("images of Glance `{api}` {what}")
    }
}

/// Says which APIs have no place for images.
pub(super) fn check(cloud: &Cloud<'_>, judged: &Plane<'_>, problems: &mut Problems) {
    if !sections::is_on(judged.spec, "glance") {
        return;
    }
    let template = judged.spec.at(&["glance", "template"]);
    let apis = template.and_then(|template| template.get("glanceAPIs"));
    for api in apis.map_or(&[][..], Node::entries) {
        let replicas = api.value.get("replicas").and_then(Node::text);
        if replicas == Some("0") {
            continue;
        }
        let common = template.and_then(|template| template.str_at(&[CONFIG]));
        let own = api.value.str_at(&[CONFIG]);
        let backends = |text: Option<&str>| {
            let values = ini::values(text.unwrap_or_default(), "DEFAULT", "enabled_backends");
            values.into_iter().next()
        };
        let (own, common) = (backends(own), backends(common));
        let is_own = own.is_some();
        // a part does not say what the rest does
        let is_whole = judged.theirs.is_none() || sections::is_whole(judged.spec);
        let layout = api.value.str_at(&["type"]);
        let layout = layout.or(is_whole.then_some("split"));
        let backends = own.or(common);
        if backends.is_none() && !is_whole {
            continue;
        }
        if let Some(wrong) = wrong(judged, backends.as_deref(), layout) {
            problems.push(match judged.theirs {
                None => of_ours(cloud, &api.key, &wrong),
                Some((document, root)) => {
                    let path = path(&api.key, &wrong, is_own);
                    let place = crate::api::key_place(document, root, &path);
                    of_theirs(cloud, judged, (&api.key, place), &wrong)
                }
            });
        }
    }
}

/// `enabled_backends` is `name:type` of each, parted by commas.
fn wrong(judged: &Plane<'_>, backends: Option<&str>, layout: Option<&str>) -> Option<Wrong> {
    let types = backends.unwrap_or_default().split(',');
    let types = types.filter_map(|one| one.trim().split_once(':'));
    let types: Vec<&str> = types.map(|(_, of)| of).collect();
    // a control plane that is there keeps them in the volume of its one pod, which is enough for a lab
    let is_nowhere = backends.is_none() && (judged.theirs.is_none() || layout == Some("split"));
    if is_nowhere {
        Some(Wrong::Nowhere)
    } else if types.contains(&"swift") && judged.says("swift") == Some(false) {
        Some(Wrong::SwiftOff)
    } else if types == ["file"] && layout == Some("split") {
        Some(Wrong::SplitFiles)
    } else {
        None
    }
}

fn of_ours(cloud: &Cloud<'_>, api: &str, wrong: &Wrong) -> Problem {
    let place = cloud.key_place("spec.services");
    let problem = Problem::new(&rule::IMAGE_BACKEND, place, wrong.message(api));
    cloud
        .beside_set(problem)
        .help("switch Swift on: `services: {swift: true}`")
        .help("or say where they are: `services: {glance: {template: {customServiceConfig: TEXT}}}` with `enabled_backends`, as for Ceph")
        .help("or have no images yet: `services: {glance: {template: {glanceAPIs: {default: {replicas: 0}}}}}`")
}

/// The text that names the backend, or the API where there is none.
fn path(api: &str, wrong: &Wrong, is_own: bool) -> String {
    let template = "spec.glance.template";
    match wrong {
        Wrong::Nowhere => format!("{template}.glanceAPIs.{api}"),
        _ if is_own => format!("{template}.glanceAPIs.{api}.{CONFIG}"),
        _ => format!("{template}.{CONFIG}"),
    }
}

fn of_theirs(
    cloud: &Cloud<'_>,
    judged: &Plane<'_>,
    (api, place): (&str, Place),
    wrong: &Wrong,
) -> Problem {
    let mut message = wrong.message(api);
    if let Wrong::Nowhere = wrong {
        message += ": it is of type `split`, and the webhook refuses that without a backend";
    }
    let problem = Problem::new(&rule::IMAGE_BACKEND, place, message);
    let problem = match wrong {
        Wrong::SwiftOff => problem.help(swift(cloud, judged)),
        _ => problem.help(format!(
            "images on one volume are for an API of one pod: `type: single` in `{api}`, as long as that does not run; a layout cannot be changed later"
        )),
    };
    problem
        .help("or name another backend in `enabled_backends` of its `customServiceConfig`, as for Ceph: `enabled_backends = default_backend:rbd`")
        .help(format!("`replicas: 0` in `{api}` is for a cloud without images yet"))
}

fn swift(cloud: &Cloud<'_>, judged: &Plane<'_>) -> String {
    if sections::section(judged.spec, "swift").is_some_and(|swift| swift.get("template").is_some())
    {
        return "switch Swift on: `enabled: true` in its section".to_owned();
    }
    let service = OPTIONAL.iter().find(|service| service.name == "swift");
    let block = service.map(|service| judged.fitted(service.block(cloud)));
    format!("write `swift: {}`", block.unwrap_or_default())
}
