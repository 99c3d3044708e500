//! Adding to a user's object without touching its other bytes: comments, order and quoting stay as they are.

use std::ops::Range;

use super::lines::{last_line_end, line_end};
pub(crate) use super::patch::Edits;
use super::patch::apply;
use crate::krm::read::document::{Document, Form};
use crate::krm::read::ending::open_block;
use crate::krm::tree::node::{Kind, Node};
use crate::krm::write::emit;
use crate::source::Source;

/// Why an object cannot be completed as text; the caller prints what to add by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotComplete {
    /// The place is written through an alias or merge key: an edit there would change another place too.
    #[error("it is written through an alias")]
    Alias,
    /// A scalar stands where a map or list is needed.
    #[error("it is neither a map nor a list")]
    Scalar,
    /// A string in a style whose bytes cannot be mapped to what it says with certainty.
    #[error("its text is neither a literal block (`|`) nor in double quotes on one line")]
    NotLiteral,
    /// A layout that we do not edit.
    #[error("its layout is not one that can be edited safely")]
    Layout,
}

/// Adds `key: value` to the map at `path`; maps that are missing on the way are made.
pub(crate) fn add_entry(
    document: &Document<'_>,
    root: &Node,
    path: &[&str],
    key: &str,
    value: &Node,
) -> Result<Edits, CannotComplete> {
    let edits = added(document, root, path, key, value)?;
    checked(document, edits, &with_entry(root, path, key, value))
}

/// The same where the key may be there without a value: `key:`, `key: null`, `key: ""`. A comment behind it stays.
pub(crate) fn set_entry(
    document: &Document<'_>,
    root: &Node,
    path: &[&str],
    key: &str,
    value: &Node,
) -> Result<Edits, CannotComplete> {
    let edits = set_edits(document, root, path, key, value)?;
    checked(document, edits, &with_entry(root, path, key, value))
}

fn with_entry(root: &Node, path: &[&str], key: &str, value: &Node) -> Node {
    let mut wanted = root.clone();
    wanted.make(path).set(key, value.clone());
    wanted
}

/// [`set_entry`], to be checked together with others.
pub(crate) fn set_edits(
    document: &Document<'_>,
    root: &Node,
    path: &[&str],
    key: &str,
    value: &Node,
) -> Result<Edits, CannotComplete> {
    let all: Vec<&str> = path.iter().copied().chain([key]).collect();
    match root.at(&all) {
        Some(_) => filled(document, root, &all, value),
        None => added(document, root, path, key, value),
    }
}

fn added(
    document: &Document<'_>,
    root: &Node,
    path: &[&str],
    key: &str,
    value: &Node,
) -> Result<Edits, CannotComplete> {
    let (parent, rest) = deepest(document, root, path)?;
    // nest what is missing: spec, resourceLimits, gpus
    let chain: Vec<&str> = rest.iter().copied().chain([key]).collect();
    let Some((first, inner)) = chain.split_first() else {
        return Err(CannotComplete::Layout);
    };
    let nested = inner
        .iter()
        .rev()
        .fold(value.clone(), |node, key| Node::from([(*key, node)]));
    insert(document, &parent, &Addition::Entry(first, &nested))
}

fn filled(
    document: &Document<'_>,
    root: &Node,
    path: &[&str],
    value: &Node,
) -> Result<Edits, CannotComplete> {
    let (target, rest) = deepest(document, root, path)?;
    let is_blank = |text: &str| text.trim().is_empty();
    let is_nothing = target.node.is_null() || target.node.text().is_some_and(is_blank);
    if !rest.is_empty() || !is_nothing {
        return Err(CannotComplete::Scalar);
    }
    let text = document.source.text.as_str();
    let start = target.after_key;
    let end = start.max(target.node.span.end);
    on_one_line(text, start..end)?;
    if target.in_flow {
        return Ok(vec![(start..end, format!(" {}", emit::flow(value)))]);
    }
    let column = key_column(text, start)?;
    let block = emit::block(&Node::from([("k", value.clone())]), column);
    let (head, lines) = block.split_once('\n').unwrap_or((&block, ""));
    let head = head.trim_start().trim_start_matches("k:");
    let mut edits = vec![(start..end, head.to_owned())];
    if !lines.is_empty() {
        let below = line_end(text, end);
        let mut lines = with_line_breaks(text, below, lines);
        if below == text.len() && open_block(block.trim_end()).is_some() {
            lines.push_str(if text.contains("\r\n") { "\r\n" } else { "\n" });
        }
        edits.push((below..below, lines));
    }
    Ok(edits)
}

