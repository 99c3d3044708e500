//! What the pool says of disk, size and GPUs, written into a provider spec; and read back from a live one.

use crate::api::gpu_machine_set::GpuMachineSetSpec;
use crate::cloud::zero::Zeros;
use crate::krm::Node;
use crate::types::quantity::mib;

/// Values that the Machine API writes by itself and that say nothing.
pub(super) static ZEROS: Zeros = Zeros {
    present: &[],
    plain: &[],
};

/// Writes the pool's settings.
pub(super) fn apply(spec: &mut Node, pool: &GpuMachineSetSpec) {
    if let Some(size) = pool.root_volume.as_ref().and_then(|volume| volume.size_gib) {
        spec.set("systemDiskSize", format!("{size}Gi"));
    }
    if let Some(machine) = &pool.machine {
        if let Some(cpus) = machine.cpus {
            spec.set("vcpuSockets", cpus);
            spec.set("vcpusPerSocket", 1u32);
        }
        if let Some(memory) = machine.memory_gib {
            spec.set("memorySize", format!("{memory}Gi"));
        }
    }
    let gpu = pool.gpu.as_ref();
    if let Some((gpu, name)) = gpu.and_then(|gpu| Some((gpu, gpu.name.as_deref()?))) {
        let one = Node::from([("type", "Name".into()), ("name", name.into())]);
        let all: Vec<Node> = (0..gpu.count).map(|_| one.clone()).collect();
        spec.set("gpus", all);
    }
}

/// A size in GiB.
pub(super) fn gib(spec: &Node, key: &str) -> Option<u32> {
    let size = mib(spec.get(key)?.text()?)?;
    (size % 1024 == 0).then(|| u32::try_from(size / 1024).ok())?
}

/// Processors of a machine.
pub(super) fn cpus(spec: &Node) -> Option<u32> {
    let number = |key: &str| spec.get(key)?.text()?.parse::<u32>().ok();
    number("vcpuSockets")?.checked_mul(number("vcpusPerSocket")?)
}

/// Fields of a pool by which a clone of `base` becomes `live`.
pub(super) fn fields(live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
    let changed =
        |read: fn(&Node) -> Option<u32>| read(live).filter(|now| read(base) != Some(*now));
    let mut fields = Vec::new();
    if let Some(size) = changed(|spec| gib(spec, "systemDiskSize")) {
        fields.push(("rootVolume", Node::from([("sizeGiB", size.into())])));
    }
    let machine = [
        ("cpus", changed(cpus)),
        ("memoryGiB", changed(|spec| gib(spec, "memorySize"))),
    ];
    let machine = machine
        .into_iter()
        .filter_map(|(key, value)| Some((key, Node::from(value?))));
    let machine = Node::map(machine);
    if !machine.is_empty() {
        fields.push(("machine", machine));
    }
    fields.extend(gpu(live).map(|gpu| ("gpu", gpu)));
    fields
}

/// GPUs as a pool says them: by their name where they have one, else how many the list has.
fn gpu(live: &Node) -> Option<Node> {
    let gpus = live.get("gpus").map(Node::items)?;
    let counted = u32::try_from(gpus.len()).ok().filter(|count| *count > 0);
    gpu_of_one_name(gpus).or_else(|| Some(Node::from([("count", counted?.into())])))
}

fn gpu_of_one_name(gpus: &[Node]) -> Option<Node> {
    let name = |gpu: &Node| {
        let by_name = gpu.str_at(&["type"]) == Some("Name");
        gpu.str_at(&["name"]).filter(|_| by_name).map(str::to_owned)
    };
    let first = name(gpus.first()?)?;
    let same = gpus.iter().all(|gpu| name(gpu).as_ref() == Some(&first));
    let count = u32::try_from(gpus.len()).ok().filter(|_| same)?;
    Some(Node::from([
        ("count", count.into()),
        ("name", first.as_str().into()),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gpu_of(gpus: &serde_json::Value) -> Option<serde_json::Value> {
        gpu(&Node::from_json(&serde_json::json!({"gpus": gpus}))).map(|gpu| gpu.to_json())
    }

    #[test]
    fn gpus_without_one_name_are_counted() {
        let by_id = serde_json::json!({"type": "DeviceID", "deviceID": 8757});
        let by_name = serde_json::json!({"type": "Name", "name": "NVIDIA L40S"});
        let count = |count: u32| Some(serde_json::json!({"count": count}));
        assert_eq!(gpu_of(&serde_json::json!([by_id, by_id])), count(2));
        assert_eq!(gpu_of(&serde_json::json!([by_id, by_name])), count(2));
        let named = serde_json::json!({"count": 1, "name": "NVIDIA L40S"});
        assert_eq!(gpu_of(&serde_json::json!([by_name])), Some(named));
        assert_eq!(gpu_of(&serde_json::json!([])), None);
    }
}
