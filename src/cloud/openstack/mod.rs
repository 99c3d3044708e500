//! OpenStack: `OpenstackProviderSpec`. Its instance types are flavors, which people make. Rules: openshift/api
//! `machine/v1alpha1/types_openstack.go`, machine-api-provider-openstack `pkg/machine/actuator.go` and `convert.go`.

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

/// OpenStack.
pub(crate) struct OpenStack;

/// As an Infrastructure spells it.
pub(crate) const ID: &str = "OpenStack";

static PROFILE: Profile = Profile {
    id: ID,
    claimed: true,
    label: Some("OpenStack"),
    infrastructure_region: None,
    failure_domains: None,
    needs_region: false,
    needs_worker: true,
    zones: Zones::Free,
    provider: Some(Provider {
        kind: "OpenstackProviderSpec",
        region: None,
        zone: Some(&["availabilityZone"]),
        instance_type: Some(&["flavor"]),
        gpus: None,
    }),
    boot_images: &[],
    stream_image: None,
    family: no_family,
    quota: no_quota,
    gpus_by: GpusBy::Author,
    settings: &["rootVolume.sizeGiB", "rootVolume.type"],
    example: Example {
        platform: "OpenStack",
        region: "regionOne",
        zone: "nova",
        ..Example::DEFAULT
    },
};

impl Cloud for OpenStack {
    fn profile(&self) -> &Profile {
        &PROFILE
    }

    fn machine_api(&self) -> Option<&dyn MachineApi> {
        Some(self)
    }
}

impl MachineApi for OpenStack {
    fn retarget(
        &self,
        worker: &Worker,
        request: &Request<'_>,
        problems: &mut Problems,
    ) -> Option<Node> {
        clone::retarget(worker, request, problems)
    }

    fn settings(&self, spec: &mut Node, request: &Request<'_>, _: &mut Problems) {
        settings::apply(spec, request);
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
        spec.at(&["rootVolume", "diskSize"])?.text()?.parse().ok()
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
