//! What a node offers to pods: its machine's CPU and memory, less what the hypervisor, OpenShift and its DaemonSets take.
//!
//! Sources: Karpenter's rule for the memory that a machine has beside its hypervisor (0.925 of the table; 58,981 Mi
//! allocatable were measured on a g6.4xlarge, pytorch/ci-infra#1082); the kubelet's reserve of clusters that were installed
//! before 4.21 and of later ones (openshift/machine-config-operator, kubelet-auto-node-sizing-enabled.yaml of release-4.20,
//! kubelet-auto-sizing.yaml of release-4.21); requests of the DaemonSets of a worker of 4.20 on AWS: 0.32 CPU and 2.4 GiB.

use crate::catalog::Size;
use crate::plan::Offer;
use crate::types::Version;

/// Clusters that are installed with this version or a later one size the kubelet's reserve by the node.
pub(crate) const AUTO_SIZED_SINCE: Version = Version(4, 21);
/// The kubelet evicts pods below that.
const EVICTION_MIB: u64 = 100;

/// What stays free on a node for what runs on every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reserve {
    /// In thousandths of a core.
    pub(crate) millicores: u64,
    pub(crate) mib: u64,
}

impl Default for Reserve {
    fn default() -> Self {
        Self {
            millicores: 500,
            mib: 3 * 1024,
        }
    }
}

/// What a node of a size offers; nothing where all is reserved.
pub(crate) fn of(machine: Size, is_auto_sized: bool, reserve: Reserve) -> Offer {
    let vcpu = u64::from(machine.vcpu);
    let capacity = u64::from(machine.memory_mib) * 925 / 1000;
    let (cpu, memory) = if is_auto_sized {
        (auto_cpu(vcpu), auto_memory(capacity / 1024) * 1024)
    } else {
        (500, 1024)
    };
    let millicores = (vcpu * 1000).saturating_sub(cpu + reserve.millicores);
    let mib = capacity.saturating_sub(memory + EVICTION_MIB + reserve.mib);
    Offer {
        cores: whole(millicores / 1000),
        gib: whole(mib / 1024),
    }
}

fn whole(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// In thousandths: 60 for the first core and 12 for each other, 500 at the least.
fn auto_cpu(cores: u64) -> u64 {
    (60 + 12 * cores.saturating_sub(1)).max(500)
}

/// In GiB, rounded: 1 up to 8, 6 % of what is above, 2 % of what is above 120.
fn auto_memory(gib: u64) -> u64 {
    let hundredths = match gib {
        0..=8 => 100,
        9..=120 => 100 + 6 * (gib - 8),
        _ => 772 + 2 * (gib - 120),
    };
    (hundredths + 50) / 100
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn nodes_offer_what_was_computed_by_hand() {
        for (name, before, since) in [
            ("g6.4xlarge", (15, 55), (15, 52)),
            ("g6.12xlarge", (47, 173), (46, 165)),
            ("g4dn.2xlarge", (7, 25), (7, 24)),
            ("g5.2xlarge", (7, 25), (7, 24)),
            ("p5.48xlarge", (191, 1890), (189, 1848)),
        ] {
            let instance = catalog::instance("AWS", name).expect(name);
            for (is_auto_sized, (cores, gib)) in [(false, before), (true, since)] {
                let offer = of(instance.size(), is_auto_sized, Reserve::default());
                assert_eq!(offer, Offer { cores, gib }, "{name} {is_auto_sized}");
            }
        }
    }
}
