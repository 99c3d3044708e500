//! Instance type and accelerator of a pool.

use std::collections::BTreeMap;

use crate::api::Placeholder;
use crate::api::gpu_machine_set::GpuMachineSetSpec;
use crate::catalog::{self, Gpu, Instance, MadeType, MadeTypes, NoModel, Size};
use crate::cloud::{Cloud, PoolRequest};
use crate::plan::Pool;
use crate::problem::rules::{api, pool as rule};
use crate::problem::{Place, Problem, Problems};
use crate::types::{LABEL_VALUE, name_part};

/// Type and GPUs of the pool's machines.
pub(crate) fn hardware(
    placeholder: &Placeholder<'_, GpuMachineSetSpec>,
    cloud: &dyn Cloud,
    types: &MadeTypes,
    problems: &mut Problems,
) -> Hardware {
    let spec = &placeholder.read.spec;
    let instance = instance(placeholder, cloud, problems);
    let known = match &instance {
        Some(instance) => Some(Known::Listed(instance)),
        None => types
            .find(cloud.profile().id, &spec.instance_type)
            .map(Known::Made),
    };
    let size = known.map(Known::size).or_else(|| stated_size(spec));
    let gpu = gpus(placeholder, known, problems);
    Hardware {
        instance,
        size,
        gpu,
    }
}

/// Type, size and GPUs of the machines, as far as they are known.
pub(crate) struct Hardware {
    pub(crate) instance: Option<Instance>,
    pub(crate) size: Option<Size>,
    pub(crate) gpu: Option<Gpu>,
}

/// What pools say themselves where the type does not decide it.
fn stated_size(spec: &GpuMachineSetSpec) -> Option<Size> {
    let machine = spec.machine.as_ref()?;
    Some(Size {
        vcpu: machine.cpus?,
        memory_mib: machine.memory_gib?.checked_mul(1024)?,
    })
}

/// A type whose GPUs are known.
#[derive(Clone, Copy)]
enum Known<'k> {
    /// By the catalogue.
    Listed(&'k Instance),
    /// By what makes it.
    Made(&'k MadeType),
}

impl Known<'_> {
    fn gpu(self) -> Gpu {
        match self {
            Self::Listed(instance) => instance.gpu(),
            Self::Made(made) => made.gpu,
        }
    }

    fn size(self) -> Size {
        match self {
            Self::Listed(instance) => instance.size(),
            Self::Made(made) => made.size,
        }
    }

    /// Whether a model that a pool names is that of the type.
    fn is_model(self, named: &str) -> bool {
        match self {
            Self::Listed(instance) => {
                let (model, board) = (instance.model, instance.board());
                let rest = named.strip_prefix(model);
                named == board || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            }
            Self::Made(made) => made.gpu.model.is_none_or(|model| named == model),
        }
    }

    /// The pool says other GPUs than these.
    fn differs(self, place: Place) -> Problem {
        let has =
            |whose: String, model: &str| format!("{whose} have {} x {model}", self.gpu().count);
        let (message, because) = match self {
            Self::Listed(instance) => (
                has(format!("machines of `{}`", instance.name), instance.model),
                "the catalogue knows this type".to_owned(),
            ),
            Self::Made(made) => (
                has(
                    format!("machines of flavor `{}`", made.name),
                    made.gpu.model.unwrap_or("GPU"),
                ),
                format!("{} makes this flavor, at {}", made.by, made.place),
            ),
        };
        let problem = Problem::new(&rule::GPU_DIFFERS, place, message);
        problem.help(format!("remove `gpu`: {because}"))
    }
}

/// What the catalogue knows of the pool's instance type; problems when it has no whole NVIDIA GPU.
fn instance(
    placeholder: &Placeholder<'_, GpuMachineSetSpec>,
    cloud: &dyn Cloud,
    problems: &mut Problems,
) -> Option<Instance> {
    let name = placeholder.read.spec.instance_type.as_str();
    let place = placeholder.place("spec.instanceType");
    if let Some((family, source)) = cloud.without_gpu(name) {
        let fact = format!("types of family `{family}` have none ({source})");
        problems.push(without_nvidia(name, "no GPU at all", place).fact(fact));
        return None;
    }
    let Some(instance) = cloud.instance(name) else {
        if placeholder.read.spec.gpu.is_none() || cloud.owner_of(name).is_some() {
            problems.extend(unknown(name, cloud, place));
        }
        return None;
    };
    if !instance.is_nvidia() {
        let has = format!("{} {}", instance.vendor, instance.model);
        problems.push(without_nvidia(name, &has, place));
    } else if instance.fractional {
        let message = format!("`{name}` has a part of a GPU only");
        let problem = Problem::new(&rule::FRACTIONAL_GPU, place, message);
        problems.push(problem.help("take a type with whole GPUs for pools that scale from zero"));
    }
    Some(instance)
}

