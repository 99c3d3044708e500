//! The rules of the house that no compiler knows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use gpu_machineset::problem::rules;

use crate::testdata::slugs;

/// Lines of a file without its tests.
const LONGEST_FILE: usize = 400;

/// Rooms whose folders are rooms of their own.
const OF_ROOMS: [&str; 2] = ["kinds", "krm"];

/// What each room imports: the exact list, and no circle in it. A kind of ours is a room of its own, and so is each part
/// of `krm`; what others import of `krm` they find in its `mod.rs`.
const EDGES: &[(&str, &str)] = &[
    ("additions_tests", ""),
    (
        "adopt",
        "api capture catalog cloud cluster diff expand facts kinds/gpu_machine_set krm node_group operator plan pool_face problem types",
    ),
    ("api", "krm problem types"),
    (
        "argocd",
        "api catalog cloud cluster facts krm node_group problem",
    ),
    (
        "capture",
        "api cloud cluster facts krm node_group operator problem types",
    ),
    ("catalog", "problem"),
    (
        "check",
        "api catalog fit krm operator plan pool_face problem types",
    ),
    ("cloud", "api catalog cluster krm problem types"),
    ("cluster", "api krm problem types"),
    ("diff", "api capture facts krm node_group problem types"),
    (
        "edge",
        "adopt api argocd capture catalog cloud cluster diff expand facts fit krm node_group operator problem types view",
    ),
    (
        "expand",
        "api argocd catalog check cluster facts kinds kinds/gpu_delivery kinds/gpu_machine_set kinds/gpu_platform krm node_group operator plan problem types view",
    ),
    ("facts", "api cloud cluster krm problem types"),
    ("fit", "catalog types"),
    (
        "kinds",
        "api catalog cluster facts krm node_group operator plan pool_face problem types",
    ),
    (
        "kinds/gpu_access",
        "api catalog cluster kinds krm operator plan pool_face problem types",
    ),
    (
        "kinds/gpu_delivery",
        "api argocd catalog cloud cluster kinds kinds/gpu_access kinds/gpu_model krm node_group operator plan problem types",
    ),
    (
        "kinds/gpu_machine_set",
        "api catalog cloud cluster facts krm node_group operator plan pool_face problem types",
    ),
    (
        "kinds/gpu_model",
        "api catalog cluster fit kinds krm operator plan pool_face problem types",
    ),
    (
        "kinds/gpu_platform",
        "api cluster facts kinds krm operator plan pool_face problem types",
    ),
    (
        "kinds/open_stack_gpu",
        "api argocd catalog cloud cluster kinds krm node_group operator plan problem types",
    ),
    ("krm", "source types"),
    ("krm/edit", "krm/read krm/tree krm/write problem source"),
    ("krm/read", "krm/tree problem source types"),
    ("krm/tree", ""),
    ("krm/write", "krm/tree"),
    ("node_group", "api cloud krm plan problem types"),
    ("operator", "api krm pool_face problem types"),
    (
        "plan",
        "api catalog fit krm operator pool_face problem types",
    ),
    ("pool_face", "api catalog problem types"),
    ("problem", "source"),
    ("source", ""),
    ("types", ""),
    (
        "view",
        "api catalog cloud cluster fit krm operator plan problem types",
    ),
];

/// Words that one room alone may write in its code, and the room; those of its tables are added to them.
const PRIVATE_WORDS: [(&str, &str); 6] = [
    ("granit_parser", "krm/read"),
    ("serde_saphyr", "krm/write"),
    ("\"osDisk\"", "cloud"),
    ("std::env", "edge"),
    ("std::fs", "edge"),
    ("std::io", "edge"),
];

