//! Images of a ClusterPolicy. Under OLM nothing fills in what a person leaves out: the CRD has no default, and the
//! operator takes its own image only when neither `repository` nor `version` is set.
//!
//! Source: `imagePath` of NVIDIA/gpu-operator `api/nvidia/v1/clusterpolicy_types.go`. Up to 26.3 it puts the three
//! together as they are, so that `version` alone is the image `/:570.195.03`; from 26.7 on it is an error of the
//! operator. `image` alone is a whole path.

use super::super::{Context, Judged};
use super::Driver;
use crate::krm::Node;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};

const REPOSITORY: &str = "nvcr.io/nvidia";
const DRIVER: &str = "driver";

/// Parts of the spec that name an image, with the name that NVIDIA's own has where it is always the same.
const PARTS: [(&[&str], &str); 22] = [
    (&["ccManager"], ""),
    (&["dcgm"], ""),
    (&["dcgmExporter"], ""),
    (&["devicePlugin"], ""),
    (&["driver"], DRIVER),
    (&["driver", "manager"], ""),
    (&["gdrcopy"], ""),
    (&["gds"], ""),
    (&["gfd"], ""),
    (&["kataManager"], ""),
    (&["kataSandboxDevicePlugin"], ""),
    (&["migManager"], ""),
    (&["nodeStatusExporter"], ""),
    (&["operator", "initContainer"], ""),
    (&["sandboxDevicePlugin"], ""),
    (&["toolkit"], ""),
    (&["validator"], ""),
    (&["vfioManager"], ""),
    (&["vfioManager", "driverManager"], ""),
    (&["vgpuDeviceManager"], ""),
    (&["vgpuManager"], ""),
    (&["vgpuManager", "driverManager"], ""),
];

/// The driver's image: all three fields as soon as the version is said, and what is said else.
pub(super) fn driver(driver: &Driver) -> Vec<(&'static str, Node)> {
    let text = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let version = text(&driver.version);
    let or = |value: Option<String>, default: &str| {
        value.or_else(|| version.as_ref().map(|_| default.to_owned()))
    };
    let fields = [
        ("repository", or(text(&driver.repository), REPOSITORY)),
        ("image", or(text(&driver.image), DRIVER)),
        ("version", version.clone()),
    ];
    let written = fields.into_iter();
    written
        .filter_map(|(key, value)| Some((key, Node::from(value?))))
        .collect()
}

/// Every image is whole, whoever wrote the ClusterPolicy.
pub(super) fn judge(_: &Context<'_>, judged: &Judged<'_>, problems: &mut Problems) {
    if judged.kind != "ClusterPolicy" {
        return;
    }
    let by_crd = judged.spec.at(&["driver", "useNvidiaDriverCRD"]);
    let by_crd = by_crd.and_then(Node::text) == Some("true");
    for (path, name) in PARTS {
        let Some(part) = judged.spec.at(path) else {
            continue;
        };
        let outer = path.first().and_then(|outer| judged.spec.get(outer));
        let is_off = |node: &Node| node.get("enabled").and_then(Node::text) == Some("false");
        // an NVIDIADriver names the driver's image then
        if outer.is_some_and(is_off) || is_off(part) || by_crd && path.first() == Some(&"driver") {
            continue;
        }
        problems.extend(incomplete(judged, part, path, name));
    }
}

fn incomplete(judged: &Judged<'_>, part: &Node, path: &[&str], name: &str) -> Option<Problem> {
    let fields = ["repository", "image", "version"];
    let text = |key: &str| {
        let text = part.get(key).and_then(Node::text);
        text.filter(|text| !text.is_empty())
    };
    let (said, lacking): (Vec<&str>, Vec<&str>) =
        fields.into_iter().partition(|key| text(key).is_some());
    let quoted = |names: &[&str]| format!("`{}`", names.join("`, `"));
    let under = path.join(".");
    let at = |key: &str| {
        let mut path = path.to_vec();
        path.push(key);
        (judged.place)(&path)
    };
    let whole = |image: &str| image.contains('/');
    let problem = match (said.as_slice(), lacking.as_slice()) {
        ([], _) | (_, []) => return None,
        (["image"], _) if text("image").is_some_and(whole) => return None,
        (["image"], _) => {
            let message = format!(
                "`{under}.image` alone is a whole path, and `{}` is none",
                text("image").unwrap_or_default()
            );
            Problem::new(&rule::IMAGE_INCOMPLETE, at("image"), message)
        }
        ([first, ..], lacking) => {
            let message = format!(
                "`{under}` has {} but not {}, and nothing fills that in",
                quoted(&said),
                quoted(lacking)
            );
            Problem::new(&rule::IMAGE_INCOMPLETE, at(first), message)
        }
    };
    let example = |key: &str| match (key, text(key)) {
        (key, Some(text)) => format!("{key}: {}", serde_json::Value::from(text)),
        ("repository", None) => format!("repository: {REPOSITORY}"),
        ("image", None) if !name.is_empty() => format!("image: {name}"),
        ("image", None) => "image: NAME".to_owned(),
        (key, None) => format!("{key}: VERSION"),
    };
    Some(problem.help(format!(
        "write all three, as `{under}: {{{}}}`, or none for the operator's own",
        fields.map(example).join(", ")
    )))
}