/// Appends to the list at `path`; the list is made when it is missing or empty.
pub(crate) fn add_items(
    document: &Document<'_>,
    root: &Node,
    path: &[&str],
    values: &[Node],
) -> Result<Edits, CannotComplete> {
    match root.at(path) {
        Some(list) if matches!(list.kind, Kind::List(_)) || list.is_null() => {
            let (list, _) = deepest(document, root, path)?;
            let edits = insert(document, &list, &Addition::Items(values))?;
            let mut wanted = root.clone();
            let items = wanted.make(path).items_mut();
            items.extend(values.iter().cloned());
            checked(document, edits, &wanted)
        }
        Some(_) => Err(CannotComplete::Scalar),
        None => {
            let (key, parents) = path.split_last().ok_or(CannotComplete::Layout)?;
            add_entry(document, root, parents, key, &Node::from(values.to_vec()))
        }
    }
}

/// The edits, when the object then says what is wanted and nothing else.
pub(crate) fn checked(
    document: &Document<'_>,
    edits: Edits,
    wanted: &Node,
) -> Result<Edits, CannotComplete> {
    match edited(document, &edits) {
        Some(node) if node.to_json() == wanted.to_json() => Ok(edits),
        _ => Err(CannotComplete::Layout),
    }
}

/// What an object says after edits.
pub(super) fn edited(document: &Document<'_>, edits: &Edits) -> Option<Node> {
    let Range { start, end } = document.range;
    let own = |(range, text): &(Range<usize>, String)| {
        let inside = range.end <= end;
        let from = range.start.checked_sub(start).filter(|_| inside)?;
        Some((from..range.end.checked_sub(start)?, text.clone()))
    };
    let own: Edits = edits.iter().map(own).collect::<Option<_>>()?;
    let source = Source::new("", apply(document.source.text.get(start..end)?, own));
    let mut after = Document::whole(&source);
    after.form = document.form;
    after.node().ok()
}

enum Addition<'a> {
    Entry(&'a str, &'a Node),
    Items(&'a [Node]),
}

impl Addition<'_> {
    fn block(&self, indent: usize) -> String {
        match self {
            Self::Entry(key, value) => emit::block(&Node::from([(*key, (*value).clone())]), indent),
            Self::Items(values) => values
                .iter()
                .map(|value| emit::list_item(value, indent))
                .collect(),
        }
    }

    fn flow(&self) -> String {
        match self {
            Self::Entry(key, value) => {
                format!("{}: {}", emit::json_string(key), emit::flow(value))
            }
            Self::Items(values) => values.iter().map(emit::flow).collect::<Vec<_>>().join(", "),
        }
    }
}

/// A node to add to.
struct Target<'n> {
    node: &'n Node,
    /// Where the node may begin: after the colon of its key.
    after_key: usize,
    /// Whether it stands inside a flow collection.
    in_flow: bool,
}