/// What the tables of a room name, in quotes: packages of operators, and fields of each cloud's provider spec that are
/// not fields of our own kinds too.
fn words_of_tables() -> Vec<(String, &'static str)> {
    let ours = [api("GpuMachineSet"), api("GpuPlatform")].concat();
    let mut words = BTreeSet::new();
    for source in sources("src/operator") {
        let packages = source.shipped().split("package: \"").skip(1);
        let packages =
            packages.filter_map(|rest| rest.split('"').next().filter(|word| !word.is_empty()));
        words.extend(packages.map(|word| (quoted(word), "operator")));
    }
    assert!(words.len() >= 9, "{words:?}");
    for source in sources("src/cloud") {
        if !source.path.ends_with("/known_fields.rs") {
            continue;
        }
        let fields = source.shipped().split("Field(").skip(1);
        let fields =
            fields.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
        let is_own = |word: &&str| {
            word.contains(char::is_uppercase) && !ours.contains(&format!("{}:", quoted(word)))
        };
        // two clouds may call a field alike
        let named: BTreeSet<String> = fields.filter(is_own).map(quoted).collect();
        assert!(named.len() > 8, "{} names no field", source.path);
        words.extend(named.into_iter().map(|word| (word, "cloud")));
    }
    for (room, keys) in [
        ("cloud", &["id: \"", "kind: \""][..]),
        ("node_group", &["kind: \"", "plural: \""]),
    ] {
        let before = words.len();
        for source in sources(&format!("src/{room}")) {
            let named = keys
                .iter()
                .flat_map(|key| source.shipped().split(key).skip(1));
            let named = named.filter_map(|rest| rest.split('"').next());
            // platforms without machines are words of their own
            let is_word = |word: &&str| !["", "None", "External"].contains(word);
            words.extend(named.filter(is_word).map(|word| (quoted(word), room)));
        }
        assert!(words.len() >= before + 4, "{room} names nothing");
    }
    words.into_iter().collect()
}

/// Where words of others stand as data: what the facts' sources are called, examples for messages, heads of columns,
/// kinds whose pods are not for users to place, the pod of a Job, of whose fields a cloud has one too, and an operand that
/// is called as a cloud.
const WORDS_AS_DATA: [&str; 8] = [
    "src/cluster/example.rs",
    "src/cluster/source.rs",
    "src/check/workload_selectors.rs",
    "src/kinds/open_stack_gpu/health.rs",
    "src/kinds/open_stack_gpu/storage.rs",
    "src/operator/openstack.rs",
    "src/view/html.rs",
    "src/view/markdown.rs",
];

fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

/// The schema of a kind of ours.
fn api(kind: &str) -> String {
    fs::read_to_string(root().join("functions").join(kind).join("schema.json")).unwrap()
}

/// A source file of ours.
struct Source {
    /// From the package's folder, with slashes.
    path: String,
    text: String,
}

impl Source {
    /// The part that ships: all before the module of unit tests, nothing of a file of tests.
    fn shipped(&self) -> &str {
        let is_test = ["tests.rs", "/tests/", "_gen.rs", "_gen/"]
            .iter()
            .any(|part| self.path.contains(part));
        if is_test {
            return "";
        }
        let tests = self.text.match_indices("#[cfg(test)]\n");
        let is_module = |at: &usize| {
            let line = self.text[*at..].lines().nth(1).unwrap_or_default();
            line.contains("mod tests {")
        };
        let end = tests.map(|(at, _)| at).find(is_module);
        &self.text[..end.unwrap_or(self.text.len())]
    }

    /// Lines that ship and are no comments, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.shipped().lines().enumerate();
        lines
            .map(|(index, line)| (index + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with(['/', '#']))
    }

    /// The folder or file below `src`: `cloud`, `edge`, `lib`; a folder of its own below those of [`OF_ROOMS`].
    fn room(&self) -> String {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let mut parts = path.split(['/', '.']);
        room(parts.next().unwrap_or_default(), parts.next())
    }
}

/// The room of what stands in a folder below `src`, and in a folder of that.
fn room(folder: &str, inner: Option<&str>) -> String {
    let is_room = |inner: &&str| {
        let is_folder = || root().join("src").join(folder).join(inner).is_dir();
        OF_ROOMS.contains(&folder) && !inner.is_empty() && *inner != "tests" && is_folder()
    };
    match inner.filter(is_room) {
        Some(inner) => format!("{folder}/{inner}"),
        None => folder.to_owned(),
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder with one of the endings, sorted.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir()
                && !name.starts_with('.')
                && !["target", "corpus", "artifacts"].contains(&name)
            {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources(folder: &str) -> Vec<Source> {
    let source = |path: PathBuf| Source {
        path: path
            .strip_prefix(root())
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/"),
        text: fs::read_to_string(&path).unwrap(),
    };
    let sources: Vec<Source> = files(folder, &[".rs"]).into_iter().map(source).collect();
    assert!(!sources.is_empty(), "no source in {folder}");
    sources
}

#[track_caller]
fn assert_none(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}:\n{}", offences.join("\n"));
}

/// The rooms that code imports from: `use crate::{krm::Node, kinds::{gpu_platform, Kind}}` gives `krm`,
/// `kinds/gpu_platform` and `kinds`.
fn imported(code: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, word) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        // `pub(in crate::krm)` says who may look, and imports nothing
        let is_visibility = code[..at].ends_with("(in ");
        if is_visibility || before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        for path in paths(&code[at + word.len()..]) {
            let mut parts = path.split("::");
            let folder = parts.next().unwrap_or_default();
            if !folder.is_empty() {
                rooms.push(room(folder, parts.next()));
            }
        }
    }
    rooms
}

