//! OpenStack's objects of the input, whoever wrote them: fields that are none, fields that the webhook moves, names that
//! have to agree.

use crate::api::open_stack_gpu::Release;
use crate::krm::{Document, Node};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems, first_of};

use super::address::Cidr;
use super::cloud::Cloud;
use super::net_config;
use super::objects::CORE;
use super::sections;

/// A field that no release has, where people write it all the same.
struct NoField {
    group: &'static str,
    kind: &'static str,
    path: &'static [&'static str],
    cure: &'static str,
    /// Whether nothing changes without it.
    is_harmless: bool,
}

/// Judged against the CRDs of all releases, and found in manifests that are published.
const NO_FIELDS: [NoField; 5] = [
    NoField {
        group: CORE,
        kind: "OpenStackControlPlane",
        path: &["spec", "ceilometer"],
        cure: "what is meant is `telemetry: {enabled: true, template: {ceilometer: {enabled: true}}}`",
        is_harmless: false,
    },
    NoField {
        group: CORE,
        kind: "OpenStackControlPlane",
        path: &["spec", "telemetry", "template", "logging", "ipaddr"],
        cure: "remove it",
        is_harmless: true,
    },
    NoField {
        group: CORE,
        kind: "OpenStackControlPlane",
        path: &[
            "spec",
            "telemetry",
            "template",
            "autoscaling",
            "aodh",
            "passwordSelectors",
        ],
        cure: "what is meant is `passwordSelector`",
        is_harmless: true,
    },
    NoField {
        group: "dataplane.openstack.org",
        kind: "OpenStackDataPlaneService",
        path: &["spec", "label"],
        cure: "remove it: the service is found by its name",
        is_harmless: true,
    },
    NoField {
        group: "",
        kind: "PersistentVolume",
        path: &["spec", "local", "type"],
        cure: "remove it: `type` is of a hostPath, and the folder of a local volume has to be there",
        is_harmless: false,
    },
];

/// Says all of it.
pub(super) fn check(cloud: &Cloud<'_>, problems: &mut Problems) {
    problems.extend(NO_FIELDS.iter().filter_map(|field| no_field(cloud, field)));
    control_plane(cloud, problems);
    net_configs(cloud, problems);
    net_config::check(cloud, problems);
    versions(cloud, problems);
    cluster_networks(cloud, problems);
}

/// Says it once, at the first object that has it: volumes are made by the dozen.
fn no_field(cloud: &Cloud<'_>, field: &NoField) -> Option<Problem> {
    let path = field.path.join(".");
    let is_here =
        |document: &Document<'_>| field.group.is_empty() || document.namespace == cloud.namespace;
    let documents = cloud.given(field.group, field.kind);
    let documents = documents.filter(|(_, document)| is_here(document));
    let mut has_it = documents.filter_map(|(_, document)| {
        let root = document.node().ok()?;
        root.at(field.path)?;
        Some((document, root))
    });
    let (first, root) = has_it.next()?;
    let (rule, what) = if field.is_harmless {
        let what = "a server-side apply refuses it, and a client-side one drops it";
        (&rule::UNKNOWN_FIELD_DROPPED, what)
    } else {
        let what = "the API server refuses it, or drops it";
        (&rule::UNKNOWN_FIELD, what)
    };
    let message = format!("`{path}` is a field of no {}: {what}", field.kind);
    let place = crate::api::key_place(first, &root, &path);
    let problem = Problem::new(rule, place, message).help(field.cure);
    let more: Vec<String> = has_it
        .map(|(document, _)| format!("`{}`", document.name))
        .collect();
    if more.is_empty() {
        return Some(problem);
    }
    Some(problem.fact(format!("{} have it too", first_of(more.into_iter(), 4))))
}

