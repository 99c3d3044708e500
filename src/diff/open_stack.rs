//! Differences of an OpenStack: what its webhooks and defaults add, and what a change does to compute nodes, pods and
//! networks.

use serde_json::{Map, Value};

use super::{Difference, Identity};
use crate::api::{OurKind, Owner};
use crate::krm::{Node, Source, split};
use crate::node_group::Impact;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem};

const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Variables of Ansible that end in kernel arguments.
const KERNEL: [&str; 4] = [
    "edpm_kernel_args",
    "edpm_kernel_hugepages",
    "edpm_tuned_profile",
    "edpm_tuned_isolated_cores",
];

/// Fields that name a message bus in the form up to feature release 4. From 5 on the webhook moves them to `messagingBus`
/// and `notificationsBus`.
const BUSES: [&str; 4] = [
    "cellMessageBusInstance",
    "apiMessageBusInstance",
    "rabbitMqClusterName",
    "notificationsBusInstance",
];

/// What an object is of an OpenStack.
#[derive(Clone, Copy, PartialEq)]
enum What {
    ControlPlane,
    NodeSet,
    Run,
    /// What a run brings to compute nodes.
    OfRuns,
    NetConfig,
    /// Interfaces of nodes, addresses of services.
    Network,
    /// Interfaces of pods.
    Attachment,
    /// What the API server lets nobody change but for these fields of its `spec`, or of itself.
    Fixed(&'static [&'static str]),
    Other,
}

/// An object of an OpenStack on both sides.
pub(super) struct OfOpenStack<'n> {
    seen: Seen,
    live: Option<&'n Node>,
    rendered: Option<&'n Node>,
}

fn what(object: &Identity, node: &Node) -> Option<What> {
    let is_ours = || Owner::of_node(node).is_some_and(|owner| owner.is(OurKind::OpenStackGpu));
    let what = match (object.group.as_str(), object.kind.as_str()) {
        ("core.openstack.org", "OpenStackControlPlane") => What::ControlPlane,
        ("dataplane.openstack.org", "OpenStackDataPlaneNodeSet") => What::NodeSet,
        ("dataplane.openstack.org", "OpenStackDataPlaneDeployment") => What::Run,
        ("dataplane.openstack.org", "OpenStackDataPlaneService") => What::OfRuns,
        ("network.openstack.org", "NetConfig") => What::NetConfig,
        _ if !is_ours() => return None,
        ("", "ConfigMap") => What::OfRuns,
        ("nmstate.io", _) | ("metallb.io", "IPAddressPool") => What::Network,
        ("k8s.cni.cncf.io", _) => What::Attachment,
        ("storage.k8s.io", "StorageClass") => What::Fixed(&["allowVolumeExpansion", "metadata"]),
        ("", "PersistentVolume") => What::Fixed(&[
            "accessModes",
            "capacity",
            "persistentVolumeReclaimPolicy",
            "mountOptions",
        ]),
        ("", "PersistentVolumeClaim") => What::Fixed(&["resources"]),
        _ => What::Other,
    };
    Some(what)
}

/// What an object and the cluster say beside what is compared.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    what: What,
    /// Whether its compute nodes had a run that ended well: `reboot-os` restarts only those that had none.
    had_a_run: bool,
    /// Whether its message buses are named in the form of feature release 5.
    has_new_buses: bool,
}

impl Seen {
    /// None for what is of no OpenStack.
    pub(super) fn of(
        object: &Identity,
        live: Option<&Node>,
        rendered: Option<&Node>,
    ) -> Option<Self> {
        let what = what(object, rendered.or(live)?)?;
        let at = |path: &[&str]| live.and_then(|live| live.at(path));
        let hash = at(&["status", "deployedConfigHash"]).and_then(Node::text);
        let cells = at(&["spec", "nova", "template", "cellTemplates"]);
        let mut cells = cells.map_or(&[][..], Node::entries).iter();
        Some(Self {
            what,
            had_a_run: hash.is_some_and(|hash| !hash.is_empty()),
            has_new_buses: at(&["spec", "messagingBus"]).is_some()
                || cells.any(|cell| cell.value.get("messagingBus").is_some()),
        })
    }
}

