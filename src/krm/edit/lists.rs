//! `items` and the keys beside it, in block and in flow form: what is cut, and what comes in where.

use std::ops::Range;
use std::rc::Rc;

use super::patch::Patch;
use crate::krm::read::outline::{Entry, Envelope, List, Part, Root, Shape};
use crate::krm::tree::node::Node;
use crate::krm::write::emit;
use crate::source::{line_end, line_start};

/// Removes elements of `items`, which come in their order, and adds new ones behind the last.
pub(super) fn rewrite(
    patch: &mut Patch<'_>,
    text: &str,
    (part, entry, list): (&Part<'_>, &Entry, &List<'_>),
    removed: &[usize],
    new: &[Rc<Node>],
) {
    match (part.root, list.column) {
        _ if removed.is_empty() && new.is_empty() => {}
        (_, Some(column)) => block(patch, text, (entry, list), column, removed, new),
        (Root::Block(column), None) if list.elements.is_empty() && fits_line(text, entry) => {
            patch.cut(entry.colon..entry.node.end);
            let lines = new.iter().map(|node| emit::list_item(node, column));
            patch.lines(entry.value.end..entry.value.end, lines.collect());
        }
        (_, None) if entry.shape == Shape::Null => {
            let range = entry.node.clone();
            let space = if range.start == entry.colon { " " } else { "" };
            let nodes: Vec<String> = new.iter().map(|node| emit::flow(node)).collect();
            patch.text(range, format!("{space}[{}]", nodes.join(", ")));
        }
        (_, None) => {
            let elements: Vec<Range<usize>> = list
                .elements
                .iter()
                .map(|element| element.range.clone())
                .collect();
            let new: Vec<String> = new.iter().map(|node| emit::flow(node)).collect();
            let open = entry.node.clone();
            flow(patch, text, open, &elements, removed, &new);
        }
    }
}

/// Adds keys at the end of the root mapping, and removes one.
pub(super) fn keys(
    patch: &mut Patch<'_>,
    text: &str,
    (part, envelope): (&Part<'_>, &Envelope<'_>),
    old: Option<&Entry>,
    new: &[(&str, Node)],
) {
    if let Root::Block(column) = part.root {
        if let Some(old) = old {
            patch.cut(old.start..old.value.end);
        }
        for (key, value) in new {
            let entry = Node::map([(*key, value.clone())]);
            patch.lines(part.end..part.end, emit::block(&entry, column));
        }
        return;
    }
    if old.is_none() && new.is_empty() {
        return;
    }
    let removed: Vec<usize> = envelope
        .entries
        .iter()
        .position(|entry| Some(entry.start) == old.map(|old| old.start))
        .into_iter()
        .collect();
    let entry = |(key, value): &(&str, Node)| {
        let object = emit::flow(&Node::map([(*key, value.clone())]));
        object
            .get(1..object.len().saturating_sub(1))
            .unwrap_or("")
            .to_owned()
    };
    let new: Vec<String> = new.iter().map(entry).collect();
    let start = envelope
        .entries
        .first()
        .map_or(part.range.start, |first| first.start);
    let open = text
        .get(..start)
        .and_then(|before| before.rfind('{'))
        .unwrap_or(start);
    flow(
        patch,
        text,
        open..part.end,
        &envelope.entries,
        &removed,
        &new,
    );
}

fn block(
    patch: &mut Patch<'_>,
    text: &str,
    (entry, list): (&Entry, &List<'_>),
    column: usize,
    removed: &[usize],
    new: &[Rc<Node>],
) {
    let first_line = line_end(text, entry.colon);
    let mut end = first_line;
    for (index, element) in list.elements.iter().enumerate() {
        // the comments above an element go with it
        if removed.binary_search(&index).is_ok() {
            patch.cut(end..element.range.end);
        }
        end = element.range.end;
    }
    if removed.len() == list.elements.len() && new.is_empty() {
        let at = code_end(text, entry.colon..first_line);
        patch.text(at..at, " []".to_owned());
    }
    if !new.is_empty() {
        let lines = new.iter().map(|node| emit::list_item(node, column));
        patch.lines(end..end, lines.collect());
    }
}

/// Removes elements of a flow collection with their commas, and adds new ones behind the last that stays.
fn flow(
    patch: &mut Patch<'_>,
    text: &str,
    collection: Range<usize>,
    elements: &[Range<usize>],
    removed: &[usize],
    new: &[String],
) {
    let stays = |index: &usize| removed.binary_search(index).is_err();
    let Some(last) = (0..elements.len()).rev().find(stays) else {
        let inside = collection.start + 1..collection.end.saturating_sub(1);
        let inside = inside.start..inside.end.max(inside.start);
        if !elements.is_empty() || !new.is_empty() {
            patch.text(inside, new.join(", "));
        }
        return;
    };
    for index in removed.iter().filter(|index| **index < last) {
        if let (Some(element), Some(next)) = (elements.get(*index), elements.get(index + 1)) {
            patch.cut(element.start..next.start);
        }
    }
    let Some(last_range) = elements.get(last) else {
        return;
    };
    if !new.is_empty() {
        let start = line_start(text, last_range.start);
        let before = text.get(start..last_range.start).unwrap_or("");
        let separator = if start > collection.start && before.trim().is_empty() {
            format!(",\n{before}")
        } else if text
            .as_bytes()
            .get(last_range.end..)
            .is_some_and(|rest| tight(rest, text))
        {
            ",".to_owned()
        } else {
            ", ".to_owned()
        };
        let added = new
            .iter()
            .flat_map(|new| [separator.as_str(), new])
            .collect();
        patch.text(last_range.end..last_range.end, added);
    }
    if let Some(gone) = elements.get(last + 1..).and_then(<[_]>::last) {
        patch.cut(last_range.end..gone.end);
    }
}

/// JSON without any white space stays so.
fn tight(rest: &[u8], text: &str) -> bool {
    !text.contains(": ") && !rest.contains(&b' ')
}

/// Whether the value stands on the key's line and nothing but a comment follows.
fn fits_line(text: &str, entry: &Entry) -> bool {
    line_end(text, entry.colon) >= entry.value.end
        && text
            .get(entry.value.clone())
            .is_some_and(|value| !value.contains(['&', '!']))
}

/// The end of what is no comment and no white space on the first line of a range.
fn code_end(text: &str, range: Range<usize>) -> usize {
    let line = text.get(range.clone()).unwrap_or("");
    let line = line.lines().next().unwrap_or("");
    let comment = line.match_indices('#').find(|(at, _)| {
        at.checked_sub(1)
            .is_none_or(|before| matches!(line.as_bytes().get(before), Some(b' ' | b'\t')))
    });
    let code = comment.map_or(line, |(at, _)| line.get(..at).unwrap_or(line));
    range.start + code.trim_end().len()
}
