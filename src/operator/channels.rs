//! Which channels of an operator a cluster's catalogue holds, by OpenShift version: `channels.tsv`, each row with its
//! source.

use std::sync::OnceLock;

use crate::problem::did_you_mean;
use crate::types::Version;

/// A channel of an operator on some OpenShift versions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Id of the operator.
    pub(crate) operator: &'static str,
    /// Name; `-` says that there is none on these versions.
    pub(crate) channel: &'static str,
    /// First OpenShift version that has it.
    pub(crate) from: Version,
    /// Last OpenShift version that is known to have it.
    pub(crate) to: Version,
    /// Whether it is taken when the user names none.
    pub(crate) default: bool,
    /// Whether what we emit was compared with the CRD of this channel.
    pub(crate) checked: bool,
    /// What to know about it.
    pub(crate) note: &'static str,
}

impl Row {
    fn has(&self, version: Version) -> bool {
        (self.from..=self.to).contains(&version)
    }

    /// `4.20`, `4.14 to 4.22`
    pub(crate) fn versions(&self) -> String {
        match (self.from, self.to) {
            (from, to) if from == to => from.to_string(),
            (from, to) => format!("{from} to {to}"),
        }
    }

    /// What to know about it, and whether what we emit was not compared with its CRD.
    pub(crate) fn remark(&self) -> String {
        match (self.checked, self.note) {
            (true, note) => note.to_owned(),
            (false, "") => "not checked".to_owned(),
            (false, note) => format!("not checked: {note}"),
        }
    }

    fn is_absence(&self) -> bool {
        self.channel == "-"
    }
}

const TABLE: &str = include_str!("channels.tsv");

/// Every row, in the order of the file.
pub(crate) fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| TABLE.lines().skip(1).filter_map(parse).collect())
}

fn parse(line: &'static str) -> Option<Row> {
    let mut cells = line.split('\t');
    let mut cell = || cells.next();
    let (operator, channel, range) = (cell()?, cell()?, cell()?);
    let (mark, note) = (cell()?, cell()?);
    let (from, to) = range.split_once('-')?;
    Some(Row {
        operator,
        channel,
        from: Version::leading(from)?,
        to: Version::leading(to)?,
        default: mark == "default",
        checked: mark != "unchecked",
        note,
    })
}

/// What the catalogue says about a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// This one; it is there.
    Known(&'static str),
    /// The user's name is there, but our operand was not compared with its CRD.
    NotChecked,
    /// The user names none, and none that is there was checked; the first version that has one that was.
    NoneChecked(Version),
    /// The OpenShift version is newer than all that is known; this is right on the newest that is.
    Newer(&'static str, Version),
    /// As before, for a channel that the user names and the newest known version has.
    NewerNamed(Version),
    /// The OpenShift version is not in the table, and older than the first that is.
    NotListed(Version),
    /// There is no channel of this operator; the first version that has one.
    Absent(Version),
    /// There is no channel of the user's name.
    NoSuchChannel,
    /// The cluster's version is not known and the answer depends on it.
    NeedsVersion,
}

/// The channel of an operator: `wanted` by the user, or the default.
pub(crate) fn choose(operator: &str, version: Option<Version>, wanted: Option<&str>) -> Answer {
    let own = || rows().iter().filter(|row| row.operator == operator);
    let Some(version) = version else {
        return without_version(operator, wanted);
    };
    let there: Vec<&Row> = own().filter(|row| row.has(version)).collect();
    let first = own().filter(|row| !row.is_absence() && row.checked);
    let first = first.map(|row| row.from).min().unwrap_or(version);
    if there.iter().any(|row| row.is_absence()) {
        return Answer::Absent(first);
    }
    if !there.is_empty() {
        return answer(&there, first, wanted);
    }
    // newer than what is known, or in a gap of it
    let Some(newest) = own().map(|row| row.to).filter(|to| *to < version).max() else {
        return Answer::NotListed(first);
    };
    match choose(operator, Some(newest), wanted) {
        Answer::Known(channel) if wanted.is_none() => Answer::Newer(channel, newest),
        Answer::Known(_) | Answer::NotChecked | Answer::NoSuchChannel => Answer::NewerNamed(newest),
        other => other,
    }
}

fn answer(there: &[&Row], first: Version, wanted: Option<&str>) -> Answer {
    let Some(wanted) = wanted else {
        let default = there.iter().find(|row| row.default);
        return default.map_or(Answer::NoneChecked(first), |row| Answer::Known(row.channel));
    };
    match there.iter().find(|row| row.channel == wanted) {
        Some(row) if row.checked => Answer::Known(row.channel),
        Some(_) => Answer::NotChecked,
        None => Answer::NoSuchChannel,
    }
}

/// An answer that is the same on every version needs no version.
fn without_version(operator: &str, wanted: Option<&str>) -> Answer {
    let versions = rows().iter().filter(|row| row.operator == operator);
    let mut answers = versions.map(|row| choose(operator, Some(row.from), wanted));
    match answers.next() {
        Some(first) if answers.all(|other| other == first) => first,
        _ => Answer::NeedsVersion,
    }
}

/// Channels on a version, or on the newest one before it that is known, for messages.
pub(crate) fn at(operator: &str, version: Version) -> impl Iterator<Item = &'static Row> {
    let own = move || rows().iter().filter(move |row| row.operator == operator);
    let known = own().flat_map(|row| [row.from, row.to]);
    let known = known.filter(|at| *at <= version).max();
    let there = move |row: &&Row| row.has(version) || known.is_some_and(|known| row.has(known));
    own().filter(move |row| !row.is_absence() && there(row))
}

