//! What the catalogues of the dump hold of the operators that this program knows.

use std::collections::BTreeMap;

use crate::api::cluster_facts::CatalogPackage;
use crate::cluster::ClusterFacts;
use crate::krm::Split;
use crate::operator;
use crate::problem::Problems;

/// CatalogSource and package to what is known of it.
pub(crate) type Catalogs = BTreeMap<(String, String), CatalogPackage>;

/// Those of PackageManifests, and those that a ClusterFacts of the input names.
pub(crate) fn read(
    splits: &[Split<'_>],
    facts: &ClusterFacts,
    problems: &mut Problems,
) -> Catalogs {
    let stated = facts.catalogs.iter();
    let mut catalogs: Catalogs = stated
        .map(|(key, fact)| (key.clone(), fact.value.clone()))
        .collect();
    let documents = splits.iter().flat_map(|split| &split.documents);
    let offers = documents
        .filter(|one| operator::is_offer(one.group(), &one.kind) && operator::is_known(&one.name));
    for document in offers {
        let Some(node) = problems.take(document.node()) else {
            continue;
        };
        if let Some(offer) = operator::read_offer(&node, "") {
            let package = CatalogPackage {
                channels: offer.channels,
                default: offer.default,
            };
            catalogs.insert((offer.source, offer.package), package);
        }
    }
    catalogs
}
