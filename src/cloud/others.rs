//! Clouds of which facts are read, and that no MachineSets are made for yet. Sources: openshift/api `machine/v1beta1`,
//! `machine/v1`, `machine/v1alpha1` and `config/v1/types_infrastructure.go`; machine-api-provider-ibmcloud
//! `ibmcloudmachineproviderconfig_types.go`; machine-config-operator `pkg/controller/bootimage`.

use super::Cloud;
use super::profile::{GpusBy, Profile, Provider, Zones, no_family, no_quota};
use crate::cluster::Example;

/// A cloud that is data alone.
pub(crate) struct Other(Profile);

impl Cloud for Other {
    fn profile(&self) -> &Profile {
        &self.0
    }
}

const NONE: Profile = Profile {
    id: "",
    claimed: false,
    label: None,
    infrastructure_region: None,
    failure_domains: None,
    needs_region: false,
    needs_worker: true,
    zones: Zones::Free,
    provider: None,
    boot_images: &[],
    stream_image: None,
    family: no_family,
    quota: no_quota,
    gpus_by: GpusBy::Provider,
    settings: &[],
    example: example("", "", ""),
};

const fn example(platform: &'static str, region: &'static str, zone: &'static str) -> Example {
    Example {
        platform,
        region,
        zone,
        ..Example::DEFAULT
    }
}

/// IBM Power Virtual Server: its systems have no GPUs.
pub(crate) static POWER_VS: Other = Other(Profile {
    id: "PowerVS",
    infrastructure_region: Some("$.status.platformStatus.powervs.region"),
    provider: Some(Provider {
        kind: "PowerVSMachineProviderConfig",
        region: None,
        zone: None,
        instance_type: None,
        gpus: None,
    }),
    example: example("PowerVS", "dal", "dal10"),
    ..NONE
});

/// Alibaba Cloud.
pub(crate) static ALIBABA_CLOUD: Other = Other(Profile {
    id: "AlibabaCloud",
    infrastructure_region: Some("$.status.platformStatus.alibabacloud.region"),
    example: example("AlibabaCloud", "eu-central-1", "eu-central-1a"),
    ..NONE
});

/// Platforms whose machines nobody makes.
pub(crate) static BARE_METAL: Other = machineless("BareMetal", true);
pub(crate) static EQUINIX_METAL: Other = machineless("EquinixMetal", false);
pub(crate) static EXTERNAL: Other = machineless("External", false);
pub(crate) static KUBE_VIRT: Other = machineless("KubeVirt", false);
pub(crate) static LIBVIRT: Other = machineless("Libvirt", false);
pub(crate) static NO_PLATFORM: Other = machineless("None", false);
pub(crate) static OVIRT: Other = machineless("oVirt", false);

const fn machineless(id: &'static str, claimed: bool) -> Other {
    Other(Profile {
        id,
        claimed,
        example: example(id, "", ""),
        ..NONE
    })
}
