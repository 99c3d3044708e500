//! Fields of the provider spec that older releases of the Machine API drop.

use crate::api::gpu_machine_set::{GpuMachineSetSpec, Market};
use crate::cloud::PoolRequest;
use crate::krm::Node;
use crate::problem::rules::aws as rule;
use crate::problem::{Problem, Problems};
use crate::types::Version;

/// A field with the first minor release of OpenShift 4 that has it: the branches `release-4.N` of
/// openshift/api, in `machine/v1beta1/types_awsprovider.go`, which machine-api-provider-aws and machine-api-operator vendor.
struct Since {
    field: &'static [&'static str],
    minor: u32,
    /// The field of a pool that sets it, and whether it does.
    stated: Option<Stated>,
}

type Stated = (&'static str, fn(&GpuMachineSetSpec) -> bool);

static SINCE: [Since; 11] = [
    Since {
        field: &["blockDevices", "ebs", "throughputMib"],
        minor: 21,
        stated: Some(("spec.rootVolume.throughputMiB", |spec| {
            let volume = spec.root_volume.as_ref();
            volume.is_some_and(|volume| volume.throughput_mib.is_some())
        })),
    },
    Since {
        field: &["capacityReservationId"],
        minor: 18,
        stated: Some(("spec.capacityReservation", |spec| {
            spec.capacity_reservation.is_some()
        })),
    },
    Since {
        field: &["cpuOptions"],
        minor: 21,
        stated: None,
    },
    Since {
        field: &["marketType"],
        minor: 19,
        stated: Some(("spec.market", |spec| {
            spec.market == Some(Market::CapacityBlock)
        })),
    },
    Since {
        field: &["metadataServiceOptions"],
        minor: 11,
        stated: None,
    },
    Since {
        field: &["networkInterfaceType"],
        minor: 11,
        stated: Some(("spec.network.interfaceType", |spec| {
            let network = spec.network.as_ref();
            network.is_some_and(|network| network.interface_type.is_some())
        })),
    },
    Since {
        field: &["placement", "host"],
        minor: 21,
        stated: None,
    },
    Since {
        field: &["placement", "host", "dedicatedHost", "allocationStrategy"],
        minor: 22,
        stated: None,
    },
    Since {
        field: &[
            "placement",
            "host",
            "dedicatedHost",
            "dynamicHostAllocation",
        ],
        minor: 22,
        stated: None,
    },
    Since {
        field: &["placementGroupName"],
        minor: 14,
        stated: Some(("spec.network.placementGroup", |spec| {
            let network = spec.network.as_ref();
            network.is_some_and(|network| network.placement_group.is_some())
        })),
    },
    Since {
        field: &["placementGroupPartition"],
        minor: 17,
        stated: Some(("spec.network.placementGroupPartition", |spec| {
            let network = spec.network.as_ref();
            network.is_some_and(|network| network.placement_group_partition.is_some())
        })),
    },
];

/// Reports what the pool asks for and the cluster's Machine API would drop.
pub(crate) fn check(request: &PoolRequest<'_>, problems: &mut Problems) {
    let Some(fact) = &request.facts.openshift_version else {
        return;
    };
    let version = fact.value.version();
    let patch = request
        .patch
        .filter(|_| request.spec.allow_unknown_provider_fields != Some(true));
    for since in &SINCE {
        if version >= Version(4, since.minor) {
            continue;
        }
        let name = since.field.last().copied().unwrap_or_default();
        let stated = since.stated.filter(|(_, states)| states(request.spec));
        let stated = stated.map(|(path, _)| path.to_owned());
        let patched = patch.and_then(|patch| find(patch, since.field, "spec.providerSpec"));
        for path in stated.into_iter().chain(patched) {
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
