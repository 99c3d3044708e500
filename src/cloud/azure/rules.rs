//! Rules over every finished provider spec, whatever road it came by.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::author::{self, Author};
use crate::cloud::azure::{image, known_fields, pool_rules, sizes};
use crate::cloud::{Path, Request, common};
use crate::krm::Node;
use crate::problem::rules::{azure as rule, cloud as shared};
use crate::problem::{Problem, Problems};

/// Fields without which a machine cannot start; secrets are required of each write.
const NEEDED: [Path; 6] = [
    &["credentialsSecret", "name"],
    &["credentialsSecret", "namespace"],
    &["osDisk", "diskSizeGB"],
    &["subnet"],
    &["userDataSecret", "name"],
    &["vnet"],
];

const SECURE_BOOT: [Path; 2] = [
    &[
        "securityProfile",
        "settings",
        "trustedLaunch",
        "uefiSettings",
        "secureBoot",
    ],
    &[
        "securityProfile",
        "settings",
        "confidentialVM",
        "uefiSettings",
        "secureBoot",
    ],
];

/// Tags of an Azure resource that the provider leaves to users.
const MOST_TAGS: usize = 45;

/// Rules over the finished provider spec.
pub(super) fn check(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    let size = sizes::of(&request.pool.spec.instance_type);
    common::contradictions(spec, request, problems);
    common::incomplete(spec, &NEEDED, request, problems);
    problems.extend(common::control_plane(spec, request));
    let disk = ["osDisk", "diskSizeGB"];
    let root = spec.at(&disk).and_then(Node::text);
    problems.extend(common::small_root(root, &disk, request));
    image::check(spec, size, request, problems);
    for field in SECURE_BOOT {
        let is_on = spec.str_at(field) == Some("Enabled");
        problems.extend(common::secure_boot(field, is_on, "Disabled", request));
    }
    if size.and_then(|size| size.accelerates()) == Some(false)
        && spec.get("acceleratedNetworking").and_then(Node::text) == Some("true")
    {
        let message = format!(
            "`{}` has no accelerated networking",
            request.pool.spec.instance_type
        );
        let field = ["acceleratedNetworking"];
        problems.push(
            author::problem(&rule::ACCELERATED_NETWORKING, &field, message, request)
                .help("remove it"),
        );
    }
    merged_market(spec, request, problems);
    tags(spec, request, problems);
    problems.extend(public_address(spec, request));
    known_fields::TABLE.types_of_worker(spec, request, problems);
    known_fields::TABLE.of_worker(spec, request, problems);
}

/// What an override makes of market and reservation.
fn merged_market(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    let field = ["capacityReservationGroupID"];
    let id = spec.str_at(&field).filter(|id| !id.is_empty());
    let Some(id) = id.filter(|_| author::of(&field, request) == Author::Override) else {
        return;
    };
    let path = "spec.providerSpec.capacityReservationGroupID";
    problems.extend(pool_rules::reservation_id(id, path, request.pool));
    if spec.get("spotVMOptions").is_some() {
        let message = "spot machines cannot use a capacity reservation";
        let place = (request.pool.place)(path);
        problems.push(
            Problem::new(&shared::MARKET_CONFLICT, place, message)
                .help("use `spec.market` and `spec.capacityReservation` in place of the override"),
        );
    }
}

fn tags(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    let tags = spec.get("tags").map(Node::entries).unwrap_or_default();
    let given = &request.pool.facts.resource_tags;
    let mut wrong = |message: String, help: &str| {
        let problem = author::problem(&rule::RESOURCE_TAGS, &["tags"], message, request);
        let first = given.values().next();
        problems.push(match first {
            Some(first) => {
                problem
                    .help(help)
                    .fact(format!("{} of them from {}", given.len(), first.origin))
            }
            None => problem.help(help),
        });
    };
    let own = tags.iter().map(|tag| tag.key.as_str());
    let keys: BTreeSet<&str> = own.chain(given.keys().map(String::as_str)).collect();
    if keys.len() > MOST_TAGS {
        let message = format!("{} tags, {} too many", keys.len(), keys.len() - MOST_TAGS);
        wrong(
            message,
            "remove some: those of the Infrastructure count too",
        );
    }
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for key in keys {
        if let Some(other) = seen.insert(key.to_lowercase(), key) {
            let message = format!("tags `{other}` and `{key}` are one to Azure");
            wrong(message, "remove one of them");
        }
    }
}

/// The public address of a machine is called `<infrastructure name>-<machine>`.
fn public_address(spec: &Node, request: &Request<'_>) -> Option<Problem> {
    let is_public = spec.get("publicIP").and_then(Node::text) == Some("true");
    let name = request.set_name.filter(|_| is_public)?;
    let length = request.pool.infra.len() + 1 + name.len() + 6;
    if length < 64 {
        return None;
    }
    let message = format!(
        "the public address of a machine of `{name}` would be called by {length} characters, {} too many",
        length - 63
    );
    let place = (request.pool.place)("spec.nameTemplate");
    Some(
        Problem::new(&rule::PUBLIC_ADDRESS_NAME, place, message)
            .help("shorten `nameTemplate`, or write `providerSpec: {publicIP: false}`"),
    )
}
