//! The map of the GPU scheduler: which pod runs on which node with which GPUs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::gpu_delivery::GpuScheduling;
use crate::kinds::World;
use crate::plan::Delivered;
use crate::problem::rules::delivery as rule;
use crate::problem::{Problem, Problems, did_you_mean, first_of};

use super::delivery::{Delivery, Part};
use super::hub;

/// Values of a chart that say how many pods there are.
const REPLICAS: [&[&str]; 2] = [&["replicaCount"], &["replicas"]];

/// The value that the chart reads: `gpuScheduling.schedulingMap`.
pub(super) fn into_values(scheduling: &GpuScheduling, values: &mut Value) {
    let mut map = scheduling.map.clone();
    map.sort_by_key(|placed| placed.pod);
    let entry = |placed: &crate::api::gpu_delivery::Placed| {
        let devices: Vec<String> = placed.devices.iter().map(u32::to_string).collect();
        json!({"podIndex": placed.pod, "nodeName": placed.node, "gpuDevices": devices.join(",")})
    };
    let own = &mut values["gpuScheduling"];
    if !own.is_object() {
        *own = json!({});
    }
    if let Some(name) = &scheduling.scheduler_name {
        own["schedulerName"] = name.clone().into();
    }
    own["schedulingMap"] = map.iter().map(entry).collect();
}

/// Checks the map by itself, and against what is known of nodes and pools.
pub(super) fn check(
    delivery: &Delivery<'_>,
    part: &Part<'_>,
    world: &World<'_>,
    problems: &mut Problems,
) {
    let Some(scheduling) = &part.component.gpu_scheduling else {
        return;
    };
    pods(delivery, part, scheduling, problems);
    devices(delivery, part, scheduling, problems);
    let nodes = nodes(world);
    if nodes.is_empty() {
        of_pools(delivery, part, scheduling, &delivery.delivered, problems);
    } else {
        of_nodes(delivery, part, scheduling, &nodes, problems);
    }
}

fn pods(
    delivery: &Delivery<'_>,
    part: &Part<'_>,
    scheduling: &GpuScheduling,
    problems: &mut Problems,
) {
    let mut first: BTreeMap<u32, usize> = BTreeMap::new();
    for (index, placed) in scheduling.map.iter().enumerate() {
        if let Some(first) = first.get(&placed.pod) {
            let place = delivery.place_of(part, &format!("gpuScheduling.map[{index}].pod"));
            let message = format!("pod {} stands twice in the map", placed.pod);
            let problem = Problem::new(&rule::SCHEDULING_MAP_PODS, place, message);
            let help = "give each pod one entry; its GPUs are on one node";
            problems.push(
                problem
                    .fact(format!("the first is map[{first}]"))
                    .help(help),
            );
        }
        first.entry(placed.pod).or_insert(index);
    }
    let count = u32::try_from(first.len()).unwrap_or(u32::MAX);
    let missing: Vec<u32> = (0..count)
        .filter(|pod| !first.contains_key(pod))
        .take(5)
        .collect();
    if !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(u32::to_string).collect();
        let place = delivery.place_of(part, "gpuScheduling.map");
        let message = format!(
            "the map has no pod {}, and one of a higher number",
            names.join(", ")
        );
        let problem = Problem::new(&rule::SCHEDULING_MAP_PODS, place, message);
        problems.push(
            problem.help("number the pods from 0 without a gap, as those of a StatefulSet are"),
        );
        return;
    }
    let values = part
        .component
        .helm
        .as_ref()
        .and_then(|helm| helm.values.as_ref());
    let stated = REPLICAS
        .iter()
        .find_map(|path| Some((path.join("."), values?.get(path[0])?)));
    if let Some((path, replicas)) = stated
        && replicas.as_u64() != Some(u64::from(count))
    {
        let place = delivery.place_of(part, &format!("helm.values.{path}"));
        let message = format!("the map has {count} pods, and `{path}` is {replicas}");
        let problem = Problem::new(&rule::SCHEDULING_MAP_PODS, place, message);
        problems.push(
            problem
                .values(replicas.to_string(), Some(count.to_string()))
                .help(format!("write `{path}: {count}`, or an entry for each pod")),
        );
    }
}

fn devices(
    delivery: &Delivery<'_>,
    part: &Part<'_>,
    scheduling: &GpuScheduling,
    problems: &mut Problems,
) {
    let mut taken: BTreeMap<(&str, u32), u32> = BTreeMap::new();
    for (index, placed) in scheduling.map.iter().enumerate() {
        for (at, device) in placed.devices.iter().enumerate() {
            let Some(pod) = taken.insert((&placed.node, *device), placed.pod) else {
                continue;
            };
            let path = format!("gpuScheduling.map[{index}].devices[{at}]");
            let message = format!(
                "GPU {device} of node `{}` is given to pod {pod} and to pod {}",
                placed.node, placed.pod
            );
            let problem = Problem::new(
                &rule::SCHEDULING_MAP_DEVICES,
                delivery.place_of(part, &path),
                message,
            );
            problems.push(problem.help("give each pod GPUs of its own"));
        }
    }
}

