//! Where files begin that were joined without `---`: `cat gpu.yaml facts/*.yaml`.

use crate::krm::read::outline::{OutlineError, OutlineErrorKind};
use crate::source::line_start;

/// The starts of the files, when every error is a key that belongs to the next file's root and each file names its own
/// `apiVersion` and `kind`. `None` when it is rather one document with a key too many.
pub(super) fn starts(text: &str, errors: &[OutlineError]) -> Option<Vec<usize>> {
    let (starts, seen) = begun(text, errors)?;
    (seen == BOTH && starts.len() > 1).then_some(starts)
}

const BOTH: u8 = 3;

/// The same for the errors found so far, and what the last file has named.
pub(super) fn begun(text: &str, errors: &[OutlineError]) -> Option<(Vec<usize>, u8)> {
    let mut starts = vec![0];
    let mut seen = BOTH;
    for error in errors {
        let OutlineErrorKind::DuplicateKey(key, _) = &error.kind else {
            return None;
        };
        if line_start(text, error.span.start) != error.span.start {
            return None;
        }
        let bit = match key.as_str() {
            "apiVersion" => 1,
            "kind" => 2,
            _ => 0,
        };
        if seen & bit != 0 {
            if seen != BOTH {
                return None;
            }
            starts.push(error.span.start);
            seen = bit;
        } else if bit == 0 && starts.len() == 1 {
            return None;
        } else {
            seen |= bit;
        }
    }
    Some((starts, seen))
}

#[cfg(test)]
mod tests {
    use crate::krm::{Rewrite, Source, split};

    fn kinds(text: &str) -> Result<Vec<String>, usize> {
        let source = Source::new("x", text);
        let split = split(&source).map_err(|problems| problems.len())?;
        Ok(split
            .documents
            .iter()
            .map(|document| document.kind.to_string())
            .collect())
    }

    const JOINED: &str = "apiVersion: v1\nkind: A\nspec: 1\n# b\nkind: B\napiVersion: v1\n---\napiVersion: v1\nkind: C\napiVersion: v1\nitems: [{kind: E}]\nkind: DList\n";

    #[test]
    fn files_that_cat_joined_are_taken_apart() {
        assert_eq!(kinds(JOINED).expect("splits"), ["A", "B", "C", "E"]);
    }

    #[test]
    fn a_key_too_many_stays_an_error() {
        assert_eq!(kinds("apiVersion: v1\nkind: A\nkind: B\n"), Err(1));
        assert_eq!(
            kinds("apiVersion: v1\nkind: A\nmetadata: {}\nmetadata: {}\n"),
            Err(1)
        );
        assert_eq!(kinds("apiVersion: v1\nkind: A\napiVersion: v1\n"), Err(1));
        assert!(
            kinds("apiVersion: v1\nkind: A\nx: {kind: C, kind: D}\nmetadata: {name: a, name: b}\n")
                .is_err()
        );
    }

    #[test]
    fn what_stays_of_joined_files_gets_its_separator() {
        let source = Source::new("x", JOINED);
        let split = split(&source).expect("splits");
        assert_eq!(Rewrite::new(&split).render(), JOINED);
        let mut rewrite = Rewrite::new(&split);
        rewrite.remove(0);
        let out = rewrite.render();
        let again = Source::new("x", out.as_str());
        let kinds: Vec<_> = crate::krm::split(&again)
            .expect("splits")
            .documents
            .iter()
            .map(|d| d.kind.to_string())
            .collect();
        assert_eq!(kinds, ["B", "C", "E"], "{out}");
        assert!(out.starts_with("---\nkind: B\n"), "{out}");
    }
}
