//! Fields of operands against the CRD of their version: Argo CD validates strictly, so that one field that the CRD lacks
//! fails the whole sync.
//!
//! `fields.tsv` holds the names that any version from the first to the last of `versions` has, under each path, of
//! bundles of certified-operators (ClusterPolicy), openshift/kueue-operator and openshift/cluster-nfd-operator; what
//! takes any key, and items of lists, are left out. [`super::gate`] says which versions lack some of them.

use std::sync::OnceLock;

use super::{Context, Judged};
use crate::krm::{Kind, Node};
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems, did_you_mean};
use crate::types::Version;

/// The names under one path of a kind.
struct Row {
    kind: &'static str,
    first: Version,
    last: Version,
    under: &'static str,
    names: &'static str,
}

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let lines = include_str!("fields.tsv").lines().skip(1);
        let row = |line: &'static str| {
            let mut cells = line.split('\t');
            let kind = cells.next()?;
            let (first, last) = cells.next()?.split_once('-')?;
            Some(Row {
                kind,
                first: Version::leading(first)?,
                last: Version::leading(last)?,
                under: cells.next()?,
                names: cells.next()?,
            })
        };
        lines.filter_map(row).collect()
    })
}

/// Fields that the operand's version lacks, and those that none ever had.
pub(crate) fn check(context: &Context<'_>, judged: &Judged<'_>, problems: &mut Problems) {
    let operator = context.wanted.operator;
    let first = operator.operands.first();
    if first.is_none_or(|first| first.kind != judged.kind) {
        return;
    }
    let version = (operator.operand_version)(context);
    gates(context, judged, version, problems);
    if let Some(version) = version {
        unknown(
            context,
            judged,
            version,
            (judged.spec, &mut Vec::new()),
            problems,
        );
    }
}

fn gates(
    context: &Context<'_>,
    judged: &Judged<'_>,
    version: Option<Version>,
    problems: &mut Problems,
) {
    for gate in context.wanted.operator.gates {
        if !gate.is_lacking(version) || judged.spec.at(gate.path).is_none() {
            continue;
        }
        let help = match gate.since {
            Some(since) => {
                format!("it exists from {since} on; remove it, or move to a newer version")
            }
            None => "old examples have it, no CRD does: remove it".to_owned(),
        };
        problems.push(lacking(context, judged, version, gate.path).help(help));
    }
}

fn lacking(
    context: &Context<'_>,
    judged: &Judged<'_>,
    version: Option<Version>,
    path: &[&str],
) -> Problem {
    let at = version.map(|version| format!(" {version}"));
    let message = format!(
        "{} has no field `spec.{}` on version{} of `{}`",
        judged.kind,
        path.join("."),
        at.unwrap_or_default(),
        context.wanted.operator.id
    );
    Problem::new(&rule::FIELD_NOT_ON_VERSION, (judged.place)(path), message)
}

/// Names that no version has, level by level; nothing is said of versions that were not looked at.
fn unknown<'n>(
    context: &Context<'_>,
    judged: &Judged<'_>,
    version: Version,
    (node, path): (&'n Node, &mut Vec<&'n str>),
    problems: &mut Problems,
) {
    let under = if path.is_empty() {
        ".".to_owned()
    } else {
        path.join(".")
    };
    // of two paths most differ in length, which is compared first; of two kinds few do
    let is_it = |row: &&Row| {
        row.under == under && row.kind == judged.kind && (row.first..=row.last).contains(&version)
    };
    let (Some(row), Kind::Map(entries)) = (rows().iter().find(is_it), &node.kind) else {
        return;
    };
    let names = || row.names.split(' ');
    let gates = context.wanted.operator.gates;
    for entry in entries {
        path.push(&entry.key);
        if names().any(|name| name == entry.key) {
            unknown(context, judged, version, (&entry.value, path), problems);
        } else if !gates.iter().any(|gate| gate.path == path.as_slice()) {
            let problem = lacking(context, judged, Some(version), path);
            let near = did_you_mean(&entry.key, names()).map(str::to_owned);
            let problem = match &near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help(format!(
                    "there are: {}",
                    names().collect::<Vec<_>>().join(", ")
                )),
            };
            problems.push(problem.values(entry.key.as_str(), near));
        }
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_complete_and_hold_every_gate() {
        let lines = include_str!("fields.tsv").lines().count();
        assert_eq!(rows().len(), lines - 1);
        let mut held = 0;
        for operator in super::super::OPERATORS {
            let Some(first) = operator.operands.first() else {
                continue;
            };
            let own = || rows().iter().filter(|row| row.kind == first.kind);
            let gates = operator.gates.iter().filter(|gate| gate.since.is_some());
            for gate in gates {
                let (name, under) = gate.path.split_last().expect("a field");
                let under = match under {
                    [] => ".".to_owned(),
                    under => under.join("."),
                };
                let row = own().find(|row| row.under == under).expect("a row");
                assert!(row.names.split(' ').any(|one| one == *name), "{gate:?}");
                held += 1;
            }
        }
        assert!(held > 30, "{held}");
    }
}
