//! The facts of clusters, out of any object that states them, each with its origin.
//!
//! [`gather`] reads every object of the input whose kind is in the table of [`sources`], groups what they state by
//! cluster (an infrastructure name is a cluster's identity) and checks that all sources of one cluster agree. Nothing
//! is guessed and nothing is parsed out of a name: a fact that nobody states is absent, and
//! [`crate::cluster::missing`] says how to give it. Objects are found by group and kind, never by name or namespace, because kustomize renames them.

mod agree;
mod boot_images;
mod gather;
mod given;
mod join;
mod lookup;
mod overrides;
pub(crate) mod path;
mod read;
mod select;
mod served;
pub(crate) mod sources;
mod value;
mod worker;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use gather::{DocumentId, from_spec, gather, is_read};
pub(crate) use given::{Given, check};
pub(crate) use select::{chooses_nothing, is_called, means};

use crate::cluster::{ClusterFacts, Fact, FactName, Origin, Worker};
use crate::types::{ClusterId, InfraName};

/// All clusters of an input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gathered {
    /// Sorted by name.
    pub clusters: Vec<ClusterFacts>,
    /// Documents that served: a fact was taken from them, a pool may clone or clones them, or they show an operator that
    /// matters. Not those that were only looked at. Index of the source and of the document in it.
    pub used: BTreeSet<DocumentId>,
    /// The cluster of each of these documents: unknown when nobody states it or when it serves several.
    pub of: BTreeMap<DocumentId, ClusterId>,
    /// The cluster of each source whose objects state the facts of one cluster only.
    pub sources: BTreeMap<usize, InfraName>,
    /// Whether objects of several clusters were read.
    pub several: bool,
    /// Objects of the kinds that facts are read from which come from a cluster: they have server fields.
    pub live: BTreeSet<DocumentId>,
    /// What was given beside the documents, for facts that placeholders hold themselves.
    pub given: Option<Given>,
}

#[cfg(test)]
pub(crate) mod tests;
