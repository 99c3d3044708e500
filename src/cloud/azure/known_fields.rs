//! Fields of `AzureMachineProviderSpec` (openshift/api `machine/v1beta1/types_azureprovider.go` at 2a3d7391), with the
//! releases that brought some of them.

use crate::cloud::fields::Shape::{Any, Bool, Int, List, Map, Text, TextMap, Texts};
use crate::cloud::fields::{Field, NAME, Shape, Table};
use crate::cloud::releases::Since;
use crate::cloud::required::Required;

/// All of them.
pub(super) static TABLE: Table = Table {
    fields: PROVIDER_SPEC,
    judged: &["vmSize", "zone", "location"],
};

const SECRET: Shape = Map(&[Field("name", Text), Field("namespace", Text)]);
const ID: Shape = Map(&[Field("id", Text)]);
const UEFI: Shape = Map(&[Field(
    "uefiSettings",
    Map(&[
        Field("secureBoot", Text),
        Field("virtualizedTrustedPlatformModule", Text),
    ]),
)]);
const IMAGE: &[Field] = &[
    Field("offer", Text),
    Field("publisher", Text),
    Field("resourceID", Text),
    Field("sku", Text),
    Field("type", Text),
    Field("version", Text),
];
const MANAGED_DISK: &[Field] = &[
    Field("diskEncryptionSet", ID),
    Field(
        "securityProfile",
        Map(&[
            Field("diskEncryptionSet", ID),
            Field("securityEncryptionType", Text),
        ]),
    ),
    Field("storageAccountType", Text),
];
const DATA_DISK: &[Field] = &[
    Field("cachingType", Text),
    Field("deletionPolicy", Text),
    Field("diskSizeGB", Int),
    Field("lun", Int),
    Field("managedDisk", Map(MANAGED_DISK)),
    Field("nameSuffix", Text),
];

static PROVIDER_SPEC: &[Field] = &[
    Field("acceleratedNetworking", Bool),
    Field("apiVersion", Text),
    Field("applicationSecurityGroups", Texts),
    Field("availabilitySet", Text),
    Field("capacityReservationGroupID", Text),
    Field("credentialsSecret", SECRET),
    Field("dataDisks", List(DATA_DISK)),
    Field("diagnostics", Map(&[Field("boot", Any)])),
    Field("image", Map(IMAGE)),
    Field("internalLoadBalancer", Text),
    Field("kind", Text),
    Field("location", Text),
    Field("managedIdentity", Text),
    Field("metadata", Any),
    Field("natRule", Int),
    Field("networkResourceGroup", Text),
    Field(
        "osDisk",
        Map(&[
            Field("cachingType", Text),
            Field(
                "diskSettings",
                Map(&[Field("ephemeralStorageLocation", Text)]),
            ),
            Field("diskSizeGB", Int),
            Field("managedDisk", Map(MANAGED_DISK)),
            Field("osType", Text),
        ]),
    ),
    Field("publicIP", Bool),
    Field("publicLoadBalancer", Text),
    Field("resourceGroup", Text),
    Field("securityGroup", Text),
    Field(
        "securityProfile",
        Map(&[
            Field("encryptionAtHost", Bool),
            Field(
                "settings",
                Map(&[
                    Field("confidentialVM", UEFI),
                    Field("securityType", Text),
                    Field("trustedLaunch", UEFI),
                ]),
            ),
        ]),
    ),
    Field("spotVMOptions", Map(&[Field("maxPrice", Text)])),
    Field("sshPublicKey", Text),
    Field("subnet", Text),
    Field("tags", TextMap),
    Field("ultraSSDCapability", Text),
    Field("userDataSecret", NAME),
    Field("vmSize", Text),
    Field("vnet", Text),
    Field("zone", Text),
];

/// Fields that older releases drop.
pub(super) static SINCE: [Since; 3] = [
    Since {
        field: &["capacityReservationGroupID"],
        minor: 17,
        // openshift-docs pull request 80577
        backports: &[(14, 35), (15, 25), (16, 3)],
        stated: Some(("spec.capacityReservation", |spec| {
            spec.capacity_reservation.is_some()
        })),
    },
    Since {
        field: &["osDisk", "managedDisk", "securityProfile"],
        minor: 14,
        backports: &[],
        stated: None,
    },
    Since {
        field: &["securityProfile", "settings"],
        minor: 14,
        backports: &[],
        stated: None,
    },
];

/// Fields that the validating webhook requires of every write (machine-api-operator `machine_webhook.go`
/// `validateAzure`). Only on creation it gives an image, and one that does not start on most sizes: none is filled in.
pub(super) static REQUIRED: [Required; 5] = [
    Required {
        field: &["credentialsSecret", "name"],
        filled_in: Some("azure-cloud-credentials"),
    },
    Required {
        field: &["credentialsSecret", "namespace"],
        filled_in: Some("openshift-machine-api"),
    },
    Required {
        field: &["osDisk", "diskSizeGB"],
        filled_in: None,
    },
    Required {
        field: &["userDataSecret", "name"],
        filled_in: Some("worker-user-data"),
    },
    Required {
        field: &["vmSize"],
        filled_in: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_sorted_so_that_additions_find_their_place() {
        assert!(PROVIDER_SPEC.is_sorted_by_key(|field| field.0));
    }
}
