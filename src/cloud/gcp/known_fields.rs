//! Fields of `GCPMachineProviderSpec` (openshift/api `machine/v1beta1/types_gcpprovider.go` at 2a3d7391), with the
//! releases that brought some of them.

use crate::cloud::fields::Shape::{Any, Bool, Int, List, Map, Text, TextMap, Texts};
use crate::cloud::fields::{Field, NAME, Table};
use crate::cloud::releases::Since;
use crate::cloud::required::Required;

/// All of them.
pub(super) static TABLE: Table = Table {
    fields: PROVIDER_SPEC,
    judged: &["machineType", "zone", "region"],
};

const KMS_KEY: &[Field] = &[
    Field("keyRing", Text),
    Field("location", Text),
    Field("name", Text),
    Field("projectID", Text),
];

static PROVIDER_SPEC: &[Field] = &[
    Field("apiVersion", Text),
    Field("canIPForward", Bool),
    Field("confidentialCompute", Text),
    Field("credentialsSecret", NAME),
    Field("deletionProtection", Bool),
    Field(
        "disks",
        List(&[
            Field("autoDelete", Bool),
            Field("boot", Bool),
            Field(
                "encryptionKey",
                Map(&[
                    Field("kmsKey", Map(KMS_KEY)),
                    Field("kmsKeyServiceAccount", Text),
                ]),
            ),
            Field("image", Text),
            Field("labels", TextMap),
            Field("sizeGb", Int),
            Field("type", Text),
        ]),
    ),
    Field(
        "gcpMetadata",
        List(&[Field("key", Text), Field("value", Text)]),
    ),
    Field("gpus", List(&[Field("count", Int), Field("type", Text)])),
    Field("kind", Text),
    Field("labels", TextMap),
    Field("machineType", Text),
    Field("metadata", Any),
    Field(
        "networkInterfaces",
        List(&[
            Field("network", Text),
            Field("projectID", Text),
            Field("publicIP", Bool),
            Field("subnetwork", Text),
        ]),
    ),
    Field("onHostMaintenance", Text),
    Field("preemptible", Bool),
    Field("projectID", Text),
    Field("provisioningModel", Text),
    Field("region", Text),
    Field(
        "resourceManagerTags",
        List(&[
            Field("key", Text),
            Field("parentID", Text),
            Field("value", Text),
        ]),
    ),
    Field("restartPolicy", Text),
    Field(
        "serviceAccounts",
        List(&[Field("email", Text), Field("scopes", Texts)]),
    ),
    Field(
        "shieldedInstanceConfig",
        Map(&[
            Field("integrityMonitoring", Text),
            Field("secureBoot", Text),
            Field("virtualizedTrustedPlatformModule", Text),
        ]),
    ),
    Field("tags", Texts),
    Field("targetPools", Texts),
    Field("userDataSecret", NAME),
    Field("zone", Text),
];

/// Fields that older releases drop.
pub(super) static SINCE: [Since; 4] = [
    Since {
        field: &["confidentialCompute"],
        minor: 13,
        backports: &[],
        stated: None,
    },
    Since {
        field: &["provisioningModel"],
        minor: 21,
        backports: &[],
        stated: None,
    },
    Since {
        field: &["resourceManagerTags"],
        minor: 16,
        backports: &[],
        stated: None,
    },
    Since {
        field: &["shieldedInstanceConfig"],
        minor: 13,
        backports: &[],
        stated: None,
    },
];

/// Fields that the validating webhook requires of every write (machine-api-operator `machine_webhook.go` `validateGCP`).
pub(super) static REQUIRED: [Required; 6] = [
    Required {
        field: &["credentialsSecret", "name"],
        filled_in: Some("gcp-cloud-credentials"),
    },
    Required {
        field: &["machineType"],
        filled_in: None,
    },
    Required {
        field: &["projectID"],
        filled_in: None,
    },
    Required {
        field: &["region"],
        filled_in: None,
    },
    Required {
        field: &["userDataSecret", "name"],
        filled_in: Some("worker-user-data"),
    },
    Required {
        field: &["zone"],
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
