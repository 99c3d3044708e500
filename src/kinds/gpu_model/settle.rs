//! What depends on all models: the room that is left on a pool, and runtimes that several of them share.

use std::collections::{BTreeMap, BTreeSet};

use super::{gateway, packing, strategy};
use crate::api::{OurKind, Owner};
use crate::krm::Node;
use crate::plan::{Made, Model, Plan};
use crate::problem::rules::{model as rule, serving};
use crate::problem::{Problem, Problems};

const MODE: &str = "serving.kserve.io/deploymentMode";

/// Makes the objects of all models.
pub(super) fn all(plan: &mut Plan, problems: &mut Problems) {
    over_pools(&plan.models, problems);
    system_names(&plan.models, problems);
    let mut made = gateways(&plan.models);
    made.extend(runtimes(&plan.models, problems));
    for model in &plan.models {
        let service = service(model, &beside(&plan.models, model), problems);
        made.push(of(model, service));
        made.extend(model.beside.iter().map(|node| of(model, node.clone())));
    }
    plan.made.extend(made);
}

fn of(model: &Model, node: Node) -> Made {
    Made {
        node: node.into(),
        from: Owner::new(OurKind::GpuModel, &model.name),
        cluster: model.cluster.clone(),
        pool: None,
    }
}

/// All models on the pool of one.
fn beside<'m>(models: &'m [Model], model: &Model) -> Vec<&'m Model> {
    let same = |one: &&Model| one.cluster == model.cluster && one.pool == model.pool;
    models.iter().filter(same).collect()
}

fn service(model: &Model, beside: &[&Model], problems: &mut Problems) -> Node {
    let mut service = model.service.clone();
    if let Some(strategy) = strategy::of(model, beside) {
        let predictor = service.make(&["spec", "predictor"]);
        predictor.set("deploymentStrategy", Node::from_json(&strategy));
    }
    if strategy::needs_spare(model, beside) {
        let message = "an update brings a second copy first, and the pool has no GPUs for it";
        let place = model.scale_place.clone();
        let problem = Problem::new(&serving::MODEL_UPDATE_NEEDS_SPARE, place, message);
        problems.push(problem.help("give the pool more machines, or stop the model while it is updated: `serving.kserve.io/stop` does it"));
    }
    let Some((patch, place)) = &model.patch else {
        return service;
    };
    let mode = |node: &Node| {
        node.str_at(&["metadata", "annotations", MODE])
            .map(str::to_owned)
    };
    let right = mode(&service);
    service.merge_patch(patch);
    if mode(&service) != right {
        let right = right.unwrap_or_default();
        let message = format!(
            "the release of OpenShift AI deploys models as `{right}`, and not as what is written here"
        );
        let problem = Problem::new(&rule::MODEL_MODE, place.clone(), message);
        problems.push(problem.help(format!("leave `{MODE}` out: it follows from the release")));
    }
    if strategy::waits_for_ever(model, beside, &service) {
        let message = "an update never ends: the new pod waits for a GPU that the old one holds";
        let problem = Problem::new(&rule::MODEL_STRATEGY_DEADLOCK, place.clone(), message);
        problems.push(
            problem
                .help("leave `deploymentStrategy` out, or write `{type: Recreate}`")
                .help("or give the pool one more machine"),
        );
    }
    service
}

/// Runtimes by namespace and name. Each is said to be of the model that is first by name, so that the order of documents
/// makes no other object.
fn runtimes(models: &[Model], problems: &mut Problems) -> Vec<Made> {
    let mut first: BTreeMap<_, (&Model, &Node)> = BTreeMap::new();
    let mut order = Vec::new();
    for model in models {
        let Some(runtime) = &model.runtime else {
            continue;
        };
        let name = runtime.str_at(&["metadata", "name"]).unwrap_or_default();
        let key = (model.cluster.clone(), model.namespace.as_str(), name);
        let Some((other, same)) = first.get(&key) else {
            first.insert(key.clone(), (model, runtime));
            order.push(key);
            continue;
        };
        if same.get("spec") != runtime.get("spec") {
            let message = format!(
                "the models `{}` and `{}` need different runtimes, both called `{name}`",
                other.name, model.name
            );
            let problem = Problem::new(&rule::MODEL_RUNTIME_TWICE, model.place.clone(), message);
            problems.push(problem.help("give one a name of its own: `runtime: {name: ...}`"));
        } else if model.name < other.name {
            first.insert(key, (model, runtime));
        }
    }
    let made = order.iter().filter_map(|key| first.get(key));
    made.map(|(model, runtime)| of(model, (*runtime).clone()))
        .collect()
}

