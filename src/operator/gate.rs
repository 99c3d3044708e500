//! Fields of operands that some versions of their CRDs lack.

use crate::types::Version;

/// A field that some versions of a CRD lack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gate {
    /// Path under `spec`.
    pub(crate) path: &'static [&'static str],
    /// First version that has it for good; `None`: none ever had, whatever old examples say.
    pub(crate) since: Option<Version>,
    /// Versions before this one had it too.
    had_before: Option<Version>,
}

impl Gate {
    /// A field that came with a version.
    pub(crate) const fn since(path: &'static [&'static str], since: Version) -> Self {
        Self {
            path,
            since: Some(since),
            had_before: None,
        }
    }

    /// A field that a version lost and a later one got back.
    pub(crate) const fn lost(path: &'static [&'static str], lost: Version, since: Version) -> Self {
        Self {
            path,
            since: Some(since),
            had_before: Some(lost),
        }
    }

    /// A field that no version has.
    pub(crate) const fn never(path: &'static [&'static str]) -> Self {
        Self {
            path,
            since: None,
            had_before: None,
        }
    }

    /// Whether a version lacks the field; of an unknown one nobody says so.
    pub(crate) fn is_lacking(&self, version: Option<Version>) -> bool {
        match (self.since, version) {
            (Some(since), Some(version)) => {
                version < since && self.had_before.is_none_or(|lost| version >= lost)
            }
            (None, _) => true,
            (Some(_), None) => false,
        }
    }
}
