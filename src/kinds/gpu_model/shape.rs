//! What runs a model, and how one copy is divided among pods and their GPUs.

use super::context::Context;
use super::placement::Placement;
use crate::api::gpu_model::{Engine, Expose, Parallelism, StorageRef};
use crate::catalog::{self, ServedModel};
use crate::problem::rules::serving as rule;
use crate::problem::{Problem, Problems};

/// One copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) engine: Engine,
    /// Its pods, each on a machine of its own.
    pub(super) pods: u32,
    /// GPUs that each layer is divided among.
    pub(super) tensor: u32,
    /// Ranks, where they go over machines.
    pub(super) data: Option<Data>,
    /// Whether each GPU has whole experts.
    pub(super) expert: bool,
}

/// Ranks that each have all that is no expert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Data {
    /// On all machines.
    pub(super) all: u32,
    /// On each.
    pub(super) local: u32,
}

/// What runs the model of a placeholder: gateways lead to LLMInferenceServices only.
pub(super) fn engine(context: &Context<'_>) -> Engine {
    let expose = context.spec.expose.as_ref();
    let asks_for_it = |one: &Expose| one.gateway.is_some() || one.maas.is_some();
    let default = if expose.is_some_and(asks_for_it) {
        Engine::LlmD
    } else {
        Engine::Kserve
    };
    context.spec.engine.unwrap_or(default)
}

/// `None` after a problem that leaves nothing to decide.
pub(super) fn of(
    context: &Context<'_>,
    placement: &Placement<'_>,
    problems: &mut Problems,
) -> Option<Shape> {
    let mut found = Vec::new();
    let asked = Asked {
        context,
        gpus: placement.gpus,
        written: context.spec.parallelism.unwrap_or_default(),
    };
    let shape = match engine(context) {
        Engine::Kserve => asked.kserve(&mut found),
        Engine::LlmD => asked.llmd(&mut found),
    };
    if shape.pods > 1 && placement.pool().is_none() {
        found.push(asked.wrong(
            "nodes",
            "a model over several machines runs on a pool, and none is named".to_owned(),
            "name a `pool`, or leave `nodes` out".to_owned(),
        ));
    }
    let is_right = found.is_empty();
    problems.extend(found);
    is_right.then_some(shape)
}

/// What is asked for.
struct Asked<'a> {
    context: &'a Context<'a>,
    /// GPUs of a pod.
    gpus: u32,
    written: Parallelism,
}

