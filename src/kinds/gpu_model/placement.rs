//! The pool that a model runs on: what leads there, what its pods ask for, and whether that is there at all.

use super::context::Context;
use crate::kinds::capacity::{self, AUTO_SIZED_SINCE, Reserve};
use crate::kinds::ways;
use crate::operator::sharing;
use crate::plan::{Machines, Offer, Plan, Way};
use crate::pool_face::PoolFace;
use crate::problem::rules::{access, model as rule};
use crate::problem::{Problem, Problems, did_you_mean};

/// Where a model runs.
pub(super) struct Placement<'a> {
    pool: Option<&'a PoolFace>,
    /// Labels and tolerations that lead to the pool.
    pub(super) way: Way,
    /// How many of what the pool offers a pod asks for; 0 on CPU.
    pub(super) gpus: u32,
    /// What one of them is.
    pub(super) resource: Option<String>,
    /// How many of them a machine has.
    pub(super) units: Option<u32>,
    /// What all machines have, at the most.
    pub(super) machines: Option<Machines>,
    /// Pods that share the memory of a GPU.
    pub(super) slices: u32,
    /// What is of its GPUs of a machine.
    pub(super) share: Option<Offer>,
    /// What a machine offers.
    pub(super) offer: Option<Offer>,
}

impl Placement<'_> {
    pub(super) fn pool(&self) -> Option<&PoolFace> {
        self.pool
    }
}

/// `None` after a problem that leaves nothing to decide.
pub(super) fn of<'c>(
    context: &'c Context<'_>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<Placement<'c>> {
    let Some(name) = &context.spec.pool else {
        return cpu(context, problems);
    };
    let Some(pool) = context.pools.iter().find(|pool| pool.name == *name) else {
        problems.extend(unknown(context, name));
        return None;
    };
    let (way, others) = ways::way(pool, &context.pools, false);
    if !others.is_empty() {
        problems.push(ambiguous(context, pool, &others));
    }
    let access = plan
        .access
        .iter()
        .filter(|one| one.cluster == context.cluster);
    let access = access
        .flat_map(|one| &one.pools)
        .find(|one| one.face.name == *name);
    if let Some(access) = access.filter(|one| !one.admits(&context.namespace)) {
        problems.push(not_admitted(context, &access.face.name));
    }
    let gpus = context.spec.gpus.unwrap_or(1);
    let units = access.and_then(|one| one.units).or_else(|| {
        let per_gpu = sharing::units_per_gpu(pool.sharing.as_ref(), pool.board())?;
        pool.gpus_per_machine()?.checked_mul(per_gpu)
    });
    let units = units.filter(|units| *units > 0);
    let offer = access.and_then(|one| one.offer).or_else(|| {
        let is_auto_sized = context
            .installed_with
            .is_some_and(|with| with >= AUTO_SIZED_SINCE);
        Some(capacity::of(pool.size?, is_auto_sized, Reserve::default()))
    });
    let of_sharing = pool.sharing.as_ref();
    let placement = Placement {
        pool: Some(pool),
        way,
        gpus,
        resource: (access.and_then(|one| one.resource.clone()))
            .or_else(|| sharing::resource(of_sharing, &context.mig_strategy)),
        units,
        machines: units.filter(|units| gpus <= *units).map(|units| Machines {
            units,
            count: pool.max_machines,
            offer,
        }),
        slices: of_sharing
            .and_then(|one| one.time_slicing.or(one.mps))
            .unwrap_or(1),
        share: offer
            .zip(units)
            .map(|(offer, units)| share(offer, gpus, units)),
        offer,
    };
    check_gpus(context, pool, &placement, problems);
    Some(placement)
}

/// What `gpus` of a node's `units` get of it.
fn share(offer: Offer, gpus: u32, units: u32) -> Offer {
    let of = |all: u32| {
        let part = u64::from(all) * u64::from(gpus.min(units)) / u64::from(units.max(1));
        u32::try_from(part).unwrap_or(u32::MAX).max(1)
    };
    Offer {
        cores: of(offer.cores),
        gib: of(offer.gib),
    }
}

