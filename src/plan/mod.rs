//! What the kinds decided: pools, platforms, and the objects that come of them. Types only; the kinds fill them.

mod access;
mod autoscaler;
mod delivered;
mod delivery;
mod made;
mod model;
mod open_stack;
mod platform;

use std::collections::BTreeMap;

use crate::api::gpu_machine_set::{Autoscaling, Market, Protection, Sharing, Taint};
use crate::api::{FROM, OurKind, Owner};
use crate::catalog::{Gpu, Instance, Size};
use crate::krm::Node;
use crate::krm::complete::Edits;
use crate::pool_face::PoolFace;
use crate::problem::Place;
use crate::types::{ClusterId, InfraName, InstanceType, SetName};
pub(crate) use access::{Access, AccessPool, AccessTeam, Offer, Way};
pub(crate) use autoscaler::{Autoscaler, Standing};
pub(crate) use delivered::{Allowed, Delivered};
pub(crate) use delivery::{DeliveredComponent, Delivery};
pub(crate) use made::Made;
pub(crate) use model::{Machines, Model};
pub(crate) use open_stack::{By, Card, Flavor, Host, Network, OpenStack, Taken};
pub(crate) use platform::{Chosen, Completion, GpuLimit, Platform};

/// Everything that will be made.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// In the order of their placeholders.
    pub(crate) pools: Vec<Pool>,
    /// One per cluster.
    pub(crate) platforms: Vec<Platform>,
    /// Pools of which only the objects are seen, made by an earlier transformer or by another Application.
    pub(crate) earlier: Vec<PoolFace>,
    /// Who may use the pools.
    pub(crate) access: Vec<Access>,
    /// What the clusters of a fleet get that were planned one by one before.
    pub(crate) delivered: Delivered,
    /// How Argo CD delivers.
    pub(crate) deliveries: Vec<Delivery>,
    /// Models that are served.
    pub(crate) models: Vec<Model>,
    /// OpenStacks whose virtual machines get GPUs.
    pub(crate) open_stacks: Vec<OpenStack>,
    /// What kinds that build on these make.
    pub(crate) made: Vec<Made>,
    /// What they add to objects of the input.
    pub(crate) completions: Vec<Completion>,
    /// What they change in the text of objects of the input, by source and index there; ranges of one object do not
    /// overlap.
    pub(crate) edits: Vec<((usize, usize), Edits)>,
}

impl Plan {
    /// What others may know of the pools of a cluster, those of this run first.
    pub(crate) fn pools_of(&self, cluster: &ClusterId) -> Vec<PoolFace> {
        let own = self.pools.iter().map(Pool::face);
        let all = own.chain(self.earlier.iter().cloned());
        all.filter(|face| face.cluster == *cluster).collect()
    }

    /// All that something is made from.
    pub(crate) fn owners(&self) -> Vec<Owner> {
        let pools = self.pools.iter().map(Pool::from);
        let platforms = self.platforms.iter().map(|one| one.from.clone());
        let others = self.made.iter().map(|made| made.from.clone());
        pools.chain(platforms).chain(others).collect()
    }

    /// Whether a `GpuPlatform` of this run makes what platforms make; one that is implied only completes it.
    pub(crate) fn has_platform(&self) -> bool {
        let written = |one: &Platform| !one.from.is_implied();
        self.platforms.iter().any(written)
    }
}

/// One pool, all decisions made.
#[derive(Debug)]
pub(crate) struct Pool {
    /// Index of its placeholder.
    pub(crate) placeholder: usize,
    /// The placeholder's name.
    pub(crate) name: String,
    /// Where the placeholder stands.
    pub(crate) place: Place,
    /// Infrastructure name of its cluster.
    pub(crate) infra: InfraName,
    /// Node label `cluster-api/accelerator`.
    pub(crate) accelerator: String,
    /// GPU model; unknown for types outside the catalogue.
    pub(crate) model: Option<&'static str>,
    /// One GPU for several pods.
    pub(crate) sharing: Option<Sharing>,
    /// Sync wave of its objects, when a `GpuPlatform` orders them.
    pub(crate) wave: Option<i32>,
    /// Machines at the least, in all zones.
    pub(crate) min_machines: u32,
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
    /// What it becomes.
    pub(crate) form: Form,
    /// One per zone.
    pub(crate) groups: Vec<Group>,
    /// What people want to know of it besides.
    pub(crate) about: About,
}

