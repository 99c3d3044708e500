//! Compute nodes that are installed first: what a NodeSet says of its BareMetalHosts, and what installing them needs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::open_stack_gpu::{BareMetal, ComputeNode, DataPlane};
use crate::krm::Node;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};
use crate::types::machine_api;

use super::cloud::Cloud;
use super::host_selectors::{self, Wanted};
use super::networks::CTLPLANE;
use super::node_set::KIND;
use super::{bare_metal_hosts, net_config, services};

const WRITTEN: &str = "spec.dataPlane.bareMetal";

type Labels = BTreeMap<String, String>;

impl DataPlane {
    /// User that Ansible logs in as, which the webhook takes from the template of bare metal hosts.
    pub(super) fn login(&self) -> &str {
        self.user.as_deref().unwrap_or("cloud-admin")
    }
}

/// `baremetalSetTemplate` of a NodeSet.
pub(super) fn template(cloud: &Cloud<'_>, plane: &DataPlane, bare_metal: &BareMetal) -> Value {
    let bmh = bare_metal.bmh.as_ref();
    let namespace = bmh.and_then(|bmh| bmh.namespace.as_deref());
    let mut template = json!({
        "bmhNamespace": namespace.unwrap_or(machine_api::NAMESPACE),
        "ctlplaneInterface": bare_metal.ctlplane_interface,
        "cloudUserName": plane.login(),
        "deploymentSSHSecret": cloud.ansible_ssh(),
    });
    if let Some(labels) = bmh.and_then(|bmh| bmh.labels.as_ref()) {
        template["bmhLabelSelector"] = json!(labels);
    }
    if let Some(secret) = &bare_metal.password_secret {
        // the operator looks into the namespace that is written, and into none by itself
        template["passwordSecret"] = json!({"name": secret, "namespace": cloud.namespace});
    }
    match &bare_metal.baremetal_set_template {
        Some(patch) => services::patched(&template, patch),
        None => template,
    }
}

/// What a node says of its host.
pub(super) fn of_node(node: &ComputeNode, made: &mut Value) {
    let Some(bmh) = &node.bmh else { return };
    if let Some(labels) = &bmh.labels {
        made["bmhLabelSelector"] = json!(labels);
    }
    if let Some(interface) = &bmh.ctlplane_interface {
        made["ctlplaneInterface"] = interface.as_str().into();
    }
}

/// What is wrong with it.
pub(super) fn check(cloud: &Cloud<'_>, plane: &DataPlane, is_made: bool, problems: &mut Problems) {
    let with_host = plane.nodes.iter().find(|(_, node)| node.bmh.is_some());
    if !is_made {
        let path = match with_host {
            _ if plane.bare_metal.is_some() => WRITTEN.to_owned(),
            Some((name, _)) => format!("spec.dataPlane.nodes.{name}.bmh"),
            None => return,
        };
        let message = format!("{KIND} `{}` says itself which hosts it has", plane.name());
        let problem = Problem::new(&rule::NODE_SET, cloud.key_place(&path), message);
        problems.push(problem.help("remove it: that stands in the NodeSet"));
        return;
    }
    let Some(bare_metal) = &plane.bare_metal else {
        if let Some((name, _)) = with_host {
            let at = format!("spec.dataPlane.nodes.{name}.bmh");
            let message = format!("nothing says how the bare metal host of `{name}` is installed");
            problems.push(wrong(cloud.key_place(&at), message).help(
                "write `bareMetal: {ctlplaneInterface: NAME}` beside the nodes, or remove `bmh` from a node that is installed already",
            ));
        }
        return;
    };
    if plane.network_template.is_none() {
        let message = "nothing says which interface of a bare metal host carries which network";
        problems.push(wrong(cloud.key_place(WRITTEN), message.to_owned()).help("write `networkTemplate: {configMap: NAME, key: template}` beside it, and the template into that ConfigMap: only who knows the hosts knows it"));
    }
    gateway(cloud, problems);
    let template = template(cloud, plane, bare_metal);
    let namespace = template["bmhNamespace"].as_str();
    let namespace = namespace.unwrap_or(machine_api::NAMESPACE);
    watched(cloud, namespace, problems);
    let selectors = wanted(cloud, plane, &labels_of_all(&template));
    if namespace == machine_api::NAMESPACE {
        if let Some(any) = selectors.iter().find(|one| one.labels.is_empty()) {
            let message = format!(
                "any host of `{namespace}` would do, and OpenShift's own machines have theirs there"
            );
            problems.push(wrong(any.place.clone(), message).help("label the hosts of OpenStack, `oc label bmh -n openshift-machine-api NAME hosts-of=openstack`, and write `bmh: {labels: {hosts-of: openstack}}` under `bareMetal`").help("or keep them in a namespace of their own: `bmh: {namespace: NAME}`"));
        } else {
            let elsewhere = "bmh: {namespace: NAME}";
            host_selectors::shared(cloud, plane.name(), &selectors, elsewhere, problems);
        }
    }
    bare_metal_hosts::few(cloud, plane.name(), namespace, &selectors, problems);
}