/// Takes from the live object what nobody declared: defaults of the API server, and what webhooks and operators write. What
/// was applied before and is rendered no more stays, since applying removes it.
pub(super) fn settle(seen: Option<Seen>, live: &mut Node, rendered: &Node) {
    if seen.is_none() {
        return;
    }
    let applied = live.at(&["metadata", "annotations", APPLIED]);
    let applied = applied.and_then(Node::text).and_then(read);
    let applied = applied.as_ref();
    for entry in live.entries_mut() {
        let key = entry.key.as_str();
        if let (Some(rendered), false) = (rendered.get(key), key == "metadata") {
            declared(
                &mut entry.value,
                rendered,
                applied.and_then(|one| one.get(key)),
            );
        }
    }
    for map in ["labels", "annotations"] {
        let path = ["metadata", map];
        let is_stated = |key: &str| {
            let sides = [Some(rendered), applied].into_iter().flatten();
            sides
                .filter_map(|side| side.at(&path))
                .any(|map| map.get(key).is_some())
        };
        if let Some(map) = live.at_mut(&path) {
            map.entries_mut().retain(|entry| is_stated(&entry.key));
        }
    }
    let of_itself = ["apiVersion", "kind", "metadata", "status"];
    let is_declared = |key: &str| {
        of_itself.contains(&key)
            || rendered.get(key).is_some()
            || applied.is_some_and(|one| one.get(key).is_some())
    };
    live.entries_mut().retain(|entry| is_declared(&entry.key));
}

fn read(json: &str) -> Option<Node> {
    let source = Source::new("last-applied-configuration", json);
    let split = split(&source).ok()?;
    split.documents.first()?.node().ok()
}

/// Within a map; lists are compared whole, as Argo CD does.
fn declared(live: &mut Node, rendered: &Node, applied: Option<&Node>) {
    if live.entries().is_empty() {
        return;
    }
    let entries = live.entries_mut();
    entries.retain(|entry| {
        let before = applied.and_then(|applied| applied.get(&entry.key));
        rendered.get(&entry.key).is_some() || before.is_some()
    });
    for entry in entries {
        if let Some(rendered) = rendered.get(&entry.key) {
            let before = applied.and_then(|applied| applied.get(&entry.key));
            declared(&mut entry.value, rendered, before);
        }
    }
}

impl<'n> OfOpenStack<'n> {
    pub(super) fn of(seen: Seen, live: Option<&'n Node>, rendered: Option<&'n Node>) -> Self {
        Self {
            seen,
            live,
            rendered,
        }
    }

    /// What a change of a field does; of the empty path, that the object comes or goes.
    pub(super) fn impact(&self, path: &[&str]) -> Impact {
        if path.first() == Some(&"metadata") || self.rendered.is_none() {
            return Impact::Harmless;
        }
        let is_new = self.live.is_none();
        match self.seen.what {
            What::Run if is_new => self.of_run(),
            What::Run => Impact::Refused,
            What::Network => Impact::Network,
            _ if is_new => Impact::Harmless,
            What::ControlPlane => self.of_control_plane(path),
            What::NodeSet if path.last().is_some_and(|key| KERNEL.contains(key)) => {
                if self.seen.had_a_run {
                    Impact::NextRestart
                } else {
                    Impact::NextRun
                }
            }
            What::NodeSet if self.is_of_hosts(path) => Impact::Refused,
            What::NodeSet | What::OfRuns => Impact::NextRun,
            What::NetConfig => self.of_networks(path),
            What::Attachment => Impact::NewPods,
            What::Fixed(but) if path.iter().take(2).any(|key| but.contains(key)) => {
                Impact::Harmless
            }
            What::Fixed(_) => Impact::Refused,
            What::Other => Impact::Harmless,
        }
    }

    /// Which hosts a NodeSet has cannot change while it has nodes (openstack-baremetal-operator,
    /// openstackbaremetalset_webhook.go, `ValidateTemplate`).
    fn is_of_hosts(&self, path: &[&str]) -> bool {
        let fixed = ["bmhLabelSelector", "hardwareReqs"];
        let nodes = self.live.and_then(|set| set.at(&["spec", "nodes"]));
        nodes.is_some_and(|nodes| !nodes.entries().is_empty())
            && matches!(path, ["spec", "baremetalSetTemplate", field, ..] if fixed.contains(field))
    }

