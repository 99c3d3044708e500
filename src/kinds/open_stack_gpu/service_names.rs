//! Services of compute nodes by their names: those that the operator brings, and those that NodeSets and runs of the
//! input name.

use crate::api::open_stack_gpu::{DataPlane, Release};
use crate::krm::{Document, Node};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems, did_you_mean};

use super::cloud::Cloud;
use super::data_plane::BIND;
use super::node_set::{GROUP, KIND, SERVICE};

/// Services that the operator writes anew at every NodeSet, and the release that they came with (openstack-operator,
/// config/services on the branches 18.0-fr2 to 18.0-fr6, read on 2026-11-28).
const BROUGHT: [(&str, Release); 36] = [
    ("accel-drivers", Release::Fr5),
    ("bootstrap", Release::Fr2),
    ("ceph-client", Release::Fr2),
    ("ceph-hci-pre", Release::Fr2),
    ("cleanup", Release::Fr5),
    ("configure-network", Release::Fr2),
    ("configure-os", Release::Fr2),
    ("configure-ovs-dpdk", Release::Fr2),
    ("ddp-package-option", Release::Fr2),
    ("derive-pci-devicespec", Release::Fr2),
    ("download-cache", Release::Fr2),
    ("fips-status", Release::Fr2),
    ("frr", Release::Fr2),
    ("install-certs", Release::Fr2),
    ("install-os", Release::Fr2),
    ("instanceha-monitoring", Release::Fr6),
    ("libvirt", Release::Fr2),
    ("logging", Release::Fr2),
    ("neutron-dhcp", Release::Fr2),
    ("neutron-metadata", Release::Fr2),
    ("neutron-ovn", Release::Fr2),
    ("neutron-sriov", Release::Fr2),
    ("nova", Release::Fr2),
    ("ovn", Release::Fr2),
    ("ovn-bgp-agent", Release::Fr2),
    ("reboot-os", Release::Fr2),
    ("redhat", Release::Fr2),
    ("run-os", Release::Fr2),
    ("ssh-known-hosts", Release::Fr2),
    ("swift", Release::Fr2),
    ("telemetry", Release::Fr2),
    ("telemetry-power-monitoring", Release::Fr2),
    ("update", Release::Fr2),
    ("update-services", Release::Fr3),
    ("update-system", Release::Fr3),
    ("validate-network", Release::Fr2),
];

/// Says which names are of no service, and which services the operator would overwrite.
pub(super) fn check(cloud: &Cloud<'_>, problems: &mut Problems) {
    redefined(cloud, problems);
    for (kind, field) in [
        (KIND, "services"),
        ("OpenStackDataPlaneDeployment", "servicesOverride"),
    ] {
        let here = cloud.given_here(GROUP, kind);
        for (_, document) in here.filter(|(_, one)| !one.is_live()) {
            let Ok(root) = document.node() else { continue };
            let list = root.at(&["spec", field]).map_or(&[][..], Node::items);
            for (index, item) in list.iter().enumerate() {
                let path = format!("spec.{field}[{index}]");
                problems.extend(unknown(cloud, document, item, path));
            }
        }
    }
}

/// What is there: of the operator in this release, of the input or the facts, of what is made here.
fn is_there(cloud: &Cloud<'_>, name: &str) -> bool {
    let is_brought = |(known, since): &(&str, Release)| {
        *known == name && cloud.known_release.is_none_or(|release| release >= *since)
    };
    let own = cloud.spec.data_plane.as_ref();
    let is_made = own.is_some_and(|plane| name == BIND || name == plane.gpu_service());
    let mut given = cloud.given_here(GROUP, SERVICE);
    is_made || BROUGHT.iter().any(is_brought) || given.any(|(_, one)| one.name == name)
}

/// Nobody asks for a service before it is run.
fn unknown(
    cloud: &Cloud<'_>,
    document: &Document<'_>,
    item: &Node,
    path: String,
) -> Option<Problem> {
    let name = item.text().filter(|name| !name.is_empty())?;
    if is_there(cloud, name) {
        return None;
    }
    let message = format!(
        "{} `{}` names the service `{name}`, which nothing here makes: its run fails when it comes to it",
        document.kind, document.name
    );
    let place = document.place(item.span.clone(), path);
    let problem = Problem::new(&rule::SERVICE_UNKNOWN, place, message);
    if let Some((_, since)) = BROUGHT.iter().find(|(known, _)| *known == name) {
        return Some(problem.help(format!(
            "it came with {}: take it out until then",
            since.word()
        )));
    }
    let own: Vec<&str> = cloud
        .given_here(GROUP, SERVICE)
        .map(|(_, one)| one.name.as_ref())
        .collect();
    let ours = cloud.spec.data_plane.as_ref().map(DataPlane::gpu_service);
    let brought = BROUGHT.iter().map(|(known, _)| *known);
    let all = brought.chain(own).chain(ours.as_deref());
    let near = did_you_mean(name, all).map(str::to_owned);
    let problem = problem.values(name, near.clone());
    let problem = match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    };
    Some(problem.help(format!("put its {SERVICE} of the namespace `{}` into the input", cloud.namespace)).help(
        format!(
            "or, where others deliver it, what the cluster has: `oc get openstackdataplaneservices -n {} -o yaml > services.yaml`",
            cloud.namespace
        ),
    ))
}

/// The operator writes its own services anew whenever it looks at a NodeSet.
fn redefined(cloud: &Cloud<'_>, problems: &mut Problems) {
    for (_, document) in cloud
        .given_here(GROUP, SERVICE)
        .filter(|(_, one)| !one.is_live())
    {
        let name = document.name.as_ref();
        if !BROUGHT.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let start = document.range.start;
        let message =
            format!("`{name}` is a service of the operator, which writes it anew at every NodeSet");
        let place = document.place(start..start, "metadata.name");
        let problem = Problem::new(&rule::SERVICES_ORDER, place, message);
        problems.push(problem.help(format!("call it otherwise, as `{name}-own`, with `edpmServiceType: {name}`, and name that in the NodeSet")));
    }
}
