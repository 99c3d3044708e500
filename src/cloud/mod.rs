//! Clouds, one folder each: the only files that know a provider spec. Adding a cloud is a folder, its row in
//! [`CLOUDS`] and rows in the catalogue.

mod aws;

use crate::api::gpu_machine_set::GpuMachineSetSpec;
use crate::catalog::Instance;
use crate::cluster::{ClusterFacts, Worker};
use crate::krm::Node;
use crate::problem::{Place, Problems};

/// One cloud.
pub(crate) trait Cloud: Sync {
    /// `Infrastructure.status.platformStatus.type`.
    fn id(&self) -> &'static str;

    /// Whether a zone lies in a region, by the cloud's naming.
    fn zone_in_region(&self, zone: &str, region: &str) -> bool;

    /// The provider spec of one set: cloned from the request's worker, or built from facts alone. `None` after
    /// problems.
    fn provider_spec(&self, request: &Request<'_>, problems: &mut Problems) -> Option<Node>;

    /// Kind of its provider specs.
    fn provider_kind(&self) -> &'static str;

    /// The instance type of a live provider spec.
    fn instance_type<'n>(&self, spec: &'n Node) -> Option<&'n str>;

    /// The zone of a live provider spec.
    fn zone<'n>(&self, spec: &'n Node) -> Option<&'n str>;

    /// The subnet of a live provider spec, as `spec.network.subnets` writes it; `None` when that cannot say it.
    fn subnet<'n>(&self, spec: &'n Node) -> Option<&'n str>;

    /// Fields of a placeholder by which a clone that is now `base` becomes `live`.
    fn fields(&self, live: &Node, base: &Node) -> Vec<(&'static str, Node)>;

    /// Adds what the Machine API fills in when a set is made, and requires of each later write.
    fn fill_in(&self, spec: &mut Node);

    /// Fields that the Machine API requires of every write and that are not there.
    fn missing(&self, spec: &Node) -> Vec<String>;

    /// Removes from a provider spec what the Machine API filled in and what means the same as nothing. What it requires
    /// stays: without it the next write is refused.
    fn drop_defaults(&self, spec: &mut Node);

    /// Checks of what cannot reach over zones.
    fn check_zones(&self, request: &PoolRequest<'_>, zones: &[&str], problems: &mut Problems);

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
    /// Infrastructure name; empty when it is not known, and then no set is asked for.
    pub(crate) infra: &'a str,
    /// Region; the same.
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
pub(crate) static CLOUDS: &[&dyn Cloud] = &[&aws::Aws];

/// Removes from a provider spec of any cloud what means the same as nothing.
pub(crate) fn drop_defaults(spec: &mut Node) {
    if let Some(cloud) = of_spec(spec) {
        cloud.drop_defaults(spec);
    }
}

/// Adds to a provider spec of any cloud what the Machine API fills in and requires.
pub(crate) fn fill_in(spec: &mut Node) {
    if let Some(cloud) = of_spec(spec) {
        cloud.fill_in(spec);
    }
}

/// What the Machine API requires and a provider spec of any cloud lacks.
pub(crate) fn missing(spec: &Node) -> Vec<String> {
    of_spec(spec).map_or_else(Vec::new, |cloud| cloud.missing(spec))
}

fn of_spec(spec: &Node) -> Option<&'static dyn Cloud> {
    let kind = spec.str_at(&["kind"])?;
    let mut clouds = CLOUDS.iter().copied();
    clouds.find(|one| one.provider_kind() == kind)
}

/// JSON pointers of a MachineSet to the boot image that the Machine Config Operator keeps up to date (machine-config-operator
/// pkg/controller/bootimage), by the kind of its provider spec.
pub(crate) fn boot_image_pointers(kind: &str) -> &'static [&'static str] {
    match kind {
        "AWSMachineProviderConfig" => &["/spec/template/spec/providerSpec/value/ami"],
        "AzureMachineProviderSpec" => &["/spec/template/spec/providerSpec/value/image"],
        "VSphereMachineProviderSpec" => &["/spec/template/spec/providerSpec/value/template"],
        _ => &[],
    }
}

/// The cloud of a platform type.
pub(crate) fn find(id: &str) -> Option<&'static dyn Cloud> {
    CLOUDS.iter().copied().find(|cloud| cloud.id() == id)
}
