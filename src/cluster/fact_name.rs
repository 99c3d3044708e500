//! Names of facts.

use std::fmt;

/// A fact of a cluster that is one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FactName {
    /// Name of the cluster with its random suffix.
    InfrastructureName,
    /// Kind of cloud.
    Platform,
    /// Region of the cloud.
    Region,
    /// Zones that pools may use.
    Zones,
    /// Version that the cluster runs or is being brought to.
    OpenshiftVersion,
    /// Version that it was installed with.
    InstalledVersion,
    /// Architecture of the workers.
    Architecture,
    /// AWS image of the workers.
    Ami,
    /// How the installer named cloud resources.
    Naming,
    /// Project of Google Cloud that machines live in.
    ProjectId,
    /// Who manages the cluster, when its users may not write MachineSets: `rosa`, `osd`.
    Managed,
    /// `HighlyAvailable`, `SingleReplica`, or `External` (HyperShift: there are no MachineSets).
    Topology,
    /// `ScalesDown`, `NeverScalesDown` or `Absent`.
    ClusterAutoscaler,
}

impl FactName {
    /// All of them, in the order of ClusterFacts.
    pub(crate) const ALL: [Self; 13] = [
        Self::InfrastructureName,
        Self::Platform,
        Self::Region,
        Self::Zones,
        Self::OpenshiftVersion,
        Self::InstalledVersion,
        Self::Architecture,
        Self::Ami,
        Self::Naming,
        Self::ProjectId,
        Self::Managed,
        Self::Topology,
        Self::ClusterAutoscaler,
    ];

    /// Those that only one cloud has.
    pub(crate) const OWN: [Self; 3] = [Self::Ami, Self::Naming, Self::ProjectId];

    /// Its field in `ClusterFacts.spec`, and its name in `spec.from`.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::InfrastructureName => "infrastructureName",
            Self::Platform => "platform",
            Self::Region => "region",
            Self::Zones => "zones",
            Self::OpenshiftVersion => "openshiftVersion",
            Self::InstalledVersion => "installedVersion",
            Self::Architecture => "architecture",
            Self::Ami => "ami",
            Self::Naming => "naming",
            Self::ProjectId => "project",
            Self::Managed => "managed",
            Self::Topology => "topology",
            Self::ClusterAutoscaler => "clusterAutoscaler",
        }
    }

    /// As sentences call it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::InfrastructureName => "infrastructure name",
            Self::Platform => "platform",
            Self::Region => "region",
            Self::Zones => "zones",
            Self::OpenshiftVersion => "OpenShift version",
            Self::InstalledVersion => "installed version",
            Self::Architecture => "architecture",
            Self::Ami => "AMI",
            Self::Naming => "naming scheme",
            Self::ProjectId => "project",
            Self::Managed => "managed service",
            Self::Topology => "control plane topology",
            Self::ClusterAutoscaler => "ClusterAutoscaler",
        }
    }

    /// Whether people are asked for it; the others are captured, or seen in raw objects.
    pub(crate) fn is_field(self) -> bool {
        !matches!(
            self,
            Self::ProjectId | Self::Managed | Self::Topology | Self::ClusterAutoscaler
        )
    }
}

impl fmt::Display for FactName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
