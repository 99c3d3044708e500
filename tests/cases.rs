//! The cases of `testdata/`: whole inputs with what must come out, and what must hold of every one of them.
//!
//! `testdata/README.md` says where a case is and of what files. `UPDATE=1 cargo test cases` writes what came out.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use gpu_machineset::Source;
use gpu_machineset::testing::{Document, split};
use serde_json::{Map, Value, json};

use crate::support::{Answer, Run};
use crate::testdata::{Case, cases, slugs};

const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// Every object of the input, members of lists for themselves; `None` when another reader cannot read it, and when
/// the input is more than its objects.
fn objects(case: &Case) -> Option<Vec<Value>> {
    if case.is_app() {
        return None;
    }
    let mut texts = Vec::new();
    let paths = case.args.iter().skip(1).filter(|arg| !arg.starts_with('-'));
    for path in paths {
        files(&case.folder.join(path), &mut texts);
    }
    texts.push(case.stdin());
    let mut objects = Vec::new();
    for text in texts {
        objects.extend(read(&String::from_utf8(text).ok()?).ok()?);
    }
    Some(objects.into_iter().flat_map(members).collect())
}

/// The manifests that `render` reads of a path, in its order.
fn files(path: &Path, texts: &mut Vec<Vec<u8>>) {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let is_manifest = |path: &PathBuf| {
            let ending = path.extension().and_then(|ending| ending.to_str());
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            path.is_dir()
                || (ending.is_some_and(|ending| ["yaml", "yml", "json"].contains(&ending))
                    && stem != Some("kustomization"))
        };
        paths
            .iter()
            .filter(|path| is_manifest(path))
            .for_each(|path| files(path, texts));
    } else if let Ok(text) = fs::read(path) {
        texts.push(text);
    }
}

/// Documents by the independent reader, empty ones left out.
fn read(text: &str) -> Result<Vec<Value>, serde_yaml::Error> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let values = documents.map(<Value as serde::Deserialize>::deserialize);
    let values: Result<Vec<Value>, _> = values.collect();
    Ok(values?
        .into_iter()
        .filter(|value| !value.is_null())
        .collect())
}

/// The objects of a list, or the object itself.
fn members(object: Value) -> Vec<Value> {
    let is_list = object["kind"]
        .as_str()
        .is_some_and(|kind| kind.ends_with("List"));
    match &object["items"] {
        Value::Array(items) if is_list => items.iter().cloned().flat_map(members).collect(),
        _ => vec![object],
    }
}

fn resource_list(items: &[Value]) -> String {
    let mut text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n".to_owned();
    for item in items {
        writeln!(text, "- {item}").unwrap();
    }
    text
}

fn pipe(text: &str) -> Answer {
    Run::new::<&str>(&[]).stdin(text)
}

/// Objects as a set: what stands beside what says nothing.
fn set(objects: impl IntoIterator<Item = Value>) -> BTreeSet<String> {
    objects
        .into_iter()
        .map(|object| sorted(&object).to_string())
        .collect()
}

/// With the keys of every map in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let entries: BTreeMap<&String, Value> = map
                .iter()
                .map(|(key, value)| (key, sorted(value)))
                .collect();
            let entries = entries.into_iter().map(|(key, value)| (key.clone(), value));
            Value::Object(entries.collect::<Map<String, Value>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        scalar => scalar.clone(),
    }
}

/// Marks our own kinds as local-config, or takes the mark off.
fn mark(objects: &[Value], local: bool) -> Vec<Value> {
    let mark = |object: &Value| {
        let mut object = object.clone();
        let version = object["apiVersion"].as_str().unwrap_or_default();
        if version.starts_with("gpu-machineset.dev/") {
            let metadata = object["metadata"].as_object_mut().unwrap();
            let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
            let annotations = annotations.as_object_mut().unwrap();
            annotations.remove(LOCAL_CONFIG);
            if local {
                annotations.insert(LOCAL_CONFIG.to_owned(), json!("true"));
            } else if annotations.is_empty() {
                metadata.remove("annotations");
            }
        }
        object
    };
    objects.iter().map(mark).collect()
}

/// Runs a check over every case and reports all that fail.
fn every(check: impl Fn(&Case) -> Result<(), String>) {
    let failures: Vec<String> = cases()
        .iter()
        .filter_map(|case| Some(format!("testdata/{}: {}", case.name, check(case).err()?)))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Runs a check over every case that renders and that another reader can read.
fn every_rendered(check: impl Fn(&Case, &str, Vec<Value>) -> Result<(), String>) {
    let rendered = Cell::new(0);
    every(|case| {
        let answer = case.run();
        match objects(case) {
            Some(objects) if answer.code == Some(0) => {
                rendered.set(rendered.get() + 1);
                check(case, &answer.out, objects)
            }
            _ => Ok(()),
        }
    });
    assert!(rendered.get() >= 120, "{} cases rendered", rendered.get());
}

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(message()) }
}

