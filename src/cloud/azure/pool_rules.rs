//! What must hold of a pool on Azure.

use crate::cloud::PoolRequest;
use crate::cloud::azure::sizes;
use crate::krm::Node;
use crate::problem::rules::{azure as rule, cloud as common};
use crate::problem::{Problem, Problems};

/// Rules that do not depend on the zone.
pub(super) fn pool(request: &PoolRequest<'_>, problems: &mut Problems) {
    if let Some(reservation) = &request.spec.capacity_reservation {
        let place = "spec.capacityReservation.id";
        problems.extend(reservation_id(&reservation.id, place, request));
    }
    size(request, problems);
    if is_aro(request) {
        problems.extend(outside_of_aro(request));
        problems.extend(scaled_by_aro(request));
    }
}

/// Whether it is the ARM id of a capacity reservation group, as the webhook reads it; Azure ignores case in ids.
fn is_group(id: &str) -> bool {
    let id = id.strip_prefix("azure://").unwrap_or(id);
    let parts: Vec<&str> = id.split('/').collect();
    let same = |part: &str, word: &str| part.eq_ignore_ascii_case(word);
    match parts[..] {
        [
            "",
            subscriptions,
            id,
            groups,
            group,
            providers,
            compute,
            kind,
            name,
        ] => {
            same(subscriptions, "subscriptions")
                && same(groups, "resourceGroups")
                && same(providers, "providers")
                && same(compute, "Microsoft.Compute")
                && same(kind, "capacityReservationGroups")
                && [id, group, name].iter().all(|part| !part.is_empty())
        }
        _ => false,
    }
}

pub(super) fn reservation_id(id: &str, path: &str, request: &PoolRequest<'_>) -> Option<Problem> {
    if is_group(id) {
        return None;
    }
    let message = format!("`{id}` is no id of a capacity reservation group");
    let place = (request.place)(path);
    let problem = Problem::new(&rule::CAPACITY_RESERVATION_GROUP, place, message);
    Some(problem.values(id, None).help("it is `/subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.Compute/capacityReservationGroups/<name>`, as `az capacity reservation group list` prints it"))
}

fn size(request: &PoolRequest<'_>, problems: &mut Problems) {
    let name = request.spec.instance_type.as_str();
    let Some(size) = sizes::of(name) else {
        return;
    };
    let mut say = |rule, message: String, help: &str| {
        let place = (request.place)("spec.instanceType");
        problems.push(Problem::new(rule, place, message).help(help));
    };
    if size.is_confidential() {
        let message = format!("`{name}` has confidential machines only");
        say(
            &rule::CONFIDENTIAL_SIZE,
            message,
            "take a size of NCads_H100_v5, which has the same GPU",
        );
    }
    if size.is_retired() {
        let message = format!("`{name}` is retired");
        say(
            &rule::SIZE_RETIRED,
            message,
            "take a current size: `gpu-machineset catalog --platform Azure`",
        );
    }
    if size.needs_guest_driver() {
        let message =
            format!("`{name}` has virtual GPUs, which need NVIDIA's licensed guest driver");
        say(
            &common::GUEST_DRIVER,
            message,
            "name that driver's image in `driver` of the GPU operator, or take a size with whole GPUs",
        );
    }
    let most = request
        .spec
        .autoscaling
        .map(|limits| limits.max)
        .or(request.spec.replicas);
    if size.has_fabric() && most.is_some_and(|most| most > 1) {
        let message = format!("machines of `{name}` share no InfiniBand fabric");
        say(
            &rule::INFINIBAND_SCOPE,
            message,
            "one machine for each job; MachineSets can name an `availabilitySet` in `providerSpec`, without zones, and nothing else that places machines side by side",
        );
    }
}

/// Whether the cluster is one of Azure Red Hat OpenShift.
fn is_aro(request: &PoolRequest<'_>) -> bool {
    let of_aro = |spec: &Node| {
        let group = spec.str_at(&["resourceGroup"]);
        group.is_some_and(|group| group.starts_with("aro-"))
    };
    let mut workers = request.facts.workers.iter();
    workers.any(|worker| of_aro(&worker.provider_spec))
}

/// Workers that its operator keeps at least, over all sets.
const ARO_WORKERS: u64 = 2;

/// So few workers that the operator adds some, to whichever set was changed last.
fn scaled_by_aro(request: &PoolRequest<'_>) -> Option<Problem> {
    let workers = request.facts.workers.iter();
    let plain = workers.filter(|worker| worker.reserved.is_none());
    let replicas: Option<Vec<u64>> = plain.map(|worker| worker.replicas).collect();
    let sum: u64 = replicas?.iter().sum();
    if sum == 0 || sum >= ARO_WORKERS {
        return None;
    }
    let message =
        "one worker is left on Azure Red Hat OpenShift, whose operator may add one to this pool";
    let place = (request.place)("spec");
    let problem = Problem::new(&rule::ARO_WORKER_REPLICAS, place, message);
    Some(problem.help("scale a worker MachineSet, so that there are two workers"))
}

/// A set that its operator does not count.
fn outside_of_aro(request: &PoolRequest<'_>) -> Option<Problem> {
    let template = request.spec.name_template.as_deref()?;
    if template.contains("{infra}") || template.contains(request.infra) && !request.infra.is_empty()
    {
        return None;
    }
    let place = (request.place)("spec.nameTemplate");
    let message = "the name of a set does not hold the infrastructure name, and this is Azure Red Hat OpenShift";
    let problem = Problem::new(&rule::ARO_SET_NAME, place, message);
    Some(problem.help("add `{infra}` to the template"))
}

/// Zones of a pool in a region that seems to have none.
pub(super) fn zones(request: &PoolRequest<'_>, zones: &[&str], problems: &mut Problems) {
    let plain = || {
        request
            .facts
            .workers
            .iter()
            .filter(|worker| worker.reserved.is_none())
    };
    if zones.is_empty() || plain().next().is_none() || plain().any(|worker| worker.zone().is_some())
    {
        return;
    }
    let message = "no worker of the cluster has a zone, so its region may have none";
    let place = (request.place)("spec.zones");
    problems.push(
        Problem::new(&rule::REGION_WITHOUT_ZONES, place, message)
            .help("remove `zones`, or see whether the size has them: `az vm list-skus --location <region> --zone --size <size>`"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reservation_group_is_an_arm_id() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/capacityReservationGroups/n";
        assert!(is_group(id) && is_group(&format!("azure://{id}")) && is_group(&id.to_lowercase()));
        for wrong in [
            "cr-0123456789abcdef0",
            "n",
            &id[1..],
            &format!("{id}/x"),
            &id.replace("/n", "/"),
        ] {
            assert!(!is_group(wrong), "{wrong}");
        }
    }
}
