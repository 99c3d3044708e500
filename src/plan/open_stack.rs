//! An OpenStack with GPUs, decided.

use crate::types::ClusterId;

/// What an `OpenStackGpu` decides.
#[derive(Debug)]
pub(crate) struct OpenStack {
    /// The placeholder's name.
    pub(crate) name: String,
    /// Its namespace.
    pub(crate) namespace: String,
    /// Its cluster.
    pub(crate) cluster: ClusterId,
    /// Release, where it is written: `18.0-fr6`.
    pub(crate) release: Option<&'static str>,
    /// Name of its OpenStackControlPlane.
    pub(crate) control_plane: String,
    /// Whether the control plane is one of the input that gets what it lacks.
    pub(crate) is_completed: bool,
    /// Services and whether they are on; `telemetry.ceilometer` is a part of one.
    pub(crate) services: Vec<(String, bool)>,
    /// Networks whose addresses it gives out.
    pub(crate) networks: Vec<Network>,
    /// What of the input says which addresses compute nodes get, where it is not made.
    pub(crate) given_ranges: Option<String>,
    /// Cards by alias.
    pub(crate) cards: Vec<Card>,
    /// Compute nodes.
    pub(crate) hosts: Vec<Host>,
    /// Flavors.
    pub(crate) flavors: Vec<Flavor>,
    /// What people run beside, each behind what it is for.
    pub(crate) commands: Vec<(String, String)>,
}

/// A network.
#[derive(Debug)]
pub(crate) struct Network {
    /// Its name.
    pub(crate) name: String,
    /// Its addresses.
    pub(crate) cidr: String,
    /// How many there are, as far as anybody counts.
    pub(crate) size: u64,
    /// How many of the first are worth a picture, as a power of two, and the last of them: the rest is free.
    pub(crate) shown: (u64, String),
    /// Its VLAN.
    pub(crate) vlan: Option<u32>,
    /// Largest packet.
    pub(crate) mtu: u32,
    /// Whether gateway and addresses of compute nodes are known: a NetConfig of the input that lacks it leaves them open.
    pub(crate) is_known: bool,
    /// What of it is taken, by address.
    pub(crate) taken: Vec<Taken>,
}

/// Addresses that are taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    /// By what.
    pub(crate) by: By,
    /// Who, where it is one: the name of a node.
    pub(crate) who: Option<String>,
    /// The first address, and its number in the network.
    pub(crate) from: (String, u64),
    /// The last one.
    pub(crate) to: (String, u64),
}

/// What takes addresses of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The gateway.
    Gateway,
    /// A node that carries the control plane.
    Node,
    /// A compute node with an address of its own.
    Compute,
    /// Pods of the control plane.
    Pods,
    /// Services, by MetalLB.
    Services,
    /// Compute nodes, by the NetConfig.
    Allocation,
}

/// Cards of one id under an alias.
#[derive(Debug)]
pub(crate) struct Card {
    /// The alias.
    pub(crate) alias: String,
    /// Its board or model, where it is known.
    pub(crate) board: Option<String>,
    /// Its PCI ids: `10de:26b9`.
    pub(crate) ids: Vec<String>,
    /// What Nova takes it for: `type-PF`, or `mdev` where it has vGPUs.
    pub(crate) device_type: &'static str,
    /// `preferred`; none for what Nova does by itself.
    pub(crate) numa_policy: Option<&'static str>,
    /// Type and resource class of its vGPUs; none where it is passed on whole.
    pub(crate) mdev: Option<(String, String)>,
}

/// A compute node.
#[derive(Debug)]
pub(crate) struct Host {
    /// Its name.
    pub(crate) name: String,
    /// Its NodeSet.
    pub(crate) node_set: String,
    /// Its address; none where a NodeSet of the input has it, and where the NetConfig gives it one.
    pub(crate) address: Option<String>,
    /// Labels of the BareMetalHost that becomes it; none where it is installed already.
    pub(crate) bmh: Option<Vec<(String, String)>>,
    /// PCI addresses of its GPUs, by alias.
    pub(crate) gpus: Vec<(String, Vec<String>)>,
}

/// A flavor.
#[derive(Debug)]
pub(crate) struct Flavor {
    /// Its name.
    pub(crate) name: String,
    /// Virtual CPUs.
    pub(crate) vcpus: u32,
    /// Memory.
    pub(crate) ram_mib: u32,
    /// Disk, and what of it is ephemeral besides.
    pub(crate) disk_gib: (u32, Option<u32>),
    /// GPUs by alias.
    pub(crate) gpus: Vec<(String, u32)>,
}
