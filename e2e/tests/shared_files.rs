//! Real and hostile inputs that are not part of this repository: nothing is lost, nothing is changed, nothing panics.

use std::fs;
use std::path::{Path, PathBuf};

use gpu_machineset::testing::{Node, Rewrite, Split, decode, split};
use gpu_machineset::{Role, Source};
use gpu_machineset_e2e::shared;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "json")
        {
            found.push(path);
        }
    }
}

fn all(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&shared(folder), &mut found);
    found.sort();
    assert!(!found.is_empty(), "{folder} holds no documents");
    found
}

fn read(path: &Path) -> Option<Source> {
    let bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    decode("<stdin>", bytes, Role::Input).ok()
}

/// No change is no change; a new object is the only difference; a removed one leaves all others as they are.
fn hold(path: &Path, split: &Split<'_>) {
    let path = path.display();
    let text = split.source.text.as_str();
    assert_eq!(Rewrite::new(split).render(), text, "{path}");
    let new = Node::map([("apiVersion", Node::from("v1")), ("kind", "New".into())]);
    for index in 0..split.documents.len() {
        let mut rewrite = Rewrite::new(split);
        rewrite.remove(index);
        if !rewrite.problems().is_empty() {
            continue;
        }
        rewrite.append(new.clone());
        let source = Source::new("<stdin>", rewrite.render());
        let after = gpu_machineset::testing::split(&source)
            .unwrap_or_else(|problems| panic!("{path}: {problems:#?}"));
        let expected = split
            .documents
            .iter()
            .filter(|document| document.index != index);
        assert_eq!(after.documents.len(), split.documents.len(), "{path}");
        for (before, after) in expected.zip(&after.documents) {
            let bytes = |document: &gpu_machineset::testing::Document<'_>| {
                document.source.text[document.range.clone()]
                    .trim()
                    .to_owned()
            };
            assert_eq!(bytes(before), bytes(after), "{path}, {index} removed");
        }
        assert_eq!(
            after.documents.last().map(|last| last.kind.to_string()),
            Some("New".to_owned()),
            "{path}"
        );
    }
}

#[test]
fn captures_of_kustomize_and_kpt_pass() {
    for path in all("reference/krm-captures") {
        let source = read(&path).unwrap_or_else(|| panic!("{} is UTF-8", path.display()));
        let split =
            split(&source).unwrap_or_else(|problems| panic!("{}: {problems:#?}", path.display()));
        hold(&path, &split);
    }
}

#[test]
fn crds_pass() {
    for path in all("crds") {
        let source = read(&path).unwrap_or_else(|| panic!("{} is UTF-8", path.display()));
        let split =
            split(&source).unwrap_or_else(|problems| panic!("{}: {problems:#?}", path.display()));
        assert!(
            split
                .documents
                .iter()
                .all(|document| document.kind == "CustomResourceDefinition"),
            "{}",
            path.display()
        );
        hold(&path, &split);
    }
}

/// What breaks naive splitters: an answer or a problem for each, and which of them are refused.
#[test]
fn hard_cases_are_cut_or_refused() {
    let mut refused = Vec::new();
    for path in all("reference/rust-stack/split-cases") {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy()[..3].to_owned())
            .unwrap();
        let Some(source) = read(&path) else {
            refused.push(name);
            continue;
        };
        match split(&source) {
            Ok(split) => hold(&path, &split),
            Err(problems) => {
                assert!(problems.iter().all(|problem| !problem.message.is_empty()));
                refused.push(name);
            }
        }
    }
    let expected = [
        "H13", "H15", "H19", "H24", "H28", "H29", "H35", "H52", "H53", "H54", "H55", "H56",
    ];
    assert_eq!(refused, expected);
}