fn compare(what: &str, expected: &str, found: &str) -> Result<(), String> {
    ensure(expected == found, || {
        let lines = expected.lines().zip(found.lines());
        let same = lines.take_while(|(a, b)| a == b).count();
        let line = |text: &str| text.lines().nth(same).unwrap_or("(end)").to_owned();
        format!(
            "{what}, line {}: expected `{}`, found `{}` (`UPDATE=1 cargo test cases` accepts it)",
            same + 1,
            line(expected),
            line(found)
        )
    })
}

fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Writes a file of a case, or removes it when there is nothing to say.
fn update(case: &Case, file: &str, text: &str) {
    let path = case.folder.join(file);
    if text.is_empty() {
        let _ = fs::remove_file(path);
    } else {
        fs::write(path, text).unwrap();
    }
}

#[test]
fn cases_give_what_they_promise() {
    every(|case| {
        let answer = case.run();
        if is_update() {
            update(case, "expected.yaml", &answer.out);
            update(case, "problems.txt", &answer.err);
        }
        let problems = case.text("problems.txt").unwrap_or_default();
        let fails = problems.lines().any(|line| line.starts_with("error["));
        compare("problems.txt", &problems, &answer.err)?;
        ensure(answer.code == Some(i32::from(fails)), || {
            format!("exit code {:?}", answer.code)
        })?;
        compare(
            "expected.yaml",
            &case.text("expected.yaml").unwrap_or_default(),
            &answer.out,
        )?;
        let list = answer.out.contains("kind: ResourceList");
        ensure(answer.out.is_empty() == (fails && !list), || {
            "standard output is empty exactly after errors".to_owned()
        })
    });
}

/// The folders above a case are what a reader finds it by.
#[test]
fn cases_stand_in_the_folder_of_what_they_show() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/problem/rules");
    every(|case| {
        let said = case.text("problems.txt").unwrap_or_default();
        let (severity, area) = match case.name.split('/').collect::<Vec<_>>()[..] {
            ["replaced", _] => {
                let is_there = case.text("replaced.yaml").is_some();
                return ensure(is_there, || "no replaced.yaml".to_owned());
            }
            ["render" | "warn", area, _] => ("", area),
            ["refuse", area, _] => ("error", area),
            _ => return Err("is neither replaced/x nor {render,refuse,warn}/area/x".to_owned()),
        };
        let fails = said.lines().any(|line| line.starts_with("error["));
        ensure(fails == (severity == "error"), || {
            "errors, or none".to_owned()
        })?;
        if case.name.starts_with("render/") || area == "several" {
            return Ok(());
        }
        let table = fs::read_to_string(rules.join(area).with_extension("rs"));
        let table = table.map_err(|_| format!("there is no area {area}"))?;
        let is_of_area = slugs(&said).iter().any(|(said, slug)| {
            said.starts_with(severity) && table.contains(&format!("\"{slug}\""))
        });
        ensure(is_of_area, || format!("shows no rule of {area}"))
    });
}

#[test]
fn cases_say_why_they_are_there() {
    every(|case| {
        let readme = case.text("README.md").unwrap_or_default();
        ensure(readme.trim().len() > 20, || {
            "README.md says nothing".to_owned()
        })
    });
}

#[test]
fn cases_give_the_same_objects_as_a_resource_list() {
    every_rendered(|case, out, objects| {
        if out.contains("kind: ResourceList") {
            return Ok(());
        }
        let answer = pipe(&resource_list(&objects));
        ensure(answer.code == Some(0), || {
            format!("as a ResourceList: {}", answer.err)
        })?;
        let bare = set(read(out)
            .map_err(|error| error.to_string())?
            .into_iter()
            .flat_map(members));
        let items = read(&answer.out).map_err(|error| error.to_string())?;
        let items = set(items.into_iter().flat_map(members));
        let lost: Vec<&String> = bare.difference(&items).collect();
        ensure(lost.is_empty(), || {
            format!("not in the ResourceList: {lost:?}")
        })?;
        let input = set(objects);
        // facts and platforms that a marked pool needs are marked, and stay
        let ours = |object: &str| object.contains("\"apiVersion\":\"gpu-machineset.dev/");
        let new = items
            .iter()
            .filter(|object| !bare.contains(*object) && !input.contains(*object) && !ours(object));
        let new: Vec<&String> = new.collect();
        ensure(new.is_empty(), || {
            format!("only in the ResourceList: {new:?}\n{}", case.name)
        })
    });
}