/// `stable, fast on OpenShift 4.16`: the checked ones.
pub(crate) fn list(operator: &str, version: Version) -> String {
    let names: Vec<&str> = at(operator, version)
        .filter(|row| row.checked)
        .map(|row| row.channel)
        .collect();
    format!("{} on OpenShift {version} and later", names.join(", "))
}

/// Versions that have a channel.
pub(crate) fn versions_of(operator: &str, channel: &str) -> Vec<String> {
    let named = |row: &&Row| row.operator == operator && row.channel == channel;
    rows().iter().filter(named).map(Row::versions).collect()
}

/// Whether a channel was checked on some version.
pub(crate) fn is_checked(operator: &str, channel: &str) -> bool {
    let mut own = rows().iter().filter(|row| row.operator == operator);
    own.any(|row| row.channel == channel && row.checked)
}

/// A name as what stands before its numbers, and those: `stable-v1.4`.
fn numbered(channel: &str) -> Option<(&str, Vec<u32>)> {
    let at = channel.find(|c: char| c.is_ascii_digit())?;
    let (kind, numbers) = channel.split_at_checked(at)?;
    let numbers: Result<Vec<u32>, _> = numbers.split('.').map(str::parse).collect();
    Some((kind, numbers.ok()?))
}

/// The newest channel of a kind that is known, when a name is that of a newer one: catalogues get new channels, on old
/// versions of OpenShift too.
pub(crate) fn older_than(operator: &str, channel: &str) -> Option<&'static str> {
    let (kind, wanted) = numbered(channel)?;
    let own = rows().iter().filter(|row| row.operator == operator);
    let same = own.filter_map(|row| {
        let (other, numbers) = numbered(row.channel)?;
        (other == kind && numbers.len() == wanted.len()).then_some((numbers, row.channel))
    });
    let (newest, name) = same.max()?;
    (newest < wanted).then_some(name)
}

