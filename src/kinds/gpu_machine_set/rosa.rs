//! The machine pool of a cluster that Red Hat manages, as `rosa` makes it: MachineSets are refused there.

use crate::api::Placeholder;
use crate::api::gpu_machine_set::{GpuMachineSetSpec, Market, Taint};
use crate::catalog;
use crate::types::machine_api::ACCELERATOR;

/// The command line, without the name of the cluster, which nobody stated. Options: openshift/rosa
/// `cmd/create/machinepool`.
pub(crate) fn command(
    placeholder: &Placeholder<'_, GpuMachineSetSpec>,
    platform: Option<&str>,
) -> String {
    let (spec, name) = (&placeholder.read.spec, &placeholder.read.name);
    let mut words = vec![format!(
        "rosa create machinepool --cluster CLUSTER --name {name} --instance-type {}",
        spec.instance_type
    )];
    match (spec.autoscaling, spec.replicas) {
        (Some(limits), _) => words.push(format!(
            "--enable-autoscaling --min-replicas {} --max-replicas {}",
            limits.min, limits.max
        )),
        (None, replicas) => words.push(format!("--replicas {}", replicas.unwrap_or_default())),
    }
    if let Some([zone]) = spec.zones.as_deref() {
        words.push(format!("--availability-zone {zone}"));
    }
    if spec.market == Some(Market::Spot) {
        words.push("--use-spot-instances".to_owned());
    }
    let volume = spec.root_volume.as_ref();
    if let Some(size) = volume.and_then(|volume| volume.size_gib) {
        words.push(format!("--disk-size {size}GiB"));
    }
    let labels = labels(spec, platform);
    if !labels.is_empty() {
        words.push(format!("--labels {}", labels.join(",")));
    }
    let taints = taints(spec);
    if !taints.is_empty() {
        words.push(format!("--taints {}", taints.join(",")));
    }
    words.join(" ")
}

/// Labels with a value: a role of nodes is not for users to set there.
fn labels(spec: &GpuMachineSetSpec, platform: Option<&str>) -> Vec<String> {
    let instance = platform.and_then(|id| catalog::instance(id, &spec.instance_type));
    let accelerator = spec.accelerator.clone();
    let accelerator = accelerator.or_else(|| instance.as_ref().map(catalog::accelerator));
    let accelerator = accelerator.map(|name| format!("{ACCELERATOR}={name}"));
    let own = spec.labels.iter().flatten();
    let own = own.filter_map(|(key, value)| Some((key, value.as_ref()?)));
    let own = own.map(|(key, value)| format!("{key}={value}"));
    accelerator.into_iter().chain(own).collect()
}

/// The sign before a value is needed where there is none.
fn taints(spec: &GpuMachineSetSpec) -> Vec<String> {
    let Some(stated) = &spec.taints else {
        return vec!["nvidia.com/gpu=true:NoSchedule".to_owned()];
    };
    let taint = |taint: &Taint| {
        let value = taint.value.as_deref().unwrap_or_default();
        format!("{}={value}:{}", taint.key, taint.effect.as_str())
    };
    stated.iter().map(taint).collect()
}
