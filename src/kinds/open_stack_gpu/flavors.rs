//! Flavors with GPUs: commands, since OpenStack has no object for them on the cluster.

use crate::api::Placeholder;
use crate::api::open_stack_gpu::{Flavor, OpenStackGpuSpec, Release};
use crate::catalog::{self, Gpu, MadeType, Size, pci_devices};
use crate::cloud::openstack;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::cloud::Cloud;
use super::{of_nodes, vgpus};

/// The flavors as types of machines: of clusters that run on this OpenStack.
pub(super) fn types(placeholder: &Placeholder<'_, OpenStackGpuSpec>) -> Vec<MadeType> {
    let spec = &placeholder.read.spec;
    let made = |(index, flavor): (usize, &Flavor)| MadeType {
        platform: openstack::ID,
        name: flavor.name.clone(),
        by: format!("OpenStackGpu `{}`", placeholder.read.name),
        size: Size {
            vcpu: flavor.vcpus,
            memory_mib: flavor.ram_mi_b,
        },
        gpu: gpus(spec, flavor),
        place: placeholder.place(&format!("spec.flavors[{index}]")),
    };
    let flavors = spec.flavors.iter().flatten().enumerate();
    flavors.map(made).collect()
}

/// The GPUs of a flavor, of one model where all are.
fn gpus(spec: &OpenStackGpuSpec, flavor: &Flavor) -> Gpu {
    let of_alias = |alias: &String| spec.gpus.iter().find(|gpu| gpu.alias == *alias);
    let model = |alias| {
        // a vGPU has a part of its card's memory
        let gpu = of_alias(alias).filter(|gpu| gpu.mdev_type.is_none())?;
        let card = pci_devices::device(gpu.model.as_deref()?).ok()?;
        catalog::model(card.model, None).ok()
    };
    let mut models = flavor.gpus.keys().map(model);
    let first = models.next().flatten();
    Gpu {
        count: flavor
            .gpus
            .values()
            .fold(0, |all, one| all.saturating_add(*one)),
        model: first.filter(|_| models.all(|other| other == first)),
    }
}

/// Says the commands, and what of them cannot be.
pub(super) fn say(cloud: &Cloud<'_>, problems: &mut Problems) {
    let flavors = cloud.spec.flavors.iter().flatten();
    for (index, flavor) in flavors.enumerate() {
        let path = format!("spec.flavors[{index}]");
        let before = cloud.spec.flavors.iter().flatten().take(index);
        if before.into_iter().any(|one| one.name == flavor.name) {
            let message = format!("flavor `{}` stands twice", flavor.name);
            let problem =
                Problem::new(&rule::FLAVOR, cloud.place(&format!("{path}.name")), message);
            problems.push(problem.help("give each flavor a name of its own"));
        }
        for (alias, count) in &flavor.gpus {
            let place = cloud.place(&format!("{path}.gpus.{alias}"));
            if !cloud.spec.gpus.iter().any(|gpu| gpu.alias == *alias) {
                problems.push(of_nodes::unknown_alias(cloud, alias, place));
            } else if *count == 0 {
                let message = format!("flavor `{}` asks for no GPU `{alias}`", flavor.name);
                problems.push(
                    Problem::new(&rule::FLAVOR, place, message)
                        .help("write how many, or remove the alias"),
                );
            } else if let Some(most) = largest(cloud, alias).filter(|most| most < count) {
                let message = format!(
                    "flavor `{}` asks for {count} GPUs `{alias}`, and no compute node has more than {most}",
                    flavor.name
                );
                problems.push(
                    Problem::new(&rule::FLAVOR, place, message)
                        .help(format!("write {most} or less")),
                );
            }
        }
        let message = format!("flavor `{}` is made by a command", flavor.name);
        let problem = Problem::new(
            &rule::FLAVOR_COMMAND,
            cloud.place(&format!("{path}.name")),
            message,
        );
        problems.push(problem.help(format!("`{}`", command(cloud, flavor))));
    }
}

