//! NVIDIA GPU operator with its ClusterPolicy: driver, device plugin, metrics, MIG.

mod complete_policy;
mod cuda;
mod images;

use serde::Deserialize;

pub(crate) use cuda::cuda_of;

use super::objects::object;
use super::tolerations::{self, Toleration};
use super::{
    Context, Gate, Operand, OperandKind, Operator, OperatorRequest, PLAIN, Wanted, nfd, sharing,
};
use crate::api::gpu_machine_set::TaintEffect;
use crate::api::gpu_platform::OperatorSettings;
use crate::krm::Node;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};
use crate::types::Version;

pub(super) static OPERATOR: Operator = Operator {
    id: "nvidia-gpu",
    title: "NVIDIA GPU Operator",
    about: "NVIDIA GPU operator: driver, device plugin and metrics. Needs `nfd`.",
    aliases: &[
        "gpu-operator",
        "nvidia",
        "gpu-operator-certified",
        "nvidia-gpu-operator",
    ],
    package: "gpu-operator-certified",
    source: "certified-operators",
    namespace: "nvidia-gpu-operator",
    group: "nvidia-gpu-operator",
    needs: |_| vec![&nfd::OPERATOR],
    operands: &[
        OperandKind {
            group: "nvidia.com",
            kind: "ClusterPolicy",
            singleton: true,
        },
        OperandKind {
            group: "nvidia.com",
            kind: "GPUCluster",
            singleton: true,
        },
    ],
    // with `driver.useNvidiaDriverCRD` it configures the driver in place of the ClusterPolicy
    companions: &[OperandKind {
        group: "nvidia.com",
        kind: "NVIDIADriver",
        singleton: false,
    }],
    gates: GATES,
    operand_version,
    plan: operands,
    judge: images::judge,
    tend: complete_policy::tend,
    check: policy_or_gpu_cluster,
    #[cfg(test)]
    schema: <NvidiaGpu as schemars::JsonSchema>::json_schema,
    ..PLAIN
};

/// Taint key that the operator's own default tolerates. A list of our own replaces that default.
const GPU_TAINT: &str = "nvidia.com/gpu";

/// Fields by release of the operator (bundles of certified-operators).
const GATES: &[Gate] = &[
    Gate::since(&["dcgmExporter", "service"], Version(25, 3)),
    Gate::since(&["driver", "kernelModuleType"], Version(25, 3)),
    Gate::since(&["dcgmExporter", "hostPID"], Version(25, 10)),
    Gate::since(&["dcgmExporter", "hpcJobMapping"], Version(25, 10)),
    Gate::since(
        &["driver", "licensingConfig", "secretName"],
        Version(25, 10),
    ),
    Gate::since(&["driver", "secretEnv"], Version(25, 10)),
    Gate::since(&["ccManager", "hostNetwork"], Version(26, 3)),
    Gate::since(&["cdi", "nriPluginEnabled"], Version(26, 3)),
    Gate::since(&["daemonsets", "podSecurityContext"], Version(26, 3)),
    Gate::since(&["dcgm", "hostNetwork"], Version(26, 3)),
    Gate::since(&["dcgmExporter", "annotations"], Version(26, 3)),
    Gate::since(&["dcgmExporter", "enablePodLabels"], Version(26, 3)),
    Gate::since(&["dcgmExporter", "enablePodUID"], Version(26, 3)),
    Gate::since(&["dcgmExporter", "hostNetwork"], Version(26, 3)),
    Gate::since(&["dcgmExporter", "podLabelAllowlistRegex"], Version(26, 3)),
    Gate::since(&["devicePlugin", "hostNetwork"], Version(26, 3)),
    Gate::since(&["driver", "hostNetwork"], Version(26, 3)),
    Gate::since(&["gfd", "hostNetwork"], Version(26, 3)),
    Gate::since(&["kataManager", "hostNetwork"], Version(26, 3)),
    Gate::since(&["kataSandboxDevicePlugin"], Version(26, 3)),
    Gate::since(&["migManager", "hostNetwork"], Version(26, 3)),
    Gate::since(&["nodeStatusExporter", "hostNetwork"], Version(26, 3)),
    Gate::since(&["sandboxDevicePlugin", "hostNetwork"], Version(26, 3)),
    Gate::since(&["sandboxWorkloads", "mode"], Version(26, 3)),
    Gate::since(&["toolkit", "hostNetwork"], Version(26, 3)),
    Gate::since(&["validator", "hostNetwork"], Version(26, 3)),
    Gate::since(&["vfioManager", "hostNetwork"], Version(26, 3)),
    Gate::since(&["vgpuDeviceManager", "hostNetwork"], Version(26, 3)),
    Gate::since(&["vgpuManager", "hostNetwork"], Version(26, 3)),
    Gate::since(&["vgpuManager", "kernelModuleConfig"], Version(26, 3)),
    Gate::since(
        &["dcgmExporter", "serviceMonitor", "scrapeTimeout"],
        Version(26, 7),
    ),
    Gate::since(&["hostPaths", "kubeletRootDir"], Version(26, 7)),
    Gate::since(&["operator", "metrics"], Version(26, 7)),
];

