//! Fields of `NutanixMachineProviderConfig` (openshift/api `machine/v1/types_nutanixprovider.go` at 2a3d7391), with the
//! releases that brought some of them.

use crate::cloud::fields::Shape::{Any, Int, List, Map, Text};
use crate::cloud::fields::{Field, NAME, Shape, Table};
use crate::cloud::releases::{Since, Stated};
use crate::cloud::required::Required;

/// All of them.
pub(super) static TABLE: Table = Table {
    fields: PROVIDER_SPEC,
    judged: &[],
};

/// Something of Prism, by `name` or `uuid` as `type` says.
const IDENTIFIER: &[Field] = &[
    Field("name", Text),
    Field("type", Text),
    Field("uuid", Text),
];
/// A quantity of Kubernetes: a text, or a number of bytes.
const QUANTITY: Shape = Any;

static PROVIDER_SPEC: &[Field] = &[
    Field("apiVersion", Text),
    Field("bootType", Text),
    Field(
        "categories",
        List(&[Field("key", Text), Field("value", Text)]),
    ),
    Field("cluster", Map(IDENTIFIER)),
    Field("credentialsSecret", NAME),
    Field(
        "dataDisks",
        List(&[
            Field("dataSource", Map(IDENTIFIER)),
            Field("deviceProperties", Any),
            Field("diskSize", QUANTITY),
            Field("storageConfig", Any),
        ]),
    ),
    Field("failureDomain", NAME),
    Field(
        "gpus",
        List(&[
            Field("deviceID", Int),
            Field("name", Text),
            Field("type", Text),
        ]),
    ),
    Field("image", Map(IDENTIFIER)),
    Field("kind", Text),
    Field("memorySize", QUANTITY),
    Field("metadata", Any),
    Field("project", Map(IDENTIFIER)),
    Field("subnets", List(IDENTIFIER)),
    Field("systemDiskSize", QUANTITY),
    Field("userDataSecret", NAME),
    Field("vcpuSockets", Int),
    Field("vcpusPerSocket", Int),
];

const fn since(field: &'static [&'static str], minor: u32, stated: Option<Stated>) -> Since {
    Since {
        field,
        minor,
        backports: &[],
        stated,
    }
}

const GPU: Stated = ("spec.gpu.name", |spec| {
    spec.gpu.as_ref().is_some_and(|gpu| gpu.name.is_some())
});

/// Fields that older releases drop.
pub(super) static SINCE: [Since; 6] = [
    since(&["bootType"], 13, None),
    since(&["categories"], 13, None),
    since(&["dataDisks"], 17, None),
    since(&["failureDomain"], 15, None),
    since(&["gpus"], 17, Some(GPU)),
    since(&["project"], 13, None),
];

const fn required(field: &'static [&'static str], filled_in: Option<&'static str>) -> Required {
    Required { field, filled_in }
}

/// Fields that the validating webhook requires of every write (machine-api-operator `machine_webhook.go`
/// `validateNutanix`).
pub(super) static REQUIRED: [Required; 6] = [
    required(&["cluster", "type"], None),
    required(&["credentialsSecret", "name"], Some("nutanix-credentials")),
    required(&["image", "type"], None),
    required(&["memorySize"], None),
    required(&["systemDiskSize"], None),
    required(&["userDataSecret", "name"], Some("worker-user-data")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_sorted_so_that_additions_find_their_place() {
        assert!(PROVIDER_SPEC.is_sorted_by_key(|field| field.0));
    }
}
