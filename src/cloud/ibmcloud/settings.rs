//! What the pool says of its boot volume, written into a provider spec; and read back from a live one.

use crate::api::gpu_machine_set::GpuMachineSetSpec;
use crate::cloud::zero::Zeros;
use crate::krm::Node;

/// Values that the Machine API writes by itself and that say nothing.
pub(super) static ZEROS: Zeros = Zeros {
    present: &[],
    plain: &["sizeGiB", "iops", "bandwidth"],
};

const VOLUME: &str = "bootVolume";
/// Fields of a pool's root volume, with those of the boot volume.
const FIELDS: [(&str, &str); 2] = [("sizeGiB", "sizeGiB"), ("kmsKey", "encryptionKey")];

/// Writes the pool's settings.
pub(super) fn apply(spec: &mut Node, pool: &GpuMachineSetSpec) {
    let Some(volume) = &pool.root_volume else {
        return;
    };
    if let Some(size) = volume.size_gib {
        spec.make(&[VOLUME]).set("sizeGiB", size);
    }
    if let Some(key) = &volume.kms_key {
        spec.make(&[VOLUME]).set("encryptionKey", key.as_str());
    }
}

/// Fields of a pool by which a clone of `base` becomes `live`.
pub(super) fn fields(live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
    let text = |spec: &Node, key: &str| {
        spec.at(&[VOLUME, key])
            .and_then(Node::text)
            .map(str::to_owned)
    };
    let changed = FIELDS.iter().filter_map(|(field, key)| {
        let value = live.at(&[VOLUME, key])?;
        let now = text(live, key).filter(|now| !now.is_empty())?;
        (text(base, key) != Some(now)).then(|| (*field, value.clone()))
    });
    let volume = Node::map(changed);
    if volume.is_empty() {
        return Vec::new();
    }
    vec![("rootVolume", volume)]
}
