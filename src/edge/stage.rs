//! Files that are all there or not at all.
//!
//! They are completed in a staging folder first, where a full disk or a missing permission shows. A new folder is that
//! one, renamed. In a folder that is there the files are moved one by one, with what they replace kept aside until the
//! last one is in place: renaming all of it would lose its mount, its links and the shells that stand in it. Before the
//! first one is moved a journal says what will be, so that the next run completes what a run that was killed began.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use super::claim;
use super::listing::{self, HEAD, LIST, List};

/// What will be, in the staging folder. No file of ours has a name that begins with a dot.
const JOURNAL: &str = ".journal";

/// A folder that is gone when it is dropped.
pub(super) struct Stage<'a> {
    folder: &'a Path,
    new: PathBuf,
    old: PathBuf,
    is_update: bool,
    /// Folders above it that were not there.
    made: Vec<PathBuf>,
    is_published: Cell<bool>,
    /// Whether an earlier run was stopped, and what it began is complete now.
    pub(super) has_repaired: bool,
    _locks: [Option<claim::Lock>; 2],
}

/// What kept us from writing: a path and why. Of kind [`io::ErrorKind::WouldBlock`] when another run writes there.
pub(super) type Failure = (PathBuf, io::Error);

/// Says which path an operation failed on.
pub(super) fn on<T>(path: &Path, result: io::Result<T>) -> Result<T, Failure> {
    result.map_err(|error| (path.to_owned(), error))
}

/// A folder that need not be there yet: `a/../b` is `b` when there is no `a`, rather than a reason to make one.
pub(super) fn tidied(folder: &Path) -> PathBuf {
    let mut tidied = PathBuf::new();
    for part in folder.components() {
        let is_last_named = matches!(tidied.components().next_back(), Some(Component::Normal(_)));
        if part == Component::ParentDir && is_last_named && fs::symlink_metadata(&tidied).is_err() {
            tidied.pop();
        } else {
            tidied.push(part);
        }
    }
    if tidied.as_os_str().is_empty() {
        tidied.push(Component::CurDir);
    }
    tidied
}

impl<'a> Stage<'a> {
    /// Nobody else writes into the folder until this is dropped.
    pub(super) fn new(folder: &'a Path) -> Result<Self, Failure> {
        let is_update = folder.is_dir();
        let mut made = Vec::new();
        let mut has_repaired = false;
        let mut lock = None;
        let (within, start) = if is_update {
            lock = on(folder, claim::lock(folder))?;
            // without the lock these may be those of a run that is at work
            if lock.is_some() {
                has_repaired = repaired(folder)?;
            }
            (folder, format!("{LIST}.new-"))
        } else {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let parent = folder.parent().unwrap_or(Path::new(""));
            made = made_above(parent)?;
            let start = format!(".{name}.new-");
            claim::sweep(parent, &start, is_staging);
            (parent, start)
        };
        let (new, own) =
            on(folder, claim::folder(within, &start)).inspect_err(|_| remove(&made))?;
        let name = new.file_name().unwrap_or_default().to_string_lossy();
        let stage = Self {
            folder,
            old: within.join(name.replacen(".new-", ".old-", 1)),
            new,
            is_update,
            made,
            is_published: Cell::new(false),
            has_repaired,
            _locks: [lock, own],
        };
        if is_update {
            on(&stage.old, fs::create_dir(&stage.old))?;
        } else {
            // by this another run knows what it is
            stage.add(LIST, &format!("{HEAD}\n"))?;
        }
        Ok(stage)
    }

    /// Where a file is until it is published. In a folder that people apply with `-R` it does not end in `.yaml`.
    fn staged(&self, name: &str) -> PathBuf {
        if self.is_update {
            staged(&self.new, name)
        } else {
            self.new.join(name)
        }
    }

    pub(super) fn add(&self, name: &str, text: &str) -> Result<(), Failure> {
        on(&self.folder.join(name), written(&self.staged(name), text))
    }

    /// A folder in the staging folder. Not synchronised: a fleet has 100,000 files.
    pub(super) fn add_folder(&self, name: &str, files: &[(String, &str)]) -> Result<(), Failure> {
        let path = self.new.join(name);
        on(&path, fs::create_dir(&path))?;
        for (file, text) in files {
            on(
                &self.folder.join(name).join(file),
                fs::write(path.join(file), text),
            )?;
        }
        on(&path, fs::write(path.join(LIST), listing::of_files(files)))
    }

