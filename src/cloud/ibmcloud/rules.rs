//! What must hold of a pool and of every finished provider spec on IBM Cloud. No webhook looks at it.

use crate::cloud::author;
use crate::cloud::author::Author;
use crate::cloud::ibmcloud::{SUBNET, known_fields};
use crate::cloud::{Path, PoolRequest, Request, common};
use crate::krm::Node;
use crate::problem::rules::ibmcloud as rule;
use crate::problem::{Problem, Problems};

/// Fields without which a machine cannot start.
const NEEDED: [Path; 6] = [
    &["credentialsSecret", "name"],
    &["image"],
    &SUBNET,
    &["resourceGroup"],
    &["userDataSecret", "name"],
    &["vpc"],
];

/// GPUs of machines that take longer to boot than the provider waits.
const MANY: u32 = 8;

/// Rules of the pool as a whole.
pub(super) fn pool(request: &PoolRequest<'_>, problems: &mut Problems) {
    let Some(instance) = request.instance.filter(|instance| instance.gpus >= MANY) else {
        return;
    };
    let message = format!(
        "a machine of `{}` may be replaced once while it boots",
        instance.name
    );
    let place = (request.place)("spec.instanceType");
    problems.push(
        Problem::new(&rule::SLOW_BOOT, place, message)
            .help("wait for the second one; boot volumes of the first generation are needed for H100, H200 and B300"),
    );
}

/// Rules over the finished provider spec.
pub(super) fn check(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    common::contradictions(spec, request, problems);
    common::incomplete(spec, &NEEDED, request, problems);
    problems.extend(common::control_plane(spec, request));
    let field = ["bootVolume", "sizeGiB"];
    let size = spec.at(&field).and_then(Node::text);
    problems.extend(common::small_root(size, &field, request));
    common::architecture(&["image"], request, problems);
    if author::of(&["tags"], request) == Author::Override
        && spec.get("tags").is_some_and(|tags| !tags.is_empty())
    {
        let message = "tags of a provider spec never reach IBM Cloud".to_owned();
        problems.push(
            author::problem(&rule::TAGS_IGNORED, &["tags"], message, request)
                .help("remove them, and tag the resource group"),
        );
    }
    known_fields::TABLE.types_of_worker(spec, request, problems);
    known_fields::TABLE.of_worker(spec, request, problems);
}
