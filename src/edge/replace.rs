//! `-o FILE`: one file, whole or not at all.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::problem::rules::input as rule;
use crate::problem::{Place, Problem};

use super::claim;
use super::streams::reason;

/// Writes a file whole or not at all, and gives the line that says so. Unless told otherwise it replaces only what an
/// earlier run of this command wrote, which the first line says.
pub(super) fn replace(
    path: &Path,
    text: &str,
    only_of: Option<&str>,
) -> Result<String, Vec<Problem>> {
    let place = || Place::in_file(path.to_string_lossy());
    let there = fs::metadata(path).ok();
    let is_file = there.as_ref().is_some_and(fs::Metadata::is_file);
    if let Some(command) = only_of.filter(|_| is_file)
        && let Ok(there) = fs::read(path)
        && !is_written_by(&String::from_utf8_lossy(&there), command)
    {
        let message = format!(
            "`{}` was not written by `gpu-machineset {command}`",
            path.display()
        );
        let problem = Problem::new(&rule::FOREIGN_OUTPUT_FILES, place(), message);
        return Err(vec![
            problem.help("name another file, or add `--force` to replace it"),
        ]);
    }
    let written = match there {
        Some(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        // a pipe or a device is not replaced by a file
        Some(there) if !there.is_file() => {
            let file = File::options().write(true).open(path);
            file.and_then(|mut file| file.write_all(text.as_bytes()))
        }
        there => {
            home(path).and_then(|home| moved_in(&home, text, there.map(|it| it.permissions())))
        }
    };
    written.map_err(|error| vec![failed(path, &error)])?;
    Ok(format!("{}\n", path.display()))
}

/// An empty file is nobody's.
fn is_written_by(text: &str, command: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    text.trim().is_empty() || first.contains(&format!("`gpu-machineset {command}`"))
}

/// Where the file itself is: a link stays a link.
fn home(path: &Path) -> io::Result<PathBuf> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink());
    if is_link {
        fs::canonicalize(path)
    } else {
        Ok(path.to_owned())
    }
}

/// Completes the text under a name that nobody else has, beside the file that it then replaces.
fn moved_in(path: &Path, text: &str, permissions: Option<Permissions>) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let start = format!(".{name}.new-");
    claim::sweep(folder, &start, |path| {
        let text = fs::read_to_string(path).unwrap_or_default();
        ["facts", "adopt"]
            .iter()
            .any(|command| is_written_by(&text, command))
    });
    let (new, mut file) = claim::file(folder, &start)?;
    let complete = || {
        // nobody reads it who may not read what it replaces
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.write_all(text.as_bytes())?;
        // some file systems notice a full disk only here
        file.sync_all()?;
        fs::rename(&new, path)
    };
    let done = complete();
    match done {
        Ok(()) => claim::settle(folder),
        Err(_) => {
            let _ = fs::remove_file(&new);
        }
    }
    done
}

fn failed(path: &Path, error: &io::Error) -> Problem {
    let message = format!("cannot write `{}`: {}", path.display(), reason(error));
    let place = Place::in_file(path.to_string_lossy());
    let problem = Problem::new(&rule::UNWRITABLE_OUTPUT, place, message);
    let folder = path.parent().unwrap_or(Path::new(""));
    if path.is_dir() {
        problem.help("it is a folder: name a file")
    } else if error.kind() != io::ErrorKind::NotFound {
        problem
    } else if fs::symlink_metadata(path).is_ok() {
        problem.help("it is a link to a file that is not there: make that file, or remove the link")
    } else {
        problem.help(format!(
            "make its folder first: `mkdir -p {}`",
            folder.display()
        ))
    }
}