fn cpu<'c>(context: &Context<'_>, problems: &mut Problems) -> Option<Placement<'c>> {
    if context.spec.gpus.is_some() {
        let message = "a model with GPUs runs on a pool, and none is named".to_owned();
        let problem = Problem::new(
            &rule::MODEL_POOL_UNKNOWN,
            context.place("spec.gpus"),
            message,
        );
        problems.push(problem.help(list(context)));
        return None;
    }
    Some(Placement {
        pool: None,
        way: Way::default(),
        gpus: 0,
        resource: None,
        units: None,
        machines: None,
        slices: 1,
        share: None,
        offer: None,
    })
}

fn list(context: &Context<'_>) -> String {
    let names: Vec<&str> = context
        .pools
        .iter()
        .map(|pool| pool.name.as_str())
        .collect();
    match names.as_slice() {
        [] => "no GpuMachineSet of this cluster is in the input: render them together".to_owned(),
        names => format!("write one of them as `pool`: `{}`", names.join("`, `")),
    }
}

fn unknown(context: &Context<'_>, name: &str) -> Option<Problem> {
    // a pool with problems of its own is not planned, and is there
    let mut placeholders = context.world.pools.iter();
    if context.world.failed && placeholders.any(|one| one.read.name == name) {
        return None;
    }
    let names = context.pools.iter().map(|pool| pool.name.as_str());
    let near = did_you_mean(name, names).map(str::to_owned);
    let message = format!("the cluster has no pool `{name}`");
    let help =
        (near.as_ref()).map_or_else(|| list(context), |near| format!("did you mean `{near}`?"));
    let problem = Problem::new(
        &rule::MODEL_POOL_UNKNOWN,
        context.place("spec.pool"),
        message,
    );
    Some(problem.values(name, near).help(help))
}

fn ambiguous(context: &Context<'_>, pool: &PoolFace, others: &[String]) -> Problem {
    let name = &pool.name;
    let message = format!(
        "nothing tells nodes of pool `{name}` from those of `{}`: the model may land there",
        others.join("`, `")
    );
    let place = context.place("spec.pool");
    let problem = Problem::new(&rule::POOL_AMBIGUOUS, place, message);
    problem.help(format!(
        "give the GpuMachineSet `{name}` a label of its own: `labels: {{pool: {}}}`",
        name.replace('.', "-")
    ))
}

fn not_admitted(context: &Context<'_>, pool: &str) -> Problem {
    let namespace = &context.namespace;
    let message =
        format!("the model goes to pool `{pool}`, which namespace `{namespace}` may not use");
    let problem = Problem::new(
        &access::WORKLOAD_NOT_ALLOWED,
        context.place("spec.pool"),
        message,
    );
    problem.help(format!(
        "add `{namespace}` to a team that names `{pool}` in the GpuAccess, or name another pool"
    ))
}

fn check_gpus(
    context: &Context<'_>,
    pool: &PoolFace,
    placement: &Placement<'_>,
    problems: &mut Problems,
) {
    let gpus = placement.gpus;
    let place = || context.place("spec.gpus");
    let is_cut = pool.sharing.as_ref().is_some_and(|sharing| {
        sharing
            .mig
            .as_deref()
            .is_some_and(|profile| profile != "all-disabled")
    });
    if gpus > 1 && (placement.slices > 1 || is_cut) {
        let message = format!(
            "pool `{}` shares its GPUs, and {gpus} parts may be of one card",
            pool.name
        );
        let problem = Problem::new(&rule::MODEL_GPUS_SLICED, place(), message);
        problems.push(problem.help("write `gpus: 1`, or name a pool whose GPUs are whole"));
    } else if let Some(units) = placement.units.filter(|units| gpus > *units) {
        let message = format!(
            "a machine of pool `{}` has {units} of the {gpus} GPUs",
            pool.name
        );
        let problem = Problem::new(&rule::MODEL_GPUS_OVER_NODE, place(), message);
        problems.push(problem.help(format!(
            "write `gpus: {units}` or less, or name a pool of larger machines"
        )));
    }
    if placement.resource.is_none() {
        let message = format!(
            "what pods ask for on pool `{}` is not known: its GPUs are cut in several sizes",
            pool.name
        );
        let problem = Problem::new(
            &rule::MODEL_GPUS_SLICED,
            context.place("spec.pool"),
            message,
        );
        problems.push(
            problem.help("cut the pool in one size, as `mig: all-1g.10gb`, or name another pool"),
        );
    }
}
