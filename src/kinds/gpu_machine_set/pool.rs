//! One placeholder becomes one [`Pool`].

use crate::api::Placeholder;
use crate::catalog::MadeTypes;
use crate::cluster;
use crate::kinds::gpu_machine_set::by_platform;
use crate::kinds::gpu_machine_set::hardware::{accelerator, hardware};
use crate::kinds::gpu_machine_set::set_names::names;
use crate::kinds::gpu_machine_set::zones;
use crate::kinds::gpu_machine_set::zones::Zone;
use crate::kinds::gpu_machine_set::{
    labels, machine_selector, managed_by, rosa, scaling, templates,
};
use crate::plan::{About, Form, Group, Pool};
use std::collections::BTreeMap;

use crate::api::gpu_machine_set::{FactsRef, GpuMachineSetSpec};
use crate::cloud;
use crate::cloud::{Cloud, MachineApi, PoolRequest, Request};
use crate::cluster::{ClusterFacts, FactName, Worker};
use crate::facts::{self, Gathered};
use crate::problem::rules::{api, pool as rule};
use crate::problem::{Place, Problem, Problems};
use crate::types::machine_api::GPUS;
use crate::types::{InfraName, InstanceType};

/// Decides one pool; `None` after problems that leave nothing to decide.
pub(crate) fn plan(
    placeholder: &Placeholder<'_, GpuMachineSetSpec>,
    gathered: &Gathered,
    types: &MadeTypes,
    problems: &mut Problems,
) -> Option<Pool> {
    let inline = inline_facts(placeholder, gathered, problems);
    let facts = match &inline {
        Some(facts) => facts,
        None => problems.take(select(placeholder, gathered))?,
    };
    let platform = facts.platform.as_ref();
    let is_mapped = by_platform::fields(&placeholder.read.node).next().is_some();
    if let Some(platform) = platform.filter(|_| is_mapped) {
        let own = by_platform::resolve(placeholder, &platform.value, problems)?;
        return decide(&own, facts, types, problems);
    }
    decide(placeholder, facts, types, problems)
}

/// Decides a pool of one cluster.
fn decide(
    placeholder: &Placeholder<'_, GpuMachineSetSpec>,
    facts: &ClusterFacts,
    types: &MadeTypes,
    problems: &mut Problems,
) -> Option<Pool> {
    let spec = &placeholder.read.spec;
    let cloud = cloud_of(placeholder, facts, problems);
    if is_hosted(facts) || cloud.is_none() && facts.platform.is_some() {
        // what such a cluster lacks is not missing
        return None;
    }
    let place = |path: &str| placeholder.place(path);
    let key_place = |path: &str| placeholder.key_place(path);
    let (infra, region) = identity(facts, place("spec"), problems);
    let (cloud, api) = cloud?;
    let hardware = hardware(placeholder, cloud, types, problems);
    let request = PoolRequest {
        cloud,
        spec,
        place: &place,
        key_place: &key_place,
        facts,
        infra: infra.map_or("", |infra| infra.as_str()),
        region: region.unwrap_or_default(),
        patch: placeholder.read.node.at(&["spec", "providerSpec"]),
        instance: hardware.instance.as_ref(),
        gpu: hardware.gpu,
        types,
    };
    cloud::check_pool(api, &request, problems);
    let accelerator = accelerator(&request, problems);
    let taints = labels::taints(spec, &request, problems);
    let node_labels = labels::node_labels(spec, &accelerator, &request, problems);
    let machine_labels = labels::machine_labels(spec, &request, problems);
    labels::own_annotations(&placeholder.read.annotations, &request, problems);
    // without an identity all else was judged, so that one run shows every problem
    let (infra, _) = (infra?, region?);
    let instance_type = problems.take(instance_type(&request))?;
    let zones = zones::of(&request, problems);
    let groups = groups(&zones, &placeholder.read.name, &request, api, problems);
    Some(Pool {
        placeholder: 0,
        sharing: spec.sharing.clone(),
        model: hardware.gpu.and_then(|gpu| gpu.model),
        name: placeholder.read.name.clone(),
        place: placeholder.place("metadata.name"),
        infra: infra.clone(),
        accelerator,
        min_machines: least(spec),
        max_machines: most(spec),
        autoscaled: spec.autoscaling.is_some(),
        taints,
        node_labels,
        machine_labels,
        own_labels: placeholder.read.labels.clone(),
        own_annotations: placeholder.read.annotations.clone(),
        protection: spec.protection.unwrap_or_default(),
        form: Form::default(),
        about: About {
            size: hardware.size,
            root_gib: root_gib(api, &groups),
            ..about(&request, instance_type)
        },
        groups,
        wave: None,
    })
}

