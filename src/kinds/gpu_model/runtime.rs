//! The ServingRuntime of a model: vLLM as the release ships it, one that a person describes, or one that is there.
//!
//! It has to be made: OpenShift AI keeps its own runtimes as Templates of the dashboard, which no InferenceService can
//! name, and no release has ClusterServingRuntimes.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::context::Context;
use super::objects::{self, DASHBOARD, Head, RUNTIMES};
use super::placement::Placement;
use super::shape::Shape;
use super::{multinode, named};
use crate::api::gpu_model::{Runtime, RuntimeRef};
use crate::catalog;
use crate::krm::Node;
use crate::problem::rules::{model as rule, serving};
use crate::problem::{Problem, Problems};
use crate::types::Version;

pub(super) const API: &str = "serving.kserve.io/v1alpha1";
pub(super) const VLLM: &str = "vLLM";
/// Port of a server that says none.
pub(super) const PORT: u32 = 8080;
/// Refused from that release on, in any container.
const REFUSED: (&str, Version) = ("PYTHONPATH", Version(3, 4));
const SHIPPED_TITLE: &str = "vLLM NVIDIA GPU ServingRuntime for KServe";
const SHIPPED_TEMPLATE: &str = "vllm-cuda-runtime-template";
/// The same over machines, and without a GPU.
const MULTINODE: (&str, &str) = (
    "vLLM Multi-Node ServingRuntime for KServe",
    "vllm-multinode-runtime-template",
);
const CPU: (&str, &str) = (
    "vLLM CPU (x86) ServingRuntime for KServe",
    "vllm-cpu-x86-runtime-template",
);
/// The volume that processes of one pod share memory by.
pub(super) const SHM: &str = "shm";

/// What serves a model.
pub(super) struct Serving<'c> {
    pub(super) name: Cow<'c, str>,
    pub(super) format: Cow<'c, str>,
    pub(super) format_version: Option<Cow<'c, str>>,
    /// Version of vLLM, where it is known.
    pub(super) vllm: Option<Version>,
    /// Port of the server.
    pub(super) port: u32,
    pub(super) made: Option<MadeOf<'c>>,
    /// Whether it has workers on other machines.
    pub(super) over_nodes: bool,
}

/// What a runtime is made of.
pub(super) struct MadeOf<'c> {
    written: Option<&'c Runtime>,
    image: Cow<'c, str>,
    /// Version of vLLM as text.
    version: Option<&'c str>,
    is_shipped: bool,
}

impl Serving<'_> {
    pub(super) fn is_vllm(&self) -> bool {
        self.format == VLLM
    }
}

/// Variables that KServe refuses.
pub(super) fn variables(context: &Context<'_>, problems: &mut Problems) {
    let (name, since) = REFUSED;
    let of_runtime = match &context.spec.runtime {
        Some(RuntimeRef::Made(made)) => made.env.as_ref(),
        _ => None,
    };
    let all = [
        ("spec.env", context.spec.env.as_ref()),
        ("spec.runtime.env", of_runtime),
    ];
    for (path, env) in all {
        if context.ai < since || env.is_none_or(|env| !env.contains_key(name)) {
            continue;
        }
        let message = format!(
            "KServe of OpenShift AI {} refuses the variable `{name}`",
            context.ai
        );
        let place = context.placeholder.key_place(&format!("{path}.{name}"));
        let problem = Problem::new(&rule::MODEL_ENV, place, message);
        problems.push(
            problem.help("remove the line; put the code into the image, where Python finds it"),
        );
    }
}

/// `None` after a problem that leaves nothing to make.
pub(super) fn of<'c>(
    context: &'c Context<'_>,
    placement: &Placement<'_>,
    shape: &Shape,
    problems: &mut Problems,
) -> Option<Serving<'c>> {
    let over_nodes = shape.pods > 1;
    let written = match &context.spec.runtime {
        Some(RuntimeRef::Name(name)) => return named::of(context, name, over_nodes, problems),
        Some(RuntimeRef::Made(made)) => Some(made.as_ref()),
        None => None,
    };
    let format = written
        .and_then(|one| one.format.as_deref())
        .unwrap_or(VLLM);
    if over_nodes {
        problems.extend(written.and_then(|one| not_over_nodes(context, one)));
    }
    let image = written.and_then(|one| one.image.as_deref());
    let shipped = shipped(context, placement, format, image, problems);
    let (image, version) = match (image, shipped) {
        (Some(image), _) => (
            Cow::from(image),
            written.and_then(|one| one.vllm.as_deref()),
        ),
        (None, Some(row)) => (
            Cow::from(format!(
                "registry.redhat.io/{}",
                image_of(&row, placement).unwrap_or_default()
            )),
            Some(row.vllm),
        ),
        (None, None) => {
            problems.push(no_image(context, placement, format));
            return None;
        }
    };
    let name = written.and_then(|one| one.name.as_deref());
    let name = name.unwrap_or(match placement.gpus {
        _ if format != VLLM => context.name(),
        _ if over_nodes => "vllm-multinode",
        0 => "vllm-cpu",
        1 => "vllm-cuda",
        _ => "vllm-cuda-multi-gpu",
    });
    Some(Serving {
        name: name.into(),
        format: format.into(),
        format_version: written
            .and_then(|one| one.format_version.as_deref())
            .map(Cow::from),
        vllm: version
            .filter(|_| format == VLLM)
            .and_then(Version::leading),
        port: written.and_then(|one| one.port).unwrap_or(PORT),
        made: Some(MadeOf {
            written,
            image,
            version,
            is_shipped: shipped.is_some(),
        }),
        over_nodes,
    })
}