/// A type that the catalogue does not know. No problem where people make the types, or attach GPUs to them: then the cloud
/// asks the pool for its GPUs.
fn unknown(name: &str, cloud: &dyn Cloud, place: Place) -> Option<Problem> {
    let id = cloud.profile().id;
    let types = || format!("`gpu-machineset catalog --platform {id}` lists types");
    if let Some(owner) = cloud.owner_of(name) {
        let message =
            format!("instance type `{name}` is one of {owner}, and the cluster is on {id}");
        let problem = Problem::new(&rule::INSTANCE_TYPE_ELSEWHERE, place, message);
        let both = format!("for clusters of both: `instanceType: {{{owner}: {name}, {id}: ...}}`");
        return Some(problem.values(name, None).help(types()).help(both));
    }
    let attaches = cloud
        .machine_api()
        .is_some_and(|api| api.attaches_gpus_to(name));
    if attaches || catalog::instances(id).next().is_none() {
        return None;
    }
    let sizes = catalog::types_of_family(id, name);
    if !sizes.is_empty() {
        let message = format!("`{name}` is a family of instance types: its size is missing");
        let problem = Problem::new(&api::INVALID_VALUE, place, message);
        let help = format!("name one of its types: `{}`", sizes.join("`, `"));
        return Some(problem.values(name, None).help(help));
    }
    let near = catalog::nearest(id, name);
    // where every name is in small letters the cloud takes no other; Azure's are in both, and it takes either
    let small = near.filter(|near| *near == name.to_lowercase());
    if let Some(small) = small {
        let message = format!("instance type `{name}` is written in small letters on {id}");
        let problem = Problem::new(&api::INVALID_VALUE, place, message);
        return Some(
            problem
                .values(name, Some(small.to_owned()))
                .help(format!("write `{small}`")),
        );
    }
    let message = format!("instance type `{name}` is not in the catalogue of {id}");
    let problem = Problem::new(&rule::UNKNOWN_INSTANCE_TYPE, place, message)
        .values(name, near.map(str::to_owned));
    Some(match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("GPU count and architecture are not checked; `gpu-machineset catalog` lists known types"),
    })
}

/// GPUs of each machine: those of the catalogue, which the pool may repeat, or those that the pool states.
fn gpus(
    placeholder: &Placeholder<'_, GpuMachineSetSpec>,
    known: Option<Known<'_>>,
    problems: &mut Problems,
) -> Option<Gpu> {
    let Some(stated) = &placeholder.read.spec.gpu else {
        return known.map(Known::gpu);
    };
    let name = stated.model.as_deref();
    let place = |path: &str| placeholder.place(path);
    let model = match name.map(|name| catalog::model(name, stated.memory_gib)) {
        Some(Ok(model)) => Some(model),
        Some(Err(NoModel::Several(models))) if known.is_none() => {
            let message = format!(
                "`{}` is made with several sizes of memory",
                name.unwrap_or_default()
            );
            let problem = Problem::new(&rule::UNKNOWN_GPU_MODEL, place("spec.gpu.model"), message);
            problems.push(problem.help(format!("write one of `{}`", models.join("`, `"))));
            None
        }
        None | Some(Err(NoModel::Several(_))) => None,
        Some(Err(NoModel::Unknown(near))) => {
            let message = format!("no GPU model `{}` is known here", name.unwrap_or_default());
            let problem = Problem::new(&rule::UNKNOWN_GPU_MODEL, place("spec.gpu.model"), message)
                .values(name.unwrap_or_default(), near.map(str::to_owned));
            problems.push(match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("its memory and MIG profiles are not checked"),
            });
            None
        }
    };
    let Some(known) = known else {
        return Some(Gpu {
            count: stated.count,
            model,
        });
    };
    let is_other = model.is_some_and(|model| !known.is_model(model));
    if stated.count != known.gpu().count || is_other {
        problems.push(known.differs(place("spec.gpu")));
    }
    Some(known.gpu())
}