/// What people want to know of a pool, and no object says.
#[derive(Debug)]
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
    pub(crate) instance_type: InstanceType,
    /// What the catalogue knows of it.
    pub(crate) instance: Option<Instance>,
    /// Processors and memory of each machine.
    pub(crate) size: Option<Size>,
    /// GPUs of each machine, by the catalogue or as the pool states them.
    pub(crate) gpu: Option<Gpu>,
    /// How machines are bought.
    pub(crate) market: Market,
    /// Highest price per machine and hour in US dollars.
    pub(crate) max_price: Option<String>,
    /// Capacity reservation that machines start in.
    pub(crate) capacity_reservation: Option<String>,
    /// GiB of the disk that a machine boots from, the smallest of its zones; unknown where no provider spec says it.
    pub(crate) root_gib: Option<u32>,
}

/// A form that a pool may take on a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// MachineSets with MachineAutoscalers, one of each per zone.
    #[default]
    MachineSet,
}

/// Machines of a pool that one object of its form makes: one MachineSet.
#[derive(Debug)]
pub(crate) struct Group {
    /// Its name.
    pub(crate) name: SetName,
    /// Value of the label by which it finds its machines.
    pub(crate) selector: String,
    /// Its zone; `None` where machines have none.
    pub(crate) zone: Option<String>,
    /// The worker MachineSet that it is cloned from; `None` when it is built from facts alone.
    pub(crate) template: Option<String>,
    /// Replicas, left out when the autoscaler decides alone.
    pub(crate) replicas: Option<u32>,
    /// Limits of its MachineAutoscaler.
    pub(crate) scale: Option<Autoscaling>,
    /// Labels that a clone keeps from its worker.
    pub(crate) kept_labels: BTreeMap<String, String>,
    /// Annotations that say of its machines what no controller finds out.
    pub(crate) capacity: BTreeMap<String, String>,
    /// The finished provider spec.
    pub(crate) provider_spec: Node,
}

const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";

impl Pool {
    /// What stands in `gpu-machineset.dev/from` of all that it makes.
    pub(crate) fn from(&self) -> Owner {
        Owner::new(OurKind::GpuMachineSet, &self.name)
    }

    /// What others may know of it.
    pub(crate) fn face(&self) -> PoolFace {
        PoolFace {
            name: self.name.clone(),
            cluster: ClusterId::from(Some(&self.infra)),
            place: self.place.clone(),
            placeholder: Some(self.placeholder),
            taints: self.taints.clone(),
            node_labels: self.node_labels.clone(),
            accelerator: self.accelerator.clone(),
            instance_type: Some(self.about.instance_type.to_string()),
            instance: self.about.instance,
            size: self.about.size,
            gpu: self.about.gpu,
            sharing: self.sharing.clone(),
            min_machines: self.min_machines,
            max_machines: self.max_machines,
            autoscaled: self.autoscaled,
            root_gib: self.about.root_gib,
            zones: self.groups.len(),
        }
    }

    /// Annotations that every object of it has: the placeholder's own, its origin, and its sync wave.
    pub(crate) fn annotations(&self) -> BTreeMap<String, String> {
        let mut annotations = self.own_annotations.clone();
        annotations.insert(FROM.to_owned(), self.from().to_string());
        if let Some(wave) = self.wave {
            let wave = wave.to_string();
            annotations.entry(SYNC_WAVE.to_owned()).or_insert(wave);
        }
        annotations
    }
}
