//! Labels and taints of a pool.

use std::collections::BTreeMap;

use crate::api::gpu_machine_set::{GpuMachineSetSpec, Market, Taint, TaintEffect};
use crate::cloud::PoolRequest;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems};
use crate::types::machine_api::{ACCELERATOR, CAPACITY_LABELS, MACHINE_ROLES, ROLE};
use crate::types::metadata_keys::{Reader, writer};
use crate::types::{LABEL_KEY, LABEL_VALUE};

/// What the GPU operator prepares a node for.
const WORKLOAD_CONFIG: &str = "nvidia.com/gpu.workload.config";
/// Node labels: the role, the user's, the accelerator.
pub(crate) fn node_labels(
    spec: &GpuMachineSetSpec,
    accelerator: &str,
    request: &PoolRequest<'_>,
    problems: &mut Problems,
) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::from([
        (ROLE.to_owned(), String::new()),
        (ACCELERATOR.to_owned(), accelerator.to_owned()),
    ]);
    for (key, value) in spec.labels.iter().flatten() {
        check_label("spec.labels", key, request, problems);
        let Some(value) = value else {
            if labels.remove(key).is_none() {
                problems.push(nothing_to_leave_out(key, request));
            }
            continue;
        };
        if key == WORKLOAD_CONFIG && value != "container" {
            let message = format!("label `{WORKLOAD_CONFIG}` takes the GPUs away from containers");
            let place = (request.place)(&format!("spec.labels[\"{key}\"]"));
            let problem = Problem::new(&rule::WORKLOAD_CONFIG, place, message);
            problems.push(problem.values(value, Some("container".to_owned())).help(
                "remove it, unless the pool is for virtual machines of OpenShift Virtualization",
            ));
        }
        if key == ACCELERATOR && value != accelerator {
            let message = format!(
                "label `{ACCELERATOR}` says `{value}`, the pool's accelerator is `{accelerator}`"
            );
            let place = (request.place)(&format!("spec.labels[\"{key}\"]"));
            problems.push(
                Problem::new(&rule::ACCELERATOR_INVALID, place, message)
                    .help(format!("remove the label and set `accelerator: {value}`")),
            );
        }
        if key != ACCELERATOR {
            labels.insert(key.clone(), value.clone());
        }
    }
    for (key, value) in spec.sharing.iter().flat_map(crate::operator::node_labels) {
        labels.entry(key).or_insert(value);
    }
    if spec.autoscaling.is_some() && !labels.contains_key(ACCELERATOR) {
        let place = (request.place)(&format!("spec.labels[\"{ACCELERATOR}\"]"));
        let message = format!("an autoscaled pool without label `{ACCELERATOR}`");
        problems.push(
            Problem::new(&rule::ACCELERATOR_LEFT_OUT, place, message)
                .help("remove the line: new machines get the label, running ones stay as they are"),
        );
    }
    labels
}

fn nothing_to_leave_out(key: &str, request: &PoolRequest<'_>) -> Problem {
    let place = (request.place)(&format!("spec.labels[\"{key}\"]"));
    let message = format!("label `{key}` is null, but nothing sets it");
    Problem::new(&crate::problem::rules::api::INVALID_VALUE, place, message).help(format!(
        "null leaves out `{ROLE}` or `{ACCELERATOR}`; remove the line"
    ))
}

/// Labels of the Machine objects.
pub(crate) fn machine_labels(
    spec: &GpuMachineSetSpec,
    request: &PoolRequest<'_>,
    problems: &mut Problems,
) -> BTreeMap<String, String> {
    for (key, value) in spec.machine_labels.iter().flatten() {
        let is_role = MACHINE_ROLES.contains(&key.as_str());
        if !is_role || matches!(value.as_str(), "" | "master") {
            check_label("spec.machineLabels", key, request, problems);
        }
    }
    spec.machine_labels.clone().unwrap_or_default()
}

