//! Replacing parts of a user's object in block style; comments and layout of all else stay.

use std::ops::Range;

use super::complete::{Edits, last_byte, line_end};
use crate::krm::tree::node::{Entry, Node};
use crate::krm::write::emit;

/// Writes another value for a key. `None` when the layout is not one that can be edited line by line.
pub fn replace_entry(text: &str, entry: &Entry, value: &Node) -> Option<Edits> {
    let start = line_start(text, entry.key_span.start);
    let indent = text.get(start..entry.key_span.start)?;
    if !indent.chars().all(|c| c == ' ') {
        return None;
    }
    let node = Node::from([(entry.key.as_str(), value.clone())]);
    let lines = emit::block(&node, indent.len());
    Some(vec![(
        start..end(text, &entry.value, entry.key_span.end),
        trimmed(&lines),
    )])
}

/// Writes another element of a block list.
pub fn replace_item(text: &str, item: &Node, value: &Node) -> Option<Edits> {
    let (start, dash) = dash(text, item)?;
    let lines = emit::list_item(value, dash);
    Some(vec![(
        start..end(text, item, item.span.start),
        trimmed(&lines),
    )])
}

/// Removes an element of a block list.
pub fn remove_item(text: &str, item: &Node) -> Option<Edits> {
    let (start, _) = dash(text, item)?;
    let end = end(text, item, item.span.start);
    let past = if text.as_bytes().get(end) == Some(&b'\n') {
        end + 1
    } else {
        end
    };
    Some(vec![(start..past, String::new())])
}

/// The text with all edits, which must not overlap.
pub fn apply(text: &str, mut edits: Edits) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (Range { start, end }, new) in edits {
        out.push_str(text.get(at..start).unwrap_or(""));
        out.push_str(&new);
        at = end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// Start of the line of an element's dash, and the dash's column.
fn dash(text: &str, item: &Node) -> Option<(usize, usize)> {
    let start = line_start(text, item.span.start);
    let before = text.get(start..item.span.start)?;
    let column = before.find('-')?;
    let is_plain = before.chars().all(|c| c == ' ' || c == '-') && before.matches('-').count() == 1;
    is_plain.then_some((start, column))
}

fn end(text: &str, node: &Node, least: usize) -> usize {
    line_end(text, last_byte(node).max(least))
}

fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or("");
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

fn trimmed(lines: &str) -> String {
    lines.trim_end_matches('\n').to_owned()
}
