//! Models that are served: where, on how much, and what is left of a GPU.

use serde::Serialize;

use super::Cluster;
use super::section::{Block, Cell, Shares, Table};
use crate::fit::Verdict;
use crate::plan;

/// One model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Served {
    /// Name of the GpuModel, and of its InferenceService.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The pool that it runs on; `null` for CPU.
    pub pool: Option<String>,
    /// What a pod asks for: `nvidia.com/gpu`.
    pub resource: Option<String>,
    /// How many of them.
    pub gpus: u32,
    /// Pods of each copy; left out where it is one.
    #[serde(skip_serializing_if = "is_one")]
    pub pods: u32,
    /// Copies at the least.
    pub min_replicas: u32,
    /// Copies at the most.
    pub max_replicas: u32,
    /// Its row in the catalogue of models.
    pub model: Option<&'static str>,
    /// Tokens of the longest request.
    pub max_model_len: Option<u32>,
    /// `fits`, `tight`, `does not fit`, `refused`; `unknown` where it cannot be computed.
    pub verdict: &'static str,
    /// What each GPU holds; `null` where it cannot be computed.
    pub memory: Option<Held>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_one(pods: &u32) -> bool {
    *pods == 1
}

/// What a GPU holds, in MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// What a program gets of it.
    #[serde(rename = "usableMiB")]
    pub usable: u32,
    /// Weights.
    #[serde(rename = "weightsMiB")]
    pub weights: u32,
    /// What is left for the KV cache.
    #[serde(rename = "cacheMiB")]
    pub cache: u32,
    /// What one request of the longest length needs of it.
    #[serde(rename = "neededMiB")]
    pub needed: Option<u32>,
}

impl Held {
    /// What is neither weights nor cache.
    fn rest(self) -> u32 {
        self.usable
            .saturating_sub(self.weights)
            .saturating_sub(self.cache)
    }
}

impl Served {
    /// The headings of what [`Served::cells`] has.
    const HEADS: [&'static str; 6] = [
        "Model",
        "Namespace",
        "Pool",
        "Asks for",
        "Fit",
        "Memory of a GPU",
    ];

    /// The cells of a table.
    fn cells(&self) -> [String; 6] {
        let copies = if self.min_replicas == self.max_replicas {
            self.max_replicas.to_string()
        } else {
            format!("{} to {}", self.min_replicas, self.max_replicas)
        };
        let asks = match &self.resource {
            Some(resource) if self.pods > 1 => {
                format!("{copies} x {} pods x {} {resource}", self.pods, self.gpus)
            }
            Some(resource) => format!("{copies} x {} {resource}", self.gpus),
            None => format!("{copies} x CPU"),
        };
        let fit = match (self.verdict, self.max_model_len) {
            ("unknown", _) => "not known".to_owned(),
            (verdict, Some(tokens)) => format!("{verdict} for {tokens} tokens"),
            (verdict, None) => verdict.to_owned(),
        };
        [
            self.name.clone(),
            self.namespace.clone(),
            self.pool.clone().unwrap_or_else(|| "CPU".to_owned()),
            asks,
            fit,
            self.memory.map_or_else(String::new, memory),
        ]
    }
}

/// The table of models; the last cell draws the memory of a GPU: weights, cache, what is free or of others.
pub(super) fn section(cluster: &Cluster) -> Vec<Block> {
    let row = |model: &Served| {
        let mut cells: Vec<Cell> = model.cells().map(Cell::words).into();
        if let Some(last) = cells.last_mut() {
            last.bar = model.memory.map(|held| Shares {
                whole: held.usable,
                parts: [held.weights, held.cache],
                names: ["weights", "cache", "other"],
            });
        }
        cells
    };
    let rows = cluster.models.iter().map(row).collect();
    Table::of("Models", &Served::HEADS, rows)
        .into_iter()
        .collect()
}

/// `15.2 weights, 4.0 cache, 2.8 other of 22.1 GiB`
fn memory(held: Held) -> String {
    format!(
        "{} weights, {} cache, {} other of {} GiB",
        gib(held.weights),
        gib(held.cache),
        gib(held.rest()),
        gib(held.usable)
    )
}

fn gib(mib: u32) -> String {
    format!("{:.1}", f64::from(mib) / 1024.0)
}

/// A model of a plan.
pub(super) fn of(model: &plan::Model) -> Served {
    let fit = model.fit.as_ref();
    let held = fit.and_then(|fit| fit.memory).map(|memory| Held {
        usable: mib(memory.usable),
        weights: mib(memory.weights),
        cache: mib(memory.cache),
        needed: memory.needed.map(mib),
    });
    Served {
        name: model.name.clone(),
        namespace: model.namespace.clone(),
        pool: model.pool.clone(),
        resource: model.resource.clone(),
        gpus: model.gpus,
        pods: model.pods,
        min_replicas: model.replicas.0,
        max_replicas: model.replicas.1,
        model: model.served.map(|served| served.id),
        max_model_len: fit.and_then(|fit| fit.max_model_len),
        verdict: fit.map_or(Verdict::Unknown, |fit| fit.verdict).words(),
        memory: held,
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no GPU has more MiB than an integer, and less than none is none"
)]
fn mib(gib: f64) -> u32 {
    (gib * 1024.0).round().clamp(0.0, f64::from(u32::MAX)) as u32
}
