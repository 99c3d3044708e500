//! Labels, annotations and fields of metadata that somebody else writes, who does, and what becomes of them here.

/// Who looks at a key of metadata, and what they do with one that somebody else writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// A clone of a worker does not carry it.
    Cloning,
    /// What is made must not carry it, unless the placeholder itself does.
    Made,
    /// What a cluster has of it and we do not say is no difference.
    Diff,
    /// A placeholder that is written for a live set leaves it out.
    Adopt,
    /// An adoption proposes to remove it, since nobody needs it any more.
    Stale,
    /// It is refused in `spec.labels` and `spec.machineLabels`.
    Labels,
    /// It is refused on a placeholder of machines itself.
    Placeholder,
    /// It says where an item is on its way between tools: it stays on an object that stays, and passes to no other.
    Wire,
}

/// A key or the beginning of keys, who writes it, and who heeds that.
struct Key {
    /// The key; with `*` at its end, the beginning of keys.
    pattern: &'static str,
    by: &'static str,
    readers: &'static [Reader],
}

const NFD: &str = "NFD";
const DISCOVERY: &str = "GPU feature discovery";
const GPU_OPERATOR: &str = "the GPU operator";
const MACHINE_API: &str = "the Machine API";
const PROVIDER: &str = "the Machine API provider";
const AUTOSCALER: &str = "the cluster-autoscaler-operator";
const INSTALLER: &str = "the installer";
const HIVE: &str = "Hive";
const ARGO_CD: &str = "Argo CD";
const FLUX: &str = "Flux";
const KUSTOMIZE: &str = "kustomize";
const KPT: &str = "kpt";
const KUBECTL: &str = "kubectl";

use Reader::{Adopt, Cloning, Diff, Labels, Made, Placeholder, Stale, Wire};

/// Users have a say in it.
const USERS: &[Reader] = &[];
/// What operators see of a node.
const OF_NODES: &[Reader] = &[Diff, Adopt, Labels];
/// A controller's or a tool's own mark on a set.
const MARK: &[Reader] = &[Cloning, Made, Diff, Adopt];
/// A mark that nobody needs once we deliver the set.
const LEFT: &[Reader] = &[Cloning, Made, Diff, Adopt, Stale];
/// What controllers of machines tell each other.
const CONTROLLERS: &[Reader] = &[Cloning, Made, Diff, Adopt, Labels, Placeholder];
/// As [`CONTROLLERS`], but older clusters leave it to users.
const HINT: &[Reader] = &[Cloning, Made, Diff, Adopt, Labels];
/// A mark on the wire that a cluster may hold as well, where it is in use.
const WIRE_IN_USE: &[Reader] = &[Cloning, Made, Diff, Adopt, Wire];
/// A mark on the wire that has no business in a cluster.
const WIRE: &[Reader] = &[Cloning, Made, Diff, Adopt, Stale, Wire];

const fn key(pattern: &'static str, by: &'static str, readers: &'static [Reader]) -> Key {
    Key {
        pattern,
        by,
        readers,
    }
}

