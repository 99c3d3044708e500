//! What the input shows of Argo CD itself: the Secrets of clusters, its settings, and documents that a component brings.

use crate::argocd::written::GROUP;
use crate::argocd::written::clusters::{self, Known};
use crate::krm::{Document, Split};

/// Annotation on a document of the input: the component that brings it to a cluster.
pub(super) const COMPONENT: &str = "gpu-machineset.dev/component";

/// Where Argo CD keeps its settings.
pub(super) const SETTINGS: &str = "argocd-cmd-params-cm";

/// Whether a document is for the cluster of Argo CD, and for no other.
pub(crate) fn is_of_hub(document: &Document<'_>) -> bool {
    document.group() == GROUP
        || document.is("", "ConfigMap") && document.name == SETTINGS
        || clusters::known(document).is_some()
}

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
