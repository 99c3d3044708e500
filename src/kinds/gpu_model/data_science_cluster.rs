//! What the DataScienceCluster says: that of the cluster, or the one that is made for it.

use super::context::Context;
use crate::krm::Node;
use crate::plan::Plan;

const KIND: &str = "DataScienceCluster";

/// What is found in the first of them; `None` where nothing shows one.
pub(super) fn of<T>(context: &Context<'_>, plan: &Plan, find: impl Fn(&Node) -> T) -> Option<T> {
    let mut shown = context.shown("datasciencecluster.opendatahub.io", KIND);
    let mine = plan
        .platforms
        .iter()
        .filter(|one| one.cluster == context.cluster);
    let mut made = mine.flat_map(|one| one.objects.iter().chain(&one.shared));
    let made = || {
        made.find(|node| node.str_at(&["kind"]) == Some(KIND))
            .map(&find)
    };
    shown.next().map(|one| find(&one.node)).or_else(made)
}

/// A field of its components.
pub(super) fn component(context: &Context<'_>, plan: &Plan, path: &[&str]) -> Option<String> {
    let path = [&["spec", "components"], path].concat();
    of(context, plan, |node| node.str_at(&path).map(str::to_owned)).flatten()
}
