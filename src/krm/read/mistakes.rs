//! Typical mistakes behind a syntax error. A parser says where it had to stop; what a person did stands in the lines.

use std::ops::Range;

use granit_parser::ErrorKind;

use crate::source::line_start;

/// Bytes of a line in which a mistake is looked for. Nobody wrote a longer one by hand, and a message would quote it.
const LONGEST: usize = 1024;

/// Lines above a place that are looked at.
const FARTHEST: usize = 1000;

/// What was meant, where, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
    /// The message without a word of what was written.
    pub(super) class: &'static str,
    /// The help without a word of what was written.
    pub(super) cure: &'static str,
}

/// A line without its end.
#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// The line that holds `at`; `None` for one that is too long to be looked at.
    fn at(text: &'a str, at: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let at = at.min(bytes.len());
        let near = at.saturating_sub(LONGEST);
        let start = match memchr::memrchr(b'\n', bytes.get(near..at)?) {
            Some(end) => near + end + 1,
            None if near == 0 => line_start(text, 0),
            None => return None,
        };
        let far = start.saturating_add(LONGEST).min(bytes.len());
        let end = match memchr::memchr(b'\n', bytes.get(start..far)?) {
            Some(end) => start + end,
            None if far == bytes.len() => far,
            None => return None,
        };
        let text = text.get(start..end)?.trim_end();
        Some(Self { start, text })
    }

    /// The line before it that holds more than a comment.
    fn before(self, text: &'a str) -> Option<Self> {
        // the first line begins behind a byte order mark
        let first = line_start(text, 0);
        let mut line = self;
        for _ in 0..FARTHEST {
            if line.start <= first {
                return None;
            }
            line = Self::at(text, line.start - 1)?;
            let content = line.content();
            if !content.is_empty() && !content.starts_with('#') {
                return Some(line);
            }
        }
        None
    }

    fn content(self) -> &'a str {
        self.text.trim_start_matches([' ', '\t'])
    }

    fn indentation(self) -> usize {
        self.text.len() - self.content().len()
    }

    /// Where what stands on it begins and ends.
    fn range(self) -> Range<usize> {
        self.start + self.indentation()..self.start + self.text.len()
    }

    /// Key and value of `key: value`; the value is empty when it follows on other lines.
    fn entry(self) -> Option<(&'a str, &'a str)> {
        let content = self.content();
        let content = content.strip_prefix("- ").unwrap_or(content).trim_start();
        let (key, value) = content
            .split_once(": ")
            .or_else(|| content.strip_suffix(':').map(|key| (key, "")))?;
        Some((key, value.trim()))
    }
}

/// The mistake that made the parser stop at a byte of the text. Where one kind has several causes, the lines tell.
pub(super) fn find(text: &str, at: usize, kind: &ErrorKind) -> Option<Mistake> {
    let line = Line::at(text, at)?;
    conflict(text, line)
        .or_else(|| template(line))
        .or_else(|| match kind {
            ErrorKind::MappingValueNotAllowed => second_colon(line, at)
                .or_else(|| too_deep(text, line))
                .or_else(|| no_entry(line.before(text)?)),
            ErrorKind::SimpleKeyExpected => no_entry(line),
            ErrorKind::ExpectedBlockMappingKey => {
                braces(line, at).or_else(|| beside_all(text, line))
            }
            ErrorKind::UnexpectedCharacter { .. } => no_value(line, at),
            ErrorKind::InvalidTrailingSingleQuotedScalar => {
                behind_quote(line, at, "write `''` for a `'` inside of single quotes")
            }
            ErrorKind::InvalidTrailingDoubleQuotedScalar => {
                behind_quote(line, at, "write `\\\"` for a `\"` inside of double quotes")
            }
            ErrorKind::InvalidQuotedScalarIndent => unclosed_quote(text, line),
            ErrorKind::InvalidColonPlacement | ErrorKind::ExpectedFlowMappingSeparator => {
                unclosed(text, line)
            }
            _ => None,
        })
}

fn conflict(text: &str, line: Line<'_>) -> Option<Mistake> {
    let marks = |line: &Line<'_>| {
        let of = |mark| line.text.starts_with(mark);
        of("<<<<<<< ") || of(">>>>>>> ") || line.text == "======="
    };
    let marked = [Some(line), line.before(text)];
    let marked = marked.into_iter().flatten().find(marks)?;
    Some(Mistake {
        range: marked.range(),
        message: "a merge conflict is not resolved".to_owned(),
        help: "keep one of the two sides, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`"
            .to_owned(),
        class: "a merge conflict is not resolved",
        cure: "keep one of the two sides, and remove the lines of the conflict",
    })
}

