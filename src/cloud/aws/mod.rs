//! AWS: `AWSMachineProviderConfig`. Rules and line numbers: openshift/api `types_awsprovider.go`,
//! machine-api-operator `machine_webhook.go`, machine-api-provider-aws `instances.go`.

mod adopt;
mod author;
mod build;
mod clone;
mod field_releases;
mod known_fields;
mod pool_rules;
mod required;
mod root;
mod rules;
mod settings;
mod value_rules;

use crate::cloud::{Cloud, PoolRequest, Request};
use crate::krm::Node;
use crate::problem::Problems;

/// AWS.
pub(crate) struct Aws;

impl Cloud for Aws {
    fn id(&self) -> &'static str {
        "AWS"
    }

    fn zone_in_region(&self, zone: &str, region: &str) -> bool {
        // Local Zones and Wavelength Zones add parts: us-east-1-bos-1a
        zone.strip_prefix(region).is_some_and(|rest| {
            let letter =
                |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_lowercase());
            letter(rest)
                || (rest.starts_with('-') && rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
        })
    }

    fn provider_spec(&self, request: &Request<'_>, problems: &mut Problems) -> Option<Node> {
        let mut node = match request.worker {
            Some(worker) => clone::retarget(worker, request, problems)?,
            None => build::from_facts(request, problems)?,
        };
        required::fill_in(&mut node);
        settings::apply(&mut node, request, problems);
        if let Some(patch) = request.pool.patch {
            node.merge_patch(patch);
        }
        rules::check(&node, request, problems);
        value_rules::check(&node, request, problems);
        known_fields::types_of_worker(&node, request, problems);
        known_fields::of_worker(&node, request, problems);
        Some(node)
    }

    fn provider_kind(&self) -> &'static str {
        "AWSMachineProviderConfig"
    }

    fn instance_type<'n>(&self, spec: &'n Node) -> Option<&'n str> {
        spec.str_at(&["instanceType"])
    }

    fn zone<'n>(&self, spec: &'n Node) -> Option<&'n str> {
        spec.str_at(&["placement", "availabilityZone"])
    }

    fn subnet<'n>(&self, spec: &'n Node) -> Option<&'n str> {
        adopt::subnet(spec)
    }

    fn fields(&self, live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
        adopt::fields(live, base)
    }

    fn fill_in(&self, spec: &mut Node) {
        required::fill_in(spec);
    }

    fn missing(&self, spec: &Node) -> Vec<String> {
        let missing = required::missing(spec);
        missing.map(|field| field.join(".")).collect()
    }

    fn drop_defaults(&self, spec: &mut Node) {
        adopt::drop_defaults(spec);
    }

    fn check_zones(&self, request: &PoolRequest<'_>, zones: &[&str], problems: &mut Problems) {
        pool_rules::zones(request, zones, problems);
    }

    fn check_pool(&self, request: &PoolRequest<'_>, problems: &mut Problems) {
        pool_rules::pool(request, problems);
        field_releases::check(request, problems);
        if let Some(patch) = request.patch {
            known_fields::check(patch, request, problems);
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
        assert!(Aws.zone_in_region("us-east-2a", "us-east-2"));
        assert!(Aws.zone_in_region("us-east-1-bos-1a", "us-east-1"));
        assert!(!Aws.zone_in_region("us-east-1a", "us-east-2"));
        assert!(!Aws.zone_in_region("us-east-2", "us-east-2"));
        assert!(!Aws.zone_in_region("us-east-21", "us-east-2"));
        assert!(!Aws.zone_in_region("us-east-2ab", "us-east-2"));
    }
}
