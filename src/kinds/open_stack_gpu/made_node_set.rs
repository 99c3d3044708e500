//! The OpenStackDataPlaneNodeSet that is made: its nodes, their networks, the variables of Ansible.

use serde_json::{Value, json};

use crate::api::open_stack_gpu::{CpuVendor, DataPlane};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::cloud::Cloud;
use super::data_plane::services;
use super::networks::CTLPLANE;
use super::{bare_metal, kernel_args, of_nodes};

/// Variables of Ansible: arguments of the kernel, processors that it leaves alone, and the profile of tuned that does so.
pub(super) const ARGUMENTS: &str = "edpm_kernel_args";
pub(super) const ISOLATED: &str = "edpm_tuned_isolated_cores";
pub(super) const PROFILE: &str = "edpm_tuned_profile";
pub(super) const PARTITIONED: &str = "cpu-partitioning-powersave";

/// Its `spec`.
pub(super) fn spec(cloud: &Cloud<'_>, plane: &DataPlane, problems: &mut Problems) -> Value {
    let services = services(cloud, plane);
    let from = cloud.ansible_vars().into_iter();
    let mut from: Vec<Value> = from
        .map(|name| json!({"secretRef": {"name": name}}))
        .collect();
    from.extend(template(cloud, plane, problems));
    let mut spec = json!({"preProvisioned": plane.bare_metal.is_none()});
    if let Some(bare_metal) = &plane.bare_metal {
        spec["baremetalSetTemplate"] = bare_metal::template(cloud, plane, bare_metal);
    }
    let of_all = json!({
        "tlsEnabled": true,
        "networkAttachments": [CTLPLANE],
        "services": services,
        "nodeTemplate": {
            "ansibleSSHPrivateKeySecret": cloud.ansible_ssh(),
            "managementNetwork": CTLPLANE,
            "ansible": {
                "ansibleUser": plane.login(),
                "ansiblePort": 22,
                "ansibleVarsFrom": from,
                "ansibleVars": variables(cloud, plane, problems),
            },
        },
        "nodes": nodes(cloud, plane, problems),
    });
    for (key, value) in of_all.as_object().into_iter().flatten() {
        spec[key] = value.clone();
    }
    spec
}

fn nodes(cloud: &Cloud<'_>, plane: &DataPlane, problems: &mut Problems) -> Value {
    let mut nodes = json!({});
    for (name, node) in &plane.nodes {
        if node.address.is_none() && plane.bare_metal.is_none() {
            let message = format!("compute node `{name}` has no address");
            let at = cloud.key_place(&format!("spec.dataPlane.nodes.{name}"));
            let problem = Problem::new(&rule::NODE_SET, at, message);
            problems.push(
                problem
                    .help("it needs `address`, that of the ctlplane by which Ansible reaches it"),
            );
            continue;
        }
        let network = |net: &super::networks::Net| {
            let mut network = json!({"name": net.name, "subnetName": "subnet1"});
            if net.name == CTLPLANE {
                network["defaultRoute"] = true.into();
                if let Some(address) = &node.address {
                    network["fixedIP"] = address.as_str().into();
                }
            }
            network
        };
        let networks: Vec<Value> = cloud.networks.all.iter().map(network).collect();
        let mut made = json!({"hostName": name});
        if let Some(address) = &node.address {
            made["ansible"] = json!({"ansibleHost": address});
        }
        bare_metal::of_node(node, &mut made);
        made["networks"] = networks.into();
        nodes[name] = made;
    }
    nodes
}

/// The ConfigMap with the template of the interfaces: its key is, behind a prefix, that of Ansible's variable.
fn template(cloud: &Cloud<'_>, plane: &DataPlane, problems: &mut Problems) -> Option<Value> {
    const VARIABLE: &str = "edpm_network_config_template";
    let written = plane.network_template.as_ref()?;
    let key = written.key.as_deref().unwrap_or(VARIABLE);
    let Some(prefix) = VARIABLE.strip_suffix(key).filter(|_| !key.is_empty()) else {
        let message =
            format!("`{key}` does not end as the variable `{VARIABLE}`, which Ansible reads");
        let at = cloud.place("spec.dataPlane.networkTemplate.key");
        let problem = Problem::new(&rule::NODE_SET, at, message);
        problems.push(problem.help("call the key `template`, or by the name of the variable"));
        return None;
    };
    let mut source = json!({"configMapRef": {"name": written.config_map}});
    if !prefix.is_empty() {
        source["prefix"] = prefix.into();
    }
    Some(source)
}

/// Kernel arguments that a host of GPUs needs, in their order.
pub(super) fn kernel_arguments(cloud: &Cloud<'_>, plane: &DataPlane) -> Vec<String> {
    let mut tokens = Vec::new();
    if let Some(pages) = plane.hugepages {
        let hugepages = format!("hugepages={pages}");
        tokens.extend(["default_hugepagesz=1GB", "hugepagesz=1G", &hugepages].map(str::to_owned));
    }
    let iommu = match plane.cpu_vendor {
        CpuVendor::Intel => "intel_iommu=on",
        CpuVendor::Amd => "amd_iommu=on",
    };
    tokens.push(iommu.to_owned());
    tokens.push("iommu=pt".to_owned());
    let ids = of_nodes::ids(cloud, plane);
    if !ids.is_empty() {
        tokens.push(format!("vfio-pci.ids={}", ids.join(",")));
        tokens.push("rd.driver.pre=vfio-pci".to_owned());
    }
    tokens
}

fn variables(cloud: &Cloud<'_>, plane: &DataPlane, problems: &mut Problems) -> Value {
    let written = plane.ansible_vars.as_ref();
    let there = written.and_then(|written| written.get(ARGUMENTS)?.as_str());
    let wanted = kernel_arguments(cloud, plane);
    let arguments = match kernel_args::merged(there.unwrap_or_default(), &wanted) {
        Ok(arguments) => arguments,
        Err(conflicts) => {
            let at = cloud.place(&format!("spec.dataPlane.ansibleVars.{ARGUMENTS}"));
            problems.extend(of_nodes::arguments(&at, &conflicts));
            return json!({});
        }
    };
    let mut variables = json!({ARGUMENTS: arguments});
    if let Some(dedicated) = plane.cpus.as_ref().and_then(|cpus| cpus.dedicated.as_ref()) {
        variables[PROFILE] = PARTITIONED.into();
        variables[ISOLATED] = dedicated.as_str().into();
    }
    for (key, value) in written.into_iter().flatten() {
        if key != ARGUMENTS {
            variables[key] = value.clone();
        }
    }
    variables
}
