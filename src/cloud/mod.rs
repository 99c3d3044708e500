//! Clouds, one folder each: the only files that know a provider spec. Adding a cloud is a folder and its row in
//! [`CLOUDS`]; what is said of it is data ([`Profile`]), what it does to a provider spec is [`MachineApi`].

mod author;
mod aws;
mod azure;
mod common;
mod fields;
mod gcp;
mod ibmcloud;
mod nutanix;
pub(crate) mod openstack;
mod others;
mod profile;
mod releases;
mod required;
mod settings;
mod vsphere;
mod zero;

use std::borrow::Cow;

use crate::api::gpu_machine_set::GpuMachineSetSpec;
use crate::catalog::{self, Gpu, Instance, MadeTypes};
use crate::cluster::{ClusterFacts, Worker};
use crate::krm::Node;
use crate::problem::{Place, Problems};
use crate::types::name_part;
pub(crate) use profile::{FieldPath, Path, Profile, Provider, Zones};
use required::Required;

/// One cloud.
pub(crate) trait Cloud: Sync {
    /// What is said of it.
    fn profile(&self) -> &Profile;

    /// The failure domain that a provider spec is in by all that it says, where no field of it names one.
    fn failure_domain<'n>(&self, _: &Node, _: &'n ClusterFacts) -> Option<&'n str> {
        None
    }

    /// Path of the tags in an Infrastructure that every machine gets, where they count beside those of a provider spec.
    fn resource_tags(&self) -> Option<Path> {
        None
    }

    /// What to do where no MachineSets are made, and why none are.
    fn instead(&self) -> Option<Instead> {
        None
    }

    /// How provider specs for `machine.openshift.io` are made of it; `None` where nobody has written that yet, or where
    /// there are no machines to make.
    fn machine_api(&self) -> Option<&dyn MachineApi> {
        None
    }
}

/// A platform without MachineSets for GPUs.
#[derive(Clone, Copy)]
pub(crate) struct Instead {
    /// Why there are none.
    pub(crate) why: &'static str,
    /// What is possible.
    pub(crate) what: &'static str,
}

/// What a cloud does to provider specs of `machine.openshift.io`.
pub(crate) trait MachineApi: Sync {
    /// The worker's provider spec, for another instance type and perhaps another zone. `None` after problems.
    fn retarget(
        &self,
        worker: &Worker,
        request: &Request<'_>,
        problems: &mut Problems,
    ) -> Option<Node>;

    /// A provider spec out of facts alone, for a cluster without workers. `None` after problems. A cloud that cannot
    /// says so of the pool.
    fn build(&self, _: &Request<'_>, _: &mut Problems) -> Option<Node> {
        None
    }

    /// Writes what the pool says of volume, market and network.
    fn settings(&self, spec: &mut Node, request: &Request<'_>, problems: &mut Problems);

    /// What must hold of a finished provider spec.
    fn rules(&self, spec: &Node, request: &Request<'_>, problems: &mut Problems);

    /// Checks of the pool as a whole, once for all its zones.
    fn check_pool(&self, request: &PoolRequest<'_>, problems: &mut Problems);

    /// Checks of what cannot reach over zones.
    fn check_zones(&self, _: &PoolRequest<'_>, _: &[&str], _: &mut Problems) {}

    /// Whether GPUs are attached to machines of a type, which has none of its own.
    fn attaches_gpus_to(&self, _: &str) -> bool {
        false
    }

    /// Fields that the Machine API requires of every write, with what it fills in when a set is made.
    fn required(&self) -> &'static [Required];

    /// Removes from a provider spec what the Machine API filled in and what means the same as nothing. What it requires
    /// stays: without it the next write is refused.
    fn drop_defaults(&self, spec: &mut Node);

    /// Where machines are attached to a network, for `spec.network.subnets` of a zone; `None` when that cannot say it.
    fn subnet<'n>(&self, _: &'n Node) -> Option<&'n str> {
        None
    }

    /// GiB of the disk that machines boot from; `None` when the provider spec does not say it.
    fn root_gib(&self, _: &Node) -> Option<u32> {
        None
    }

    /// Whether two provider specs are attached to the same network; always where it does not depend on the zone.
    fn same_subnet(&self, _: &Node, _: &Node) -> bool {
        true
    }

    /// Fields of a placeholder by which a clone that is now `base` becomes `live`.
    fn fields(&self, live: &Node, base: &Node) -> Vec<(&'static str, Node)>;
}

impl dyn MachineApi + '_ {
    /// Adds what the Machine API fills in when a set is made, and requires of each later write.
    pub(crate) fn fill_in(&self, spec: &mut Node) {
        required::fill_in(spec, self.required());
    }

    /// Fields that the Machine API requires of every write and that are not there.
    fn missing(&self, spec: &Node) -> Vec<String> {
        let missing = required::missing(spec, self.required());
        missing.map(|field| field.join(".")).collect()
    }
}

/// What every zone of a pool has in common.
pub(crate) struct PoolRequest<'a> {
    /// The cluster's cloud.
    pub(crate) cloud: &'static dyn Cloud,
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
    /// Region; empty when it is not known, and then no set is asked for where the cloud needs one.
    pub(crate) region: &'a str,
    /// The override of the provider spec, as written.
    pub(crate) patch: Option<&'a Node>,
    /// What the catalogue knows of the instance type.
    pub(crate) instance: Option<&'a Instance>,
    /// GPUs of each machine, of the catalogue or as the pool states them.
    pub(crate) gpu: Option<Gpu>,
    /// Types that the input makes.
    pub(crate) types: &'a MadeTypes,
}

/// One set to make.
pub(crate) struct Request<'a> {
    /// What it shares with the pool's other zones.
    pub(crate) pool: &'a PoolRequest<'a>,
    /// Its zone; `None` where machines have none.
    pub(crate) zone: Option<&'a str>,
    /// Path of the zone in the placeholder, for problems.
    pub(crate) zone_path: String,
    /// Its name, when that is right.
    pub(crate) set_name: Option<&'a str>,
    /// The worker to clone.
    pub(crate) worker: Option<&'a Worker>,
}

