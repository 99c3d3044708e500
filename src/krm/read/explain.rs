//! What the parser says, in words of people who write YAML for Kubernetes.

use std::ops::Range;

use granit_parser::ErrorKind;

use super::mistakes;
use super::scan::lex;
use crate::problem::rules::krm as rule;
use crate::problem::{Place, Problem};
use crate::source::Source;
use crate::source::{line_end, line_start};

/// A syntax error at a byte of a source. What it is says the parser by its kind; its words are shown, never searched.
pub(super) fn syntax(source: &Source, at: usize, kind: &ErrorKind) -> Problem {
    if let Some(tab) = tab_indentation(&source.text, at) {
        let message = "a tab is used as indentation: YAML wants spaces";
        return Problem::new(&rule::INVALID_YAML, Place::in_source(source, tab), message)
            .help("replace it by spaces: `expand -t 2 FILE`, or \"convert indentation to spaces\" in the editor");
    }
    let place = Place::in_source(source, at..at);
    let problem = |message: &str| Problem::new(&rule::INVALID_YAML, place.clone(), message);
    if *kind == ErrorKind::RecursionLimitExceeded {
        return problem("the document is nested deeper than 255 levels")
            .help("no Kubernetes object is: a generator probably ran away");
    }
    if *kind == ErrorKind::UnknownAnchor {
        return problem("this alias names an anchor that stands nowhere before it in the same document")
            .help("anchors do not reach over `---`; kustomize does not even let them reach from one item to another");
    }
    if source.text.as_bytes().get(at) == Some(&0) {
        return problem("a NUL byte is no text")
            .help("the file is binary, or was cut off while it was written");
    }
    let line = source
        .text
        .get(line_start(&source.text, at.min(source.text.len()))..);
    if line.is_some_and(is_said_by_oc) {
        return problem(FAILED).help(AGAIN);
    }
    if let Some(problem) = character(source, at, kind).or_else(|| escape(source, at, kind)) {
        return problem;
    }
    match mistakes::find(&source.text, at, kind) {
        Some(mistake) if source.hides(&(at..at)) || source.hides(&mistake.range) => {
            // what was written is in the words of every mistake
            let place = Place::hidden(source, mistake.range);
            Problem::new(&rule::INVALID_YAML, place, mistake.class).help(mistake.cure)
        }
        Some(mistake) => {
            let place = Place::in_source(source, mistake.range);
            Problem::new(&rule::INVALID_YAML, place, mistake.message).help(mistake.help)
        }
        None => problem(&kind.to_string()),
    }
}

/// Of text that `oc` printed when it failed.
pub(super) const FAILED: &str = "this is a message of `oc`, no object";
pub(super) const AGAIN: &str = "mend what it says and save the file again";

/// How messages of `oc` and kubectl begin; with `2>&1` they end up in the file.
const MESSAGES: [&str; 6] = [
    "error: ",
    "error from server",
    "no resources found",
    "the connection to the server",
    "the server doesn't have a resource type",
    "unable to connect to the server",
];

/// Whether `oc` printed a text in place of objects.
pub(super) fn is_said_by_oc(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !matches!(*line, "" | "---"));
    let first = first.unwrap_or_default().to_lowercase();
    MESSAGES.iter().any(|start| first.starts_with(start))
}

/// A character that may stand nowhere in YAML. Of a scalar that holds it the parser may tell where that begins.
fn character(source: &Source, at: usize, kind: &ErrorKind) -> Option<Problem> {
    let ErrorKind::UnexpectedCharacter { character } = kind else {
        return None;
    };
    let is_it = |one: char| {
        let is_none = matches!(one, '\u{fffe}' | '\u{ffff}');
        let is_break = matches!(one, '\t' | '\n' | '\r' | '\u{85}');
        is_none || one.is_control() && !is_break
    };
    let rest = source.text.get(at..)?;
    let (skipped, one) = rest.char_indices().find(|(_, one)| is_it(*one))?;
    if one != *character {
        return None;
    }
    let at = at + skipped;
    let code = u32::from(one);
    let escape = if code < 0x100 {
        format!("\\x{code:02X}")
    } else {
        format!("\\u{code:04X}")
    };
    let place = Place::in_source(source, at..at + one.len_utf8());
    let message = format!("the control character U+{code:04X} may not stand in YAML");
    let problem = Problem::new(&rule::INVALID_YAML, place, message);
    Some(problem.help(format!(
        "remove it; where it is meant, write it in double quotes as `{escape}`"
    )))
}

