//! What there is to render, as far as a dump has to complete it.

use crate::api::{OurKind, our_kind};
use crate::krm::{Source, split_readable};
use crate::problem::Problems;

/// Whether an input says anything of a cluster.
pub(crate) fn has_facts(sources: &[Source]) -> bool {
    clusters(sources) > 0
}

/// Whether an input describes no second cluster, which objects of a dump could be taken for.
pub(crate) fn is_of_one_cluster(sources: &[Source]) -> bool {
    clusters(sources) < 2
}

fn clusters(sources: &[Source]) -> usize {
    let gathered = crate::facts::gather(&split_readable(sources), None, &mut Problems::new());
    gathered.clusters.len()
}

/// Whether anything of an input needs facts of a cluster: an OpenStackGpu takes those that are there, and needs none.
pub(crate) fn needs_facts(sources: &[Source]) -> bool {
    let splits = split_readable(sources);
    let documents = splits.iter().flat_map(|split| &split.documents);
    let mut kinds = documents.filter_map(our_kind);
    kinds.any(|kind| !matches!(kind, Ok(OurKind::OpenStackGpu)))
}
