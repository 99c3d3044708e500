//! What is wrong with vGPUs: fields of whole cards, cards that something else takes, a driver that nobody installs.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::api::open_stack_gpu::{ComputeNode, DataPlane, Host, Release};
use crate::catalog::card;
use crate::krm::Node;
use crate::operator;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::cloud::Cloud;
use super::complete::Theirs;
use super::data_plane::DRIVERS;
use super::made_node_set::ARGUMENTS;
use super::node_arguments::VARS;
use super::node_set::KIND;
use super::texts::{Reader, Text};
use super::vgpus::{self, Vgpu};
use super::{ini, of_nodes};

/// What is wrong with what is written of them.
pub(super) fn check(cloud: &Cloud<'_>, texts: &[Text], problems: &mut Problems) {
    for (at, vgpu) in cloud.vgpus.iter().enumerate() {
        fields(cloud, vgpu, problems);
        let before = cloud.vgpus.iter().take(at);
        let same_name = cloud.spec.gpus.iter().take(vgpu.index);
        let same_name =
            same_name.chain(cloud.spec.gpus.iter().filter(|gpu| gpu.mdev_type.is_none()));
        if same_name.into_iter().any(|gpu| gpu.alias == vgpu.name) {
            let message = format!(
                "`{}` stands for other GPUs too, and vGPUs have one type",
                vgpu.name
            );
            let place = vgpu.place(cloud, ".alias");
            problems.push(
                Problem::new(&rule::VGPU, place, message)
                    .help("give the vGPUs of each type a name of their own"),
            );
        } else if before.clone().any(|one| one.mdev_type == vgpu.mdev_type) {
            let message = format!("`{}` stands twice", vgpu.mdev_type);
            let place = vgpu.place(cloud, ".mdevType");
            problems.push(
                Problem::new(&rule::VGPU, place, message)
                    .help("write each type once, with the addresses of all cards under its name"),
            );
        } else if let Some(other) = before.clone().find(|one| one.class() == vgpu.class()) {
            let message = format!(
                "flavors cannot choose between `{}` and `{}`: both are `{}`",
                other.name,
                vgpu.name,
                vgpu.class()
            );
            let place = vgpu.place(cloud, "");
            problems.push(
                Problem::new(&rule::VGPU_CLASS, place, message).help(format!(
                    "give one of them a class, as `resourceClass: CUSTOM_{}`",
                    vgpu.mdev_type.to_ascii_uppercase().replace('-', "_")
                )),
            );
        }
    }
    options(cloud, texts, problems);
}

/// Fields of cards that are passed on whole.
fn fields(cloud: &Cloud<'_>, vgpu: &Vgpu<'_>, problems: &mut Problems) {
    let gpu = vgpu.gpu;
    let written = [
        (".deviceType", gpu.device_type.is_some()),
        (".numaPolicy", gpu.numa_policy.is_some()),
        (".audio", gpu.audio == Some(true)),
        (".host", gpu.host == Some(Host::Nested)),
    ];
    for (field, _) in written.into_iter().filter(|(_, is_written)| *is_written) {
        let message = format!(
            "`{}` is of cards that are passed on whole, and `{}` are vGPUs",
            field.trim_start_matches('.'),
            vgpu.name
        );
        let problem = Problem::new(&rule::VGPU, vgpu.place(cloud, field), message);
        problems.push(problem.help(match field {
            ".host" => {
                "NVIDIA's driver makes vGPUs on bare metal alone: remove `host`, or `mdevType`"
            }
            _ => "remove it, or `mdevType`",
        }));
    }
}