/// The paths of a use tree, written out: `{a::b, c::{d, e}}` gives `a::b`, `c::d`, `c::e`.
fn paths(tree: &str) -> Vec<String> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let end = tree.find(|c| !is_path(c)).unwrap_or(tree.len());
    let (head, rest) = tree.split_at(end);
    let Some(group) = rest.strip_prefix('{') else {
        return vec![head.to_owned()];
    };
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        if depth == 0 && (c == ',' || c == '}') {
            found.extend(paths(group[start..at].trim()));
            start = at + 1;
        }
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            _ => {}
        }
    }
    let whole = |path: String| format!("{head}{path}");
    found.into_iter().map(whole).collect()
}

/// A circle of rooms, as a list of them.
fn circle(edges: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut left = edges.clone();
    loop {
        let leaves: Vec<String> = (left.iter())
            .filter(|(_, to)| to.iter().all(|to| !left.contains_key(to)))
            .map(|(from, _)| from.clone())
            .collect();
        if leaves.is_empty() {
            return (!left.is_empty()).then(|| left.into_keys().collect());
        }
        left.retain(|room, _| !leaves.contains(room));
    }
}

#[test]
fn rooms_import_what_is_listed_and_nothing_else() {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources("src") {
        let room = source.room();
        if ["main", "lib"].contains(&room.as_str()) {
            continue;
        }
        let code: Vec<&str> = source.code().map(|(_, line)| line).collect();
        let of_room = found.entry(room.clone()).or_default();
        of_room.extend(
            imported(&code.join("\n"))
                .into_iter()
                .filter(|to| *to != room),
        );
    }
    assert!(found.len() > 15, "{} rooms were read", found.len());
    // what edge asks of the crate itself, by names that `lib.rs` exports
    let rooms: BTreeSet<String> = found.keys().cloned().collect();
    for to in found.values_mut() {
        to.retain(|to| rooms.contains(to));
    }
    assert_eq!(circle(&found), None, "rooms that import each other");
    let found = found.iter().map(|(from, to)| {
        let to: Vec<&str> = to.iter().map(String::as_str).collect();
        (from.as_str(), to.join(" "))
    });
    let found: Vec<(&str, String)> = found.collect();
    let listed: Vec<(&str, String)> = EDGES
        .iter()
        .map(|(from, to)| (*from, (*to).to_owned()))
        .collect();
    if found != listed {
        let lines = found
            .iter()
            .map(|(from, to)| format!("    ({from:?}, {to:?}),"));
        let lines: Vec<String> = lines.collect();
        panic!(
            "the imports are no longer those of EDGES in tests/tidy.rs; now:\n{}",
            lines.join("\n")
        );
    }
}

#[test]
fn imports_are_recognised() {
    assert_eq!(imported("use crate::krm::{Node, Style};"), ["krm", "krm"]);
    assert_eq!(
        imported("use crate::{\n    krm::{Node, Style},\n    problem,\n};"),
        ["krm", "krm", "problem"]
    );
    assert_eq!(
        imported("fn f(x: crate::plan::Plan, y: crate::edge::Y)"),
        ["plan", "edge"]
    );
    assert_eq!(
        imported("use crate::kinds::{self, gpu_platform::Stack};"),
        ["kinds", "kinds/gpu_platform"]
    );
    assert_eq!(
        imported("use crate::krm::read::parse::{self, Limit};"),
        ["krm/read", "krm/read"]
    );
    let circled = BTreeMap::from([
        ("a".to_owned(), BTreeSet::from(["b".to_owned()])),
        ("b".to_owned(), BTreeSet::from(["a".to_owned()])),
        ("c".to_owned(), BTreeSet::from(["a".to_owned()])),
    ]);
    assert!(circle(&circled).is_some());
}