/// Networks of the cluster itself, as `oc get network.config cluster -o yaml` shows them: an address that is of both is
/// never routed out.
fn cluster_networks(cloud: &Cloud<'_>, problems: &mut Problems) {
    let is_made = cloud.spec.network.is_some();
    for (_, document) in cloud
        .given("config.openshift.io", "Network")
        .filter(|_| is_made)
    {
        let Ok(root) = document.node() else { continue };
        let spec = root.get("spec").or(root.get("status"));
        let of_pods = spec.and_then(|spec| spec.get("clusterNetwork"));
        let of_pods = of_pods.map_or(&[][..], Node::items).iter();
        let of_pods = of_pods.filter_map(|one| Some((one.str_at(&["cidr"])?, "pods")));
        let of_services = spec.and_then(|spec| spec.get("serviceNetwork"));
        let of_services = of_services.map_or(&[][..], Node::items).iter();
        let of_services = of_services.filter_map(|one| Some((one.text()?, "services")));
        for (text, of) in of_pods.chain(of_services) {
            let Ok(cidr) = Cidr::read(text) else { continue };
            for net in cloud
                .networks
                .all
                .iter()
                .filter(|net| net.cidr.overlaps(cidr))
            {
                let message = format!(
                    "{} of `{}` overlaps {cidr}, in which the cluster has its {of}",
                    net.cidr, net.name
                );
                let place = cloud.place(&net.field("cidr"));
                let problem = Problem::new(&rule::CIDR, place, message);
                problems
                    .push(problem.help("give the network addresses that the cluster does not use"));
            }
        }
    }
}

fn control_plane(cloud: &Cloud<'_>, problems: &mut Problems) {
    for (_, document) in cloud.given_here(CORE, "OpenStackControlPlane") {
        let Ok(root) = document.node() else { continue };
        let Some(spec) = root.get("spec") else {
            continue;
        };
        let place = |path: &str| crate::api::key_place(document, &root, path);
        buses(cloud, spec, &place, problems);
        let wants_dns = cloud.spec.data_plane.is_some();
        if wants_dns && spec.get("dns").is_some() && !sections::is_on(spec, "dns") {
            let message = format!(
                "`{}` has `dns` off: compute nodes find no name",
                document.name
            );
            let place = crate::api::place(document, &root, "spec.dns.enabled");
            let problem = Problem::new(&rule::SECTION_ABSENT, place, message);
            problems.push(problem.help("write `enabled: true`"));
        }
        if wants_dns && spec.get("dns").is_none() && sections::is_whole(spec) {
            let message = format!(
                "`{}` has no section `dns`, which is then off: compute nodes find no name",
                document.name
            );
            let problem = Problem::new(&rule::SECTION_ABSENT, place("spec"), message);
            problems.push(problem.help("add `dns: {enabled: true, template: {}}`"));
        }
    }
}

/// One form of message buses before feature release 5, another from then on.
fn buses(cloud: &Cloud<'_>, spec: &Node, place: &dyn Fn(&str) -> Place, problems: &mut Problems) {
    let Some(release) = cloud.known_release else {
        return;
    };
    let mut found: Vec<(String, bool)> = Vec::new();
    for (field, is_new) in [("messagingBus", true), ("notificationsBusInstance", false)] {
        if spec.get(field).is_some() {
            found.push((format!("spec.{field}"), is_new));
        }
    }
    let cells = spec.at(&["nova", "template", "cellTemplates"]);
    for cell in cells.map_or(&[][..], Node::entries) {
        for (field, is_new) in [("messagingBus", true), ("cellMessageBusInstance", false)] {
            if cell.value.get(field).is_some() {
                let path = format!("spec.nova.template.cellTemplates.{}.{field}", cell.key);
                found.push((path, is_new));
            }
        }
    }
    for (path, is_new) in found {
        if is_new && release < Release::Fr5 {
            let message = format!("`{path}` came with 18.0-fr5");
            let problem = Problem::new(&rule::BUS_FIELD, place(&path), message);
            problems.push(problem.help("before it cells say `cellMessageBusInstance: rabbitmq-cell1`, and nothing stands at the top"));
        } else if !is_new && release >= Release::Fr5 {
            let message =
                format!("`{path}` is moved by the webhook: Argo CD is out of sync for ever");
            let problem = Problem::new(&rule::BUS_FIELD_OLD, place(&path), message);
            problems.push(problem.help("write `messagingBus: {cluster: NAME}` instead; for notifications `notificationsBus: {cluster: NAME}`"));
        }
    }
}

