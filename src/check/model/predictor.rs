//! What a predictor asks for, whoever wrote it.

use crate::catalog::{self, ServedModel};
use crate::krm::Node;
use crate::operator::tolerations::Toleration;

/// `spec.predictor` of an InferenceService, and the runtime that KServe merges it into.
#[derive(Clone, Copy)]
pub(super) struct Predictor<'a> {
    node: &'a Node,
    runtime: Option<&'a Node>,
}

impl<'a> Predictor<'a> {
    pub(super) fn of(service: &'a Node) -> Option<Self> {
        let node = service.at(&["spec", "predictor"])?;
        let runtime = None;
        Some(Self { node, runtime })
    }

    /// With its runtime, where that is shown.
    pub(super) fn on(self, runtime: Option<&'a Node>) -> Self {
        Self { runtime, ..self }
    }

    /// Whether KServe takes a runtime that nobody knows here.
    pub(super) fn lacks_runtime(self) -> bool {
        self.model().is_some() && self.runtime.is_none()
    }

    pub(super) fn model(self) -> Option<&'a Node> {
        self.node.get("model")
    }

    /// The model, or containers of its own.
    fn containers(self) -> impl Iterator<Item = &'a Node> {
        let own = self.node.get("containers").map(Node::items);
        self.model().into_iter().chain(own.unwrap_or_default())
    }

    /// GPUs of a pod: those of its runtime where it names none itself.
    pub(super) fn gpus(self) -> u32 {
        let of = |node: &Node| {
            let limits = node.at(&["resources", "limits"])?;
            let mut entries = limits.entries().iter();
            let gpu = entries.find(|one| one.key.starts_with("nvidia.com/"))?;
            gpu.value.text()?.parse::<u32>().ok()
        };
        let own: Vec<u32> = self.containers().filter_map(of).collect();
        if !own.is_empty() {
            return own.into_iter().sum();
        }
        let runtime = self.runtime.filter(|_| self.model().is_some());
        let containers = runtime.and_then(|runtime| runtime.at(&["spec", "containers"]));
        let containers = containers.map(Node::items).unwrap_or_default();
        containers.iter().filter_map(of).sum()
    }

    /// What its pods request of CPU or memory, with the limit in place of a request that is not written.
    pub(super) fn requests(self, of: &str, read: fn(&str) -> Option<u64>) -> u64 {
        let amount = |node: &Node| {
            let at = |side: &str| node.str_at(&["resources", side, of]);
            read(at("requests").or_else(|| at("limits"))?)
        };
        self.containers().filter_map(amount).sum()
    }

    /// Copies at the least and at the most; KServe takes no maximum for the minimum.
    pub(super) fn replicas(self) -> (u32, u32) {
        let number = |key: &str| self.node.get(key)?.text()?.parse::<u32>().ok();
        let least = number("minReplicas").unwrap_or(1);
        (least, number("maxReplicas").unwrap_or(0).max(least).max(1))
    }

    /// Its own, else those of its runtime: KServe merges the list as a whole.
    pub(super) fn tolerations(self) -> Vec<Toleration> {
        let runtime = self
            .runtime
            .and_then(|one| one.at(&["spec", "tolerations"]));
        let own = self.node.get("tolerations");
        let own = own.filter(|own| !own.items().is_empty());
        let written = own.or(runtime).map(Node::items).unwrap_or_default();
        written.iter().filter_map(Toleration::read).collect()
    }

    /// Labels that its pods ask of a node, those of its runtime too.
    pub(super) fn selector(self) -> Vec<(String, String)> {
        let runtime = self
            .runtime
            .and_then(|one| one.at(&["spec", "nodeSelector"]));
        let own = self.node.get("nodeSelector");
        let labels = |node: &'a Node| node.entries().iter();
        let mut all: Vec<(String, String)> = Vec::new();
        for one in own
            .into_iter()
            .flat_map(labels)
            .chain(runtime.into_iter().flat_map(labels))
        {
            let is_set = all.iter().any(|(key, _)| *key == one.key);
            let value = one.value.text().filter(|_| !is_set);
            all.extend(value.map(|value| (one.key.clone(), value.to_owned())));
        }
        all
    }

    pub(super) fn args(self) -> Vec<&'a str> {
        let args = self.model().and_then(|model| model.get("args"));
        let args = args.map(Node::items).unwrap_or_default();
        args.iter().filter_map(Node::text).collect()
    }

    /// Key of the connection that its weights are read with.
    pub(super) fn storage_key(self) -> Option<&'a str> {
        self.model()?.str_at(&["storage", "key"])
    }

    /// Whether its weights come onto the disk of a node.
    pub(super) fn downloads(self) -> bool {
        let Some(model) = self.model() else {
            return false;
        };
        let uri = model.str_at(&["storageUri"]);
        model.get("storage").is_some() || uri.is_some_and(|uri| !uri.starts_with("pvc://"))
    }

    /// The model of the catalogue, by where its weights are.
    pub(super) fn served(self) -> Option<ServedModel> {
        let model = self.model()?;
        let path = model
            .str_at(&["storage", "path"])
            .or_else(|| model.str_at(&["storageUri"]))?;
        let path = path.trim_end_matches('/');
        let mut parts = path.rsplit('/');
        let (name, owner) = (parts.next()?, parts.next().unwrap_or_default());
        let whole = format!("{owner}/{name}");
        let found = catalog::served_model(&whole).or_else(|_| catalog::served_model(name));
        found.ok()
    }

    pub(super) fn get(self, path: &[&str]) -> Option<&'a Node> {
        self.node.at(path)
    }
}
