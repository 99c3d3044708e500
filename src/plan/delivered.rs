//! What a delivery brings to clusters: the kinds that a project has to allow, and what Argo CD has to leave alone there.

use std::collections::BTreeSet;

use crate::catalog::kinds;
use crate::krm::Node;

/// A kind by group and name.
type GroupKind = (String, String);

/// Kinds and namespaces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Allowed {
    /// Kinds whose objects are in no namespace.
    pub(crate) cluster: BTreeSet<GroupKind>,
    /// Kinds whose objects are in one.
    pub(crate) namespaced: BTreeSet<GroupKind>,
    /// Namespaces of them.
    pub(crate) namespaces: BTreeSet<String>,
}

impl Allowed {
    /// Adds a kind.
    pub(crate) fn add(&mut self, group: &str, kind: &str, namespaced: bool) {
        let kinds = if namespaced {
            &mut self.namespaced
        } else {
            &mut self.cluster
        };
        kinds.insert((group.to_owned(), kind.to_owned()));
    }

    /// All its kinds.
    pub(crate) fn kinds(&self) -> Vec<GroupKind> {
        self.cluster
            .iter()
            .chain(&self.namespaced)
            .cloned()
            .collect()
    }

    /// Adds the kind of an object, and its namespace.
    pub(crate) fn object(&mut self, node: &Node) {
        let version = node.str_at(&["apiVersion"]).unwrap_or_default();
        let group = version.split_once('/').map_or("", |(group, _)| group);
        let text = |path: &[&str]| node.str_at(path).unwrap_or_default();
        self.one_of(group, text(&["kind"]), text(&["metadata", "namespace"]));
    }

    /// Adds a kind, and the namespace that an object of it is in; empty for none.
    pub(crate) fn one_of(&mut self, group: &str, kind: &str, namespace: &str) {
        let known = kinds::of(group, kind).map(|row| row.namespaced);
        self.add(group, kind, known.unwrap_or(!namespace.is_empty()));
        if !namespace.is_empty() {
            self.namespaces.insert(namespace.to_owned());
        }
    }

    /// Adds all of another.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.cluster.extend(other.cluster.iter().cloned());
        self.namespaced.extend(other.namespaced.iter().cloned());
        self.namespaces.extend(other.namespaces.iter().cloned());
    }
}

/// What pools and platforms become, on one cluster or on all of a fleet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Delivered {
    /// Whether there are any.
    pub(crate) is_any: bool,
    /// Their objects.
    pub(crate) allowed: Allowed,
    /// Pools whose replicas Git declares and an autoscaler changes: `GpuMachineSet/l4`.
    pub(crate) scaled: BTreeSet<String>,
    /// GPUs of the largest machine; `None` without pools.
    pub(crate) most_gpus: Option<u32>,
    /// Whether there is a pool of which nobody knows how many GPUs its machines have.
    pub(crate) has_unknown_gpus: bool,
}

impl Delivered {
    /// Adds what another cluster gets.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.is_any |= other.is_any;
        self.allowed.extend(&other.allowed);
        self.scaled.extend(other.scaled.iter().cloned());
        self.most_gpus = self.most_gpus.max(other.most_gpus);
        self.has_unknown_gpus |= other.has_unknown_gpus;
    }
}