/// GPUs of the compute node that has most of them, where the nodes are known.
fn largest(cloud: &Cloud<'_>, alias: &str) -> Option<u32> {
    // how many vGPUs a card has, its type says
    if vgpus::is_one(cloud, alias) {
        return None;
    }
    let plane = cloud.spec.data_plane.as_ref()?;
    let of_node = plane
        .nodes
        .values()
        .map(|node| node.gpus.get(alias).map_or(0, Vec::len));
    u32::try_from(of_node.max()?).ok()
}

/// `alias:2,other:1` writes each count: Nova 2023.1 cannot read an alias alone.
fn command(cloud: &Cloud<'_>, flavor: &Flavor) -> String {
    let whole = (flavor.gpus.iter()).filter(|(alias, _)| !vgpus::is_one(cloud, alias));
    let whole: Vec<String> = whole
        .map(|(alias, count)| format!("{alias}:{count}"))
        .collect();
    let mut properties = vgpus::asked(cloud, flavor.gpus.iter());
    if !whole.is_empty() {
        properties.insert(0, format!("pci_passthrough:alias={}", whole.join(",")));
        properties.push("hw:hide_hypervisor_id=true".to_owned());
    }
    let properties = properties.join(" --property ");
    let ephemeral = flavor
        .ephemeral_gi_b
        .map(|size| format!(" --ephemeral {size}"));
    let pages = cloud
        .spec
        .data_plane
        .as_ref()
        .and_then(|plane| plane.hugepages);
    let pages = pages.map(|_| " --property hw:mem_page_size=large");
    format!(
        "oc rsh -n {} openstackclient openstack flavor create {} --vcpus {} --ram {} --disk {}{} --property {properties}{}",
        cloud.namespace,
        flavor.name,
        flavor.vcpus,
        flavor.ram_mi_b,
        flavor.disk_gi_b,
        ephemeral.unwrap_or_default(),
        pages.unwrap_or_default(),
    )
}

/// All that people run, each behind what it is for.
pub(super) fn commands(cloud: &Cloud<'_>) -> Vec<(String, String)> {
    let flavors = cloud.spec.flavors.iter().flatten();
    let mut commands: Vec<(String, String)> = flavors
        .map(|flavor| {
            let what = format!("makes the flavor {}", flavor.name);
            (what, command(cloud, flavor))
        })
        .collect();
    let planes = cloud.spec.data_plane.iter();
    let runs = planes.filter_map(|_| discover_hosts(cloud));
    commands.extend(runs.map(|run| {
        let what = "finds new compute nodes, when their run has ended";
        (what.to_owned(), run)
    }));
    commands
}

/// What makes Nova find new compute nodes; up to feature release 6 nothing else does.
fn discover_hosts(cloud: &Cloud<'_>) -> Option<String> {
    let release = cloud.known_release;
    let is_needed = release.is_none_or(|release| release <= Release::Fr6);
    is_needed.then(|| {
        format!(
            "oc rsh -n {} nova-cell0-conductor-0 nova-manage cell_v2 discover_hosts --verbose",
            cloud.namespace
        )
    })
}

/// What people run beside what Argo CD does.
pub(super) fn say_runs(cloud: &Cloud<'_>, problems: &mut Problems) {
    let Some(plane) = &cloud.spec.data_plane else {
        return;
    };
    let here = || cloud.key_place("spec.dataPlane");
    if let Some(command) = discover_hosts(cloud) {
        let message = "new compute nodes are not found by themselves";
        let problem = Problem::new(&rule::DISCOVER_HOSTS, here(), message);
        problems.push(problem.help(format!("when the run has ended: `{command}`")));
    }
    if plane.deployment.as_ref().and_then(|one| one.deployed) == Some(true) {
        let nodes: Vec<String> = plane.nodes.keys().map(|name| format!("`{name}`")).collect();
        let message = format!("the run restarts {}", nodes.join(", "));
        let problem = Problem::new(&rule::REBOOT, here(), message);
        problems.push(problem.help("move the virtual machines away before, or let Argo CD wait: `syncPolicy` without `automated`"));
    }
}