fn about(request: &PoolRequest<'_>, instance_type: InstanceType) -> About {
    let (spec, facts) = (request.spec, request.facts);
    let version = facts.openshift_version.as_ref();
    let spot = spec.spot.as_ref();
    let reservation = spec.capacity_reservation.as_ref();
    About {
        cluster: facts.name.clone(),
        platform: request.cloud.profile().id,
        region: request.region.to_owned(),
        openshift_version: version.map(|fact| fact.value.to_string()),
        instance_type,
        instance: request.instance.copied(),
        gpu: request.gpu,
        market: spec.market.unwrap_or_default(),
        max_price: spot.and_then(|spot| spot.max_price.clone()),
        capacity_reservation: reservation.map(|reservation| reservation.id.clone()),
        size: None,
        root_gib: None,
    }
}

fn root_gib(api: &dyn MachineApi, groups: &[Group]) -> Option<u32> {
    let sizes = groups
        .iter()
        .map(|group| api.root_gib(&group.provider_spec));
    sizes.min().flatten()
}

/// The type as what it says. Its text was checked where the placeholder was read.
fn instance_type(request: &PoolRequest<'_>) -> Result<InstanceType, Vec<Problem>> {
    let place = || (request.place)("spec.instanceType");
    InstanceType::parse(&request.spec.instance_type).map_err(|invalid| {
        vec![Problem::new(
            &api::INVALID_VALUE,
            place(),
            invalid.to_string(),
        )]
    })
}

fn least(spec: &GpuMachineSetSpec) -> u32 {
    let min = spec.autoscaling.map(|limits| limits.min);
    min.or(spec.replicas).unwrap_or(0)
}

fn most(spec: &GpuMachineSetSpec) -> u32 {
    let max = spec.autoscaling.map(|limits| limits.max);
    max.or(spec.replicas).unwrap_or(0)
}

/// Infrastructure name and region; each that is needed and not known is reported. A region is empty where none is
/// needed.
fn identity<'f>(
    facts: &'f ClusterFacts,
    place: Place,
    problems: &mut Problems,
) -> (Option<&'f InfraName>, Option<&'f str>) {
    let infra = facts.infrastructure_name.as_ref();
    let region = facts.region.as_ref();
    if infra.is_none() {
        let name = FactName::InfrastructureName;
        problems.extend(cluster::missing(name, facts, place.clone()));
    }
    let needs_region = cloud::of_cluster(facts).is_none_or(|cloud| cloud.profile().needs_region);
    if region.is_none() && needs_region {
        problems.extend(cluster::missing(FactName::Region, facts, place));
    }
    let infra = infra.map(|fact| &fact.value);
    let region = region.map(|fact| fact.value.as_str());
    (infra, region.or((!needs_region).then_some("")))
}

/// The cluster of a placeholder whose `spec.facts` is a name or nothing.
fn select<'a>(
    placeholder: &Placeholder<'_, GpuMachineSetSpec>,
    gathered: &'a Gathered,
) -> Result<&'a ClusterFacts, Vec<Problem>> {
    let facts = placeholder.read.spec.facts.as_ref();
    let path = match facts {
        Some(FactsRef::Inline(_)) | None => "spec",
        Some(_) => "spec.facts",
    };
    gathered
        .meant(facts, placeholder.place(path))
        .map_err(|problem| vec![*problem])
}

/// The facts that a placeholder holds itself.
fn inline_facts(
    placeholder: &Placeholder<'_, GpuMachineSetSpec>,
    gathered: &Gathered,
    problems: &mut Problems,
) -> Option<ClusterFacts> {
    match placeholder.read.spec.facts {
        Some(FactsRef::Inline(_)) => {
            facts::from_spec(placeholder.document, gathered.given.as_ref(), problems)
        }
        _ => None,
    }
}

