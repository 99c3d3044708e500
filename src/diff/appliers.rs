//! Who applies what a cluster runs.

use std::collections::{BTreeMap, BTreeSet};

use super::{Identity, is, listed};
use crate::api::Owner;
use crate::krm::{Node, applier};
use crate::problem::Problem;
use crate::problem::rules::migrate as rule;

/// Who applies what is live, of the pools and of what they imply.
#[derive(Default)]
pub(super) struct Appliers {
    pools: BTreeSet<String>,
    implied: BTreeMap<String, Vec<String>>,
}

impl Appliers {
    pub(super) fn add(&mut self, live: Option<&Node>, rendered: &Node, identity: &Identity) {
        let Some(by) = live.and_then(applier) else {
            return;
        };
        if identity.is_of_pools() {
            self.pools.insert(by);
        } else if Owner::of_node(rendered).is_some_and(|owner| owner.is_implied()) {
            let title = format!("{} `{}`", identity.kind, identity.name);
            self.implied.entry(by).or_default().push(title);
        }
    }

    /// Whether it is known to be rendered elsewhere.
    pub(super) fn is_another(&self, live: &Node) -> bool {
        let by = applier(live);
        !self.pools.is_empty() && by.is_some_and(|by| !self.pools.contains(&by))
    }

    /// Implied for pools of one, and applied by another.
    pub(super) fn problems(self) -> Vec<Problem> {
        let Self { pools, implied } = self;
        let others = implied.into_iter();
        let others = others.filter(|(by, _)| !pools.is_empty() && !pools.contains(by));
        let pools: Vec<String> = pools.iter().cloned().collect();
        let pools = pools.join(" and ");
        let said = others.map(|(by, objects)| {
            let message = format!("{} {} applied by {by}, and the pools by {pools}", listed(&objects), is(&objects));
            let place = crate::problem::Place::default();
            Problem::new(&rule::APPLIED_BY, place, message)
                .help("write a GpuPlatform with `operators: {}` beside these pools, or render all pools together")
        });
        said.collect()
    }
}
