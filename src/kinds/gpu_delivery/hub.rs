//! What the input shows of Argo CD itself: the Secrets of clusters, its settings, and documents that a component brings.

use crate::argocd::written::clusters::{self, Known};
use crate::krm::{Document, Split};

/// Annotation on a document of the input: the component that brings it to a cluster.
pub(super) const COMPONENT: &str = "gpu-machineset.dev/component";

/// All documents of the input with what they stand at.
pub(super) fn documents<'s>(
    splits: &'s [Split<'s>],
) -> impl Iterator<Item = ((usize, usize), &'s Document<'s>)> {
    splits.iter().enumerate().flat_map(|(at, split)| {
        let own = split.documents.iter().enumerate();
        own.map(move |(index, document)| ((at, index), document))
    })
}

/// The clusters whose Secrets stand in the input.
pub(super) fn clusters<'s>(splits: &'s [Split<'s>]) -> Vec<Known<'s>> {
    let secrets = documents(splits).map(|(_, document)| document);
    secrets.filter_map(clusters::known).collect()
}
