//! What is said of a cloud: data that every other room reads instead of knowing the cloud.

use serde_json::Value;

use crate::cluster::Example;

/// One cloud, as far as it is data.
pub(crate) struct Profile {
    /// `Infrastructure.status.platformStatus.type`.
    pub(crate) id: &'static str,
    /// Whether the claim `platform.open-cluster-management.io` of a ManagedCluster spells it like [`Self::id`]; others
    /// are not told apart there.
    pub(crate) claimed: bool,
    /// The label `cloud` of a ManagedCluster.
    pub(crate) label: Option<&'static str>,
    /// Path of the region in an Infrastructure; `None` where it is not stated there.
    pub(crate) infrastructure_region: Option<&'static str>,
    /// Path of the list of failure domains in an Infrastructure, where those are zones.
    pub(crate) failure_domains: Option<Path>,
    /// Whether machines need a region to be named.
    pub(crate) needs_region: bool,
    /// Whether provider specs are made of a worker's alone, never of facts.
    pub(crate) needs_worker: bool,
    /// How zones are named.
    pub(crate) zones: Zones,
    /// Its provider spec; `None` where the Machine API has none.
    pub(crate) provider: Option<Provider>,
    /// Where the Machine Config Operator keeps boot images of a MachineSet up to date
    /// (machine-config-operator pkg/controller/bootimage).
    pub(crate) boot_images: &'static [FieldPath],
    /// The image of a release, in the CoreOS stream metadata of its ConfigMap: architecture and region to image.
    pub(crate) stream_image: Option<ImageOf>,
    /// Family of an instance type, as `catalog/gpuless.tsv` lists them.
    pub(crate) family: fn(&str) -> Option<&str>,
    /// The quota that machines of a type count against; true for spot machines.
    pub(crate) quota: fn(&str, bool) -> Option<&'static str>,
    /// Who writes onto a set how many GPUs its machines have.
    pub(crate) gpus_by: GpusBy,
    /// Settings of a pool that its provider spec has, of those in `settings.rs`.
    pub(crate) settings: &'static [&'static str],
    /// What facts of it look like in messages.
    pub(crate) example: Example,
}

/// Who says of a set how many GPUs its machines have, for the autoscaler to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GpusBy {
    /// The Machine API provider, whenever it looks at the set.
    Provider,
    /// Nobody, unless the set comes with it.
    Author,
}

impl Profile {
    /// Whether a set must say how many GPUs its machines have.
    pub(crate) fn states_gpus(&self) -> bool {
        self.gpus_by == GpusBy::Author
    }
}

/// Stream metadata, architecture in its words, and region, to an image.
pub(crate) type ImageOf = fn(&Value, &str, &str) -> Option<String>;

/// How a cloud names its zones.
#[derive(Clone, Copy)]
pub(crate) enum Zones {
    /// Each name says its region, and machines have one. Whether a zone lies in a region.
    OfRegion(fn(&str, &str) -> bool),
    /// A few short names that are the same in every region, all of them; machines may have none.
    Short(&'static [&'static str]),
    /// Any text that the cloud's administrators gave; machines may have none.
    Free,
    /// Failure domains of the cluster, as its Infrastructure lists them; machines may have none.
    FailureDomains,
}

impl Zones {
    /// Whether a zone may be one of a region.
    pub(crate) fn fits(self, zone: &str, region: &str) -> bool {
        match self {
            Self::OfRegion(fits) => fits(zone, region),
            Self::Short(names) => names.contains(&zone),
            Self::Free | Self::FailureDomains => true,
        }
    }

    /// Whether a machine may have none.
    pub(crate) fn may_be_absent(self) -> bool {
        !matches!(self, Self::OfRegion(_))
    }
}

/// Where a provider spec of `machine.openshift.io` says what every cloud has.
pub(crate) struct Provider {
    /// Its kind.
    pub(crate) kind: &'static str,
    pub(crate) region: Option<Path>,
    pub(crate) zone: Option<Path>,
    pub(crate) instance_type: Option<Path>,
    /// A list of GPUs that are attached to any type.
    pub(crate) gpus: Option<Path>,
}

/// Keys from the root of a provider spec.
pub(crate) type Path = &'static [&'static str];

/// Where a field of a MachineSet stands, as Argo CD's `ignoreDifferences` takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FieldPath {
    /// RFC 6901.
    JsonPointer(&'static str),
    /// For what stands in a list.
    JqPath(&'static str),
}

impl FieldPath {
    /// The same as an expression of jq.
    pub(crate) fn jq(self) -> String {
        match self {
            Self::JsonPointer(pointer) => pointer.replace('/', "."),
            Self::JqPath(expression) => expression.to_owned(),
        }
    }
}

/// `us-central1-a` of `us-central1`, `us-south-1` of `us-south`.
pub(crate) fn begins_with(zone: &str, region: &str) -> bool {
    let rest = zone.strip_prefix(region);
    rest.is_some_and(|rest| rest.len() > 1 && rest.starts_with('-'))
}

/// For clouds whose types have no families in the table.
pub(crate) fn no_family(_: &str) -> Option<&str> {
    None
}

/// For clouds whose quotas are not known here.
pub(crate) fn no_quota(_: &str, _: bool) -> Option<&'static str> {
    None
}
