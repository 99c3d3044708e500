//! Where what is written of a node ends, and its line.

use crate::krm::read::gap::block_end;
use crate::krm::tree::node::{Kind, Node};

/// The end of a collection's last scalar: a parser's own end mark may lie behind comments that belong to what follows.
pub(super) fn last_byte(node: &Node) -> usize {
    match &node.kind {
        Kind::Map(entries) if !entries.is_empty() && !is_alias_like(node) => {
            entries.last().map_or(node.span.end, |entry| {
                let value = last_byte(&entry.value);
                value.max(entry.key_span.end)
            })
        }
        Kind::List(items) if !items.is_empty() && !is_alias_like(node) => {
            items.last().map_or(node.span.end, last_byte)
        }
        _ => node.span.end,
    }
}

/// The end of a collection's last line. Blank lines behind a block scalar that keeps them (`|+`) are lines of it.
pub(super) fn last_line_end(text: &str, node: &Node) -> usize {
    let mut last = node;
    while let Some(inner) = match &last.kind {
        Kind::Map(entries) => entries.last().map(|entry| &entry.value),
        Kind::List(items) => items.last(),
        Kind::Scalar(..) => None,
    } {
        last = inner;
    }
    let at = last_byte(node);
    let keeps = last.text().is_some_and(|text| text.ends_with("\n\n"));
    let is_quoted = matches!(text.as_bytes().get(last.span.start), Some(b'"' | b'\''));
    if !keeps || is_quoted || last_byte(last) != at {
        return line_end(text, at);
    }
    let before = text.get(..block_end(text, at)).unwrap_or("");
    let before = before.strip_suffix('\n').unwrap_or(before);
    before.strip_suffix('\r').unwrap_or(before).len()
}

/// A flow collection ends at its bracket; an alias is one token whose children stand elsewhere.
fn is_alias_like(node: &Node) -> bool {
    let first = match &node.kind {
        Kind::Map(entries) => entries.first().map(|entry| entry.key_span.start),
        Kind::List(items) => items.first().map(|item| item.span.start),
        Kind::Scalar(..) => None,
    };
    // block collections begin where their first element begins; flow ones a bracket earlier
    first.is_none_or(|first| {
        first < node.span.start || (first > node.span.start && matches!(node.kind, Kind::Map(_)))
    })
}

/// The end of the line that holds the byte before `at`, without its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut last = at;
    // a block scalar's end lies behind its last line break
    while last > 0 && matches!(bytes.get(last - 1), Some(b'\n' | b'\r')) {
        last -= 1;
    }
    let rest = bytes.get(last..).unwrap_or(&[]);
    let end = last + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    if end > last && bytes.get(end - 1) == Some(&b'\r') {
        end - 1
    } else {
        end
    }
}