#[test]
fn some_words_belong_to_one_room() {
    let mut offences = Vec::new();
    let mut words = words_of_tables();
    words.extend(PRIVATE_WORDS.map(|(word, room)| (word.to_owned(), room)));
    for source in sources("src") {
        for (number, line) in source.code() {
            for (word, room) in &words {
                let is_data = WORDS_AS_DATA.contains(&source.path.as_str());
                let is_allowed = is_data || [room, "main"].contains(&source.room().as_str());
                if line.contains(word) && !is_allowed {
                    offences.push(format!(
                        "{}:{number}: {word} belongs to `{room}`",
                        source.path
                    ));
                }
            }
        }
    }
    assert_none(
        "only krm sees YAML, only cloud names fields of a providerSpec, only operator packages, only edge does io",
        &offences,
    );
}

#[test]
fn files_are_short_enough_to_read() {
    let long = |source: &Source| source.shipped().lines().count() > LONGEST_FILE;
    let sources = sources("src").into_iter().filter(long);
    let offences: Vec<String> = sources.map(|source| source.path).collect();
    assert_none("a file has at most 400 lines without its tests", &offences);
}

/// Short names that other groups have too: of several, `oc` takes the first by the alphabet, so that on a cluster with
/// Cluster API, Knative or ACM such a command reads or changes other objects.
const AMBIGUOUS: [&str; 8] = [
    "application",
    "applications",
    "machine",
    "machines",
    "machineset",
    "machinesets",
    "subscription",
    "subscriptions",
];

/// The resources that a line asks `oc` or `kubectl` for.
fn asked(line: &str) -> Vec<&str> {
    let verbs = [
        "get", "annotate", "label", "delete", "patch", "edit", "describe", "scale", "wait",
    ];
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut asked = Vec::new();
    for (index, words) in words.windows(2).enumerate() {
        let program = words[0].trim_start_matches(['`', '(', '"', '\'', '$']);
        if matches!(program, "oc" | "kubectl") && verbs.contains(&words[1]) {
            let rest = line.split_whitespace().skip(index + 2);
            let first = rest
                .take_while(|word| !word.ends_with('`'))
                .find(|word| !word.starts_with('-'));
            let names = first.unwrap_or_default().split(',');
            asked.extend(names.map(|name| name.split('/').next().unwrap_or_default()));
        }
    }
    asked
}

#[test]
fn commands_name_the_group_of_what_several_groups_have() {
    assert_eq!(
        asked("run `oc get -A machinesets,nodes -o yaml` now"),
        ["machinesets", "nodes"]
    );
    let mut offences = Vec::new();
    let mut commands = 0;
    let folders = ["docs", "functions", "src", "deploy", "testdata"];
    let endings = ["md", "rs", "yaml", "txt", "json"];
    let mut paths: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| files(folder, &endings))
        .collect();
    paths.push(root().join("README.md"));
    for path in paths.iter().filter(|path| !path.ends_with("tests.rs")) {
        let text = fs::read_to_string(path).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            let asked = asked(line);
            commands += asked.len();
            for name in asked.iter().filter(|name| AMBIGUOUS.contains(name)) {
                offences.push(format!(
                    "{}:{}: `{name}` has no group",
                    path.display(),
                    number + 1
                ));
            }
        }
    }
    assert!(commands > 100, "only {commands} resources were looked at");
    assert_none(
        "commands name the group of what several groups have",
        &offences,
    );
}

#[test]
fn nothing_that_ships_panics_on_purpose() {
    let words = [
        ".unwrap()",
        ".expect(",
        "panic!(",
        "todo!(",
        "unimplemented!(",
        "unreachable!(",
    ];
    let mut offences = Vec::new();
    for source in sources("src") {
        for (number, line) in source.code() {
            if words.iter().any(|word| line.contains(word)) {
                offences.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none("errors are values; only tests may panic", &offences);
}

#[test]
fn nothing_is_left_for_later() {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("db", "g!("),
    ];
    let mut offences = Vec::new();
    for path in files("", &[".rs", ".md", ".toml", ".yaml", ".sh"]) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        for (index, line) in text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                offences.push(format!("{}:{}: {}", path.display(), index + 1, line.trim()));
            }
        }
    }
    assert_none("what is left to do is an issue", &offences);
}

#[test]
fn changelog_has_this_version() {
    let text = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    let heading = format!("## {}", env!("CARGO_PKG_VERSION"));
    assert!(
        text.lines().any(|line| line.starts_with(&heading)),
        "CHANGELOG.md lacks `{heading}`"
    );
}

#[test]
fn licences_of_the_manifest_are_there() {
    assert_eq!(env!("CARGO_PKG_LICENSE"), "MIT OR Apache-2.0");
    for (file, words) in [
        (
            "LICENSE-MIT",
            "Permission is hereby granted, free of charge",
        ),
        ("LICENSE-APACHE", "Apache License"),
    ] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(text.contains(words), "{file} is no {words}");
    }
}

