//! Names and folders that are one run's alone.
//!
//! A run holds a lock (flock) on what it writes and on what it stages, for as long as it lives: the system takes the
//! lock of a run that was killed away, so that another can tell its remains from the files of a run that is at work.
//! Ids of processes could not: in containers every run has the same. Where there are no locks (some network file
//! systems, Windows) nothing is refused and no remains are removed.

use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

/// How often another name is tried.
const ATTEMPTS: usize = 16;
/// Digits of a name that is nobody else's.
const DIGITS: usize = 16;

/// A lock that goes with it. A child that is about to become another program shares the open file for a moment, and
/// the lock with it, so that closing alone would not end it.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Locks a file or a folder. `None` where that is not possible; [`io::ErrorKind::WouldBlock`] when another run has it.
pub(super) fn lock(path: &Path) -> io::Result<Option<Lock>> {
    let Ok(file) = File::open(path) else {
        return Ok(None);
    };
    locked(&file).map(|is_locked| is_locked.then_some(Lock(file)))
}

fn locked(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
        Err(TryLockError::Error(_)) => Ok(false),
    }
}

/// Digits that no other run has.
fn id() -> String {
    format!("{:016x}", RandomState::new().hash_one(()))
}

/// Whether a name is a beginning and digits of ours.
pub(super) fn is_claimed(name: &str, start: &str) -> bool {
    let digits = name.strip_prefix(start);
    digits.is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// A new folder whose name begins so, locked.
pub(super) fn folder(within: &Path, start: &str) -> io::Result<(PathBuf, Option<Lock>)> {
    claim(within, start, |path| {
        fs::create_dir(path)?;
        lock(path)
    })
}

/// A new file whose name begins so, locked and open for writing. Nothing that is there is opened: no link is followed.
pub(super) fn file(within: &Path, start: &str) -> io::Result<(PathBuf, File)> {
    claim(within, start, |path| {
        let file = File::create_new(path)?;
        locked(&file).map(|_| file)
    })
}

fn claim<T>(
    within: &Path,
    start: &str,
    make: impl Fn(&Path) -> io::Result<T>,
) -> io::Result<(PathBuf, T)> {
    let mut failure = io::ErrorKind::AlreadyExists.into();
    for _ in 0..ATTEMPTS {
        let path = within.join(format!("{start}{}", id()));
        match make(&path) {
            // between making and locking another run may have taken it for remains
            Ok(claimed) if fs::symlink_metadata(&path).is_ok() => return Ok((path, claimed)),
            Ok(_) => {}
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::AlreadyExists | io::ErrorKind::WouldBlock
                ) =>
            {
                failure = error;
            }
            Err(error) => return Err(error),
        }
    }
    Err(failure)
}

/// Removes what runs that are gone have left under such names. `is_ours` looks into it.
pub(super) fn sweep(within: &Path, start: &str, is_ours: impl Fn(&Path) -> bool) {
    let here = if within.as_os_str().is_empty() {
        Path::new(".")
    } else {
        within
    };
    let Ok(entries) = fs::read_dir(here) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_remains = name.to_str().is_some_and(|name| is_claimed(name, start));
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if !is_remains || kind.is_symlink() {
            continue;
        }
        let path = entry.path();
        // held until it is gone, so that nobody takes it up
        let Ok(Some(_lock)) = lock(&path) else {
            continue;
        };
        if is_ours(&path) {
            let _ = if kind.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
        }
    }
}

/// What was renamed in a folder stays renamed when the machine loses power.
pub(super) fn settle(folder: &Path) {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    if let Ok(folder) = File::open(here) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ours_by_all_of_their_digits() {
        assert!(is_claimed(&format!(".a.new-{}", id()), ".a.new-"));
        for name in [
            ".a.new-1",
            ".a.new-",
            ".b.new-0123456789abcdef",
            ".a.new-0123456789abcdeg",
        ] {
            assert!(!is_claimed(name, ".a.new-"), "{name}");
        }
        assert_ne!(id(), id());
    }
}
