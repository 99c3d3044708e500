//! Boot images: which hypervisor generation one is of, and the one that a size needs. Sources: openshift/installer
//! `pkg/asset/machines/azure`, machine-config-operator `pkg/controller/bootimage/platform_helpers.go`,
//! machine-api-provider-azure `virtualmachines.go`.

use crate::cloud::author::{self, Author};
use crate::cloud::azure::sizes::Size;
use crate::cloud::{Request, common};
use crate::krm::Node;
use crate::problem::rules::azure as rule;
use crate::problem::{Problem, Problems};

/// Publishers of images that cost something, whose plan must be sent along.
const PAID: [&str; 2] = ["redhat", "redhat-limited"];
/// The publisher of OpenShift's free image.
const FREE: &str = "azureopenshift";

/// The generation of an image, `1` or `2`; `None` when its name does not say it. Images that the installer uploaded are
/// called as the cluster, with `-gen2` for those of the second generation.
fn generation(image: &Node, infra: &str) -> Option<&'static str> {
    let text = |key| image.str_at(&[key]).unwrap_or_default();
    let id = text("resourceID");
    if !id.is_empty() {
        let name = id.split("/images/").nth(1)?.split('/').next()?;
        return if name.contains("gen2") {
            Some("2")
        } else {
            (name == infra).then_some("1")
        };
    }
    let sku = text("sku");
    match text("publisher") {
        FREE if sku.contains("v2") || sku.contains("gen2") => Some("2"),
        FREE if sku.starts_with("aro_") => Some("1"),
        publisher if PAID.contains(&publisher) => {
            Some(if sku.ends_with("-gen1") { "1" } else { "2" })
        }
        _ => None,
    }
}

/// Rewrites a worker's image for a size: of the two images that the installer uploaded the one that starts, and the type
/// of a marketplace image, without which the provider sends no plan and others misjudge the generation.
pub(super) fn suit(spec: &mut Node, size: Option<Size>, infra: &str) {
    let Some(image) = spec.get_mut("image") else {
        return;
    };
    let publisher = image.str_at(&["publisher"]).unwrap_or_default();
    let kind = match publisher {
        FREE => Some("MarketplaceNoPlan"),
        publisher if PAID.contains(&publisher) => Some("MarketplaceWithPlan"),
        _ => None,
    };
    let is_typed = image.str_at(&["type"]).is_some_and(|kind| !kind.is_empty());
    if let Some(kind) = kind.filter(|_| !is_typed) {
        image.set("type", kind);
    }
    let Some(now) = generation(image, infra) else {
        return;
    };
    if size.and_then(|size| size.starts(now)) != Some(false) {
        return;
    }
    let id = image.str_at(&["resourceID"]).unwrap_or_default();
    // both are uploaded into the gallery, one beside the other
    let Some((gallery, name)) = id
        .split_once("/images/")
        .filter(|_| id.contains("/galleries/"))
    else {
        return;
    };
    let (name, rest) = name.split_once('/').unwrap_or((name, "versions/latest"));
    let other = match now {
        "1" => Some(format!("{name}-gen2")),
        _ => name.strip_suffix("-gen2").map(str::to_owned),
    };
    let id = other.map(|other| format!("{gallery}/images/{other}/{rest}"));
    if let Some(id) = id {
        image.set("resourceID", id);
    }
}

