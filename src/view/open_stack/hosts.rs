//! Compute nodes with their GPUs, and flavors that need these.

use super::{ComputeNode, OpenStack};
use crate::view::section::{Block, Table};
use crate::view::words;

impl OpenStack {
    pub(super) fn compute_nodes(&self) -> Option<Block> {
        let is_vgpu = |alias: &String| {
            let mut vgpus = self.aliases.iter().filter(|one| one.mdev_type.is_some());
            vgpus.any(|one| one.alias == *alias)
        };
        let rows = self.compute_nodes.iter().flat_map(|node| {
            node.gpus.iter().map(move |(alias, addresses)| {
                [
                    node.name.clone(),
                    node.node_set.clone(),
                    node.whereabouts(),
                    alias.clone(),
                    if is_vgpu(alias) {
                        // a card has one address or one for each of its functions, and nothing says which
                        format!(
                            "vGPUs at {}",
                            words::count(addresses.len() as u64, "address", "addresses")
                        )
                    } else {
                        addresses.len().to_string()
                    },
                    addresses.join(", "),
                ]
            })
        });
        let heads = &[
            "Host",
            "NodeSet",
            "Address",
            "Alias",
            "GPUs",
            "PCI addresses",
        ];
        Table::of_named("Compute nodes", heads, rows)
    }

    /// Why nobody knows how many virtual machines the GPUs are enough for.
    fn unknown(&self) -> &'static str {
        if self.compute_nodes.is_empty() {
            "no compute node is written"
        } else {
            "how many vGPUs an address has, is the driver's to say"
        }
    }

    pub(super) fn flavors(&self) -> Option<Block> {
        let rows = self.flavors.iter().map(|one| {
            let gpus = one.gpus.iter();
            let gpus = gpus.map(|(alias, count)| format!("{count} x {alias}"));
            let ephemeral = one.ephemeral_gib;
            let ephemeral = ephemeral.map(|size| format!(" and {size} GiB ephemeral"));
            let room = |count| words::count(count, "virtual machine", "virtual machines");
            [
                one.name.clone(),
                one.vcpus.to_string(),
                words::memory(one.memory_mib.into()),
                format!("{} GiB{}", one.disk_gib, ephemeral.unwrap_or_default()),
                gpus.collect::<Vec<_>>().join(", "),
                one.room
                    .map_or_else(|| format!("not known: {}", self.unknown()), room),
            ]
        });
        let heads = &[
            "Flavor",
            "vCPU",
            "Memory",
            "Disk",
            "Needs",
            "GPUs are enough for",
        ];
        Table::of_named("Flavors", heads, rows)
    }
}

impl ComputeNode {
    /// `192.168.122.91`, `of the NetConfig, on a BareMetalHost with app: openstack`
    fn whereabouts(&self) -> String {
        let Some(labels) = &self.bmh_labels else {
            let address = self.address.clone();
            return address.unwrap_or_else(|| "of its NodeSet".to_owned());
        };
        let labels = labels.iter().map(|(key, value)| format!("{key}: {value}"));
        let labels: Vec<String> = labels.collect();
        let with = if labels.is_empty() { "" } else { " with " };
        format!(
            "{}, on a BareMetalHost{with}{}",
            self.address.as_deref().unwrap_or("of the NetConfig"),
            labels.join(", ")
        )
    }
}
