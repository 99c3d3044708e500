//! Fields of `AWSMachineProviderConfig` (openshift/api `machine/v1beta1/types_awsprovider.go` at 2a3d7391).

use crate::cloud::fields::Shape::{Any, Bool, Int, List, Map, Text, Texts};
use crate::cloud::fields::{Field, NAME, Shape, Table};

/// All of them.
pub(super) static TABLE: Table = Table {
    fields: PROVIDER_CONFIG,
    judged: &[
        "ami.id",
        "instanceType",
        "placement.availabilityZone",
        "placement.region",
    ],
};

const FILTERS: Shape = List(&[Field("name", Text), Field("values", Texts)]);
const REFERENCE: &[Field] = &[
    Field("id", Text),
    Field("arn", Text),
    Field("filters", FILTERS),
];
const EBS: &[Field] = &[
    Field("deleteOnTermination", Bool),
    Field("encrypted", Bool),
    Field("iops", Int),
    Field("kmsKey", Map(REFERENCE)),
    Field("throughputMib", Int),
    Field("volumeSize", Int),
    Field("volumeType", Text),
];
const HOST: &[Field] = &[Field("affinity", Text), Field("dedicatedHost", Any)];

static PROVIDER_CONFIG: &[Field] = &[
    Field("ami", Map(REFERENCE)),
    Field("apiVersion", Text),
    Field(
        "blockDevices",
        List(&[
            Field("deviceName", Text),
            Field("ebs", Map(EBS)),
            Field("noDevice", Text),
            Field("virtualName", Text),
        ]),
    ),
    Field("capacityReservationId", Text),
    Field("cpuOptions", Map(&[Field("confidentialCompute", Text)])),
    Field("credentialsSecret", NAME),
    Field("deviceIndex", Int),
    Field("iamInstanceProfile", Map(REFERENCE)),
    Field("instanceType", Text),
    Field("keyName", Text),
    Field("kind", Text),
    Field(
        "loadBalancers",
        List(&[Field("name", Text), Field("type", Text)]),
    ),
    Field("marketType", Text),
    Field(
        "metadataServiceOptions",
        Map(&[Field("authentication", Text)]),
    ),
    Field("networkInterfaceType", Text),
    Field(
        "placement",
        Map(&[
            Field("availabilityZone", Text),
            Field("host", Map(HOST)),
            Field("region", Text),
            Field("tenancy", Text),
        ]),
    ),
    Field("placementGroupName", Text),
    Field("placementGroupPartition", Int),
    Field("publicIp", Bool),
    Field("securityGroups", List(REFERENCE)),
    Field("spotMarketOptions", Map(&[Field("maxPrice", Text)])),
    Field("subnet", Map(REFERENCE)),
    Field("tags", List(&[Field("name", Text), Field("value", Text)])),
    Field("userDataSecret", NAME),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_sorted_so_that_additions_find_their_place() {
        assert!(PROVIDER_CONFIG.is_sorted_by_key(|field| field.0));
    }
}
