//! What must hold of a finished provider spec on every cloud.

use crate::cloud::author::{self, Author};
use crate::cloud::{Path, PoolRequest, Request};
use crate::cluster::{self, Worker, source};
use crate::krm::Node;
use crate::problem::rules::cloud as rule;
use crate::problem::{Problem, Problems, did_you_mean};

/// Whether a worker's provider spec is of the cluster's cloud; a problem when it is not. `groups` are API groups.
pub(super) fn is_of_cloud(
    worker: &Worker,
    request: &Request<'_>,
    groups: &[&str],
    problems: &mut Problems,
) -> bool {
    let provider = request.pool.cloud.profile().provider.as_ref();
    let expected = provider.map_or("", |provider| provider.kind);
    let kind = worker.provider_spec.str_at(&["kind"]).unwrap_or("");
    let version = worker.provider_spec.str_at(&["apiVersion"]).unwrap_or("");
    let group = version.split('/').next().unwrap_or_default();
    if kind == expected && groups.contains(&group) && version.contains('/') {
        return true;
    }
    let message = format!(
        "worker `{}` has a provider spec of kind `{version} {kind}`, not {expected}",
        worker.name
    );
    let place = worker.origin.place.clone();
    problems.push(
        Problem::new(&rule::PROVIDER_SPEC_KIND, place, message).help(format!(
            "capture the worker MachineSets again: `{}`",
            cluster::command(source::SET)
        )),
    );
    false
}

/// Reports a cluster of which no worker is known, on a cloud whose provider specs are made of a worker only.
pub(super) fn needs_worker(request: &PoolRequest<'_>, problems: &mut Problems) {
    if !request.facts.workers.is_empty() {
        return;
    }
    let id = request.cloud.profile().id;
    let message = format!(
        "no worker MachineSet of cluster `{}` is known",
        request.facts.name
    );
    problems.push(
        Problem::new(&rule::WORKER_NEEDED, (request.place)("spec"), message)
            .fact(format!(
                "sets on {id} are cloned: network and image stand in a worker alone"
            ))
            .help(format!(
                "add its MachineSets: `{}`",
                cluster::command(source::SET)
            )),
    );
}

/// Reports a pool whose GPUs nobody can count: on some clouds no provider writes them onto the set.
pub(super) fn needs_gpu(request: &PoolRequest<'_>, problems: &mut Problems) {
    if request.gpu.is_some() {
        return;
    }
    let id = request.cloud.profile().id;
    let message = format!("how many GPUs machines of this pool have is not known on {id}");
    let name = &request.spec.instance_type;
    let near = did_you_mean(name, request.types.names(id));
    let path = near.map_or("spec", |_| "spec.instanceType");
    let mut problem = Problem::new(&rule::GPU_UNSTATED, (request.place)(path), message).fact(
        "no controller of this cloud counts them, and the autoscaler takes what the set says",
    );
    if request
        .spec
        .autoscaling
        .is_some_and(|limits| limits.min == 0)
    {
        problem =
            problem.fact("from zero it would never start a machine for a pod that asks for a GPU");
    }
    problems.push(match near {
        Some(near) => problem
            .values(name, Some(near.to_owned()))
            .fact("the input makes a flavor that is called nearly so; for one that it does not make, the pool says `gpu`")
            .help(format!("did you mean `{near}`?")),
        None => problem.help("add `gpu: {count: 1, model: l40s}` with what a machine has"),
    });
}

/// A machine as small as a worker, because nobody said otherwise: `size` is its processors and GiB of memory, `fields`
/// say them in a provider spec.
pub(super) fn machine_size(
    size: Option<(u32, u32)>,
    fields: &[&str],
    request: &Request<'_>,
) -> Option<Problem> {
    let pool = request.pool;
    let patched = |key: &&str| pool.patch.is_some_and(|patch| patch.get(key).is_some());
    if pool.spec.machine.is_some() || fields.iter().any(patched) {
        return None;
    }
    let (cpus, memory) = size?;
    let message = format!("machines have the {cpus} processors and {memory} GiB of the worker");
    let problem = Problem::new(&rule::MACHINE_SIZE, (pool.place)("spec"), message);
    Some(
        from_worker(problem, request)
            .help("say what they have: `machine: {cpus: 16, memoryGiB: 128}`"),
    )
}

/// What the pool decides is not decided otherwise.
pub(super) fn contradictions(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    let pool = request.pool;
    let Some(provider) = pool.cloud.profile().provider.as_ref() else {
        return;
    };
    let region = Some(pool.region).filter(|region| !region.is_empty());
    let decided = [
        (
            provider.instance_type,
            Some(pool.spec.instance_type.as_str()),
        ),
        (provider.zone, request.zone),
        (provider.region.filter(|_| region.is_some()), region),
    ];
    for (field, expected) in decided {
        let Some(field) = field else { continue };
        let found = spec.str_at(field).filter(|found| !found.is_empty());
        if found == expected {
            continue;
        }
        let field = field.join(".");
        let path = format!("spec.providerSpec.{field}");
        let (found, expected) = (found.unwrap_or("nothing"), expected.unwrap_or("nothing"));
        let message =
            format!("providerSpec sets `{field}` to `{found}`, the pool says `{expected}`");
        problems.push(
            Problem::new(
                &rule::PROVIDER_SPEC_CONTRADICTS,
                (pool.place)(&path),
                message,
            )
            .help("remove it here; `spec.instanceType` and `spec.zones` decide"),
        );
    }
}

