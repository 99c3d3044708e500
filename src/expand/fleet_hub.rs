//! What the hub of a fleet gets, once, when all clusters are planned: how Argo CD delivers to them.

use super::fleet::{Fleet, OfCluster};
use super::{Input, Mode, Output, cut, placeholders, plan, what_leaves};
use crate::facts;
use crate::kinds::gpu_delivery;
use crate::problem::Problems;
use crate::view;

/// How its folder is called.
const HUB: &str = "hub";

impl Fleet {
    /// What the common sources have for the hub. Nothing when only a part of the fleet was rendered: what the others
    /// get is not known, and the project has to allow it too.
    pub fn hub(&mut self) -> Option<OfCluster> {
        if !self.only.is_empty() || !self.has_clusters() {
            return None;
        }
        let input = Input {
            sources: std::mem::take(&mut self.common),
            mode: Mode::Bare,
            ..Input::default()
        };
        let mut problems = Problems::new();
        let hub = self.hub_of(&input, &mut problems);
        self.reported.add("", problems);
        self.common = input.sources;
        hub
    }

    fn hub_of(&self, input: &Input, problems: &mut Problems) -> Option<OfCluster> {
        let splits = cut(input, &mut Problems::new())?;
        let mut found = placeholders::find(&splits, &[], &[], &mut Problems::new());
        if !found.has_hub() {
            return None;
        }
        found.only_hub();
        found.delivered = self.delivered.clone();
        // said of the clusters already
        let mut gathered = facts::gather(&splits, None, &mut Problems::new());
        let (plan, changes) = plan(&splits, false, &found, &mut gathered, problems);
        let rewrites = changes.decided(&splits, problems);
        let output = Output {
            text: what_leaves::bare(&splits, &rewrites, problems),
            ..Output::default()
        };
        let objects = problems.take(output.objects_that(gpu_delivery::is_of_hub));
        Some(OfCluster {
            name: HUB.to_owned(),
            infrastructure_name: None,
            is_hub: true,
            objects: objects.unwrap_or_default(),
            overview: view::of(&plan, &[]),
        })
    }
}
