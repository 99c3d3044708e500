//! What other Applications made of placeholders of theirs on the same cluster, as live objects in the facts show it.
//!
//! Every Application with pools implies the same operators, under the same names. Without this each would write them in
//! turn, with the tolerations of its own pools alone, and the first that goes would take them along.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::Owner;
use crate::api::owner::is_made;
use crate::expand::existing::Existing;
use crate::facts::Gathered;
use crate::krm::{Document, Node, applier};
use crate::node_group;
use crate::operator;
use crate::types::ClusterId;

/// Who applies what we made.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// Those that apply the output of this run: the Application that asks for it, and those that apply the pools of the
    /// input already. When nobody is known, nobody is another one.
    own: BTreeSet<String>,
    /// Whose Subscription another one applies: cluster, where there are several, and package.
    packages: BTreeMap<(ClusterId, String), String>,
    /// Subscriptions of ours that somebody applies: title and who.
    pub(super) applied: Vec<(String, String)>,
}

impl Others {
    pub(super) fn find(existing: &Existing<'_, '_>, pools: &[String], gathered: &Gathered) -> Self {
        let mut others = Self::default();
        let given = gathered.given.iter().filter(|given| given.is_applier);
        others.own.extend(given.map(|given| given.giver.clone()));
        let documents = existing.all().map(|one| one.document);
        for set in documents.filter(|one| node_group::with_machines(one).is_some()) {
            let owner = Owner::of(set);
            let pool = owner.as_ref().and_then(Owner::pool);
            if pool.is_some_and(|pool| pools.iter().any(|known| known == pool)) {
                others.own.extend(live_applier(set));
            }
        }
        for standing in existing.all() {
            let one = standing.document;
            if !one.is("operators.coreos.com", "Subscription") {
                continue;
            }
            let (Some(by), Ok(node)) = (live_applier(one), one.node()) else {
                continue;
            };
            let package = node.str_at(&["spec", "name"]).unwrap_or_default();
            if others.is_another(&by) {
                let key = (cluster(gathered, standing.id.0), package.to_owned());
                others.packages.insert(key, by.clone());
            }
            let title = format!("Subscription {}/{}", one.namespace, one.name);
            others.applied.push((title, by));
        }
        others
    }

    fn is_another(&self, applier: &str) -> bool {
        !self.own.is_empty() && !self.own.contains(applier)
    }

    /// Whether another one applies it, live, and we made it.
    pub(super) fn apply(&self, document: &Document<'_>) -> bool {
        !self.own.is_empty() && live_applier(document).is_some_and(|by| self.is_another(&by))
    }

    /// Whether nobody is known to apply the output of this run.
    pub(super) fn knows_nobody(&self) -> bool {
        self.own.is_empty()
    }

    /// The other one that installs the operator which an object of a source is of. One object decides, the Subscription:
    /// two that wrote the same objects in turn must not both find them to be the other's.
    pub(super) fn installs(
        &self,
        node: &Node,
        document: &Document<'_>,
        at: usize,
        gathered: &Gathered,
    ) -> Option<String> {
        if self.packages.is_empty() || !node.is_live() || !is_made(node) {
            return None;
        }
        let by = |package: &str| {
            let key = (cluster(gathered, at), package.to_owned());
            self.packages.get(&key).cloned()
        };
        if document.kind == "Subscription" {
            return by(node.str_at(&["spec", "name"])?);
        }
        let (group, kind) = (document.group(), document.kind.as_ref());
        operator::shown_by(group, kind, &document.namespace).find_map(by)
    }
}

fn cluster(gathered: &Gathered, at: usize) -> ClusterId {
    ClusterId::from(gathered.sources.get(&at).filter(|_| gathered.several))
}

fn live_applier(document: &Document<'_>) -> Option<String> {
    Owner::of(document)?;
    let node = document.node().ok()?;
    node.is_live().then(|| applier(&node)).flatten()
}
