//! Fields of `VSphereMachineProviderSpec` (openshift/api `machine/v1beta1/types_vsphereprovider.go` at 2a3d7391), with the
//! releases that brought some of them.

use crate::cloud::fields::Shape::{Any, Int, List, Map, Text, Texts};
use crate::cloud::fields::{Field, NAME, Table};
use crate::cloud::releases::Since;
use crate::cloud::required::Required;

/// All of them.
pub(super) static TABLE: Table = Table {
    fields: PROVIDER_SPEC,
    judged: &["template"],
};

static PROVIDER_SPEC: &[Field] = &[
    Field("apiVersion", Text),
    Field("cloneMode", Text),
    Field("credentialsSecret", NAME),
    Field(
        "dataDisks",
        List(&[
            Field("name", Text),
            Field("provisioningMode", Text),
            Field("sizeGiB", Int),
        ]),
    ),
    Field("diskGiB", Int),
    Field("kind", Text),
    Field("memoryMiB", Int),
    Field("metadata", Any),
    Field(
        "network",
        Map(&[Field(
            "devices",
            List(&[
                Field(
                    "addressesFromPools",
                    List(&[
                        Field("group", Text),
                        Field("name", Text),
                        Field("resource", Text),
                    ]),
                ),
                Field("gateway", Text),
                Field("ipAddrs", Texts),
                Field("nameservers", Texts),
                Field("networkName", Text),
            ]),
        )]),
    ),
    Field("numCPUs", Int),
    Field("numCoresPerSocket", Int),
    Field("snapshot", Text),
    Field("tagIDs", Texts),
    Field("template", Text),
    Field("userDataSecret", NAME),
    Field(
        "workspace",
        Map(&[
            Field("datacenter", Text),
            Field("datastore", Text),
            Field("folder", Text),
            Field("resourcePool", Text),
            Field("server", Text),
            Field("vmGroup", Text),
        ]),
    ),
];

const fn since(field: &'static [&'static str], minor: u32) -> Since {
    Since {
        field,
        minor,
        backports: &[],
        stated: None,
    }
}

/// Fields that older releases drop.
pub(super) static SINCE: [Since; 4] = [
    since(&["dataDisks"], 19),
    since(&["network", "devices", "addressesFromPools"], 14),
    since(&["tagIDs"], 16),
    since(&["workspace", "vmGroup"], 19),
];

const fn required(field: &'static [&'static str], filled_in: Option<&'static str>) -> Required {
    Required { field, filled_in }
}

/// Fields that the validating webhook requires of every write (machine-api-operator `machine_webhook.go`
/// `validateVSphere`).
pub(super) static REQUIRED: [Required; 4] = [
    required(
        &["credentialsSecret", "name"],
        Some("vsphere-cloud-credentials"),
    ),
    required(&["template"], None),
    required(&["userDataSecret", "name"], Some("worker-user-data")),
    required(&["workspace", "server"], None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_sorted_so_that_additions_find_their_place() {
        assert!(PROVIDER_SPEC.is_sorted_by_key(|field| field.0));
    }
}
