//! What facts look like in messages.

use super::FactName;

/// Examples of a cloud's own spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Example {
    /// `Infrastructure.status.platformStatus.type`.
    pub(crate) platform: &'static str,
    pub(crate) region: &'static str,
    pub(crate) zone: &'static str,
    /// What the cloud needs to know, beside the zones, to make a MachineSet without a worker to clone.
    pub(crate) instead_of_worker: &'static [FactName],
}

impl Example {
    /// Where the cloud is not known.
    pub(crate) const DEFAULT: Self = Self {
        platform: "AWS",
        region: "us-east-2",
        zone: "us-east-2a",
        instead_of_worker: &[],
    };
}

impl Default for Example {
    fn default() -> Self {
        Self::DEFAULT
    }
}
