//! What must hold of a pool on Google Cloud.

use crate::cloud::gcp::{Gcp, families};
use crate::cloud::{MachineApi, PoolRequest};
use crate::problem::rules::{cloud as common, gcp as rule};
use crate::problem::{Problem, Problems};
use crate::types::Version;

/// Families whose GPUs reach those of other machines over network cards of their own.
const GPU_DIRECT: [&str; 3] = ["a3-", "a4-", "a4x-"];

/// Rules that do not depend on the zone.
pub(super) fn pool(request: &PoolRequest<'_>, problems: &mut Problems) {
    let name = request.spec.instance_type.as_str();
    attached(request, problems);
    unsupported(request, problems);
    let mut say = |rule, message: String, help: &str| {
        let place = (request.place)("spec.instanceType");
        problems.push(Problem::new(rule, place, message).help(help));
    };
    let most = request
        .spec
        .autoscaling
        .map(|limits| limits.max)
        .or(request.spec.replicas);
    let of_direct = GPU_DIRECT.iter().any(|family| name.starts_with(family));
    if of_direct && most.is_some_and(|most| most > 1) {
        let message = format!("machines of `{name}` get no network cards for GPUDirect");
        say(
            &rule::GPU_DIRECT,
            message,
            "one machine for each job; training over several machines needs another provisioner",
        );
    }
    if name.starts_with("a4x-") && request.spec.autoscaling.is_some() {
        let message = format!("the autoscaler takes `{name}`, which is arm64, for amd64");
        say(
            &rule::ARCHITECTURE_OF_SET,
            message,
            "give the pool fixed `replicas`",
        );
    }
    if request.instance.is_some_and(|instance| instance.fractional) {
        let message =
            format!("`{name}` has virtual GPUs, which need NVIDIA's licensed guest driver");
        say(
            &common::GUEST_DRIVER,
            message,
            "name that driver's image in `driver` of the GPU operator, or take a size with whole GPUs",
        );
    }
}

/// GPUs that are attached to a machine type.
fn attached(request: &PoolRequest<'_>, problems: &mut Problems) {
    let name = request.spec.instance_type.as_str();
    let can = Gcp.attaches_gpus_to(name);
    let models = || {
        let models: Vec<&str> = families::attachable().map(|one| one.model).collect();
        models.join("`, `")
    };
    let mut say = |path: &str, message: String, help: String| {
        problems
            .push(Problem::new(&rule::ATTACHED_GPUS, (request.place)(path), message).help(help));
    };
    let overridden = request
        .patch
        .is_some_and(|patch| patch.get("gpus").is_some());
    let Some(gpu) = &request.spec.gpu else {
        if can && !overridden {
            let message =
                format!("`{name}` has the GPUs that are attached to it, and the pool names none");
            say(
                "spec.instanceType",
                message,
                format!("add `gpu: {{count: 1, model: t4}}`; models: `{}`", models()),
            );
        }
        return;
    };
    if request.instance.is_some() {
        return;
    }
    if !can {
        let message = format!("no GPU can be attached to `{name}`");
        let help =
            "take a type `n1-...`, or one that has GPUs: `gpu-machineset catalog --platform GCP`";
        say("spec.gpu", message, help.to_owned());
        return;
    }
    let model = request.gpu.and_then(|gpu| gpu.model);
    let found = families::attachable().find(|one| Some(one.model) == model);
    match found {
        None => {
            let message = "no GPU of this model can be attached".to_owned();
            say("spec.gpu.model", message, format!("models: `{}`", models()));
        }
        Some(found) if !found.takes(&gpu.count.to_string()) => {
            let message = format!(
                "{} GPUs of model `{}` cannot be attached to one machine",
                gpu.count, found.model
            );
            say(
                "spec.gpu.count",
                message,
                format!("attach {}", found.counts()),
            );
        }
        Some(_) => {}
    }
}

/// Machine types that the provider of some releases refuses.
fn unsupported(request: &PoolRequest<'_>, problems: &mut Problems) {
    let name = request.spec.instance_type.as_str();
    let Some(fact) = &request.facts.openshift_version else {
        return;
    };
    let version = fact.value.version();
    let message = if name.starts_with("a3-ultragpu-")
        && (Version(4, 19)..=Version(4, 20)).contains(&version)
    {
        format!(
            "the provider of OpenShift {} refuses machines of `{name}`",
            fact.value
        )
    } else if families::boot_disks(name).is_some_and(|disks| disks == ["hyperdisk-balanced"])
        && version < Version(4, 16)
    {
        format!(
            "`{name}` boots from Hyperdisk only, which the Machine API of OpenShift {} refuses",
            fact.value
        )
    } else {
        return;
    };
    let place = (request.place)("spec.instanceType");
    problems.push(
        Problem::new(&rule::MACHINE_TYPE_UNSUPPORTED, place, message)
            .fact(fact.quote("OpenShift version"))
            .help("take another type, or upgrade: 4.21 takes both"),
    );
}
