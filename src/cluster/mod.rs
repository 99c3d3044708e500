//! What is known of one cluster: each fact with its origin, and every way to give one that is missing.

mod example;
mod fact_name;
mod missing;
pub(crate) mod source;
pub(crate) mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;

pub(crate) use example::Example;
pub(crate) use fact_name::FactName;
pub(crate) use missing::{INFRASTRUCTURE_NAME, command, raw_command};
pub(crate) use missing::{
    example_of, facts_that_are_missing, lacks_all_facts, missing, no_facts, of_function,
    of_generator, of_second_transformer,
};
pub(crate) use worker::Worker;

use crate::api::cluster_facts::{CatalogPackage, InstalledOperator, NodeFacts};
use crate::krm::Node;
use crate::problem::Place;
use crate::types::{InfraName, Region, Release, Zone};

/// Label of a worker, on set and machines, that its clones keep: the operating system stream follows the image (MCO
/// reads it on both, ms_helpers.go).
pub(crate) const KEPT_LABEL: &str = "machineconfiguration.openshift.io/osstream";

/// A value that knows where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub origin: Rc<Origin>,
}

/// Where a fact stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// Kind and name, as the user's file has it (kustomize may have renamed it since): `Infrastructure/cluster`.
    pub object: String,
    /// Path of the field: `.status.infrastructureName`.
    pub path: String,
    /// File and line.
    pub place: Place,
}

impl fmt::Display for Origin {
    /// `Infrastructure/cluster (facts.yaml:9)`, or `parameter region of Application prod-gpu`, which is in no file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() && self.place.position.is_none() {
            return f.write_str(&self.object);
        }
        write!(f, "{} ({}", self.object, self.place.file)?;
        if let Some((at, _)) = self.place.position {
            write!(f, ":{}", at.line)?;
        }
        f.write_str(")")
    }
}

impl<T: fmt::Display> Fact<T> {
    /// As problems quote it: "region `us-east-2` from Infrastructure/cluster (facts.yaml:9)".
    pub(crate) fn quote(&self, what: impl fmt::Display) -> String {
        format!("{what} `{}` from {}", self.value, self.origin)
    }
}

/// What is known of one cluster. What nobody states is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ClusterFacts {
    /// How messages call the cluster: the name of its ClusterFacts, else of its ManagedCluster, else its
    /// infrastructure name.
    pub name: String,
    /// Every name that `spec.facts` of a placeholder may use for it, sorted.
    pub names: Vec<String>,
    /// Labels of its ClusterFacts and its ManagedCluster, by which `spec.facts` may choose it.
    pub labels: BTreeMap<String, String>,
    /// Its name with a random suffix, as every cloud resource of the cluster carries it.
    pub infrastructure_name: Option<Fact<InfraName>>,
    /// Kind of cloud, as `Infrastructure.status.platformStatus.type` spells it: `AWS`, `Azure`, `GCP`...
    pub platform: Option<Fact<String>>,
    /// Region of the cloud.
    pub region: Option<Fact<Region>>,
    /// Zones that pools may use, as ClusterFacts lists them. See [`ClusterFacts::zones`].
    pub zones: Option<Fact<Vec<Zone>>>,
    /// Version that the cluster runs or is being brought to.
    pub openshift_version: Option<Fact<Release>>,
    /// Version that it was installed with.
    pub installed_version: Option<Fact<Release>>,
    /// Architecture of the workers (`amd64`); absent when its workers differ.
    pub architecture: Option<Fact<String>>,
    /// Facts that only one cloud has ([`FactName::OWN`]), as they are written.
    pub own: BTreeMap<FactName, Fact<String>>,
    /// What facts look like on its cloud, for messages.
    pub(crate) example: Example,
    /// `rosa` or `osd` when the cluster is managed by Red Hat, whose webhook refuses MachineSets of users.
    pub managed: Option<Fact<String>>,
    /// Topology of the control plane; with `External` (HyperShift) the cluster has no MachineSets.
    pub topology: Option<Fact<String>>,
    /// `ScalesDown`, `NeverScalesDown` or `Absent`, as ClusterFacts says of the ClusterAutoscaler.
    pub cluster_autoscaler: Option<Fact<String>>,
    /// Failure domains by name, as their cloud writes them: zones where no field of a provider spec is one.
    pub failure_domains: BTreeMap<String, Fact<Node>>,
    /// Tags by key that every machine gets beside those of its provider spec.
    pub resource_tags: BTreeMap<String, Fact<Node>>,
    /// MachineSets that can be cloned, sorted by name.
    pub workers: Vec<Worker>,
    /// Operators that ClusterFacts says are installed: package name to what is known.
    pub operators: BTreeMap<String, Fact<InstalledOperator>>,
    /// What ClusterFacts says that catalogues hold: CatalogSource and package to what is known.
    pub catalogs: BTreeMap<(String, String), Fact<CatalogPackage>>,
    /// Nodes with GPUs, by name.
    pub nodes: BTreeMap<String, Fact<NodeFacts>>,
    /// What of a pool differs here: name of the pool and path of the field.
    pub overrides: BTreeMap<(String, String), Fact<Node>>,
    /// Facts that a source would state but for a mistake of it, which was reported: see [`missing`].
    pub failed: BTreeSet<FactName>,
}

impl ClusterFacts {
    /// Zones that pools may use: those that ClusterFacts lists, else those of the plain workers; sorted, each once.
    pub(crate) fn zones(&self) -> Vec<&str> {
        let zones: BTreeSet<&str> = match &self.zones {
            Some(zones) => zones.value.iter().map(Zone::as_str).collect(),
            None => (self.workers.iter())
                .filter(|worker| worker.reserved.is_none())
                .filter_map(Worker::zone)
                .collect(),
        };
        zones.into_iter().collect()
    }

    /// Plain workers of a zone, or without one, sorted by name: the templates of a pool that names none.
    pub(crate) fn templates<'a>(
        &'a self,
        zone: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Worker> {
        (self.workers.iter())
            .filter(move |worker| worker.reserved.is_none() && worker.zone() == zone)
    }

    /// The MachineSet of a name, plain or not: `spec.template.machineSet`. Both the name in the user's file and the
    /// one that kustomize made of it are known.
    pub(crate) fn worker(&self, name: &str) -> Option<&Worker> {
        self.workers.iter().find(|worker| worker.is_called(name))
    }

    /// A fact that only one cloud has.
    pub(crate) fn own(&self, name: FactName) -> Option<&Fact<String>> {
        self.own.get(&name)
    }

    /// Whether the boot image of the workers is known.
    pub(crate) fn has_image(&self) -> bool {
        self.own.contains_key(&FactName::Ami)
    }
}
