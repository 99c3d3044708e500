//! `GpuModel`: a model that is served on a GPU pool, or on CPU.

mod dimensions;
mod engine;
mod expose;
mod runtime;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::gpu_machine_set::FactsRef;
use super::gpu_platform::ArgocdOff;

pub(crate) use dimensions::{Dimensions, ModelRef, Quantization};
pub(crate) use engine::{Engine, Parallelism};
pub(crate) use expose::{Expose, Maas, Plan, Threescale};
pub(crate) use runtime::{Runtime, RuntimeRef};

/// A model, served on a pool that it fits on: a ServingRuntime and an InferenceService of OpenShift AI, or an
/// LLMInferenceService, by its release.
/// `pool`, `model` and `storage` are enough; tolerations, resources, shared memory and the way in which it is updated
/// follow from the pool.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GpuModelSpec {
    /// Which facts to use when the input describes several clusters: the name of a ClusterFacts, an infrastructure
    /// name or the name of a ManagedCluster. A kustomize generator sees no other resource: there it may hold a
    /// whole ClusterFacts spec. Default: the only cluster of the input.
    pub(crate) facts: Option<FactsRef>,
    /// The GpuMachineSet that it runs on. Default: none, and it runs on CPU.
    #[cfg_attr(test, schemars(extend("format" = "object-name")))]
    pub(crate) pool: Option<String>,
    /// Its name in the catalogue, or its repository on Hugging Face: whether it fits is computed with it.
    /// `gpu-machineset catalog models` lists all. For one that it does not have, its dimensions. Default: none, and nobody
    /// knows whether it fits.
    pub(crate) model: Option<ModelRef>,
    /// Where its weights are.
    pub(crate) storage: StorageRef,
    /// What people read in the dashboard. Default: the name of this object.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) display_name: Option<String>,
    /// What stands below it.
    pub(crate) description: Option<String>,
    /// What the dashboard takes it for. Default: by the catalogue, else `generative` with vLLM and `predictive` without.
    pub(crate) model_type: Option<ModelType>,
    /// GPUs of each pod, or parts of one where the pool shares them. Default: 1 with a pool.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) gpus: Option<u32>,
    /// Machines that one copy runs on, with a pod on each. Default: 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) nodes: Option<u32>,
    /// What runs it: `kserve` makes an InferenceService, `llm-d` an LLMInferenceService. Default: `kserve`; `llm-d`
    /// where a gateway or `maas` is asked for.
    pub(crate) engine: Option<Engine>,
    /// How the work of one copy is divided among its GPUs. Default: each layer among the GPUs of a pod; of several
    /// `nodes` each has some of the layers with `kserve`, and a share of the experts or of the requests with `llm-d`.
    pub(crate) parallelism: Option<Parallelism>,
    /// Tokens of the longest request (`--max-model-len`). Default: the model's own.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) max_model_len: Option<u32>,
    /// Type that it computes in (`--dtype`). Default: the model's own.
    pub(crate) dtype: Option<Dtype>,
    /// Arguments of the server besides, behind those that follow from the other fields.
    pub(crate) args: Option<Vec<String>>,
    /// Variables of the server.
    pub(crate) env: Option<BTreeMap<String, String>>,
    /// GiB of memory for the KV cache of a model without a pool (`VLLM_CPU_KVCACHE_SPACE`). Default: 4.
    #[cfg_attr(test, schemars(range(min = 1)))]
    #[serde(rename = "cacheGiB")]
    pub(crate) cache_gib: Option<u32>,
    /// CPU and memory. Default: 4 CPU for each GPU, and memory for the weights, both at most what is of its GPUs on a
    /// node of the pool.
    pub(crate) resources: Option<Resources>,
    /// Copies of the model. Default: 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) replicas: Option<u32>,
    /// Copies by demand, instead of `replicas`. It needs the operator of custom metrics (KEDA).
    pub(crate) autoscaling: Option<Scaling>,
    /// What serves it. Default: vLLM as the release of OpenShift AI ships it.
    pub(crate) runtime: Option<RuntimeRef>,
    /// The hardware profile of OpenShift AI that the dashboard shows it with. Default: the one that a GpuAccess makes for
    /// the pool.
    #[cfg_attr(test, schemars(extend("format" = "object-name")))]
    pub(crate) profile: Option<String>,
    /// Whether callers need a token: `true`, or the groups whose members may call it. Default: false; true
    /// with `llm-d`.
    pub(crate) auth: Option<Auth>,
    /// How it is reached from outside of the cluster. Default: not at all.
    pub(crate) expose: Option<Expose>,
    /// What happens when it does not fit. Default: `check`.
    #[cfg_attr(test, schemars(extend("default" = "check")))]
    pub(crate) fit: Option<FitMode>,
    /// `none` leaves sync waves and sync options off. Default: on.
    pub(crate) argocd: Option<ArgocdOff>,
    /// JSON merge patch (RFC 7386) over the generated InferenceService: the escape hatch.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub(crate) inference_service: Option<Map<String, Value>>,
    /// The same over the generated LLMInferenceService.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub(crate) llm_inference_service: Option<Map<String, Value>>,
}

