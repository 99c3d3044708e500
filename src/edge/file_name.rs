//! Names of files that are made of names of objects.

use crate::types::hash::fnv1a;

/// Longest file name without its ending, in bytes; file systems take 255.
const LONGEST: usize = 200;

/// Names of objects come from the input and may hold anything (`system:node`, `../../etc/passwd`). A longer one than
/// file systems take ends in its hash, so that it stays the same whatever else is there.
pub(super) fn file_stem(stem: &str) -> String {
    let safe = |c: char| match c {
        'a'..='z' | '0'..='9' | '-' | '.' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        _ => '_',
    };
    let mut name: String = stem.chars().map(safe).collect();
    if name.len() > LONGEST {
        name.truncate(LONGEST - 17);
        name = format!("{name}-{:016x}", fnv1a(stem.bytes()));
    }
    let name = name.trim_start_matches('.');
    if name.is_empty() {
        "object".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_objects_cannot_leave_the_folder() {
        assert_eq!(file_stem("Role-../../etc/passwd"), "role-.._.._etc_passwd");
        assert_eq!(file_stem("..-x"), "-x");
        assert_eq!(file_stem("///"), "___");
        assert_eq!(file_stem(""), "object");
        assert_eq!(
            file_stem("clusterrole-system:node"),
            "clusterrole-system_node"
        );
    }
}
