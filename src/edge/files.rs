//! Paths of the command line become sources. Everything that cannot be read is a problem; reading goes on.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File, FileType};
use std::io;
use std::path::{Path, PathBuf};

use crate::krm::{self, Role, Source};
use crate::problem::rules::{argocd, input as rule};
use crate::problem::{Place, Problem, Problems, did_you_mean, first_of};

use super::listing::List;
use super::streams::{self, LARGEST, reason};

const STDIN: &str = "<stdin>";
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Standard input as a source.
pub(super) fn stdin() -> Result<Source, Vec<Problem>> {
    decode(STDIN, streams::read_stdin(), Role::Input)
}

/// One file as a source of another name.
pub(super) fn named(path: &Path, name: &str) -> Result<Source, Vec<Problem>> {
    decode(name, read(path), Role::Input)
}

/// All sources that the paths name, in their order, files of a folder sorted by name, facts last. A file that is
/// reached twice is read once, as facts when it is named as facts.
pub(super) fn gather(paths: &[PathBuf], facts: &[PathBuf]) -> (Vec<Source>, Problems) {
    Gathering::default().gather(paths, facts)
}

/// The same, and nothing outside of a folder: neither a path nor a link leads out of it. The folder is canonical.
pub(super) fn gather_within(
    root: &Path,
    paths: &[PathBuf],
    facts: &[PathBuf],
) -> (Vec<Source>, Problems) {
    Gathering {
        within: Some(root.to_owned()),
        ..Gathering::default()
    }
    .gather(paths, facts)
}

/// All sources that the paths name and the facts do not: what is named as facts is read as facts only.
pub(super) fn gather_beside(paths: &[PathBuf], facts: &[PathBuf]) -> (Vec<Source>, Problems) {
    let units = units(facts);
    let named = facts.iter().chain(&units);
    Gathering {
        seen: named.map(|path| canonical(path)).collect(),
        ..Gathering::default()
    }
    .gather(paths, &[])
}

/// The name of a folder's kustomization file.
pub(super) fn kustomization(folder: &Path) -> Option<PathBuf> {
    let found = KUSTOMIZATIONS
        .iter()
        .find(|name| folder.join(name).is_file());
    found.map(PathBuf::from)
}

/// What describes one cluster each: the files and folders of a folder of facts, or a file by itself.
pub(super) fn units(facts: &[PathBuf]) -> Vec<PathBuf> {
    let mut units = Vec::new();
    for path in facts {
        // what cannot be read is reported when it is
        match entries(path) {
            Ok(entries) => {
                let paths = entries.into_iter().map(|(path, _)| path);
                units.extend(paths.filter(|path| path.is_dir() || is_manifest(path)));
            }
            Err(_) => units.push(path.clone()),
        }
    }
    units
}

#[derive(Default)]
struct Gathering {
    sources: Vec<Source>,
    problems: Problems,
    /// Canonical paths: links may lead in circles, and `render . gpu.yaml` names a file twice.
    seen: BTreeSet<PathBuf>,
    /// Nothing outside of this folder is read.
    within: Option<PathBuf>,
    left_out: LeftOut,
}

/// What was found in a folder, and not named, and is no input.
#[derive(Default)]
struct LeftOut {
    /// Files without any manifest.
    files: Vec<String>,
    /// Folders that `-o` wrote: an output that is read again is never removed.
    outputs: Vec<String>,
}

/// Names that a message has of what is left out.
const NAMED: usize = 12;

impl LeftOut {
    fn said(self) -> impl Iterator<Item = Problem> {
        let said = |names: Vec<String>, why: &str| {
            let place = Place::in_file(names.first()?.as_str());
            let all = first_of(names.iter().map(|name| format!("`{name}`")), NAMED);
            Some(Problem::new(
                &rule::LEFT_OUT,
                place,
                format!("{why}: {all}"),
            ))
        };
        let files = said(self.files, "left out, since no manifest is in there");
        let outputs = said(self.outputs, "left out, since `-o` wrote it");
        files.into_iter().chain(outputs)
    }
}