fn template(line: Line<'_>) -> Option<Mistake> {
    let open = line.text.find("{{")?;
    if line.text.get(..open)?.contains(['"', '\'']) {
        return None;
    }
    let close = line.text.find("}}").map_or(line.text.len(), |at| at + 2);
    Some(Mistake {
        range: line.start + open..line.start + close.max(open + 2),
        message: "a template is no manifest yet".to_owned(),
        help: "render it first: `helm template CHART | gpu-machineset`; braces that are meant as text want quotes"
            .to_owned(),
        class: "a template is no manifest yet",
        cure: "render it first; braces that are meant as text want quotes",
    })
}

/// `key: a: b`.
fn second_colon(line: Line<'_>, at: usize) -> Option<Mistake> {
    let (key, value) = line.entry()?;
    let colon = at.checked_sub(line.start)?;
    let first = line.text.find(": ")?;
    if value.is_empty() || first >= colon {
        return None;
    }
    let from = line.start + line.text.len() - value.len();
    Some(Mistake {
        range: from..from + value.len(),
        message: format!("the value of `{key}` has a `: ` in it"),
        help: format!("quote it: `{key}: \"{value}\"`, or begin a new line"),
        class: "the value has a `: ` in it",
        cure: "put quotes around the value, or begin a new line",
    })
}

/// A line further right than the one above it, which has its value already.
fn too_deep(text: &str, line: Line<'_>) -> Option<Mistake> {
    let (key, _) = line.entry()?;
    let above = line.before(text)?;
    let (taken, value) = above.entry()?;
    if value.is_empty() || line.indentation() <= above.indentation() {
        return None;
    }
    let dash = if above.content().starts_with("- ") {
        2
    } else {
        0
    };
    let wanted = above.indentation() + dash;
    Some(Mistake {
        range: line.range(),
        message: format!("`{key}` stands below `{taken}`, which has a value already"),
        help: format!(
            "begin it as far right as `{taken}`: {wanted} spaces, not {}",
            line.indentation()
        ),
        class: "a line stands below a key that has a value already",
        cure: "begin it as far right as the line above",
    })
}

/// A line that is no `key: value`.
fn no_entry(line: Line<'_>) -> Option<Mistake> {
    let content = line.content();
    if line.entry().is_some() {
        return None;
    }
    let mistake = |message: String, help: String| Mistake {
        range: line.range(),
        message,
        help,
        class: "a line is neither `key: value` nor `- value`",
        cure: "a key ends with `: `, and `- ` stands before an item",
    };
    if let Some(value) = content.strip_prefix('-').filter(|value| !value.is_empty()) {
        let message = "a space is missing after `-`".to_owned();
        return Some(mistake(
            message,
            format!("write `- {}`", value.trim_start()),
        ));
    }
    if let Some((key, value)) = content.split_once(':') {
        let message = format!("a space is missing after `{key}:`");
        return Some(mistake(message, format!("write `{key}: {value}`")));
    }
    let message = format!("`{content}` is neither `key: value` nor `- value`");
    Some(mistake(message, "a key ends with `:`".to_owned()))
}

/// `{infra}-{zone}`: YAML takes what begins with a bracket for a collection.
fn braces(line: Line<'_>, at: usize) -> Option<Mistake> {
    let (key, value) = line.entry()?;
    let from = line.start + line.text.len() - value.len();
    if !value.starts_with(['{', '[']) || at <= from {
        return None;
    }
    Some(Mistake {
        range: from..from + value.len(),
        message: format!("the value of `{key}` begins with a bracket and goes on behind it"),
        help: format!("quote it: `{key}: \"{value}\"`"),
        class: "the value begins with a bracket and goes on behind it",
        cure: "put quotes around the value",
    })
}

/// A line whose indentation is that of no open block.
fn beside_all(text: &str, line: Line<'_>) -> Option<Mistake> {
    let own = line.indentation();
    let mut open: Vec<usize> = Vec::new();
    let mut above = line.before(text);
    let mut lines = 0;
    while let Some(line) = above {
        lines += 1;
        if lines > FARTHEST {
            return None;
        }
        if line.text.starts_with("---") {
            break;
        }
        let indentation = line.indentation();
        if open.last().is_none_or(|last| indentation < *last) {
            open.push(indentation);
        }
        above = line.before(text).filter(|_| indentation > 0);
    }
    if open.is_empty() || open.contains(&own) {
        return None;
    }
    open.reverse();
    let open: Vec<String> = open.iter().map(ToString::to_string).collect();
    let key = line.entry().map_or(line.content(), |(key, _)| key);
    Some(Mistake {
        range: line.range(),
        message: format!(
            "`{key}` is indented by {own}, and no line above that it could belong to is"
        ),
        help: format!("indent it by {}", open.join(" or ")),
        class: "a line is indented like no line above that it could belong to",
        cure: "indent it like the lines that it belongs to",
    })
}