fn without_nvidia(name: &str, has: &str, place: Place) -> Problem {
    let message = format!("`{name}` has no NVIDIA GPU: it has {has}");
    let problem = Problem::new(&rule::INSTANCE_TYPE_WITHOUT_GPU, place, message).values(name, None);
    problem.help("`gpu-machineset catalog` lists types with NVIDIA GPUs")
}

/// GPU models that no instance type in the catalogue has, but that people take others for.
const LOOK_ALIKES: [&str; 2] = ["l40", "a10"];

/// Warns of an accelerator that names another GPU than the machines have.
fn another_model(accelerator: &str, request: &PoolRequest<'_>, problems: &mut Problems) {
    let Some(instance) = request.instance else {
        return;
    };
    let words: Vec<String> = accelerator
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::to_lowercase)
        .collect();
    let is_word = |model: &str| words.iter().any(|word| word == model);
    let model = instance.model.to_string();
    let same = model.split('-').any(is_word);
    let known = catalog::all().map(|instance| instance.model.to_string());
    let known = known.chain(LOOK_ALIKES.map(str::to_owned));
    let other = known.filter(|other| is_word(other)).find(|_| !same);
    if let Some(other) = other {
        let message = format!(
            "accelerator `{accelerator}` says {}, `{}` has {}",
            other.to_uppercase(),
            instance.name,
            model.to_uppercase()
        );
        let proposed = catalog::accelerator(instance);
        let place = (request.place)("spec.accelerator");
        problems.push(
            Problem::new(&rule::ACCELERATOR_MODEL, place, message)
                .values(accelerator, Some(proposed.clone()))
                .help(format!(
                    "write `{proposed}`, or a name with the right model"
                )),
        );
    }
}

/// Warns of two GPU models under one accelerator, on one cluster.
pub(crate) fn two_models(
    pools: &[Pool],
    placeholders: &[Placeholder<'_, GpuMachineSetSpec>],
    problems: &mut Problems,
) {
    let mut seen: BTreeMap<(&str, &str), &Pool> = BTreeMap::new();
    for pool in pools.iter().filter(|pool| pool.model.is_some()) {
        let first = *(seen.entry((&pool.infra, &pool.accelerator))).or_insert(pool);
        let (Some(model), Some(other)) = (pool.model, first.model) else {
            continue;
        };
        if model == other {
            continue;
        }
        let placeholder = placeholders.get(pool.placeholder);
        let place = placeholder.map_or_else(
            || pool.place.clone(),
            |placeholder| placeholder.place("spec.accelerator"),
        );
        let message = format!(
            "accelerator `{}` is {} here and {} in pool `{}`",
            pool.accelerator,
            model.to_uppercase(),
            other.to_uppercase(),
            first.name
        );
        problems.push(
            Problem::new(&rule::ACCELERATOR_OF_TWO_MODELS, place, message)
                .fact(format!("pool `{}` is at {}", first.name, first.place))
                .help("remove `accelerator`: each model gets a name of its own"),
        );
    }
}

/// The node label `cluster-api/accelerator`.
pub(crate) fn accelerator(request: &PoolRequest<'_>, problems: &mut Problems) -> String {
    if let Some(accelerator) = &request.spec.accelerator {
        if accelerator.is_empty() || LABEL_VALUE.check(accelerator).is_err() {
            let message = format!("accelerator `{accelerator}` is no label value");
            let proposed = request.instance.map(catalog::accelerator);
            let problem = Problem::new(
                &rule::ACCELERATOR_INVALID,
                (request.place)("spec.accelerator"),
                message,
            )
            .values(accelerator, proposed.clone());
            problems.push(problem.help(format!(
                "write `{}`",
                proposed.unwrap_or_else(|| "nvidia-l4".to_owned())
            )));
        }
        another_model(accelerator, request, problems);
        return accelerator.clone();
    }
    let stated = request
        .spec
        .gpu
        .as_ref()
        .and_then(|gpu| gpu.model.as_deref());
    let stated = request.gpu.and_then(|gpu| gpu.model).or(stated);
    let stated = stated.unwrap_or(&request.spec.instance_type);
    request.instance.map_or_else(
        || format!("nvidia-{}", name_part(stated).trim_start_matches("nvidia-")),
        catalog::accelerator,
    )
}