/// What presets of llm-d start: vLLM of the release, or of an image that is named.
pub(super) fn of_llmd<'c>(context: &Context<'c>) -> Serving<'c> {
    let written = match &context.spec.runtime {
        Some(RuntimeRef::Made(made)) => Some(made.as_ref()),
        _ => None,
    };
    let version = match written {
        Some(written) if written.image.is_some() => written.vllm.as_deref(),
        _ => row_of(context.ai).map(|row| row.vllm),
    };
    Serving {
        name: "llm-d".into(),
        format: VLLM.into(),
        format_version: None,
        vllm: version.and_then(Version::leading),
        port: PORT,
        made: None,
        over_nodes: false,
    }
}

/// The newest row that is not newer than the release, of its own major version.
fn row_of(ai: Version) -> Option<catalog::Runtime> {
    let release = |row: &catalog::Runtime| Version::leading(row.release);
    let of_major = |row: &catalog::Runtime| {
        release(row).is_some_and(|version| version.0 == ai.0 && version <= ai)
    };
    catalog::runtimes().filter(of_major).last()
}

/// The row of the release, where a runtime takes what it ships.
fn shipped(
    context: &Context<'_>,
    placement: &Placement<'_>,
    format: &str,
    image: Option<&str>,
    problems: &mut Problems,
) -> Option<catalog::Runtime> {
    if image.is_some() || format != VLLM {
        return None;
    }
    let release = |row: &catalog::Runtime| Version::leading(row.release);
    let row = row_of(context.ai)?;
    image_of(&row, placement)?;
    let newest = catalog::runtimes().filter_map(|row| release(&row)).max();
    if newest.is_some_and(|newest| newest < context.ai) {
        let message = format!(
            "which vLLM OpenShift AI {} ships is not known here: the image is that of {}",
            context.ai, row.release
        );
        let problem = Problem::new(
            &rule::MODEL_RUNTIME_ASSUMED,
            context.place("spec.runtime"),
            message,
        );
        problems.push(problem.help("name the image: `runtime: {image: ...}`; `oc get template -n redhat-ods-applications vllm-cuda-runtime-template -o yaml` shows it"));
    }
    Some(row)
}

