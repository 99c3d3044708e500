//! The map of the GPU scheduler: which pod runs on which node with which GPUs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::gpu_delivery::GpuScheduling;
use crate::kinds::World;
use crate::plan::Plan;
use crate::problem::rules::delivery as rule;
use crate::problem::{Problem, Problems};

use super::delivery::{Delivery, Part};

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
    plan: &Plan,
    problems: &mut Problems,
) {
    let Some(scheduling) = &part.component.gpu_scheduling else {
        return;
    };
    pods(delivery, part, scheduling, problems);
    devices(delivery, part, scheduling, problems);
    let _ = world;
    of_pools(delivery, part, scheduling, plan, problems);
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

/// Where nodes are not known, no machine of any pool has more GPUs than the largest.
fn of_pools(
    delivery: &Delivery<'_>,
    part: &Part<'_>,
    scheduling: &GpuScheduling,
    plan: &Plan,
    problems: &mut Problems,
) {
    let known: Option<Vec<u32>> = plan
        .pools
        .iter()
        .map(|pool| pool.about.gpu.map(|gpu| gpu.count))
        .collect();
    let Some(most) = known.and_then(|known| known.into_iter().max()) else {
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
