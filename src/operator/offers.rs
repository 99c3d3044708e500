//! What the catalogues of one cluster offer: its PackageManifests, which know channels better than any table.

use crate::krm::Node;

/// Saves from a cluster what its catalogues offer.
pub(crate) const SAVE_OFFERS: &str = "oc get packagemanifests -n openshift-marketplace -o yaml";

/// A package in a catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// CatalogSource.
    pub(crate) source: String,
    /// Package.
    pub(crate) package: String,
    /// Its channels.
    pub(crate) channels: Vec<String>,
    /// The channel of a Subscription that names none.
    pub(crate) default: Option<String>,
    /// What says so.
    pub(crate) text: String,
}

impl Offer {
    /// Whether it has a channel.
    pub(crate) fn has(&self, channel: &str) -> bool {
        self.channels.iter().any(|one| one == channel)
    }
}

/// Of a PackageManifest; `None` when it does not say of which catalogue it is, or has no channel.
pub(crate) fn read(node: &Node, text: &str) -> Option<Offer> {
    let status = node.get("status")?;
    let package = status.str_at(&["packageName"]);
    let package = package.or_else(|| node.str_at(&["metadata", "name"]))?;
    let channels = status.get("channels").map_or(&[][..], Node::items).iter();
    let channels = channels.filter_map(|one| one.str_at(&["name"]).map(str::to_owned));
    let mut channels: Vec<String> = channels.collect();
    channels.sort();
    channels.dedup();
    (!channels.is_empty()).then_some(Offer {
        source: status.str_at(&["catalogSource"])?.to_owned(),
        package: package.to_owned(),
        channels,
        default: status.str_at(&["defaultChannel"]).map(str::to_owned),
        text: text.to_owned(),
    })
}
