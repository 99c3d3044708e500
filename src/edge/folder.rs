//! `render -o DIR`: one file per object, all of them or none.
//!
//! Which names the files get, which files of DIR are ours to replace, and which are not; [`super::stage`] moves them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Rendered;
use crate::problem::rules::input as rule;
use crate::problem::{Place, Problem, Problems};

use super::file_name::file_stem;
use super::listing::{self, ENDING, LIST, List};
use super::stage::Stage;
use super::streams::reason;

/// Foreign files that a message names.
const NAMED: usize = 5;
/// What to do about them.
pub(super) const ELSEWHERE: &str = "name another folder, or add `--force` to write beside them";

/// Makes the folder hold exactly these objects (and, when forced, what else was there). Gives the paths written, one
/// per line.
pub(super) fn write(
    folder: &Path,
    objects: &[Rendered],
    force: bool,
    said: &mut Problems,
) -> Result<String, Vec<Problem>> {
    let files = named(objects);
    let failed = |(path, error): (PathBuf, io::Error)| vec![unwritable(&path, &error)];
    let stage = Stage::new(folder).map_err(failed)?;
    said.extend(stage.has_repaired.then(|| repaired(folder)));
    let present = entries(folder).map_err(|error| failed((folder.to_owned(), error)))?;
    let list = present
        .as_ref()
        .map(|_| List::read(folder))
        .unwrap_or_default();
    let present = present.unwrap_or_default();

    let is_foreign = |name: &&OsString| {
        !name
            .to_str()
            .is_some_and(|name| list.files.contains_key(name))
    };
    let foreign: Vec<&OsString> = present.iter().filter(is_foreign).collect();
    if !foreign.is_empty() && !force {
        return Err(vec![foreign_files(folder, &foreign, ELSEWHERE)]);
    }
    // a change that is what we write is no change
    let wanted: BTreeMap<&str, &str> = files.iter().map(|(name, text)| (&**name, *text)).collect();
    let is_same = |name: &str| {
        let there = fs::read(folder.join(name)).unwrap_or_default();
        wanted
            .get(name)
            .is_some_and(|text| text.as_bytes() == there)
    };
    let mut changed = list.changed(folder);
    changed.retain(|name| !is_same(name));
    if !changed.is_empty() && !force {
        return Err(vec![changed_files(folder, &changed)]);
    }

    for (name, text) in &files {
        stage.add(name, text).map_err(failed)?;
    }
    let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    stage
        .add(LIST, &listing::of_files(&files))
        .map_err(failed)?;

    // what a person changed and nothing replaces is a person's now
    let gone = list.files.keys().map(String::as_str);
    let gone = gone.filter(|name| !names.contains(name) && !changed.contains(name));
    let gone = gone.filter(|name| present.contains(&OsString::from(name)));
    stage.publish(&names, gone).map_err(failed)?;
    let path = |(name, _): &(String, &str)| format!("{}\n", folder.join(name).display());
    Ok(files.iter().map(path).collect())
}

/// File name and text of each object; a name that is taken gets a number.
pub(super) fn named(objects: &[Rendered]) -> Vec<(String, &str)> {
    let mut taken = BTreeSet::new();
    let mut next: BTreeMap<String, usize> = BTreeMap::new();
    let name = |object: &Rendered| {
        let stem = file_stem(&object.file_stem);
        let mut name = format!("{stem}{ENDING}");
        // thousands may have one name: none tries the numbers of all before it
        let number = next.entry(stem.clone()).or_insert(2);
        while !taken.insert(name.clone()) {
            name = format!("{stem}-{number}{ENDING}");
            *number += 1;
        }
        name
    };
    let names: Vec<String> = objects.iter().map(name).collect();
    names
        .into_iter()
        .zip(objects.iter().map(|object| object.text.as_str()))
        .collect()
}

/// What is in the folder, `None` when there is no folder. Our own list does not count.
pub(super) fn entries(folder: &Path) -> io::Result<Option<BTreeSet<OsString>>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let mut names = BTreeSet::new();
    for entry in entries {
        let name = entry?.file_name();
        // the list, and what a run that was killed left behind
        if !name.as_encoded_bytes().starts_with(LIST.as_bytes()) {
            names.insert(name);
        }
    }
    Ok(Some(names))
}

