//! The boot image of a release: ConfigMap `coreos-bootimages` of namespace openshift-machine-config-operator, whose
//! `data.stream` is CoreOS stream metadata as JSON text. It states an image per architecture and region.

use serde_json::Value;

use super::read::Object;
use super::{ClusterFacts, DocumentId, Fact, FactName};
use crate::cloud;
use crate::krm::Document;
use crate::problem::Problems;

const NAME: &str = "coreos-bootimages";
/// The stream's names of architectures.
const ARCHITECTURES: [(&str, &str); 2] = [("amd64", "x86_64"), ("arm64", "aarch64")];

/// Gives the only cluster its image when nothing else did. The ConfigMap does not say which cluster it is of, so with
/// several clusters it says nothing. Also gives the document that was read.
pub(super) fn complete(
    clusters: &mut [ClusterFacts],
    documents: &[(DocumentId, &Document<'_>)],
    problems: &mut Problems,
) -> Option<DocumentId> {
    let [cluster] = clusters else {
        return None;
    };
    let lookup = [FactName::Platform, FactName::Region, FactName::Architecture];
    if lookup.iter().any(|fact| cluster.failed.contains(fact))
        && candidates(documents).next().is_some()
    {
        // what it is looked up by was stated wrongly
        cluster.failed.insert(FactName::Ami);
    }
    let region = cluster.region.as_ref()?;
    let image_of = cloud::of_cluster(cluster)?.profile().stream_image?;
    if cluster.has_image() {
        return None;
    }
    let architecture = &cluster.architecture.as_ref()?.value;
    let stream_name = ARCHITECTURES
        .iter()
        .find(|(name, _)| name == architecture)?
        .1;
    for (id, document) in candidates(documents) {
        let Some(object) = Object::new(document, *id, problems) else {
            continue;
        };
        if object.name != NAME {
            continue;
        }
        let stream = object.node.at(&["data", "stream"])?;
        let json: Value = serde_json::from_str(stream.text()?).ok()?;
        let image = Fact {
            value: image_of(&json, stream_name, &region.value)?,
            origin: object.origin(stream, ".data.stream"),
        };
        cluster.own.insert(FactName::Ami, image);
        return Some(*id);
    }
    None
}

fn candidates<'a, 'd>(
    documents: &'a [(DocumentId, &'d Document<'d>)],
) -> impl Iterator<Item = &'a (DocumentId, &'d Document<'d>)> {
    documents.iter().filter(|(_, document)| {
        // kustomize may have put a prefix or a suffix around it
        document.is("", "ConfigMap") && document.name.contains(NAME)
    })
}
