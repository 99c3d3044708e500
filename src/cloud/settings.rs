//! Settings of a pool, and which clouds have them: a setting that a cloud's provider spec has no field for is never left
//! out in silence.

use crate::api::gpu_machine_set::{GpuMachineSetSpec, Market, Network, RootVolume};
use crate::cloud::{CLOUDS, Cloud, PoolRequest};
use crate::problem::rules::cloud as rule;
use crate::problem::{Problem, Problems};

/// A setting that not every cloud has.
struct Setting {
    /// As profiles and messages name it.
    name: &'static str,
    /// Where it stands in a pool.
    path: &'static str,
    is_stated: fn(&GpuMachineSetSpec) -> bool,
}

static SETTINGS: [Setting; 16] = [
    setting("market: Spot", "spec.market", |spec| {
        spec.market == Some(Market::Spot)
    }),
    setting("market: CapacityBlock", "spec.market", |spec| {
        spec.market == Some(Market::CapacityBlock)
    }),
    setting("spot.maxPrice", "spec.spot.maxPrice", |spec| {
        spec.spot
            .as_ref()
            .is_some_and(|spot| spot.max_price.is_some())
    }),
    setting("capacityReservation", "spec.capacityReservation", |spec| {
        spec.capacity_reservation.is_some()
    }),
    setting("rootVolume.sizeGiB", "spec.rootVolume.sizeGiB", |spec| {
        volume(spec, |volume| volume.size_gib.is_some())
    }),
    setting("rootVolume.type", "spec.rootVolume.type", |spec| {
        volume(spec, |volume| volume.r#type.is_some())
    }),
    setting(
        "rootVolume.encrypted",
        "spec.rootVolume.encrypted",
        |spec| volume(spec, |volume| volume.encrypted.is_some()),
    ),
    setting("rootVolume.kmsKey", "spec.rootVolume.kmsKey", |spec| {
        volume(spec, |volume| volume.kms_key.is_some())
    }),
    setting("rootVolume.iops", "spec.rootVolume.iops", |spec| {
        volume(spec, |volume| volume.iops.is_some())
    }),
    setting(
        "rootVolume.throughputMiB",
        "spec.rootVolume.throughputMiB",
        |spec| volume(spec, |volume| volume.throughput_mib.is_some()),
    ),
    setting(
        "network.interfaceType",
        "spec.network.interfaceType",
        |spec| network(spec, |network| network.interface_type.is_some()),
    ),
    setting(
        "network.placementGroup",
        "spec.network.placementGroup",
        |spec| network(spec, |network| network.placement_group.is_some()),
    ),
    setting(
        "network.placementGroupPartition",
        "spec.network.placementGroupPartition",
        |spec| network(spec, |network| network.placement_group_partition.is_some()),
    ),
    setting("network.subnets", "spec.network.subnets", |spec| {
        network(spec, |network| network.subnets.is_some())
    }),
    setting("gpu.name", "spec.gpu.name", |spec| {
        spec.gpu.as_ref().is_some_and(|gpu| gpu.name.is_some())
    }),
    setting("machine", "spec.machine", |spec| spec.machine.is_some()),
];

const fn setting(
    name: &'static str,
    path: &'static str,
    is_stated: fn(&GpuMachineSetSpec) -> bool,
) -> Setting {
    Setting {
        name,
        path,
        is_stated,
    }
}

fn volume(spec: &GpuMachineSetSpec, states: fn(&RootVolume) -> bool) -> bool {
    spec.root_volume.as_ref().is_some_and(states)
}

fn network(spec: &GpuMachineSetSpec, states: fn(&Network) -> bool) -> bool {
    spec.network.as_ref().is_some_and(states)
}

/// Whether a cloud has a setting.
fn has(cloud: &dyn Cloud, name: &str) -> bool {
    cloud.profile().settings.contains(&name)
}

/// Reports each setting that the cluster's cloud does not have.
pub(super) fn check(request: &PoolRequest<'_>, problems: &mut Problems) {
    let id = request.cloud.profile().id;
    for setting in &SETTINGS {
        if !(setting.is_stated)(request.spec) || has(request.cloud, setting.name) {
            continue;
        }
        let message = format!("MachineSets on {id} have no `{}`", setting.name);
        let others = CLOUDS.iter().filter(|cloud| has(**cloud, setting.name));
        let others: Vec<&str> = others.map(|cloud| cloud.profile().id).collect();
        let place = (request.key_place)(setting.path);
        problems.push(
            Problem::new(&rule::NOT_ON_THIS_CLOUD, place, message)
                .help("remove it")
                .help(format!("clouds that have it: {}", others.join(", "))),
        );
    }
    market(request, problems);
}

/// Market, spot options and reservation against each other.
fn market(request: &PoolRequest<'_>, problems: &mut Problems) {
    let spec = request.spec;
    let market = spec.market.unwrap_or_default();
    let mut conflict = |path: &str, message: &str, help: &str| {
        let place = (request.place)(path);
        problems.push(Problem::new(&rule::MARKET_CONFLICT, place, message).help(help));
    };
    if spec.spot.is_some() && market != Market::Spot {
        conflict(
            "spec.spot",
            "`spot` is given, but the market is not Spot",
            "add `market: Spot`, or remove `spot`",
        );
    }
    let blocks = has(request.cloud, "market: CapacityBlock");
    if spec.capacity_reservation.is_some() && market == Market::Spot {
        let help = if blocks {
            "take `market: OnDemand` or `CapacityBlock` with the reservation"
        } else {
            "take `market: OnDemand` with the reservation"
        };
        conflict(
            "spec.capacityReservation",
            "spot machines cannot use a capacity reservation",
            help,
        );
    }
    if spec.capacity_reservation.is_none() && market == Market::CapacityBlock && blocks {
        let help = "add `capacityReservation: {id: cr-...}` of the capacity block";
        conflict(
            "spec.market",
            "`CapacityBlock` needs a capacity reservation",
            help,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_name_settings_that_there_are() {
        for cloud in CLOUDS {
            for name in cloud.profile().settings {
                assert!(SETTINGS.iter().any(|one| one.name == *name), "{name}");
            }
        }
        for setting in &SETTINGS {
            let known = CLOUDS.iter().any(|cloud| has(*cloud, setting.name));
            assert!(known, "no cloud has {}", setting.name);
        }
    }
}