/// The deepest node that is there along a path, and the keys that are missing below it.
fn deepest<'n, 'p>(
    document: &Document<'_>,
    root: &'n Node,
    path: &'p [&'p str],
) -> Result<(Target<'n>, &'p [&'p str]), CannotComplete> {
    let text = document.source.text.as_bytes();
    let is_flow = |node: &Node| matches!(text.get(node.span.start), Some(b'{' | b'['));
    let mut target = Target {
        node: root,
        after_key: root.span.start,
        in_flow: document.form == Form::Flow,
    };
    for (depth, key) in path.iter().enumerate() {
        let Some(entry) = target.node.entry(key) else {
            return Ok((target, path.get(depth..).unwrap_or(&[])));
        };
        let inside = target.node.span.start <= entry.key_span.start;
        if text.get(entry.value.span.start) == Some(&b'*') || !inside {
            return Err(CannotComplete::Alias);
        }
        let rest = text.get(entry.key_span.end..).unwrap_or(&[]);
        let colon = memchr::memchr(b':', rest).ok_or(CannotComplete::Layout)?;
        target = Target {
            node: &entry.value,
            after_key: entry.key_span.end + colon + 1,
            in_flow: target.in_flow || is_flow(target.node),
        };
    }
    Ok((target, &[]))
}

fn insert(
    document: &Document<'_>,
    target: &Target<'_>,
    addition: &Addition<'_>,
) -> Result<Edits, CannotComplete> {
    let text = document.source.text.as_str();
    let node = target.node;
    match (&node.kind, addition) {
        (Kind::Map(_), Addition::Entry(..)) | (Kind::List(_), Addition::Items(_)) => {}
        _ if node.is_null() => return in_place_of_nothing(text, target, addition),
        _ => return Err(CannotComplete::Scalar),
    }
    if target.in_flow || is_flow(text, node) {
        return into_flow(text, node, addition);
    }
    if node.is_empty() {
        return in_place_of_nothing(text, target, addition);
    }
    let end = last_line_end(text, node);
    let lines = addition.block(column(text, node)?);
    Ok(behind(text, end, &lines))
}

/// Lines below the line that ends at a place. The last line of a text may lack its line break; what it says stays.
fn behind(text: &str, end: usize, lines: &str) -> Edits {
    let added = (end..end, with_line_breaks(text, end, lines));
    let open = (end == text.len()).then(|| open_block(text)).flatten();
    match open {
        // white space goes that stands where the lines come in, at the start of a line
        Some((range, _)) if range.end == end && !range.is_empty() => {
            vec![(range, added.1.trim_start_matches(['\r', '\n']).to_owned())]
        }
        Some((range, with)) => vec![(range, with.to_owned()), added],
        None => vec![added],
    }
}

/// Whether a collection with elements is written in brackets. A block list begins where its first item does, which may
/// have brackets of its own.
fn is_flow(text: &str, node: &Node) -> bool {
    let (bracket, first) = match &node.kind {
        Kind::Map(entries) => (b'{', entries.first().map(|entry| entry.key_span.start)),
        Kind::List(items) => (b'[', items.first().map(|item| item.span.start)),
        Kind::Scalar(..) => return false,
    };
    first.is_some_and(|first| first != node.span.start)
        && text.as_bytes().get(node.span.start) == Some(&bracket)
}

/// Before the closing bracket, with a comma where one is needed.
fn into_flow(text: &str, parent: &Node, addition: &Addition<'_>) -> Result<Edits, CannotComplete> {
    let close = parent
        .span
        .end
        .checked_sub(1)
        .ok_or(CannotComplete::Layout)?;
    if !matches!(text.as_bytes().get(close), Some(b'}' | b']')) {
        return Err(CannotComplete::Layout);
    }
    let before = text.get(..close).unwrap_or("").trim_end();
    let at = before.len();
    let separator = if before.ends_with([',', '{', '[']) {
        " "
    } else {
        ", "
    };
    let separator = if parent.is_empty() { "" } else { separator };
    Ok(vec![(at..at, format!("{separator}{}", addition.flow()))])
}

/// `gpus:`, `gpus: []`, `gpus: {}` and `gpus: null` become a block below the key.
fn in_place_of_nothing(
    text: &str,
    target: &Target<'_>,
    addition: &Addition<'_>,
) -> Result<Edits, CannotComplete> {
    let start = target.after_key;
    let end = if target.node.span.is_empty() {
        start
    } else {
        target.node.span.end
    };
    if target.in_flow {
        let flow = match addition {
            Addition::Entry(..) => format!(" {{{}}}", addition.flow()),
            Addition::Items(_) => format!(" [{}]", addition.flow()),
        };
        return Ok(vec![(start..end, flow)]);
    }
    let key_column = key_column(text, start)?;
    on_one_line(text, start..end)?;
    let indent = match addition {
        Addition::Entry(..) => key_column + 2,
        Addition::Items(_) => key_column,
    };
    let below = line_end(text, end);
    let lines = with_line_breaks(text, below, &addition.block(indent));
    Ok(vec![(start..end, String::new()), (below..below, lines)])
}

/// Of what is written over several lines, more would go than a value.
fn on_one_line(text: &str, range: Range<usize>) -> Result<(), CannotComplete> {
    let written = text.get(range).filter(|text| !text.contains('\n'));
    written.map(|_| ()).ok_or(CannotComplete::Layout)
}

/// The column of a key whose colon ends at a place: where indentation and dashes end.
fn key_column(text: &str, behind_colon: usize) -> Result<usize, CannotComplete> {
    let before = text.get(..behind_colon).ok_or(CannotComplete::Layout)?;
    let line = before.rsplit('\n').next().unwrap_or("");
    if !line.ends_with(':') {
        return Err(CannotComplete::Layout);
    }
    Ok(line.len() - line.trim_start_matches([' ', '-']).len())
}

/// The column that entries or dashes of a block collection stand at.
fn column(text: &str, parent: &Node) -> Result<usize, CannotComplete> {
    let first = match &parent.kind {
        Kind::Map(entries) => entries.first().map(|entry| entry.key_span.start),
        Kind::List(items) => items.first().map(|item| item.span.start),
        Kind::Scalar(..) => None,
    };
    let before = first
        .and_then(|first| text.get(..first))
        .ok_or(CannotComplete::Layout)?;
    let line = before.rsplit('\n').next().unwrap_or("");
    match &parent.kind {
        Kind::List(_) => line.rfind('-').filter(|dash| {
            line.get(dash + 1..)
                .is_some_and(|gap| gap.trim().is_empty())
        }),
        _ => Some(line.chars().count()),
    }
    .ok_or(CannotComplete::Layout)
}

/// The lines of an addition, below the line that they follow, with the source's line breaks. The last line of a
/// document may lack its own: so do these, unless their last value would then say something else.
fn with_line_breaks(text: &str, end: usize, lines: &str) -> String {
    let mut lines = format!("\n{}", lines.trim_end_matches('\n'));
    if end == text.len() && open_block(&lines).is_some() {
        lines.push('\n');
    }
    if text.contains("\r\n") {
        lines.replace('\n', "\r\n")
    } else {
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krm::Source;

    fn applied(text: &str, edits: Result<Edits, CannotComplete>) -> String {
        let mut edits = edits.expect("can be completed");
        edits.sort_by_key(|(range, _)| range.start);
        let mut out = text.to_owned();
        for (range, with) in edits.into_iter().rev() {
            out.replace_range(range, &with);
        }
        out
    }

    fn item(text: &str, path: &[&str]) -> String {
        let source = Source::new("x", text);
        let document = Document::whole(&source);
        let root = document.node().expect("parses");
        applied(
            text,
            add_items(
                &document,
                &root,
                path,
                &[Node::from([("type", "a".into()), ("max", 4u32.into())])],
            ),
        )
    }

    fn entry(text: &str, path: &[&str]) -> String {
        let source = Source::new("x", text);
        let document = Document::whole(&source);
        let root = document.node().expect("parses");
        applied(text, add_entry(&document, &root, path, "k", &"v".into()))
    }

    #[test]
    fn items_are_added_at_the_dashes_of_the_list() {
        let text = "spec:\n  gpus: # limits\n    - type: b # mine\n      max: 1 # one\n  # about c\n  c: 1\n";
        let expected = "spec:\n  gpus: # limits\n    - type: b # mine\n      max: 1 # one\n    - type: a\n      max: 4\n  # about c\n  c: 1\n";
        assert_eq!(item(text, &["spec", "gpus"]), expected);
    }

    #[test]
    fn items_in_brackets_make_no_list_in_brackets() {
        for first in ["{type: b}", "[b]"] {
            assert_eq!(
                item(&format!("gpus:\n- {first}\n"), &["gpus"]),
                format!("gpus:\n- {first}\n- type: a\n  max: 4\n")
            );
        }
    }

    #[test]
    fn a_missing_list_is_made_with_its_parents() {
        let expected =
            "spec:\n  c: 1 # one\n  limits:\n    gpus:\n    - type: a\n      max: 4\n\n# end\n";
        assert_eq!(
            item(
                "spec:\n  c: 1 # one\n\n# end\n",
                &["spec", "limits", "gpus"]
            ),
            expected
        );
    }

    #[test]
    fn empty_collections_become_blocks() {
        let expected = "spec:\n  gpus: # none\n  - type: a\n    max: 4\n  c: 1\n";
        for empty in ["gpus: [] # none", "gpus: # none", "gpus: null # none"] {
            assert_eq!(
                item(&format!("spec:\n  {empty}\n  c: 1\n"), &["spec", "gpus"]),
                expected,
                "{empty}"
            );
        }
        assert_eq!(entry("spec: {}\n", &["spec"]), "spec:\n  k: v\n");
        assert_eq!(entry("spec:", &["spec"]), "spec:\n  k: v");
    }

    #[test]
    fn flow_stays_flow() {
        assert_eq!(
            item("spec: {gpus: [{type: b}] } # x\n", &["spec", "gpus"]),
            "spec: {gpus: [{type: b}, {\"type\":\"a\",\"max\":4}] } # x\n"
        );
        assert_eq!(
            entry("spec: {a: 1, }\n", &["spec"]),
            "spec: {a: 1, \"k\": \"v\" }\n"
        );
        assert_eq!(entry("{\"a\": {}}", &["a"]), "{\"a\": {\"k\": \"v\"}}");
    }

    #[test]
    fn block_scalars_at_the_end_keep_their_lines() {
        let text = "a:\n  b: |\n    x\n    y\n# c\nd: 1\n";
        assert_eq!(
            entry(text, &["a"]),
            "a:\n  b: |\n    x\n    y\n  k: v\n# c\nd: 1\n"
        );
        let deep = "s:\n  a:\n    b:\n      c: |\n        x\n        y\n  d: 1\n";
        assert_eq!(
            entry(deep, &["s", "a", "b"]),
            "s:\n  a:\n    b:\n      c: |\n        x\n        y\n      k: v\n  d: 1\n"
        );
        assert_eq!(
            entry(deep, &["s", "a"]),
            "s:\n  a:\n    b:\n      c: |\n        x\n        y\n    k: v\n  d: 1\n"
        );
        let nested = "a:\n  b:\n    - {x: 1}\n    - [1,\n       2]\nd: 1\n";
        assert_eq!(
            entry(nested, &["a"]),
            "a:\n  b:\n    - {x: 1}\n    - [1,\n       2]\n  k: v\nd: 1\n"
        );
    }

    #[test]
    fn block_scalars_that_keep_blank_lines_keep_them() {
        for (text, expected) in [
            (
                "a:\n  b: |+\n    x\n\n\nd: 1\n",
                "a:\n  b: |+\n    x\n\n\n  k: v\nd: 1\n",
            ),
            (
                "a:\n  b:\n    c: |+\n      x\n\n  d: 1\n",
                "a:\n  b:\n    c: |+\n      x\n\n  d: 1\n  k: v\n",
            ),
            ("a:\n  b: |+\n    x\n\n", "a:\n  b: |+\n    x\n\n  k: v\n"),
            (
                "a:\n  b: |\n    x\n\n\nd: 1\n",
                "a:\n  b: |\n    x\n  k: v\n\n\nd: 1\n",
            ),
            (
                "a:\r\n  b: |+\r\n    x\r\n\r\n",
                "a:\r\n  b: |+\r\n    x\r\n\r\n  k: v\r\n",
            ),
            ("a:\n  b: |\n    x", "a:\n  b: |-\n    x\n  k: v"),
        ] {
            assert_eq!(entry(text, &["a"]), expected);
        }
        let inner = "a:\n  b:\n    c: |+\n      x\n\n  d: 1\n";
        let expected = "a:\n  b:\n    c: |+\n      x\n\n    k: v\n  d: 1\n";
        assert_eq!(entry(inner, &["a", "b"]), expected);
    }

    /// What reads otherwise than it was meant is left to people.
    #[test]
    fn what_would_change_another_value_is_not_edited() {
        let source = Source::new("x", "a:\n  b: {c: 1} # d\n");
        let document = Document::whole(&source);
        let root = document.node().expect("parses");
        let wrong = vec![(9..10, "{k: v, ".to_owned()), (14..15, "2".to_owned())];
        let mut wanted = root.clone();
        wanted.make(&["a", "b"]).set("k", "v");
        assert_eq!(
            checked(&document, wrong, &wanted),
            Err(CannotComplete::Layout)
        );
    }

    #[test]
    fn what_is_shared_by_an_alias_is_not_edited() {
        let source = Source::new("x", "a: &a {b: 1}\nc: *a\nd:\n  <<: *a\n  e: 1\n");
        let document = Document::whole(&source);
        let root = document.node().expect("parses");
        assert_eq!(
            add_entry(&document, &root, &["c"], "k", &"v".into()),
            Err(CannotComplete::Alias)
        );
    }
}
