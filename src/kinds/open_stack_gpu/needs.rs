//! What each service needs of others, and whether a control plane has it, ours or one of the input: one table for both.

use serde_json::{Value, json};

use crate::api::open_stack_gpu::Release;
use crate::krm::Node;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};

use super::cloud::Cloud;
use super::control_plane;
use super::sections::{self, Plane};
use super::services::{self, OPTIONAL};

/// A network by the name of its attachment.
const NETWORK: &str = "attachment ";

/// openstack-operator api/core/v1beta1/openstackcontrolplane_webhook.go, `checkDepsEnabled`, read on 2026-11-28; what it
/// does not check, the service's own operator waits for: Redis and the network of Designate, the network of Octavia.
static NEEDS: [(&str, &[&str]); 15] = [
    ("keystone", &["galera", "memcached", "rabbitmq"]),
    ("placement", &["galera", "memcached", "keystone"]),
    ("glance", &["galera", "memcached", "keystone"]),
    ("cinder", &["galera", "memcached", "rabbitmq", "keystone"]),
    ("neutron", &["galera", "memcached", "rabbitmq", "keystone"]),
    (
        "nova",
        &[
            "galera",
            "memcached",
            "rabbitmq",
            "keystone",
            "placement",
            "neutron",
            "glance",
        ],
    ),
    ("horizon", &["galera", "memcached", "keystone"]),
    ("swift", &["memcached", "keystone"]),
    ("barbican", &["galera", "keystone"]),
    ("designate", &["redis", "attachment designate"]),
    ("heat", &["galera", "memcached", "rabbitmq", "keystone"]),
    (
        "octavia",
        &[
            "galera",
            "memcached",
            "rabbitmq",
            "keystone",
            "neutron",
            "glance",
            "nova",
            "ovn",
            "attachment octavia",
        ],
    ),
    ("telemetry.ceilometer", &["rabbitmq", "keystone"]),
    (
        "telemetry.autoscaling",
        &["galera", "heat", "rabbitmq", "keystone"],
    ),
    (
        "watcher",
        &[
            "galera",
            "memcached",
            "rabbitmq",
            "keystone",
            "telemetry.ceilometer",
            "telemetry.metricStorage",
        ],
    ),
];

/// Says what services of a control plane need and do not get, once for each thing that is missing.
pub(super) fn check(cloud: &Cloud<'_>, judged: &Plane<'_>, problems: &mut Problems) {
    let mut missing: Vec<(&str, Vec<&str>)> = Vec::new();
    // what is asked for is no section of a release that does not have it
    let is_on = |name: &str| {
        let is_asked_for = judged.theirs.is_none() && services::is_on(cloud, name);
        is_asked_for || sections::is_on(judged.spec, name)
    };
    for (name, needs) in NEEDS.iter().filter(|(name, _)| is_on(name)) {
        for need in *needs {
            if has(cloud, judged, need) {
                continue;
            }
            match missing.iter_mut().find(|(known, _)| known == need) {
                Some((_, services)) => services.push(name),
                None => missing.push((need, vec![name])),
            }
        }
    }
    for (need, services) in missing {
        problems.push(lacks(cloud, judged, need, &services));
    }
    let is_before = cloud
        .known_release
        .is_some_and(|release| release < Release::Fr4);
    if is_before && is_on("watcher") {
        let place = judged.place(cloud, "watcher");
        let message = "`watcher` came with 18.0-fr4";
        let problem = Problem::new(&rule::SERVICE_NEEDS, place, message);
        problems.push(problem.help("remove it, or move to 18.0-fr4"));
    }
}

fn has(cloud: &Cloud<'_>, judged: &Plane<'_>, need: &str) -> bool {
    let Some(network) = need.strip_prefix(NETWORK) else {
        return judged.says(need) != Some(false);
    };
    let mut there = cloud.given_here("k8s.cni.cncf.io", "NetworkAttachmentDefinition");
    let name = network_of(judged.spec, network);
    if judged.theirs.is_none() {
        return there.any(|(_, document)| document.name == name);
    }
    // networks of a cloud that is there may be delivered by others: an input without any says nothing of them
    let mut there = there.peekable();
    there.peek().is_none() || there.any(|(_, document)| document.name == name)
}

/// A section may name its network otherwise.
fn network_of<'n>(spec: &'n Node, network: &'n str) -> &'n str {
    let template = spec.at(&[network, "template"]);
    let octavia = template.and_then(|template| template.str_at(&["octaviaNetworkAttachment"]));
    let worker = template.and_then(|one| one.at(&["designateWorker", "networkAttachments"]));
    let designate = worker
        .and_then(|names| names.items().first())
        .and_then(Node::text);
    octavia.or(designate).unwrap_or(network)
}

