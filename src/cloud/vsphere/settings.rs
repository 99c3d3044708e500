//! What the pool says of disk and size, written into a provider spec; and read back from a live one.

use crate::api::gpu_machine_set::GpuMachineSetSpec;
use crate::cloud::zero::Zeros;
use crate::krm::Node;

/// Values that the Machine API writes by itself and that say nothing.
pub(super) static ZEROS: Zeros = Zeros {
    present: &[],
    plain: &["numCoresPerSocket"],
};

/// What an absent `cloneMode` means.
pub(super) const FULL_CLONE: &str = "fullClone";

/// Writes the pool's settings.
pub(super) fn apply(spec: &mut Node, pool: &GpuMachineSetSpec) {
    if let Some(size) = pool.root_volume.as_ref().and_then(|volume| volume.size_gib) {
        spec.set("diskGiB", size);
    }
    let Some(machine) = &pool.machine else {
        return;
    };
    if let Some(cpus) = machine.cpus {
        spec.set("numCPUs", cpus);
        // of the worker's cores the number may be no multiple
        spec.set("numCoresPerSocket", cpus);
    }
    if let Some(memory) = machine.memory_gib {
        spec.set("memoryMiB", u64::from(memory) * 1024);
    }
}

/// Fields of a pool by which a clone of `base` becomes `live`.
pub(super) fn fields(live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
    let number = |spec: &Node, key: &str| spec.get(key)?.text()?.parse::<u32>().ok();
    let changed = |key: &str| number(live, key).filter(|now| number(base, key) != Some(*now));
    let mut fields = Vec::new();
    if let Some(size) = changed("diskGiB") {
        fields.push(("rootVolume", Node::from([("sizeGiB", size.into())])));
    }
    let memory = changed("memoryMiB").filter(|mib| mib % 1024 == 0);
    let machine = [
        ("cpus", changed("numCPUs")),
        ("memoryGiB", memory.map(|mib| mib / 1024)),
    ];
    let machine = machine
        .into_iter()
        .filter_map(|(key, value)| Some((key, Node::from(value?))));
    let machine = Node::map(machine);
    if !machine.is_empty() {
        fields.push(("machine", machine));
    }
    fields
}