/// A channel is the release; `stable` is the newest that the cluster's catalogue holds.
fn operand_version(context: &Context<'_>) -> Option<Version> {
    let channel = context.wanted.channel.as_str();
    if channel != "stable" {
        return Version::leading(channel);
    }
    let old = context.request.version()? < Version(4, 18);
    Some(if old { Version(26, 3) } else { Version(26, 7) })
}

/// NVIDIA GPU operator: driver, device plugin and metrics. Needs `nfd`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = false)))]
#[serde(rename_all = "camelCase")]
struct NvidiaGpu {
    /// What every operator takes.
    #[serde(flatten)]
    #[allow(dead_code, reason = "for the schema; read by the caller")]
    operator: OperatorSettings,
    /// The driver. Default: the version that belongs to the operator's.
    driver: Option<Driver>,
    /// How GPUs that are cut into instances are named. Default: `single`, or what the pools' `sharing.mig` needs.
    mig: Option<MigStrategy>,
    /// Tolerations of the operands beyond the taints of the pools, which are tolerated anyway.
    tolerations: Option<Vec<Toleration>>,
}

/// The NVIDIA driver.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Driver {
    /// Whether the operator installs it. Default: true.
    enabled: Option<bool>,
    /// Version, as `570.195.03`. Default: the operator's own.
    version: Option<String>,
    /// Registry path of the image, for mirrors; needs `version`. Default: `nvcr.io/nvidia`.
    repository: Option<String>,
    /// Name of the image; without `version` the whole path with its tag or digest. Default: `driver`.
    image: Option<String>,
    /// Kernel modules to load. Default: the operator's choice.
    kernel_module_type: Option<KernelModuleType>,
}

/// Kernel modules of the driver.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum KernelModuleType {
    /// By the card and the driver.
    Auto,
    /// The open modules: cards from Turing on; the newest know no other.
    Open,
    /// The proprietary modules.
    Proprietary,
}

/// How MIG devices are named.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum MigStrategy {
    /// No MIG.
    None,
    /// Every GPU of a node is cut alike: devices are `nvidia.com/gpu`.
    Single,
    /// GPUs of a node are cut differently: devices are `nvidia.com/mig-1g.10gb`...
    Mixed,
}

impl MigStrategy {
    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Single => "single",
            Self::Mixed => "mixed",
        }
    }
}

/// The strategy that is in force: that of a ClusterPolicy which is there, the one that is asked for, or what the pools
/// need.
pub(crate) fn mig_strategy(request: &OperatorRequest<'_>, all: &[Wanted]) -> String {
    let [policy, ..] = OPERATOR.operands else {
        return sharing::strategy(request.pools).to_owned();
    };
    let shown = request.installed.of(policy.group, policy.kind).next();
    let written = shown.and_then(|one| one.node.str_at(&["spec", "mig", "strategy"]));
    let wanted = all.iter().find(|one| one.operator.id == OPERATOR.id);
    let asked = wanted.and_then(|one| {
        let settings: NvidiaGpu = serde_json::from_value(one.value.clone()).ok()?;
        settings.mig.map(MigStrategy::name)
    });
    let pools = sharing::strategy(request.pools);
    written.or(asked).unwrap_or(pools).to_owned()
}

fn operands(context: &Context<'_>, problems: &mut Problems) -> Vec<Operand> {
    let settings: NvidiaGpu = context.settings();
    let pools = context.request.pools;
    let mut tolerations = union(context, &[default_toleration()]);
    let extra = settings.tolerations.clone().unwrap_or_default();
    tolerations.extend(extra);
    dedup(&mut tolerations);
    let strategy = settings
        .mig
        .map_or_else(|| sharing::strategy(pools), MigStrategy::name);
    sharing::check(context, strategy, problems);
    let config_map = sharing::config_map(context);
    let mut object = object("nvidia.com/v1", "ClusterPolicy", "gpu-cluster-policy", "");
    object.set(
        "spec",
        spec(&settings, &tolerations, strategy, config_map.is_some()),
    );
    let policy = Operand {
        object,
        step: 5,
        custom: true,
    };
    config_map.into_iter().chain([policy]).collect()
}

