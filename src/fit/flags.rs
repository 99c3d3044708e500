//! Arguments of vLLM that decide about memory, as people write them.

/// What an argument is set to, as `--name=value` or `--name value`; the last one counts.
pub(crate) fn flag<'a, T: AsRef<str>>(all: &'a [T], name: &str) -> Option<&'a str> {
    let mut found = None;
    for (index, one) in all.iter().enumerate() {
        match one.as_ref().strip_prefix(name) {
            Some("") => found = all.get(index + 1).map(AsRef::as_ref),
            Some(rest) => found = rest.strip_prefix('=').or(found),
            None => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_an_argument_counts_in_both_forms() {
        let all = [
            "--max-model-len=1",
            "--dtype",
            "half",
            "--max-model-len",
            "2",
            "--max-model-length=3",
        ];
        assert_eq!(flag(&all, "--max-model-len"), Some("2"));
        assert_eq!(flag(&all, "--dtype"), Some("half"));
        assert_eq!(flag(&all, "--max-num-seqs"), None);
        assert_eq!(flag(&["--dtype"], "--dtype"), None);
    }
}
