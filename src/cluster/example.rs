//! What facts look like in messages.

/// Examples of a cloud's own spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Example {
    /// `Infrastructure.status.platformStatus.type`.
    pub(crate) platform: &'static str,
    pub(crate) region: &'static str,
    pub(crate) zone: &'static str,
}

impl Example {
    /// Where the cloud is not known.
    pub(crate) const DEFAULT: Self = Self {
        platform: "AWS",
        region: "us-east-2",
        zone: "us-east-2a",
    };
}

impl Default for Example {
    fn default() -> Self {
        Self::DEFAULT
    }
}
