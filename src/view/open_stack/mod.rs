//! An OpenStack whose virtual machines get GPUs: services, networks, cards, compute nodes, flavors.

mod hosts;
mod planned;
mod strips;

pub(super) use planned::of;

use serde::Serialize;

use super::Cluster;
use super::section::{Block, Strips, Table};

/// One OpenStack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenStack {
    /// Name of the OpenStackGpu.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Its release: `18.0-fr6`; `null` where nothing says it.
    pub release: Option<&'static str>,
    /// Name of the OpenStackControlPlane.
    pub control_plane: String,
    /// Whether the control plane is one of the input that gets what it lacks.
    pub completed: bool,
    /// Its services, in the order of their sections.
    pub services: Vec<Service>,
    /// Networks whose addresses it gives out.
    pub networks: Vec<Network>,
    /// What of the input says which addresses compute nodes get: `NetConfig netconfig`; `null` where it is made.
    pub given_ranges: Option<String>,
    /// Cards by alias.
    pub aliases: Vec<Alias>,
    /// Compute nodes with what they have.
    pub compute_nodes: Vec<ComputeNode>,
    /// Flavors with GPUs, which commands make.
    pub flavors: Vec<Flavor>,
    /// What people run beside: what it is for, and the command.
    pub commands: Vec<(String, String)>,
}

/// A service of an OpenStack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Its section: `keystone`; a part of one is `telemetry.ceilometer`.
    pub name: String,
    /// Whether it is on.
    pub on: bool,
}

/// A network of an OpenStack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Network {
    /// Its name.
    pub name: String,
    /// Its addresses: `172.17.0.0/24`.
    pub cidr: String,
    /// How many there are; no more than an unsigned integer of 64 bits has.
    pub addresses: u64,
    /// Its VLAN.
    pub vlan: Option<u32>,
    /// Largest packet.
    pub mtu: u32,
    /// What takes which of them, sorted; no two share an address but nodes within a range of their own.
    pub taken: Vec<Taken>,
    /// How many of the first a picture shows, and the last of these: all behind it is free.
    #[serde(skip)]
    shown: (u64, String),
    /// Whether gateway and addresses of compute nodes are known.
    #[serde(skip)]
    is_known: bool,
}

/// Addresses that are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// By what: `gateway`, `node`, `computeNode`, `pods`, `services` of MetalLB, `allocation` of the NetConfig.
    pub by: &'static str,
    /// Which node.
    pub name: Option<String>,
    /// The first.
    pub from: String,
    /// The last.
    pub to: String,
    /// Number of the first in the network.
    pub first: u64,
    /// Number of the last.
    pub last: u64,
}

/// Cards of one id under an alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alias {
    /// The alias.
    pub alias: String,
    /// Its model or board; `null` where ids alone say it.
    pub model: Option<String>,
    /// PCI ids that are bound: `10de:26b9`.
    pub ids: Vec<String>,
    /// What Nova takes it for: `type-PF`, or `mdev` where it has vGPUs.
    pub device_type: &'static str,
    /// `preferred`; `null` for what Nova does by itself, which is `legacy`.
    pub numa_policy: Option<&'static str>,
    /// Type of its vGPUs, as `nvidia-558`; `null` where it is passed on whole.
    pub mdev_type: Option<String>,
    /// What Placement counts them as, as `VGPU`.
    pub mdev_class: Option<String>,
}

/// A compute node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ComputeNode {
    /// Its name.
    pub name: String,
    /// Its NodeSet.
    pub node_set: String,
    /// Its address; `null` where a NodeSet of the input has it, and where the NetConfig gives it one.
    pub address: Option<String>,
    /// Labels of the BareMetalHost that becomes it; `null` where it is installed already.
    pub bmh_labels: Option<Vec<(String, String)>>,
    /// PCI addresses of its GPUs, by alias.
    pub gpus: Vec<(String, Vec<String>)>,
}

/// A flavor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flavor {
    /// Its name.
    pub name: String,
    /// Virtual CPUs.
    pub vcpus: u32,
    /// Memory in MiB.
    #[serde(rename = "memoryMiB")]
    pub memory_mib: u32,
    /// Disk in GiB.
    #[serde(rename = "diskGiB")]
    pub disk_gib: u32,
    /// Ephemeral disk in GiB.
    #[serde(rename = "ephemeralGiB")]
    pub ephemeral_gib: Option<u32>,
    /// GPUs by alias.
    pub gpus: Vec<(String, u32)>,
    /// Virtual machines that the GPUs of all compute nodes are enough for; `null` where no compute node is known, and with
    /// vGPUs.
    pub room: Option<u64>,
}

/// The sections of all OpenStacks of a cluster.
pub(super) fn section(cluster: &Cluster) -> Vec<Block> {
    cluster
        .open_stack
        .iter()
        .flat_map(OpenStack::blocks)
        .collect()
}

