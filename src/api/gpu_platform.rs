//! `GpuPlatform`: the operators and cluster settings that GPU nodes need.

mod settings;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

pub use settings::{
    Argocd, ArgocdOff, ArgocdSettings, ClusterAutoscaler, Limits, Monitoring, ResourceLimits,
    ScaleDown, Waves,
};

/// The operators that GPU nodes need, with their operands, and monitoring and autoscaling of the cluster. Versions
/// follow the cluster's, tolerations and GPU limits follow the pools.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GpuPlatformSpec {
    /// Which facts to use when the input describes several clusters: the name of a ClusterFacts, an infrastructure
    /// name or the name of a ManagedCluster. A kustomize generator sees no other resource: there it may hold a
    /// whole ClusterFacts spec. Default: the only cluster of the input.
    pub facts: Option<super::gpu_machine_set::FactsRef>,
    /// Operators to install. `{}` for none. Default: `nfd` and `nvidia-gpu`. What the input or the facts show as
    /// installed is never installed again.
    pub operators: Option<Operators>,
    /// Where all subscriptions come from, for mirrored catalogues and manual approval.
    pub subscriptions: Option<Subscriptions>,
    /// Monitoring of the cluster. Default: nothing is changed.
    pub monitoring: Option<Monitoring>,
    /// The cluster's only ClusterAutoscaler. GPU limits are derived from the pools. Default: none is made; one in the
    /// input gets its GPU limits completed.
    pub cluster_autoscaler: Option<ClusterAutoscaler>,
    /// Sync waves and sync options for Argo CD; `none` leaves them off. Default: on.
    pub argocd: Option<Argocd>,
}

/// Operators to install.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Operators {
    /// Node Feature Discovery: labels nodes that have an NVIDIA card.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["node-feature-discovery"])))]
    pub nfd: Option<Nfd>,
    /// NVIDIA GPU operator: driver, device plugin and metrics. Needs `nfd`.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["gpu-operator", "nvidia", "gpu-operator-certified", "nvidia-gpu-operator"])))]
    pub nvidia_gpu: Option<NvidiaGpu>,
    /// cert-manager Operator for Red Hat OpenShift. Added by itself where another operator needs it.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["openshift-cert-manager-operator"])))]
    pub cert_manager: Option<Operator>,
    /// LeaderWorkerSet: one workload over several nodes. Needs `cert-manager`.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["lws", "leaderworkerset"])))]
    pub leader_worker_set: Option<Operator>,
    /// Red Hat build of Kueue: queues and quotas. Needs `cert-manager`.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["kueue-operator"])))]
    pub kueue: Option<Kueue>,
    /// Red Hat Connectivity Link: Authorino, Limitador, DNS and Kuadrant. Needs `cert-manager`.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["rhcl", "rhcl-operator", "authorino", "limitador", "kuadrant"])))]
    pub connectivity_link: Option<Operator>,
    /// OpenShift Serverless with KnativeServing: for OpenShift AI 2 only.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["serverless-operator", "knative"])))]
    pub serverless: Option<Operator>,
    /// Red Hat OpenShift AI with its DataScienceCluster.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["rhoai", "rhods-operator", "rhods"])))]
    pub openshift_ai: Option<OpenshiftAi>,
    /// OpenShift Data Foundation with its StorageCluster.
    #[cfg_attr(test, schemars(extend("x-also-known-as" = ["openshift-data-foundation", "ocs", "odf-operator"])))]
    pub odf: Option<Operator>,
}

/// What every operator takes.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = false)))]
#[serde(rename_all = "camelCase")]
pub struct Operator {
    /// It is there already, installed by somebody else: nothing of it is emitted, and what needs it is content.
    /// Default: false; what the input or the facts show needs no mention.
    pub provided: Option<bool>,
    /// Channel of the subscription; must exist on the cluster's OpenShift version. Default: the newest that is known
    /// good there.
    pub channel: Option<String>,
    /// CatalogSource. Default: `redhat-operators`, or `certified-operators` for `nvidia-gpu`.
    pub source: Option<String>,
    /// Namespace of the CatalogSource. Default: `openshift-marketplace`.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub source_namespace: Option<String>,
    /// Namespace to install into. Default: the one that the operator's vendor names.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub namespace: Option<String>,
    /// ClusterServiceVersion to start with. Default: the channel's head.
    #[serde(rename = "startingCSV")]
    pub starting_csv: Option<String>,
    /// Who approves installations and updates. `Manual` wants `startingCSV`. Default: `Automatic`.
    pub install_plan_approval: Option<Approval>,
    /// JSON merge patch (RFC 7386) over the `spec` of the operand: the escape hatch for fields that have no name
    /// here.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub operand: Option<Map<String, Value>>,
}

/// Who approves an InstallPlan.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Approval {
    /// OLM itself.
    #[default]
    Automatic,
    /// A person; until then nothing is installed and later sync waves wait.
    Manual,
}

