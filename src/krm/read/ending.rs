//! The end of a text that something comes behind. A last line without a line break is given one, and a block scalar
//! in it must not: `token: |` with `abc` at the very end of a file is `abc`, with a line break behind it another token.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event, ScalarStyle};

use super::events::over_events;

/// Ends the last line, so that what follows is a line of its own and all values stay what they were.
pub(in crate::krm) fn end_line(out: &mut String, line_break: &str) {
    if out.is_empty() || out.ends_with('\n') {
        return;
    }
    if let Some((range, header)) = open_block(out) {
        out.replace_range(range, header);
    }
    if !out.ends_with('\n') {
        out.push_str(line_break);
    }
}

/// The one replacement that keeps the value of the block scalar that a text without a last line break ends in, when
/// a line break follows: the header told to strip (`|-`), or white space that is no content gone from the last line.
/// `None` where a line break changes nothing.
pub(in crate::krm) fn open_block(text: &str) -> Option<(Range<usize>, &'static str)> {
    let start = last_document(text);
    let document = text.get(start..)?;
    let header = last_block(document)?;
    let value = last_value(document)?;
    let says = |range: &Range<usize>, with: &str| {
        let mut changed = document.to_owned();
        changed.replace_range(range.clone(), with);
        let line_break = if changed.ends_with('\n') { "" } else { "\n" };
        last_value(&(changed + line_break)).is_some_and(|changed| changed == value)
    };
    let end = document.len();
    if says(&(end..end), "") {
        return None;
    }
    let blank = document.trim_end_matches([' ', '\t']).len()..end;
    let keeps = document.get(header.clone())?.find('+');
    let strip = match keeps.map(|at| header.start + at) {
        Some(at) => at..at + 1,
        None => header.end..header.end,
    };
    let (range, with) = [(blank, ""), (strip, "-")]
        .into_iter()
        .find(|(range, with)| says(range, with))?;
    Some((start + range.start..start + range.end, with))
}

/// Where the last document begins, with the directives before its `---`.
fn last_document(text: &str) -> usize {
    let mut end = text.len();
    while let Some(line) = memchr::memrchr(b'\n', text.as_bytes().get(..end).unwrap_or(&[])) {
        if text
            .get(line + 1..)
            .is_some_and(|line| line.starts_with("---"))
        {
            return directives(text, line + 1);
        }
        end = line;
    }
    0
}

fn directives(text: &str, marker: usize) -> usize {
    let mut first = marker;
    let mut at = marker;
    while let Some(before) = at.checked_sub(1) {
        let start = text
            .get(..before)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |end| end + 1);
        match text.as_bytes().get(start) {
            Some(b'%') => first = start,
            Some(b'#' | b'\n' | b'\r') => {}
            _ => break,
        }
        at = start;
    }
    first
}

/// The indicators of the block scalar that a document ends in: `|`, `>2+`. `None` when it ends in anything else.
fn last_block(document: &str) -> Option<Range<usize>> {
    let is_header = |line: &str| {
        line.rfind(['|', '>']).is_some_and(|at| {
            let rest = line.get(at + 1..).unwrap_or("");
            let rest =
                rest.trim_start_matches(['+', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
            rest.trim().is_empty() || rest.starts_with([' ', '\t'])
        })
    };
    // most texts have none, and are not parsed for it
    if !document.lines().any(is_header) {
        return None;
    }
    let last = last_scalar(document)?;
    let is_block = matches!(last.style, ScalarStyle::Literal | ScalarStyle::Folded);
    header(document, last.start).filter(|_| is_block)
}

/// The header of the block scalar whose header or content starts at a place.
fn header(document: &str, start: usize) -> Option<Range<usize>> {
    let is_own = document.get(start..)?.starts_with(['|', '>']);
    let line_end = document.get(start..)?.find('\n');
    let above = if is_own {
        document.get(..line_end.map_or(document.len(), |end| start + end))?
    } else {
        let line = document.get(..start)?.rfind('\n')?;
        document.get(..line)?.trim_end()
    };
    let line = above.rfind('\n').map_or(0, |end| end + 1);
    let indicators = |at: usize| {
        let rest = above.get(at + 1..).unwrap_or("");
        let behind = rest.trim_start_matches(|c| matches!(c, '+' | '-' | '1'..='9'));
        let is_end = behind.trim().is_empty() || behind.trim_start().starts_with('#');
        is_end.then(|| at..above.len() - behind.len())
    };
    let marks = above.get(line..)?.match_indices(['|', '>']);
    marks.into_iter().find_map(|(at, _)| indicators(line + at))
}

/// What the last scalar of a document says; `None` for a document that cannot be read.
fn last_value(document: &str) -> Option<String> {
    last_scalar(document).map(|last| last.text)
}

struct Last {
    text: String,
    style: ScalarStyle,
    start: usize,
}

fn last_scalar(document: &str) -> Option<Last> {
    let each = |last: &mut Option<Last>, event: Event<'_>, span: Range<usize>| {
        if let Event::Scalar(text, style, ..) = event {
            let (text, start) = (text.into_owned(), span.start);
            *last = Some(Last { text, style, start });
        }
        true
    };
    over_events(document, 0, || None, each).ok()?
}

/// An event of a text with [`unended`] block scalars.
pub(super) fn ended_as_written<'t>(
    event: Event<'t>,
    span: granit_parser::Span,
    slice: &str,
) -> Event<'t> {
    match event {
        Event::Scalar(text, style, anchor, tag) => {
            Event::Scalar(unended(text, style, span, slice), style, anchor, tag)
        }
        event => event,
    }
}

