//! Which object states which fact, and where: data, read by [`super::read`].
//!
//! Sources: openshift/api `config/v1/types_infrastructure.go` and `types_cluster_version.go`; the provider specs of
//! `machine/v1beta1`; for ManagedCluster the claims that stolostron/multicloud-operators-foundation publishes
//! (`pkg/klusterlet/clusterclaim/clusterclaim.go`): `infrastructure.openshift.io` is the JSON text
//! `{"infraName":"..."}`, `version.openshift.io` the newest *completed* version (so it lags `status.desired` during
//! an upgrade), `region...` is empty or a comma-separated list on clouds other than AWS and GCP, `platform...` is
//! `Other` where its detection fails, and the labels `cloud`, `region` and `openshiftVersion` repeat what was claimed.

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
/// Claims of platforms that are spelled as in the Infrastructure. `IBM`, `RHV` and `Other` are not.
const CLAIMED_PLATFORMS: &[(&str, &str)] = &[
    ("AWS", "AWS"),
    ("GCP", "GCP"),
    ("Azure", "Azure"),
    ("OpenStack", "OpenStack"),
    ("VSphere", "VSphere"),
    ("BareMetal", "BareMetal"),
];
const LABELED_CLOUDS: &[(&str, &str)] = &[
    ("Amazon", "AWS"),
    ("Google", "GCP"),
    ("Azure", "Azure"),
    ("OpenStack", "OpenStack"),
    ("VSphere", "VSphere"),
];
const ARCHITECTURES: &[(&str, &str)] = &[
    ("amd64", "amd64"),
    ("arm64", "arm64"),
    ("ppc64le", "ppc64le"),
    ("s390x", "s390x"),
];
/// Kinds of provider specs.
const PROVIDERS: &[(&str, &str)] = &[
    ("AWSMachineProviderConfig", "AWS"),
    ("AzureMachineProviderSpec", "Azure"),
    ("GCPMachineProviderSpec", "GCP"),
    ("VSphereMachineProviderSpec", "VSphere"),
    ("OpenstackProviderSpec", "OpenStack"),
    ("NutanixMachineProviderConfig", "Nutanix"),
    ("IBMCloudMachineProviderSpec", "IBMCloud"),
    ("PowerVSMachineProviderConfig", "PowerVS"),
];

use FactName as F;
use Standing::{Fallback, Required, Stated};
use Take::{Json, Oldest, Only, Single, Table};

/// Facts by kind of object; paths of ClusterFacts start at its spec, which may also stand inline in `spec.facts`.
#[rustfmt::skip]
pub(super) static ROWS: &[Row] = &[
    row(F::InfrastructureName, INFRA, "$.status.infrastructureName", Only, Required),
    row(F::Platform, INFRA, "$.status.platformStatus.type", Only, Stated),
    row(F::Platform, INFRA, "$.status.platform", Only, Stated),
    row(F::Region, INFRA, "$.status.platformStatus.aws.region", Only, Stated),
    row(F::Region, INFRA, "$.status.platformStatus.gcp.region", Only, Stated),
    row(F::Region, INFRA, "$.status.platformStatus.ibmcloud.location", Only, Stated),
    row(F::Region, INFRA, "$.status.platformStatus.powervs.region", Only, Stated),
    row(F::Region, INFRA, "$.status.platformStatus.alibabacloud.region", Only, Stated),
    row(F::Managed, INFRA, "$.status.platformStatus.aws.resourceTags[?@.key=='red-hat-clustertype'].value", Table(MANAGED_TAGS), Stated),
    row(F::Topology, INFRA, "$.status.controlPlaneTopology", Only, Stated),

    row(F::OpenshiftVersion, VERSION, "$.status.desired.version", Only, Required),
    row(F::InstalledVersion, VERSION, "$.status.history[?@.state=='Completed'].version", Oldest, Stated),

    row(F::InfrastructureName, SET, "$.metadata.labels['machine.openshift.io/cluster-api-cluster']", Only, Stated),
    row(F::InfrastructureName, SET, "$.spec.template.metadata.labels['machine.openshift.io/cluster-api-cluster']", Only, Stated),
    row(F::InfrastructureName, SET, "$.spec.selector.matchLabels['machine.openshift.io/cluster-api-cluster']", Only, Stated),

    row(F::InfrastructureName, MANAGED, "$.status.clusterClaims[?@.name=='infrastructure.openshift.io'].value", Json("infraName"), Stated),
    row(F::Platform, MANAGED, "$.status.clusterClaims[?@.name=='platform.open-cluster-management.io'].value", Table(CLAIMED_PLATFORMS), Stated),
    row(F::Platform, MANAGED, "$.metadata.labels.cloud", Table(LABELED_CLOUDS), Fallback),
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
    row(F::Managed, FACTS, "$.managed", Only, Stated),
    row(F::Topology, FACTS, "$.topology", Only, Stated),
];

/// Facts in the provider spec of a worker; paths start at `providerSpec.value`. A field that a cloud does not have
/// is not there, so the rows need no cloud.
#[rustfmt::skip]
pub(super) static PROVIDER_ROWS: &[Row] = &[
    row(F::Platform, SET, "$.kind", Table(PROVIDERS), Stated),
    row(F::Region, SET, "$.placement.region", Only, Stated),
    row(F::Region, SET, "$.region", Only, Stated),
    row(F::Region, SET, "$.location", Only, Stated),
];

/// The zone in a provider spec: AWS; Azure, Google and IBM; OpenStack.
pub(super) const ZONE_PATHS: [&str; 3] = [
    "$.placement.availabilityZone",
    "$.zone",
    "$.availabilityZone",
];

/// Clouds whose zones begin with the region's name.
pub(super) const ZONES_BEGIN_WITH_REGION: [&str; 3] = ["AWS", "GCP", "IBMCloud"];

/// Architectures that OpenShift runs on.
pub(super) fn architectures() -> impl Iterator<Item = &'static str> {
    ARCHITECTURES.iter().map(|(name, _)| *name)
}

/// The instance type in a provider spec, by platform.
pub(super) const INSTANCE_TYPE_PATHS: [(&str, &str); 3] = [
    ("AWS", "$.instanceType"),
    ("Azure", "$.vmSize"),
    ("GCP", "$.machineType"),
];

/// GPUs that are attached to any type: Google's n1, Nutanix.
pub(super) const GPUS_PATH: &str = "$.gpus[*]";