/// The problem of a path that could not be written.
pub(super) fn unwritable(path: &Path, error: &io::Error) -> Problem {
    if error.kind() == io::ErrorKind::WouldBlock {
        let message = format!("another run writes to `{}`", path.display());
        let place = Place::in_file(path.to_string_lossy());
        return Problem::new(&rule::OUTPUT_IN_USE, place, message)
            .help("run again when it is done, or give each run a folder of its own");
    }
    let message = format!("cannot write `{}`: {}", path.display(), reason(error));
    Problem::new(
        &rule::UNWRITABLE_OUTPUT,
        Place::in_file(path.to_string_lossy()),
        message,
    )
}

/// The problem of files that nobody but a person wrote.
pub(super) fn foreign_files(folder: &Path, names: &[&OsString], help: &str) -> Problem {
    let names = names.iter().map(|name| name.to_string_lossy().into_owned());
    let message = "holds files that gpu-machineset did not write";
    foreign(folder, message, &names.collect::<Vec<_>>()).help(help)
}

/// The problem of files of ours that a person changed.
pub(super) fn changed_files(folder: &Path, names: &BTreeSet<&str>) -> Problem {
    let names = names.iter().map(|name| (*name).to_owned());
    let message = "holds files that were changed since gpu-machineset wrote them";
    foreign(folder, message, &names.collect::<Vec<_>>())
        .help("make the change in the input and undo it here, or add `--force` to write over it")
}

