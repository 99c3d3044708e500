//! Fields of `IBMCloudMachineProviderSpec` (machine-api-provider-ibmcloud `ibmcloudmachineproviderconfig_types.go` at
//! 2615d13b), with the releases that brought some of them.

use crate::cloud::fields::Shape::{Any, Int, Map, Text, Texts};
use crate::cloud::fields::{Field, NAME, Table};
use crate::cloud::releases::{Since, Stated};
use crate::cloud::required::Required;

/// All of them.
pub(super) static TABLE: Table = Table {
    fields: PROVIDER_SPEC,
    judged: &["profile", "zone", "region"],
};

static PROVIDER_SPEC: &[Field] = &[
    Field("apiVersion", Text),
    Field(
        "bootVolume",
        Map(&[
            Field("bandwidth", Int),
            Field("encryptionKey", Text),
            Field("iops", Int),
            Field("profile", Text),
            Field("sizeGiB", Int),
        ]),
    ),
    Field("credentialsSecret", NAME),
    Field("dedicatedHost", Text),
    Field("image", Text),
    Field("kind", Text),
    Field("metadata", Any),
    Field("networkResourceGroup", Text),
    Field(
        "primaryNetworkInterface",
        Map(&[Field("securityGroups", Texts), Field("subnet", Text)]),
    ),
    Field("profile", Text),
    Field("region", Text),
    Field("resourceGroup", Text),
    Field("tags", Any),
    Field("userDataSecret", NAME),
    Field("vpc", Text),
    Field("zone", Text),
];

const fn since(field: &'static [&'static str], minor: u32, stated: Option<Stated>) -> Since {
    Since {
        field,
        minor,
        backports: &[],
        stated,
    }
}

const SIZE: Stated = ("spec.rootVolume.sizeGiB", |spec| {
    let volume = spec.root_volume.as_ref();
    volume.is_some_and(|volume| volume.size_gib.is_some())
});
const KEY: Stated = ("spec.rootVolume.kmsKey", |spec| {
    let volume = spec.root_volume.as_ref();
    volume.is_some_and(|volume| volume.kms_key.is_some())
});

/// Fields that older releases drop.
pub(super) static SINCE: [Since; 6] = [
    since(&["bootVolume", "bandwidth"], 23, None),
    since(&["bootVolume", "encryptionKey"], 15, Some(KEY)),
    since(&["bootVolume", "iops"], 23, None),
    since(&["bootVolume", "profile"], 23, None),
    since(&["bootVolume", "sizeGiB"], 23, Some(SIZE)),
    since(&["networkResourceGroup"], 13, None),
];

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
