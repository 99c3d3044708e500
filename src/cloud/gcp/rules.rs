//! Rules over every finished provider spec, whatever road it came by.

use crate::cloud::author::{self, Author};
use crate::cloud::gcp::clone::boot_disk;
use crate::cloud::gcp::{families, known_fields};
use crate::cloud::{Path, Request, common};
use crate::krm::Node;
use crate::problem::rules::{cloud as shared, gcp as rule};
use crate::problem::{Problem, Problems};

/// Fields without which a machine cannot start; secrets are required of each write.
const NEEDED: [Path; 4] = [
    &["credentialsSecret", "name"],
    &["disks"],
    &["networkInterfaces"],
    &["userDataSecret", "name"],
];

/// Rules over the finished provider spec.
pub(super) fn check(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    common::contradictions(spec, request, problems);
    common::incomplete(spec, &NEEDED, request, problems);
    problems.extend(common::control_plane(spec, request));
    common::architecture(&["disks"], request, problems);
    disk(spec, request, problems);
    problems.extend(project(spec, request));
    let field = ["shieldedInstanceConfig", "secureBoot"];
    let is_on = spec.str_at(&field) == Some("Enabled");
    problems.extend(common::secure_boot(&field, is_on, "Disabled", request));
    overridden(spec, request, problems);
    labels(spec, request, problems);
    problems.extend(machine_name(request));
    known_fields::TABLE.types_of_worker(spec, request, problems);
    known_fields::TABLE.of_worker(spec, request, problems);
}

fn disk(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    let Some((_, disk)) = boot_disk(spec) else {
        return;
    };
    let size = disk.get("sizeGb").and_then(Node::text);
    problems.extend(common::small_root(size, &["disks"], request));
    let name = &request.pool.spec.instance_type;
    let kind = disk.str_at(&["type"]).unwrap_or_default();
    let Some(allowed) = families::boot_disks(name).filter(|allowed| !allowed.contains(&kind))
    else {
        return;
    };
    let message = format!("machines of `{name}` do not boot from `{kind}`");
    let stated = request.pool.spec.root_volume.as_ref();
    let is_stated = stated.is_some_and(|volume| volume.r#type.is_some());
    let path = match author::of(&["disks"], request) {
        Author::Override => "spec.providerSpec.disks",
        _ if is_stated => "spec.rootVolume.type",
        _ => "spec",
    };
    problems.push(
        Problem::new(&rule::BOOT_DISK_TYPE, (request.pool.place)(path), message)
            .values(kind, allowed.first().map(|first| (*first).to_owned()))
            .help(format!(
                "types that they boot from: `{}`",
                allowed.join("`, `")
            )),
    );
}

/// Without a project the machine controller of every pool stops, again and again.
fn project(spec: &Node, request: &Request<'_>) -> Option<Problem> {
    if spec.str_at(&["projectID"]).is_some_and(|id| !id.is_empty()) {
        return None;
    }
    let field = ["projectID"];
    let message = "the provider spec has no `projectID`".to_owned();
    let problem = author::problem(&rule::PROJECT_MISSING, &field, message, request);
    Some(match author::of(&field, request) {
        Author::Override => problem.help("do not take it away here"),
        _ => problem
            .help("save the Infrastructure with the facts: `oc get infrastructure cluster -o yaml`")
            .help("or write it in the pool: `providerSpec: {projectID: ...}`"),
    })
}

/// What an override asks for and a machine with GPUs cannot have.
fn overridden(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    let says = |field: &str| spec.get(field).and_then(Node::text).unwrap_or_default();
    let mut say = |rule, field: &str, message: &str| {
        problems
            .push(author::problem(rule, &[field], message.to_owned(), request).help("remove it"));
    };
    if says("onHostMaintenance") != "Terminate" {
        say(
            &rule::LIVE_MIGRATION,
            "onHostMaintenance",
            "a machine with GPUs cannot move to another host while it runs",
        );
    }
    let is_spot = says("preemptible") == "true" || says("provisioningModel") == "Spot";
    if is_spot && says("restartPolicy") == "Always" {
        say(
            &rule::RESTART_POLICY,
            "restartPolicy",
            "spot machines are not started again in place",
        );
    }
    if !matches!(says("confidentialCompute"), "" | "Disabled") {
        let field = "confidentialCompute";
        say(
            &shared::PROVIDER_SPEC_VALUE,
            field,
            "`confidentialCompute` is not for machines with GPUs",
        );
    }
    if author::of(&["gpus"], request) == Author::Override {
        let name = request.pool.spec.instance_type.as_str();
        let gpus = spec.get("gpus").map(Node::items).unwrap_or_default();
        let fits = |gpu: &Node| {
            let kind = gpu.str_at(&["type"]);
            let found = families::attachable().find(|one| Some(one.name) == kind);
            let count = gpu.get("count").and_then(Node::text).unwrap_or("1");
            found.is_some_and(|found| found.takes(count))
        };
        let is_n1 = name.starts_with("n1-");
        let is_right = gpus.is_empty() || is_n1 && gpus.len() == 1 && gpus.iter().all(fits);
        if !is_right {
            say(
                &rule::ATTACHED_GPUS,
                "gpus",
                "these GPUs cannot be attached; `gpu` of the pool does it right",
            );
        }
    }
}

/// Labels of resources, which are no labels of Kubernetes.
fn labels(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    let labels = spec.get("labels").map(Node::entries).unwrap_or_default();
    let part = |text: &str| {
        let right =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        text.len() <= 63 && text.chars().all(right)
    };
    let wrong = labels.iter().find(|label| {
        let begins = label.key.starts_with(|c: char| c.is_ascii_lowercase());
        !begins || !part(&label.key) || !part(label.value.text().unwrap_or_default())
    });
    let message = match wrong {
        Some(label) => format!(
            "`{}` is no label of Google Cloud, or its value is none",
            label.key
        ),
        None if labels.len() > 32 => {
            format!("{} labels, {} too many", labels.len(), labels.len() - 32)
        }
        None => return,
    };
    problems.push(
        author::problem(&rule::RESOURCE_LABELS, &["labels"], message, request).help(
            "at most 32, of lower case letters, digits, `-` and `_`, keys beginning with a letter",
        ),
    );
}

/// Machines are instances of the same name, and those have no dots.
fn machine_name(request: &Request<'_>) -> Option<Problem> {
    let name = request.set_name?;
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    if begins && !name.contains('.') {
        return None;
    }
    let message = format!("`{name}` is no name of an instance");
    let place = (request.pool.place)("spec.nameTemplate");
    Some(Problem::new(&rule::INSTANCE_NAME, place, message).values(name, None).help("begin it with a letter, and write no dots: `{instanceType}` in place of `{instanceTypeRaw}`"))
}
