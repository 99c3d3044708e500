//! `argocd parameters`: what the Application may say, with the values of its files.

use super::sources::{held, read};
use crate::argocd::{self, Variables};
use crate::cluster::{self, FactName};
use crate::edge::reply::Reply;
use crate::facts::{self, Gathered, Given};
use crate::krm::split_readable;
use crate::problem::Problems;
use crate::{Input, Mode, expand};

/// `gpu-machineset argocd parameters`: never fails, since the tab that shows them is where mistakes are repaired.
pub(super) fn parameters(variables: &Variables) -> Reply {
    let mut unsaid = Problems::new();
    let parameters = variables.read(&mut unsaid);
    // a pool that is not whole needs facts that nobody can name
    let given = Given {
        pools: parameters.given.pools.clone(),
        cluster: parameters.given.cluster.clone(),
        ..Given::default()
    };
    let input = Input {
        sources: read(&parameters, &mut unsaid),
        mode: Mode::Bare,
        given: Some(given),
        ..Input::default()
    };
    let splits = split_readable(&input.sources);
    let all = facts::gather(&splits, None, &mut unsaid);
    let mut gathered: Gathered = facts::gather(&splits, input.given.as_ref(), &mut unsaid);
    if gathered.clusters.is_empty() {
        gathered.clusters = held(&splits, input.given.as_ref());
    }
    let mut missing: Vec<FactName> = Vec::new();
    if !input.sources.is_empty() {
        let problems = expand(&input).problems;
        missing.extend(problems.iter().flat_map(cluster::facts_that_are_missing));
        // what a mistake in the tree keeps it from stating may be given as well
        missing.extend(gathered.clusters.iter().flat_map(|cluster| &cluster.failed));
    }
    let json = argocd::announcements(&splits, &all, &gathered.clusters, &missing);
    Reply::done(format!("{json:#}\n"))
}
