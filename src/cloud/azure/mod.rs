//! Azure: `AzureMachineProviderSpec`, of clusters that run themselves and of Azure Red Hat OpenShift. Rules:
//! openshift/api `types_azureprovider.go`, machine-api-operator `machine_webhook.go`, machine-api-provider-azure
//! `pkg/cloud/azure/actuators`.

mod clone;
mod image;
mod known_fields;
mod pool_rules;
mod rules;
mod settings;
mod sizes;

use crate::cloud::profile::{FieldPath, GpusBy, Profile, Provider, Zones};
use crate::cloud::required::Required;
use crate::cloud::{Cloud, MachineApi, Path, PoolRequest, Request, releases};
use crate::cluster::{Example, Worker};
use crate::krm::Node;
use crate::problem::Problems;

/// Azure.
pub(crate) struct Azure;

static PROFILE: Profile = Profile {
    id: "Azure",
    claimed: true,
    label: Some("Azure"),
    // an Infrastructure names resource groups and no region: workers do
    infrastructure_region: None,
    failure_domains: None,
    needs_region: false,
    needs_worker: true,
    zones: Zones::Short(&["1", "2", "3"]),
    provider: Some(Provider {
        kind: "AzureMachineProviderSpec",
        region: Some(&["location"]),
        zone: Some(&["zone"]),
        instance_type: Some(&["vmSize"]),
        gpus: None,
    }),
    boot_images: &[FieldPath::JsonPointer(
        "/spec/template/spec/providerSpec/value/image",
    )],
    stream_image: None,
    family,
    quota: sizes::quota,
    gpus_by: GpusBy::Provider,
    settings: &[
        "market: Spot",
        "spot.maxPrice",
        "capacityReservation",
        "rootVolume.sizeGiB",
        "rootVolume.type",
        "rootVolume.kmsKey",
        "network.subnets",
    ],
    example: Example {
        platform: "Azure",
        region: "eastus2",
        zone: "\"1\"",
        ..Example::DEFAULT
    },
};

/// `D` of `Standard_D4s_v3`.
fn family(name: &str) -> Option<&str> {
    let size = name
        .strip_prefix("Standard_")
        .or_else(|| name.strip_prefix("Basic_"))?;
    let end = size.find(|c: char| !c.is_ascii_uppercase())?;
    size.get(..end)
}

impl Cloud for Azure {
    fn profile(&self) -> &Profile {
        &PROFILE
    }

    fn resource_tags(&self) -> Option<Path> {
        Some(&["status", "platformStatus", "azure", "resourceTags"])
    }

    fn machine_api(&self) -> Option<&dyn MachineApi> {
        Some(self)
    }
}

impl MachineApi for Azure {
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
        pool_rules::pool(request, problems);
        releases::check(&known_fields::SINCE, request, problems);
        if let Some(patch) = request.patch {
            known_fields::TABLE.check(patch, request, problems);
        }
    }

    fn check_zones(&self, request: &PoolRequest<'_>, zones: &[&str], problems: &mut Problems) {
        pool_rules::zones(request, zones, problems);
    }

    fn root_gib(&self, spec: &Node) -> Option<u32> {
        spec.at(&["osDisk", "diskSizeGB"])?.text()?.parse().ok()
    }

    fn required(&self) -> &'static [Required] {
        &known_fields::REQUIRED
    }

    fn drop_defaults(&self, spec: &mut Node) {
        settings::drop_defaults(spec);
    }

    fn subnet<'n>(&self, spec: &'n Node) -> Option<&'n str> {
        spec.str_at(&["subnet"])
    }

    fn same_subnet(&self, a: &Node, b: &Node) -> bool {
        a.str_at(&["subnet"]) == b.str_at(&["subnet"])
    }

    fn fields(&self, live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
        settings::fields(live, base)
    }
}
