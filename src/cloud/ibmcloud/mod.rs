//! IBM Cloud VPC: `IBMCloudMachineProviderSpec`. Rules: machine-api-provider-ibmcloud
//! `ibmcloudmachineproviderconfig_types.go` and `pkg/actuators`; there is no webhook.

mod clone;
mod known_fields;
mod rules;
mod settings;

use crate::cloud::profile::{GpusBy, Profile, Provider, Zones, begins_with, no_family, no_quota};
use crate::cloud::required::Required;
use crate::cloud::{Cloud, MachineApi, PoolRequest, Request, releases};
use crate::cluster::{Example, Worker};
use crate::krm::Node;
use crate::problem::Problems;

/// IBM Cloud VPC.
pub(crate) struct IbmCloud;

/// Where machines are attached: a subnet is of one zone.
const SUBNET: [&str; 2] = ["primaryNetworkInterface", "subnet"];

static PROFILE: Profile = Profile {
    id: "IBMCloud",
    claimed: false,
    label: None,
    infrastructure_region: Some("$.status.platformStatus.ibmcloud.location"),
    failure_domains: None,
    needs_region: true,
    needs_worker: true,
    zones: Zones::OfRegion(begins_with),
    provider: Some(Provider {
        kind: "IBMCloudMachineProviderSpec",
        region: Some(&["region"]),
        zone: Some(&["zone"]),
        instance_type: Some(&["profile"]),
        gpus: None,
    }),
    boot_images: &[],
    stream_image: None,
    family: no_family,
    quota: no_quota,
    gpus_by: GpusBy::Author,
    settings: &["rootVolume.sizeGiB", "rootVolume.kmsKey", "network.subnets"],
    example: Example {
        platform: "IBMCloud",
        region: "us-south",
        zone: "us-south-1",
        ..Example::DEFAULT
    },
};

impl Cloud for IbmCloud {
    fn profile(&self) -> &Profile {
        &PROFILE
    }

    fn machine_api(&self) -> Option<&dyn MachineApi> {
        Some(self)
    }
}

impl MachineApi for IbmCloud {
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
        rules::pool(request, problems);
        releases::check(&known_fields::SINCE, request, problems);
        if let Some(patch) = request.patch {
            known_fields::TABLE.check(patch, request, problems);
        }
    }

    fn root_gib(&self, spec: &Node) -> Option<u32> {
        spec.at(&["bootVolume", "sizeGiB"])?.text()?.parse().ok()
    }

    fn required(&self) -> &'static [Required] {
        &known_fields::REQUIRED
    }

    fn drop_defaults(&self, spec: &mut Node) {
        settings::ZEROS.drop(spec);
    }

    fn subnet<'n>(&self, spec: &'n Node) -> Option<&'n str> {
        spec.str_at(&SUBNET)
    }

    fn same_subnet(&self, a: &Node, b: &Node) -> bool {
        a.str_at(&SUBNET) == b.str_at(&SUBNET)
    }

    fn fields(&self, live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
        settings::fields(live, base)
    }
}