/// Nova takes one list of types: that of the file that comes last.
fn options(cloud: &Cloud<'_>, texts: &[Text], problems: &mut Problems) {
    let planes = cloud.spec.data_plane.as_ref();
    let Some(plane) = planes.filter(|plane| !vgpus::of_plane(cloud, plane).is_empty()) else {
        return;
    };
    let ours = plane.gpu_service();
    for text in texts {
        let is_of_nodes = text.reader == Reader::Compute && text.map.as_ref() != Some(&ours);
        let there = ["enabled_mdev_types", "enabled_vgpu_types"]
            .into_iter()
            .find(|option| !ini::values(&text.said, "devices", option).is_empty());
        let Some(option) = there.filter(|_| is_of_nodes) else {
            continue;
        };
        let message =
            format!("`[devices] {option}` stands here and in what is made: Nova takes one of them");
        let problem = Problem::new(&rule::OPTION_CONFLICT, text.place.clone(), message);
        problems.push(problem.help("remove it here, and write each type as `mdevType` of a GPU"));
    }
}

/// What is wrong with those of a NodeSet.
pub(super) fn of_plane(
    cloud: &Cloud<'_>,
    plane: &DataPlane,
    theirs: Option<Theirs<'_>>,
    problems: &mut Problems,
) {
    let root = theirs.and_then(|theirs| theirs.document.node().ok());
    let services = root
        .as_ref()
        .and_then(|root| root.at(&["spec", "services"]));
    let services: Vec<&str> = services
        .map_or(&[][..], Node::items)
        .iter()
        .filter_map(Node::text)
        .collect();
    let vars = root
        .as_ref()
        .and_then(|root| root.at(&VARS))
        .map(Node::to_json);
    let vars = match &vars {
        Some(Value::Object(vars)) => Some(vars),
        _ => plane.ansible_vars.as_ref().filter(|_| theirs.is_none()),
    };
    let is_ours = services.is_empty();
    let all = vgpus::of_plane(cloud, plane);
    bound(cloud, plane, &all, vars, problems);
    let installs = is_ours && vgpus::need_driver(cloud, plane) || services.contains(&DRIVERS);
    if vgpus::is_first_run(cloud, plane) {
        problems.push(first_run(cloud, plane));
    } else if all.is_empty() {
        if installs && !of_nodes::ids(cloud, plane).is_empty() {
            let message = format!(
                "`{DRIVERS}` of {KIND} `{}` installs a driver for cards that are bound to vfio-pci",
                plane.name()
            );
            let at = cloud.key_place("spec.dataPlane");
            let problem = Problem::new(&rule::VFIO_HOST_NEEDS, at, message);
            problems.push(problem.help(format!("cards that are passed on whole need no driver on the host: remove `{DRIVERS}`, unless it is for cards of another id")));
        }
        return;
    }
    across(cloud, plane, problems);
    problems.extend(two_kinds(cloud, plane));
    functions(cloud, plane, &all, problems);
    driver(cloud, plane, installs, vars, problems);
}

/// Names and addresses of what has vGPUs are on no node before NVIDIA's driver is.
fn first_run(cloud: &Cloud<'_>, plane: &DataPlane) -> Problem {
    let message = format!(
        "no node of {KIND} `{}` has an address of its vGPUs yet: this run brings NVIDIA's driver of the host and nothing else of them",
        plane.name()
    );
    let at = cloud.key_place("spec.dataPlane.nodes");
    let problem = Problem::new(&rule::VGPU_FIRST_RUN, at, message);
    problem
        .help("when it has ended, `ls /sys/class/mdev_bus` on a node shows the addresses, for cards from Ampere on when `/usr/lib/nvidia/sriov-manage -e ADDRESS` of the card has run")
        .help("write them under `gpus` of each node, the type as `mdevType`, and `true` as `dataPlane.deployment.deployed` for a second run")
}

