//! Monitoring of the cluster: user workload monitoring and a dashboard of the GPUs.

use super::objects::object;
use super::{Operand, OperatorRequest};
use crate::krm::{Node, emit, parse};
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};

const NAMESPACE: &str = "openshift-monitoring";
pub(super) const CONFIG: &str = "cluster-monitoring-config";
const KEY: &str = "config.yaml";
/// Where the console looks for dashboards.
const DASHBOARDS: &str = "openshift-config-managed";
/// Our own, in the metric names of the DCGM exporter.
const DASHBOARD: &str = include_str!("dcgm-dashboard.json");

/// The objects; none of a Namespace, since both belong to OpenShift.
pub(super) fn plan(request: &OperatorRequest<'_>, problems: &mut Problems) -> Vec<Operand> {
    let Some(wanted) = &request.spec.monitoring else {
        return Vec::new();
    };
    let mut operands = Vec::new();
    let config = config(wanted);
    if !config.is_empty() {
        operands.extend(user_workload(&config, request, problems));
    }
    if wanted.dcgm_dashboard == Some(true) {
        operands.push(dashboard());
    }
    operands
}

/// Only keys that the cluster monitoring operator knows: it refuses the whole file for any other.
fn config(wanted: &crate::api::gpu_platform::Monitoring) -> Node {
    let mut config = Node::map::<&str>([]);
    if let Some(on) = wanted.user_workload {
        config.set("enableUserWorkload", on);
    }
    if let Some(on) = wanted.user_alertmanager {
        config
            .make(&["alertmanagerMain"])
            .set("enableUserAlertmanagerConfig", on);
    }
    config
}

/// The whole configuration is one string of a singleton: making it would erase retention and storage that somebody
/// set, so one that is shown is only checked.
fn user_workload(
    config: &Node,
    request: &OperatorRequest<'_>,
    problems: &mut Problems,
) -> Option<Operand> {
    let mut shown = request.installed.of("", "ConfigMap");
    let shown = shown.find(|one| one.name == CONFIG && one.namespace == NAMESPACE);
    let Some(shown) = shown else {
        let mut object = object("v1", "ConfigMap", CONFIG, NAMESPACE);
        object.make(&["data"]).set(KEY, emit::block(config, 0));
        return Some(Operand {
            object,
            step: -10,
            custom: false,
        });
    };
    let text = shown.node.str_at(&["data", KEY]).unwrap_or_default();
    let there = parse::parse(text, 0..text.len()).unwrap_or_else(|_| Node::null());
    if !holds(&there, config) {
        let lines = emit::block(config, 2);
        let message = format!("ConfigMap `{CONFIG}` is there and lacks what `monitoring` asks for");
        problems.push(
            Problem::new(&rule::MONITORING_CONFIG, shown.place.clone(), message)
                .help(format!("merge into its `{KEY}`:\n{}", lines.trim_end())),
        );
    }
    None
}

fn holds(there: &Node, wanted: &Node) -> bool {
    let entries = wanted.entries();
    if entries.is_empty() {
        return there.to_json() == wanted.to_json();
    }
    let held = |entry: &crate::krm::Entry| {
        let value = there.get(&entry.key);
        value.is_some_and(|value| holds(value, &entry.value))
    };
    entries.iter().all(held)
}

fn dashboard() -> Operand {
    let mut object = object(
        "v1",
        "ConfigMap",
        "nvidia-dcgm-exporter-dashboard",
        DASHBOARDS,
    );
    let labels = object.make(&["metadata", "labels"]);
    // the administrator's and the developer's view
    labels.set("console.openshift.io/dashboard", "true");
    labels.set("console.openshift.io/odc-dashboard", "true");
    object
        .make(&["data"])
        .set("dcgm-exporter-dashboard.json", DASHBOARD);
    Operand {
        object,
        step: 6,
        custom: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the exporter's default collectors (`dcp-metrics-included.csv` of NVIDIA/dcgm-exporter).
    const METRICS: [&str; 12] = [
        "DCGM_FI_DEV_SM_CLOCK",
        "DCGM_FI_DEV_MEM_CLOCK",
        "DCGM_FI_DEV_MEMORY_TEMP",
        "DCGM_FI_DEV_GPU_TEMP",
        "DCGM_FI_DEV_POWER_USAGE",
        "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION",
        "DCGM_FI_DEV_GPU_UTIL",
        "DCGM_FI_DEV_MEM_COPY_UTIL",
        "DCGM_FI_DEV_FB_FREE",
        "DCGM_FI_DEV_FB_USED",
        "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
        "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE",
    ];

    #[test]
    fn the_dashboard_is_json_and_asks_for_metrics_that_the_exporter_has() {
        let board: serde_json::Value = serde_json::from_str(DASHBOARD).expect("is JSON");
        let panels = board["panels"].as_array().expect("panels");
        assert!(panels.len() >= 6);
        for panel in panels {
            let expr = panel["targets"][0]["expr"].as_str().expect("a query");
            let start = expr.find("DCGM_").expect("a metric");
            let end = expr[start..].find('{').expect("labels") + start;
            assert!(METRICS.contains(&&expr[start..end]), "{expr}");
        }
    }
}
