//! `kustomize build` of the application's folder.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::tree::Tree;
use crate::api::LOCAL_CONFIG;
use crate::api::our_kind;
use crate::edge::files;
use crate::edge::streams::reason;
use crate::krm::{self, Node, Role, Source, split};
use crate::problem::rules::{argocd as rule, input};
use crate::problem::{Place, Problem, Problems};

/// How messages call what kustomize made.
const BUILT: &str = "<kustomize build>";
const PROGRAM: &str = "kustomize";

/// What kustomize makes of the current folder.
pub(super) fn build(tree: &Tree, problems: &mut Problems) -> Option<Source> {
    let output = Command::new(PROGRAM)
        .args(["build", "."])
        .stdin(Stdio::null())
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) => {
            problems.push(not_started(&error));
            return None;
        }
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim();
        let problem = Problem::new(
            &rule::KUSTOMIZE_FAILED,
            here(),
            "`kustomize build .` failed",
        );
        problems.push(problem.fact(if said.is_empty() {
            "it said nothing"
        } else {
            said
        }));
        return None;
    }
    let built = krm::decode(BUILT, output.stdout, Role::Input).map_err(|problem| [*problem]);
    let built = problems.take(built)?;
    problems.extend(dropped(tree, &built));
    Some(built)
}

fn here() -> Place {
    let name = files::kustomization(Path::new(".")).unwrap_or_default();
    Place::in_file(name.to_string_lossy())
}

fn not_started(error: &io::Error) -> Problem {
    let help = "the sidecar's image needs `kustomize` on PATH; without it, take the kustomization away when the folder's files are meant as they are";
    if error.kind() == io::ErrorKind::NotFound {
        let message = "the folder holds a kustomization, and `kustomize` is not on PATH";
        return Problem::new(&rule::KUSTOMIZE_NOT_FOUND, here(), message).help(help);
    }
    let message = format!("`kustomize` cannot be run: {}", reason(error));
    Problem::new(&rule::KUSTOMIZE_NOT_FOUND, here(), message).help(help)
}

/// A kustomization below a folder that is read as it is: its files are no manifests by themselves.
pub(super) fn nested(problem: Problem) -> Problem {
    if problem.rule != &input::KUSTOMIZATION_SKIPPED {
        return problem;
    }
    let folder = Path::new(&problem.place.file)
        .parent()
        .unwrap_or(Path::new(""));
    let message = format!(
        "`{}` holds a kustomization, and the application's folder does not",
        folder.display()
    );
    Problem::new(&rule::NESTED_KUSTOMIZATION, problem.place.clone(), message)
        .help("point `spec.source.path` of the Application at the folder with the kustomization")
}

/// Objects of ours that kustomize drops at the end of a build.
fn dropped(tree: &Tree, built: &Source) -> Vec<Problem> {
    let kept: BTreeSet<(String, String)> = split(built).map_or_else(
        |_| BTreeSet::new(),
        |split| {
            let identity = |document: &krm::Document<'_>| {
                (document.kind.to_string(), document.name.to_string())
            };
            split.documents.iter().map(identity).collect()
        },
    );
    let mut walk = Walk {
        tree,
        seen: BTreeSet::new(),
        kept,
        problems: Vec::new(),
    };
    walk.kustomization(Path::new(""));
    walk.problems
}

/// Follows `resources:` of kustomizations to files, within the tree.
struct Walk<'a> {
    tree: &'a Tree,
    seen: BTreeSet<PathBuf>,
    /// What kustomize left in.
    kept: BTreeSet<(String, String)>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    fn kustomization(&mut self, folder: &Path) {
        let within = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let Some(file) = files::kustomization(within) else {
            return;
        };
        let Some(source) = source(&folder.join(file)) else {
            return;
        };
        let Ok(split) = split(&source) else { return };
        let lists = ["resources", "bases", "components"];
        for node in split
            .documents
            .iter()
            .filter_map(|document| document.node().ok())
        {
            let entries = lists
                .iter()
                .filter_map(|list| node.get(list))
                .flat_map(Node::items);
            for entry in entries.filter_map(Node::text) {
                self.entry(&folder.join(entry));
            }
        }
    }

    fn entry(&mut self, path: &Path) {
        // what is remote is no path here
        let Ok(canonical) = fs::canonicalize(path) else {
            return;
        };
        if !canonical.starts_with(&self.tree.root) || !self.seen.insert(canonical) {
            return;
        }
        if path.is_dir() {
            self.kustomization(path);
        } else if let Some(source) = source(path) {
            self.file(&source);
        }
    }

    fn file(&mut self, source: &Source) {
        let Ok(split) = split(source) else { return };
        for document in &split.documents {
            let identity = (document.kind.to_string(), document.name.to_string());
            if our_kind(document).is_none() || self.kept.contains(&identity) {
                continue;
            }
            let Ok(node) = document.node() else { continue };
            let Some(mark) = node.at(&["metadata", "annotations", LOCAL_CONFIG]) else {
                continue;
            };
            if mark.text() == Some("false") {
                continue;
            }
            let message = format!(
                "kustomize drops {} `{}`, so it would not be expanded",
                document.kind, document.name
            );
            let place = document.place(mark.span.clone(), "metadata.annotations");
            let problem = Problem::new(&rule::DROPPED_BY_KUSTOMIZE, place, message);
            self.problems.push(problem.help(format!("remove the annotation `{LOCAL_CONFIG}`: what is ours never reaches the cluster in this way")));
        }
    }
}

fn source(path: &Path) -> Option<Source> {
    files::named(path, &path.to_string_lossy()).ok()
}
