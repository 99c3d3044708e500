//! `install DIR`: this program as a kustomize plugin.
//!
//! kustomize runs `$KUSTOMIZE_PLUGIN_HOME/<group>/<version>/<kind in lower case>/<Kind>` (konfig/plugins.go), so each
//! of our kinds gets one.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::api::{self, OurKind};
use crate::edge::claim;
use crate::edge::reply::Reply;
use crate::edge::report::Report;
use crate::edge::streams::reason;
use crate::problem::rules::input as rule;
use crate::problem::{Place, Problem, Problems};

/// Lays the plugin folder out and prints the line that makes kustomize find it.
pub(super) fn install(dir: &Path) -> Reply {
    let mut problems = Problems::new();
    let done = lay_out(dir).map_err(|(path, error)| {
        let message = format!("cannot write `{}`: {}", path.display(), reason(&error));
        let place = Place::in_file(path.to_string_lossy());
        [Problem::new(&rule::UNWRITABLE_OUTPUT, place, message)]
    });
    let home = problems.take(done);
    let line = |home: PathBuf| {
        format!(
            "export KUSTOMIZE_PLUGIN_HOME={}\n",
            quoted(&home.to_string_lossy())
        )
    };
    Report::default().beside(home.map(line).unwrap_or_default(), problems)
}

fn lay_out(dir: &Path) -> Result<PathBuf, (PathBuf, io::Error)> {
    let program = env::current_exe().map_err(|error| (dir.to_owned(), error))?;
    // one copy and links to it, where the file system has links
    let mut first: Option<PathBuf> = None;
    for kind in OurKind::ALL {
        let kind = kind.name();
        let folder = dir
            .join(api::GROUP)
            .join(api::VERSION)
            .join(kind.to_lowercase());
        let plugin = folder.join(kind);
        let start = format!(".{kind}.new-");
        let staged = fs::create_dir_all(&folder).and_then(|()| {
            claim::sweep(&folder, &start, |_| true);
            claim::file(&folder, &start)
        });
        let (staged, mut file) = staged.map_err(|error| (plugin.clone(), error))?;
        // a rename replaces a plugin that is running, and nobody ever runs half a copy
        let link = folder.join(format!("{start}link"));
        let linked = first.as_ref().map(|first| fs::hard_link(first, &link));
        let copied = if let Some(Ok(())) = linked {
            fs::rename(&link, &plugin).and_then(|()| fs::remove_file(&staged))
        } else {
            File::open(&program).and_then(|mut program| {
                file.set_permissions(program.metadata()?.permissions())?;
                io::copy(&mut program, &mut file)?;
                file.sync_all()?;
                fs::rename(&staged, &plugin)
            })
        };
        drop(file);
        if let Err(error) = copied {
            let _ = fs::remove_file(&staged);
            return Err((plugin, error));
        }
        first.get_or_insert(plugin);
    }
    fs::canonicalize(dir).map_err(|error| (dir.to_owned(), error))
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%".contains(c);
    if word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_line_is_safe_to_evaluate() {
        assert_eq!(quoted("/home/a/.config"), "/home/a/.config");
        assert_eq!(quoted("/a b/$(x)/it's"), r"'/a b/$(x)/it'\''s'");
    }
}