impl Asked<'_> {
    fn wrong(&self, field: &str, message: String, help: String) -> Problem {
        let path = match field {
            "nodes" => "spec.nodes".to_owned(),
            field => format!("spec.parallelism.{field}"),
        };
        Problem::new(
            &rule::MODEL_PARALLEL_SHAPE,
            self.context.place(&path),
            message,
        )
        .help(help)
    }

    /// A part of the layers on each machine.
    fn kserve(&self, found: &mut Vec<Problem>) -> Shape {
        let (gpus, written) = (self.gpus, self.written);
        let data = [written.data, written.data_local];
        let expert = written.expert.map(u32::from);
        let of_llmd = [
            ("data", data[0]),
            ("dataLocal", data[1]),
            ("expert", expert),
        ];
        for (field, _) in of_llmd.iter().filter(|(_, value)| value.is_some()) {
            found.push(self.wrong(
                field,
                format!("an InferenceService has no `{field}`"),
                "write `engine: llm-d`, or leave it out".to_owned(),
            ));
        }
        if let Some(tensor) = written.tensor.filter(|tensor| *tensor != gpus) {
            found.push(self.tensor_not_gpus(tensor));
        }
        let nodes = self.context.spec.nodes;
        if let Some((nodes, parts)) = nodes.zip(written.pipeline).filter(|(a, b)| a != b) {
            found.push(self.wrong(
                "pipeline",
                format!("`pipeline` is {parts}, and `nodes` are {nodes}: each machine has one part of the layers"),
                format!("write `nodes: {parts}`, or leave `pipeline` out"),
            ));
        }
        let pods = nodes.or(written.pipeline).unwrap_or(1);
        if pods > 1 && self.context.spec.autoscaling.is_some() {
            found.push(self.one_set("spec.autoscaling"));
        } else if pods > 1 && self.context.spec.replicas.is_some_and(|count| count > 1) {
            found.push(self.one_set("spec.replicas"));
        }
        Shape {
            engine: Engine::Kserve,
            pods,
            tensor: gpus,
            data: None,
            expert: false,
        }
    }

    fn one_set(&self, path: &str) -> Problem {
        let message = "an InferenceService over several machines has one set of workers";
        let place = self.context.place(path);
        let problem = Problem::new(&rule::MODEL_PARALLEL_SHAPE, place, message);
        problem.help("leave it out; a second copy is a second GpuModel")
    }

    fn tensor_not_gpus(&self, tensor: u32) -> Problem {
        let gpus = self.gpus;
        self.wrong(
            "tensor",
            format!("`tensor` is {tensor}, and a pod has {gpus} GPUs: the others would be idle"),
            format!("leave it out, or write `gpus: {tensor}`"),
        )
    }

    /// Ranks on each machine, or one machine that the layers of a copy share.
    fn llmd(&self, found: &mut Vec<Problem>) -> Shape {
        let (gpus, written) = (self.gpus, self.written);
        let nodes = self.context.spec.nodes;
        if let Some(parts) = written.pipeline {
            let nodes = parts.max(2);
            found.push(self.wrong(
                "pipeline",
                "no release of OpenShift AI has an LLMInferenceService with a pipeline".to_owned(),
                format!("write `engine: kserve` with `nodes: {nodes}`; experts go over machines with `data`"),
            ));
        }
        let is_spread = nodes.is_some_and(|nodes| nodes > 1) || written.data.is_some();
        let shape = Shape {
            engine: Engine::LlmD,
            pods: 1,
            tensor: gpus,
            data: None,
            expert: written.expert.unwrap_or(false),
        };
        if is_spread {
            return self.spread(shape, found);
        }
        if let Some(tensor) = written.tensor.filter(|tensor| *tensor != gpus) {
            found.push(self.tensor_not_gpus(tensor));
        }
        if written.data_local.is_some() {
            found.push(self.wrong(
                "dataLocal",
                "`dataLocal` says how many of the ranks of `data` a machine has, and there is none"
                    .to_owned(),
                "leave it out, or write `nodes`".to_owned(),
            ));
        }
        shape
    }

    fn spread(&self, shape: Shape, found: &mut Vec<Problem>) -> Shape {
        let (gpus, written) = (self.gpus, self.written);
        let nodes = self.context.spec.nodes;
        let tensor = written.tensor.unwrap_or(1);
        let local = written.data_local.unwrap_or((gpus / tensor.max(1)).max(1));
        if local.saturating_mul(tensor) != gpus {
            found.push(self.wrong(
                if written.data_local.is_some() {
                    "dataLocal"
                } else {
                    "tensor"
                },
                format!(
                    "{local} ranks of {tensor} GPUs are {}, and a pod has {gpus}",
                    local.saturating_mul(tensor)
                ),
                "`dataLocal` times `tensor` are `gpus`: leave one of them out".to_owned(),
            ));
        }
        let all = written
            .data
            .unwrap_or(local.saturating_mul(nodes.unwrap_or(1)));
        let pods = all.checked_div(local).unwrap_or(1).max(1);
        if all.checked_rem(local) != Some(0) {
            found.push(self.wrong(
                "data",
                format!("{all} ranks cannot be divided among machines with {local} each"),
                format!(
                    "write a multiple of {local}: `data: {}`",
                    local.saturating_mul(pods + 1)
                ),
            ));
        } else if let Some(nodes) = nodes.filter(|nodes| *nodes != pods) {
            found.push(self.wrong(
                "data",
                format!("{all} ranks with {local} on each machine need {pods} machines, and `nodes` are {nodes}"),
                "leave one of them out: each follows from the other".to_owned(),
            ));
        } else if pods < 2 {
            found.push(self.wrong(
                "data",
                "ranks go over machines, and one holds them all".to_owned(),
                "leave `data` out: the GPUs of one machine share each layer".to_owned(),
            ));
        }
        Shape {
            pods,
            tensor,
            data: Some(Data { all, local }),
            ..shape
        }
    }
}

/// Weights that each pod would have to download for itself.
pub(super) fn check_storage(context: &Context<'_>, shape: &Shape, problems: &mut Problems) {
    let uri = match &context.spec.storage {
        StorageRef::At(at) => at.uri.as_deref().unwrap_or_default(),
        StorageRef::InImage(_) => "",
    };
    // of llm-d a place without a URI is refused as such
    let is_said = shape.engine == Engine::LlmD && uri.is_empty();
    if shape.pods < 2 || is_said || uri.starts_with("pvc://") || uri.starts_with("oci://") {
        return;
    }
    let message = "a model over several machines is read from a volume or an image";
    let place = context.place("spec.storage");
    let problem = Problem::new(&rule::MODEL_MULTINODE_STORAGE, place, message);
    problems.push(problem.help("write `storage: {uri: \"pvc://claim/path\"}`, of a claim that several nodes mount, or one that begins with `oci://`"));
}

impl Shape {
    /// Whether `--tensor-parallel-size` is left to us: over machines the runtime or the preset says it.
    pub(super) fn writes_tensor(&self) -> bool {
        self.tensor > 1 && self.pods == 1
    }

    /// The model as each group of GPUs sees it that shares layers.
    pub(super) fn of_group(&self, model: ServedModel) -> ServedModel {
        if self.pods == 1 {
            return model;
        }
        let pods = f64::from(self.pods);
        let part = |bytes: f64| bytes / pods;
        match self.data {
            // experts are divided among all ranks, the rest is on each
            Some(data) => ServedModel {
                weights_gib: catalog::experts_of(&model).map(|(experts, rest)| {
                    rest + experts / f64::from(if self.expert { data.all } else { 1 })
                }),
                is_spread: true,
                params: "-",
                ..model
            },
            None => ServedModel {
                weights_gib: model.weights_gib.map(part),
                kv_bytes: model.kv_bytes.map(part),
                window_kv_bytes: part(model.window_kv_bytes),
                is_spread: true,
                params: "-",
                ..model
            },
        }
    }

    /// The model as each pod loads it.
    pub(super) fn of_pod(&self, model: ServedModel) -> ServedModel {
        let group = self.of_group(model);
        let groups = self.data.map_or(1.0, |data| f64::from(data.local));
        ServedModel {
            weights_gib: group.weights_gib.map(|gib| gib * groups),
            ..group
        }
    }
}
