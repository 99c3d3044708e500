//! Labels and annotations that somebody else writes, and who.

/// Keys and prefixes that somebody else writes, and who. User-set knobs of the GPU operator are not among them.
const OWNED: [(&str, &str); 13] = [
    ("feature.node.kubernetes.io/", "NFD"),
    ("nvidia.com/cuda.", "GPU feature discovery"),
    ("nvidia.com/gfd.", "GPU feature discovery"),
    ("nvidia.com/gpu.compute.", "GPU feature discovery"),
    ("nvidia.com/gpu.count", "GPU feature discovery"),
    ("nvidia.com/gpu.family", "GPU feature discovery"),
    ("nvidia.com/gpu.machine", "GPU feature discovery"),
    ("nvidia.com/gpu.memory", "GPU feature discovery"),
    ("nvidia.com/gpu.present", "the GPU operator"),
    ("nvidia.com/gpu.product", "GPU feature discovery"),
    ("nvidia.com/gpu.replicas", "GPU feature discovery"),
    ("nvidia.com/mig.capable", "GPU feature discovery"),
    ("machine.openshift.io/", "the Machine API"),
];

/// Node labels of edge zones. The installer writes them into the MachineSets of its edge pool, and the documentation
/// tells people to do so in theirs (installer pkg/asset/machines/aws/machinesets.go).
const OF_EDGE_ZONES: [&str; 3] = [
    "machine.openshift.io/parent-zone-name",
    "machine.openshift.io/zone-group",
    "machine.openshift.io/zone-type",
];

/// Who writes a label, when it is not the user.
pub(crate) fn owner_of(key: &str) -> Option<&'static str> {
    if OF_EDGE_ZONES.contains(&key) {
        return None;
    }
    let owns =
        |owned: &str| key == owned || (owned.ends_with(['/', '.']) && key.starts_with(owned));
    OWNED
        .iter()
        .find(|(owned, _)| owns(owned))
        .map(|(_, owner)| *owner)
}