/// A character that wants quotes.
fn no_value(line: Line<'_>, at: usize) -> Option<Mistake> {
    let rest = line.text.get(at.checked_sub(line.start)?..)?;
    let first = rest.chars().next()?;
    Some(Mistake {
        range: at..at + rest.len(),
        message: format!("`{first}` cannot begin a value"),
        help: format!("quote it: `\"{rest}\"`"),
        class: "this character cannot begin a value",
        cure: "put quotes around the value",
    })
}

/// Quotes inside of quotes.
fn behind_quote(line: Line<'_>, at: usize, help: &str) -> Option<Mistake> {
    let rest = line.text.get(at.checked_sub(line.start)?..)?;
    Some(Mistake {
        range: at..at + rest.len(),
        message: "something stands behind the closing quote".to_owned(),
        help: help.to_owned(),
        class: "something stands behind the closing quote",
        cure: "escape the quotes inside of the quotes",
    })
}

fn unclosed_quote(text: &str, line: Line<'_>) -> Option<Mistake> {
    let above = line.before(text)?;
    let quote = above.content().find(['"', '\''])?;
    let range = above.range();
    Some(Mistake {
        range: range.start + quote..range.end,
        message: "a quote is opened here and not closed on this line".to_owned(),
        help: "close it".to_owned(),
        class: "a quote is opened here and not closed on this line",
        cure: "close it",
    })
}

/// A bracket that is still open where the next key stands.
fn unclosed(text: &str, line: Line<'_>) -> Option<Mistake> {
    let above = line.before(text)?;
    let count = |of: &[char]| above.text.matches(of).count();
    let open = above.text.rfind(['[', '{'])?;
    if count(&['[', '{']) <= count(&[']', '}']) {
        return None;
    }
    let bracket = above.text.get(open..=open)?;
    let closing = if bracket == "[" { "]" } else { "}" };
    Some(Mistake {
        range: above.start + open..above.start + above.text.len(),
        message: format!("`{bracket}` is opened here and not closed"),
        help: format!("close it with `{closing}`"),
        class: "a bracket is opened here and not closed",
        cure: "close it",
    })
}

#[cfg(test)]
mod tests {
    use granit_parser::ErrorKind;

    use crate::krm::{Source, split};

    /// Place, message and cure of the first problem.
    fn said(text: &str) -> String {
        let source = Source::new("a.yaml", text);
        let problems = match split(&source) {
            Err(problems) => problems,
            // what is not certain is cut without being read
            Ok(split) => split.documents[0].node().unwrap_err(),
        };
        let problem = &problems[0];
        let place = problem.place.to_string();
        let place = place.split(' ').next().unwrap();
        format!("{place}: {}: {}", problem.message, problem.help.join("; "))
    }

    #[test]
    fn indentation_is_measured() {
        assert_eq!(
            said("spec:\n  instanceType: g6\n   replicas: 1\n"),
            "a.yaml:3:4: `replicas` stands below `instanceType`, which has a value already: begin it as far right as \
             `instanceType`: 2 spaces, not 3"
        );
        assert_eq!(
            said("- key: a\n    value: b\n"),
            "a.yaml:2:5: `value` stands below `key`, which has a value already: begin it as far right as `key`: 2 \
             spaces, not 4"
        );
        assert_eq!(
            said("spec:\n  instanceType: g6\n\n # why\n replicas: 1\n"),
            "a.yaml:5:2: `replicas` is indented by 1, and no line above that it could belong to is: indent it by 0 or 2"
        );
        assert_eq!(
            said("a: 1\n---\nb:\n    c:\n      d: 1\n  e: 1\n"),
            "a.yaml:6:3: `e` is indented by 2, and no line above that it could belong to is: indent it by 0 or 4 or 6"
        );
    }