/// Where weights are.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum StorageRef {
    /// In the image of the runtime.
    InImage(InImage),
    /// In a bucket, a volume, an image or on Hugging Face.
    At(Storage),
}

/// The word for weights that need no storage.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum InImage {
    /// The image of the runtime holds them.
    None,
}

/// A place of weights: `uri`, or `key` and `path`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Storage {
    /// Name of the Secret of a connection, in the namespace of this object. It is named only, never written.
    #[cfg_attr(test, schemars(extend("format" = "object-name")))]
    pub(crate) key: Option<String>,
    /// Folder in the bucket of the connection.
    pub(crate) path: Option<String>,
    /// `oci://`, `pvc://claim/path`, `hf://org/name`, or another that KServe downloads from.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) uri: Option<String>,
}

/// What the dashboard takes a model for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum ModelType {
    /// It writes.
    Generative,
    /// It judges, or makes vectors.
    Predictive,
}

impl ModelType {
    /// As the annotation has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Generative => "generative",
            Self::Predictive => "predictive",
        }
    }
}

/// A type that a model computes in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Dtype {
    /// The model's own.
    Auto,
    /// 16 bit, on every GPU.
    Half,
    /// The same.
    Float16,
    /// 16 bit, from compute capability 8.0 on.
    Bfloat16,
    /// The same as `float32`.
    Float,
    /// 32 bit.
    Float32,
}

impl Dtype {
    /// As the argument has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Half => "half",
            Self::Float16 => "float16",
            Self::Bfloat16 => "bfloat16",
            Self::Float => "float",
            Self::Float32 => "float32",
        }
    }
}

/// CPU and memory of each pod.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Resources {
    /// Cores: `4`, or `{request: 4, limit: 8}`.
    pub(crate) cpu: Option<Amounts>,
    /// Memory: `16Gi`, or `{request: 16Gi, limit: 24Gi}`.
    pub(crate) memory: Option<Amounts>,
}

/// One amount for both, or one for each.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum Amounts {
    /// Whole ones, requested and at most.
    Whole(#[cfg_attr(test, schemars(range(min = 1)))] u32),
    /// Requested and at most.
    Text(#[cfg_attr(test, schemars(length(min = 1)))] String),
    /// Each for itself.
    Each(Bounds),
}

/// What is requested, and the most.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Bounds {
    /// What a node must have free.
    pub(crate) request: Option<Quantity>,
    /// The most. Default: the request.
    pub(crate) limit: Option<Quantity>,
}

/// A quantity.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum Quantity {
    /// Whole ones.
    Whole(#[cfg_attr(test, schemars(range(min = 1)))] u32),
    /// With its unit.
    Text(#[cfg_attr(test, schemars(length(min = 1)))] String),
}

impl Quantity {
    /// As Kubernetes writes it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Whole(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl Amounts {
    /// Request and limit, as far as they are written.
    pub(crate) fn bounds(&self) -> (Option<String>, Option<String>) {
        let both = |text: String| (Some(text.clone()), Some(text));
        match self {
            Self::Whole(number) => both(number.to_string()),
            Self::Text(text) => both(text.clone()),
            Self::Each(bounds) => {
                let request = bounds.request.as_ref().map(Quantity::text);
                let limit = bounds.limit.as_ref().map(Quantity::text);
                (request, limit)
            }
        }
    }
}

/// Who may call a model.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum Auth {
    /// Whether a token is needed.
    Token(bool),
    /// Members of these groups.
    Groups(Groups),
}

/// Groups of OpenShift.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Groups {
    /// Their names.
    #[cfg_attr(test, schemars(length(min = 1), extend("items" = {"type": "string", "format": "group-name"})))]
    pub(crate) groups: Vec<String>,
}

impl Auth {
    /// Whether callers need a token.
    pub(crate) fn is_on(&self) -> bool {
        !matches!(self, Self::Token(false))
    }

    /// The groups whose members may call it.
    pub(crate) fn groups(&self) -> &[String] {
        match self {
            Self::Token(_) => &[],
            Self::Groups(groups) => &groups.groups,
        }
    }
}

/// Copies by demand.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Scaling {
    /// At the least.
    pub(crate) min: u32,
    /// At the most.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) max: u32,
    /// Requests that wait before there is another copy. Default: 5.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub(crate) waiting: Option<u32>,
}

/// What happens to a model that does not fit.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum FitMode {
    /// It is an error.
    #[default]
    Check,
    /// It is a warning.
    Warn,
    /// Nobody looks: it was measured.
    Ignore,
}
