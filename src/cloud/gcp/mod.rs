//! Google Cloud: `GCPMachineProviderSpec`. Rules: openshift/api `types_gcpprovider.go`, machine-api-operator
//! `machine_webhook.go`, machine-api-provider-gcp `pkg/cloud/gcp/actuators/machine/reconciler.go`.

mod clone;
mod families;
mod known_fields;
mod pool_rules;
mod rules;
mod settings;

use crate::cloud::profile::{
    FieldPath, GpusBy, Profile, Provider, Zones, begins_with, no_family, no_quota,
};
use crate::cloud::required::Required;
use crate::cloud::{Cloud, MachineApi, PoolRequest, Request, releases};
use crate::cluster::{Example, Worker};
use crate::krm::Node;
use crate::problem::Problems;

/// Google Cloud.
pub(crate) struct Gcp;

static PROFILE: Profile = Profile {
    id: "GCP",
    claimed: true,
    label: Some("Google"),
    infrastructure_region: Some("$.status.platformStatus.gcp.region"),
    failure_domains: None,
    needs_region: true,
    needs_worker: true,
    zones: Zones::OfRegion(begins_with),
    provider: Some(Provider {
        kind: "GCPMachineProviderSpec",
        region: Some(&["region"]),
        zone: Some(&["zone"]),
        instance_type: Some(&["machineType"]),
        gpus: Some(&["gpus"]),
    }),
    boot_images: &[FieldPath::JqPath(
        ".spec.template.spec.providerSpec.value.disks[]?.image",
    )],
    stream_image: None,
    family: no_family,
    quota: no_quota,
    gpus_by: GpusBy::Provider,
    settings: &[
        "market: Spot",
        "rootVolume.sizeGiB",
        "rootVolume.type",
        "rootVolume.kmsKey",
    ],
    example: Example {
        platform: "GCP",
        region: "us-central1",
        zone: "us-central1-a",
        ..Example::DEFAULT
    },
};

impl Cloud for Gcp {
    fn profile(&self) -> &Profile {
        &PROFILE
    }

    fn machine_api(&self) -> Option<&dyn MachineApi> {
        Some(self)
    }
}

impl MachineApi for Gcp {
    fn retarget(
        &self,
        worker: &Worker,
        request: &Request<'_>,
        problems: &mut Problems,
    ) -> Option<Node> {
        clone::retarget(worker, request, problems)
    }

    fn settings(&self, spec: &mut Node, request: &Request<'_>, problems: &mut Problems) {
        settings::apply(spec, request, problems);
    }

    fn rules(&self, spec: &Node, request: &Request<'_>, problems: &mut Problems) {
        rules::check(spec, request, problems);
    }

    fn check_pool(&self, request: &PoolRequest<'_>, problems: &mut Problems) {
        pool_rules::pool(request, problems);
        releases::check(&known_fields::SINCE, request, problems);
        if let Some(patch) = request.patch {
            known_fields::TABLE.check(patch, request, problems);
        }
    }

    fn attaches_gpus_to(&self, name: &str) -> bool {
        name.starts_with("n1-")
    }

    fn root_gib(&self, spec: &Node) -> Option<u32> {
        clone::boot_disk(spec)?
            .1
            .get("sizeGb")?
            .text()?
            .parse()
            .ok()
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
