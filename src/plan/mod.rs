//! Placeholders, facts and catalogue become a [`Plan`]: the only room that decides. After it, nothing can fail.

pub(crate) mod earlier;
mod hardware;
pub(crate) mod labels;
pub(crate) mod limits;
mod marks;
mod names;
pub(crate) mod naming;
pub(crate) mod platform;
mod pool;
pub(crate) mod scaling;
mod selectors;
pub(crate) mod shared;
mod templates;
mod zones;

use std::collections::BTreeMap;

use crate::api::Read;
use crate::api::gpu_machine_set::{
    Autoscaling, GpuMachineSetSpec, Market, Protection, Sharing, Taint,
};
use crate::catalog::Instance;
use crate::facts::Gathered;
use crate::krm::{Document, Node};
use crate::operator;
use crate::problem::rules::pool as rule;
use crate::problem::{Place, Problem, Problems};

/// A placeholder of the input.
pub(crate) struct Placeholder<'a> {
    /// Where it stands.
    pub(crate) document: &'a Document<'a>,
    /// What it says.
    pub(crate) read: Read<GpuMachineSetSpec>,
}

impl Placeholder<'_> {
    /// The place of one of its fields.
    pub(crate) fn place(&self, path: &str) -> Place {
        crate::api::place(self.document, &self.read.node, path)
    }

    /// The place of the name of one of its fields.
    pub(crate) fn key_place(&self, path: &str) -> Place {
        crate::api::key_place(self.document, &self.read.node, path)
    }
}

/// Everything that will be made.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// In the order of their placeholders.
    pub(crate) pools: Vec<Pool>,
    /// One per cluster.
    pub(crate) platforms: Vec<platform::Platform>,
}

impl Plan {
    /// Whether a `GpuPlatform` of this run makes what platforms make; one that is implied only completes it.
    pub(crate) fn has_platform(&self) -> bool {
        let written = |one: &platform::Platform| one.from != platform::FROM_IMPLIED;
        self.platforms.iter().any(written)
    }
}

/// One pool, all decisions made.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    /// Index of its placeholder.
    pub(crate) placeholder: usize,
    /// The placeholder's name.
    pub(crate) name: String,
    /// Where the placeholder stands.
    pub(crate) place: Place,
    /// Infrastructure name of its cluster.
    pub(crate) infra: String,
    /// Node label `cluster-api/accelerator`.
    pub(crate) accelerator: String,
    /// GPUs of one machine; unknown for types outside the catalogue.
    pub(crate) gpus_per_machine: Option<u32>,
    /// GPU model; unknown for types outside the catalogue.
    pub(crate) model: Option<&'static str>,
    /// The model with its memory, which decides how a GPU can be cut.
    pub(crate) board: Option<&'static str>,
    /// One GPU for several pods.
    pub(crate) sharing: Option<Sharing>,
    /// Sync wave of its objects, when a `GpuPlatform` orders them.
    pub(crate) wave: Option<i32>,
    /// Machines at the most, in all zones.
    pub(crate) max_machines: u32,
    /// Whether MachineAutoscalers are made.
    pub(crate) autoscaled: bool,
    /// Taints of the nodes.
    pub(crate) taints: Vec<Taint>,
    /// Labels of the nodes.
    pub(crate) node_labels: BTreeMap<String, String>,
    /// Labels of the Machine objects.
    pub(crate) machine_labels: BTreeMap<String, String>,
    /// The placeholder's own labels, for every object.
    pub(crate) own_labels: BTreeMap<String, String>,
    /// The placeholder's own annotations, for every object.
    pub(crate) own_annotations: BTreeMap<String, String>,
    /// Protection of the MachineSets.
    pub(crate) protection: Protection,
    /// One per zone.
    pub(crate) sets: Vec<PlannedSet>,
    /// What people want to know of it besides.
    pub(crate) about: About,
}

/// What people want to know of a pool, and no object says.
#[derive(Debug, Default)]
pub(crate) struct About {
    /// How messages call its cluster.
    pub(crate) cluster: String,
    /// Kind of cloud.
    pub(crate) platform: &'static str,
    /// Region of the cluster.
    pub(crate) region: String,
    /// Version of the cluster, when it is known.
    pub(crate) openshift_version: Option<String>,
    /// Instance type, as the cloud spells it.
    pub(crate) instance_type: String,
    /// What the catalogue knows of it.
    pub(crate) instance: Option<Instance>,
    /// How machines are bought.
    pub(crate) market: Market,
    /// Highest price per machine and hour in US dollars.
    pub(crate) max_price: Option<String>,
    /// Capacity reservation that machines start in.
    pub(crate) capacity_reservation: Option<String>,
}

