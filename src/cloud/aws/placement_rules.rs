//! Where machines are told to start and never can: subnets of other zones, and cards that their type does not have.

use std::collections::BTreeMap;

use crate::api::gpu_machine_set::InterfaceType;
use crate::cloud::PoolRequest;
use crate::cloud::aws::adopt;
use crate::cluster::Worker;
use crate::krm::Node;
use crate::problem::rules::aws as rule;
use crate::problem::{Problem, Problems, first_of};
use crate::types::SUBNET_ID;

/// GPU types without EFA: those of the catalogue that aws/karpenter-provider-aws lists, generated out of
/// DescribeInstanceTypes, without `vpc.amazonaws.com/efa` (reference/instance-types.md@1d927085). Of a type that it does
/// not list nothing is said.
#[rustfmt::skip]
const WITHOUT_EFA: [&str; 33] = [
    "g4ad.16xlarge", "g4ad.2xlarge", "g4ad.4xlarge", "g4ad.8xlarge", "g4ad.xlarge", "g4dn.2xlarge", "g4dn.4xlarge",
    "g4dn.xlarge", "g5.2xlarge", "g5.4xlarge", "g5.xlarge", "g5g.16xlarge", "g5g.2xlarge", "g5g.4xlarge",
    "g5g.8xlarge", "g5g.metal", "g5g.xlarge", "g6.2xlarge", "g6.4xlarge", "g6.xlarge", "g6e.2xlarge", "g6e.4xlarge",
    "g6e.xlarge", "g6f.2xlarge", "g6f.4xlarge", "g6f.large", "g6f.xlarge", "g7.2xlarge", "g7.4xlarge", "g7e.2xlarge",
    "g7e.4xlarge", "gr6.4xlarge", "gr6f.4xlarge",
];

/// EFA, wherever it is asked for.
pub(crate) fn efa(request: &PoolRequest<'_>, problems: &mut Problems) {
    let network = request.spec.network.as_ref();
    let stated = network.and_then(|network| network.interface_type);
    let patched = request
        .patch
        .and_then(|patch| patch.str_at(&["networkInterfaceType"]));
    let path = match (stated, patched) {
        (_, Some("EFA")) => "spec.providerSpec.networkInterfaceType",
        (Some(InterfaceType::Efa), None) => "spec.network.interfaceType",
        _ => return,
    };
    let instance_type = request.spec.instance_type.as_str();
    if !WITHOUT_EFA.contains(&instance_type) {
        return;
    }
    let message = format!("`{instance_type}` has no EFA: no machine of it starts with one");
    let (family, _) = instance_type.split_once('.').unwrap_or((instance_type, ""));
    problems.push(
        Problem::new(&rule::EFA_UNSUPPORTED, (request.place)(path), message).help(format!(
            "remove it, or take a type that has EFA; of `{family}` mostly the sizes from 8xlarge on: `aws ec2 describe-instance-types --filters Name=network-info.efa-supported,Values=true`"
        )),
    );
}

/// Subnets against the zones of a pool.
pub(crate) fn subnets<'a>(request: &PoolRequest<'a>, zones: &[&'a str], problems: &mut Problems) {
    let network = request.spec.network.as_ref();
    let stated = network.and_then(|network| network.subnets.as_ref());
    for (zone, subnet) in stated.into_iter().flatten() {
        let path = format!("spec.network.subnets[\"{zone}\"]");
        if !zones.contains(&zone.as_str()) {
            let listed = first_of(zones.iter().map(|zone| format!("`{zone}`")), 6);
            let message =
                format!("the subnet of zone `{zone}` is not used: the pool is in {listed}");
            problems.push(
                Problem::new(&rule::SUBNET_UNUSED, (request.key_place)(&path), message).help(
                    format!("remove it, or name the zone too: `zones: [..., {zone}]`"),
                ),
            );
        }
        if is_cut_off(subnet) {
            let message = format!(
                "`{subnet}` is no subnet id, so that it is taken for the value of `tag:Name`"
            );
            problems.push(
                Problem::new(&rule::SUBNET_ID_MALFORMED, (request.place)(&path), message)
                    .values(subnet.as_str(), None)
                    .help("an id is `subnet-` and 8 or 17 hexadecimal digits in lower case, as `aws ec2 describe-subnets` prints it"),
            );
        }
    }
    let mut zones_of: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for zone in zones {
        let stated = stated.and_then(|subnets| subnets.get(*zone)).cloned();
        let id = stated.or_else(|| of_patch_or_worker(request, zone));
        if let Some(id) = id.filter(|id| SUBNET_ID.check(id).is_ok()) {
            zones_of.entry(id).or_default().push(zone);
        }
    }
    let patched = patched(request).is_some();
    for (id, zones) in zones_of.into_iter().filter(|(_, zones)| zones.len() > 1) {
        let listed = first_of(zones.iter().map(|zone| format!("`{zone}`")), 6);
        let message = format!("subnet `{id}` is used in {listed}, and a subnet is of one zone");
        let place = if stated.is_some_and(|subnets| subnets.values().any(|one| *one == id)) {
            (request.key_place)("spec.network.subnets")
        } else if patched {
            (request.place)("spec.providerSpec.subnet.id")
        } else {
            (request.place)("spec.zones")
        };
        let mut problem = Problem::new(&rule::SUBNET_OF_SEVERAL_ZONES, place, message);
        let workers = zones.iter().filter_map(|zone| worker(request, zone));
        for worker in workers.filter(|worker| adopt::subnet(&worker.provider_spec) == Some(&*id)) {
            problem = problem.fact(format!("subnet of {}", worker.origin));
        }
        problems.push(problem.help(
            "name the subnet of each zone, `network: {subnets: {ZONE: subnet-...}}`, or the one zone of this subnet in `zones`",
        ));
    }
}

/// Looks like an id that lost some of its digits, and not like a name that somebody gave: what the installer names has
/// the infrastructure name first.
fn is_cut_off(subnet: &str) -> bool {
    let digits = subnet.strip_prefix("subnet-");
    let is_hex = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.is_some_and(is_hex) && SUBNET_ID.check(subnet).is_err()
}

fn patched<'a>(request: &PoolRequest<'a>) -> Option<&'a Node> {
    request.patch.and_then(|patch| patch.get("subnet"))
}

/// The subnet that a set of a zone gets without `network.subnets`.
fn of_patch_or_worker<'a>(request: &PoolRequest<'a>, zone: &'a str) -> Option<String> {
    let subnet = match patched(request) {
        Some(subnet) => subnet.str_at(&["id"]),
        None => adopt::subnet(&worker(request, zone)?.provider_spec),
    };
    subnet.map(str::to_owned)
}

/// The worker of a zone that a pool without `template` clones.
fn worker<'a>(request: &PoolRequest<'a>, zone: &'a str) -> Option<&'a Worker> {
    if request.spec.template.is_some() {
        return None;
    }
    request.facts.templates(Some(zone)).next()
}
