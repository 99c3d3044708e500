//! Edits of a YAML text as a person makes them who does what a message says: at a line and a column, nothing else.

use std::ops::Range;

/// Where a line and a column stand, both from 1, in characters.
pub(super) fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let start: usize = text
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    let rest = text.get(start..)?;
    let width: usize = rest.chars().take(column - 1).map(char::len_utf8).sum();
    Some(start + width)
}

/// The text with other words in a range.
pub(super) fn replaced(text: &str, range: Range<usize>, by: &str) -> Option<String> {
    Some(format!(
        "{}{by}{}",
        text.get(..range.start)?,
        text.get(range.end..)?
    ))
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether what stands there is inside braces or brackets that its document opened before.
fn is_flow(text: &str, at: usize) -> bool {
    let count = |open: char, close: char| {
        let before = &text[document(text, at).start..at];
        before.matches(open).count() > before.matches(close).count()
    };
    count('{', '}') || count('[', ']')
}

/// The end of a flow value: the comma or the bracket behind it.
fn flow_end(text: &str, from: usize) -> usize {
    let (mut depth, mut quote) = (0, None);
    for (at, c) in text[from..].char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[') => depth += 1,
            (None, ',' | '}' | ']') if depth == 0 => return from + at,
            (None, '}' | ']') => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// From `---` to `---`.
pub(super) fn document(text: &str, at: usize) -> Range<usize> {
    let start = match text[..line_end(text, at)].rfind("\n---\n") {
        Some(before) => before + 5,
        None if text.starts_with("---\n") => 4,
        None => 0,
    };
    let end = text[at.max(start)..].find("\n---\n");
    start..end.map_or(text.len(), |end| at.max(start) + end + 1)
}

/// The key to which a place belongs: the place itself, or what stands before the value there.
pub(super) fn key_at(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..line_end(text, at)];
    let word = rest.find(':').map(|end| &rest[..end]);
    let is_key = word.is_some_and(|word| {
        let bare = word.trim_matches(['"', '\'']);
        !bare.contains([' ', '{', '[', ',', '"', '\''])
            && rest[word.len() + 1..].starts_with([' ', '\n'])
    });
    if is_key {
        return Some(at);
    }
    let before = text[line_start(text, at)..at].trim_end_matches(' ');
    let key = before.strip_suffix(':')?;
    let start = key.rfind([' ', '{', ',', '[']).map_or(0, |end| end + 1);
    Some(line_start(text, at) + start)
}

/// The only place of a key in a document.
pub(super) fn only_key(text: &str, within: Range<usize>, key: &str) -> Option<usize> {
    let wanted = format!("{key}:");
    let part = &text[within.clone()];
    let mut found = part.match_indices(&wanted).map(|(at, _)| at).filter(|at| {
        let before = part[..*at].chars().next_back();
        before.is_none_or(|c| " \n{,".contains(c))
            && part[at + wanted.len()..].starts_with([' ', '\n'])
    });
    let only = found.next();
    only.filter(|_| found.next().is_none())
        .map(|at| within.start + at)
}

/// What a key or an item takes: itself with its value, without what parts it from the next one.
fn extent(text: &str, start: usize) -> Range<usize> {
    if is_flow(text, start) {
        return start..flow_end(text, start);
    }
    let column = start - line_start(text, start);
    let mut end = line_end(text, start);
    let has_value = !text[start..end].trim_end().ends_with(':');
    for line in text[end..].split_inclusive('\n') {
        let is_item = !has_value && indent(line) == column && line.trim_start().starts_with("- ");
        if line.trim().is_empty() || line.starts_with("---") || (indent(line) <= column && !is_item)
        {
            break;
        }
        end += line.len();
    }
    start..end
}

/// Without the entry or the item that starts there.
pub(super) fn removed(text: &str, start: usize) -> Option<String> {
    if is_flow(text, start) {
        let mut range = extent(text, start);
        let rest = &text[range.end..];
        if let Some(next) = rest.strip_prefix(',') {
            range.end += rest.len() - next.trim_start().len();
        } else {
            let before = text[..range.start].trim_end();
            range.start = before.strip_suffix(',').map_or(range.start, str::len);
        }
        return replaced(text, range, "");
    }
    let line = line_start(text, start);
    let before = &text[line..start];
    let start = match before.trim() {
        "" => start,
        "-" => line + indent(before),
        _ => return None,
    };
    let end = extent(text, start).end;
    // a map or a list of nothing else goes with it
    let above = text[..line].trim_end_matches('\n');
    let parent = above.rfind('\n').map_or(0, |end| end + 1);
    let is_first = above.ends_with(':') && indent(&above[parent..]) < indent(before);
    let is_last = indent(&text[end..]) < indent(before) || text[end..].is_empty();
    if is_first && is_last {
        return removed(text, parent + indent(&above[parent..]));
    }
    replaced(text, line..end, "")
}

/// With another value of the key that starts there.
pub(super) fn with_value(text: &str, key: usize, entry: &str) -> Option<String> {
    let flow = is_flow(text, key);
    let end = if flow { "" } else { "\n" };
    replaced(text, extent(text, key), &format!("{entry}{end}"))
}

/// With one more entry in the map of a key.
pub(super) fn added(text: &str, within: Range<usize>, parent: &str, entry: &str) -> Option<String> {
    let key = only_key(text, within.clone(), parent).or_else(|| {
        let at = format!("\n{}", &text[within]).find(&format!("\n{parent}:"))?;
        Some(document(text, at).start + at)
    })?;
    let value = key + parent.len() + 1;
    let rest = &text[value..];
    if let Some(rest) = rest.trim_start_matches(' ').strip_prefix('{') {
        let at = text.len() - rest.len();
        let comma = if rest.starts_with('}') { "" } else { ", " };
        return replaced(text, at..at, &format!("{entry}{comma}"));
    }
    let end = line_end(text, value);
    let below = indent(&text[end..]).max(key - line_start(text, key) + 2);
    let line = format!("{}{entry}\n", " ".repeat(below));
    (text[value..end].trim().is_empty()).then(|| replaced(text, end..end, &line))?
}

/// With an annotation of the object that stands there.
pub(super) fn annotated(text: &str, at: usize, entry: &str) -> Option<String> {
    // in a list the object ends before its document does
    if text[..at].ends_with("- ") || text[at..].starts_with("- ") {
        return None;
    }
    let within = document(text, at);
    if only_key(text, within.clone(), "annotations").is_some() {
        return added(text, within, "annotations", entry);
    }
    added(
        text,
        within,
        "metadata",
        &format!("annotations: {{{entry}}}"),
    )
}
