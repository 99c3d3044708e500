//! Which block device of a provider spec is the root volume.

use crate::krm::Node;

/// What images for EC2 call their root device: RHCOS `/dev/xvda`, others `/dev/sda1` (EC2 guide, "Device names").
const NAMES: [&str; 2] = ["/dev/xvda", "/dev/sda1"];

/// The root volume among the block devices.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// This one.
    At(usize),
    /// None of them: the image's own size and type are taken.
    Absent,
    /// Several could be: what the image calls its root device is not known.
    Unclear,
}

/// The device without a name is the root device; there is at most one (machine-api-provider-aws instances.go gives it
/// the image's name). Else it is the one that has the name of a root device.
pub(crate) fn find(spec: &Node) -> Root {
    let devices = spec.get("blockDevices").map_or(&[][..], Node::items);
    let mut found = devices
        .iter()
        .enumerate()
        .filter(|(_, device)| may_be(device));
    match (found.next(), found.next()) {
        (None, _) => Root::Absent,
        (Some((index, _)), None) => Root::At(index),
        (Some(_), Some(_)) => Root::Unclear,
    }
}

/// The root device, when it is known.
pub(crate) fn device(spec: &Node) -> Option<&Node> {
    match find(spec) {
        Root::At(index) => spec.get("blockDevices")?.items().get(index),
        Root::Absent | Root::Unclear => None,
    }
}

fn may_be(device: &Node) -> bool {
    let name = device.get("deviceName").filter(|name| !name.is_null());
    let name = name.and_then(Node::text).unwrap_or("");
    device.get("ebs").is_some() && (name.is_empty() || NAMES.contains(&name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_root_device_has_no_name_or_that_of_one() {
        let of =
            |devices: serde_json::Value| find(&Node::from_json(&json!({"blockDevices": devices})));
        let named = |name: &str| json!({"deviceName": name, "ebs": {"volumeSize": 1}});
        let unnamed = json!({"ebs": {}});
        assert_eq!(of(json!([named("/dev/sdf"), unnamed])), Root::At(1));
        assert_eq!(
            of(json!([named("/dev/sdf"), named("/dev/xvda")])),
            Root::At(1)
        );
        assert_eq!(of(json!([named("/dev/sda1")])), Root::At(0));
        assert_eq!(of(json!([named("/dev/sdf")])), Root::Absent);
        assert_eq!(of(json!([])), Root::Absent);
        assert_eq!(
            of(json!([{"deviceName": "/dev/xvda", "noDevice": ""}])),
            Root::Absent
        );
        assert_eq!(
            of(json!([named("/dev/xvda"), named("/dev/sda1")])),
            Root::Unclear
        );
        assert_eq!(of(json!([named("/dev/xvda"), unnamed])), Root::Unclear);
    }
}