/// Labels that all hosts have, by the template of a NodeSet.
pub(super) fn labels_of_all(template: &Value) -> Labels {
    let labels = template["bmhLabelSelector"].as_object();
    let text = |(key, value): (&String, &Value)| {
        let value = value.as_str().unwrap_or_default();
        (key.clone(), value.to_owned())
    };
    labels.into_iter().flatten().map(text).collect()
}

/// Labels of the host of a node: those of all of them, and its own.
pub(super) fn labels(of_all: &Labels, node: &ComputeNode) -> Labels {
    let own = node.bmh.iter().filter_map(|bmh| bmh.labels.as_ref());
    let own = own.flatten();
    let mut labels = of_all.clone();
    labels.extend(own.map(|(key, value)| (key.clone(), value.clone())));
    labels
}

/// The host that each node wants.
fn wanted(cloud: &Cloud<'_>, plane: &DataPlane, of_all: &Labels) -> Vec<Wanted> {
    let wanted = |(name, node): (&String, &ComputeNode)| {
        let own = node.bmh.as_ref().and_then(|bmh| bmh.labels.as_ref());
        let at = match own.filter(|labels| !labels.is_empty()) {
            Some(_) => cloud.key_place(&format!("spec.dataPlane.nodes.{name}.bmh.labels")),
            None => cloud.key_place(WRITTEN),
        };
        Wanted {
            node: name.clone(),
            labels: labels(of_all, node),
            place: at,
        }
    };
    plane.nodes.iter().map(wanted).collect()
}

/// A host is installed with the gateway of the ctlplane (openstack-operator, internal/dataplane/baremetal.go).
fn gateway(cloud: &Cloud<'_>, problems: &mut Problems) {
    let (place, help) = if let Some(document) = net_config::given(cloud) {
        let Ok(root) = document.node() else { return };
        let networks = root.at(&["spec", "networks"]).map_or(&[][..], Node::items);
        let is_it = |net: &&Node| {
            net.str_at(&["name"])
                .is_some_and(|name| name.eq_ignore_ascii_case(CTLPLANE))
        };
        let Some(network) = networks.iter().find(is_it) else {
            return;
        };
        let subnets = network.get("subnets").map_or(&[][..], Node::items);
        if subnets.iter().any(|subnet| subnet.get("gateway").is_some()) {
            return;
        }
        let place = document.place(network.span.clone(), "spec.networks");
        (place, "its subnet needs `gateway: ADDRESS`")
    } else {
        let nets = &cloud.networks.all;
        let known = nets.iter().find(|net| net.name == CTLPLANE);
        if known.is_none_or(|net| net.gateway.is_some()) {
            return;
        }
        (
            cloud.key_place(WRITTEN),
            "write `network: {ctlplane: {gateway: ADDRESS}}`",
        )
    };
    let message = format!(
        "the network `{CTLPLANE}` has no gateway, and no bare metal host is installed without one"
    );
    problems.push(wrong(place, message).help(help));
}

/// Metal3 looks after the hosts of one namespace, unless it is told otherwise.
fn watched(cloud: &Cloud<'_>, namespace: &str, problems: &mut Problems) {
    if namespace == machine_api::NAMESPACE {
        return;
    }
    for ((at, _), document) in cloud.given("metal3.io", "Provisioning") {
        let Ok(root) = document.node() else { continue };
        let watches = root
            .at(&["spec", "watchAllNamespaces"])
            .and_then(Node::text);
        if watches == Some("true") || !cloud.is_of_cluster(at) {
            continue;
        }
        let message = format!("nobody looks after BareMetalHosts of `{namespace}`");
        let place = crate::api::place(document, &root, "spec");
        problems.push(wrong(place, message).help("write `watchAllNamespaces: true` into the Provisioning: `oc patch provisioning provisioning-configuration --type merge -p '{\"spec\": {\"watchAllNamespaces\": true}}'`"));
    }
}

fn wrong(place: Place, message: String) -> Problem {
    Problem::new(&rule::BARE_METAL, place, message)
}