/// A backslash in double quotes that begins no escape. The parser tells where the scalar begins.
fn escape(source: &Source, at: usize, kind: &ErrorKind) -> Option<Problem> {
    let is_escape = matches!(
        kind,
        ErrorKind::UnknownQuotedScalarEscape
            | ErrorKind::InvalidQuotedScalarHexEscape
            | ErrorKind::InvalidLowSurrogateHexEscape
            | ErrorKind::InvalidLowSurrogate
            | ErrorKind::MissingLowSurrogate
            | ErrorKind::UnpairedLowSurrogate
            | ErrorKind::InvalidUnicodeEscape
    );
    if !is_escape {
        return None;
    }
    let scalar = source.text.get(at..)?;
    let length = lex::quoted_length(scalar.as_bytes()).unwrap_or(scalar.len());
    let wrong = lex::wrong_escape(scalar.get(..length)?.as_bytes())?;
    let place = Place::in_source(source, at + wrong.start..at + wrong.end);
    let first = scalar.get(wrong.start + 1..)?.chars().next()?;
    let of_code = matches!(first, 'x' | 'u' | 'U');
    let (what, help) = if of_code {
        let written = scalar.get(wrong).unwrap_or("\\u");
        (
            format!("`{written}` stands for no character"),
            "write the character itself; half of a pair, as JSON has it, is none",
        )
    } else {
        (
            format!("`\\{first}` is no escape of YAML"),
            "write `\\\\` for a backslash, or put the text in single quotes, where it means itself",
        )
    };
    Some(Problem::new(&rule::INVALID_YAML, place, what).help(help))
}

/// The tab in the indentation of the line at `at`, or of the next one that holds something.
fn tab_indentation(text: &str, at: usize) -> Option<Range<usize>> {
    let mut start = line_start(text, at.min(text.len()));
    for _ in 0..2 {
        let end = line_end(text, start);
        let line = text.get(start..end)?;
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line.get(..indentation).and_then(|blank| blank.find('\t')) {
            return (!line.trim().is_empty()).then_some(start + tab..start + tab + 1);
        }
        start = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krm::split;

    fn first(text: &str) -> (String, String) {
        let source = Source::new("a.yaml", text);
        let problem = split(&source).unwrap_err().remove(0);
        (problem.place.to_string(), problem.message)
    }

    #[test]
    fn a_tab_is_called_a_tab_where_it_stands() {
        for (text, place) in [
            ("a:\n\tb: 1\n", "a.yaml:2:1"),
            ("a:\n  b: 1\n\tc: 2\n", "a.yaml:3:1"),
            ("a:\n  b:\n  \t- c\n", "a.yaml:3:3"),
        ] {
            let (at, message) = first(text);
            assert!(message.contains("tab"), "{text:?}: {message}");
            assert_eq!(at, place, "{text:?}");
        }
        // behind a value a tab does no harm, and is not what is wrong here
        assert!(!first("a: [1,\t2\n").1.contains("tab"));
    }

    #[test]
    fn depth_anchors_and_binary_are_called_by_their_names() {
        assert!(first(&format!("a: {}", "[".repeat(1000))).1.contains("255"));
        assert!(first("a: &x 1\n---\nb: *x\n").1.contains("anchor"));
        assert!(first("a: x\0y\n").1.contains("NUL"));
    }

    #[test]
    fn what_people_get_wrong_is_found_although_nobody_reads_the_document() {
        for text in [
            "a: b: c\n",
            "a: b\n  c: d\n",
            "a:\n   b: 1\n  c: 2\n",
            "a: \"x\"\n  b: 1\n",
            "a:\n- b: 1\n   c: 2\n",
            "a:\n  b: |\n    c\n   d: 1\n",
            "a:\n  b: |\n      c\n    d\n  e: 1\n",
            "- |\n   c\n  d\n",
        ] {
            first(text);
        }
        for right in [
            "a:\n  b: |\n    c\n   # said of d\n  d: 1\n",
            "a:\n  b: |2\n      c\n    d\n  e: 1\n",
            "a:\n  b: |\n\n    c\n \n     d\n  e: 1\n",
            "a:\r\n  b: |\r\n    c\r\n\r\n     d\r\n  e: 1\r\n",
        ] {
            split(&Source::new("a.yaml", right)).unwrap();
        }
    }
}
