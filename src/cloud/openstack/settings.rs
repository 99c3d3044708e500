//! What the pool says of its root volume, written into a provider spec; and read back from a live one.

use crate::cloud::Request;
use crate::cloud::zero::Zeros;
use crate::krm::Node;

/// Values that the Machine API writes by itself and that say nothing.
pub(super) static ZEROS: Zeros = Zeros {
    present: &[],
    plain: &["trunk", "noAllowedAddressPairs"],
};

const VOLUME: &str = "rootVolume";

/// Writes the pool's settings.
pub(super) fn apply(spec: &mut Node, request: &Request<'_>) {
    let Some(volume) = &request.pool.spec.root_volume else {
        return;
    };
    if volume.size_gib.is_none() && volume.r#type.is_none() {
        return;
    }
    if spec.get(VOLUME).is_none() {
        // with a root volume the provider takes its image from there, and nothing from `image`
        let image = spec.remove("image");
        let root = spec.make(&[VOLUME]);
        if let Some(image) = image {
            root.set("sourceUUID", image);
        }
        if let Some(zone) = request.zone {
            root.set("availabilityZone", zone);
        }
    }
    let root = spec.make(&[VOLUME]);
    if let Some(size) = volume.size_gib {
        root.set("diskSize", size);
    }
    if let Some(kind) = &volume.r#type {
        root.set("volumeType", kind.as_str());
    }
}

/// Fields of a pool by which a clone of `base` becomes `live`.
pub(super) fn fields(live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
    let changed = |key: &str| {
        let text = |spec: &Node| {
            spec.at(&[VOLUME, key])
                .and_then(Node::text)
                .map(str::to_owned)
        };
        live.at(&[VOLUME, key])
            .filter(|_| text(live) != text(base))
            .cloned()
    };
    let volume = [
        ("sizeGiB", changed("diskSize")),
        ("type", changed("volumeType")),
    ];
    let volume = volume
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)));
    let volume = Node::map(volume);
    if volume.is_empty() {
        return Vec::new();
    }
    vec![("rootVolume", volume)]
}
