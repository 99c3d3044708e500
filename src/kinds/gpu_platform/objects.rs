//! Objects of a platform: as they were planned, with what marks them as ours.

use crate::api::FROM;
use crate::kinds::gpu_platform::Platform;
use crate::krm::Node;
use crate::plan::Made;

/// Every object of a platform.
pub(crate) fn of(platform: &Platform) -> impl Iterator<Item = Made> {
    platform.objects.iter().map(|object| Made {
        node: marked(object, platform).into(),
        from: platform.from.clone(),
        cluster: platform.cluster.clone(),
        pool: None,
    })
}

/// The placeholder's own metadata below what was planned: a sync wave on the placeholder would undo the order.
fn marked(object: &Node, platform: &Platform) -> Node {
    let mut node = object.clone();
    for (field, own) in [
        ("labels", &platform.own_labels),
        ("annotations", &platform.own_annotations),
    ] {
        for (key, value) in own {
            let map = node.make(&["metadata", field]);
            if map.get(key).is_none() {
                map.set(key, value.as_str());
            }
        }
    }
    node.make(&["metadata", "annotations"])
        .set(FROM, platform.from.to_string());
    node
}
