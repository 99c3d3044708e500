//! vGPUs: mediated devices, which NVIDIA's driver of the host makes of a card. Nova hands them out by a resource class,
//! without an alias, and no card of them may be bound to vfio-pci.

use std::collections::BTreeSet;

use crate::api::Placeholder;
use crate::api::open_stack_gpu::{DataPlane, Gpu, OpenStackGpuSpec};
use crate::problem::{Place, Problems};

use super::boards;
use super::cloud::Cloud;

/// vGPUs of one type.
#[derive(Clone, Debug)]
pub(super) struct Vgpu<'a> {
    /// The name by which nodes and flavors of the placeholder know it.
    pub(super) name: &'a str,
    pub(super) mdev_type: &'a str,
    pub(super) gpu: &'a Gpu,
    /// Its place in `spec.gpus`.
    pub(super) index: usize,
    /// `10de:20f1`, where the card is written.
    pub(super) id: Option<String>,
    /// Its model, where the table of cards has it.
    pub(super) model: Option<&'static str>,
}

impl Vgpu<'_> {
    /// What Placement counts them as.
    pub(super) fn class(&self) -> &str {
        self.gpu.resource_class.as_deref().unwrap_or("VGPU")
    }

    /// The place of a field of it.
    pub(super) fn place(&self, cloud: &Cloud<'_>, field: &str) -> Place {
        cloud.place(&format!("spec.gpus[{}]{field}", self.index))
    }

    /// PCI addresses that have them, of all nodes.
    pub(super) fn addresses<'p>(&self, plane: &'p DataPlane) -> BTreeSet<&'p String> {
        let of_nodes = plane.nodes.values();
        let own = of_nodes.filter_map(|node| node.gpus.get(self.name));
        own.flatten().collect()
    }
}

/// All of them in the order in which they are written.
pub(super) fn decide<'a>(
    placeholder: &'a Placeholder<'a, OpenStackGpuSpec>,
    problems: &mut Problems,
) -> Vec<Vgpu<'a>> {
    let mut vgpus = Vec::new();
    for (index, gpu) in placeholder.read.spec.gpus.iter().enumerate() {
        let Some(mdev_type) = &gpu.mdev_type else {
            continue;
        };
        // Nova asks for no id: the card is for people, and for what else would take it
        let is_written = gpu.model.is_some() || gpu.product_id.is_some();
        let board = is_written.then(|| boards::of(placeholder, index, gpu, problems));
        let board = board.flatten();
        vgpus.push(Vgpu {
            name: &gpu.alias,
            mdev_type,
            gpu,
            index,
            model: board.as_ref().and_then(|board| Some(board.known?.model)),
            id: board.map(|board| format!("{}:{}", board.vendor_id, board.product_id)),
        });
    }
    vgpus
}

/// Those that a NodeSet has.
pub(super) fn of_plane<'c, 'a>(cloud: &'c Cloud<'a>, plane: &DataPlane) -> Vec<&'c Vgpu<'a>> {
    let has = |vgpu: &&Vgpu<'_>| !vgpu.addresses(plane).is_empty();
    cloud.vgpus.iter().filter(has).collect()
}

/// Whether nobody can know an address of a NodeSet yet: its first run brings the driver that shows them.
pub(super) fn is_first_run(cloud: &Cloud<'_>, plane: &DataPlane) -> bool {
    let mut nodes = plane.nodes.values();
    !cloud.vgpus.is_empty() && nodes.all(|node| node.gpus.values().all(Vec::is_empty))
}

/// Whether a NodeSet needs NVIDIA's driver of the host.
pub(super) fn need_driver(cloud: &Cloud<'_>, plane: &DataPlane) -> bool {
    is_first_run(cloud, plane) || !of_plane(cloud, plane).is_empty()
}

/// Whether a name is that of vGPUs.
pub(super) fn is_one(cloud: &Cloud<'_>, name: &str) -> bool {
    cloud.vgpus.iter().any(|vgpu| vgpu.name == name)
}

/// What nova-compute reads of them (nova/conf/devices.py, 2023.1, which has no `max_instances` yet): with several types it
/// takes the first alone, unless each has a section with addresses.
pub(super) fn config(cloud: &Cloud<'_>, plane: &DataPlane) -> String {
    let all = of_plane(cloud, plane);
    if all.is_empty() {
        return String::new();
    }
    let types: Vec<&str> = all.iter().map(|vgpu| vgpu.mdev_type).collect();
    let mut lines = vec![
        "[devices]".to_owned(),
        format!("enabled_mdev_types = {}", types.join(",")),
    ];
    for vgpu in all {
        let addresses: Vec<String> = vgpu.addresses(plane).into_iter().cloned().collect();
        lines.push(format!("[mdev_{}]", vgpu.mdev_type));
        lines.push(format!("device_addresses = {}", addresses.join(",")));
        let class = vgpu.gpu.resource_class.iter();
        lines.extend(class.map(|class| format!("mdev_class = {class}")));
    }
    format!("{}\n", lines.join("\n"))
}

/// What a flavor asks Placement for: `resources:VGPU=1`.
pub(super) fn asked<'f>(
    cloud: &Cloud<'_>,
    gpus: impl Iterator<Item = (&'f String, &'f u32)>,
) -> Vec<String> {
    let ask = |(name, count): (&String, &u32)| {
        let vgpu = cloud.vgpus.iter().find(|vgpu| vgpu.name == name)?;
        Some(format!("resources:{}={count}", vgpu.class()))
    };
    gpus.filter_map(ask).collect()
}
