//! What a change does to machines.

use std::fmt;

/// What applying a difference does to machines, the worst first. Nothing replaces running ones: MachineSets do not roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Impact {
    /// The API server refuses it.
    Refused,
    /// Admission refuses it: the field has to be there.
    Required,
    /// Its webhook refuses it while compute nodes of OpenStack have addresses of it.
    InUse,
    /// Compute nodes of OpenStack start anew.
    Restarts,
    /// Machines are started or removed at once.
    Scales,
    /// Ansible runs on compute nodes of OpenStack.
    Runs,
    /// Interfaces or addresses of the cluster change.
    Network,
    /// Pods of a control plane of OpenStack start anew.
    RollsOut,
    /// It counts from a start of compute nodes on, and nobody starts them.
    NextRestart,
    /// Machines that are made from now on; running ones stay as they are.
    NewMachines,
    /// Pods that are made from now on; running ones stay as they are.
    NewPods,
    /// It waits for a run on the compute nodes.
    NextRun,
    /// A webhook writes it back.
    Rewritten,
    /// No machine is touched.
    Harmless,
}

impl Impact {
    /// What is to say of all differences, of which this is the worst.
    pub(crate) fn conclusion(self) -> &'static str {
        match self {
            Self::Refused | Self::Required => "the API server refuses some of it",
            Self::InUse => "the webhook refuses some of it while compute nodes have addresses",
            Self::Restarts => "compute nodes start anew",
            Self::Scales => "machines start or stop, none is replaced",
            Self::Runs => "Ansible runs on compute nodes",
            Self::Network => "interfaces or addresses change at once",
            Self::RollsOut => "pods of the control plane start anew, no compute node is touched",
            Self::NextRestart => "compute nodes have to start anew, and nothing here does that",
            Self::NewMachines => "no running machine is touched",
            Self::NewPods => "no running pod is touched",
            Self::NextRun => "nothing happens before the next run on the compute nodes",
            Self::Rewritten => "webhooks write it back, and it differs again",
            Self::Harmless => "no machine is touched",
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "refused by the API server, the field cannot change",
            Self::Required => "refused by the API server, the field has to be there",
            Self::Restarts => {
                "the run starts compute nodes anew: move virtual machines away before"
            }
            Self::InUse => "refused while compute nodes have addresses of it",
            Self::Scales => "starts or removes machines",
            Self::Runs => "Ansible runs on the compute nodes, none starts anew but a new one",
            Self::Network => "interfaces or addresses change at once",
            Self::RollsOut => "pods of the control plane start anew, virtual machines run on",
            Self::NextRestart => {
                "from the next start of the compute nodes on, which no usual run makes"
            }
            Self::NewMachines => "new machines only, running ones stay as they are",
            Self::NewPods => "new pods only, running ones stay as they are",
            Self::NextRun => "with the next run on the compute nodes, nothing before",
            Self::Rewritten => "the webhook writes it back: Argo CD would never be in sync",
            Self::Harmless => "harmless, no machine is touched",
        })
    }
}