impl<'a> Request<'a> {
    /// The failure domain of a name, as the cluster's Infrastructure writes it.
    pub(crate) fn domain(&self, name: &str) -> Option<&'a Node> {
        let domain = self.pool.facts.failure_domains.get(name)?;
        Some(&domain.value)
    }

    /// Its zone where machines always have one.
    pub(crate) fn zone_name(&self) -> &'a str {
        self.zone.unwrap_or_default()
    }
}

/// All clouds, with those of which only facts are read.
pub(crate) static CLOUDS: &[&dyn Cloud] = &[
    &aws::Aws,
    &azure::Azure,
    &gcp::Gcp,
    &vsphere::VSphere,
    &openstack::OpenStack,
    &nutanix::Nutanix,
    &ibmcloud::IbmCloud,
    &others::POWER_VS,
    &others::ALIBABA_CLOUD,
    &others::BARE_METAL,
    &others::EQUINIX_METAL,
    &others::EXTERNAL,
    &others::KUBE_VIRT,
    &others::LIBVIRT,
    &others::NO_PLATFORM,
    &others::OVIRT,
    #[cfg(test)]
    &tests::nimbus::Nimbus,
];

/// The cloud of a platform type.
pub(crate) fn find(id: &str) -> Option<&'static dyn Cloud> {
    let mut clouds = CLOUDS.iter().copied();
    clouds.find(|cloud| cloud.profile().id == id)
}

/// The cloud of a cluster, as far as it is known.
pub(crate) fn of_cluster(facts: &ClusterFacts) -> Option<&'static dyn Cloud> {
    find(&facts.platform.as_ref()?.value)
}

/// The cloud of a provider spec.
pub(crate) fn of_spec(spec: &Node) -> Option<&'static dyn Cloud> {
    let kind = spec.str_at(&["kind"])?;
    let mut clouds = CLOUDS.iter().copied();
    clouds.find(|cloud| {
        let provider = cloud.profile().provider.as_ref();
        provider.is_some_and(|provider| provider.kind == kind)
    })
}

/// Where a provider spec has a field that every cloud writes elsewhere. A spec of a kind that no cloud has, which is a
/// mistake to be named, is read by whichever path leads to something.
pub(crate) fn field(spec: &Node, path: fn(&Provider) -> Option<Path>) -> Option<(Path, &Node)> {
    let known = of_spec(spec);
    let clouds = if known.is_some() {
        known.as_slice()
    } else {
        CLOUDS
    };
    let providers = (clouds.iter()).filter_map(|cloud| cloud.profile().provider.as_ref());
    let mut found = providers.filter_map(|provider| {
        let path = path(provider)?;
        Some((path, spec.at(path)?))
    });
    found.next()
}

/// Platform types that MachineSets are made for.
pub(crate) fn with_machine_sets() -> impl Iterator<Item = &'static str> {
    let clouds = CLOUDS.iter().filter(|cloud| cloud.machine_api().is_some());
    clouds.map(|cloud| cloud.profile().id)
}

/// Checks of a pool as a whole, once for all its zones.
pub(crate) fn check_pool(api: &dyn MachineApi, request: &PoolRequest<'_>, problems: &mut Problems) {
    if request.cloud.profile().needs_worker {
        common::needs_worker(request, problems);
    }
    if request.cloud.profile().states_gpus() {
        common::needs_gpu(request, problems);
    }
    settings::check(request, problems);
    api.check_pool(request, problems);
}

