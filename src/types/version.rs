//! Versions: what decides of them, and how a cluster states its own.

use std::cmp::Ordering;
use std::fmt;

use super::{InvalidName, Shape, shape};

/// A version up to its minor, of OpenShift or of an operator: `4.20`. What comes after decides nothing that we do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub u32, pub u32);

impl Version {
    /// What a text begins with, as names of channels and tags of images have it: `4.20`, `v25.10`, `v4.20.0-202501`;
    /// `None` when there is no `N.N`.
    pub(crate) fn leading(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (major, rest) = text.split_once('.')?;
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        Some(Self(major.parse().ok()?, rest.get(..digits)?.parse().ok()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// What a bound asks of how a version compares with its own.
type Holds = fn(Ordering) -> bool;

/// One bound of a range.
type Bound = (Holds, Version);

/// The bounds of a range: `>=4.18 <4.21`; `None` when it has not the form of one.
pub(super) fn bounds(text: &str) -> Option<Vec<Bound>> {
    let signs: [(&str, Holds); 5] = [
        (">=", Ordering::is_ge),
        ("<=", Ordering::is_le),
        (">", Ordering::is_gt),
        ("<", Ordering::is_lt),
        ("=", Ordering::is_eq),
    ];
    let bound = |word: &str| {
        let found = signs
            .iter()
            .find_map(|(sign, holds)| Some((*holds, word.strip_prefix(sign)?)));
        let (holds, version) = found.unwrap_or((Ordering::is_eq, word));
        let (major, minor) = version.split_once('.')?;
        let number = |digits: &str| {
            let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| digits.parse().ok()).flatten()
        };
        Some((holds, Version(number(major)?, number(minor)?)))
    };
    // `>= 4.18` is one bound
    let mut text = text.to_owned();
    for sign in ['<', '>', '='] {
        text = text.replace(&format!("{sign} "), &sign.to_string());
    }
    let words = text.split(' ').filter(|word| !word.is_empty());
    let bounds: Option<Vec<Bound>> = words.map(bound).collect();
    bounds.filter(|bounds| !bounds.is_empty())
}

impl Version {
    /// Whether it lies in a range that was checked where it is written.
    pub(crate) fn is_within(self, range: &str) -> bool {
        let bounds = bounds(range).unwrap_or_default();
        bounds
            .iter()
            .all(|(holds, version)| holds(self.cmp(version)))
    }
}

/// The version that a cluster states, with its text, which messages and `ClusterFacts` repeat: `4.20.8`, `4.20`,
/// `4.21.0-rc.1`, `4.19.0-okd-scos.5`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Release {
    text: String,
    version: Version,
}

impl Release {
    /// The rule.
    pub(crate) const SHAPE: &'static Shape = &shape::VERSION;

    /// Checks a text.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidName> {
        let invalid = || InvalidName {
            what: Self::SHAPE.what,
            text: text.to_owned(),
            rule: Self::SHAPE.rule.to_owned(),
        };
        Self::SHAPE.check(text)?;
        Ok(Self {
            version: read(text).ok_or_else(invalid)?,
            text: text.to_owned(),
        })
    }

    /// What decides of it.
    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// Its patch: 8 of `4.20.8`; `None` when it states none.
    pub(crate) fn patch(&self) -> Option<u32> {
        let core = self.text.split(['-', '+']).next()?;
        core.split('.').nth(2)?.parse().ok()
    }

    /// Whether it is of OKD: `4.19.0-okd-scos.5`, `4.15.0-0.okd-2024-03-10-010116`.
    pub(crate) fn is_okd(&self) -> bool {
        self.text.split(['-', '.']).any(|part| part == "okd")
    }

    /// As it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The version of a release's text; `None` when the text has not the form of one.
pub(super) fn read(text: &str) -> Option<Version> {
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
    match parts.next() {
        Some(patch) => number(patch).map(|_: u32| ())?,
        None if rest.is_some() => return None,
        None => {}
    }
    parts.next().is_none().then_some(Version(major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_compare_by_number() {
        let version = |text| Release::parse(text).expect("a release").version();
        assert!(version("4.9.1") < version("4.20"));
        assert!(version("4.20.8") >= Version(4, 19) && version("4.18.30") < Version(4, 19));
        assert_eq!(version("4.21.0-rc.1").to_string(), "4.21");
        assert_eq!(version("4.20.0-0.nightly-2025-11-01-1"), version("4.20.8"));
    }

    #[test]
    fn other_texts_are_no_releases() {
        for wrong in [
            "", "4", "v4.20", "4.20.x", "4..1", "4.20.1.2", "4.20-", "latest",
        ] {
            assert!(Release::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn releases_of_okd_say_so() {
        let is_okd = |text| Release::parse(text).expect("a release").is_okd();
        assert!(is_okd("4.19.0-okd-scos.5") && is_okd("4.15.0-0.okd-2024-03-10-010116"));
        assert!(!is_okd("4.19.0") && !is_okd("4.19.0-notokd.1"));
    }

    #[test]
    fn versions_lead_names_of_every_form() {
        assert_eq!(Version::leading("4.20.8"), Some(Version(4, 20)));
        assert_eq!(Version::leading("v25.10"), Some(Version(25, 10)));
        assert_eq!(Version::leading("4.22.0-rc.1"), Some(Version(4, 22)));
        assert_eq!(Version::leading("stable"), None);
    }
}
