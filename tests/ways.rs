//! One tree through all four ways in: files, a pipe, kustomize's plugin directory, Argo CD, and a KRM function's list.
//! What comes out are the same bytes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use gpu_machineset::Source;
use gpu_machineset::testing::split;

use crate::support::{Folder, Run};
use crate::testdata;

/// A case of `testdata/` that renders files: all of them in one tree.
struct Case {
    name: String,
    tree: Folder,
    /// The files in the order in which a folder is read.
    files: Vec<String>,
}

fn copy(from: &Path, to: &str, mut case: Case) -> Case {
    if from.is_file() {
        let text = fs::read_to_string(from).unwrap();
        case.tree = case.tree.file(to, &text);
        case.files.push(text);
        return case;
    }
    let entries = fs::read_dir(from).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        // what `render` does not read is in no other way either
        let end = path.extension().and_then(|end| end.to_str());
        let is_read = path.is_dir() || matches!(end, Some("yaml" | "yml" | "json"));
        if is_read && !name.starts_with("kustomization") {
            case = copy(&path, &format!("{to}/{name}"), case);
        }
    }
    case
}

/// Cases that are rendered from files, and not into a list.
fn cases(way: &str) -> Vec<Case> {
    let case = |from: testdata::Case| {
        let out = from.text("expected.yaml")?;
        let inputs = from.args.get(1..).unwrap_or_default();
        let plain = inputs.iter().all(|input| !input.starts_with('-'));
        if inputs.is_empty() || !plain || from.is_app() || out.contains("kind: ResourceList") {
            return None;
        }
        let mut case = Case {
            tree: Folder::new(&format!("ways-{way}-{}", from.name.replace('/', "-"))),
            name: from.name,
            files: Vec::new(),
        };
        for (index, input) in inputs.iter().enumerate() {
            let to = match input.rsplit_once('.') {
                Some((_, "yaml")) => format!("app/{index}.yaml"),
                _ => format!("app/{index}"),
            };
            case = copy(&from.folder.join(input), &to, case);
        }
        // a list goes through a pipe as a list; directives and lines without an end cannot be put together as here
        let is_odd = |text: &String| {
            let has_directive = text.lines().any(|line| line.starts_with('%'));
            text.contains("\nkind: ResourceList") || has_directive || !text.ends_with('\n')
        };
        (!case.files.iter().any(is_odd)).then_some(case)
    };
    let cases: Vec<Case> = testdata::cases().into_iter().filter_map(case).collect();
    assert!(cases.len() > 50, "{}", cases.len());
    cases
}

impl Case {
    fn rendered(&self) -> String {
        let answer = self.tree.run(&["render", "app"]);
        assert_eq!(answer.code, Some(0), "{}: {}", self.name, answer.err);
        answer.out
    }

    /// All files as one stream.
    fn stream(&self) -> Source {
        let mut stream = String::new();
        for text in &self.files {
            if !stream.is_empty() && !text.starts_with("---") {
                stream.push_str("---\n");
            }
            stream.push_str(text);
        }
        Source::new("stream", stream)
    }

    fn piped(&self) -> String {
        let answer = Run::new::<&str>(&[]).stdin(self.stream().text);
        assert_eq!(answer.code, Some(0), "{}: {}", self.name, answer.err);
        answer.out
    }

    /// The first placeholder as the config of kustomize's plugin, all else on standard input.
    fn plugin(&self) -> Option<String> {
        let source = self.stream();
        let documents = split(&source).unwrap().documents;
        let config = documents.iter().find(|one| one.kind == "GpuMachineSet")?;
        let others = documents
            .iter()
            .filter(|one| one.range != config.range)
            .map(|one| {
                format!(
                    "---\n{}\n",
                    one.standalone().unwrap().trim_end_matches('\n')
                )
            });
        let path = self.tree.0.join("pool.yaml");
        fs::write(&path, config.standalone().unwrap()).unwrap();
        let answer = Run::new(&[path])
            .within(&self.tree.0)
            .env("KUSTOMIZE_PLUGIN_CONFIG_ROOT", &self.tree.0)
            .stdin(others.collect::<String>());
        assert_eq!(answer.code, Some(0), "{}: {}", self.name, answer.err);
        Some(answer.out)
    }

    fn argocd(&self) -> Result<String, String> {
        let answer = Run::new(&["argocd", "generate"])
            .within(&self.tree.0.join("app"))
            .env("ARGOCD_APP_NAME", "ways")
            .stdin("");
        match answer.code {
            Some(0) => Ok(answer.out),
            _ => Err(answer.err),
        }
    }

    /// As items of a list, as kustomize hands them to a function.
    fn listed(&self) -> String {
        let source = self.stream();
        let documents = split(&source).unwrap().documents;
        let mut list =
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n".to_owned();
        for text in documents.iter().map(|one| one.standalone().unwrap()) {
            for (index, line) in text.lines().enumerate() {
                let _ = match (index, line) {
                    (0, line) => writeln!(list, "- {line}"),
                    (_, "") => writeln!(list),
                    (_, line) => writeln!(list, "  {line}"),
                };
            }
        }
        let answer = Run::new::<&str>(&[]).stdin(list);
        assert_eq!(answer.code, Some(0), "{}: {}", self.name, answer.err);
        answer.out
    }
}

/// The text of every object, as a document of its own.
fn objects(output: &str) -> BTreeSet<String> {
    let source = Source::new("output", output);
    let documents = split(&source).unwrap().documents;
    let alone = documents.iter().map(|one| one.standalone().unwrap());
    alone.map(|text| text.trim_end().to_owned()).collect()
}

#[test]
fn files_a_pipe_and_argo_cd_give_the_same_bytes() {
    let mut deployed = 0;
    for case in cases("bytes") {
        let rendered = case.rendered();
        assert_eq!(rendered, case.piped(), "{}, piped", case.name);
        match case.argocd() {
            Ok(out) => {
                deployed += 1;
                assert_eq!(rendered, out, "{}, in Argo CD", case.name);
            }
            // what only Argo CD cannot take
            Err(err) => assert!(
                err.starts_with("error[repeated-object]")
                    || err.starts_with("error[not-the-same-to-all]"),
                "{}: {err}",
                case.name
            ),
        }
    }
    assert!(deployed > 50, "{deployed}");
}

#[test]
fn kustomizes_plugin_directory_gives_the_same_objects_byte_by_byte() {
    // what `oc get` printed as one list is one dump, which documents of their own do not show
    let of_lists = |case: &Case| {
        [
            "warn/pool/dump-not-rendered",
            "warn/pool/export-not-rendered",
        ]
        .contains(&case.name.as_str())
    };
    let mut configured = 0;
    for case in cases("plugin").into_iter().filter(|case| !of_lists(case)) {
        if let Some(out) = case.plugin() {
            configured += 1;
            assert_eq!(objects(&out), objects(&case.rendered()), "{}", case.name);
        }
    }
    assert!(configured > 50, "{configured}");
}

#[test]
fn a_function_makes_the_same_objects_byte_by_byte() {
    for case in cases("list") {
        let items = objects(&case.listed());
        let made = |object: &String| object.contains("gpu-machineset.dev/from: ");
        let rendered = objects(&case.rendered());
        let lost: Vec<&String> = rendered
            .iter()
            .filter(|object| made(object) && !items.contains(*object))
            .collect();
        assert!(lost.is_empty(), "{}: {lost:#?}", case.name);
    }
}
