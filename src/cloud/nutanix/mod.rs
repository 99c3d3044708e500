//! Nutanix: `NutanixMachineProviderConfig`. It has no instance types: GPUs are named one by one, as Prism lists them, and
//! processors and memory are numbers. Rules: openshift/api `machine/v1/types_nutanixprovider.go`, machine-api-operator
//! `machine_webhook.go`, machine-api-provider-nutanix `pkg/actuators/machine`.

mod clone;
mod known_fields;
mod rules;
mod settings;

use crate::cloud::profile::{GpusBy, Profile, Provider, Zones, no_family, no_quota};
use crate::cloud::required::Required;
use crate::cloud::{Cloud, MachineApi, PoolRequest, Request, releases};
use crate::cluster::{Example, Worker};
use crate::krm::Node;
use crate::problem::Problems;

/// Nutanix.
pub(crate) struct Nutanix;

static PROFILE: Profile = Profile {
    id: "Nutanix",
    claimed: false,
    label: None,
    infrastructure_region: None,
    failure_domains: Some(&["spec", "platformSpec", "nutanix", "failureDomains"]),
    needs_region: false,
    needs_worker: true,
    zones: Zones::FailureDomains,
    provider: Some(Provider {
        kind: "NutanixMachineProviderConfig",
        region: None,
        zone: Some(&["failureDomain", "name"]),
        instance_type: None,
        gpus: Some(&["gpus"]),
    }),
    boot_images: &[],
    stream_image: None,
    family: no_family,
    quota: no_quota,
    gpus_by: GpusBy::Author,
    settings: &["gpu.name", "machine", "rootVolume.sizeGiB"],
    example: Example {
        platform: "Nutanix",
        region: "prism",
        zone: "failure-domain-1",
        ..Example::DEFAULT
    },
};

impl Cloud for Nutanix {
    fn profile(&self) -> &Profile {
        &PROFILE
    }

    fn machine_api(&self) -> Option<&dyn MachineApi> {
        Some(self)
    }
}

impl MachineApi for Nutanix {
    fn retarget(
        &self,
        worker: &Worker,
        request: &Request<'_>,
        problems: &mut Problems,
    ) -> Option<Node> {
        clone::retarget(worker, request, problems)
    }

    fn settings(&self, spec: &mut Node, request: &Request<'_>, _: &mut Problems) {
        settings::apply(spec, request.pool.spec);
    }

    fn rules(&self, spec: &Node, request: &Request<'_>, problems: &mut Problems) {
        rules::check(spec, request, problems);
    }

    fn check_pool(&self, request: &PoolRequest<'_>, problems: &mut Problems) {
        releases::check(&known_fields::SINCE, request, problems);
        if let Some(patch) = request.patch {
            known_fields::TABLE.check(patch, request, problems);
        }
    }

    fn root_gib(&self, spec: &Node) -> Option<u32> {
        settings::gib(spec, "systemDiskSize")
    }

    fn required(&self) -> &'static [Required] {
        &known_fields::REQUIRED
    }

    fn drop_defaults(&self, spec: &mut Node) {
        settings::ZEROS.drop(spec);
    }

    fn fields(&self, live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
        settings::fields(live, base)
    }
}
