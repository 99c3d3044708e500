//! Replacing parts of a user's object in block style; comments and layout of all else stay.

use super::lines::{last_byte, line_end};
use super::patch::Edits;
pub(crate) use super::patch::apply;
use crate::krm::tree::node::{Entry, Node};
use crate::krm::write::emit;
use crate::source::line_start;

/// Writes another value for a key. `None` when the layout is not one that can be edited line by line.
pub(crate) fn replace_entry(text: &str, entry: &Entry, value: &Node) -> Option<Edits> {
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
pub(crate) fn replace_item(text: &str, item: &Node, value: &Node) -> Option<Edits> {
    let (start, dash) = dash(text, item)?;
    let lines = emit::list_item(value, dash);
    Some(vec![(
        start..end(text, item, item.span.start),
        trimmed(&lines),
    )])
}

/// Removes an element of a block list.
pub(crate) fn remove_item(text: &str, item: &Node) -> Option<Edits> {
    let (start, _) = dash(text, item)?;
    let end = end(text, item, item.span.start);
    let past = if text.as_bytes().get(end) == Some(&b'\n') {
        end + 1
    } else {
        end
    };
    Some(vec![(start..past, String::new())])
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

fn trimmed(lines: &str) -> String {
    lines.trim_end_matches('\n').to_owned()
}
