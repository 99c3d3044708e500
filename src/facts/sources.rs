//! Which object states which fact, and where: data, read by [`super::read`].
//!
//! Sources: openshift/api `config/v1/types_infrastructure.go` and `types_cluster_version.go`; the provider specs of
//! `machine/v1beta1`; for ManagedCluster the claims that stolostron/multicloud-operators-foundation publishes
//! (`pkg/klusterlet/clusterclaim/clusterclaim.go`): `infrastructure.openshift.io` is the JSON text
//! `{"infraName":"..."}`, `version.openshift.io` the newest *completed* version (so it lags `status.desired` during
//! an upgrade), `region...` is empty or a comma-separated list on clouds other than AWS and GCP, `platform...` is
//! `Other` where its detection fails, and the labels `cloud`, `region` and `openshiftVersion` repeat what was claimed.

use crate::cloud;
use crate::cluster::FactName;
use crate::cluster::source::{FACTS, INFRA, MANAGED, SET, VERSION};

/// How the selected value becomes the fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    /// The one value, as it stands.
    Only,
    /// The last value: histories are newest first.
    Oldest,
    /// The value is JSON text; the member of this name.
    Json(&'static str),
    /// A platform that claims spell like the Infrastructure; others say nothing.
    Claimed,
    /// A cloud as the label of a ManagedCluster names it.
    Labeled,
    /// The value translated, other values say nothing.
    Table(&'static [(&'static str, &'static str)]),
    /// The value when it is one name (no comma, not empty), else nothing.
    Single,
}

/// What a row is worth beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Given beside the documents: stronger than all of them. No row has it.
    Given,
    /// The object is useless without it.
    Required,
    /// All rows of this standing must agree.
    Stated,
    /// Used when nothing of a better standing states the fact; may lag behind.
    Fallback,
}

/// One row: this fact stands there in objects of that kind.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) fact: FactName,
    pub(super) kind: &'static str,
    pub(super) path: &'static str,
    pub(super) take: Take,
    pub(super) standing: Standing,
}

/// Kinds that state facts, with their API group. Where several state the same value, the first kind is its origin.
pub(super) const KINDS: [(&str, &str); 5] = [
    (INFRA, "config.openshift.io"),
    (VERSION, "config.openshift.io"),
    (FACTS, crate::api::GROUP),
    (MANAGED, "cluster.open-cluster-management.io"),
    (SET, "machine.openshift.io"),
];

const fn row(
    fact: FactName,
    kind: &'static str,
    path: &'static str,
    take: Take,
    standing: Standing,
) -> Row {
    Row {
        fact,
        kind,
        path,
        take,
        standing,
    }
}

/// ROSA and OSD tag the cloud resources of the clusters that they manage; the Infrastructure repeats the tags.
const MANAGED_TAGS: &[(&str, &str)] = &[("rosa", "rosa"), ("osd", "osd")];
/// ARO lets its users write MachineSets, so it is not in here.
const MANAGED_PRODUCTS: &[(&str, &str)] = &[("ROSA", "rosa"), ("OpenShiftDedicated", "osd")];
const ARCHITECTURES: &[(&str, &str)] = &[
    ("amd64", "amd64"),
    ("arm64", "arm64"),
    ("ppc64le", "ppc64le"),
    ("s390x", "s390x"),
];
use FactName as F;
use Standing::{Fallback, Required, Stated};
use Take::{Claimed, Json, Labeled, Oldest, Only, Single, Table};

