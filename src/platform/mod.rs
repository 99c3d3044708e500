//! Clouds, one folder each: the only files that know a provider spec. Adding a cloud is a folder, its row in
//! [`PLATFORMS`] and rows in the catalogue.

mod aws;

use crate::api::gpu_machine_set::GpuMachineSetSpec;
use crate::catalog::Instance;
use crate::facts::{ClusterFacts, Worker};
use crate::krm::Node;
use crate::problem::{Place, Problems};

/// One cloud.
pub(crate) trait Platform: Sync {
    /// `Infrastructure.status.platformStatus.type`.
    fn id(&self) -> &'static str;

    /// Whether a zone lies in a region, by the cloud's naming.
    fn zone_in_region(&self, zone: &str, region: &str) -> bool;

    /// The provider spec of one set: cloned from the request's worker, or built from facts alone. `None` after
    /// problems.
    fn provider_spec(&self, request: &Request<'_>, problems: &mut Problems) -> Option<Node>;

    /// Checks of the pool as a whole, once for all its zones.
    fn check_pool(&self, request: &PoolRequest<'_>, problems: &mut Problems);
}

/// What every zone of a pool has in common.
pub(crate) struct PoolRequest<'a> {
    /// The placeholder.
    pub(crate) spec: &'a GpuMachineSetSpec,
    /// Finds the place of a field of the placeholder.
    pub(crate) place: &'a dyn Fn(&str) -> Place,
    /// Finds the place of the name of a field.
    pub(crate) key_place: &'a dyn Fn(&str) -> Place,
    /// The cluster.
    pub(crate) facts: &'a ClusterFacts,
    /// Infrastructure name.
    pub(crate) infra: &'a str,
    /// Region.
    pub(crate) region: &'a str,
    /// The override of the provider spec, as written.
    pub(crate) patch: Option<&'a Node>,
    /// What the catalogue knows of the instance type.
    pub(crate) instance: Option<&'a Instance>,
}

/// One set to make.
pub(crate) struct Request<'a> {
    /// What it shares with the pool's other zones.
    pub(crate) pool: &'a PoolRequest<'a>,
    /// Its zone.
    pub(crate) zone: &'a str,
    /// Path of the zone in the placeholder, for problems.
    pub(crate) zone_path: String,
    /// The worker to clone.
    pub(crate) worker: Option<&'a Worker>,
}

/// All clouds that we make sets for.
pub(crate) static PLATFORMS: &[&dyn Platform] = &[&aws::Aws];

/// The cloud of a platform type.
pub(crate) fn find(id: &str) -> Option<&'static dyn Platform> {
    PLATFORMS
        .iter()
        .copied()
        .find(|platform| platform.id() == id)
}