/// Rules that no case of `testdata/` can show: where they are shown, or why they cannot be.
const SHOWN_ELSEWHERE: &[(&str, &str)] = &[
    ("cluster-without-dump", "tests/migrate.rs"),
    ("dump-of-no-cluster", "tests/migrate.rs"),
    ("dump-of-which-cluster", "tests/migrate.rs"),
    ("accelerator-left-out", "tests/migrate.rs"),
    ("access-left", "src/adopt/tests.rs"),
    ("adopted-set-differs", "src/adopt/tests.rs"),
    ("applied-by", "tests/argocd.rs"),
    ("cannot-merge", "src/capture/tests.rs"),
    ("cluster-twice", "tests/fleet.rs"),
    ("folder-twice", "tests/fleet.rs"),
    ("access-left", "src/adopt/tests.rs"),
    ("files-left-out", "tests/cli.rs"),
    ("clusters-mixed", "src/capture/tests.rs"),
    ("dump-incomplete", "src/capture/tests.rs"),
    ("fact-left-out", "tests/migrate.rs"),
    ("facts-of-another-cluster", "tests/argocd.rs"),
    ("foreign-output-files", "src/edge/folder.rs"),
    ("handed-over", "tests/migrate.rs"),
    ("input-too-large", "would need 512 MiB"),
    ("leftover", "src/adopt/tests.rs"),
    ("not-compared", "src/diff/tests.rs"),
    ("not-rendered", "src/diff/tests.rs"),
    ("nothing-to-adopt", "tests/migrate.rs"),
    ("operator-stays", "src/capture/tests.rs"),
    ("object-too-large", "tests/hostile.rs"),
    ("operator-twice", "src/capture/tests.rs"),
    ("os-restart-due", "src/diff/open_stack/tests.rs"),
    ("output-in-use", "tests/folder.rs"),
    ("output-repaired", "tests/folder.rs"),
    ("postcondition", "a defect of ours"),
    ("profile-gone", "src/diff/tests.rs"),
    ("queue-moved", "src/diff/tests.rs"),
    ("replicas-would-be-reset", "src/adopt/tests.rs"),
    ("stale-annotation", "src/adopt/tests.rs"),
    ("secret-in-dump", "src/capture/tests.rs"),
    ("set-has-an-owner", "src/adopt/tests.rs"),
    ("unreadable-input", "tests/cli.rs"),
    ("unreadable-output", "src/expand/mod.rs"),
    ("unwritable-output", "src/edge/folder.rs"),
];

/// Whether a text names a rule; a longer slug that holds it is another.
fn names(text: &str, slug: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.split(|c| !is_part(c)).any(|word| word == slug)
}

/// What a rule says is shown by a case: a user can see the input that breaks it.
#[test]
fn every_rule_has_a_case() {
    let cases = files("testdata", &["problems.txt"]).into_iter();
    let texts: Vec<String> = cases
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let said = texts.iter().flat_map(|text| slugs(text));
    let shown: BTreeSet<&str> = said.map(|(_, slug)| slug).collect();
    assert!(shown.len() > 120, "{} rules", shown.len());
    // the operators' rules are shown where operators are planned, each with a neighbour that keeps it
    let operators =
        fs::read_to_string(root().join("src/kinds/gpu_platform/tests/rules.rs")).unwrap();
    // what Argo CD passes in variables is no input of a case
    let argocd = ["tests/argocd.rs", "src/argocd/what_argocd_loses.rs"];
    let argocd = argocd
        .map(|file| fs::read_to_string(root().join(file)).unwrap())
        .concat();
    let elsewhere = |slug: &str| SHOWN_ELSEWHERE.iter().find(|(known, _)| *known == slug);
    let mut offences = Vec::new();
    for rule in rules::all() {
        let slug = rule.slug;
        let is_shown = shown.contains(slug);
        match elsewhere(slug) {
            Some(_) if is_shown => offences.push(format!("{slug} has a case: it is no exception")),
            Some((_, place)) if place.contains(".rs") => {
                let text = fs::read_to_string(root().join(place)).unwrap();
                if !names(&text, slug) {
                    offences.push(format!("{place} does not show {slug}"));
                }
            }
            Some(_) => {}
            None if names(&argocd, slug) => {}
            None if is_shown || names(&operators, slug) => {}
            None => offences.push(format!("{slug} has no case")),
        }
    }
    assert_none("every rule has a case that triggers it", &offences);
}
