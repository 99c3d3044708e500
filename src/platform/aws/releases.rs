//! Fields of the provider spec that older releases of the Machine API drop.

use super::super::PoolRequest;
use crate::api::gpu_machine_set::Market;
use crate::krm::Node;
use crate::problem::rules::aws as rule;
use crate::problem::{Problem, Problems};
use crate::types::Version;

/// A field with the first minor release of OpenShift 4 that has it: the branches `release-4.N` of
/// openshift/machine-api-provider-aws and openshift/machine-api-operator, in the `types_awsprovider.go` they vendor.
struct Since {
    field: &'static [&'static str],
    /// The field of a pool that sets it.
    stated: &'static str,
    minor: u32,
}

static SINCE: [Since; 6] = [
    Since {
        field: &["blockDevices", "ebs", "throughputMib"],
        stated: "spec.rootVolume.throughputMiB",
        minor: 21,
    },
    Since {
        field: &["capacityReservationId"],
        stated: "spec.capacityReservation",
        minor: 18,
    },
    Since {
        field: &["cpuOptions"],
        stated: "",
        minor: 21,
    },
    Since {
        field: &["marketType"],
        stated: "spec.market",
        minor: 19,
    },
    Since {
        field: &["placementGroupName"],
        stated: "spec.network.placementGroup",
        minor: 14,
    },
    Since {
        field: &["placementGroupPartition"],
        stated: "spec.network.placementGroupPartition",
        minor: 17,
    },
];

/// Reports what the pool asks for and the cluster's Machine API would drop.
pub(super) fn check(request: &PoolRequest<'_>, problems: &mut Problems) {
    let Some(fact) = &request.facts.openshift_version else {
        return;
    };
    let Ok(version) = Version::parse(&fact.value) else {
        return;
    };
    let patch = request
        .patch
        .filter(|_| request.spec.allow_unknown_provider_fields != Some(true));
    for since in &SINCE {
        if version.at_least(4, since.minor) {
            continue;
        }
        let name = since.field.last().copied().unwrap_or_default();
        let mut paths = Vec::new();
        if states(request, name) {
            paths.push(since.stated.to_owned());
        }
        if let Some(path) = patch.and_then(|patch| find(patch, since.field, "spec.providerSpec")) {
            paths.push(path);
        }
        for path in paths {
            let message = format!(
                "the Machine API of OpenShift {} has no field `{name}`",
                fact.value
            );
            problems.push(
                Problem::new(
                    &rule::MACHINE_API_TOO_OLD,
                    (request.key_place)(&path),
                    message,
                )
                .fact(fact.quote("OpenShift version"))
                .help(format!(
                    "remove it, or upgrade: OpenShift 4.{} is the first that has it",
                    since.minor
                )),
            );
        }
    }
}

/// Whether a field of the pool, not its override, sets this field.
fn states(request: &PoolRequest<'_>, field: &str) -> bool {
    let spec = request.spec;
    let network = spec.network.as_ref();
    match field {
        "throughputMib" => {
            let volume = spec.root_volume.as_ref();
            volume.is_some_and(|volume| volume.throughput_mib.is_some())
        }
        "capacityReservationId" => spec.capacity_reservation.is_some(),
        "marketType" => spec.market == Some(Market::CapacityBlock),
        "placementGroupName" => network.is_some_and(|one| one.placement_group.is_some()),
        "placementGroupPartition" => {
            network.is_some_and(|one| one.placement_group_partition.is_some())
        }
        _ => false,
    }
}

/// Where a patch sets a field; `null` takes it away, which every release does.
fn find(node: &Node, field: &[&str], path: &str) -> Option<String> {
    let Some((key, rest)) = field.split_first() else {
        return (!node.is_null() && node.text() != Some("")).then(|| path.to_owned());
    };
    if let Some(value) = node.get(key) {
        return find(value, rest, &format!("{path}.{key}"));
    }
    let mut items = node.items().iter().enumerate();
    items.find_map(|(index, item)| find(item, field, &format!("{path}[{index}]")))
}