/// The provider spec of one set: the order in which every cloud makes it. `None` after problems.
pub(crate) fn provider_spec(
    api: &dyn MachineApi,
    request: &Request<'_>,
    problems: &mut Problems,
) -> Option<Node> {
    let mut spec = match request.worker {
        Some(worker) => api.retarget(worker, request, problems)?,
        None => api.build(request, problems)?,
    };
    api.fill_in(&mut spec);
    api.settings(&mut spec, request, problems);
    if let Some(patch) = request.pool.patch {
        spec.merge_patch(patch);
    }
    api.rules(&spec, request, problems);
    Some(spec)
}

/// Removes from a provider spec of any cloud what means the same as nothing.
pub(crate) fn drop_defaults(spec: &mut Node) {
    if let Some(api) = api_of(spec) {
        api.drop_defaults(spec);
    }
}

/// Adds to a provider spec of any cloud what the Machine API fills in and requires.
pub(crate) fn fill_in(spec: &mut Node) {
    if let Some(api) = api_of(spec) {
        api.fill_in(spec);
    }
}

/// What the Machine API requires and a provider spec of any cloud lacks.
pub(crate) fn missing(spec: &Node) -> Vec<String> {
    api_of(spec).map_or_else(Vec::new, |api| api.missing(spec))
}

fn api_of(spec: &Node) -> Option<&'static dyn MachineApi> {
    of_spec(spec)?.machine_api()
}

impl dyn Cloud + '_ {
    /// The zone of a provider spec.
    pub(crate) fn zone<'n>(&self, spec: &'n Node) -> Option<&'n str> {
        let zone = spec.str_at(self.profile().provider.as_ref()?.zone?);
        zone.filter(|zone| !zone.is_empty())
    }

    /// The zone of a provider spec on a cluster: what it names, else its failure domain. Where a cluster has one domain
    /// alone, machines have no zones.
    pub(crate) fn zone_of<'n>(&self, spec: &'n Node, facts: &'n ClusterFacts) -> Option<&'n str> {
        let domain = || self.failure_domain(spec, facts);
        let several = facts.failure_domains.len() > 1;
        (self.zone(spec)).or_else(|| several.then(domain).flatten())
    }

    /// The instance type of a provider spec. Where a cloud has none, machines are told apart by their first GPU, so that
    /// its name stands for the type.
    pub(crate) fn instance_type<'n>(&self, spec: &'n Node) -> Option<Cow<'n, str>> {
        let provider = self.profile().provider.as_ref()?;
        if let Some(path) = provider.instance_type {
            return spec.at(path)?.text().map(Cow::Borrowed);
        }
        let gpu = spec.at(provider.gpus?)?.items().first()?;
        let name = gpu.str_at(&["name"]).map(name_part);
        let name = name.unwrap_or_else(|| "gpu".to_owned());
        Some(Cow::Owned(name))
    }

    /// Whether a provider spec attaches GPUs to its machines, whatever their type.
    pub(crate) fn attaches_gpus(&self, spec: &Node) -> bool {
        let provider = self.profile().provider.as_ref();
        let gpus = provider.and_then(|provider| spec.at(provider.gpus?));
        gpus.is_some_and(|gpus| !gpus.items().is_empty())
    }

    /// What the catalogue knows of an instance type.
    pub(crate) fn instance(&self, name: &str) -> Option<Instance> {
        catalog::instance(self.profile().id, name)
    }

    /// The platform that a type certainly is of, when it is not this one. Where people make the types, they may call one as
    /// another cloud does.
    pub(crate) fn owner_of(&self, name: &str) -> Option<&'static str> {
        let id = self.profile().id;
        let has_types = catalog::instances(id).next().is_some();
        let is_here = catalog::instance(id, name).is_some();
        let owner = catalog::platform_of(name).filter(|owner| *owner != id);
        owner.filter(|_| has_types && !is_here)
    }

    /// Why a type that is not in the catalogue is known to have no NVIDIA GPU.
    pub(crate) fn without_gpu(&self, name: &str) -> Option<(&'static str, &'static str)> {
        catalog::without_gpu(self.profile().id, (self.profile().family)(name)?)
    }

    /// What the processors of a type run: `amd64` or `arm64`. The image of machines that run is of the same
    /// architecture.
    pub(crate) fn architecture(&self, name: &str) -> Option<&'static str> {
        let of_family = || catalog::architecture(self.profile().id, (self.profile().family)(name)?);
        self.instance(name)
            .map(|instance| instance.arch)
            .or_else(of_family)
    }
}

#[cfg(test)]
mod tests;