impl OpenStack {
    fn blocks(&self) -> Vec<Block> {
        let title = Block::Title {
            text: format!("OpenStack {}", self.name),
            about: self.about(),
        };
        let tables = [
            self.services(),
            self.networks(),
            self.strips(),
            self.aliases(),
            self.compute_nodes(),
            self.flavors(),
        ];
        let commands = self.commands.clone();
        let commands = (!commands.is_empty()).then_some(Block::Commands(commands));
        let all = [title].into_iter().chain(tables.into_iter().flatten());
        all.chain(commands).collect()
    }

    /// `18.0-fr6, in namespace openstack, OpenStackControlPlane openstack-galera`
    fn about(&self) -> String {
        let release = self.release.map(|release| format!("{release}, "));
        let how = if self.completed {
            ", which is there and is completed"
        } else {
            ""
        };
        format!(
            "{}in namespace {}, OpenStackControlPlane {}{how}",
            release.unwrap_or_default(),
            self.namespace,
            self.control_plane
        )
    }

    fn services(&self) -> Option<Block> {
        let row = |word: &str, is_on: bool| {
            let names = self.services.iter().filter(|one| one.on == is_on);
            let names: Vec<&str> = names.map(|one| one.name.as_str()).collect();
            (!names.is_empty()).then(|| [word.to_owned(), names.join(", ")])
        };
        let rows = [row("on", true), row("off", false)].into_iter().flatten();
        Table::of_named("Services", &["Services", "Which"], rows)
    }

    fn networks(&self) -> Option<Block> {
        let rows = self.networks.iter().map(|net| {
            let by = |by: &str| {
                let ranges = net.ranges(by);
                match ranges.as_slice() {
                    [] => "none".to_owned(),
                    ranges => ranges.join(", "),
                }
            };
            let given = self.given_ranges.as_ref().filter(|_| !net.is_known);
            let given = |by: String| given.map_or(by, |given| format!("as {given} says"));
            [
                net.name.clone(),
                net.subnet(),
                given(by("gateway")),
                by("node"),
                by("pods"),
                by("services"),
                given(by("allocation")),
            ]
        });
        let heads = &[
            "Network",
            "Subnet",
            "Gateway",
            "Nodes",
            "Pods",
            "Load balancer",
            "Compute nodes",
        ];
        Table::of_named("Networks", heads, rows)
    }

    fn strips(&self) -> Option<Block> {
        let strips: Vec<_> = self.networks.iter().map(strips::of).collect();
        let is_known = self.networks.iter().all(|net| net.is_known);
        let free = match &self.given_ranges {
            Some(given) if !is_known => format!("free, or as {given} says"),
            _ => "free".to_owned(),
        };
        let about = match &self.given_ranges {
            Some(given) => format!(
                "Networks, ranges and nodes were held against each other; which addresses compute nodes get, {given} says."
            ),
            None => "No two of these share an address: networks, ranges, gateways and nodes were held against each other.".to_owned(),
        };
        (!strips.is_empty()).then_some(Block::Strips(Strips {
            title: "Addresses".to_owned(),
            all: strips,
            free,
            about,
        }))
    }

    fn aliases(&self) -> Option<Block> {
        let rows = self.aliases.iter().map(|one| {
            [
                one.alias.clone(),
                one.model.clone().unwrap_or_else(|| "by its id".to_owned()),
                if one.ids.is_empty() {
                    "not written".to_owned()
                } else {
                    one.ids.join(", ")
                },
                match (&one.mdev_type, &one.mdev_class) {
                    (Some(of), Some(class)) => format!("vGPUs {of}, as {class}"),
                    _ => one.device_type.to_owned(),
                },
                match one.mdev_type {
                    Some(_) => "none".to_owned(),
                    None => one.numa_policy.unwrap_or("legacy").to_owned(),
                },
            ]
        });
        let heads = &["Alias", "Card", "PCI ids", "To Nova", "NUMA"];
        Table::of_named("Cards", heads, rows)
    }
}

impl Network {
    /// What something takes, with neighbours as one range.
    fn ranges(&self, by: &str) -> Vec<String> {
        let mut joined: Vec<Taken> = Vec::new();
        for one in self.taken.iter().filter(|one| one.by == by) {
            match joined.last_mut() {
                Some(before) if before.last.checked_add(1) == Some(one.first) => {
                    before.last = one.last;
                    before.to.clone_from(&one.to);
                }
                _ => joined.push(one.clone()),
            }
        }
        joined.iter().map(Taken::range).collect()
    }

    /// `172.17.0.0/24, VLAN 20`
    fn subnet(&self) -> String {
        let vlan = self.vlan.map(|vlan| format!(", VLAN {vlan}"));
        format!("{}{}", self.cidr, vlan.unwrap_or_default())
    }
}

impl Taken {
    /// `172.17.0.30-70`
    fn range(&self) -> String {
        let (from, to) = (&self.from, &self.to);
        let last = |text: &str| {
            text.rsplit_once('.')
                .map(|(net, last)| (net.to_owned(), last.to_owned()))
        };
        match (last(from), last(to)) {
            _ if from == to => from.clone(),
            (Some((net, _)), Some((same, end))) if net == same => format!("{from}-{end}"),
            _ => format!("{from}-{to}"),
        }
    }
}