/// The first that fits decides. Sources: installer `pkg/asset/machines/aws/machinesets.go` (node labels of edge zones,
/// which the documentation tells people to write too); the actuators of the Machine API and the
/// cluster-autoscaler-operator; argo-cd `util/argo/resource_tracking.go` and `util/kube/kube.go` (of the keys of its
/// domain, those that order and protect are users'); gitops-engine `pkg/sync/hook/hook.go`; Flux kustomize-controller
/// `docs/spec/v1/kustomizations.md`; points 10 and 11 of the KRM wire contract. Knobs of the GPU operator that users
/// set are not among them.
#[rustfmt::skip]
static KEYS: [Key; 49] = [
    key("machine.openshift.io/parent-zone-name", INSTALLER, USERS),
    key("machine.openshift.io/zone-group", INSTALLER, USERS),
    key("machine.openshift.io/zone-type", INSTALLER, USERS),
    key("machine.openshift.io/GPU", PROVIDER, CONTROLLERS),
    key("machine.openshift.io/memoryMb", PROVIDER, CONTROLLERS),
    key("machine.openshift.io/vCPU", PROVIDER, CONTROLLERS),
    key("machine.openshift.io/maxPods", PROVIDER, HINT),
    key("machine.openshift.io/cluster-api-autoscaler-node-group-max-size", AUTOSCALER, CONTROLLERS),
    key("machine.openshift.io/cluster-api-autoscaler-node-group-min-size", AUTOSCALER, CONTROLLERS),
    key("machine.openshift.io/cluster-api-*", MACHINE_API, &[Cloning, Adopt, Labels]),
    key("machine.openshift.io/*", MACHINE_API, &[Adopt, Labels]),
    key("autoscaling.openshift.io/machineautoscaler", AUTOSCALER, &[Cloning, Made, Diff, Adopt, Placeholder]),
    key("autoscaling.openshift.io/*", AUTOSCALER, MARK),
    key("capacity.cluster-autoscaler.kubernetes.io/labels", PROVIDER, MARK),
    // of another instance type it is wrong, but only users write it
    key("capacity.cluster-autoscaler.kubernetes.io/*", "users", &[Cloning, Made]),
    key("hive.openshift.io/*", HIVE, LEFT),
    key("feature.node.kubernetes.io/*", NFD, OF_NODES),
    key("nvidia.com/cuda.*", DISCOVERY, OF_NODES),
    key("nvidia.com/gfd.*", DISCOVERY, OF_NODES),
    key("nvidia.com/gpu.compute.*", DISCOVERY, OF_NODES),
    key("nvidia.com/gpu.count", DISCOVERY, OF_NODES),
    key("nvidia.com/gpu.family", DISCOVERY, OF_NODES),
    key("nvidia.com/gpu.machine", DISCOVERY, OF_NODES),
    key("nvidia.com/gpu.memory", DISCOVERY, OF_NODES),
    key("nvidia.com/gpu.present", GPU_OPERATOR, OF_NODES),
    key("nvidia.com/gpu.product", DISCOVERY, OF_NODES),
    key("nvidia.com/gpu.replicas", DISCOVERY, OF_NODES),
    key("nvidia.com/mig.capable", DISCOVERY, OF_NODES),
    // the label by which older Argo CD tracks what it applied, and the one that its documentation proposes instead
    key("app.kubernetes.io/instance", ARGO_CD, MARK),
    key("argocd.argoproj.io/instance", ARGO_CD, MARK),
    key("argocd.argoproj.io/installation-id", ARGO_CD, MARK),
    key("argocd.argoproj.io/tracking-id", ARGO_CD, WIRE_IN_USE),
    key("argocd.argoproj.io/hook*", ARGO_CD, LEFT),
    key("argocd.argoproj.io/*", "users", &[Cloning]),
    key("kustomize.toolkit.fluxcd.io/name", FLUX, MARK),
    key("kustomize.toolkit.fluxcd.io/namespace", FLUX, MARK),
    key("kustomize.toolkit.fluxcd.io/*", "users", &[Cloning]),
    key("kubectl.kubernetes.io/last-applied-configuration", KUBECTL, WIRE_IN_USE),
    key("config.kubernetes.io/function", KUSTOMIZE, WIRE),
    key("config.kubernetes.io/index", KUSTOMIZE, WIRE),
    key("config.kubernetes.io/local-config", "users", WIRE),
    key("config.kubernetes.io/origin", KUSTOMIZE, WIRE),
    key("config.kubernetes.io/path", KUSTOMIZE, WIRE),
    key("alpha.config.kubernetes.io/*", KUSTOMIZE, WIRE),
    key("internal.config.kubernetes.io/*", KUSTOMIZE, WIRE),
    key("config.k8s.io/*", KUSTOMIZE, WIRE),
    key("internal.config.k8s.io/*", KUSTOMIZE, WIRE),
    key("kustomize.config.k8s.io/*", KUSTOMIZE, WIRE),
    key("internal.kpt.dev/*", KPT, WIRE),
];

/// Fields of metadata that a server or a controller writes.
pub(crate) const SERVER_FIELDS: [&str; 10] = [
    "uid",
    "resourceVersion",
    "managedFields",
    "generation",
    "creationTimestamp",
    "selfLink",
    "ownerReferences",
    "finalizers",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
];

/// Those that show that an object comes from a cluster: tools write the others too, empty or not.
pub(crate) const LIVE_FIELDS: [&str; 3] = ["uid", "resourceVersion", "managedFields"];

impl Key {
    fn fits(&self, key: &str) -> bool {
        match self.pattern.strip_suffix('*') {
            Some(beginning) => key.starts_with(beginning),
            None => key == self.pattern,
        }
    }
}

/// Who writes a key, when this reader heeds it.
pub(crate) fn writer(key: &str, reader: Reader) -> Option<&'static str> {
    let known = KEYS.iter().find(|known| known.fits(key))?;
    known.readers.contains(&reader).then_some(known.by)
}