/// Node Feature Discovery.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = false)))]
#[serde(rename_all = "camelCase")]
pub struct Nfd {
    /// What every operator takes.
    #[serde(flatten)]
    pub operator: Operator,
    /// Image of the operand. Needed with OpenShift 4.16 and earlier only, where the operator has no default of its
    /// own; pin it nowhere else: an image of another version crashes.
    pub image: Option<String>,
    /// Configuration of the workers (`workerConfig.configData`), YAML as text. Default: NVIDIA cards by PCI vendor.
    pub worker_config: Option<String>,
}

/// NVIDIA GPU operator.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = false)))]
#[serde(rename_all = "camelCase")]
pub struct NvidiaGpu {
    /// What every operator takes.
    #[serde(flatten)]
    pub operator: Operator,
    /// The driver. Default: the version that belongs to the operator's.
    pub driver: Option<Driver>,
    /// How GPUs that are cut into instances are named. Default: `single`, or what the pools' `sharing.mig` needs.
    pub mig: Option<MigStrategy>,
    /// Tolerations of the operands beyond the taints of the pools, which are tolerated anyway.
    pub tolerations: Option<Vec<Toleration>>,
}

/// The NVIDIA driver.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Driver {
    /// Whether the operator installs it. Default: true.
    pub enabled: Option<bool>,
    /// Version, as `570.195.03`. Default: the operator's own.
    pub version: Option<String>,
    /// Registry path of the image, for mirrors. Default: `nvcr.io/nvidia`.
    pub repository: Option<String>,
    /// Name of the image. Default: `driver`.
    pub image: Option<String>,
    /// Kernel modules to load. Default: the operator's choice.
    pub kernel_module_type: Option<KernelModuleType>,
}

/// Kernel modules of the driver.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum KernelModuleType {
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
pub enum MigStrategy {
    /// No MIG.
    None,
    /// Every GPU of a node is cut alike: devices are `nvidia.com/gpu`.
    Single,
    /// GPUs of a node are cut differently: devices are `nvidia.com/mig-1g.10gb`...
    Mixed,
}

/// A toleration.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Toleration {
    /// Key of the taint. Left out with `operator: Exists`: every key.
    #[cfg_attr(test, schemars(extend("format" = "taint-key")))]
    pub key: Option<String>,
    /// `Exists` for any value. Default: `Equal`.
    pub operator: Option<TolerationOperator>,
    /// Value of the taint, with `Equal`; quote `"true"`.
    #[cfg_attr(test, schemars(extend("format" = "taint-value")))]
    pub value: Option<String>,
    /// Effect of the taint. Default: every effect.
    pub effect: Option<super::gpu_machine_set::TaintEffect>,
    /// Seconds that a running pod stays, with `NoExecute`. Default: forever.
    pub toleration_seconds: Option<i64>,
}

/// How a toleration compares.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum TolerationOperator {
    /// Any value.
    Exists,
    /// This value.
    Equal,
}

/// Red Hat build of Kueue.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = false)))]
#[serde(rename_all = "camelCase")]
pub struct Kueue {
    /// What every operator takes.
    #[serde(flatten)]
    pub operator: Operator,
    /// Workloads that Kueue manages; some need a newer channel. Default: BatchJob, Deployment, LeaderWorkerSet, Pod,
    /// PyTorchJob, RayCluster, RayJob and StatefulSet.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub frameworks: Option<Vec<Framework>>,
}

/// A kind of workload that Kueue manages.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[allow(missing_docs, reason = "each is the kind of its name")]
pub enum Framework {
    BatchJob,
    RayJob,
    RayCluster,
    RayService,
    JobSet,
    #[serde(rename = "MPIJob")]
    MpiJob,
    PaddleJob,
    PyTorchJob,
    #[serde(rename = "TFJob")]
    TfJob,
    TrainJob,
    #[serde(rename = "XGBoostJob")]
    XgBoostJob,
    JaxJob,
    AppWrapper,
    Pod,
    Deployment,
    StatefulSet,
    LeaderWorkerSet,
    SparkApplication,
}

/// Red Hat OpenShift AI.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = false)))]
#[serde(rename_all = "camelCase")]
pub struct OpenshiftAi {
    /// What every operator takes.
    #[serde(flatten)]
    pub operator: Operator,
    /// Components of the DataScienceCluster by name, as `kserve: Managed`. Default: those that serving on GPUs needs.
    pub components: Option<BTreeMap<String, ManagementState>>,
}

/// Who manages a component.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ManagementState {
    /// The operator.
    Managed,
    /// Somebody else.
    Unmanaged,
    /// It is not there.
    Removed,
}

/// Where all subscriptions come from. A field of one operator wins over these.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subscriptions {
    /// Mirrors: name of a default CatalogSource (`redhat-operators`) to the one to use instead.
    pub sources: Option<BTreeMap<String, String>>,
    /// Namespace of the CatalogSources. Default: `openshift-marketplace`.
    pub source_namespace: Option<String>,
    /// Who approves installations and updates. Default: `Automatic`.
    pub install_plan_approval: Option<Approval>,
}