/// What a clone keeps of its worker's labels.
fn kept_labels(worker: &Worker) -> BTreeMap<String, String> {
    let kept = worker
        .labels
        .iter()
        .filter(|(key, _)| *key == cluster::KEPT_LABEL);
    kept.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Whether the control plane runs elsewhere (HyperShift): no Machine API, no MachineSets.
fn is_hosted(facts: &ClusterFacts) -> bool {
    let topology = facts.topology.as_ref();
    topology.is_some_and(|topology| topology.value == "External")
}

/// A cluster's cloud, and how it makes MachineSets; a cloud that does not is reported.
fn cloud_of(
    placeholder: &Placeholder<'_, GpuMachineSetSpec>,
    facts: &ClusterFacts,
    problems: &mut Problems,
) -> Option<(&'static dyn Cloud, &'static dyn MachineApi)> {
    let place = || placeholder.place("spec");
    if let Some(managed) = &facts.managed {
        let message = format!(
            "cluster `{}` is managed ({}): MachineSets are refused there",
            facts.name, managed.value
        );
        let problem = Problem::new(&rule::MANAGED_CLUSTER, place(), message)
            .fact(format!("from {}", managed.origin));
        let platform = facts.platform.as_ref().map(|fact| fact.value.as_str());
        let command = rosa::command(placeholder, platform);
        problems.push(problem.help(match managed.value.as_str() {
            "rosa" => format!("run `{command}`"),
            _ => "make a machine pool in the OpenShift Cluster Manager".to_owned(),
        }));
    }
    if let Some(topology) = facts.topology.as_ref().filter(|_| is_hosted(facts)) {
        let message = format!(
            "cluster `{}` has a hosted control plane and no MachineSets",
            facts.name
        );
        let problem = Problem::new(&rule::HOSTED_CONTROL_PLANE, place(), message)
            .fact(format!("from {}", topology.origin));
        problems.push(problem.help("create a NodePool on the hub cluster"));
    }
    let Some(id) = &facts.platform else {
        problems.extend(cluster::missing(FactName::Platform, facts, place()));
        return None;
    };
    let cloud = cloud::find(&id.value);
    let cloud = cloud.and_then(|cloud| Some((cloud, cloud.machine_api()?)));
    if cloud.is_none() {
        let known: Vec<&str> = cloud::with_machine_sets().collect();
        let instead = cloud::find(&id.value).and_then(Cloud::instead);
        let message = match instead {
            Some(instead) => {
                format!(
                    "no MachineSets are made for platform `{}`: {}",
                    id.value, instead.why
                )
            }
            None => format!("MachineSets for platform `{}` cannot be made yet", id.value),
        };
        let mut problem = Problem::new(&rule::PLATFORM_UNSUPPORTED, place(), message)
            .fact(format!("platform `{}` from {}", id.value, id.origin));
        if let Some(instead) = instead {
            problem = problem.help(instead.what);
        }
        problems.push(problem.help(format!("supported: {}", known.join(", "))));
    }
    cloud
}

fn groups(
    zones: &[Zone<'_>],
    name: &str,
    request: &PoolRequest<'_>,
    api: &dyn MachineApi,
    problems: &mut Problems,
) -> Vec<Group> {
    let in_zones: Vec<&str> = zones.iter().filter_map(|zone| zone.name).collect();
    api.check_zones(request, &in_zones, problems);
    let scales = scaling::scales(zones.len(), request, problems);
    let names = names(zones, name, request, problems);
    let selectors = machine_selector::of(zones, name, request, problems);
    let names = names.into_iter().zip(selectors);
    let mut groups = Vec::new();
    for ((zone, (set_name, selector)), (replicas, scale)) in zones.iter().zip(names).zip(scales) {
        let Ok(worker) = templates::worker(zone, request, api, problems) else {
            continue;
        };
        if let Some(worker) = worker {
            managed_by::check(worker, problems);
        }
        let set = Request {
            pool: request,
            zone: zone.name,
            zone_path: zone.path.clone(),
            set_name: set_name.as_deref(),
            worker,
        };
        let provider_spec = cloud::provider_spec(api, &set, problems);
        if let (Some(name), Some(provider_spec)) = (set_name, provider_spec) {
            let kept_labels = worker.map(kept_labels).unwrap_or_default();
            groups.push(Group {
                selector: selector.unwrap_or_else(|| name.to_string()),
                name,
                zone: zone.name.map(str::to_owned),
                template: worker.map(|worker| worker.name.clone()),
                replicas,
                scale,
                kept_labels,
                capacity: capacity(request),
                provider_spec,
            });
        }
    }
    groups
}

/// What the set says of its machines because nobody else does.
fn capacity(request: &PoolRequest<'_>) -> BTreeMap<String, String> {
    let stated = request.cloud.profile().states_gpus();
    let gpu = request.gpu.filter(|_| stated).into_iter();
    gpu.map(|gpu| (GPUS.to_owned(), gpu.count.to_string()))
        .collect()
}
