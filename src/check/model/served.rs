//! Models that are served, whoever wrote them: what their pool has for them.

use super::predictor::Predictor;
use super::scheduling::Scheduling;
use super::{Around, Found, Judged};
use crate::fit::flag;
use crate::krm::Node;
use crate::operator::{self, sharing};
use crate::plan::{Model, Plan};
use crate::pool_face::PoolFace;
use crate::problem::rules::model as rule;
use crate::problem::{Place, Problem};
use crate::types::quantity;

/// GiB of an image with CUDA and vLLM on the disk of a node.
const IMAGE_GIB: f64 = 20.0;

/// One of them.
pub(super) struct Served<'a> {
    pub(super) namespace: &'a str,
    /// Its InferenceService, as it leaves.
    pub(super) node: &'a Node,
    pub(super) predictor: Predictor<'a>,
    /// Where its pods may run, of one that others wrote.
    scheduling: Option<Scheduling>,
    pub(super) by: By<'a>,
}

/// Who wrote it.
#[derive(Clone, Copy)]
pub(super) enum By<'a> {
    /// It is made of a GpuModel.
    Model(&'a Model),
    /// Somebody else.
    Other(&'a Judged<'a>),
}

impl<'a> Served<'a> {
    pub(super) fn all(
        plan: &'a Plan,
        others: &'a [Judged<'a>],
        around: &'a Around<'_>,
    ) -> Vec<Self> {
        let own = plan.models.iter().filter_map(|model| {
            let node = service_of(plan, model);
            Some(Self {
                namespace: &model.namespace,
                node,
                predictor: Predictor::of(node)?,
                scheduling: None,
                by: By::Model(model),
            })
        });
        let of_others = others.iter().filter_map(|judged| {
            let is_service = judged.document.kind == "InferenceService";
            let predictor = around.predictor(judged).filter(|_| is_service)?;
            Some(Self {
                namespace: judged.document.namespace.as_ref(),
                node: &judged.node,
                predictor,
                scheduling: Some(Scheduling::of(judged, predictor, around)),
                by: By::Other(judged),
            })
        });
        own.chain(of_others).collect()
    }

    /// How messages call it.
    pub(super) fn title(&self) -> String {
        match self.by {
            By::Model(_) => "the model".to_owned(),
            By::Other(judged) => judged.title(),
        }
    }

    /// What messages begin with that say of whom they speak by their place alone where it is ours.
    pub(super) fn prefix(&self) -> String {
        match self.by {
            By::Model(_) => String::new(),
            By::Other(judged) => format!("{}: ", judged.title()),
        }
    }

    /// The place of a field of an InferenceService, and that of a GpuModel instead.
    pub(super) fn at(&self, path: &[&str], ours: fn(&Model) -> &Place) -> Place {
        match self.by {
            By::Model(model) => ours(model).clone(),
            By::Other(judged) => judged.at(path),
        }
    }

    pub(super) fn storage_place(&self) -> Place {
        let path = ["spec", "predictor", "model", "storage", "key"];
        self.at(&path, |model| &model.storage_place)
    }

    /// Its pool, where there is one alone.
    pub(super) fn pool<'p>(&self, around: &'p Around<'_>) -> Option<&'p PoolFace> {
        let mut pools = around.pools.iter().filter(|pool| match self.by {
            By::Model(model) => {
                model.cluster == pool.cluster && model.pool.as_deref() == Some(&pool.name)
            }
            By::Other(_) => {
                let reaches = |one: &Scheduling| one.reaches(pool);
                self.predictor.gpus() > 0 && self.scheduling.as_ref().is_some_and(reaches)
            }
        });
        pools.next().filter(|_| pools.next().is_none())
    }

    /// GiB of its weights.
    pub(super) fn weights(&self) -> Option<f64> {
        let served = match self.by {
            By::Model(model) => model.served,
            By::Other(_) => self.predictor.served(),
        };
        served?.weights_gib
    }

    /// What all its copies ask for.
    pub(super) fn demand(&self) -> u32 {
        match self.by {
            _ if self.is_stopped() => 0,
            By::Model(model) => model.demand(),
            By::Other(_) => {
                let (_, most) = self.predictor.replicas();
                self.predictor.gpus().saturating_mul(most)
            }
        }
    }

    /// Whether KServe runs no pod of it.
    pub(super) fn is_stopped(&self) -> bool {
        is_stopped(self.node)
    }

    fn is_ours(&self) -> bool {
        matches!(self.by, By::Model(_))
    }
}

/// KServe deletes the pods of a service with this mark until it is taken away.
pub(super) fn is_stopped(service: &Node) -> bool {
    const STOP: &str = "serving.kserve.io/stop";
    let stop = service.str_at(&["metadata", "annotations", STOP]);
    stop.is_some_and(|stop| stop.eq_ignore_ascii_case("true"))
}