/// The channel that a name may stand for: one that ends so, else one that is written nearly so.
pub(crate) fn near<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let ends_so = |channel: &&str| {
        let kind = channel.strip_suffix(name).unwrap_or_default();
        !name.is_empty() && kind.ends_with(|c: char| !c.is_ascii_digit() && c != '.')
    };
    known
        .clone()
        .find(ends_so)
        .or_else(|| did_you_mean(name, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_complete_sorted_unique_and_sourced() {
        assert_eq!(rows().len(), TABLE.lines().count() - 1);
        for line in TABLE.lines() {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 6, "{line}");
            assert!(cells[5].contains('/') || cells[5] == "source", "{line}");
            assert!(matches!(cells[3], "" | "default" | "unchecked"), "{line}");
        }
        let key = |row: &Row| (row.operator, row.channel, row.from);
        for pair in rows().windows(2) {
            assert!(key(&pair[0]) < key(&pair[1]), "{pair:?}");
            let same = (pair[0].operator, pair[0].channel) == (pair[1].operator, pair[1].channel);
            assert!(!same || pair[0].to < pair[1].from, "overlap: {pair:?}");
        }
    }

    #[test]
    fn every_version_has_one_default_or_is_said_to_have_none() {
        for operator in super::super::OPERATORS {
            for minor in 14..=22 {
                let version = Version(4, minor);
                let there: Vec<&Row> = rows()
                    .iter()
                    .filter(|row| row.operator == operator.id && row.has(version))
                    .collect();
                let defaults = there.iter().filter(|row| row.default).count();
                let absent = there.iter().filter(|row| row.is_absence()).count();
                // nothing that is there was checked: the user names one
                let unchecked = there.iter().all(|row| !row.checked);
                let right = usize::from(!unchecked);
                assert!(defaults + absent == right, "{} on {version}", operator.id);
            }
        }
        for row in rows() {
            let known = |one: &super::super::Operator| one.id == row.operator;
            assert!(
                super::super::OPERATORS.iter().any(|one| known(one)),
                "{row:?}"
            );
        }
    }

    #[test]
    fn the_channel_follows_the_version() {
        let at = |operator, minor, wanted| choose(operator, Some(Version(4, minor)), wanted);
        assert_eq!(at("nvidia-gpu", 20, None), Answer::Known("v26.3"));
        assert_eq!(at("nvidia-gpu", 16, Some("v26.7")), Answer::NoSuchChannel);
        assert_eq!(at("nvidia-gpu", 16, Some("v24.9")), Answer::NotChecked);
        assert_eq!(at("nvidia-gpu", 16, Some("v24.8")), Answer::NoSuchChannel);
        assert_eq!(at("kueue", 22, Some("stable-v1.2")), Answer::NoSuchChannel);
        assert_eq!(at("kueue", 16, None), Answer::Absent(Version(4, 18)));
        assert_eq!(at("openshift-ai", 18, None), Answer::Known("stable"));
        assert_eq!(at("openshift-ai", 20, None), Answer::Known("stable-3.x"));
        assert_eq!(
            at("openshift-ai", 12, None),
            Answer::NotListed(Version(4, 16))
        );
        assert_eq!(
            at("connectivity-link", 15, None),
            Answer::Absent(Version(4, 16))
        );
        assert_eq!(at("connectivity-link", 16, None), Answer::Known("stable"));
        assert_eq!(
            at("nvidia-gpu", 24, None),
            Answer::Newer("v26.3", Version(4, 22))
        );
        assert_eq!(
            at("nvidia-gpu", 24, Some("v27.1")),
            Answer::NewerNamed(Version(4, 22))
        );
        assert_eq!(
            choose("nfd", Some(Version(5, 0)), None),
            Answer::Known("stable")
        );
    }

    #[test]
    fn what_was_not_checked_is_never_the_default() {
        let at = |minor, wanted| choose("openshift-ai", Some(Version(4, minor)), wanted);
        assert!(rows().iter().all(|row| row.checked || !row.default));
        assert_eq!(at(15, None), Answer::NoneChecked(Version(4, 16)));
        assert_eq!(at(15, Some("stable")), Answer::NotChecked);
        assert_eq!(at(15, Some("fast")), Answer::NoSuchChannel);
        assert_eq!(at(18, Some("fast")), Answer::Known("fast"));
    }

    #[test]
    fn a_version_between_two_that_are_known_is_newer_than_the_first() {
        let gap = Some(Version(4, 23));
        let newest = Version(4, 22);
        let answer = choose("cert-manager", gap, None);
        assert_eq!(answer, Answer::Newer("stable-v1", newest));
        let names: Vec<&str> = at("cert-manager", Version(4, 23))
            .map(|row| row.channel)
            .collect();
        assert_eq!(names, ["stable-v1", "stable-v1.19", "stable-v1.20"]);
    }

    #[test]
    fn without_a_version_only_what_is_the_same_everywhere_is_known() {
        assert_eq!(choose("nfd", None, None), Answer::Known("stable"));
        assert_eq!(choose("nvidia-gpu", None, None), Answer::Known("v26.3"));
        assert_eq!(choose("odf", None, None), Answer::NeedsVersion);
        assert_eq!(choose("kueue", None, None), Answer::NeedsVersion);
    }

    #[test]
    fn a_channel_is_newer_than_those_of_its_kind() {
        for (operator, channel, newest) in [
            ("nvidia-gpu", "v26.10", Some("v26.7")),
            ("nvidia-gpu", "v27.1", Some("v26.7")),
            ("nvidia-gpu", "v24.8", None),
            ("nvidia-gpu", "v26.7", None),
            ("nvidia-gpu", "26.10", None),
            ("nvidia-gpu", "candidate", None),
            ("kueue", "stable-v1.5", Some("stable-v1.4")),
            ("kueue", "stable-v1.2", None),
            ("openshift-ai", "fast-4.x", None),
        ] {
            assert_eq!(older_than(operator, channel), newest, "{channel}");
        }
    }

    #[test]
    fn a_number_stands_for_the_channel_that_ends_with_it() {
        let known = ["v5.1", "v25.1", "v25.10", "stable-v1.2"];
        let near = |name| near(name, known.into_iter());
        assert_eq!(near("25.10"), Some("v25.10"));
        assert_eq!(near("5.1"), Some("v5.1"));
        assert_eq!(near("1.2"), Some("stable-v1.2"));
        assert_eq!(near("v25.11"), Some("v25.1"));
        assert_eq!(near("candidate"), None);
    }
}
