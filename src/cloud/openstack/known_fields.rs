//! Fields of `OpenstackProviderSpec` (openshift/api `machine/v1alpha1/types_openstack.go` at 2a3d7391), with the releases
//! that brought some of them.

use crate::cloud::fields::Shape::{Any, Bool, Int, List, Map, Text, TextMap, Texts};
use crate::cloud::fields::{Field, NAME, Table};
use crate::cloud::releases::Since;
use crate::cloud::required::Required;

/// All of them.
pub(super) static TABLE: Table = Table {
    fields: PROVIDER_SPEC,
    judged: &["flavor", "availabilityZone"],
};

static PROVIDER_SPEC: &[Field] = &[
    Field(
        "additionalBlockDevices",
        List(&[
            Field("name", Text),
            Field("sizeGiB", Int),
            Field("storage", Any),
        ]),
    ),
    Field("apiVersion", Text),
    Field("availabilityZone", Text),
    Field("cloudName", Text),
    Field(
        "cloudsSecret",
        Map(&[Field("name", Text), Field("namespace", Text)]),
    ),
    Field("configDrive", Bool),
    Field("flavor", Text),
    Field("floatingIP", Text),
    Field("image", Text),
    Field("keyName", Text),
    Field("kind", Text),
    Field("metadata", Any),
    Field(
        "networks",
        List(&[
            Field("filter", Any),
            Field("fixedIp", Text),
            Field("noAllowedAddressPairs", Bool),
            Field("portSecurity", Bool),
            Field("portTags", Texts),
            Field("profile", TextMap),
            Field("subnets", Any),
            Field("uuid", Text),
            Field("vnicType", Text),
        ]),
    ),
    Field("ports", Any),
    Field("primarySubnet", Text),
    Field(
        "rootVolume",
        Map(&[
            Field("availabilityZone", Text),
            Field("deviceType", Text),
            Field("diskSize", Int),
            Field("sourceType", Text),
            Field("sourceUUID", Text),
            Field("volumeType", Text),
        ]),
    ),
    Field(
        "securityGroups",
        List(&[
            Field("filter", Any),
            Field("name", Text),
            Field("uuid", Text),
        ]),
    ),
    Field("serverGroupID", Text),
    Field("serverGroupName", Text),
    Field("serverMetadata", TextMap),
    Field("sshUserName", Text),
    Field("tags", Texts),
    Field("trunk", Bool),
    Field("userDataSecret", NAME),
];

/// Fields that older releases drop.
pub(super) static SINCE: [Since; 1] = [Since {
    field: &["additionalBlockDevices"],
    minor: 15,
    backports: &[],
    stated: None,
}];

/// No webhook requires anything.
pub(super) static REQUIRED: [Required; 0] = [];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_sorted_so_that_additions_find_their_place() {
        assert!(PROVIDER_SPEC.is_sorted_by_key(|field| field.0));
    }
}
