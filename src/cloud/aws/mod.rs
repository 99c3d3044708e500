//! AWS: `AWSMachineProviderConfig`. Rules and line numbers: openshift/api `types_awsprovider.go`,
//! machine-api-operator `machine_webhook.go`, machine-api-provider-aws `instances.go`.

mod adopt;
mod build;
mod clone;
mod field_releases;
mod known_fields;
mod naming;
mod placement_rules;
mod pool_rules;
mod quota;
mod required;
mod root;
mod rules;
mod settings;
mod value_rules;

use serde_json::Value;

use crate::cloud::profile::{FieldPath, GpusBy, Profile, Provider, Zones};
use crate::cloud::required::Required;
use crate::cloud::{Cloud, MachineApi, PoolRequest, Request, releases};
use crate::cluster::{Example, FactName, Worker};
use crate::krm::Node;
use crate::problem::Problems;

/// AWS.
pub(crate) struct Aws;

static PROFILE: Profile = Profile {
    id: "AWS",
    claimed: true,
    label: Some("Amazon"),
    infrastructure_region: Some("$.status.platformStatus.aws.region"),
    failure_domains: None,
    needs_region: true,
    needs_worker: false,
    zones: Zones::OfRegion(zone_in_region),
    provider: Some(Provider {
        kind: "AWSMachineProviderConfig",
        region: Some(&["placement", "region"]),
        zone: Some(&["placement", "availabilityZone"]),
        instance_type: Some(&["instanceType"]),
        gpus: None,
    }),
    boot_images: &[FieldPath::JsonPointer(
        "/spec/template/spec/providerSpec/value/ami",
    )],
    stream_image: Some(stream_image),
    family,
    quota: quota::of,
    gpus_by: GpusBy::Provider,
    settings: &[
        "market: Spot",
        "market: CapacityBlock",
        "spot.maxPrice",
        "capacityReservation",
        "rootVolume.sizeGiB",
        "rootVolume.type",
        "rootVolume.encrypted",
        "rootVolume.kmsKey",
        "rootVolume.iops",
        "rootVolume.throughputMiB",
        "network.interfaceType",
        "network.placementGroup",
        "network.placementGroupPartition",
        "network.subnets",
    ],
    example: Example {
        instead_of_worker: &[FactName::Ami, FactName::Naming],
        ..Example::DEFAULT
    },
};

/// Local Zones and Wavelength Zones add parts to a region: `us-east-1-bos-1a`.
fn zone_in_region(zone: &str, region: &str) -> bool {
    zone.strip_prefix(region).is_some_and(|rest| {
        let letter = |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_lowercase());
        letter(rest)
            || (rest.starts_with('-') && rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
    })
}

/// `m5` of `m5.xlarge`.
fn family(name: &str) -> Option<&str> {
    name.split_once('.').map(|(family, _)| family)
}

/// The AMI of a region, in CoreOS stream metadata.
fn stream_image(stream: &Value, architecture: &str, region: &str) -> Option<String> {
    let keys = [
        "architectures",
        architecture,
        "images",
        "aws",
        "regions",
        region,
        "image",
    ];
    let image = keys.iter().try_fold(stream, |value, key| value.get(*key))?;
    image.as_str().map(str::to_owned)
}

impl Cloud for Aws {
    fn profile(&self) -> &Profile {
        &PROFILE
    }

    fn machine_api(&self) -> Option<&dyn MachineApi> {
        Some(self)
    }
}

impl MachineApi for Aws {
    fn retarget(
        &self,
        worker: &Worker,
        request: &Request<'_>,
        problems: &mut Problems,
    ) -> Option<Node> {
        clone::retarget(worker, request, problems)
    }

    fn build(&self, request: &Request<'_>, problems: &mut Problems) -> Option<Node> {
        build::from_facts(request, problems)
    }

    fn settings(&self, spec: &mut Node, request: &Request<'_>, problems: &mut Problems) {
        settings::apply(spec, request, problems);
    }

    fn rules(&self, spec: &Node, request: &Request<'_>, problems: &mut Problems) {
        rules::check(spec, request, problems);
        value_rules::check(spec, request, problems);
        known_fields::TABLE.types_of_worker(spec, request, problems);
        known_fields::TABLE.of_worker(spec, request, problems);
    }

    fn subnet<'n>(&self, spec: &'n Node) -> Option<&'n str> {
        adopt::subnet(spec)
    }

    fn same_subnet(&self, a: &Node, b: &Node) -> bool {
        a.get("subnet").map(Node::to_json) == b.get("subnet").map(Node::to_json)
    }

    fn fields(&self, live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
        adopt::fields(live, base)
    }

    fn root_gib(&self, spec: &Node) -> Option<u32> {
        root::device(spec)?
            .at(&["ebs", "volumeSize"])?
            .text()?
            .parse()
            .ok()
    }

    fn required(&self) -> &'static [Required] {
        &required::REQUIRED
    }

    fn drop_defaults(&self, spec: &mut Node) {
        adopt::drop_defaults(spec);
    }

    fn check_zones(&self, request: &PoolRequest<'_>, zones: &[&str], problems: &mut Problems) {
        pool_rules::zones(request, zones, problems);
        placement_rules::subnets(request, zones, problems);
    }

    fn check_pool(&self, request: &PoolRequest<'_>, problems: &mut Problems) {
        pool_rules::pool(request, problems);
        placement_rules::efa(request, problems);
        releases::check(&field_releases::SINCE, request, problems);
        if let Some(patch) = request.patch {
            known_fields::TABLE.check(patch, request, problems);
        }
        if request.facts.workers.is_empty() {
            build::check(request, problems);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_lie_in_their_region_only() {
        assert!(zone_in_region("us-east-2a", "us-east-2"));
        assert!(zone_in_region("us-east-1-bos-1a", "us-east-1"));
        assert!(!zone_in_region("us-east-1a", "us-east-2"));
        assert!(!zone_in_region("us-east-2", "us-east-2"));
        assert!(!zone_in_region("us-east-21", "us-east-2"));
        assert!(!zone_in_region("us-east-2ab", "us-east-2"));
    }
}
