//! Files that are all there or not at all.
//!
//! They are completed in a staging folder first, where a full disk or a missing permission shows. A new folder is that
//! one, renamed. In a folder that is there the files are moved one by one, with what they replace kept aside until the
//! last one is in place: renaming all of it would lose its mount, its links and the shells that stand in it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;

/// The list of what we wrote, by which a later run knows its own files.
pub(super) const LIST: &str = ".gpu-machineset";
pub(super) const LIST_HEAD: &str =
    "# written by gpu-machineset render -o; these files are replaced and removed by the next run";

/// A folder that is gone when it is dropped.
pub(super) struct Stage<'a> {
    folder: &'a Path,
    new: PathBuf,
    old: PathBuf,
    is_update: bool,
}

pub(super) type Failure = (PathBuf, io::Error);

/// Says which path an operation failed on.
pub(super) fn on<T>(path: &Path, result: io::Result<T>) -> Result<T, Failure> {
    result.map_err(|error| (path.to_owned(), error))
}

impl<'a> Stage<'a> {
    pub(super) fn new(folder: &'a Path) -> Result<Self, Failure> {
        let is_update = folder.is_dir();
        let id = process::id();
        let (new, old) = if is_update {
            (
                folder.join(format!("{LIST}.new-{id}")),
                folder.join(format!("{LIST}.old-{id}")),
            )
        } else {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let parent = folder.parent().unwrap_or(Path::new(""));
            if !parent.as_os_str().is_empty() {
                on(parent, fs::create_dir_all(parent))?;
            }
            let beside = |end: &str| parent.join(format!(".{name}.{end}-{id}"));
            (beside("new"), beside("old"))
        };
        let stage = Self {
            folder,
            new,
            old,
            is_update,
        };
        on(&stage.new, fs::create_dir(&stage.new))?;
        if is_update {
            on(&stage.old, fs::create_dir(&stage.old))?;
        }
        Ok(stage)
    }

    pub(super) fn add(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.new.join(name);
        let write = || {
            let mut file = File::create(&path)?;
            file.write_all(text.as_bytes())?;
            // some file systems notice a full disk only here
            file.sync_all()
        };
        on(&self.folder.join(name), write())
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
        let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let list: Vec<&str> = std::iter::once(LIST_HEAD).chain(names).collect();
        on(&path, fs::write(path.join(LIST), list.join("\n") + "\n"))
    }

    /// Whether a folder was staged.
    pub(super) fn has(&self, name: &str) -> bool {
        self.new.join(name).is_dir()
    }

    /// Staged folders into place with a list of them, or everything back.
    pub(super) fn publish_folders<'n>(
        &self,
        names: &BTreeSet<&'n str>,
        stale: impl Iterator<Item = &'n str>,
    ) -> Result<(), Failure> {
        let lines = names.iter().map(|name| format!("{name}/\n"));
        let list = format!("{LIST_HEAD}\n{}", lines.collect::<String>());
        self.add(LIST, &list)?;
        if !self.is_update {
            return on(self.folder, fs::rename(&self.new, self.folder));
        }
        let mut undo = Vec::new();
        let all = || {
            for name in stale {
                step(&self.folder.join(name), &self.old.join(name), &mut undo)?;
            }
            for name in names.iter().copied().chain([LIST]) {
                let path = self.folder.join(name);
                if fs::symlink_metadata(&path).is_ok() {
                    step(&path, &self.old.join(name), &mut undo)?;
                }
                step(&self.new.join(name), &path, &mut undo)?;
            }
            Ok(())
        };
        self.settled(all(), &undo)
    }

    /// Everything into place, or everything back.
    pub(super) fn publish<'n>(
        &self,
        names: &BTreeSet<&'n str>,
        stale: impl Iterator<Item = &'n str>,
    ) -> Result<(), Failure> {
        if !self.is_update {
            return on(self.folder, fs::rename(&self.new, self.folder));
        }
        let mut undo = Vec::new();
        let all = || {
            for name in stale {
                let (path, aside) = (self.folder.join(name), self.old.join(name));
                step(&path, &aside, &mut undo)?;
            }
            for name in names.iter().chain([&LIST]) {
                let (path, aside) = (self.folder.join(name), self.old.join(name));
                if let Ok(metadata) = fs::symlink_metadata(&path) {
                    if metadata.is_dir() {
                        return on(&path, Err(io::ErrorKind::IsADirectory.into()));
                    }
                    step(&path, &aside, &mut undo)?;
                }
                step(&self.new.join(name), &path, &mut undo)?;
            }
            Ok(())
        };
        self.settled(all(), &undo)
    }

    fn settled(
        &self,
        published: Result<(), Failure>,
        undo: &[(PathBuf, PathBuf)],
    ) -> Result<(), Failure> {
        if published.is_ok() {
            let _ = fs::remove_dir_all(&self.old);
        } else {
            for (from, to) in undo.iter().rev() {
                let _ = fs::rename(to, from);
            }
        }
        published
    }
}

fn step(from: &Path, to: &Path, undo: &mut Vec<(PathBuf, PathBuf)>) -> Result<(), Failure> {
    on(from, fs::rename(from, to))?;
    undo.push((from.to_owned(), to.to_owned()));
    Ok(())
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.new);
        // holds something only when it could not be put back
        let _ = fs::remove_dir(&self.old);
    }
}
