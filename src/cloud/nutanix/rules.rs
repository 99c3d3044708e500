//! What must hold of every finished provider spec on Nutanix.

use crate::cloud::author;
use crate::cloud::nutanix::{known_fields, settings};
use crate::cloud::{Path, Request, common};
use crate::krm::Node;
use crate::problem::Problems;
use crate::problem::rules::{cloud as shared, nutanix as rule};

/// Fields without which a machine cannot start.
const NEEDED: [Path; 7] = [
    &["cluster"],
    &["credentialsSecret", "name"],
    &["image"],
    &["memorySize"],
    &["subnets"],
    &["systemDiskSize"],
    &["userDataSecret", "name"],
];

/// Rules over the finished provider spec.
pub(super) fn check(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    common::contradictions(spec, request, problems);
    common::incomplete(spec, &NEEDED, request, problems);
    problems.extend(common::control_plane(spec, request));
    let root = settings::gib(spec, "systemDiskSize").map(|size| size.to_string());
    problems.extend(common::small_root(
        root.as_deref(),
        &["systemDiskSize"],
        request,
    ));
    let is_on = spec.str_at(&["bootType"]) == Some("SecureBoot");
    problems.extend(common::secure_boot(&["bootType"], is_on, "UEFI", request));
    gpus(spec, request, problems);
    identifiers(spec, request, problems);
    let size = settings::cpus(spec).zip(settings::gib(spec, "memorySize"));
    problems.extend(common::machine_size(
        size,
        &["vcpuSockets", "memorySize"],
        request,
    ));
    known_fields::TABLE.types_of_worker(spec, request, problems);
    known_fields::TABLE.of_worker(spec, request, problems);
}

/// Each entry is one card, as the webhook reads it: by letter.
fn gpus(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    let gpus = spec.get("gpus").map(Node::items).unwrap_or_default();
    if gpus.is_empty() {
        let message = "no GPU is attached to the machines of this pool".to_owned();
        let problem = author::problem(&rule::GPU_NAME, &["gpus"], message, request);
        problems.push(problem.help("add `name` to `gpu`, as Prism lists it under the hardware of a host: `gpu: {count: 1, model: l40s, name: NVIDIA L40S}`"));
    }
    let mut wrong = |message: String| {
        let rule = &shared::PROVIDER_SPEC_VALUE;
        let problem = author::problem(rule, &["gpus"], message, request);
        problems.push(problem.help(
            "an entry is `{type: Name, name: NVIDIA L40S}` or `{type: DeviceID, deviceID: 9913}`",
        ));
    };
    for gpu in gpus {
        let kind = gpu.str_at(&["type"]).unwrap_or_default();
        let member = match kind {
            "Name" => "name",
            "DeviceID" => "deviceID",
            _ => {
                wrong(format!("`{kind}` is no type of an entry of `gpus`"));
                continue;
            }
        };
        if gpu
            .get(member)
            .and_then(Node::text)
            .is_none_or(str::is_empty)
        {
            wrong(format!(
                "an entry of `gpus` of type `{kind}` has no `{member}`"
            ));
        }
    }
    let stated = request.pool.gpu.filter(|_| !gpus.is_empty());
    if let Some(gpu) = stated.filter(|gpu| usize::try_from(gpu.count) != Ok(gpus.len())) {
        wrong(format!(
            "`gpus` has {} entries, the pool says that machines have {} GPUs",
            gpus.len(),
            gpu.count
        ));
    }
}

/// Image, cluster and subnets are named by what their type says.
fn identifiers(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    for field in ["cluster", "image", "subnets"] {
        let Some(node) = spec.get(field) else {
            continue;
        };
        let one = std::slice::from_ref(node);
        let all = match node.items() {
            [] => one,
            items => items,
        };
        for identifier in all {
            let kind = identifier.str_at(&["type"]).unwrap_or_default();
            let is_whole = ["name", "uuid"].contains(&kind)
                && identifier
                    .str_at(&[kind])
                    .is_some_and(|text| !text.is_empty());
            if !is_whole {
                let message = format!(
                    "`{field}` says neither `type: name` with a `name` nor `type: uuid` with a `uuid`"
                );
                let rule = &shared::PROVIDER_SPEC_VALUE;
                let problem = author::problem(rule, &[field], message, request);
                problems.push(problem.help("write `{type: name, name: ...}`, as Prism lists it"));
            }
        }
    }
}
