//! The facts of clusters, out of any object that states them, each with its origin.
//!
//! [`gather`] reads every object of the input whose kind is in the table of [`sources`], groups what they state by
//! cluster (an infrastructure name is a cluster's identity) and checks that all sources of one cluster agree. Nothing
//! is guessed and nothing is parsed out of a name: a fact that nobody states is absent, and [`missing`] says how to
//! give it. Objects are found by group and kind, never by name or namespace, because kustomize renames them.

mod boot_images;
mod gather;
mod given;
mod join;
mod lookup;
mod missing;
pub mod path;
mod read;
mod select;
mod served;
pub mod sources;
mod value;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;

pub use gather::{DocumentId, from_spec, gather, is_read};
pub use given::{Given, check};
pub(crate) use missing::raw_command;
pub use missing::{
    example_of, fact_that_is_missing, lacks_all_facts, missing, no_facts, of_generator,
    of_second_transformer,
};
pub use sources::FactName;

use crate::api::cluster_facts::{CatalogPackage, InstalledOperator, Naming};
use crate::krm::Node;
use crate::problem::Place;
use crate::types::Version;

/// Label of a worker, on set and machines, that its clones keep: the operating system stream follows the image (MCO
/// reads it on both, ms_helpers.go).
pub const KEPT_LABEL: &str = "machineconfiguration.openshift.io/osstream";

/// A value that knows where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub origin: Rc<Origin>,
}

/// Where a fact stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
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
    pub fn quote(&self, what: impl fmt::Display) -> String {
        format!("{what} `{}` from {}", self.value, self.origin)
    }
}

/// What is known of one cluster. What nobody states is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClusterFacts {
    /// How messages call the cluster: the name of its ClusterFacts, else of its ManagedCluster, else its
    /// infrastructure name.
    pub name: String,
    /// Every name that `spec.facts` of a placeholder may use for it, sorted.
    pub names: Vec<String>,
    /// Its name with a random suffix, as every cloud resource of the cluster carries it.
    pub infrastructure_name: Option<Fact<String>>,
    /// Kind of cloud, as `Infrastructure.status.platformStatus.type` spells it: `AWS`, `Azure`, `GCP`...
    pub platform: Option<Fact<String>>,
    /// Region of the cloud.
    pub region: Option<Fact<String>>,
    /// Zones that pools may use, as ClusterFacts lists them. See [`ClusterFacts::zones`].
    pub zones: Option<Fact<Vec<String>>>,
    /// Version that the cluster runs or is being brought to.
    pub openshift_version: Option<Fact<String>>,
    /// Version that it was installed with.
    pub installed_version: Option<Fact<String>>,
    /// Architecture of the workers (`amd64`); absent when its workers differ.
    pub architecture: Option<Fact<String>>,
    /// AWS image of the workers.
    pub ami: Option<Fact<String>>,
    /// How the installer named subnets and security groups. Only what is written; see [`ClusterFacts::naming`].
    pub naming: Option<Fact<Naming>>,
    /// `rosa` or `osd` when the cluster is managed by Red Hat, whose webhook refuses MachineSets of users.
    pub managed: Option<Fact<String>>,
    /// Topology of the control plane; with `External` (HyperShift) the cluster has no MachineSets.
    pub topology: Option<Fact<String>>,
    /// MachineSets that can be cloned, sorted by name.
    pub workers: Vec<Worker>,
    /// Operators that ClusterFacts says are installed: package name to what is known.
    pub operators: BTreeMap<String, Fact<InstalledOperator>>,
    /// What ClusterFacts says that catalogues hold: CatalogSource and package to what is known.
    pub catalogs: BTreeMap<(String, String), Fact<CatalogPackage>>,
    /// Facts that a source would state but for a mistake of it, which was reported: see [`missing`].
    pub failed: BTreeSet<FactName>,
}

