//! vSphere: `VSphereMachineProviderSpec`. Its instance types are templates, which bring the GPUs. Rules: openshift/api
//! `types_vsphereprovider.go`, machine-api-operator `machine_webhook.go` and `pkg/controller/vsphere/reconciler.go`.

mod clone;
mod domains;
mod known_fields;
mod rules;
mod settings;

use crate::cloud::profile::{FieldPath, GpusBy, Profile, Provider, Zones, no_family, no_quota};
use crate::cloud::required::Required;
use crate::cloud::{Cloud, MachineApi, PoolRequest, Request, releases};
use crate::cluster::{ClusterFacts, Example, Worker};
use crate::krm::Node;
use crate::problem::Problems;

/// vSphere.
pub(crate) struct VSphere;

static PROFILE: Profile = Profile {
    id: "VSphere",
    claimed: true,
    label: Some("VSphere"),
    infrastructure_region: None,
    failure_domains: Some(&["spec", "platformSpec", "vsphere", "failureDomains"]),
    needs_region: false,
    needs_worker: true,
    zones: Zones::FailureDomains,
    provider: Some(Provider {
        kind: "VSphereMachineProviderSpec",
        region: None,
        // a failure domain is no field: it is what the workspace says
        zone: None,
        instance_type: Some(&["template"]),
        gpus: None,
    }),
    boot_images: &[FieldPath::JsonPointer(
        "/spec/template/spec/providerSpec/value/template",
    )],
    stream_image: None,
    family: no_family,
    quota: no_quota,
    gpus_by: GpusBy::Author,
    settings: &["machine", "rootVolume.sizeGiB"],
    example: Example {
        platform: "VSphere",
        region: "datacenter",
        zone: "zone-a",
        ..Example::DEFAULT
    },
};

impl Cloud for VSphere {
    fn profile(&self) -> &Profile {
        &PROFILE
    }

    fn failure_domain<'n>(&self, spec: &Node, facts: &'n ClusterFacts) -> Option<&'n str> {
        domains::of(spec, facts)
    }

    fn machine_api(&self) -> Option<&dyn MachineApi> {
        Some(self)
    }
}

impl MachineApi for VSphere {
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
        spec.get("diskGiB")?.text()?.parse().ok()
    }

    fn required(&self) -> &'static [Required] {
        &known_fields::REQUIRED
    }

    fn drop_defaults(&self, spec: &mut Node) {
        known_fields::TABLE.respell(spec);
        settings::ZEROS.drop(spec);
        if spec.str_at(&["cloneMode"]) == Some(settings::FULL_CLONE) {
            spec.remove("cloneMode");
        }
    }

    fn fields(&self, live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
        settings::fields(live, base)
    }
}