/// With what a person changes of it.
fn service_of<'a>(plan: &'a Plan, model: &'a Model) -> &'a Node {
    let made = plan.made.iter().filter(|one| one.cluster == model.cluster);
    let mut nodes = made.map(|one| one.node.as_ref());
    let found = nodes.find(|node| {
        let text = |path: &[&str]| node.str_at(path);
        text(&["kind"]) == Some("InferenceService")
            && text(&["metadata", "name"]) == Some(&model.name)
            && text(&["metadata", "namespace"]) == Some(&model.namespace)
    });
    found.unwrap_or(&model.service)
}

/// How many of what pods ask for all machines of a pool have, at the most.
fn reach(pool: &PoolFace) -> Option<u32> {
    units(pool)?.checked_mul(pool.max_machines)
}

/// How many of them a machine has.
fn units(pool: &PoolFace) -> Option<u32> {
    let per_gpu = sharing::units_per_gpu(pool.sharing.as_ref(), pool.board())?;
    pool.gpus_per_machine()?
        .checked_mul(per_gpu)
        .filter(|units| *units > 0)
}

/// Pods that share the memory of a GPU.
fn slices(pool: &PoolFace) -> u32 {
    let sharing = pool.sharing.as_ref();
    let slices = sharing.and_then(|one| one.time_slicing.or(one.mps));
    slices.unwrap_or(1)
}

pub(super) fn check(all: &[Served<'_>], around: &Around<'_>) -> Found {
    let mut found = Found::new();
    for (index, served) in all.iter().enumerate() {
        let Some(pool) = served.pool(around).filter(|_| !served.is_stopped()) else {
            continue;
        };
        let beside = |other: &&Served<'_>| {
            let at = other.pool(around);
            at.is_some_and(|at| at.name == pool.name && at.cluster == pool.cluster)
                && !other.is_stopped()
        };
        let demands = all.iter().filter(beside).map(Served::demand);
        let all_ask = demands.fold(0, u32::saturating_add);
        let before = all.iter().take(index).filter(beside).map(Served::demand);
        let before = before.fold(0, u32::saturating_add);
        let count = all.iter().filter(beside).count();
        found.extend(disk(served, pool));
        found.extend(unbounded(served, pool, count));
        if served.is_ours() {
            continue;
        }
        found.extend(starts(served, pool, before));
        found.extend(waits(served, pool, all_ask));
    }
    found
}

/// Weights and image on a disk that is too small for both.
fn disk(served: &Served<'_>, pool: &PoolFace) -> Option<Problem> {
    let root = pool.root_gib.filter(|_| served.predictor.downloads())?;
    let weights = served.weights()?;
    let needed = weights + IMAGE_GIB;
    if needed <= f64::from(root) {
        return None;
    }
    let message = format!(
        "{}weights of {weights:.0} GiB and an image of some {IMAGE_GIB:.0} do not go onto the {root} GiB that machines of pool `{}` boot from",
        served.prefix(),
        pool.name
    );
    let problem = Problem::new(&rule::MODEL_DISK_TOO_SMALL, served.storage_place(), message);
    Some(
        problem
            .help(format!("give the GpuMachineSet `{}` a `rootVolume` of more than {needed:.0} GiB, with room for logs and other images", pool.name))
            .help("or keep them on a volume that is filled once: `pvc://CLAIM/PATH`"),
    )
}

/// A server that takes as much of a shared GPU as it likes.
fn unbounded(served: &Served<'_>, pool: &PoolFace, count: usize) -> Option<Problem> {
    let format = served.predictor.get(&["model", "modelFormat", "name"]);
    let is_vllm = format.and_then(Node::text) == Some("vLLM");
    let is_shared = slices(pool) > 1;
    let is_alone = count < 2 && served.demand() < 2;
    if !is_shared || is_alone || is_vllm || served.predictor.gpus() == 0 {
        return None;
    }
    let message = format!(
        "{} is served by something else than vLLM, which nothing keeps to its part of a GPU that {} pods share on pool `{}`",
        served.title(),
        slices(pool),
        pool.name
    );
    let place = served.at(&["spec", "predictor", "model"], |model| &model.place);
    let problem = Problem::new(&rule::SLICED_MEMORY_UNBOUNDED, place, message);
    Some(problem.help(
        "serve it on a pool whose GPUs are not shared, or are cut by MIG; or alone on this one",
    ))
}

/// What keeps an InferenceService that others wrote from ever starting on its pool.
fn starts(served: &Served<'_>, pool: &PoolFace, before: u32) -> Found {
    let all = [
        cards(served, pool, before),
        flags(served, pool),
        machine(served, pool),
    ];
    let problem = |(message, help): (String, String)| {
        let message = format!("{}: {message}", served.title());
        let path = ["spec", "predictor", "model", "resources"];
        let place = served.at(&path, |model| &model.place);
        Problem::new(&rule::MODEL_NEVER_STARTS, place, message).help(help)
    };
    all.into_iter().flatten().map(problem).collect()
}