fn default_toleration() -> Toleration {
    Toleration::exists(GPU_TAINT, TaintEffect::NoSchedule)
}

/// `base` and one toleration per taint of the pools that it does not cover, sorted.
fn union(context: &Context<'_>, base: &[Toleration]) -> Vec<Toleration> {
    let taints = context.request.pools.iter().flat_map(|pool| &pool.taints);
    let mut all = base.to_vec();
    all.extend(tolerations::missing(taints, base));
    all.sort_by(|a, b| (&a.key, a.effect).cmp(&(&b.key, b.effect)));
    all
}

fn dedup(tolerations: &mut Vec<Toleration>) {
    let mut seen: Vec<Toleration> = Vec::new();
    tolerations.retain(|one| {
        let new = !seen.contains(one);
        if new {
            seen.push(one.clone());
        }
        new
    });
}

/// The blocks that every release requires, and no field that only some have.
fn spec(settings: &NvidiaGpu, tolerations: &[Toleration], strategy: &str, shared: bool) -> Node {
    let on = || Node::map([("enabled", Node::from(true))]);
    let mut plugin = on();
    if shared {
        plugin.set("config", plugin_config());
    }
    let mut exporter = on();
    exporter.set("serviceMonitor", on());
    Node::map([
        ("operator", operator()),
        ("daemonsets", daemonsets(tolerations)),
        ("driver", driver(settings.driver.as_ref())),
        ("toolkit", on()),
        ("devicePlugin", plugin),
        ("dcgm", on()),
        ("dcgmExporter", exporter),
        ("gfd", on()),
        ("migManager", on()),
        ("nodeStatusExporter", on()),
        ("mig", Node::map([("strategy", Node::from(strategy))])),
        ("sandboxWorkloads", sandbox()),
    ])
}

fn operator() -> Node {
    let runtime = ("defaultRuntime", Node::from("crio"));
    Node::map([runtime, ("use_ocp_driver_toolkit", true.into())])
}

fn daemonsets(tolerations: &[Toleration]) -> Node {
    // a string, unlike everywhere else in Kubernetes
    let rolling = Node::map([("maxUnavailable", Node::from("1"))]);
    Node::map([
        ("updateStrategy", Node::from("RollingUpdate")),
        ("rollingUpdate", rolling),
        ("tolerations", tolerations::list(tolerations)),
    ])
}

fn sandbox() -> Node {
    let off = ("enabled", Node::from(false));
    Node::map([off, ("defaultWorkload", "container".into())])
}

fn driver(settings: Option<&Driver>) -> Node {
    let enabled = settings.and_then(|driver| driver.enabled).unwrap_or(true);
    let mut node = Node::map([("enabled", Node::from(enabled))]);
    let upgrade = [
        ("autoUpgrade", Node::from(true)),
        ("maxParallelUpgrades", 1_u32.into()),
        ("maxUnavailable", "25%".into()),
    ];
    node.set("upgradePolicy", Node::map(upgrade));
    let Some(driver) = settings else { return node };
    for (key, value) in images::driver(driver) {
        node.set(key, value);
    }
    if let Some(kind) = driver.kernel_module_type {
        let name = match kind {
            KernelModuleType::Auto => "auto",
            KernelModuleType::Open => "open",
            KernelModuleType::Proprietary => "proprietary",
        };
        node.set("kernelModuleType", name);
    }
    node
}

fn plugin_config() -> Node {
    let name = ("name", Node::from(sharing::CONFIG_MAP));
    Node::map([name, ("default", sharing::EXCLUSIVE.into())])
}

/// The two exclude each other in the operator's controller.
fn policy_or_gpu_cluster(context: &Context<'_>, problems: &mut Problems) {
    let shown = context.request.installed.of("nvidia.com", "GPUCluster");
    for one in shown {
        let message = format!(
            "GPUCluster `{}` and a ClusterPolicy exclude each other",
            one.name
        );
        problems.push(
            Problem::new(&rule::SECOND_OPERAND, one.place.clone(), message).help(format!(
                "delete the GPUCluster, or say `{}: {{provided: true}}`",
                OPERATOR.id
            )),
        );
    }
}