    fn of_run(&self) -> Impact {
        let strategy = ["spec", "ansibleExtraVars", "edpm_reboot_strategy"];
        let strategy = self.rendered.and_then(|run| run.str_at(&strategy));
        if strategy == Some("force") {
            Impact::Restarts
        } else {
            Impact::Runs
        }
    }

    fn of_control_plane(&self, path: &[&str]) -> Impact {
        let at = |side: Option<&Node>| side.and_then(|node| node.at(path)).map(Node::to_json);
        let (live, rendered) = (at(self.live), at(self.rendered));
        let is_bus = path.last().is_some_and(|key| BUSES.contains(key));
        let is_empty = rendered
            .as_ref()
            .and_then(Value::as_object)
            .is_some_and(Map::is_empty);
        match path {
            _ if live.is_none() && (is_empty || is_bus && self.seen.has_new_buses) => {
                Impact::Rewritten
            }
            ["spec", "dns", "template", "options"]
                if is_local_added(live.as_ref(), rendered.as_ref()) =>
            {
                Impact::Rewritten
            }
            // the layout of an API cannot change
            ["spec", "glance", "template", "glanceAPIs", _, "type"] if live.is_some() => {
                Impact::Refused
            }
            _ => Impact::RollsOut,
        }
    }

    /// While addresses are given out, networks stay under their names, and with their addresses (infra-operator,
    /// netconfig_webhook.go, `valiateNetworksChanged`).
    fn of_networks(&self, path: &[&str]) -> Impact {
        if path != ["spec", "networks"] {
            return Impact::Harmless;
        }
        let networks = |side: Option<&Node>| -> Vec<Node> {
            let list = side.and_then(|node| node.at(path));
            list.map_or_else(Vec::new, |list| list.items().to_vec())
        };
        let (live, rendered) = (networks(self.live), networks(self.rendered));
        let name = |node: &Node| node.str_at(&["name"]).map(str::to_owned);
        let is_kept = |before: &Node| {
            let after = rendered.iter().find(|after| name(after) == name(before));
            after.is_some_and(|after| {
                subnets(before)
                    .iter()
                    .all(|one| subnets(after).contains(one))
            })
        };
        if !live.iter().all(is_kept) {
            return Impact::InUse;
        }
        let same = live.len() == rendered.len()
            && live.iter().zip(&rendered).all(|(live, rendered)| {
                let mut live = live.clone();
                declared(&mut live, rendered, None);
                live.to_json() == rendered.to_json()
            });
        if same {
            Impact::Rewritten
        } else {
            Impact::Harmless
        }
    }
}

/// What of the subnets of a network cannot change while addresses are given out.
fn subnets(network: &Node) -> Vec<[Option<String>; 3]> {
    let subnets = network.get("subnets").map_or(&[][..], Node::items).iter();
    let fixed = |subnet: &Node| {
        let text = |key: &str| subnet.get(key).and_then(Node::text).map(str::to_owned);
        ["name", "cidr", "vlan"].map(text)
    };
    subnets.map(fixed).collect()
}

/// Feature release 6 adds an option for whoever does not have it.
fn is_local_added(live: Option<&Value>, rendered: Option<&Value>) -> bool {
    let list = |side: Option<&Value>| side.and_then(Value::as_array).cloned();
    let (Some(mut live), Some(rendered)) = (list(live), list(rendered)) else {
        return false;
    };
    let added = live.pop();
    added.is_some_and(|option| option["key"] == "local") && live == rendered
}

/// Kernel arguments that wait for a start that nothing rendered makes.
pub(super) fn judge(differences: &[Difference]) -> Vec<Problem> {
    let has = |difference: &Difference, impact: Impact| {
        difference
            .changes
            .iter()
            .any(|change| change.impact == impact)
    };
    if differences.iter().any(|one| has(one, Impact::Restarts)) {
        return Vec::new();
    }
    let waiting = differences
        .iter()
        .filter(|one| has(one, Impact::NextRestart));
    let problem = |difference: &Difference| {
        let message = format!(
            "compute nodes of NodeSet `{}` have to start anew for their kernel arguments, and no run that is rendered does that",
            difference.object.name
        );
        Problem::new(&rule::RESTART_DUE, Place::default(), message)
            .help("move virtual machines away, write `deployment: {deployed: true}` into the OpenStackGpu for one run, and take it away again")
    };
    waiting.map(problem).collect()
}

#[cfg(test)]
mod tests;