/// What does not leave is of our kinds, marked by its author, or named by a message.
#[test]
fn cases_name_what_does_not_leave() {
    let named = Cell::new(0);
    every_rendered(|case, out, objects| {
        if case.args.iter().any(|arg| arg == "--facts") {
            return Ok(());
        }
        let left = read(out).map_err(|error| error.to_string())?;
        let left: BTreeSet<String> = left
            .into_iter()
            .flat_map(members)
            .map(|one| called(&one))
            .collect();
        let err = case.run().err;
        let more = err
            .lines()
            .any(|line| line.contains("served as facts: ") && line.contains(" more ("));
        for object in objects {
            let annotations = &object["metadata"]["annotations"];
            let api = object["apiVersion"].as_str().unwrap_or_default();
            if api.starts_with("gpu-machineset.dev/")
                || !annotations[LOCAL_CONFIG].is_null()
                || left.contains(&called(&object))
            {
                continue;
            }
            let (kind, name) = (&object["kind"], &object["metadata"]["name"]);
            let name = format!(
                "{} `{}`",
                kind.as_str().unwrap_or(""),
                name.as_str().unwrap_or("")
            );
            ensure(
                err.contains(&name)
                    || more && err.contains(&format!("{} `", kind.as_str().unwrap_or(""))),
                || format!("{name} does not leave, and nobody says so"),
            )?;
            named.set(named.get() + 1);
        }
        Ok(())
    });
    assert!(named.get() > 150, "{} are named", named.get());
}

/// What is wrong with a text, or with an output of nothing, is not wrong with its objects in a list.
const OF_TEXTS: [&str; 13] = [
    "cannot-complete",
    "cannot-complete-operand",
    "dump-cut-off",
    "duplicate-key",
    "empty-input",
    "empty-output",
    "facts-alone",
    "invalid-prices",
    "invalid-resource-list",
    "invalid-yaml",
    "no-manifests",
    "no-plan-to-compare",
    "plan-version",
];

/// After errors a ResourceList leaves with the same items, and with results.
#[test]
fn failing_cases_leave_a_resource_list_as_it_came() {
    let (compared, of_texts) = (Cell::new(0), RefCell::new(BTreeSet::new()));
    every(|case| {
        let answer = case.run();
        let errors = slugs(&answer.err);
        let errors = errors.iter().filter(|(severity, _)| *severity == "error");
        let mut errors = errors.map(|(_, slug)| *slug);
        if let Some(slug) = errors.find_map(|slug| OF_TEXTS.iter().find(|of| **of == slug)) {
            of_texts.borrow_mut().insert(*slug);
            return Ok(());
        }
        let Some(objects) = objects(case).filter(|_| answer.code == Some(1)) else {
            return Ok(());
        };
        if answer.out.contains("kind: ResourceList") {
            return Ok(());
        }
        compared.set(compared.get() + 1);
        let input = resource_list(&objects);
        let answer = pipe(&input);
        ensure(answer.code == Some(1), || {
            format!("exit code {:?}: {}", answer.code, answer.err)
        })?;
        let (items, results) = answer.out.split_at(input.len().min(answer.out.len()));
        compare("items of the ResourceList", &input, items)?;
        ensure(results.contains("severity: error"), || {
            format!("results: {results}")
        })
    });
    assert!(compared.get() >= 90, "{} cases compared", compared.get());
    let of_texts: Vec<&str> = of_texts.into_inner().into_iter().collect();
    assert_eq!(of_texts, OF_TEXTS, "no case needs the others any more");
}

#[test]
fn cases_are_idempotent() {
    every_rendered(|_, out, objects| {
        if !out.contains("kind: ResourceList") {
            compare("the output, again", out, &pipe(out).out)?;
        }
        for local in [true, false] {
            let once = pipe(&resource_list(&mark(&objects, local)));
            let twice = pipe(&once.out);
            ensure(twice.code == Some(0), || format!("again: {}", twice.err))?;
            // what was written the first time is said the first time
            let items = |text: &str| text.split("\nresults:\n").next().unwrap_or("").to_owned();
            let (once, twice) = (items(&once.out), items(&twice.out));
            compare("a ResourceList, again", &once, &twice)?;
        }
        Ok(())
    });
}