/// Whether this reader takes a key for somebody else's.
pub(crate) fn is_foreign(key: &str, reader: Reader) -> bool {
    writer(key, reader).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each reader does with each key.
    #[rustfmt::skip]
    const HEEDED: [(&str, &str); 60] = [
        ("machine.openshift.io/parent-zone-name", ""),
        ("machine.openshift.io/zone-group", ""),
        ("machine.openshift.io/zone-type", ""),
        ("machine.openshift.io/GPU", "cmdalp"),
        ("machine.openshift.io/memoryMb", "cmdalp"),
        ("machine.openshift.io/vCPU", "cmdalp"),
        ("machine.openshift.io/maxPods", "cmdal"),
        ("machine.openshift.io/cluster-api-autoscaler-node-group-max-size", "cmdalp"),
        ("machine.openshift.io/cluster-api-autoscaler-node-group-min-size", "cmdalp"),
        ("machine.openshift.io/cluster-api-cluster", "cal"),
        ("machine.openshift.io/cluster-api-machineset", "cal"),
        ("machine.openshift.io/cluster-api-machine-role", "cal"),
        ("machine.openshift.io/os-id", "al"),
        ("autoscaling.openshift.io/machineautoscaler", "cmdap"),
        ("autoscaling.openshift.io/other", "cmda"),
        ("capacity.cluster-autoscaler.kubernetes.io/labels", "cmda"),
        ("capacity.cluster-autoscaler.kubernetes.io/taints", "cm"),
        ("hive.openshift.io/machine-pool", "cmdas"),
        ("feature.node.kubernetes.io/pci-10de.present", "dal"),
        ("nvidia.com/cuda.driver.major", "dal"),
        ("nvidia.com/gfd.timestamp", "dal"),
        ("nvidia.com/gpu.compute.major", "dal"),
        ("nvidia.com/gpu.count", "dal"),
        ("nvidia.com/gpu.family", "dal"),
        ("nvidia.com/gpu.machine", "dal"),
        ("nvidia.com/gpu.memory", "dal"),
        ("nvidia.com/gpu.present", "dal"),
        ("nvidia.com/gpu.product", "dal"),
        ("nvidia.com/gpu.replicas", "dal"),
        ("nvidia.com/mig.capable", "dal"),
        ("nvidia.com/mig.config", ""),
        ("nvidia.com/gpu.workload.config", ""),
        ("app.kubernetes.io/instance", "cmda"),
        ("app.kubernetes.io/instance-of", ""),
        ("app.kubernetes.io/name", ""),
        ("argocd.argoproj.io/instance", "cmda"),
        ("argocd.argoproj.io/installation-id", "cmda"),
        ("argocd.argoproj.io/tracking-id", "cmdaw"),
        ("argocd.argoproj.io/hook", "cmdas"),
        ("argocd.argoproj.io/hook-delete-policy", "cmdas"),
        ("argocd.argoproj.io/sync-wave", "c"),
        ("argocd.argoproj.io/sync-options", "c"),
        ("kustomize.toolkit.fluxcd.io/name", "cmda"),
        ("kustomize.toolkit.fluxcd.io/namespace", "cmda"),
        ("kustomize.toolkit.fluxcd.io/prune", "c"),
        ("kubectl.kubernetes.io/last-applied-configuration", "cmdaw"),
        ("config.kubernetes.io/function", "cmdasw"),
        ("config.kubernetes.io/index", "cmdasw"),
        ("config.kubernetes.io/local-config", "cmdasw"),
        ("config.kubernetes.io/origin", "cmdasw"),
        ("config.kubernetes.io/path", "cmdasw"),
        ("config.kubernetes.io/depends-on", ""),
        ("alpha.config.kubernetes.io/x", "cmdasw"),
        ("internal.config.kubernetes.io/path", "cmdasw"),
        ("config.k8s.io/id", "cmdasw"),
        ("internal.config.k8s.io/path", "cmdasw"),
        ("kustomize.config.k8s.io/id", "cmdasw"),
        ("internal.kpt.dev/upstream-identifier", "cmdasw"),
        ("team", ""),
        ("machineconfiguration.openshift.io/osstream", ""),
    ];

    /// Letters of the readers that heed a key, in their order.
    fn heeded(key: &str) -> String {
        let readers = [
            (Cloning, 'c'),
            (Made, 'm'),
            (Diff, 'd'),
            (Adopt, 'a'),
            (Stale, 's'),
            (Labels, 'l'),
            (Placeholder, 'p'),
            (Wire, 'w'),
        ];
        let heeded = readers
            .iter()
            .filter(|(reader, _)| is_foreign(key, *reader));
        heeded.map(|(_, letter)| letter).collect()
    }

    #[test]
    fn a_key_is_the_same_to_all_who_read_it() {
        for (key, expected) in HEEDED {
            assert_eq!(heeded(key), expected, "{key}");
        }
    }

    #[test]
    fn no_row_hides_behind_an_earlier_one() {
        for (index, row) in KEYS.iter().enumerate() {
            let key = row.pattern.trim_end_matches('*');
            let first = KEYS.iter().position(|known| known.fits(key));
            assert_eq!(first, Some(index), "{key}");
        }
        let fields = LIVE_FIELDS.iter();
        assert!(
            fields
                .into_iter()
                .all(|field| SERVER_FIELDS.contains(field))
        );
    }
}