fn foreign(folder: &Path, message: &str, names: &[String]) -> Problem {
    let mut list = names
        .iter()
        .take(NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > NAMED {
        list.push_str(", ...");
    }
    let message = format!("`{}` {message}", folder.display());
    let place = Place::in_file(folder.to_string_lossy());
    Problem::new(&rule::FOREIGN_OUTPUT_FILES, place, message).fact(list)
}

/// What is said of a folder in which an earlier run was stopped.
pub(super) fn repaired(folder: &Path) -> Problem {
    let message = format!(
        "an earlier run was stopped while it wrote `{}`",
        folder.display()
    );
    let place = Place::in_file(folder.to_string_lossy());
    Problem::new(&rule::OUTPUT_REPAIRED, place, message)
}

#[cfg(test)]
mod tests {
    use super::super::listing::HEAD;
    use super::*;

    fn write(folder: &Path, objects: &[Rendered], force: bool) -> Result<String, Vec<Problem>> {
        super::write(folder, objects, force, &mut Problems::new())
    }

    #[test]
    fn two_objects_with_one_name_get_two_files() {
        let object = |stem: &str| Rendered {
            file_stem: stem.to_owned(),
            text: String::new(),
        };
        let objects = [object("a-b"), object("a-b"), object("a-b-2")];
        let names: Vec<_> = named(&objects).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a-b.yaml", "a-b-2.yaml", "a-b-2-2.yaml"]);
    }

    /// A folder of its own for one test.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("gpu-machineset-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir(&path).unwrap();
            Self(path)
        }

        /// Names and texts, in order.
        fn files(&self, folder: &str) -> Vec<(String, String)> {
            let mut files: Vec<_> = fs::read_dir(self.0.join(folder))
                .unwrap()
                .map(|entry| entry.unwrap())
                .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
                .map(|(name, path)| (name, fs::read_to_string(path).unwrap_or_default()))
                .collect();
            files.sort();
            files
        }

        fn names(&self, folder: &str) -> Vec<String> {
            self.files(folder)
                .into_iter()
                .map(|(name, _)| name)
                .collect()
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn objects(stems: &[&str]) -> Vec<Rendered> {
        let object = |stem: &&str| Rendered {
            file_stem: (*stem).to_owned(),
            text: format!("name: {stem}\n"),
        };
        stems.iter().map(object).collect()
    }

    fn slug(result: Result<String, Vec<Problem>>) -> &'static str {
        result.unwrap_err()[0].rule.slug
    }

    #[test]
    fn a_second_run_removes_what_is_gone_and_nothing_else() {
        let scratch = Scratch::new("stale");
        let out = scratch.0.join("deep/out");
        let paths = write(&out, &objects(&["a", "b"]), false).unwrap();
        assert_eq!(paths.lines().count(), 2);
        assert_eq!(scratch.names("deep/out"), [LIST, "a.yaml", "b.yaml"]);
        write(&out, &objects(&["b", "c"]), false).unwrap();
        assert_eq!(scratch.names("deep/out"), [LIST, "b.yaml", "c.yaml"]);
        assert_eq!(scratch.names("deep"), ["out"]);
    }

    #[test]
    fn the_same_objects_give_the_same_bytes() {
        let scratch = Scratch::new("same");
        let write = |folder: &str| write(&scratch.0.join(folder), &objects(&["b", "a"]), false);
        write("one").unwrap();
        write("two").unwrap();
        write("two").unwrap();
        assert_eq!(scratch.files("one"), scratch.files("two"));
    }

    #[test]
    fn foreign_files_are_refused_and_survive_force() {
        let scratch = Scratch::new("foreign");
        let out = scratch.0.join("out");
        fs::create_dir(&out).unwrap();
        fs::write(out.join("mine.yaml"), "mine").unwrap();
        assert_eq!(
            slug(write(&out, &objects(&["a"]), false)),
            "foreign-output-files"
        );
        assert_eq!(scratch.names("out"), ["mine.yaml"]);
        write(&out, &objects(&["a"]), true).unwrap();
        write(&out, &objects(&["b"]), true).unwrap();
        assert_eq!(scratch.names("out"), [LIST, "b.yaml", "mine.yaml"]);
        assert_eq!(fs::read_to_string(out.join("mine.yaml")).unwrap(), "mine");
    }

    #[test]
    fn a_list_from_elsewhere_removes_nothing_outside() {
        let scratch = Scratch::new("list");
        let out = scratch.0.join("out");
        fs::create_dir(&out).unwrap();
        fs::write(scratch.0.join("keep.yaml"), "").unwrap();
        fs::write(
            out.join(LIST),
            format!("{HEAD}\n../keep.yaml\n/keep.yaml\n.hidden.yaml\n"),
        )
        .unwrap();
        write(&out, &objects(&["a"]), false).unwrap();
        assert_eq!(scratch.names(""), ["keep.yaml", "out"]);
    }

    #[test]
    fn a_failure_on_the_last_file_puts_everything_back() {
        let scratch = Scratch::new("undo");
        let out = scratch.0.join("out");
        write(&out, &objects(&["a", "b"]), false).unwrap();
        let before = scratch.files("out");
        let stage = Stage::new(&out).unwrap();
        stage.add("a.yaml", "new").unwrap();
        let names = BTreeSet::from(["a.yaml", "never-staged.yaml"]);
        stage.publish(&names, ["b.yaml"].into_iter()).unwrap_err();
        drop(stage);
        assert_eq!(scratch.files("out"), before);
    }

    #[test]
    fn a_folder_in_the_way_is_never_replaced() {
        let scratch = Scratch::new("in-the-way");
        let out = scratch.0.join("out");
        fs::create_dir_all(out.join("b.yaml/precious")).unwrap();
        let refused = write(&out, &objects(&["a", "b"]), true);
        assert_eq!(slug(refused), "unwritable-output");
        assert_eq!(scratch.names("out"), ["b.yaml"]);
        assert_eq!(scratch.names("out/b.yaml"), ["precious"]);
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let scratch = Scratch::new("unwritable");
        fs::write(scratch.0.join("file"), "").unwrap();
        let out = scratch.0.join("file/out");
        assert_eq!(
            slug(write(&out, &objects(&["a"]), false)),
            "unwritable-output"
        );
        let out = scratch.0.join("file");
        assert_eq!(
            slug(write(&out, &objects(&["a"]), true)),
            "unwritable-output"
        );
        assert_eq!(scratch.names(""), ["file"]);
    }
}
