//! What stands between two tokens: blank lines, comments, a colon, dashes.

use super::outline::{List, lines_end};
use crate::source::{line_end, line_start};

/// The place behind the colon of a key that ends at `at`.
pub(super) fn colon(text: &str, at: usize) -> Option<usize> {
    let mut at = at;
    loop {
        match text.as_bytes().get(at)? {
            b':' => return Some(at + 1),
            b'#' => at = line_end(text, at),
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            _ => return None,
        }
    }
}

/// Gives block elements the lines from their dash to the next one's; the parser only tells where their content is.
/// `false` when a dash does not stand first on its line.
pub(super) fn place_elements(text: &str, colon: usize, list: &mut List<'_>) -> bool {
    let mut at = line_end(text, colon);
    let mut column = None;
    for index in 0..list.elements.len() {
        let Some((dash, indent)) = next_dash(text, at, column) else {
            return false;
        };
        column = Some(indent);
        if let Some(before) = index
            .checked_sub(1)
            .and_then(|before| list.elements.get_mut(before))
        {
            before.range.end = tail(text, before.range.end, dash, indent);
        }
        let Some(element) = list.elements.get_mut(index) else {
            return false;
        };
        // a null element stands behind its dash, content may not stand before it
        let content = element.range.end.max(dash + indent + 1);
        if element.range.start < dash {
            return false;
        }
        element.range = dash..content;
        at = lines_end(text, content);
    }
    if let Some(last) = list.elements.last_mut() {
        last.range.end = tail(text, last.range.end, text.len(), column.unwrap_or(0));
    }
    list.column = column;
    column.is_some()
}

/// Gives flow elements the anchors and tags before them.
pub(super) fn place_properties(text: &str, open: usize, list: &mut List<'_>) {
    let mut from = open;
    for element in &mut list.elements {
        let mut at = from;
        while at < element.range.start {
            match text.as_bytes().get(at) {
                Some(b'#') => at = line_end(text, at),
                Some(b'&' | b'!') => element.range.start = at,
                _ => at += 1,
            }
        }
        from = element.range.end;
    }
}

/// The start of the next line that begins with a dash (at a column), with its column.
fn next_dash(text: &str, from: usize, column: Option<usize>) -> Option<(usize, usize)> {
    let mut at = from;
    while at < text.len() {
        let line = text.get(at..line_end(text, at))?;
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        let dash = content
            .strip_prefix('-')
            .is_some_and(|rest| rest.starts_with([' ', '\t', '\r', '\n']) || rest.is_empty());
        if dash && column.is_none_or(|column| column == indent) {
            return Some((at, indent));
        }
        at += line.len();
    }
    None
}

/// The end of a block scalar: the parser's span reaches into the indentation of the line that ends it.
pub(in crate::krm) fn block_end(text: &str, at: usize) -> usize {
    let start = line_start(text, at);
    let indentation = text
        .get(start..at)
        .is_some_and(|line| line.trim_start_matches(' ').is_empty());
    if indentation { start } else { at }
}

/// The end of what belongs to content that ends at `from`: blank lines and deeper comments behind it, up to a comment
/// that stands no deeper than `column` (it belongs to what follows), other content, or `to`.
pub(super) fn tail(text: &str, from: usize, to: usize, column: usize) -> usize {
    let mut at = lines_end(text, from);
    while at < to {
        let end = line_end(text, at);
        let line = text.get(at..end).unwrap_or("");
        let content = line.trim_start_matches(' ');
        let comment = content.starts_with('#');
        if comment && line.len() - content.len() <= column || !comment && !content.trim().is_empty()
        {
            return at;
        }
        at = end;
    }
    at.min(to)
}