impl Gathering {
    fn gather(mut self, paths: &[PathBuf], facts: &[PathBuf]) -> (Vec<Source>, Problems) {
        self.all(facts, Role::FactsOnly);
        let facts = std::mem::take(&mut self.sources);
        self.all(paths, Role::Input);
        self.problems.extend(self.left_out.said());
        let mut sources = self.sources;
        sources.extend(facts);
        (sources, self.problems)
    }

    fn all(&mut self, paths: &[PathBuf], role: Role) {
        for path in paths {
            if path.as_os_str() == "-" {
                if self.seen.insert(path.clone()) {
                    let source = decode(STDIN, streams::read_stdin(), role);
                    self.sources.extend(self.problems.take(source));
                }
            } else {
                self.path(path, role);
            }
        }
    }

    fn path(&mut self, path: &Path, role: Role) {
        if self.within.is_some() && is_lost(path) {
            self.strays(path);
            return;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                if !self.folder(path, &canonical(path), role) {
                    let message = format!("no manifest in folder `{}`", path.display());
                    let help =
                        "files that end in .yaml, .yml or .json are read; name others one by one";
                    let place = Place::in_file(path.to_string_lossy());
                    self.problems
                        .push(Problem::new(&rule::NO_MANIFESTS, place, message).help(help));
                }
            }
            Ok(_) => {
                let source = self.file(path, canonical(path), role);
                self.sources.extend(source);
            }
            Err(error) => self.problems.push(unreadable(path, &error)),
        }
    }

    /// Whether any manifest is in there, read before or now.
    fn folder(&mut self, folder: &Path, home: &Path, role: Role) -> bool {
        let entries = match entries(folder) {
            Ok(entries) => entries,
            Err(error) => {
                self.problems.push(unreadable(folder, &error));
                return true;
            }
        };
        if !self.is_new(folder, home.to_owned()) {
            return true;
        }
        let mut any = false;
        for (path, kind) in entries {
            // what is no link lies where it is listed: thousands of files need not be asked one by one
            let home = match path.file_name() {
                Some(name) if !kind.is_symlink() => home.join(name),
                _ => canonical(&path),
            };
            let kind = if kind.is_symlink() {
                match fs::metadata(&path) {
                    Ok(metadata) => metadata.file_type(),
                    Err(_) if self.within.is_some() && is_manifest(&path) => {
                        any = true;
                        self.strays(&path);
                        continue;
                    }
                    Err(error) => {
                        if is_manifest(&path) {
                            any = true;
                            self.problems.push(unreadable(&path, &error));
                        }
                        continue;
                    }
                }
            } else {
                kind
            };
            if kind.is_dir() {
                if List::is_in(&path) {
                    any = true;
                    self.left_out.outputs.push(path.display().to_string());
                } else {
                    any |= self.folder(&path, &home, role);
                }
            } else if kind.is_file() && is_manifest(&path) {
                // a pipe or a device in a folder is nobody's manifest
                any |= self.found(&path, home, role);
            }
        }
        any
    }

    /// Takes a file that nobody named; whether it is an input, or would be if it could be read.
    fn found(&mut self, path: &Path, home: PathBuf, role: Role) -> bool {
        let source = self.file(path, home, role);
        let stray = source
            .as_ref()
            .filter(|source| krm::stray::holds_no_manifest(source));
        if let Some(stray) = stray {
            self.left_out.files.push(stray.name.clone());
            return false;
        }
        self.sources.extend(source);
        true
    }

    /// A file as a source, when it was not read before.
    fn file(&mut self, path: &Path, home: PathBuf, role: Role) -> Option<Source> {
        if !self.is_new(path, home) {
            return None;
        }
        let name = path.to_string_lossy();
        let is_kustomization = |file: &OsStr| KUSTOMIZATIONS.iter().any(|known| file == *known);
        if path.file_name().is_some_and(is_kustomization) {
            let message = format!("`{name}` was not read: kustomize is not run");
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).display();
            let problem = Problem::new(&rule::KUSTOMIZATION_SKIPPED, Place::in_file(name), message).help(format!(
                "to apply it first: `kustomize build {folder} | gpu-machineset`, with placeholders that are not marked local-config"
            ));
            self.problems.push(problem);
            return None;
        }
        self.problems.take(decode(&name, read(path), role))
    }

    /// Whether a path is to be read, and was not; `home` is its canonical path.
    fn is_new(&mut self, path: &Path, home: PathBuf) -> bool {
        let strays = |root: &PathBuf| !home.starts_with(root);
        if self.within.as_ref().is_some_and(strays) {
            self.strays(path);
            return false;
        }
        self.seen.insert(home)
    }

    /// A link that leads to nothing is said to lead out as well: nobody is told what is outside and what is not.
    fn strays(&mut self, path: &Path) {
        let message = format!("`{}` leads out of the repository", path.display());
        let place = Place::in_file(path.to_string_lossy());
        let problem = Problem::new(&argocd::OUTSIDE_OF_TREE, place, message);
        self.problems
            .push(problem.help("put the file itself there"));
    }
}