/// What is wrong, and what to do.
type Wrong = Vec<(String, String)>;

/// More GPUs than a machine has, or than the pool reaches.
fn cards(served: &Served<'_>, pool: &PoolFace, before: u32) -> Wrong {
    let (name, gpus) = (&pool.name, served.predictor.gpus());
    if let Some(units) = units(pool).filter(|units| gpus > *units) {
        let message = format!("a machine of pool `{name}` has {units} of its {gpus} GPUs");
        let help = format!("ask for {units} or less, or go to a pool of larger machines");
        return vec![(message, help)];
    }
    // said once, where it becomes too much
    let sum = before.saturating_add(served.demand());
    match reach(pool) {
        Some(reach) if before <= reach && sum > reach => {
            let message = format!(
                "with those before it, models ask for {sum} of the {reach} GPUs that pool `{name}` reaches"
            );
            let help = "fewer replicas, more machines of the pool, or another pool for one of them";
            vec![(message, help.to_owned())]
        }
        _ => Vec::new(),
    }
}

/// Tensor parallel over other GPUs than there are, and more of a shared one than its part.
fn flags(served: &Served<'_>, pool: &PoolFace) -> Wrong {
    let (args, gpus) = (served.predictor.args(), served.predictor.gpus());
    let mut wrong = Wrong::new();
    let tensor = flag(&args, "--tensor-parallel-size").and_then(|size| size.parse::<u32>().ok());
    if let Some(tensor) = tensor.filter(|tensor| *tensor != gpus) {
        let message = format!("`--tensor-parallel-size` is {tensor}, and GPUs of a pod are {gpus}");
        wrong.push((message, format!("make it {gpus}")));
    }
    let slices = slices(pool);
    let hundredths = 90 / slices;
    let share = flag(&args, "--gpu-memory-utilization").and_then(|share| share.parse::<f64>().ok());
    // what vLLM takes by itself
    let share = share.or_else(|| served.predictor.served().map(|_| 0.9));
    let most = f64::from(hundredths + 1) / 100.0;
    if let Some(share) = share.filter(|share| slices > 1 && *share >= most) {
        let message = format!(
            "it takes {share} of a GPU that {slices} pods of pool `{}` share",
            pool.name
        );
        let help = format!("add `--gpu-memory-utilization=0.{hundredths:02}` to its `args`");
        wrong.push((message, help));
    }
    wrong
}

/// CPU and memory that no machine has: all of it is never free.
fn machine(served: &Served<'_>, pool: &PoolFace) -> Wrong {
    let Some(machine) = pool.size else {
        return Wrong::new();
    };
    let name = &pool.name;
    let mut wrong = Wrong::new();
    let mut add = |of: &str, has: String, asks: u64| {
        let message = format!(
            "a machine of pool `{name}` has {has} of {of}, and some is taken: it never offers the {asks} that a pod requests"
        );
        let help = "request less, or go to a pool of larger machines";
        wrong.push((message, help.to_owned()));
    };
    let cores = served.predictor.requests("cpu", quantity::millicores);
    if cores >= u64::from(machine.vcpu) * 1000 {
        add("CPU", format!("{} cores", machine.vcpu), cores / 1000);
    }
    let mib = served.predictor.requests("memory", quantity::mib);
    if mib >= u64::from(machine.memory_mib) {
        let gib = machine.memory_mib / 1024;
        add("memory", format!("{gib} GiB"), mib / 1024);
    }
    wrong
}

/// An update of one that others wrote, which waits for a GPU that the old pod holds.
fn waits(served: &Served<'_>, pool: &PoolFace, all_ask: u32) -> Option<Problem> {
    let (_, most) = served.predictor.replicas();
    let room = reach(pool)?.checked_sub(all_ask)?;
    let strategy = served.predictor.get(&["deploymentStrategy"]);
    let kind = strategy.and_then(|one| one.at(&["type"])?.text());
    let taken = operator::taken_by_update(strategy, most);
    let is_rolling = kind.is_none_or(|of| of == "RollingUpdate");
    if !is_rolling || taken > 0 || room >= served.predictor.gpus() {
        return None;
    }
    let message = format!(
        "{}: an update never ends, since the new pod waits for a GPU of pool `{}` that the old one holds",
        served.title(),
        pool.name
    );
    let place = served.at(&["spec", "predictor", "deploymentStrategy"], |model| {
        &model.place
    });
    let problem = Problem::new(&rule::MODEL_UPDATE_WAITS, place, message);
    Some(problem.help("below `spec.predictor`: `deploymentStrategy: {type: Recreate}`; or one more machine in the pool"))
}
