//! Networks of an OpenStack.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Networks.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Network {
    /// The network by which compute nodes are reached.
    pub(crate) ctlplane: Option<Ctlplane>,
    /// A network of its own for each kind of traffic. Compute nodes need them. Default: none, and everything stays within
    /// the cluster.
    pub(crate) isolated: Option<Isolated>,
}

/// The network by which compute nodes are reached. A range is written with two addresses, `192.168.122.100-192.168.122.120`,
/// or with their numbers in the network, `100-120`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Ctlplane {
    /// Its addresses. Default: `192.168.122.0/24`.
    #[cfg_attr(test, schemars(extend("default" = "192.168.122.0/24")))]
    pub(crate) cidr: Option<String>,
    /// Its gateway. Default: none.
    pub(crate) gateway: Option<String>,
    /// Domain of its names; those of the other networks follow from it. Default: `ctlplane.example.com`.
    #[cfg_attr(test, schemars(extend("format" = "object-name", "default" = "ctlplane.example.com")))]
    pub(crate) dns_domain: Option<String>,
    /// Addresses that compute nodes get. Default: `100-120` and `150-200`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) ranges: Option<Vec<String>>,
    /// Largest packet. Default: 1500.
    #[cfg_attr(test, schemars(range(min = 1280, max = 9216), extend("default" = 1500)))]
    pub(crate) mtu: Option<u32>,
    /// Addresses of servers that names outside are asked of. Default: none.
    pub(crate) resolvers: Option<Vec<String>>,
    /// Addresses of its services, with `isolated`. Default: `80-90`.
    pub(crate) metallb: Option<String>,
    /// Addresses of its pods, with `isolated`. Default: `30-70`.
    pub(crate) attach: Option<String>,
}

/// A network of its own for each kind of traffic.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Isolated {
    /// Bridge on the nodes that carries the ctlplane. Default: `ospbr`.
    #[cfg_attr(test, schemars(length(min = 1), extend("default" = "ospbr")))]
    pub(crate) bridge: Option<String>,
    /// The nodes that carry the control plane, by name, with their interface and addresses.
    #[cfg_attr(test, schemars(extend("minProperties" = 1, "propertyNames" = {"format": "object-name"})))]
    pub(crate) nodes: BTreeMap<String, NodeAddresses>,
    /// The networks beside the ctlplane: `internalapi`, `storage` and `tenant`, only where they differ from
    /// 172.17.0.0/24 with VLAN 20, 172.18.0.0/24 with 21 and 172.19.0.0/24 with 22.
    pub(crate) networks: Option<IsolatedNetworks>,
    /// Whether the interfaces of the nodes are set up. Default: `emit`.
    pub(crate) nncp: Option<Nncp>,
}

/// The networks beside the ctlplane.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct IsolatedNetworks {
    /// What services say to each other.
    pub(crate) internalapi: Option<IsolatedNetwork>,
    /// Volumes and images.
    pub(crate) storage: Option<IsolatedNetwork>,
    /// What virtual machines say to each other.
    pub(crate) tenant: Option<IsolatedNetwork>,
}

/// A network beside the ctlplane.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct IsolatedNetwork {
    /// Its addresses.
    pub(crate) cidr: Option<String>,
    /// Its VLAN.
    #[cfg_attr(test, schemars(range(min = 1, max = 4094)))]
    pub(crate) vlan: Option<u32>,
    /// Addresses that compute nodes get. Default: `100-250`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) ranges: Option<Vec<String>>,
    /// Addresses of its services. Default: `80-90`.
    pub(crate) metallb: Option<String>,
    /// Addresses of its pods. Default: `30-70`.
    pub(crate) attach: Option<String>,
    /// Largest packet. Default: 1500.
    #[cfg_attr(test, schemars(range(min = 1280, max = 9216), extend("default" = 1500)))]
    pub(crate) mtu: Option<u32>,
}

/// Interface and addresses of a node.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NodeAddresses {
    /// The interface that carries all of them, as `enp7s0`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) interface: String,
    /// Its address on the ctlplane.
    pub(crate) ctlplane: String,
    /// Its address on internalapi.
    pub(crate) internalapi: String,
    /// Its address on storage.
    pub(crate) storage: String,
    /// Its address on tenant.
    pub(crate) tenant: String,
}

impl NodeAddresses {
    /// Its address on a network.
    pub(crate) fn on(&self, network: &str) -> &str {
        match network {
            "internalapi" => &self.internalapi,
            "storage" => &self.storage,
            "tenant" => &self.tenant,
            _ => &self.ctlplane,
        }
    }
}

impl Isolated {
    /// What is written of a network.
    pub(crate) fn network(&self, name: &str) -> Option<&IsolatedNetwork> {
        let networks = self.networks.as_ref()?;
        match name {
            "internalapi" => networks.internalapi.as_ref(),
            "storage" => networks.storage.as_ref(),
            "tenant" => networks.tenant.as_ref(),
            _ => None,
        }
    }
}

/// Whether the interfaces of the nodes are set up.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Nncp {
    /// A NodeNetworkConfigurationPolicy for each node.
    #[default]
    Emit,
    /// They are there.
    None,
}
