//! What a predictor asks for, whoever wrote it.

use crate::api::gpu_machine_set::TaintEffect;
use crate::catalog::{self, ServedModel};
use crate::krm::Node;
use crate::operator::tolerations::Toleration;
use crate::pool_face::PoolFace;

/// `spec.predictor` of an InferenceService.
#[derive(Clone, Copy)]
pub(super) struct Predictor<'a>(&'a Node);

impl<'a> Predictor<'a> {
    pub(super) fn of(service: &'a Node) -> Option<Self> {
        service.at(&["spec", "predictor"]).map(Self)
    }

    pub(super) fn model(self) -> Option<&'a Node> {
        self.0.get("model")
    }

    /// The model, or containers of its own.
    fn containers(self) -> impl Iterator<Item = &'a Node> {
        let own = self.0.get("containers").map(Node::items);
        self.model().into_iter().chain(own.unwrap_or_default())
    }

    /// GPUs of a pod.
    pub(super) fn gpus(self) -> u32 {
        let of = |node: &Node| {
            let limits = node.at(&["resources", "limits"])?;
            let mut entries = limits.entries().iter();
            let gpu = entries.find(|one| one.key.starts_with("nvidia.com/"))?;
            gpu.value.text()?.parse::<u32>().ok()
        };
        self.containers().filter_map(of).sum()
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
        let number = |key: &str| self.0.get(key)?.text()?.parse::<u32>().ok();
        let least = number("minReplicas").unwrap_or(1);
        (least, number("maxReplicas").unwrap_or(0).max(least).max(1))
    }

    pub(super) fn tolerations(self) -> Vec<Toleration> {
        let written = self.0.get("tolerations").map(Node::items);
        let written = written.unwrap_or_default().iter();
        written.filter_map(Toleration::read).collect()
    }

    pub(super) fn selector(self) -> Vec<(&'a str, &'a str)> {
        let labels = self.0.get("nodeSelector").map(Node::entries);
        let labels = labels.unwrap_or_default().iter();
        let label = |one: &'a crate::krm::Entry| Some((one.key.as_str(), one.value.text()?));
        labels.filter_map(label).collect()
    }

    /// Whether its pods may run on a pool.
    pub(super) fn reaches(self, pool: &PoolFace) -> bool {
        let tolerations = self.tolerations();
        let mut taints = pool.taints.iter();
        let is_tolerated = taints.all(|taint| {
            taint.effect == TaintEffect::PreferNoSchedule
                || tolerations.iter().any(|one| one.tolerates(taint))
        });
        let mut labels = self.selector().into_iter();
        is_tolerated
            && labels.all(|(key, value)| {
                let label = pool.node_labels.get(key);
                label.is_none_or(|label| label == value)
            })
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
        self.0.at(path)
    }
}
