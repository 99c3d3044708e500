//! Clouds of which facts are read, and that no MachineSets are made for yet. Sources: openshift/api `machine/v1beta1`,
//! `machine/v1`, `machine/v1alpha1` and `config/v1/types_infrastructure.go`; machine-api-provider-ibmcloud
//! `ibmcloudmachineproviderconfig_types.go`; machine-config-operator `pkg/controller/bootimage`.

use super::profile::{GpusBy, Profile, Provider, Zones, no_family, no_quota};
use super::{Cloud, Instead};
use crate::cluster::Example;

/// A cloud that is data alone: what is said of it, and what to do there.
pub(crate) struct Other(Profile, Option<Instead>);

impl Cloud for Other {
    fn profile(&self) -> &Profile {
        &self.0
    }

    fn instead(&self) -> Option<Instead> {
        self.1
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
pub(crate) static POWER_VS: Other = Other(
    Profile {
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
    },
    Some(Instead {
        why: "systems of Power Virtual Server (s922, e880, e980) have no GPUs",
        what: "give workloads that need GPUs a cluster on another platform",
    }),
);

/// Alibaba Cloud.
pub(crate) static ALIBABA_CLOUD: Other = Other(
    Profile {
        id: "AlibabaCloud",
        infrastructure_region: Some("$.status.platformStatus.alibabacloud.region"),
        example: example("AlibabaCloud", "eu-central-1", "eu-central-1a"),
        ..NONE
    },
    None,
);

/// Platforms whose machines nobody makes.
pub(crate) static BARE_METAL: Other = machineless("BareMetal", true, Some(HOSTS));
pub(crate) static EQUINIX_METAL: Other = machineless("EquinixMetal", false, None);
pub(crate) static EXTERNAL: Other = machineless("External", false, Some(NODES));
pub(crate) static KUBE_VIRT: Other = machineless("KubeVirt", false, None);
pub(crate) static LIBVIRT: Other = machineless("Libvirt", false, None);
pub(crate) static NO_PLATFORM: Other = machineless("None", false, Some(NODES));
pub(crate) static OVIRT: Other = machineless("oVirt", false, None);

/// Where hosts are there already.
const HOSTS: Instead = Instead {
    why: "its machines are hosts that are there, and no type says which of them have GPUs",
    what: "label the BareMetalHosts with GPUs, copy a worker MachineSet with that label as `hostSelector.matchLabels` and with the pool's labels and taints, and write a GpuPlatform for the operators",
};
/// Where nothing makes machines.
const NODES: Instead = Instead {
    why: "it has no Machine API that makes machines",
    what: "label and taint the nodes with GPUs (`oc label node NAME node-role.kubernetes.io/gpu=`), and write a GpuPlatform for the operators",
};

const fn machineless(id: &'static str, claimed: bool, instead: Option<Instead>) -> Other {
    Other(
        Profile {
            id,
            claimed,
            example: example(id, "", ""),
            ..NONE
        },
        instead,
    )
}