    /// Whether a folder was staged.
    pub(super) fn has(&self, name: &str) -> bool {
        self.new.join(name).is_dir()
    }

    /// Staged folders into place with a list of them, or everything back.
    pub(super) fn publish_folders<'n>(
        &self,
        names: &BTreeSet<&'n str>,
        listed: &BTreeSet<&'n str>,
        stale: impl Iterator<Item = &'n str>,
    ) -> Result<(), Failure> {
        self.add(LIST, &listing::of_folders(listed))?;
        self.publish(names, stale)
    }

    /// Everything into place, or everything back.
    pub(super) fn publish<'n>(
        &self,
        names: &BTreeSet<&'n str>,
        stale: impl Iterator<Item = &'n str>,
    ) -> Result<(), Failure> {
        if !self.is_update {
            let renamed = fs::rename(&self.new, self.folder).map_err(|error| match error.kind() {
                // another run was faster
                io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists => {
                    io::ErrorKind::WouldBlock.into()
                }
                _ => error,
            });
            on(self.folder, renamed)?;
            self.is_published.set(true);
            claim::settle(self.folder.parent().unwrap_or(Path::new("")));
            return Ok(());
        }
        let stale: Vec<&str> = stale.collect();
        let puts = names.iter().chain([&LIST]);
        for name in puts.clone() {
            let path = self.folder.join(name);
            let is_folder = fs::symlink_metadata(&path).is_ok_and(|there| there.is_dir());
            if is_folder && !self.has(name) {
                return on(&path, Err(io::ErrorKind::IsADirectory.into()));
            }
        }
        let takes = stale.iter().map(|name| format!("take {name}\n"));
        let lines = takes.chain(puts.clone().map(|name| format!("put {name}\n")));
        let journal = self.new.join(JOURNAL);
        on(&journal, written(&journal, &lines.collect::<String>()))?;
        claim::settle(&self.new);

        let mut undo = Vec::new();
        let all = || {
            for name in &stale {
                let path = self.folder.join(name);
                step(&path, &staged(&self.old, name), &mut undo)?;
            }
            for name in puts {
                put(self.folder, &self.new, &self.old, name, &mut undo)?;
            }
            Ok(())
        };
        let published = all();
        claim::settle(self.folder);
        if published.is_ok() {
            self.is_published.set(true);
            // the journal goes last: without it what is kept aside would be put back
            let _ = fs::remove_dir_all(&self.old);
        } else {
            let _ = fs::remove_file(&journal);
            undo.iter().rev().for_each(|(from, to)| back(from, to));
        }
        published
    }
}

fn written(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    // some file systems notice a full disk only here
    file.sync_all()
}

/// Makes a folder and gives what had to be made, from the top.
fn made_above(parent: &Path) -> Result<Vec<PathBuf>, Failure> {
    let missing = parent
        .ancestors()
        .take_while(|path| !path.as_os_str().is_empty() && fs::symlink_metadata(path).is_err());
    let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
    missing.reverse();
    if !parent.as_os_str().is_empty() {
        on(parent, fs::create_dir_all(parent)).inspect_err(|_| remove(&missing))?;
    }
    Ok(missing)
}

