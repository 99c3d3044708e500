//! The ClusterAutoscaler of one cluster, as far as it is known.

use crate::krm::Node;

/// What is known of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Autoscaler {
    /// Whether there is one, and how that is known.
    pub(crate) standing: Standing,
    /// Whether it takes away machines that nobody uses; `None` when nobody says.
    pub(crate) scales_down: Option<bool>,
    /// Its `spec.scaleDown.unneededTime`, where it is written.
    pub(crate) unneeded_time: Option<String>,
    /// What shows it, for messages; empty for one that is made.
    pub(crate) shown_by: String,
    /// Its `spec.resourceLimits`, with what is added to them.
    pub(crate) limits: Option<Node>,
}

/// Whether a cluster has a ClusterAutoscaler, and how that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A `GpuPlatform` makes it.
    Made,
    /// It is an object of the input, and gets the GPU limits that it lacks.
    Completed,
    /// An object of the facts, or one that somebody else applies.
    There,
    /// Facts say that there is one.
    Stated,
    /// Facts say that there is none.
    Absent,
    /// Nobody says that there is one.
    #[default]
    NotShown,
}

impl Standing {
    /// Its word in the JSON form of a plan; none when nothing is known.
    pub(crate) fn word(self) -> Option<&'static str> {
        match self {
            Self::Made => Some("made"),
            Self::Completed => Some("completed"),
            Self::There => Some("there"),
            Self::Stated => Some("stated"),
            Self::Absent => Some("absent"),
            Self::NotShown => None,
        }
    }
}