#[test]
fn cases_are_read_back_the_same_by_two_readers() {
    every_rendered(|_, out, _| {
        let source = Source::new("output", out);
        let split = split(&source).map_err(|problems| format!("{problems:?}"))?;
        let ours = split.documents.iter().map(Document::node);
        let ours: Vec<Value> = ours.map(|node| node.unwrap().to_json()).collect();
        let theirs = read(out).map_err(|error| error.to_string())?;
        let theirs: Vec<Value> = theirs.into_iter().flat_map(members).collect();
        ensure(ours == theirs, || {
            "serde_yaml reads something else".to_owned()
        })
    });
}

/// Line ends of Windows stay where they are, and are all that differs. Where text is completed, `\r\r\n` would be a blank
/// line in the middle of it.
#[test]
fn line_ends_of_windows_stay_and_change_nothing_else() {
    let seen = Cell::new(0);
    every_rendered(|case, out, _| {
        let (Some(input), None) = (case.text("input.yaml"), case.text("args")) else {
            return Ok(());
        };
        seen.set(seen.get() + 1);
        let unix = |text: &str| text.replace("\r\n", "\n");
        let answer = Run::new(&["render", "-"]).stdin(unix(&input).replace('\n', "\r\n"));
        compare("with line ends of Windows", &unix(out), &unix(&answer.out))
    });
    assert!(seen.get() >= 120, "{} cases", seen.get());
}

#[test]
fn the_order_of_documents_makes_no_other_objects() {
    every_rendered(|_, _, objects| {
        let made = |objects: &[Value]| {
            let answer = pipe(&resource_list(objects));
            let list = read(&answer.out).unwrap_or_default();
            (answer.code, set(list.into_iter().flat_map(members)))
        };
        let reversed: Vec<Value> = objects.iter().rev().cloned().collect();
        ensure(made(&objects) == made(&reversed), || {
            "the reversed input gives other objects".to_owned()
        })
    });
}

/// Whether a line is as it was, but for what was put into it in one place, as into a flow map.
fn keeps(line: &str, was: &str) -> bool {
    let same = |a: &mut dyn Iterator<Item = (char, char)>| a.take_while(|(a, b)| a == b).count();
    let before = same(&mut line.chars().zip(was.chars()));
    let after = same(&mut line.chars().rev().zip(was.chars().rev()));
    let words = was.chars().filter(|c| !c.is_whitespace()).count() > 1;
    line == was || words && before + after >= was.chars().count()
}

/// An object of the user's that is completed, or just leaves, loses no line, comments included, and stays as it was
/// everywhere else.
#[test]
fn completed_objects_only_gain_lines() {
    let completed = Cell::new(0);
    every_rendered(|case, out, _| {
        let input = case.text("input.yaml").unwrap_or_default();
        let texts = |text: &str| -> Vec<(String, String)> {
            let texts = text.split("\n---\n");
            let named = texts.filter_map(|text| match read(text).ok()?.as_slice() {
                [object] => Some((called(object), text.trim_end().to_owned())),
                _ => None,
            });
            named.collect()
        };
        let after = texts(out);
        for (name, before) in texts(&input) {
            let Some((_, after)) = after.iter().find(|(one, _)| *one == name) else {
                continue;
            };
            if before.contains("gpu-machineset.dev/from") {
                continue;
            }
            if before.trim_end() != after {
                completed.set(completed.get() + 1);
            }
            let mut rest = after.lines();
            let lost = before
                .lines()
                .find(|line| !rest.any(|kept| keeps(kept, line)));
            ensure(lost.is_none(), || {
                format!("{name}: `{}` is lost", lost.unwrap_or_default())
            })?;
        }
        Ok(())
    });
    assert!(completed.get() >= 6, "{} completed", completed.get());
}

/// Where a script is replaced, every difference to what it made is named and justified, and no other is there.
#[test]
fn differences_to_replaced_scripts_are_the_intended_ones() {
    let scripts = Cell::new(0);
    every(|case| {
        let Some(replaced) = case.text("replaced.yaml") else {
            return Ok(());
        };
        scripts.set(scripts.get() + 1);
        let by_name = |text: &str| -> BTreeMap<String, Value> {
            let objects = read(text).unwrap().into_iter().flat_map(members);
            objects.map(|object| (called(&object), object)).collect()
        };
        let (theirs, ours) = (by_name(&replaced), by_name(&case.run().out));
        let both = theirs.keys().filter(|name| ours.contains_key(*name));
        ensure(both.count() > 0, || "nothing is replaced".to_owned())?;
        let stated = case.text("differences.txt").unwrap_or_default();
        let text = differences(&theirs, &ours, &reasons(&stated));
        if is_update() {
            update(case, "differences.txt", &text);
        }
        let stated = case.text("differences.txt").unwrap_or_default();
        compare("differences.txt", &stated, &text)?;
        ensure(!stated.contains(": ?\n"), || {
            "a difference has no reason".to_owned()
        })
    });
    assert!(scripts.get() >= 6, "{} scripts", scripts.get());
}