    #[test]
    fn missing_spaces_are_shown() {
        for (text, place) in [
            ("a: 1\nreplicas:1\n", "a.yaml:2:1"),
            ("replicas:1\nb: 2\n", "a.yaml:1:1"),
        ] {
            let wanted = "a space is missing after `replicas:`: write `replicas: 1`";
            assert_eq!(said(text), format!("{place}: {wanted}"));
        }
        assert_eq!(
            said("zones:\n- b\n-a\n"),
            "a.yaml:3:1: a space is missing after `-`: write `- a`"
        );
        assert_eq!(
            said("a: 1\nb\n"),
            "a.yaml:2:1: `b` is neither `key: value` nor `- value`: a key ends with `:`"
        );
    }

    #[test]
    fn quotes_and_brackets_are_told_where_they_begin() {
        for (text, wanted) in [
            (
                "a: x: y\n",
                "a.yaml:1:4: the value of `a` has a `: ` in it: quote it: `a: \"x: y\"`, or begin a new line",
            ),
            (
                "a: @x\n",
                "a.yaml:1:4: `@` cannot begin a value: quote it: `\"@x\"`",
            ),
            (
                "a: {x}-{y}\n",
                "a.yaml:1:4: the value of `a` begins with a bracket and goes on behind it: quote it: `a: \"{x}-{y}\"`",
            ),
            (
                "a: 'it's'\n",
                "a.yaml:1:8: something stands behind the closing quote: write `''` for a `'` inside of single quotes",
            ),
            (
                "a: \"x\nb: 1\n",
                "a.yaml:1:4: a quote is opened here and not closed on this line: close it",
            ),
            (
                "a: [x, y\nb: 1\n",
                "a.yaml:1:4: `[` is opened here and not closed: close it with `]`",
            ),
            (
                "a: {x: 1\nb: 1\n",
                "a.yaml:1:4: `{` is opened here and not closed: close it with `}`",
            ),
        ] {
            assert_eq!(said(text), wanted);
        }
    }

    #[test]
    fn the_first_line_is_the_last_to_be_looked_at() {
        // a byte order mark stands before the first line: it was looked for above itself without end
        for first in ["# why", "", "  a: 1", "\t# why"] {
            for broken in [" st^\u{7}: q", "a: b: c", "@", "- a\nb: 1", "]"] {
                let text = format!("\u{feff}{first}\n{broken}\n");
                let source = Source::new("a.yaml", text.as_str());
                assert!(
                    split(&source).is_err_and(|problems| !problems.is_empty()),
                    "{text:?}"
                );
                for at in 0..=text.len() {
                    for kind in [
                        ErrorKind::MappingValueNotAllowed,
                        ErrorKind::ExpectedBlockMappingKey,
                    ] {
                        super::find(&text, at, &kind);
                    }
                }
            }
        }
    }

    #[test]
    fn only_what_stands_near_is_looked_at() {
        let long = "x".repeat(super::LONGEST);
        for text in [
            format!("{long}: b: c\n"),
            format!("a: b: {long}\n"),
            format!("a: b: {long}"),
        ] {
            for at in [0, 4, text.len() - 1, text.len()] {
                let mistake = super::find(&text, at, &ErrorKind::MappingValueNotAllowed);
                assert_eq!(mistake, None, "{at}");
            }
        }
        let above = |lines: &str| format!("a:\n   b: 1\n{lines}  c: 2\n");
        let kind = ErrorKind::ExpectedBlockMappingKey;
        let found = |text: &str| super::find(text, text.len() - 5, &kind);
        assert!(found(&above("")).is_some());
        assert!(found(&above(&"# why\n".repeat(super::FARTHEST - 1))).is_some());
        assert_eq!(found(&above(&"# why\n".repeat(super::FARTHEST))), None);
        assert!(found(&above(&"   d: 1\n".repeat(super::FARTHEST - 2))).is_some());
        assert_eq!(found(&above(&"   d: 1\n".repeat(super::FARTHEST))), None);
    }

    #[test]
    fn templates_and_conflicts_are_not_yaml_yet() {
        for text in [
            "spec:\n  {{- if .Values.gpu }}\n  replicas: 1\n  {{- end }}\n",
            "spec:\n{{ toYaml .Values.spec | indent 2 }}\n",
            "spec:\n  instanceType: {{ .Values.type }}-large\n",
            "spec:\n  instanceType: {{ .Values.type | quote }}\n",
        ] {
            let said = said(text);
            assert!(
                said.contains("a template is no manifest yet: render it first"),
                "{text}: {said}"
            );
        }
        assert!(!said("a: \"{{ $x }}\" b\n").contains("template"));
        for text in [
            "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n",
            "a: 1\n<<<<<<< HEAD\nb: 1\n",
        ] {
            assert!(said(text).contains("merge conflict"), "{text}");
        }
    }
}
