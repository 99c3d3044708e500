//! Cures lead somewhere: what a message says to write is written, and the problem is gone.
//!
//! One cure at a time is followed in every case of `testdata/`, by rote: a cure that needs a thought is not. The
//! program looks again. The problem may be another one then (the next fact that is missing), but not the same, and
//! the input must read as well as before.

mod edit;
mod follow;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::follow::Help;
use crate::support::{Folder, Run};
use crate::testdata::{self, Case, cases};

/// A cure that can be followed by rote, and the file as it is then.
struct Cure {
    kind: &'static str,
    said: String,
    text: String,
}

/// A problem as `--format json` prints it.
struct Problem(Value);

impl Problem {
    fn word(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }

    /// Whether it is the same one in an input that has changed. Of a cluster every fact that is missing is a problem
    /// of the same place.
    fn is(&self, other: &Self) -> bool {
        let same = |field: &str| self.0[field] == other.0[field];
        let is_fact = self.word("rule") == "missing-fact";
        same("rule") && same("object") && same("path") && (!is_fact || same("message"))
    }

    /// Where it stands in the text of its file.
    fn range(&self, text: &str) -> Option<Range<usize>> {
        let number = |field: &str| usize::try_from(self.0["position"][field].as_u64()?).ok();
        let start = edit::offset(text, number("line")?, number("column")?)?;
        let end = edit::offset(text, number("line")?, number("endColumn")?)?;
        text.get(start..end).map(|_| start..end)
    }

    /// Every cure that can be followed by rote.
    fn cures(&self, text: &str) -> Vec<Cure> {
        let Some(at) = self.range(text) else {
            return Vec::new();
        };
        let helps = self.0["help"].as_array().into_iter().flatten();
        let helps: Vec<&str> = helps.filter_map(Value::as_str).collect();
        let mut cures = Vec::new();
        // the path of a field that stands elsewhere is not written here
        let is_here = text[at.clone()].trim_matches(['"', '\'']) == self.word("currentValue")
            && !helps.iter().any(|help| help.starts_with("it "));
        if let Some(proposed) = self.0["proposedValue"].as_str().filter(|_| is_here) {
            let text = edit::replaced(text, at.clone(), proposed);
            let (kind, said) = ("proposed value", proposed.to_owned());
            cures.extend(text.map(|text| Cure { kind, said, text }));
        }
        for said in helps {
            let at = at.clone();
            let problem = self;
            let help = Help {
                problem,
                text,
                at,
                said,
            };
            let said = said.to_owned();
            cures.extend(help.follow().map(|(kind, text)| Cure { kind, said, text }));
        }
        cures
    }
}

/// A copy of one case.
struct Copy {
    folder: PathBuf,
    args: Vec<String>,
}

impl Copy {
    /// As deep below `root` as the case is below `testdata`, so that its paths lead to the same clusters.
    fn of(case: &Case, root: &Path) -> Self {
        let folder = root.join(&case.name);
        fs::create_dir_all(&folder).unwrap();
        for file in fs::read_dir(&case.folder)
            .unwrap()
            .map(|file| file.unwrap())
        {
            if file.path().is_file() {
                fs::copy(file.path(), folder.join(file.file_name())).unwrap();
            }
        }
        let more = ["--format", "json"].map(str::to_owned);
        let args = case.args.iter().cloned().chain(more).collect();
        Self { folder, args }
    }

    fn problems(&self) -> Vec<Problem> {
        let answer = Run::new(&self.args).within(&self.folder).stdin("");
        assert!(matches!(answer.code, Some(0 | 1)), "{answer:?}");
        if answer.err.is_empty() {
            return Vec::new();
        }
        let list: Vec<Value> = serde_json::from_str(&answer.err).unwrap();
        list.into_iter().map(Problem).collect()
    }

    /// The rules that `neighbour.yaml`, the same input cured, does not break; it breaks no other in place of them.
    fn neighbour(&self, before: &[Problem]) -> Result<BTreeSet<String>, String> {
        let Ok(cured) = fs::read(self.folder.join("neighbour.yaml")) else {
            return Ok(BTreeSet::new());
        };
        let input = self.folder.join("input.yaml");
        let kept = fs::read(&input).unwrap();
        fs::write(&input, cured).unwrap();
        let after = self.problems();
        fs::write(&input, kept).unwrap();
        let slugs = |problems: &[Problem]| -> BTreeSet<String> {
            let slugs = problems.iter().map(|one| one.word("rule").to_owned());
            slugs.collect()
        };
        let breaks = |one: &&Problem| one.word("severity") == "error";
        let fresh = after.iter().filter(breaks).map(|one| one.word("rule"));
        let (before, after) = (slugs(before), slugs(&after));
        let fresh: Vec<&str> = fresh.filter(|slug| !before.contains(*slug)).collect();
        let silent: BTreeSet<String> = before.difference(&after).cloned().collect();
        if silent.is_empty() || !fresh.is_empty() {
            return Err(format!(
                "neighbour.yaml breaks {fresh:?}, and is silent about {silent:?}"
            ));
        }
        Ok(silent)
    }