/// What a release ships for GPUs, or for CPU.
fn image_of(row: &catalog::Runtime, placement: &Placement<'_>) -> Option<&'static str> {
    if placement.gpus == 0 {
        row.cpu
    } else {
        Some(row.image)
    }
}

/// What a runtime over machines is not made of.
fn not_over_nodes(context: &Context<'_>, written: &Runtime) -> Option<Problem> {
    let is_vllm = written.format.as_deref().is_none_or(|one| one == VLLM);
    if is_vllm && written.command.is_none() && written.args.is_none() {
        return None;
    }
    let message = "a runtime over several machines is made for vLLM, which head and workers start differently";
    let place = context.place("spec.runtime");
    let problem = Problem::new(&serving::MODEL_PARALLEL_SHAPE, place, message);
    Some(problem.help("leave `command`, `args` and `format` out, or name a ServingRuntime of your own that has a `workerSpec`: `runtime: NAME`"))
}

fn no_image(context: &Context<'_>, placement: &Placement<'_>, format: &str) -> Problem {
    let message = if format != VLLM {
        format!("a runtime for `{format}` is made of an image, and none is named")
    } else if placement.gpus == 0 {
        "no image of vLLM for CPU is known here".to_owned()
    } else {
        format!(
            "which image of vLLM OpenShift AI {} ships is not known here",
            context.ai
        )
    };
    let rule = if placement.gpus == 0 && format == VLLM {
        &rule::MODEL_CPU_RUNTIME
    } else {
        &rule::MODEL_RUNTIME_IMAGE
    };
    let problem = Problem::new(rule, context.place("spec.runtime"), message);
    problem.help("name one: `runtime: {image: registry.example.com/vllm@sha256:...}`")
}

impl Serving<'_> {
    /// The runtime to make; `None` for one that is there.
    pub(super) fn object(&self, context: &Context<'_>, placement: &Placement<'_>) -> Option<Node> {
        let made = self.made.as_ref()?;
        let port = self.port;
        let mut metrics = json!({
            "prometheus.io/port": port.to_string(),
            "prometheus.io/path": "/metrics",
        });
        if self.is_vllm() {
            metrics["opendatahub.io/kserve-runtime"] = "vllm".into();
        }
        if let Some((key, value)) = multinode::backend(context).filter(|_| self.over_nodes) {
            metrics[key] = value.into();
        }
        let mut format = json!({"name": self.format, "autoSelect": placement.gpus > 0});
        if let Some(version) = &self.format_version {
            format["version"] = version.as_ref().into();
        }
        let mut spec = json!({
            "annotations": metrics,
            "multiModel": false,
            "supportedModelFormats": [format],
            "containers": [self.container(made, port, placement)],
        });
        let worker = self.over_nodes.then(|| {
            let (head, worker) = multinode::containers(context, &made.image, port);
            spec["containers"] = json!([head]);
            worker
        });
        if self.has_shm(placement) {
            // a quarter of it is enough for one process; NCCL of several needs more than the 64 MiB that a container has
            let size = if placement.gpus > 1 { "8Gi" } else { "2Gi" };
            let volume = json!({"name": SHM, "emptyDir": {"medium": "Memory", "sizeLimit": size}});
            spec["volumes"] = json!([volume]);
            if let Some(worker) = worker {
                spec["workerSpec"] = json!({
                    "pipelineParallelSize": 2,
                    "tensorParallelSize": 1,
                    "containers": [worker],
                    "volumes": [volume],
                });
            }
        }
        let head = Head {
            api: API,
            kind: "ServingRuntime",
            name: &self.name,
            wave: RUNTIMES,
            namespace: None,
            is_custom: true,
            labels: json!({DASHBOARD: "true"}),
            annotations: self.annotations(made, placement),
        };
        Some(objects::object(context, head, json!({"spec": spec})))
    }

    /// Title and template of what it is made after.
    fn shipped_as(&self, placement: &Placement<'_>) -> (&'static str, &'static str) {
        match placement.gpus {
            _ if self.over_nodes => MULTINODE,
            0 => CPU,
            _ => (SHIPPED_TITLE, SHIPPED_TEMPLATE),
        }
    }

    fn has_shm(&self, placement: &Placement<'_>) -> bool {
        self.is_vllm() && placement.gpus > 0
    }

    fn annotations(&self, made: &MadeOf<'_>, placement: &Placement<'_>) -> Value {
        let shown = made.written.and_then(|one| one.display_name.as_deref());
        let shown = shown.unwrap_or(match placement.gpus {
            _ if made.is_shipped => self.shipped_as(placement).0,
            0 if self.is_vllm() => "vLLM CPU",
            _ => &self.name,
        });
        let mut all = json!({
            "openshift.io/display-name": shown,
            "opendatahub.io/apiProtocol": "REST",
        });
        if let Some(resource) = &placement.resource {
            all["opendatahub.io/recommended-accelerators"] = json!([resource]).to_string().into();
        }
        if made.is_shipped {
            let (title, template) = self.shipped_as(placement);
            all["opendatahub.io/template-name"] = template.into();
            all["opendatahub.io/template-display-name"] = title.into();
        }
        if let Some(version) = made.version {
            all["opendatahub.io/runtime-version"] = format!("v{version}").into();
        }
        all
    }

    fn container(&self, made: &MadeOf<'_>, port: u32, placement: &Placement<'_>) -> Value {
        let written = made.written;
        let mut container = json!({"name": "kserve-container", "image": made.image});
        let command = written.and_then(|one| one.command.clone());
        let own = || vec!["python", "-m", "vllm.entrypoints.openai.api_server"];
        let own = || own().into_iter().map(str::to_owned).collect();
        if let Some(command) = command.or_else(|| made.is_shipped.then(own)) {
            container["command"] = command.into();
        }
        let args = written.and_then(|one| one.args.clone());
        let own = || {
            let args = [
                format!("--port={port}"),
                "--model=/mnt/models".to_owned(),
                "--served-model-name={{.Name}}".to_owned(),
            ];
            args.to_vec()
        };
        if let Some(args) = args.or_else(|| self.is_vllm().then(own)) {
            container["args"] = args.into();
        }
        let env = written.and_then(|one| one.env.clone());
        let env = env.unwrap_or_else(|| [("HF_HOME".to_owned(), "/tmp/hf_home".to_owned())].into());
        if !env.is_empty() {
            container["env"] = super::service::variables(&env);
        }
        container["ports"] = json!([{"containerPort": port, "protocol": "TCP"}]);
        if self.has_shm(placement) {
            container["volumeMounts"] = json!([{"name": SHM, "mountPath": "/dev/shm"}]);
        }
        container
    }
}