fn check_label(field: &str, key: &str, request: &PoolRequest<'_>, problems: &mut Problems) {
    let path = format!("{field}[\"{key}\"]");
    if let Some(owner) = writer(key, Reader::Labels) {
        let message = format!("label `{key}` is written by {owner}");
        let problem = Problem::new(&rule::LABEL_OWNED, (request.key_place)(&path), message);
        problems.push(problem.help(format!(
            "remove it; pods can select on `{ACCELERATOR}` or on a label of your own"
        )));
    }
}

/// Annotations of the placeholder go onto its objects: what the autoscaler and the machine-config-operator read there.
pub(crate) fn own_annotations(
    annotations: &BTreeMap<String, String>,
    request: &PoolRequest<'_>,
    problems: &mut Problems,
) {
    let Some(labels) = annotations.get(CAPACITY_LABELS) else {
        return;
    };
    let one_equals = |entry: &str| entry.matches('=').count() == 1;
    if !labels.split(',').all(one_equals)
        || !labels
            .split(',')
            .any(|entry| entry.starts_with("kubernetes.io/arch="))
    {
        let message =
            format!("`{labels}` is no list of `key=value` with `kubernetes.io/arch` among them");
        let place = (request.key_place)(&format!("metadata.annotations[\"{CAPACITY_LABELS}\"]"));
        let problem = Problem::new(&rule::CAPACITY_LABELS, place, message);
        problems.push(
            problem.help("write `kubernetes.io/arch=amd64,...`, each entry with exactly one `=`"),
        );
    }
}

/// Taints, the default when none are written.
pub(crate) fn taints(
    spec: &GpuMachineSetSpec,
    request: &PoolRequest<'_>,
    problems: &mut Problems,
) -> Vec<Taint> {
    let Some(taints) = &spec.taints else {
        return vec![Taint {
            key: "nvidia.com/gpu".to_owned(),
            value: Some("true".to_owned()),
            effect: TaintEffect::NoSchedule,
        }];
    };
    if taints.is_empty() {
        let message = "GPU nodes without a taint take any pod";
        let problem = Problem::new(
            &rule::POOL_WITHOUT_TAINT,
            (request.place)("spec.taints"),
            message,
        );
        problems.push(
            problem.help("remove `taints` to get the default `nvidia.com/gpu=true:NoSchedule`"),
        );
    }
    for (index, taint) in taints.iter().enumerate() {
        check_taint(taint, index, taints, request, problems);
    }
    if spec.market == Some(Market::Spot)
        && let Some(index) = taints
            .iter()
            .position(|taint| taint.effect == TaintEffect::NoExecute)
    {
        let place = (request.place)(&format!("spec.taints[{index}].effect"));
        let message = "a NoExecute taint evicts the spot termination handler";
        problems.push(
            Problem::new(&rule::SPOT_NO_EXECUTE, place, message)
                .help("take NoSchedule for spot pools"),
        );
    }
    taints.clone()
}

fn check_taint(
    taint: &Taint,
    index: usize,
    all: &[Taint],
    request: &PoolRequest<'_>,
    problems: &mut Problems,
) {
    let place = |field: &str| (request.place)(&format!("spec.taints[{index}]{field}"));
    if let Err(error) = LABEL_KEY.check(&taint.key) {
        problems.push(
            Problem::new(&rule::TAINT_INVALID, place(".key"), error.to_string())
                .values(&taint.key, None),
        );
    }
    if let Some(error) = taint
        .value
        .as_deref()
        .and_then(|value| LABEL_VALUE.check(value).err())
    {
        let value = taint.value.as_deref().unwrap_or("");
        problems.push(
            Problem::new(&rule::TAINT_INVALID, place(".value"), error.to_string())
                .values(value, None),
        );
    }
    let same = |other: &Taint| other.key == taint.key && other.effect == taint.effect;
    if let Some(first) = all.iter().take(index).position(same) {
        let message = format!(
            "taint `{}` with this effect is already spec.taints[{first}]",
            taint.key
        );
        problems.push(
            Problem::new(&rule::TAINT_INVALID, place(""), message).help("remove one of them"),
        );
    }
}