/// Where the driver of the host comes from.
fn driver(
    cloud: &Cloud<'_>,
    plane: &DataPlane,
    installs: bool,
    vars: Option<&Map<String, Value>>,
    problems: &mut Problems,
) {
    let here = || cloud.key_place("spec.dataPlane");
    if !installs {
        let message = format!(
            "vGPUs of {KIND} `{}` need NVIDIA's driver of the host, and `{DRIVERS}` is none of its services",
            plane.name()
        );
        let problem = Problem::new(&rule::VGPU_DRIVER_OWN, here(), message);
        problems.push(problem.help(format!("from 18.0-fr5 on `{DRIVERS}` before `reboot-os` installs it; or a service of your own does")));
        return;
    }
    if cloud
        .known_release
        .is_some_and(|release| release < Release::Fr5)
    {
        let message =
            format!("`{DRIVERS}`, which installs NVIDIA's driver of the host, came with 18.0-fr5");
        let problem = Problem::new(&rule::VGPU, here(), message);
        problems.push(problem.help("move to 18.0-fr5, or put a NodeSet of your own into the input, with a service that installs it: it is completed in its place"));
    } else if !is_installed(vars, cloud.known_release) {
        let message = format!(
            "nothing says where `{DRIVERS}` finds NVIDIA's driver of the host: it installs none"
        );
        let problem = Problem::new(&rule::VGPU_DRIVER, here(), message);
        let variables = match cloud.known_release {
            Some(Release::Fr5) => {
                "`edpm_accel_drivers_install_nvidia: true` and `edpm_accel_drivers_nvidia_custom_url: URL`"
            }
            _ => {
                "`edpm_accel_drivers: {vendors: {nvidia_gpu: {enabled: true, custom_url: {url: URL}}}}`"
            }
        };
        problems.push(problem.help(format!("write {variables} among the `ansibleVars`, with the URL of the RPM that NVIDIA gives its licensees")));
    }
}

/// Variables of the role edpm_accel_drivers, which were renamed between the releases (edpm-ansible, branches 18.0-fr5 and
/// 18.0-fr6, roles/edpm_accel_drivers/defaults/main.yml).
fn is_installed(vars: Option<&Map<String, Value>>, release: Option<Release>) -> bool {
    let Some(vars) = vars else { return false };
    let is_on =
        |value: Option<&Value>| value.is_some_and(|value| *value == true || *value == "true");
    let is_said = |value: Option<&Value>| {
        value
            .and_then(Value::as_str)
            .is_some_and(|url| !url.is_empty())
    };
    let flat = |name: &str| vars.get(&format!("edpm_accel_drivers_{name}"));
    let old = is_on(flat("install_nvidia"))
        && (is_said(flat("nvidia_custom_url")) || is_said(flat("nvidia_repo_url")));
    let nvidia = vars
        .get("edpm_accel_drivers")
        .and_then(|one| one.pointer("/vendors/nvidia_gpu"));
    let at = |path: &str| nvidia.and_then(|nvidia| nvidia.pointer(path));
    let new = is_on(at("/enabled")) && (is_said(at("/custom_url/url")) || is_said(at("/repo/url")));
    match release {
        Some(release) if release <= Release::Fr5 => old,
        Some(_) => new,
        None => old || new,
    }
}

