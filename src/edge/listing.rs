//! The list in an output folder by which a later run knows its own files, and that nobody has changed them since.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::file_name::file_stem;
use crate::types::hash::fnv1a;

/// Its name, and the beginning of every name that we make in an output folder.
pub(super) const LIST: &str = ".gpu-machineset";
/// Its first line. What begins otherwise is somebody else's file.
pub(super) const HEAD: &str =
    "# written by gpu-machineset render -o; these files are replaced and removed by the next run";
pub(super) const ENDING: &str = ".yaml";

/// What an earlier run wrote.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    /// With the hashes of their texts, which version 0.1.0 did not write.
    pub(super) files: BTreeMap<String, Option<u64>>,
    /// Of clusters.
    pub(super) folders: BTreeSet<String>,
}

impl List {
    /// Whether a folder has one of ours.
    pub(super) fn is_in(folder: &Path) -> bool {
        let text = fs::read_to_string(folder.join(LIST));
        text.is_ok_and(|text| text.starts_with(HEAD))
    }

    /// The list of a folder; empty when there is none, or none of ours. Only plain names count, whoever wrote it.
    pub(super) fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join(LIST)).unwrap_or_default();
        Self::parse(&text)
    }

    fn parse(text: &str) -> Self {
        let mut list = Self::default();
        let mut lines = text.lines();
        if lines.next().map(str::trim_end) != Some(HEAD) {
            return list;
        }
        for line in lines {
            let (name, hash) = match line.split_once(' ') {
                Some((name, hash)) => (name, u64::from_str_radix(hash.trim(), 16).ok()),
                None => (line, None),
            };
            if let Some(folder) = name
                .strip_suffix('/')
                .filter(|name| file_stem(name) == *name)
            {
                list.folders.insert(folder.to_owned());
            } else if name
                .strip_suffix(ENDING)
                .is_some_and(|stem| file_stem(stem) == stem)
            {
                list.files.insert(name.to_owned(), hash);
            }
        }
        list
    }

    /// Files that are there and hold something else than what we wrote.
    pub(super) fn changed(&self, folder: &Path) -> BTreeSet<&str> {
        let is_changed = |(name, hash): &(&String, &Option<u64>)| {
            let there = fs::read(folder.join(name)).ok();
            hash.zip(there)
                .is_some_and(|(hash, there)| hash_of(&there) != hash)
        };
        let changed = self.files.iter().filter(is_changed);
        changed.map(|(name, _)| name.as_str()).collect()
    }
}

/// Carriage returns do not count: Git puts them in and out.
pub(super) fn hash_of(text: &[u8]) -> u64 {
    fnv1a(text.iter().copied().filter(|byte| *byte != b'\r'))
}

/// The list of these files.
pub(super) fn of_files(files: &[(String, &str)]) -> String {
    let sorted: BTreeMap<&str, &str> = files
        .iter()
        .map(|(name, text)| (name.as_str(), *text))
        .collect();
    let mut list = format!("{HEAD}\n");
    for (name, text) in sorted {
        let _ = writeln!(list, "{name} {:016x}", hash_of(text.as_bytes()));
    }
    list
}

/// The list of these folders.
pub(super) fn of_folders(names: &BTreeSet<&str>) -> String {
    let lines = names.iter().map(|name| format!("{name}/\n"));
    format!("{HEAD}\n{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_was_written_and_by_its_first_line_only() {
        let text = of_files(&[("b.yaml".to_owned(), "b"), ("a.yaml".to_owned(), "a\r\n")]);
        let list = List::parse(&text);
        let hashes: Vec<_> = list.files.into_iter().collect();
        assert_eq!(
            hashes,
            [
                ("a.yaml".to_owned(), Some(hash_of(b"a\n"))),
                ("b.yaml".to_owned(), Some(hash_of(b"b")))
            ]
        );
        assert_eq!(
            List::parse(text.split_once('\n').unwrap().1),
            List::default()
        );
        assert_eq!(List::parse("a.yaml\nb/\n"), List::default());
    }

    #[test]
    fn a_list_of_the_first_version_has_no_hashes_and_no_list_leads_out() {
        let list = List::parse(&format!(
            "{HEAD}\na.yaml\n../x.yaml\n/y.yaml\n.z.yaml\nc/\n../d/\n"
        ));
        assert_eq!(
            list.files.into_iter().collect::<Vec<_>>(),
            [("a.yaml".to_owned(), None)]
        );
        assert_eq!(list.folders.into_iter().collect::<Vec<_>>(), ["c"]);
    }
}