/// What a block scalar says at the very end of a text. The parser ends a last line that has no line break; the readers
/// of Kubernetes do not, and a token with a line break is another token.
fn unended<'t>(
    text: Cow<'t, str>,
    style: ScalarStyle,
    span: granit_parser::Span,
    slice: &str,
) -> Cow<'t, str> {
    let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
    let end = span.byte_range().map_or(0, |range| range.end);
    if !is_block || !text.ends_with('\n') || end < slice.len() || slice.ends_with(['\n', '\r']) {
        return text;
    }
    let last = slice.rsplit(['\n', '\r']).next().unwrap_or("");
    let body = text.trim_end_matches('\n');
    let ended = if body.is_empty() {
        // the line break of the header is none of it
        let start = span.byte_range().map_or(end, |range| range.start);
        let breaks = slice.get(start..).unwrap_or("").matches('\n').count();
        breaks.saturating_sub(1).min(text.len())
    } else {
        // white space up to the indentation is no line of it
        let blank = body.rsplit('\n').next().map_or(0, str::len);
        let is_content = last.len() > span.indent.unwrap_or(blank);
        text.len() - usize::from(is_content)
    };
    text.get(..ended).unwrap_or(&text).to_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> serde_json::Value {
        serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text:?}"))
    }

    /// Every chomping, indicator, place and last line; the value is the one that libyaml reads, before and after.
    #[test]
    fn a_block_scalar_that_ends_a_text_says_the_same_when_lines_follow() {
        let mut changed = 0;
        let mut unchanged = 0;
        for style in ["|", ">"] {
            for header in ["", "-", "+", "2", "2-", "+2", " # why", "- # why"] {
                for body in [
                    "  a",
                    "  a\n  b",
                    "  a\n\n  b",
                    "  a\n  ",
                    "  a\n    ",
                    "  a\n\n",
                    "",
                    "    a",
                    "  a |\n    b",
                ] {
                    for before in ["k: ", "k: !!str ", "---\nk: ", "j: &x 1\nk: &y "] {
                        let text = format!("{before}{style}{header}\n{body}");
                        // an indentation that the first line does not have
                        let Ok(value) = serde_yaml::from_str::<serde_json::Value>(&text) else {
                            continue;
                        };
                        let mut ended = text.clone();
                        end_line(&mut ended, "\n");
                        if ended == text || ended == format!("{text}\n") {
                            unchanged += 1;
                        } else {
                            changed += 1;
                        }
                        let followed = format!("{ended}z: 1\n");
                        let after = values(&followed);
                        assert_eq!(after["k"], value["k"], "{text:?}\n=>\n{followed:?}");
                        assert_eq!(after["z"], 1);
                    }
                }
            }
        }
        assert!(changed > 150 && unchanged > 150, "{changed} {unchanged}");
    }

    /// Such quotes are refused by the parser and taken by go-yaml.
    #[test]
    fn odd_quotes_before_it_do_not_hide_a_block_scalar() {
        let mut ended = "a: \"b\nc\"\nd: |\n  e".to_owned();
        end_line(&mut ended, "\n");
        assert_eq!(ended, "a: \"b\nc\"\nd: |-\n  e\n");
    }

    #[test]
    fn other_ends_get_a_line_break_only() {
        for text in [
            "a: b",
            "a: b | c",
            "a: \"x |\n  y\"",
            "a: |\n  b\nc: d",
            "a: \"b\nc\"\nd: |-\n  e",
            "a: |-\n  b",
            "a: |\n  b\n# c",
            "{\"a\": \"|\"}",
            "a: b |\n  c",
            "%TAG !e! tag:x,1:\n---\na: !e!b |-\n  c",
            // nobody reads it
            "a: [\nb: |\n  c",
        ] {
            let mut ended = text.to_owned();
            end_line(&mut ended, "\n");
            assert_eq!(ended, format!("{text}\n"));
        }
        let mut tagged = "kind: A\n...\n# c\n%TAG !e! tag:x,1:\n---\na: !e!b |\n  c".to_owned();
        end_line(&mut tagged, "\n");
        assert!(tagged.ends_with("a: !e!b |-\n  c\n"), "{tagged}");
        for same in ["", "a: |\n  b\n"] {
            let mut ended = same.to_owned();
            end_line(&mut ended, "\n");
            assert_eq!(ended, same);
        }
    }
}