/// Whether a path goes over a link and ends nowhere, or where nobody may look.
pub(super) fn is_lost(path: &Path) -> bool {
    let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink());
    fs::canonicalize(path).is_err() && path.ancestors().any(is_link)
}

/// Where a path leads. `/dev/stdin` and process substitutions lead nowhere on some systems.
fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// What is in a folder and not hidden, sorted; links are not followed.
fn entries(folder: &Path) -> io::Result<Vec<(PathBuf, FileType)>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            // `render .` names files as the user sees them
            let is_here = folder == Path::new(".");
            let path = if is_here {
                entry.file_name().into()
            } else {
                entry.path()
            };
            paths.push((path, entry.file_type()?));
        }
    }
    paths.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(paths)
}

fn is_manifest(path: &Path) -> bool {
    let is_known = |end: &OsStr| ["yaml", "yml", "json"].iter().any(|known| end == *known);
    path.extension().is_some_and(is_known) || path.file_name() == Some(OsStr::new("Kustomization"))
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    streams::read(File::open(path)?)
}

fn decode(name: &str, bytes: io::Result<Vec<u8>>, role: Role) -> Result<Source, Vec<Problem>> {
    let bytes = bytes.map_err(|error| vec![unreadable(Path::new(name), &error)])?;
    if bytes.len() as u64 > LARGEST {
        let message = format!("`{name}` is larger than 512 MiB");
        let problem = Problem::new(&rule::INPUT_TOO_LARGE, Place::in_file(name), message);
        return Err(vec![problem]);
    }
    krm::decode(name, bytes, role).map_err(|problem| vec![*problem])
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let message = format!("cannot read `{}`: {}", path.display(), reason(error));
    let place = Place::in_file(path.to_string_lossy());
    let problem = Problem::new(&rule::UNREADABLE_INPUT, place, message);
    match neighbour(path).filter(|_| error.kind() == io::ErrorKind::NotFound) {
        Some(neighbour) => problem.help(format!("did you mean `{neighbour}`?")),
        None => problem,
    }
}

/// The path beside a missing one that was probably meant.
fn neighbour(missing: &Path) -> Option<String> {
    let name = missing.file_name()?.to_str()?;
    let folder = missing.parent()?;
    let here = folder.as_os_str().is_empty();
    let entries = entries(if here { Path::new(".") } else { folder }).ok()?;
    let names = entries
        .iter()
        .filter_map(|(path, _)| path.file_name()?.to_str());
    // a link that leads nowhere is there itself
    let meant = did_you_mean(name, names.filter(|there| *there != name))?;
    Some(folder.join(meant).display().to_string())
}
