//! Monitoring of the cluster: user workload monitoring and a dashboard of the GPUs.

use crate::krm::{Kind, Node, emit, parse};
use crate::operator::known::{DASHBOARD as BOARD, MONITORING as CONFIG};
use crate::operator::objects::object;
use crate::operator::{Addition, Operand, OperatorRequest, Shown};
use crate::plan::Completion;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};

const NAMESPACE: &str = "openshift-monitoring";
const KEY: &str = "config.yaml";
/// Where the console looks for dashboards.
const DASHBOARDS: &str = "openshift-config-managed";
/// Our own, in the metric names of the DCGM exporter.
const DASHBOARD: &str = include_str!("dcgm-dashboard.json");

/// The objects, and what a ConfigMap of the input lacks; none of a Namespace, since both belong to OpenShift.
pub(crate) fn plan(
    request: &OperatorRequest<'_>,
    problems: &mut Problems,
) -> (Vec<Operand>, Option<Completion>) {
    let Some(wanted) = &request.spec.monitoring else {
        return (Vec::new(), None);
    };
    let mut operands = Vec::new();
    let mut completion = None;
    let config = config(wanted);
    if !config.is_empty() {
        let shown = request.installed.of("", "ConfigMap");
        let mut shown = shown.filter(|one| one.name == CONFIG && one.namespace == NAMESPACE);
        match shown.next() {
            None => {
                problems.push(not_shown(request));
                operands.push(user_workload(&config));
            }
            Some(shown) => completion = complete(&config, shown, problems),
        }
    }
    if wanted.dcgm_dashboard == Some(true) {
        let mut shown = request.installed.of("", "ConfigMap");
        match shown.find(|one| one.name == BOARD && one.namespace == DASHBOARDS) {
            None => operands.push(dashboard()),
            Some(shown) => problems.push(installed(request, shown)),
        }
    }
    (operands, completion)
}

/// Somebody else's, which shows the same metrics.
fn installed(request: &OperatorRequest<'_>, shown: &Shown) -> Problem {
    let place = (request.place)("spec.monitoring.dcgmDashboard");
    let message = format!("dashboard `{BOARD}` is there already and not made again");
    Problem::new(&rule::DASHBOARD_INSTALLED, place, message)
        .fact(shown.text())
        .help("remove `dcgmDashboard` to say so, or the other one to get this one")
}

/// Whatever the cluster has would be written over.
fn not_shown(request: &OperatorRequest<'_>) -> Problem {
    let place = (request.place)("spec.monitoring");
    let message = format!(
        "ConfigMap `{CONFIG}` is made, and nothing shows whether the cluster has one, which would be lost"
    );
    Problem::new(&rule::MONITORING_CONFIG_NOT_SHOWN, place, message)
        .help(format!(
            "save it and name it with `--facts`: `oc get configmap {CONFIG} -n {NAMESPACE} -o yaml > monitoring.yaml`"
        ))
        .help(format!(
            "it is not found? Then say so at the GpuPlatform: annotation `gpu-machineset.dev/accept: \"{}: a cluster without one\"`",
            rule::MONITORING_CONFIG_NOT_SHOWN.slug
        ))
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

fn user_workload(config: &Node) -> Operand {
    let mut object = object("v1", "ConfigMap", CONFIG, NAMESPACE);
    object.make(&["data"]).set(KEY, emit::block(config, 0));
    Operand {
        object,
        step: -10,
        custom: false,
    }
}

/// The whole configuration is one string of a singleton: making it would erase retention and storage that somebody
/// set. One of the input gets the lines that it lacks; what it says otherwise, and one of somebody else, is reported.
fn complete(config: &Node, shown: &Shown, problems: &mut Problems) -> Option<Completion> {
    let text = shown.node.str_at(&["data", KEY]).unwrap_or_default();
    let there = parse::parse(text, 0..text.len()).unwrap_or_else(|_| Node::null());
    let mut otherwise = Vec::new();
    if holds(&there, config, "", &mut otherwise) {
        return None;
    }
    let lines = emit::block(config, 2);
    let help = format!("merge into its `{KEY}`:\n{}", lines.trim_end());
    let message = match (otherwise.as_slice(), shown.document) {
        ([], Some(document)) => {
            let addition = Addition {
                path: &["data", KEY],
                value: config.clone(),
                as_text: true,
                rule: &rule::MONITORING_CONFIG,
                message: String::new(),
                with: Vec::new(),
            };
            return Some(Completion {
                document,
                additions: vec![addition],
            });
        }
        ([], None) => {
            format!("ConfigMap `{CONFIG}` is there and lacks what `monitoring` asks for")
        }
        (said, _) => format!(
            "ConfigMap `{CONFIG}` says `{}`, and `monitoring` asks for something else",
            said.join("`, `")
        ),
    };
    problems.push(
        Problem::new(&rule::MONITORING_CONFIG, shown.place.clone(), message)
            .help(help)
            .help("or change `monitoring` of the GpuPlatform"),
    );
    None
}

/// Whether everything wanted is there; `otherwise` gets what is there with another value.
fn holds(there: &Node, wanted: &Node, path: &str, otherwise: &mut Vec<String>) -> bool {
    let mut all = true;
    for entry in wanted.entries() {
        let path = if path.is_empty() {
            entry.key.clone()
        } else {
            format!("{path}.{}", entry.key)
        };
        let Some(value) = there.get(&entry.key).filter(|value| !value.is_null()) else {
            all = false;
            continue;
        };
        let is_map = |node: &Node| matches!(node.kind, Kind::Map(_));
        if is_map(&entry.value) && is_map(value) {
            all &= holds(value, &entry.value, &path, otherwise);
        } else if value.to_json() != entry.value.to_json() {
            otherwise.push(format!("{path}: {}", value.to_json()));
            all = false;
        }
    }
    all
}

fn dashboard() -> Operand {
    let mut object = object("v1", "ConfigMap", BOARD, DASHBOARDS);
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