fn net_configs(cloud: &Cloud<'_>, problems: &mut Problems) {
    let mut first: Option<&Document<'_>> = None;
    for (_, document) in cloud.given_here("network.openstack.org", "NetConfig") {
        let whole = || document.place(document.range.start..document.range.start, "metadata.name");
        if let Some(first) = first {
            let message = format!(
                "namespace `{}` has a second NetConfig, `{}`",
                cloud.namespace, document.name
            );
            let problem = Problem::new(&rule::ONE_NET_CONFIG, whole(), message);
            problems.push(
                problem.fact(format!("the first is `{}`", first.name)).help(
                    "the operator takes one in a namespace: write its networks into the first",
                ),
            );
        }
        first = first.or(Some(document));
        let Ok(root) = document.node() else { continue };
        let networks = root.at(&["spec", "networks"]).map_or(&[][..], Node::items);
        overlaps(document, &root, networks, problems);
        for (index, network) in networks.iter().enumerate() {
            let lacks = ["mtu", "serviceNetwork"]
                .into_iter()
                .filter(|field| network.get(field).is_none());
            let lacks: Vec<&str> = lacks.collect();
            if lacks.is_empty() {
                continue;
            }
            let name = network.str_at(&["name"]).unwrap_or_default();
            let message = format!(
                "the webhook adds `{}` to the network `{name}` within the list, and Argo CD compares lists whole",
                lacks.join("` and `")
            );
            let place = crate::api::place(document, &root, &format!("spec.networks[{index}]"));
            let problem = Problem::new(&rule::DRIFT, place, message);
            problems.push(problem.help(format!(
                "`mtu: 1500` and `serviceNetwork: {}` beside the name keep it in sync",
                name.to_lowercase()
            )));
        }
    }
}

/// The webhook compares networks as texts alone.
fn overlaps(document: &Document<'_>, root: &Node, networks: &[Node], problems: &mut Problems) {
    let mut seen: Vec<(Cidr, &str)> = Vec::new();
    for (index, network) in networks.iter().enumerate() {
        let name = network.str_at(&["name"]).unwrap_or_default();
        let subnets = network.get("subnets").map_or(&[][..], Node::items);
        for (number, subnet) in subnets.iter().enumerate() {
            let Some(Ok(cidr)) = subnet.str_at(&["cidr"]).map(Cidr::read) else {
                continue;
            };
            if let Some((other, of)) = seen.iter().find(|(other, _)| other.overlaps(cidr)) {
                let message = format!("{cidr} of `{name}` overlaps {other} of `{of}`");
                let path = format!("spec.networks[{index}].subnets[{number}].cidr");
                let place = crate::api::place(document, root, &path);
                let problem = Problem::new(&rule::CIDR, place, message);
                problems.push(problem.help("give each network addresses of its own"));
            }
            seen.push((cidr, name));
        }
    }
}

/// The operator finds the version of a control plane by its name.
fn versions(cloud: &Cloud<'_>, problems: &mut Problems) {
    let theirs = cloud.given_here(CORE, "OpenStackControlPlane").next();
    let name = theirs.map_or(cloud.name(), |(_, document)| document.name.as_ref());
    for (_, document) in cloud.given_here(CORE, "OpenStackVersion") {
        if document.name != name {
            let message = format!(
                "OpenStackVersion `{}` is of no control plane: that of the namespace is `{name}`",
                document.name
            );
            let place = document.place(document.range.start..document.range.start, "metadata.name");
            let problem = Problem::new(&rule::VERSION_NAME, place, message);
            problems.push(problem.help(format!(
                "rename it to `{name}`, or remove it: the operator makes one"
            )));
        }
    }
}