/// A MachineSet that can be cloned: live, from Git, or captured in a ClusterFacts.
#[derive(Clone, Debug, PartialEq)]
pub struct Worker {
    /// Its name, as the user's file has it (kustomize may have renamed it since).
    pub name: String,
    /// Its zone; empty on clouds whose provider spec has none (vSphere, Nutanix) and for regional Azure machines.
    pub zone: Fact<String>,
    /// `spec.template.spec.providerSpec.value`, as it was written.
    pub provider_spec: Rc<Node>,
    /// `metadata.labels` without bookkeeping of controllers and of GitOps tools.
    pub labels: BTreeMap<String, String>,
    /// `spec.template.metadata.labels`, without bookkeeping: what Machines carry.
    pub template_labels: BTreeMap<String, String>,
    /// The whole object, when it is one; `None` when captured in a ClusterFacts.
    pub machine_set: Option<Rc<Node>>,
    /// Its replicas, when written.
    pub replicas: Option<u64>,
    /// Where it stands.
    pub origin: Rc<Origin>,
    /// Architecture of its machines, when the annotation `capacity.cluster-autoscaler.kubernetes.io/labels` states it or
    /// the catalogue knows its instance type.
    pub architecture: Option<String>,
    /// Why it is no template by itself (then only `spec.template.machineSet` takes it); `None` for a plain worker.
    pub reserved: Option<String>,
}

/// All clusters of an input.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// Sorted by name.
    pub clusters: Vec<ClusterFacts>,
    /// Documents that served: a fact was taken from them, a pool may clone or clones them, or they show an operator that
    /// matters. Not those that were only looked at. Index of the source and of the document in it.
    pub used: BTreeSet<DocumentId>,
    /// The cluster of each of these documents: its infrastructure name, empty when nobody states it or when it serves
    /// several.
    pub of: BTreeMap<DocumentId, String>,
    /// The cluster of each source whose objects state the facts of one cluster only.
    pub sources: BTreeMap<usize, String>,
    /// Whether objects of several clusters were read.
    pub several: bool,
    /// Objects of the kinds that facts are read from which come from a cluster: they have server fields.
    pub live: BTreeSet<DocumentId>,
    /// What was given beside the documents, for facts that placeholders hold themselves.
    pub given: Option<Given>,
}

impl ClusterFacts {
    /// Zones that pools may use: those that ClusterFacts lists, else those of the plain workers; sorted, each once.
    pub fn zones(&self) -> Vec<&str> {
        let zones: BTreeSet<&str> = match &self.zones {
            Some(zones) => zones.value.iter().map(String::as_str).collect(),
            None => (self.workers.iter())
                .filter(|worker| worker.reserved.is_none())
                .map(|worker| worker.zone.value.as_str())
                .filter(|zone| !zone.is_empty())
                .collect(),
        };
        zones.into_iter().collect()
    }

    /// Plain workers of a zone, sorted by name: the templates of a pool that names none.
    pub fn templates<'a>(&'a self, zone: &'a str) -> impl Iterator<Item = &'a Worker> {
        (self.workers.iter())
            .filter(move |worker| worker.reserved.is_none() && worker.zone.value == zone)
    }

    /// The MachineSet of a name, plain or not: `spec.template.machineSet`. Both the name in the user's file and the
    /// one that kustomize made of it are known.
    pub fn worker(&self, name: &str) -> Option<&Worker> {
        self.workers.iter().find(|worker| worker.is_called(name))
    }

    /// How the installer named subnets and security groups: what is written, else what follows from the version that
    /// the cluster was installed with (4.16 began to use Cluster API). A cluster that was only upgraded to 4.16 keeps
    /// its old names, so the running version says nothing.
    pub fn naming(&self) -> Option<Fact<Naming>> {
        if self.naming.is_some() {
            return self.naming.clone();
        }
        let installed = self.installed_version.as_ref()?;
        let value = if Version::parse(&installed.value).ok()?.at_least(4, 16) {
            Naming::Capi
        } else {
            Naming::Terraform
        };
        let origin = installed.origin.clone();
        Some(Fact { value, origin })
    }
}

impl Worker {
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let current = (self.machine_set.as_ref()).and_then(|set| set.str_at(&["metadata", "name"]));
        self.name == name || current == Some(name)
    }
}

#[cfg(test)]
pub(crate) mod tests;