/// One MachineSet.
#[derive(Debug)]
pub(crate) struct PlannedSet {
    /// Its name.
    pub(crate) name: String,
    /// Value of the label by which it finds its machines.
    pub(crate) selector: String,
    /// Its zone.
    pub(crate) zone: String,
    /// The worker MachineSet that it is cloned from; `None` when it is built from facts alone.
    pub(crate) template: Option<String>,
    /// Replicas, left out when the autoscaler decides alone.
    pub(crate) replicas: Option<u32>,
    /// Limits of its MachineAutoscaler.
    pub(crate) scale: Option<Autoscaling>,
    /// Labels that a clone keeps from its worker.
    pub(crate) kept_labels: BTreeMap<String, String>,
    /// The finished provider spec.
    pub(crate) provider_spec: Node,
}

/// How `gpu-machineset.dev/from` of all pools begins.
pub(crate) const FROM_PREFIX: &str = "GpuMachineSet/";

impl Pool {
    /// What stands in `gpu-machineset.dev/from` of all that it makes.
    pub(crate) fn from(&self) -> String {
        format!("{FROM_PREFIX}{}", self.name)
    }

    /// How many `nvidia.com/gpu` a node shows for one GPU; unknown for some MIG profiles.
    pub(crate) fn units_per_gpu(&self) -> Option<u32> {
        operator::units_per_gpu(self.sharing.as_ref(), self.board)
    }
}

/// Decides everything, or says what keeps it from being decided.
pub(crate) fn plan(
    placeholders: &[Placeholder<'_>],
    gathered: &Gathered,
    problems: &mut Problems,
) -> Plan {
    let mut pools = Vec::new();
    for (index, placeholder) in placeholders.iter().enumerate() {
        let pool = pool::plan(placeholder, gathered, problems);
        pools.extend(pool.map(|pool| Pool {
            placeholder: index,
            ..pool
        }));
    }
    duplicate_pools(placeholders, problems);
    duplicate_sets(&pools, problems);
    selectors::check(&pools, gathered, problems);
    hardware::two_models(&pools, placeholders, problems);
    Plan {
        pools,
        platforms: Vec::new(),
    }
}

fn duplicate_pools(placeholders: &[Placeholder<'_>], problems: &mut Problems) {
    let mut seen: BTreeMap<(&str, String), &Placeholder<'_>> = BTreeMap::new();
    for placeholder in placeholders {
        let facts = placeholder
            .read
            .node
            .at(&["spec", "facts"])
            .and_then(Node::text);
        let key = (
            placeholder.read.name.as_str(),
            facts.unwrap_or("").to_owned(),
        );
        if let Some(first) = seen.get(&key) {
            let message = format!("there are two pools named `{}`", placeholder.read.name);
            problems.push(
                Problem::new(
                    &rule::DUPLICATE_POOL,
                    placeholder.place("metadata.name"),
                    message,
                )
                .fact(format!("the first is at {}", first.place("metadata.name")))
                .help("rename one of them"),
            );
        } else {
            seen.insert(key, placeholder);
        }
    }
}

fn duplicate_sets(pools: &[Pool], problems: &mut Problems) {
    let mut seen: BTreeMap<(&str, &str), &Pool> = BTreeMap::new();
    for pool in pools {
        // a template that cannot be filled was reported
        for set in pool.sets.iter().filter(|set| !set.name.is_empty()) {
            let key = (pool.infra.as_str(), set.name.as_str());
            match seen.get(&key) {
                Some(first) if first.name != pool.name => problems.push(
                    Problem::new(
                        &rule::DUPLICATE_SET_NAME,
                        pool.place.clone(),
                        format!("pools `{}` and `{}` both make MachineSet `{}`", first.name, pool.name, set.name),
                    )
                    .fact(format!("pool `{}` is at {}", first.name, first.place))
                    .help(format!("set `nameTemplate: \"{{infra}}-{}-{{instanceType}}-{{zone}}\"` or use `{{name}}` in the template of both", pool.name)),
                ),
                Some(_) => {}
                None => {
                    seen.insert(key, pool);
                }
            }
        }
    }
}
