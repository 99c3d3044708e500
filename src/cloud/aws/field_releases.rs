//! Fields of the provider spec that older releases of the Machine API drop: openshift/api
//! `machine/v1beta1/types_awsprovider.go` of each release branch.

use crate::api::gpu_machine_set::Market;
use crate::cloud::releases::Since;

pub(super) static SINCE: [Since; 11] = [
    Since {
        field: &["blockDevices", "ebs", "throughputMib"],
        minor: 21,
        backports: &[],
        stated: Some(("spec.rootVolume.throughputMiB", |spec| {
            let volume = spec.root_volume.as_ref();
            volume.is_some_and(|volume| volume.throughput_mib.is_some())
        })),
    },
    Since {
        field: &["capacityReservationId"],
        minor: 18,
        backports: &[],
        stated: Some(("spec.capacityReservation", |spec| {
            spec.capacity_reservation.is_some()
        })),
    },
    Since {
        field: &["cpuOptions"],
        minor: 21,
        backports: &[],
        stated: None,
    },
    Since {
        field: &["marketType"],
        minor: 19,
        backports: &[],
        stated: Some(("spec.market", |spec| {
            spec.market == Some(Market::CapacityBlock)
        })),
    },
    Since {
        field: &["metadataServiceOptions"],
        minor: 11,
        backports: &[],
        stated: None,
    },
    Since {
        field: &["networkInterfaceType"],
        minor: 11,
        backports: &[],
        stated: Some(("spec.network.interfaceType", |spec| {
            let network = spec.network.as_ref();
            network.is_some_and(|network| network.interface_type.is_some())
        })),
    },
    Since {
        field: &["placement", "host"],
        minor: 21,
        backports: &[],
        stated: None,
    },
    Since {
        field: &["placement", "host", "dedicatedHost", "allocationStrategy"],
        minor: 22,
        backports: &[],
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
        backports: &[],
        stated: None,
    },
    Since {
        field: &["placementGroupName"],
        minor: 14,
        backports: &[],
        stated: Some(("spec.network.placementGroup", |spec| {
            let network = spec.network.as_ref();
            network.is_some_and(|network| network.placement_group.is_some())
        })),
    },
    Since {
        field: &["placementGroupPartition"],
        minor: 17,
        backports: &[],
        stated: Some(("spec.network.placementGroupPartition", |spec| {
            let network = spec.network.as_ref();
            network.is_some_and(|network| network.placement_group_partition.is_some())
        })),
    },
];