fn lacks(cloud: &Cloud<'_>, judged: &Plane<'_>, need: &str, services: &[&str]) -> Problem {
    let (named, verb) = match services {
        [one] => (format!("`{one}`"), "needs"),
        several => (listed(several), "need"),
    };
    let first = services.first().copied().unwrap_or_default();
    let problem =
        |place: Place, message: String| Problem::new(&rule::SERVICE_NEEDS, place, message);
    if let Some(network) = need.strip_prefix(NETWORK) {
        let network = network_of(judged.spec, network);
        if judged.theirs.is_some() {
            let message = format!(
                "{named} {verb} the NetworkAttachmentDefinition `{network}`, which is not among those of the input"
            );
            let place = judged.place(cloud, first);
            return Problem::new(&rule::SERVICE_NETWORK, place, message).help(format!(
                "put it into the input, in the namespace `{}`, unless something else delivers it",
                cloud.namespace
            ));
        }
        let message = format!(
            "{named} {verb} a network that nothing here makes: the NetworkAttachmentDefinition `{network}`"
        );
        return problem(judged.place(cloud, first), message).help(format!(
            "put a NetworkAttachmentDefinition `{network}` of the namespace `{}` into the input",
            cloud.namespace
        ));
    }
    if judged.theirs.is_none() {
        let message = format!("{named} {verb} `{need}`, which is off");
        return problem(ours(cloud, first, need), message).help(cure_of_ours(need));
    }
    let switch = judged.switch(need);
    let state = if switch.is_some() || need.contains('.') {
        "is off"
    } else {
        "has no section and is off"
    };
    let place = switch.unwrap_or_else(|| judged.place(cloud, first));
    let message = format!("{named} {verb} `{need}`, which {state}");
    problem(place, message).help(cure(cloud, judged, need))
}

/// Where it was written: among the services, or over all of them.
fn ours(cloud: &Cloud<'_>, service: &str, need: &str) -> Place {
    let services = cloud.placeholder.read.node.at(&["spec", "services"]);
    let (section, part) = service.split_once('.').unwrap_or((service, ""));
    let written = services.and_then(|services| services.get(section));
    if written.is_some_and(|written| part.is_empty() || written.get(part).is_some()) {
        return cloud.key_place(&format!("spec.services.{service}"));
    }
    cloud.key_place(&format!("spec.controlPlaneSpec.{need}"))
}

fn cure_of_ours(need: &str) -> String {
    let is_optional = OPTIONAL.iter().any(|service| service.name == need);
    match need.split_once('.') {
        Some((service, part)) => {
            format!("`{service}: {{{part}: true}}` among the services switches it on")
        }
        None if is_optional => format!("`{need}: true` among the services switches it on"),
        None => format!("it is on unless `controlPlaneSpec` says otherwise: take `{need}` out"),
    }
}

/// What to write into a control plane of the input.
fn cure(cloud: &Cloud<'_>, judged: &Plane<'_>, need: &str) -> String {
    let spec = judged.spec;
    let telemetry = |part| judged.fitted(services::parts_of_telemetry(cloud, &[part]));
    let there = sections::section(spec, need);
    let is_filled =
        |section: &&Node| section.get("template").is_some() || section.get("templates").is_some();
    match need.split_once('.') {
        Some((service, part)) if sections::section(spec, service).is_some() => {
            let block = &telemetry(part)[part];
            format!(
                "`{part}: {block}` below `spec.{service}.template` switches it on, in a `{service}` that is on"
            )
        }
        Some((service, part)) => {
            let block = json!({"enabled": true, "template": telemetry(part)});
            format!("add `{service}: {block}`")
        }
        None if there.is_some_and(|section| is_filled(&section)) => {
            "write `enabled: true`".to_owned()
        }
        None => {
            let verb = if there.is_some() { "write" } else { "add" };
            match block(cloud, spec, need) {
                Some(block) => format!("{verb} `{need}: {}`", judged.fitted(block)),
                None => format!("{verb} `{need}: {{enabled: true}}` with its template"),
            }
        }
    }
}

/// A section that works.
fn block(cloud: &Cloud<'_>, spec: &Node, need: &str) -> Option<Value> {
    let optional = OPTIONAL.iter().find(|service| service.name == need);
    if let Some(optional) = optional {
        return Some(optional.block(cloud));
    }
    match need {
        "redis" => Some(services::redis_on()),
        _ => control_plane::section(cloud, need, sections::is_on(spec, "swift")),
    }
}

/// `keystone`, `glance` and `nova`, each in backticks.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => quoted.concat(),
    }
}
