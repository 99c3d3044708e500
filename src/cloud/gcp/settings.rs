//! What the pool says of volume, market and GPUs, written into a provider spec; and read back from a live one.

use crate::api::gpu_machine_set::{Market, RootVolume};
use crate::cloud::gcp::clone::{boot_disk, boot_disk_mut};
use crate::cloud::gcp::families;
use crate::cloud::zero::Zeros;
use crate::cloud::{PoolRequest, Request};
use crate::krm::Node;
use crate::problem::rules::gcp as rule;
use crate::problem::{Problem, Problems};
use crate::types::Version;

/// Values that the Machine API writes by itself and that say nothing.
pub(super) static ZEROS: Zeros = Zeros {
    present: &[],
    plain: &[
        "autoDelete",
        "boot",
        "canIPForward",
        "deletionProtection",
        "preemptible",
        "publicIP",
    ],
};

/// Writes the pool's settings.
pub(super) fn apply(spec: &mut Node, request: &Request<'_>, problems: &mut Problems) {
    let pool = request.pool;
    if let (Some(volume), Some(disk)) = (&pool.spec.root_volume, boot_disk_mut(spec)) {
        root_volume(disk, volume, pool, problems);
    }
    if pool.spec.market == Some(Market::Spot) {
        // spot machines are not started again in place, and the provider refuses the wish
        spec.remove("restartPolicy");
        let version = pool.facts.openshift_version.as_ref();
        let is_new = version.is_some_and(|fact| fact.value.version() >= Version(4, 21));
        if is_new {
            spec.set("provisioningModel", "Spot");
        } else {
            spec.set("preemptible", true);
        }
    }
    if let Some(gpu) = pool.gpu.filter(|_| pool.instance.is_none()) {
        let found = families::attachable().find(|one| Some(one.model) == gpu.model);
        if let Some(found) = found {
            let entry = [("type", found.name.into()), ("count", gpu.count.into())];
            spec.set("gpus", vec![Node::from(entry)]);
        }
    }
}

fn root_volume(
    disk: &mut Node,
    volume: &RootVolume,
    pool: &PoolRequest<'_>,
    problems: &mut Problems,
) {
    if let Some(size) = volume.size_gib {
        disk.set("sizeGb", size);
    }
    if let Some(kind) = &volume.r#type {
        disk.set("type", kind.as_str());
    }
    let Some(key) = &volume.kms_key else {
        return;
    };
    let parts: Vec<&str> = key.split('/').collect();
    if let [
        "projects",
        project,
        "locations",
        location,
        "keyRings",
        ring,
        "cryptoKeys",
        name,
    ] = parts[..]
    {
        let key = [
            ("keyRing", ring.into()),
            ("location", location.into()),
            ("name", name.into()),
            ("projectID", project.into()),
        ];
        disk.make(&["encryptionKey"]).set("kmsKey", Node::from(key));
        return;
    }
    let place = (pool.place)("spec.rootVolume.kmsKey");
    let message = format!("`{key}` is no key of Google Cloud");
    problems.push(Problem::new(&rule::DISK_KEY, place, message).values(key.as_str(), None).help(
        "it is `projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<name>`, as `gcloud kms keys list` prints it",
    ));
}

/// Fields of a pool by which a clone of `base` becomes `live`.
pub(super) fn fields(live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
    let mut fields = Vec::new();
    let (live_disk, base_disk) = (boot_disk(live), boot_disk(base));
    if let (Some((_, live)), Some((_, base))) = (live_disk, base_disk) {
        let changed = |key: &str| {
            let text = |node: &Node| node.get(key).and_then(Node::text).map(str::to_owned);
            live.get(key).filter(|_| text(live) != text(base)).cloned()
        };
        let volume = [("sizeGiB", changed("sizeGb")), ("type", changed("type"))];
        let volume = volume
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        let volume = Node::map(volume);
        if !volume.is_empty() {
            fields.push(("rootVolume", volume));
        }
    }
    let is_spot = live.str_at(&["provisioningModel"]) == Some("Spot")
        || live.get("preemptible").and_then(Node::text) == Some("true");
    if is_spot {
        fields.push(("market", "Spot".into()));
    }
    let gpus = live.get("gpus").map(Node::items).unwrap_or_default();
    if let [gpu] = gpus {
        let kind = gpu.str_at(&["type"]);
        let found = families::attachable().find(|one| Some(one.name) == kind);
        if let (Some(found), Some(count)) = (found, gpu.get("count")) {
            let gpu = [("count", count.clone()), ("model", found.model.into())];
            fields.push(("gpu", Node::from(gpu)));
        }
    }
    fields
}
