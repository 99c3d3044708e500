//! The files of an application, and the facts that its placeholders hold themselves.

use std::path::PathBuf;

use super::kustomize;
use super::tree::Tree;
use crate::api::our_kind;
use crate::argocd::Parameters;
use crate::cluster::ClusterFacts;
use crate::edge::files;
use crate::facts::{self, Given};
use crate::krm::{Document, Source, Split};
use crate::problem::Problems;

/// The sources of the application: its folder's, then the facts that parameters name.
pub(super) fn read(parameters: &Parameters, problems: &mut Problems) -> Vec<Source> {
    let tree = Tree::of_current_folder();
    let facts = tree.facts(&parameters.facts, problems);
    let here = PathBuf::from(".");
    if files::kustomization(&here).is_none() {
        let (sources, unread) = files::gather_within(&tree.root, &[here], &facts);
        problems.extend(unread.into_iter().map(kustomize::nested));
        return sources;
    }
    // without it nobody knows which pools there are, and facts alone say nothing
    let Some(built) = kustomize::build(&tree, problems) else {
        return Vec::new();
    };
    let (facts, unread) = files::gather_within(&tree.root, &[], &facts);
    problems.extend(unread);
    std::iter::once(built).chain(facts).collect()
}

/// The facts that placeholders hold themselves, each cluster once.
pub(super) fn held(splits: &[Split<'_>], given: Option<&Given>) -> Vec<ClusterFacts> {
    let ours = |document: &&Document<'_>| matches!(our_kind(document), Some(Ok(_)));
    let documents = splits.iter().flat_map(|split| &split.documents);
    let mut clusters: Vec<ClusterFacts> = Vec::new();
    for document in documents.filter(ours) {
        let Some(mut held) = facts::from_spec(document, given, &mut Problems::new()) else {
            continue;
        };
        if held.names == [document.name.as_ref()] {
            // facts without a name, and that of a placeholder is none
            held.name.clear();
        }
        let infra = |cluster: &ClusterFacts| {
            let infra = cluster.infrastructure_name.as_ref();
            infra.map(|fact| fact.value.clone())
        };
        if clusters.iter().all(|known| infra(known) != infra(&held)) {
            clusters.push(held);
        }
    }
    clusters
}
