//! The ServingRuntime of a model: vLLM as the release ships it, one that a person describes, or one that is there.
//!
//! It has to be made: OpenShift AI keeps its own runtimes as Templates of the dashboard, which no InferenceService can
//! name, and no release has ClusterServingRuntimes.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::context::Context;
use super::objects::{self, DASHBOARD, Head, RUNTIMES};
use super::placement::Placement;
use crate::api::gpu_model::{Runtime, RuntimeRef};
use crate::catalog;
use crate::krm::{Document, Node};
use crate::problem::rules::model as rule;
use crate::problem::{Problem, Problems, did_you_mean};
use crate::types::Version;

pub(super) const API: &str = "serving.kserve.io/v1alpha1";
const VLLM: &str = "vLLM";
/// Port of a server that says none.
const PORT: u32 = 8080;
const SHIPPED_TITLE: &str = "vLLM NVIDIA GPU ServingRuntime for KServe";
const SHIPPED_TEMPLATE: &str = "vllm-cuda-runtime-template";

/// What serves a model.
pub(super) struct Serving<'c> {
    pub(super) name: Cow<'c, str>,
    pub(super) format: Cow<'c, str>,
    pub(super) format_version: Option<Cow<'c, str>>,
    /// Version of vLLM, where it is known.
    pub(super) vllm: Option<Version>,
    /// Port of the server.
    pub(super) port: u32,
    made: Option<MadeOf<'c>>,
}

/// What a runtime is made of.
struct MadeOf<'c> {
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

/// `None` after a problem that leaves nothing to make.
pub(super) fn of<'c>(
    context: &'c Context<'_>,
    placement: &Placement<'_>,
    problems: &mut Problems,
) -> Option<Serving<'c>> {
    let written = match &context.spec.runtime {
        Some(RuntimeRef::Name(name)) => return named(context, name, problems),
        Some(RuntimeRef::Made(made)) => Some(made.as_ref()),
        None => None,
    };
    let format = written
        .and_then(|one| one.format.as_deref())
        .unwrap_or(VLLM);
    let image = written.and_then(|one| one.image.as_deref());
    let shipped = shipped(context, placement, format, image, problems);
    let (image, version) = match (image, shipped) {
        (Some(image), _) => (
            Cow::from(image),
            written.and_then(|one| one.vllm.as_deref()),
        ),
        (None, Some(row)) => (
            Cow::from(format!("registry.redhat.io/{}", row.image)),
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
    })
}

/// The row of the release, of its own major version.
fn shipped(
    context: &Context<'_>,
    placement: &Placement<'_>,
    format: &str,
    image: Option<&str>,
    problems: &mut Problems,
) -> Option<catalog::Runtime> {
    if image.is_some() || format != VLLM || placement.gpus == 0 {
        return None;
    }
    let release = |row: &catalog::Runtime| Version::leading(row.release);
    let of_major = |row: &catalog::Runtime| {
        release(row).is_some_and(|version| version.0 == context.ai.0 && version <= context.ai)
    };
    let row = catalog::runtimes().filter(of_major).last()?;
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

/// Runtimes of the input and the facts, in the namespace of the model.
fn standing<'c>(context: &'c Context<'_>) -> impl Iterator<Item = &'c Document<'c>> {
    let documents = context
        .world
        .splits
        .iter()
        .flat_map(|split| &split.documents);
    documents.filter(|document| {
        document.is("serving.kserve.io", "ServingRuntime")
            && document.namespace.as_ref() == context.namespace
    })
}

fn missing(context: &Context<'_>, message: String) -> Problem {
    let place = context.place("spec.runtime");
    Problem::new(&rule::MODEL_RUNTIME_MISSING, place, message)
}

fn not_there(context: &Context<'_>, name: &str) -> Problem {
    let names: Vec<&str> = standing(context).map(|one| one.name.as_ref()).collect();
    let near = did_you_mean(name, names.iter().copied()).map(str::to_owned);
    let namespace = &context.namespace;
    let message = format!("namespace `{namespace}` has no ServingRuntime `{name}`");
    let help = match (&near, names.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => {
            "leave `runtime` out, and one is made; or add it to the input or the facts".to_owned()
        }
        (None, names) => format!("there are: `{}`", names.join("`, `")),
    };
    missing(context, message).values(name, near).help(help)
}

fn named<'c>(
    context: &'c Context<'_>,
    name: &'c str,
    problems: &mut Problems,
) -> Option<Serving<'c>> {
    let Some(document) = standing(context).find(|document| document.name == name) else {
        problems.push(not_there(context, name));
        return None;
    };
    let node = problems.take(document.node())?;
    let formats = node.at(&["spec", "supportedModelFormats"]).map(Node::items);
    let format = formats.unwrap_or_default().first();
    let text = |key: &str| {
        format
            .and_then(|format| format.get(key)?.text())
            .map(str::to_owned)
    };
    let Some(format_name) = text("name") else {
        let message =
            format!("ServingRuntime `{name}` says of no format of models that it serves it");
        let problem = missing(context, message);
        problems.push(problem.help("give it one: `supportedModelFormats: [{name: vLLM}]`"));
        return None;
    };
    let containers = node.at(&["spec", "containers"]).map(Node::items);
    let container = containers.unwrap_or_default().first();
    let image = container.and_then(|one| one.str_at(&["image"]));
    let image = image.unwrap_or_default();
    let ports = container.and_then(|one| one.get("ports")).map(Node::items);
    let port = ports
        .unwrap_or_default()
        .first()
        .and_then(|one| one.get("containerPort"));
    let port = port.and_then(|port| port.text()?.parse().ok());
    let of_table = catalog::runtimes().find(|row| image.ends_with(row.image));
    let said = document.annotation("opendatahub.io/runtime-version");
    let said = said
        .as_deref()
        .map(|text| text.trim_start_matches('v').to_owned());
    let vllm = of_table.map(|row| row.vllm.to_owned()).or(said);
    Some(Serving {
        name: name.into(),
        vllm: vllm
            .filter(|_| format_name == VLLM)
            .and_then(|text| Version::leading(&text)),
        format: format_name.into(),
        format_version: text("version").map(Cow::from),
        port: port.unwrap_or(PORT),
        made: None,
    })
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
        if self.has_shm(placement) {
            // a quarter of it is enough for one process; NCCL of several needs more than the 64 MiB that a container has
            let size = if placement.gpus > 1 { "8Gi" } else { "2Gi" };
            let volume =
                json!({"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": size}});
            spec["volumes"] = json!([volume]);
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

    fn has_shm(&self, placement: &Placement<'_>) -> bool {
        self.is_vllm() && placement.gpus > 0
    }

    fn annotations(&self, made: &MadeOf<'_>, placement: &Placement<'_>) -> Value {
        let shown = made.written.and_then(|one| one.display_name.as_deref());
        let shown = shown.unwrap_or(match placement.gpus {
            _ if made.is_shipped => SHIPPED_TITLE,
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
            all["opendatahub.io/template-name"] = SHIPPED_TEMPLATE.into();
            all["opendatahub.io/template-display-name"] = SHIPPED_TITLE.into();
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
            container["volumeMounts"] = json!([{"name": "shm", "mountPath": "/dev/shm"}]);
        }
        container
    }
}