/// Rules over the image of a finished provider spec.
pub(super) fn check(
    spec: &Node,
    size: Option<Size>,
    request: &Request<'_>,
    problems: &mut Problems,
) {
    let text = |key: &str| spec.str_at(&["image", key]).unwrap_or_default();
    let shape = |field: &str, message: String| {
        author::problem(&rule::IMAGE_SHAPE, &["image", field], message, request)
    };
    let members = ["publisher", "offer", "sku", "version"];
    let stated = members.iter().filter(|member| !text(member).is_empty());
    let stated: Vec<&str> = stated.copied().collect();
    let id = text("resourceID");
    if id.is_empty() && stated.len() < members.len() {
        let message = "the provider spec names no image".to_owned();
        problems.push(shape("resourceID", message).help(
            "write `image: {resourceID: /resourceGroups/...}`, or publisher, offer, sku and version of a marketplace image, under `spec.providerSpec`",
        ));
        return;
    }
    let is_of_marketplace = !stated.is_empty() || !text("type").is_empty();
    if !id.is_empty() && is_of_marketplace {
        let message = "the image is a `resourceID` and a marketplace image at once".to_owned();
        problems.push(
            shape("resourceID", message)
                .help("an empty `resourceID` beside a marketplace image takes the worker's away"),
        );
        return;
    }
    if !id.is_empty() && !id.starts_with("/resourceGroups/") {
        let message = format!(
            "`resourceID` begins with `{}`",
            id.split('/').take(2).collect::<Vec<_>>().join("/")
        );
        problems.push(shape("resourceID", message).help(
            "begin it with `/resourceGroups/`: the provider puts the cluster's subscription before it",
        ));
    }
    let is_paid = PAID.contains(&text("publisher"));
    if is_paid && text("type") != "MarketplaceWithPlan" {
        let message = format!("an image of `{}` needs its plan", text("publisher"));
        problems.push(shape("type", message).help("its type is `MarketplaceWithPlan`"));
    }
    problems.extend(other_generation(spec, size, request));
    common::architecture(&["image"], request, problems);
}

fn other_generation(spec: &Node, size: Option<Size>, request: &Request<'_>) -> Option<Problem> {
    let now = generation(spec.get("image")?, request.pool.infra)?;
    if size?.starts(now)? {
        return None;
    }
    let name = &request.pool.spec.instance_type;
    let other = if now == "1" { "2" } else { "1" };
    let message = format!("`{name}` does not start the image, which is of generation {now}");
    let field = ["image"];
    let problem = author::problem(&rule::IMAGE_GENERATION, &field, message, request);
    let problem = match author::of(&field, request) {
        Author::Override => problem,
        _ => problem.fact("both generations are in the installer's gallery only"),
    };
    Some(problem.help(format!(
        "give an image of generation {other}: `providerSpec: {{image: {{...}}}}`; ConfigMap coreos-bootimages of openshift-machine-config-operator lists those of the marketplace under `hyperVGen{other}`"
    )))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::cloud::azure::sizes;

    const GALLERY: &str =
        "/resourceGroups/d-x7k2p-rg/providers/Microsoft.Compute/galleries/gallery_d_x7k2p/images";

    fn suited(image: &Value, size: &str) -> Value {
        let mut spec = Node::from_json(&json!({"image": image}));
        suit(&mut spec, sizes::of(size), "d-x7k2p");
        spec.to_json()["image"].clone()
    }

    #[test]
    fn the_gallery_has_both_generations() {
        let id = |name: &str| json!({"resourceID": format!("{GALLERY}/{name}/versions/latest")});
        let (first, second) = (id("d-x7k2p"), id("d-x7k2p-gen2"));
        assert_eq!(suited(&first, "Standard_NC24ads_A100_v4"), second);
        assert_eq!(suited(&first, "Standard_NC4as_T4_v3"), first);
        assert_eq!(suited(&second, "Standard_NC24ads_A100_v4"), second);
        assert_eq!(suited(&second, "Standard_NC6"), first);
        // nothing is known of an image of somebody else, or of a size
        assert_eq!(
            suited(&id("golden"), "Standard_NC24ads_A100_v4"),
            id("golden")
        );
        assert_eq!(suited(&first, "Standard_NC1_v9"), first);
    }

    #[test]
    fn marketplace_images_say_what_plan_they_have() {
        let free = json!({"publisher": "azureopenshift", "offer": "aro4", "sku": "420-v2", "version": "1"});
        let size = "Standard_NC24ads_A100_v4";
        assert_eq!(suited(&free, size)["type"], "MarketplaceNoPlan");
        let generation_of = |publisher: &str, sku: &str| {
            let image = json!({"publisher": publisher, "sku": sku});
            generation(&Node::from_json(&image), "d")
        };
        assert_eq!(generation_of("azureopenshift", "aro_420"), Some("1"));
        assert_eq!(generation_of("azureopenshift", "420-v2"), Some("2"));
        assert_eq!(generation_of("redhat", "rh-ocp-worker"), Some("2"));
        assert_eq!(generation_of("redhat", "rh-ocp-worker-gen1"), Some("1"));
        assert_eq!(generation_of("other", "gen1"), None);
    }
}
