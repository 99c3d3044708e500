//! The tree that Argo CD sent, and its borders.

use std::env;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::argocd::FactsPath;
use crate::edge::files;
use crate::problem::rules::{argocd as rule, input};
use crate::problem::{Place, Problem, Problems};

/// argocd-cmp-server unpacks each tree into `<work folder>/_cmp_server/<uuid>` (argo-cd common.go).
const CMP_SERVER: &str = "_cmp_server";

/// One copy of a repository.
pub(super) struct Tree {
    /// Nothing outside of it is read.
    pub(super) root: PathBuf,
    /// Whether something shows that it is one; else it is the folder itself.
    is_known: bool,
    /// The application's folder.
    pub(super) folder: PathBuf,
    /// How the user writes it; nothing for the current folder.
    written: PathBuf,
    /// The same in the repository, when Argo CD sent a part of that only.
    pub(super) sent_from: Option<PathBuf>,
}

impl Tree {
    /// The tree that the current folder is in. Under argocd-cmp-server that is certain; elsewhere, on the desk of a
    /// person, it is the Git repository, or else the folder itself.
    pub(super) fn of_current_folder() -> Self {
        let folder = env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        let mut tree = Self::of_folder(&folder);
        tree.written = PathBuf::new();
        let source = env::var_os("ARGOCD_APP_SOURCE_PATH").map(PathBuf::from);
        let source = source.map(|path| resolved(Path::new(""), &path));
        tree.sent_from = source.filter(|source| {
            let within = tree.folder.strip_prefix(&tree.root).unwrap_or(&tree.folder);
            source != within && source.ends_with(within)
        });
        tree
    }

    /// The tree that a folder is in, when all of it is there.
    pub(super) fn of_folder(written: &Path) -> Self {
        let folder = written
            .canonicalize()
            .unwrap_or_else(|_| written.to_owned());
        let sent = |path: &&Path| {
            let above = path.parent().and_then(Path::file_name);
            above == Some(OsStr::new(CMP_SERVER))
        };
        let cloned = |path: &&Path| path.join(".git").exists();
        let root = folder.ancestors().find(sent);
        let root = root.or_else(|| folder.ancestors().find(cloned));
        let is_known = root.is_some();
        let root = root.unwrap_or(&folder).to_owned();
        Self {
            root,
            is_known,
            folder,
            written: written.to_owned(),
            sent_from: None,
        }
    }

    /// Whether a path stays within the tree, as it is written; links are looked at when they are followed.
    pub(super) fn holds(&self, path: &Path) -> bool {
        resolved(&self.folder, path).starts_with(&self.root)
    }

    fn outside(&self, path: &str) -> Problem {
        let place = Place::in_file(path);
        if let Some(folder) = &self.sent_from {
            let message =
                format!("`{path}` is in a part of the repository that Argo CD did not send");
            let path = resolved(folder, Path::new(path));
            return Problem::new(&rule::OUTSIDE_OF_TREE, place, message).help(format!(
                "add `/{}` to the annotation `argocd.argoproj.io/manifest-generate-paths` of the Application: `.;/{0}`",
                path.display()
            ));
        }
        if !self.is_known {
            let message =
                format!("`{path}` leads out of the folder, and no repository (`.git`) is above it");
            let help = "make one with `git init`: Argo CD renders a clone of it";
            return Problem::new(&rule::OUTSIDE_OF_TREE, place, message).help(help);
        }
        let message = format!("`{path}` leads out of the repository");
        let help = "name a path relative to the application's folder, in the same repository";
        Problem::new(&rule::OUTSIDE_OF_TREE, place, message).help(help)
    }

    /// What a path from the top of the repository is from the application's folder, when something is there.
    fn below_root(&self, path: &str) -> Option<String> {
        let depth = self
            .folder
            .strip_prefix(&self.root)
            .ok()?
            .components()
            .count();
        // not what a link leads to outside
        let is_there = self.root.join(path).canonicalize();
        let is_there = is_there.is_ok_and(|there| there.starts_with(&self.root));
        is_there.then(|| format!("{}{path}", "../".repeat(depth)))
    }

    /// The paths of facts that stay within the tree and are there.
    pub(super) fn facts(&self, paths: &[FactsPath], problems: &mut Problems) -> Vec<PathBuf> {
        let mut good = Vec::new();
        for FactsPath { path, origin } in paths {
            let problem = if !self.holds(Path::new(path)) {
                self.outside(path)
            } else if !self.written.join(path).exists() && !files::is_lost(&self.written.join(path))
            {
                let message = format!("cannot read `{path}`: no such file or directory");
                let problem = Problem::new(&input::UNREADABLE_INPUT, Place::in_file(path), message);
                problem.help(match self.below_root(path) {
                    Some(meant) => format!(
                        "paths of facts are relative to the application's folder: `{meant}`"
                    ),
                    None => "paths of facts are relative to the application's folder".to_owned(),
                })
            } else {
                good.push(self.written.join(path));
                continue;
            };
            problems.push(problem.fact(format!("path `{path}` from {origin}")));
        }
        good
    }
}

/// A path as it is written, seen from a folder.
fn resolved(folder: &Path, path: &Path) -> PathBuf {
    let mut resolved = folder.to_owned();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                resolved.pop();
            }
            Component::CurDir => {}
            other => resolved.push(other),
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_followed_within_the_tree_only() {
        let tree = Tree {
            root: PathBuf::from("/w/_cmp_server/1"),
            is_known: true,
            folder: PathBuf::from("/w/_cmp_server/1/apps/gpu"),
            written: PathBuf::new(),
            sent_from: None,
        };
        for inside in ["facts.yaml", "../../clusters/a", "./../x", "../.."] {
            assert!(tree.holds(Path::new(inside)), "{inside}");
        }
        for outside in [
            "../../..",
            "../../../2/secret.yaml",
            "/etc/passwd",
            "/w/_cmp_server/11",
        ] {
            assert!(!tree.holds(Path::new(outside)), "{outside}");
        }
    }

    #[test]
    fn a_folder_without_a_repository_is_told_so() {
        let tree = |is_known| Tree {
            root: PathBuf::from("/w/apps/gpu"),
            is_known,
            folder: PathBuf::from("/w/apps/gpu"),
            written: PathBuf::new(),
            sent_from: None,
        };
        let said = |is_known| tree(is_known).outside("../../clusters/prod").message;
        assert!(said(false).contains("no repository (`.git`)"));
        assert!(said(true).contains("leads out of the repository"));
    }
}