/// The Ignition config of the control plane makes whatever boots with it a member of the control plane.
pub(super) fn control_plane(node: &Node, request: &Request<'_>) -> Option<Problem> {
    let field = ["userDataSecret", "name"];
    let name = node
        .str_at(&field)
        .filter(|name| name.starts_with("master-user-data"))?;
    let message = format!("`{name}` is the user data of control plane machines");
    let problem = author::problem(&rule::CONTROL_PLANE_USER_DATA, &field, message, request);
    Some(match author::of(&field, request) {
        Author::Override => problem.help("remove it: the worker's is right"),
        _ => problem.help("clone another worker, or write `providerSpec: {userDataSecret: {name: worker-user-data}}`"),
    })
}

/// A root volume at a field that holds its size in GiB.
pub(super) fn small_root(
    size: Option<&str>,
    field: &[&str],
    request: &Request<'_>,
) -> Option<Problem> {
    let size = size?.parse::<u32>().ok().filter(|size| *size < 120)?;
    let message = format!("the root volume has {size} GiB");
    let stated = request.pool.spec.root_volume.as_ref();
    let stated = stated.is_some_and(|volume| volume.size_gib.is_some());
    let problem = |path: &str| {
        Problem::new(
            &rule::ROOT_VOLUME_SMALL,
            (request.pool.place)(path),
            message.clone(),
        )
    };
    let help = "set `rootVolume: {sizeGiB: 200}`";
    Some(match author::of(field, request) {
        Author::Override => problem(&format!("spec.providerSpec.{}", field.join("."))).help(help),
        _ if stated => problem("spec.rootVolume.sizeGiB").help(help),
        _ => from_worker(problem("spec"), request).help(help),
    })
}

/// Reports fields without which machines cannot start.
pub(super) fn incomplete(
    spec: &Node,
    fields: &[Path],
    request: &Request<'_>,
    problems: &mut Problems,
) {
    for field in fields {
        let value = spec.at(field).filter(|value| !value.is_null());
        if value.is_some_and(|value| !value.is_empty() && value.text() != Some("")) {
            continue;
        }
        let name = field.join(".");
        let message = format!("the provider spec has no `{name}`");
        let problem = author::problem(&rule::WORKER_INCOMPLETE, field, message, request);
        problems.push(match author::of(field, request) {
            Author::Override => problem.help("do not take it away here"),
            _ => problem.help(format!("add `{name}` under `spec.providerSpec`")),
        });
    }
}

/// Instance type and image of two architectures, unless the pool brings an image of its own at `field`.
pub(super) fn architecture(field: &[&str], request: &Request<'_>, problems: &mut Problems) {
    let worker = request
        .worker
        .and_then(|worker| worker.architecture.as_deref());
    let cluster = request.pool.facts.architecture.as_ref();
    let image = worker.or(cluster.map(|architecture| architecture.value.as_str()));
    let (Some(instance), Some(image)) = (request.pool.instance, image) else {
        return;
    };
    if instance.arch == image || author::of(field, request) == Author::Override {
        return;
    }
    let message = format!(
        "`{}` is {}, the image is {image}",
        instance.name, instance.arch
    );
    let place = (request.pool.place)("spec.instanceType");
    let problem = Problem::new(&rule::ARCHITECTURE_MISMATCH, place, message);
    problems.push(from_worker(problem, request).help(format!(
        "take an {image} instance type, or give the {} image under `providerSpec`",
        instance.arch
    )));
}

pub(super) fn from_worker(problem: Problem, request: &Request<'_>) -> Problem {
    match request.worker {
        Some(worker) => problem.fact(format!("cloned from {}", worker.origin)),
        None => problem,
    }
}

/// A machine that starts only what is signed, and drivers that are not.
/// `off` is what to write in its place.
pub(super) fn secure_boot(
    field: &[&str],
    enabled: bool,
    off: &str,
    request: &Request<'_>,
) -> Option<Problem> {
    if !enabled {
        return None;
    }
    let message =
        "Secure Boot is on, and the NVIDIA driver that is built on the node is not signed";
    let problem = author::problem(&rule::SECURE_BOOT, field, message.to_owned(), request);
    Some(match author::of(field, request) {
        Author::Override => problem.help("remove it"),
        _ => problem.help(format!(
            "write `{off}` at `{}` under `spec.providerSpec`, or clone another worker",
            field.join(".")
        )),
    })
}