/// vfio-pci binds all cards of an id.
fn bound(
    cloud: &Cloud<'_>,
    plane: &DataPlane,
    all: &[&Vgpu<'_>],
    vars: Option<&Map<String, Value>>,
    problems: &mut Problems,
) {
    const BOUND: &str = "vfio-pci.ids=";
    let arguments = vars.and_then(|vars| vars.get(ARGUMENTS)?.as_str());
    let written = arguments.unwrap_or_default().split_whitespace();
    let written = written.filter_map(|token| token.strip_prefix(BOUND));
    let written: Vec<&str> = written.flat_map(|ids| ids.split(',')).collect();
    let ours = of_nodes::ids(cloud, plane);
    for vgpu in all {
        let Some(id) = &vgpu.id else { continue };
        let by = if ours.contains(id) {
            "since cards of that id are passed on whole"
        } else if written.contains(&id.as_str()) {
            "by `edpm_kernel_args`"
        } else {
            continue;
        };
        let message = format!(
            "all cards {id} of {KIND} `{}` are bound to vfio-pci, {by}: none is left for vGPUs `{}`",
            plane.name(),
            vgpu.name
        );
        let problem = Problem::new(&rule::VFIO_HOST_NEEDS, vgpu.place(cloud, ""), message);
        problems.push(problem.help(format!("on the nodes of one NodeSet cards of one id are either passed on or vGPUs: give one of both a NodeSet of its own, and take {id} out of `vfio-pci.ids` of this one")));
    }
}

/// One file tells all nodes of a NodeSet what is at an address.
fn across(cloud: &Cloud<'_>, plane: &DataPlane, problems: &mut Problems) {
    let all = || {
        plane.nodes.iter().flat_map(|(node, one)| {
            let gpus = one.gpus.iter();
            gpus.flat_map(move |(name, addresses)| {
                let addresses = addresses.iter().enumerate();
                addresses.map(move |(index, address)| (node, name, index, address))
            })
        })
    };
    let mut seen: BTreeMap<&String, (&String, &String)> = BTreeMap::new();
    for (node, name, index, address) in all() {
        let (other, before) = *seen.entry(address).or_insert((node, name));
        let is_vgpu = vgpus::is_one(cloud, name) || vgpus::is_one(cloud, before);
        if before == name || other == node || !is_vgpu {
            continue;
        }
        let message = format!(
            "{address} is `{before}` on `{other}` and `{name}` on `{node}`, and one file says it to both"
        );
        let at = cloud.place(&format!("spec.dataPlane.nodes.{node}.gpus.{name}[{index}]"));
        let problem = Problem::new(&rule::VGPU, at, message);
        problems.push(problem.help("write the same at an address on all nodes of a NodeSet; nodes that differ belong to a NodeSet of their own"));
    }
}

/// All nodes of a NodeSet are set up alike, also for GPUs that some of them do not have.
fn two_kinds(cloud: &Cloud<'_>, plane: &DataPlane) -> Option<Problem> {
    let has = |node: &ComputeNode, is_wanted: bool| {
        let mut gpus = node.gpus.iter();
        gpus.any(|(name, of)| !of.is_empty() && vgpus::is_one(cloud, name) == is_wanted)
    };
    let only = |is_vgpu: bool| {
        let mut nodes = plane.nodes.iter();
        nodes.find(|(_, node)| has(node, is_vgpu) && !has(node, !is_vgpu))
    };
    let (with_vgpus, _) = only(true)?;
    let (with_cards, _) = only(false)?;
    let message = format!(
        "`{with_vgpus}` has vGPUs and `{with_cards}` cards that are passed on whole, and {KIND} `{}` sets up both alike",
        plane.name()
    );
    let at = cloud.key_place("spec.dataPlane.nodes");
    let problem = Problem::new(&rule::TWO_KINDS, at, message);
    let ids = of_nodes::ids(cloud, plane).join(",");
    Some(problem
        .fact(format!("all of its nodes get `{DRIVERS}`, `vfio-pci.ids={ids}` and one file of Nova with all addresses"))
        .help("leave it so where that does no harm; else give the nodes of one kind a NodeSet of your own, which stands in the input"))
}

/// Functions of a card are not there before somebody switches them on.
fn functions(cloud: &Cloud<'_>, plane: &DataPlane, all: &[&Vgpu<'_>], problems: &mut Problems) {
    for vgpu in all {
        let addresses = vgpu.addresses(plane);
        let Some(address) = addresses.iter().find(|address| !address.ends_with(".0")) else {
            continue;
        };
        let message = format!(
            "{address} of `{}` is a virtual function, which is gone after each start of the node",
            vgpu.name
        );
        let problem = Problem::new(&rule::VGPU_FUNCTIONS, vgpu.place(cloud, ""), message);
        let problem = problem.help("a unit on the nodes has to run `/usr/lib/nvidia/sriov-manage -e ADDRESS` of the card at each start, before nova-compute starts");
        problems.push(if vgpu.model.is_some_and(lacks_mig) {
            problem
        } else {
            problem.help("from 18.0-fr6 on `accel-drivers` brings one for cards whose MIG it manages: `dataPlane.ansibleVars.edpm_accel_drivers.features: {nvidia_mig: {manage: true, geometries: [...]}}`")
        });
    }
}

/// Whether a model is known to have no MIG.
fn lacks_mig(model: &str) -> bool {
    let has_mig = operator::has_mig(model);
    has_mig.map_or_else(
        || card(model).is_some_and(|card| card.lacks_mig()),
        |has| !has,
    )
}
