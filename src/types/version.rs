//! OpenShift versions.

use std::cmp::Ordering;
use std::fmt;

use super::{InvalidName, Shape, shape};

/// A version of OpenShift: `4.20.8`, `4.20`, `4.21.0-rc.1`. Versions compare by major, minor and patch; what comes
/// after (`-rc.1`) does not count, since it decides nothing that we do.
#[derive(Clone, Debug)]
pub struct Version {
    /// `4` of `4.20.8`.
    pub major: u32,
    /// `20` of `4.20.8`.
    pub minor: u32,
    /// `8` of `4.20.8`; 0 when it is not written.
    pub patch: u32,
    text: String,
}

impl Version {
    /// The rule.
    pub const SHAPE: &'static Shape = &shape::VERSION;

    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        Self::SHAPE.check(text)?;
        let (major, minor, patch) = read(text).unwrap_or_default();
        Ok(Self {
            major,
            minor,
            patch,
            text: text.to_owned(),
        })
    }

    /// Whether it is at least this minor version: `version.at_least(4, 19)`.
    pub fn at_least(&self, major: u32, minor: u32) -> bool {
        (self.major, self.minor) >= (major, minor)
    }

    /// The minor version as catalogues and channels name it: `4.20`.
    pub fn minor_name(&self) -> String {
        format!("{}.{}", self.major, self.minor)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn key(&self) -> (u32, u32, u32) {
        (self.major, self.minor, self.patch)
    }
}

/// Major, minor and patch of a version's text.
pub(super) fn read(text: &str) -> Option<(u32, u32, u32)> {
    let (core, rest) = match text.find(['-', '+']) {
        Some(end) => (text.get(..end)?, text.get(end + 1..)),
        None => (text, None),
    };
    let tail = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
    if rest.is_some_and(|rest| rest.is_empty() || !rest.chars().all(tail)) {
        return None;
    }
    let number = |part: &str| {
        let digits = part.bytes().all(|b| b.is_ascii_digit()) && part.len() <= 4;
        part.parse().ok().filter(|_| digits)
    };
    let mut parts = core.split('.');
    let (major, minor) = (number(parts.next()?)?, number(parts.next()?)?);
    let patch = match parts.next() {
        Some(patch) => number(patch)?,
        None if rest.is_some() => return None,
        None => 0,
    };
    parts.next().is_none().then_some((major, minor, patch))
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let version = |text| Version::parse(text).expect("a version");
        assert!(version("4.9.1") < version("4.20"));
        assert!(version("4.20.8").at_least(4, 19) && !version("4.18.30").at_least(4, 19));
        assert_eq!(version("4.21.0-rc.1").minor_name(), "4.21");
        assert_eq!(version("4.20.0-0.nightly-2025-11-01-1").patch, 0);
    }

    #[test]
    fn other_texts_are_no_versions() {
        for wrong in [
            "", "4", "v4.20", "4.20.x", "4..1", "4.20.1.2", "4.20-", "latest",
        ] {
            assert!(Version::parse(wrong).is_err(), "{wrong}");
        }
    }
}