/// Facts by kind of object; paths of ClusterFacts start at its spec, which may also stand inline in `spec.facts`.
#[rustfmt::skip]
pub(super) static ROWS: &[Row] = &[
    row(F::InfrastructureName, INFRA, "$.status.infrastructureName", Only, Required),
    row(F::Platform, INFRA, "$.status.platformStatus.type", Only, Stated),
    row(F::Platform, INFRA, "$.status.platform", Only, Stated),
    row(F::Managed, INFRA, "$.status.platformStatus.aws.resourceTags[?@.key=='red-hat-clustertype'].value", Table(MANAGED_TAGS), Stated),
    row(F::ProjectId, INFRA, "$.status.platformStatus.gcp.projectID", Only, Stated),
    row(F::Topology, INFRA, "$.status.controlPlaneTopology", Only, Stated),

    row(F::OpenshiftVersion, VERSION, "$.status.desired.version", Only, Required),
    row(F::InstalledVersion, VERSION, "$.status.history[?@.state=='Completed'].version", Oldest, Stated),

    row(F::InfrastructureName, SET, "$.metadata.labels['machine.openshift.io/cluster-api-cluster']", Only, Stated),
    row(F::InfrastructureName, SET, "$.spec.template.metadata.labels['machine.openshift.io/cluster-api-cluster']", Only, Stated),
    row(F::InfrastructureName, SET, "$.spec.selector.matchLabels['machine.openshift.io/cluster-api-cluster']", Only, Stated),

    row(F::InfrastructureName, MANAGED, "$.status.clusterClaims[?@.name=='infrastructure.openshift.io'].value", Json("infraName"), Stated),
    row(F::Platform, MANAGED, "$.status.clusterClaims[?@.name=='platform.open-cluster-management.io'].value", Claimed, Stated),
    row(F::Platform, MANAGED, "$.metadata.labels.cloud", Labeled, Fallback),
    row(F::Region, MANAGED, "$.status.clusterClaims[?@.name=='region.open-cluster-management.io'].value", Single, Stated),
    row(F::Region, MANAGED, "$.metadata.labels.region", Single, Fallback),
    row(F::OpenshiftVersion, MANAGED, "$.status.clusterClaims[?@.name=='version.openshift.io'].value", Single, Fallback),
    row(F::OpenshiftVersion, MANAGED, "$.metadata.labels.openshiftVersion", Single, Fallback),
    row(F::Managed, MANAGED, "$.status.clusterClaims[?@.name=='product.open-cluster-management.io'].value", Table(MANAGED_PRODUCTS), Stated),
    row(F::Topology, MANAGED, "$.status.clusterClaims[?@.name=='controlplanetopology.openshift.io'].value", Single, Stated),

    row(F::InfrastructureName, FACTS, "$.infrastructureName", Only, Stated),
    row(F::Platform, FACTS, "$.platform", Only, Stated),
    row(F::Region, FACTS, "$.region", Only, Stated),
    row(F::Zones, FACTS, "$.zones[*]", Only, Stated),
    row(F::OpenshiftVersion, FACTS, "$.openshiftVersion", Only, Stated),
    row(F::InstalledVersion, FACTS, "$.installedVersion", Only, Stated),
    row(F::Architecture, FACTS, "$.architecture", Only, Stated),
    row(F::Ami, FACTS, "$.ami", Only, Stated),
    row(F::Naming, FACTS, "$.naming", Only, Stated),
    row(F::ProjectId, FACTS, "$.project", Only, Stated),
    row(F::Managed, FACTS, "$.managed", Only, Stated),
    row(F::Topology, FACTS, "$.topology", Only, Stated),
    row(F::ClusterAutoscaler, FACTS, "$.clusterAutoscaler", Only, Stated),
];

/// Where an Infrastructure states its region, cloud by cloud.
pub(super) fn infrastructure_regions() -> impl Iterator<Item = Row> {
    let paths = cloud::CLOUDS.iter();
    let paths = paths.filter_map(|cloud| cloud.profile().infrastructure_region);
    paths.map(|path| row(F::Region, INFRA, path, Only, Stated))
}

/// The region in a provider spec, wherever its cloud writes it.
pub(super) fn row_of_region() -> Row {
    row(F::Region, SET, "", Only, Stated)
}

/// Architectures that OpenShift runs on.
pub(super) fn architectures() -> impl Iterator<Item = &'static str> {
    ARCHITECTURES.iter().map(|(name, _)| *name)
}