/// GPUs of a node as far as they are known, and what says that there is one.
struct Known {
    gpus: Option<u32>,
    from: String,
}

/// Every node of the facts, and of `oc get nodes` among them.
fn nodes(world: &World<'_>) -> BTreeMap<String, Known> {
    let mut nodes = BTreeMap::new();
    for (name, fact) in world
        .gathered
        .clusters
        .iter()
        .flat_map(|cluster| &cluster.nodes)
    {
        let (gpus, from) = (fact.value.gpus, fact.origin.to_string());
        nodes.insert(name.clone(), Known { gpus, from });
    }
    let documents = hub::documents(world.splits).map(|(_, document)| document);
    for document in documents.filter(|document| document.is("", "Node")) {
        let Ok(node) = document.node() else { continue };
        let capacity = node.at(&["status", "capacity"]);
        let gpus = capacity.and_then(|capacity| capacity.get("nvidia.com/gpu"));
        let gpus = gpus.and_then(|gpus| gpus.text()?.parse().ok());
        // without the device plugin a node does not say what it has
        let from = format!(
            "Node/{} ({})",
            document.name,
            document.place(node.span.start..node.span.start, "")
        );
        nodes
            .entry(document.name.to_string())
            .or_insert(Known { gpus, from });
    }
    nodes
}

/// Nodes that are there, and GPUs that they have.
fn of_nodes(
    delivery: &Delivery<'_>,
    part: &Part<'_>,
    scheduling: &GpuScheduling,
    nodes: &BTreeMap<String, Known>,
    problems: &mut Problems,
) {
    for (index, placed) in scheduling.map.iter().enumerate() {
        let path = format!("gpuScheduling.map[{index}]");
        let Some(known) = nodes.get(&placed.node) else {
            let place = delivery.place_of(part, &format!("{path}.node"));
            let message = format!("there is no node `{}`", placed.node);
            let names = nodes.keys().map(|name| format!("`{name}`"));
            let names = first_of(names.collect::<Vec<_>>().into_iter(), 5);
            let nearest = did_you_mean(&placed.node, nodes.keys().map(String::as_str));
            let mut problem = Problem::new(&rule::SCHEDULING_MAP_NODE, place, message)
                .fact(format!("nodes of the facts: {names}"))
                .values(placed.node.as_str(), nearest.map(str::to_owned));
            if let Some(nearest) = nearest {
                problem = problem.help(format!("did you mean `{nearest}`?"));
            }
            let help = "a new node? Capture the facts again: `oc get nodes -o yaml > nodes.yaml`, beside the other dumps";
            problems.push(problem.help(help));
            continue;
        };
        let Some(gpus) = known.gpus else { continue };
        for (at, device) in placed
            .devices
            .iter()
            .enumerate()
            .filter(|(_, device)| **device >= gpus)
        {
            let place = delivery.place_of(part, &format!("{path}.devices[{at}]"));
            let message = format!(
                "node `{}` has {gpus} GPUs, numbered from 0, and none is {device}",
                placed.node
            );
            let problem = Problem::new(&rule::SCHEDULING_MAP_DEVICES, place, message);
            problems.push(
                problem
                    .fact(format!("{gpus} GPUs from {}", known.from))
                    .help("give the pod another GPU, or another node"),
            );
        }
    }
}

/// Where nodes are not known, no machine of any pool has more GPUs than the largest.
fn of_pools(
    delivery: &Delivery<'_>,
    part: &Part<'_>,
    scheduling: &GpuScheduling,
    delivered: &Delivered,
    problems: &mut Problems,
) {
    let Some(most) = delivered.most_gpus.filter(|_| !delivered.has_unknown_gpus) else {
        return;
    };
    for (index, placed) in scheduling.map.iter().enumerate() {
        for (at, device) in placed
            .devices
            .iter()
            .enumerate()
            .filter(|(_, device)| **device >= most)
        {
            let path = format!("gpuScheduling.map[{index}].devices[{at}]");
            let message = format!(
                "no machine of the pools has a GPU {device}: the largest has {most}, numbered from 0"
            );
            let place = delivery.place_of(part, &path);
            let problem = Problem::new(&rule::SCHEDULING_MAP_DEVICES, place, message);
            problems.push(
                problem
                    .values(device.to_string(), None)
                    .help(format!("write a number below {most}")),
            );
        }
    }
}