/// `Kind namespace/name`.
fn called(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    let namespace = match text(&metadata["namespace"]) {
        namespace if namespace.is_empty() => namespace,
        namespace => namespace + "/",
    };
    let (kind, name) = (text(&object["kind"]), text(&metadata["name"]));
    format!("{kind} {namespace}{name}")
}

/// `path: expected -> ours: reason` by what stands before the reason.
fn reasons(stated: &str) -> BTreeMap<&str, &str> {
    stated
        .lines()
        .filter_map(|line| line.rsplit_once(": "))
        .collect()
}

/// One line per difference, under the object's name; under `every object` when all of them differ alike.
fn differences(
    theirs: &BTreeMap<String, Value>,
    ours: &BTreeMap<String, Value>,
    reasons: &BTreeMap<&str, &str>,
) -> String {
    let mut by_line: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut others = Vec::new();
    for name in ours.keys().filter(|name| !theirs.contains_key(*name)) {
        others.push(format!("{name}: nothing -> made"));
    }
    for (name, expected) in theirs {
        let mut lines = Vec::new();
        let Some(ours) = ours.get(name) else {
            others.push(format!("{name}: there -> not made"));
            continue;
        };
        differ("", Some(expected), Some(ours), &mut lines);
        for line in lines {
            by_line.entry(line).or_default().push(name);
        }
    }
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (line, names) in &by_line {
        let both = theirs.keys().filter(|name| ours.contains_key(*name));
        let all = names.len() == both.count();
        let group = if all {
            "every object".to_owned()
        } else {
            names.join(", ")
        };
        groups.entry(group).or_default().push(line);
    }
    if !others.is_empty() {
        let others = others.iter().map(String::as_str);
        groups.insert("other objects".to_owned(), others.collect());
    }
    let mut text = String::new();
    for (group, lines) in groups {
        writeln!(text, "# {group}").unwrap();
        for line in lines {
            let reason = reasons.get(line).unwrap_or(&"?");
            writeln!(text, "{line}: {reason}").unwrap();
        }
    }
    text
}

fn differ(path: &str, expected: Option<&Value>, ours: Option<&Value>, lines: &mut Vec<String>) {
    let empty = Map::new();
    match (expected, ours) {
        (Some(Value::Object(expected)), other @ (Some(Value::Object(_)) | None))
            if other.is_some() || !expected.is_empty() =>
        {
            let ours = other.and_then(Value::as_object).unwrap_or(&empty);
            let keys: BTreeSet<&String> = expected.keys().chain(ours.keys()).collect();
            for key in keys {
                let path = join(path, key);
                differ(&path, expected.get(key), ours.get(key), lines);
            }
        }
        (None, Some(Value::Object(ours))) if !ours.is_empty() => {
            for (key, value) in ours {
                differ(&join(path, key), None, Some(value), lines);
            }
        }
        (Some(Value::Array(expected)), Some(Value::Array(ours))) => {
            for index in 0..expected.len().max(ours.len()) {
                let path = format!("{path}[{index}]");
                match (expected.get(index), ours.get(index)) {
                    (Some(expected), Some(ours)) => {
                        differ(&path, Some(expected), Some(ours), lines);
                    }
                    (expected, ours) => lines.push(difference(&path, expected, ours)),
                }
            }
        }
        (expected, ours) if expected != ours => {
            lines.push(difference(path, expected, ours));
        }
        _ => {}
    }
}

fn difference(path: &str, expected: Option<&Value>, ours: Option<&Value>) -> String {
    let short = |text: String| match text.char_indices().nth(160) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    };
    let show = |value: Option<&Value>| {
        value.map_or("nothing".to_owned(), |value| short(value.to_string()))
    };
    format!("{path}: {} -> {}", show(expected), show(ours))
}

/// `a.b`, `a["b.c/d"]`.
fn join(path: &str, key: &str) -> String {
    let plain = key.chars().all(|c| c.is_ascii_alphanumeric());
    match (path.is_empty(), plain) {
        (true, true) => key.to_owned(),
        (false, true) => format!("{path}.{key}"),
        (_, false) => format!("{path}[\"{key}\"]"),
    }
}
