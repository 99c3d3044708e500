//! What must hold of every finished provider spec on OpenStack. No webhook looks at it.

use crate::cloud::author;
use crate::cloud::openstack::known_fields;
use crate::cloud::{Path, Request, common};
use crate::krm::Node;
use crate::problem::Problems;
use crate::problem::rules::openstack as rule;

/// Fields without which a machine cannot start.
const NEEDED: [Path; 3] = [
    &["cloudName"],
    &["cloudsSecret", "name"],
    &["userDataSecret", "name"],
];

/// Rules over the finished provider spec.
pub(super) fn check(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    common::contradictions(spec, request, problems);
    common::incomplete(spec, &NEEDED, request, problems);
    problems.extend(common::control_plane(spec, request));
    root_volume(spec, request, problems);
    server_group(spec, request, problems);
    known_fields::TABLE.types_of_worker(spec, request, problems);
    known_fields::TABLE.of_worker(spec, request, problems);
}

fn root_volume(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    let Some(volume) = spec.get("rootVolume").filter(|volume| !volume.is_empty()) else {
        common::incomplete(spec, &[&["image"]], request, problems);
        return;
    };
    let field = ["rootVolume", "diskSize"];
    let size = volume.get("diskSize").and_then(Node::text);
    problems.extend(common::small_root(size, &field, request));
    let is_empty = |key: &str| volume.str_at(&[key]).is_none_or(str::is_empty);
    if is_empty("sourceUUID") {
        let message = "the root volume has no `sourceUUID`, and `image` is not used beside it";
        let field = ["rootVolume", "sourceUUID"];
        problems.push(
            author::problem(
                &rule::ROOT_VOLUME_SOURCE,
                &field,
                message.to_owned(),
                request,
            )
            .help("set `rootVolume.sizeGiB` in the pool in place of the override: that moves the image there"),
        );
    }
    if request.zone.is_some() && is_empty("availabilityZone") {
        let message = "the machines have a zone, and their root volumes have none";
        let field = ["rootVolume", "availabilityZone"];
        problems.push(
            author::problem(&rule::ROOT_VOLUME_ZONE, &field, message.to_owned(), request)
                .help("write the zone of the block storage there"),
        );
    }
}

fn server_group(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    let Some(worker) = request.worker else {
        return;
    };
    for field in ["serverGroupName", "serverGroupID"] {
        let name = |spec: &Node| spec.str_at(&[field]).map(str::to_owned);
        let Some(group) = name(spec).filter(|group| !group.is_empty()) else {
            continue;
        };
        if name(&worker.provider_spec).as_ref() == Some(&group) {
            let message = format!("server group `{group}` is that of workers");
            problems.push(
                author::problem(&rule::SERVER_GROUP, &[field], message, request)
                    .help("remove it, or name a group of the pool's own"),
            );
        }
    }
}