/// Removes folders that hold nothing.
fn remove(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

/// Whether a folder beside a folder of ours was to become it.
fn is_staging(folder: &Path) -> bool {
    let list = fs::read_to_string(folder.join(LIST));
    let is_empty = || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    list.map_or_else(
        |_| is_empty(),
        |list| list.is_empty() || list.starts_with(HEAD),
    )
}

/// The place of a file or a folder in a staging folder inside of the output folder.
fn staged(within: &Path, name: &str) -> PathBuf {
    if name.ends_with(listing::ENDING) {
        within.join(format!("{name}{MARK}"))
    } else {
        within.join(name)
    }
}

/// Behind the names of staged files.
const MARK: &str = ".staged";

/// Moves one into place; what it replaces is kept aside. A file is never missing in between.
fn put(
    folder: &Path,
    new: &Path,
    old: &Path,
    name: &str,
    undo: &mut Vec<(PathBuf, PathBuf)>,
) -> Result<(), Failure> {
    let (path, from, aside) = (folder.join(name), staged(new, name), staged(old, name));
    if let Ok(there) = fs::symlink_metadata(&path) {
        if there.is_file() {
            let _ = fs::set_permissions(&from, there.permissions());
        }
        if there.is_dir() || fs::hard_link(&path, &aside).is_err() {
            step(&path, &aside, undo)?;
        } else {
            undo.push((path.clone(), aside));
        }
    }
    step(&from, &path, undo)
}

fn step(from: &Path, to: &Path, undo: &mut Vec<(PathBuf, PathBuf)>) -> Result<(), Failure> {
    on(from, fs::rename(from, to))?;
    undo.push((from.to_owned(), to.to_owned()));
    Ok(())
}

fn back(from: &Path, to: &Path) {
    // of two names of one file the system renames neither
    if fs::rename(to, from).is_ok() {
        let _ = fs::remove_file(to);
    }
}

/// Completes, or takes back, what runs that are gone began in a folder that is locked. Whether anything was moved.
fn repaired(folder: &Path) -> Result<bool, Failure> {
    let mut moved = false;
    let mut names: Vec<String> = Vec::new();
    for entry in on(folder, fs::read_dir(folder))? {
        let name = on(folder, entry)?.file_name();
        names.extend(name.to_str().map(str::to_owned));
    }
    names.sort();
    let (new, old) = (format!("{LIST}.new-"), format!("{LIST}.old-"));
    let id_of = |name: &str| {
        let id = name.strip_prefix(&new).or_else(|| name.strip_prefix(&old));
        id.filter(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .map(str::to_owned)
    };
    let ids: BTreeSet<String> = names.iter().filter_map(|name| id_of(name)).collect();
    for id in ids {
        let new = folder.join(format!("{new}{id}"));
        let old = folder.join(format!("{old}{id}"));
        moved |= match fs::read_to_string(new.join(JOURNAL)) {
            Ok(journal) if journal.ends_with(&format!("put {LIST}\n")) => {
                completed(folder, &new, &old, &journal)?
            }
            _ => taken_back(folder, &old)?,
        };
        let _ = fs::remove_dir_all(&old);
        let _ = fs::remove_dir_all(&new);
    }
    Ok(moved)
}

/// What the journal says and was not done. Files that somebody has changed since stay as they are.
fn completed(folder: &Path, new: &Path, old: &Path, journal: &str) -> Result<bool, Failure> {
    let list = List::read(folder);
    let changed = list.changed(folder);
    let _ = fs::create_dir(old);
    let mut undo = Vec::new();
    for line in journal.lines() {
        let (word, name) = line.split_once(' ').unwrap_or_default();
        let is_plain = Path::new(name).components().count() == 1 && !name.starts_with("..");
        if !is_plain || (changed.contains(name) && name != LIST) {
            continue;
        }
        let path = folder.join(name);
        if word == "put" && fs::symlink_metadata(staged(new, name)).is_ok() {
            // from an attempt that was stopped as well
            let _ = fs::remove_file(staged(old, name));
            put(folder, new, old, name, &mut undo)?;
        } else if word == "take" && fs::symlink_metadata(&path).is_ok() {
            step(&path, &staged(old, name), &mut undo)?;
        }
    }
    claim::settle(folder);
    Ok(!undo.is_empty())
}

/// What was kept aside, back to where it was.
fn taken_back(folder: &Path, old: &Path) -> Result<bool, Failure> {
    let mut moved = false;
    for entry in fs::read_dir(old).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let path = folder.join(name.strip_suffix(MARK).unwrap_or(&name));
        let is_there = fs::symlink_metadata(&path).is_ok();
        // version 0.1.0 did not mark what it kept, and put the new file into place next
        if is_there && !name.ends_with(MARK) {
            continue;
        }
        on(&path, fs::rename(entry.path(), &path))?;
        moved = true;
    }
    Ok(moved)
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.new);
        // holds something only when it could not be put back
        let _ = fs::remove_dir(&self.old);
        if !self.is_published.get() {
            remove(&self.made);
        }
    }
}