/// Gateways and their classes, each for all models of a cluster that it leads to.
fn gateways(models: &[Model]) -> Vec<Made> {
    let key = |node: &Node| {
        let text = |path: &[&str]| node.str_at(path).unwrap_or_default().to_owned();
        (text(&["kind"]), text(&["metadata", "name"]))
    };
    let mut made: Vec<(&Model, Node)> = Vec::new();
    for model in models {
        for node in &model.gateway {
            let same =
                |one: &(&Model, Node)| one.0.cluster == model.cluster && key(&one.1) == key(node);
            match made.iter().position(same) {
                None => made.push((model, node.clone())),
                // of the model that is first by name, so that the order of documents makes no other object
                Some(at) => {
                    if let Some(one) = made.get_mut(at).filter(|one| model.name < one.0.name) {
                        *one = (model, node.clone());
                    }
                }
            }
        }
    }
    let whole = made.into_iter().map(|(model, mut node)| {
        let leads = |one: &&Model| {
            let mut own = one.gateway.iter();
            one.cluster == model.cluster && own.any(|other| key(other) == key(&node))
        };
        let namespaces = models.iter().filter(leads);
        let namespaces = namespaces.map(|one| one.namespace.as_str());
        let namespaces: BTreeSet<&str> = namespaces.collect();
        gateway::admit(&mut node, &namespaces.into_iter().collect::<Vec<_>>());
        of(model, node)
    });
    whole.collect()
}

/// Models of one pool that ask for more than it ever has.
fn over_pools(models: &[Model], problems: &mut Problems) {
    for (index, model) in models.iter().enumerate() {
        let Some((pool, machines)) = model.pool.as_ref().zip(model.machines) else {
            continue;
        };
        let first = models.get(..index).unwrap_or_default();
        let before = beside(first, model);
        let with_it: Vec<&Model> = before.iter().copied().chain([model]).collect();
        // said once, where it becomes too much
        let is_too_much = |models: &[&Model]| packing::left_over(models, &machines) > 0;
        if is_too_much(&before) || !is_too_much(&with_it) {
            continue;
        }
        let all = beside(models, model);
        let demands = all.iter().map(|one| one.demand());
        let asked = demands.fold(0, u32::saturating_add);
        let (capacity, resource) = (
            machines.capacity(),
            model.resource.as_deref().unwrap_or("GPUs"),
        );
        let message = if asked > capacity {
            format!(
                "models ask for {asked} of the {capacity} {resource} that pool `{pool}` reaches"
            )
        } else {
            format!(
                "{} of the pods of models on pool `{pool}` find no machine: there are {} with {} {resource} each, and all that a pod asks for must be free on one",
                packing::left_over(&all, &machines),
                machines.count,
                machines.units
            )
        };
        let place = model.scale_place.clone();
        let mut problem = Problem::new(&rule::MODEL_REPLICAS_OVER_POOL, place, message);
        let shown: Vec<String> = all
            .iter()
            .map(|one| format!("{} {}", one.name, one.demand()))
            .collect();
        problem = problem.fact(format!("models on it: {}", shown.join(", ")));
        if asked <= capacity
            && let Some(offer) = machines.offer
        {
            problem = problem.fact(format!(
                "each offers {} CPU and {}Gi of memory",
                offer.cores, offer.gib
            ));
        }
        problems.push(problem.help(
            "fewer replicas or GPUs, more machines of the GpuMachineSet, or another pool for one of them",
        ));
    }
}

/// Two things of 3scale that it cannot tell apart.
fn system_names(models: &[Model], problems: &mut Problems) {
    let mut first: BTreeMap<_, &Model> = BTreeMap::new();
    for model in models {
        for node in &model.beside {
            let text = |path: &[&str]| node.str_at(path).unwrap_or_default();
            let name = text(&["spec", "systemName"]);
            if name.is_empty() || node.str_at(&["kind"]) == Some("Backend") {
                continue;
            }
            let key = (
                model.cluster.clone(),
                text(&["metadata", "namespace"]),
                text(&["kind"]),
                name,
            );
            let Some(other) = first.get(&key) else {
                first.insert(key, model);
                continue;
            };
            let message = format!(
                "the {} of the models `{}` and `{}` have the system name `{name}` both",
                key.2, other.name, model.name
            );
            let place = model.place.clone();
            let problem = Problem::new(&rule::THREESCALE_SYSTEM_NAME, place, message);
            problems.push(problem.help("give one another: `threescale: {systemName: ...}`"));
        }
    }
}
