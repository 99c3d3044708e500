//! Workbench images: an ImageStream with what the dashboard of OpenShift AI reads.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::objects::{KindOf, Metadata, Objects, PROFILES, strings};
use crate::api::gpu_access::Image;
use crate::krm::Node;
use crate::operator::cuda_of;
use crate::plan::AccessPool;
use crate::problem::rules::access as rule;
use crate::problem::rules::api;
use crate::problem::{Problem, Problems};
use crate::types::Version;

/// An ImageStream for each image.
pub(super) fn put(
    context: &Context<'_>,
    pools: &[AccessPool],
    objects: &mut Objects<'_, '_>,
    problems: &mut Problems,
) {
    let applications = context.applications();
    let resources = pools.iter().filter_map(|pool| pool.resource.as_deref());
    let resources: BTreeSet<&str> = resources.collect();
    for (name, image) in context.spec.images.iter().flatten() {
        let Some(tag) = tag(&image.image) else {
            let place = context.place(&format!("spec.images.{name}.image"));
            let message = format!("image `{}` has no tag", image.image);
            let problem = Problem::new(&api::INVALID_VALUE, place, message);
            problems.push(problem.help("write it with a tag, as `registry.example.com/team/pytorch:2026.1`: people pick versions by it"));
            continue;
        };
        problems.extend(newer_than_driver(context, name, image));
        let of = KindOf {
            api: "image.openshift.io/v1",
            kind: "ImageStream",
            wave: PROFILES,
            is_custom: false,
            options: "",
        };
        objects.put(
            of,
            (&applications, name),
            metadata(image, &resources),
            spec(image, tag),
        );
    }
}

/// CUDA of an image beyond that of the driver.
fn newer_than_driver(context: &Context<'_>, name: &str, image: &Image) -> Option<Problem> {
    let mut software = image.software.iter().flatten();
    let (key, wanted) = software.find(|(key, _)| key.eq_ignore_ascii_case("cuda"))?;
    let wanted = Version::leading(wanted)?;
    let channel = &context.operator("nvidia-gpu")?.channel;
    let has = cuda_of(channel).filter(|has| *has < wanted)?;
    let place = context.place(&format!("spec.images.{name}.software.{key}"));
    let message =
        format!("image `{name}` is built for CUDA {wanted}, and the driver of the nodes has {has}");
    let problem = Problem::new(&rule::IMAGE_NEWER_THAN_DRIVER, place, message)
        .fact(format!("channel `{channel}` of the NVIDIA GPU operator"))
        .values(wanted.to_string(), None);
    Some(problem.help(format!(
        "pick an image for CUDA {has}, or a newer channel of `nvidia-gpu` in the GpuPlatform"
    )))
}

/// What stands behind the last colon of the last part.
fn tag(image: &str) -> Option<&str> {
    let last = image.rsplit('/').next()?;
    let (_, tag) = last.split_once(':')?;
    (!tag.is_empty() && !tag.contains(['@', ':'])).then_some(tag)
}

fn metadata(image: &Image, resources: &BTreeSet<&str>) -> Metadata {
    let accelerators = resources.iter().map(|one| format!("\"{one}\""));
    let accelerators: Vec<String> = accelerators.collect();
    let mut annotations = BTreeMap::from([
        (
            "opendatahub.io/notebook-image-name".to_owned(),
            image.title.clone(),
        ),
        (
            "opendatahub.io/notebook-image-url".to_owned(),
            image.image.clone(),
        ),
        (
            "opendatahub.io/recommended-accelerators".to_owned(),
            format!("[{}]", accelerators.join(",")),
        ),
    ]);
    if let Some(description) = &image.description {
        annotations.insert(
            "opendatahub.io/notebook-image-desc".to_owned(),
            description.clone(),
        );
    }
    let labels = [
        ("app.kubernetes.io/created-by", "byon"),
        ("opendatahub.io/dashboard", "true"),
        ("opendatahub.io/notebook-image", "true"),
    ];
    Metadata {
        annotations,
        labels: labels
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
    }
}

fn spec(image: &Image, tag: &str) -> Node {
    let mut annotations =
        BTreeMap::from([("openshift.io/imported-from".to_owned(), image.image.clone())]);
    for (key, versions) in [
        (
            "opendatahub.io/notebook-python-dependencies",
            &image.packages,
        ),
        ("opendatahub.io/notebook-software", &image.software),
    ] {
        if let Some(versions) = versions {
            let one = |(name, version): (&String, &String)| serde_json::json!({"name": name, "version": version});
            let all: Vec<serde_json::Value> = versions.iter().map(one).collect();
            annotations.insert(key.to_owned(), serde_json::Value::from(all).to_string());
        }
    }
    let from = Node::from([
        ("kind", "DockerImage".into()),
        ("name", image.image.as_str().into()),
    ]);
    // what the server would fill in inside of a list is written out, so that nothing differs afterwards
    let tag = Node::from([
        ("annotations", strings(&annotations)),
        ("from", from),
        (
            "importPolicy",
            Node::from([("importMode", "Legacy".into())]),
        ),
        ("name", tag.into()),
        ("referencePolicy", Node::from([("type", "Source".into())])),
    ]);
    Node::from([
        ("lookupPolicy", Node::from([("local", true.into())])),
        ("tags", vec![tag].into()),
    ])
}
