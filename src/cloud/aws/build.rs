//! A provider spec out of facts alone, as the installer would have written it.

use crate::api::cluster_facts::Naming;
use crate::cloud::aws::naming;
use crate::cloud::aws::settings::{name_filter, subnet_reference};
use crate::cloud::{PoolRequest, Request};
use crate::cluster::{FactName, missing};
use crate::krm::Node;
use crate::problem::Problems;

/// The installer's worker of this zone. What has no safe default is a missing fact.
pub(crate) fn from_facts(request: &Request<'_>, problems: &mut Problems) -> Option<Node> {
    let (pool, zone) = (request.pool, request.zone_name());
    let infra = pool.infra;
    let stated = pool.spec.network.as_ref();
    let stated = stated.and_then(|network| network.subnets.as_ref()?.get(zone));
    let ami = ami(pool, problems);
    let naming = naming(pool, stated.is_some(), problems);
    let (ami, naming) = (ami?, naming?);
    let (subnet, groups) = match naming {
        Naming::Terraform => (
            format!("{infra}-private-{zone}"),
            vec![format!("{infra}-worker-sg")],
        ),
        Naming::Capi => {
            let groups = vec![format!("{infra}-node"), format!("{infra}-lb")];
            (format!("{infra}-subnet-private-{zone}"), groups)
        }
    };
    let groups: Vec<Node> = groups.iter().map(|group| name_filter(group)).collect();
    let subnet = stated.map_or_else(|| name_filter(&subnet), |subnet| subnet_reference(subnet));
    let named = |name: &str| Node::from([("name", name.into())]);
    let placement = [
        ("availabilityZone", zone.into()),
        ("region", pool.region.into()),
    ];
    let profile = Node::from([("id", format!("{infra}-worker-profile").into())]);
    Some(Node::from([
        ("ami", Node::from([("id", ami.into())])),
        ("apiVersion", "machine.openshift.io/v1beta1".into()),
        (
            "blockDevices",
            vec![Node::from([("ebs", installer_volume())])].into(),
        ),
        ("credentialsSecret", named("aws-cloud-credentials")),
        ("deviceIndex", 0u32.into()),
        ("iamInstanceProfile", profile),
        ("instanceType", pool.spec.instance_type.as_str().into()),
        ("kind", "AWSMachineProviderConfig".into()),
        ("placement", Node::from(placement)),
        ("securityGroups", groups.into()),
        ("subnet", subnet),
        ("tags", vec![owner_tag(infra)].into()),
        ("userDataSecret", named("worker-user-data")),
    ]))
}

/// Reports what every zone lacks when there is no worker to clone.
pub(crate) fn check(pool: &PoolRequest<'_>, problems: &mut Problems) {
    let network = pool.spec.network.as_ref();
    let stated = network.is_some_and(|network| network.subnets.is_some());
    ami(pool, problems);
    naming(pool, stated, problems);
}

/// The stated image; nothing when the override brings one.
fn ami<'a>(pool: &PoolRequest<'a>, problems: &mut Problems) -> Option<&'a str> {
    match pool.facts.own(FactName::Ami) {
        Some(ami) => Some(ami.value.as_str()),
        None if is_patched(pool, "ami") => Some(""),
        None => {
            problems.extend(missing(FactName::Ami, pool.facts, (pool.place)("spec")));
            None
        }
    }
}

/// How names were given; anything when subnet and security groups are both stated.
fn naming(
    pool: &PoolRequest<'_>,
    subnet_is_stated: bool,
    problems: &mut Problems,
) -> Option<Naming> {
    let stated =
        is_patched(pool, "securityGroups") && (subnet_is_stated || is_patched(pool, "subnet"));
    match naming::of(pool.facts) {
        Some(naming) => Some(naming),
        None if stated => Some(Naming::Capi),
        None => {
            problems.extend(missing(FactName::Naming, pool.facts, (pool.place)("spec")));
            None
        }
    }
}

fn is_patched(pool: &PoolRequest<'_>, key: &str) -> bool {
    pool.patch.is_some_and(|patch| patch.get(key).is_some())
}

/// The installer's default root volume.
fn installer_volume() -> Node {
    Node::from([
        ("encrypted", true.into()),
        ("volumeSize", 120u32.into()),
        ("volumeType", "gp3".into()),
    ])
}

fn owner_tag(infra: &str) -> Node {
    let name = format!("kubernetes.io/cluster/{infra}");
    Node::from([("name", name.into()), ("value", "owned".into())])
}
