//! What became of the objects that were read: which MachineSets gave a fact, and which were only looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::join::Group;
use super::read::Reading;
use super::{ClusterFacts, DocumentId, Origin};
use crate::types::ClusterId;

/// What became of readings.
pub(super) struct Joined {
    pub(super) clusters: Vec<ClusterFacts>,
    /// The documents that took part, each with its cluster.
    pub(super) of: BTreeMap<DocumentId, ClusterId>,
    /// Those among them that gave no fact.
    pub(super) looked_at: BTreeSet<DocumentId>,
}

/// Sets that no pool clones unasked, and where they state what others may state too.
pub(super) struct Reserved(Vec<(DocumentId, Vec<Rc<Origin>>)>);

impl Reserved {
    pub(super) fn of(group: &Group) -> Self {
        let is_reserved = |reading: &&Reading| {
            let mut sets = reading.workers.iter();
            let all = sets.all(|worker| worker.machine_set.is_some() && worker.reserved.is_some());
            all && !reading.workers.is_empty()
        };
        let reserved = group.iter().filter(is_reserved).map(|reading| {
            let stated = reading.statements.iter();
            let origins = stated.map(|statement| Rc::clone(&statement.origin));
            (reading.id, origins.collect())
        });
        Self(reserved.collect())
    }

    /// Those that gave nothing to the facts that became of the group.
    pub(super) fn looked_at(&self, facts: &ClusterFacts) -> BTreeSet<DocumentId> {
        let taken: Vec<&Rc<Origin>> = origins(facts).collect();
        let gave = |origin: &Rc<Origin>| taken.iter().any(|one| Rc::ptr_eq(one, origin));
        let idle = self.0.iter();
        let idle = idle.filter(|(_, origins)| !origins.iter().any(gave));
        idle.map(|(id, _)| *id).collect()
    }
}

fn origins(facts: &ClusterFacts) -> impl Iterator<Item = &Rc<Origin>> {
    let own = facts.own.values();
    let infra = facts.infrastructure_name.iter().map(|fact| &fact.origin);
    let region = facts.region.iter().map(|fact| &fact.origin);
    let texts = [
        &facts.platform,
        &facts.architecture,
        &facts.managed,
        &facts.topology,
    ];
    let versions = [&facts.openshift_version, &facts.installed_version];
    let versions = versions.into_iter().flatten();
    let texts = texts.into_iter().flatten().chain(own);
    (texts.map(|fact| &fact.origin))
        .chain(versions.map(|fact| &fact.origin))
        .chain(infra)
        .chain(region)
}