    /// Follows one cure; what it leads to when that is no better.
    fn follow(&self, problem: &Problem, before: &[Problem], cure: &Cure) -> Result<(), String> {
        let file = self.folder.join(problem.word("file"));
        let kept = fs::read(&file).unwrap();
        fs::write(&file, &cure.text).unwrap();
        let after = self.problems();
        fs::write(&file, kept).unwrap();
        // what is accepted stays, as an info
        let is_it =
            |one: &&Problem| one.is(problem) && one.word("severity") == problem.word("severity");
        let count = |list: &[Problem]| list.iter().filter(is_it).count();
        let stays = count(&after) >= count(before);
        let reading = reading();
        let is_worse = |one: &&Problem| {
            let is_old = before
                .iter()
                .any(|old| old.word("message") == one.word("message"));
            reading.contains(one.word("rule")) && !is_old
        };
        let worse: Vec<&str> = after
            .iter()
            .filter(is_worse)
            .map(|one| one.word("message"))
            .collect();
        if !stays && worse.is_empty() {
            return Ok(());
        }
        let (rule, message) = (problem.word("rule"), problem.word("message"));
        let end = if stays { "stays" } else { "is gone" };
        let (kind, said) = (cure.kind, &cure.said);
        Err(format!(
            "{rule}: {message}\n  {said} ({kind}): it {end}, new: {worse:?}"
        ))
    }
}

/// Rules of what is read at all: after a cure none of them may be broken that was not before.
fn reading() -> BTreeSet<&'static str> {
    let tables = [
        include_str!("../src/problem/rules/krm.rs"),
        include_str!("../src/problem/rules/api.rs"),
    ];
    let rows = tables.into_iter().flat_map(str::lines);
    let rows = rows.filter(|row| row.contains(": Error \""));
    rows.filter_map(|row| row.split('"').nth(1)).collect()
}

/// Rules of cases that no cure by rote, no `neighbour.yaml` and no table of operators shows silent. It only shrinks.
const WITHOUT_NEIGHBOUR: &[&str] = &[];

#[test]
fn what_a_message_says_to_write_cures_the_problem() {
    let folder = Folder::new("cures");
    symlink(testdata::root().join("clusters"), folder.0.join("clusters")).unwrap();
    assert!(reading().len() >= 12, "{:?}", reading());
    let (mut kinds, mut rules) = (BTreeMap::<_, usize>::new(), BTreeSet::new());
    let (mut shown, mut neighbours) = (BTreeSet::new(), BTreeSet::new());
    let mut failures = Vec::new();
    for case in cases()
        .iter()
        .filter(|case| case.folder.join("input.yaml").is_file())
    {
        let copy = Copy::of(case, &folder.0);
        let before = copy.problems();
        shown.extend(before.iter().map(|one| one.word("rule").to_owned()));
        match copy.neighbour(&before) {
            Ok(silent) => neighbours.extend(silent),
            Err(failure) => failures.push(format!("{}: {failure}", case.name)),
        }
        // the clusters are everybody's
        let own = |problem: &&Problem| !problem.word("file").contains("..");
        for problem in before.iter().filter(own) {
            let text = fs::read_to_string(copy.folder.join(problem.word("file")));
            for cure in problem.cures(&text.unwrap_or_default()) {
                match copy.follow(problem, &before, &cure) {
                    Ok(()) => {
                        *kinds.entry(cure.kind).or_default() += 1;
                        rules.insert(problem.word("rule").to_owned());
                    }
                    Err(failure) => failures.push(format!("{}: {failure}", case.name)),
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let cured: usize = kinds.values().sum();
    println!("{cured} cures of {} rules: {kinds:?}", rules.len());
    assert!(cured >= 170 && kinds.len() >= 12, "{cured}: {kinds:?}");
    assert!(rules.len() >= 55, "{}: {rules:?}", rules.len());
    // rules of a platform have their neighbours where operators are planned
    let planned = include_str!("../src/kinds/gpu_platform/tests/rules.rs");
    let without = shown
        .iter()
        .filter(|slug| !rules.contains(*slug) && !neighbours.contains(*slug))
        .filter(|slug| !planned.contains(&format!("\"{slug}\"")));
    let without: Vec<&str> = without.map(String::as_str).collect();
    assert_eq!(
        without,
        WITHOUT_NEIGHBOUR,
        "{} of {}",
        without.len(),
        shown.len()
    );
}
