//! Text to [`Node`]: by the fast reader ([`super::plain`]) where the text is plain, else over granit-parser's events.
//! Strict, bounded, with a place for everything that is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle};

use super::context::Keeping;
use super::ending::ended_as_written;
use super::events::{options, syntax, with_odd_quotes};
use super::plain;
use super::quotes::Eased;
use crate::krm::tree::node::{Entry, Kind, Node, Style};

/// Aliases may copy at most this many nodes in one document: real manifests copy tens, bombs billions.
const ALIAS_BUDGET: usize = 100_000;

/// How large a document may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// Bytes of its text.
    pub bytes: usize,
    /// Values in it, keys among them.
    pub values: usize,
}

impl Limit {
    /// Of an object that we interpret, an element of a `List` by itself. An API server takes 1.5 MiB (etcd's
    /// `--max-request-bytes`, as JSON), and a MachineSet has a hundred values. What nobody interprets passes at any
    /// size.
    pub(crate) const INTERPRETED: Self = Self {
        bytes: 8 << 20,
        values: 200_000,
    };
    /// Of an object of which we read a mark only, as an annotation.
    pub(crate) const LOOKED_AT: Self = Self {
        bytes: usize::MAX,
        values: 1_000_000,
    };
}

/// Why a text is not a document that we read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// Byte range in the source.
    pub span: Range<usize>,
}

/// The kinds of [`ParseError`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParseErrorKind {
    /// The text is not YAML.
    #[error("{0}")]
    Syntax(ErrorKind),
    /// A key stands twice in one mapping; the first place.
    #[error("key `{0}` is already defined")]
    DuplicateKey(String, usize),
    /// A mapping key that is a list, a map or an alias.
    #[error("a mapping key is not a plain name")]
    ComplexKey,
    /// A tag other than `!!str`.
    #[error("tag `{0}` is not understood here")]
    Tag(String),
    /// Aliases that copy too much.
    #[error("aliases expand to more than {ALIAS_BUDGET} nodes")]
    AliasBomb,
    /// More values than any object that we read has.
    #[error("the object holds more than {0} values")]
    TooManyValues(usize),
    /// More text than any object that we read has: its length and the limit.
    #[error("the object is {} MiB long, and at most {} MiB are read", .0.div_ceil(1 << 20), .1 >> 20)]
    TooLong(usize, usize),
    /// Nothing in the text.
    #[error("the document is empty")]
    Empty,
}

pub(super) enum Open {
    List(Vec<Node>),
    Map(Vec<Entry>, Option<(String, Range<usize>)>),
}

pub(super) struct Frame {
    pub(super) open: Open,
    start: usize,
    anchor: usize,
}

pub(super) struct Builder {
    pub(super) keeping: Option<Keeping>,
    pub(super) frames: Vec<Frame>,
    pub(super) anchors: BTreeMap<usize, Node>,
    pub(super) budget: usize,
    nodes: usize,
    pub(super) errors: Vec<ParseError>,
    root: Option<Node>,
}

/// Reads one document out of `text[range]`. All duplicate keys are reported, not just the first.
pub(crate) fn parse(text: &str, range: Range<usize>) -> Result<Node, Vec<ParseError>> {
    parse_within(text, range, Limit::LOOKED_AT)
}

/// The same, unless the document is larger than a limit.
pub(super) fn parse_within(
    text: &str,
    range: Range<usize>,
    limit: Limit,
) -> Result<Node, Vec<ParseError>> {
    if range.len() > limit.bytes {
        let kind = ParseErrorKind::TooLong(range.len(), limit.bytes);
        return Err(vec![too_large(kind, &range)]);
    }
    let slice = text.get(range.clone()).unwrap_or("");
    match plain::read(slice, range.start, limit.values) {
        Some(node) => Ok(node),
        None => by_events(slice, range, limit),
    }
}

fn too_large(kind: ParseErrorKind, range: &Range<usize>) -> ParseError {
    ParseError {
        kind,
        span: range.start..range.start,
    }
}

/// The same by granit-parser, which reads all of YAML and says what is wrong.
pub(super) fn by_events(
    slice: &str,
    range: Range<usize>,
    limit: Limit,
) -> Result<Node, Vec<ParseError>> {
    with_odd_quotes(slice, range.start, |eased| {
        events(slice, eased, &range, limit)
    })
}

fn events(
    slice: &str,
    eased: Option<&Eased>,
    range: &Range<usize>,
    limit: Limit,
) -> Result<Node, Vec<ParseError>> {
    let mut builder = Builder::new(ALIAS_BUDGET);
    let place = |at: usize| eased.map_or(at, |eased| eased.back(at));
    let text = eased.map_or(slice, |eased| eased.slice(&(0..slice.len())));
    for event in Parser::new_from_str_with_options(text, options()) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                builder.errors.push(syntax(&error, range.start, place));
                return Err(builder.errors);
            }
        };
        let bytes = with_last_line(&event, span.byte_range().unwrap_or(0..0), text);
        let bytes = place(bytes.start)..place(bytes.end);
        if let Some(eased) = eased {
            eased.found(&event, &bytes);
        }
        let event = ended_as_written(event, span, text);
        builder.event(event, range.start + bytes.start..range.start + bytes.end);
        builder.nodes += 1;
        if builder.nodes > limit.values {
            let kind = ParseErrorKind::TooManyValues(limit.values);
            builder.errors.push(too_large(kind, range));
            return Err(builder.errors);
        }
        if builder.budget == 0 {
            return Err(builder.errors);
        }
    }
    match builder.root {
        _ if !builder.errors.is_empty() => Err(builder.errors),
        Some(node) => Ok(node),
        None => Err(vec![ParseError {
            kind: ParseErrorKind::Empty,
            span: range.clone(),
        }]),
    }
}

/// A block scalar ends with its last line. Its mark lies behind the indentation of what follows, where that has some.
fn with_last_line(event: &Event<'_>, span: Range<usize>, text: &str) -> Range<usize> {
    let Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) = event else {
        return span;
    };
    let written = text.get(span.clone()).unwrap_or("");
    let lines = written.trim_end_matches(' ');
    if span.end < text.len() && lines.ends_with('\n') {
        span.start..span.start + lines.len()
    } else {
        span
    }
}

impl Builder {
    pub(super) fn new(budget: usize) -> Self {
        Self {
            keeping: None,
            frames: Vec::new(),
            anchors: BTreeMap::new(),
            budget,
            nodes: 0,
            errors: Vec::new(),
            root: None,
        }
    }

    pub(super) fn event(&mut self, event: Event<'_>, span: Range<usize>) {
        self.look_back(&event, &span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
                let style = self.style(style, tag.as_deref(), &span);
                // granit reports an empty node as `~` with no width
                let text = if style == Style::Plain && span.is_empty() {
                    "null".to_owned()
                } else {
                    text.into_owned()
                };
                self.node(
                    Node {
                        kind: Kind::Scalar(text, style),
                        span,
                    },
                    anchor,
                );
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.no_tag(tag.map(|tag| tag.suffix().to_owned()), &["seq"], &span);
                self.open(Open::List(Vec::new()), span.start, anchor);
            }
            Event::MappingStart(_, anchor, tag) => {
                self.no_tag(tag.map(|tag| tag.suffix().to_owned()), &["map"], &span);
                self.open(Open::Map(Vec::new(), None), span.start, anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(frame) = self.frames.pop() {
                    let kind = match frame.open {
                        Open::List(items) => Kind::List(items),
                        Open::Map(entries, _) => {
                            self.duplicates(&entries);
                            Kind::Map(merge_keys(entries))
                        }
                    };
                    let end = span.end.max(frame.start);
                    self.node(
                        Node {
                            kind,
                            span: frame.start..end,
                        },
                        frame.anchor,
                    );
                }
            }
            Event::Alias(id) => match self.anchors.get(&id).cloned() {
                Some(node) => {
                    self.budget = self.budget.saturating_sub(node.size());
                    if self.budget == 0 {
                        self.error(ParseErrorKind::AliasBomb, span);
                    } else {
                        self.node(Node { span, ..node }, 0);
                    }
                }
                None => self.error(ParseErrorKind::Syntax(ErrorKind::UnknownAnchor), span),
            },
            _ => {}
        }
    }

    fn error(&mut self, kind: ParseErrorKind, span: Range<usize>) {
        self.errors.push(ParseError { kind, span });
    }

    fn style(&mut self, style: ScalarStyle, tag: Option<&str>, span: &Range<usize>) -> Style {
        match tag {
            None if style == ScalarStyle::Plain => Style::Plain,
            // kustomize sends the string `<<` as `!!merge <<`
            None | Some("tag:yaml.org,2002:str" | "tag:yaml.org,2002:merge" | "!") => Style::Quoted,
            Some(
                "tag:yaml.org,2002:int"
                | "tag:yaml.org,2002:bool"
                | "tag:yaml.org,2002:null"
                | "tag:yaml.org,2002:float",
            ) => Style::Plain,
            Some(tag) => {
                self.error(ParseErrorKind::Tag(tag.to_owned()), span.clone());
                Style::Quoted
            }
        }
    }

    fn no_tag(&mut self, tag: Option<String>, known: &[&str], span: &Range<usize>) {
        if let Some(tag) = tag.filter(|tag| !known.contains(&tag.as_str())) {
            self.error(ParseErrorKind::Tag(tag), span.clone());
        }
    }

    fn open(&mut self, open: Open, start: usize, anchor: usize) {
        if let Some(Frame {
            open: Open::Map(_, None),
            ..
        }) = self.frames.last()
        {
            self.error(ParseErrorKind::ComplexKey, start..start);
        }
        self.frames.push(Frame {
            open,
            start,
            anchor,
        });
    }

    fn node(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        self.keep(&node);
        match self.frames.last_mut() {
            None => {
                self.root.get_or_insert(node);
            }
            Some(Frame {
                open: Open::List(items),
                ..
            }) => items.push(node),
            Some(Frame {
                open: Open::Map(entries, key),
                ..
            }) => match key.take() {
                None => *key = Some((node.text().unwrap_or("").to_owned(), node.span)),
                Some((key, key_span)) => entries.push(Entry {
                    key,
                    key_span,
                    value: node,
                }),
            },
        }
    }

    /// Every key that a map has a second time. Sorted, not searched one by one: a map may have a million keys.
    fn duplicates(&mut self, entries: &[Entry]) {
        let mut sorted: Vec<&Entry> = entries.iter().filter(|entry| entry.key != "<<").collect();
        sorted.sort_by(|a, b| a.key.cmp(&b.key));
        let mut again: Vec<(&Entry, usize)> = Vec::new();
        for same in sorted.chunk_by(|a, b| a.key == b.key) {
            if let [first, rest @ ..] = same {
                again.extend(rest.iter().map(|entry| (*entry, first.key_span.start)));
            }
        }
        again.sort_by_key(|(entry, _)| entry.key_span.start);
        for (entry, first) in again {
            let kind = ParseErrorKind::DuplicateKey(entry.key.clone(), first);
            self.error(kind, entry.key_span.clone());
        }
    }
}

/// Expands `<<: *defaults` as kustomize does: what is written wins over what is merged in.
fn merge_keys(entries: Vec<Entry>) -> Vec<Entry> {
    let is_merge =
        |entry: &Entry| entry.key == "<<" && !matches!(entry.value.kind, Kind::Scalar(..));
    if !entries.iter().any(is_merge) {
        return entries;
    }
    let (merges, mut kept): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_merge);
    for merge in merges {
        let maps = match merge.value.kind {
            Kind::List(items) => items,
            kind => vec![Node {
                kind,
                span: merge.value.span,
            }],
        };
        let mut known: BTreeSet<String> = kept.iter().map(|entry| entry.key.clone()).collect();
        for entry in maps.iter().flat_map(Node::entries) {
            if known.insert(entry.key.clone()) {
                kept.push(entry.clone());
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<ParseErrorKind> {
        let errors = parse(text, 0..text.len()).expect_err("should not parse");
        errors.into_iter().map(|error| error.kind).collect()
    }

    #[test]
    fn spans_are_those_of_the_source_also_in_a_slice() {
        let text = "x: 1\n- a: {b: [c]}\n";
        let node = parse(text, 5..text.len()).expect("parses");
        let c = node.items()[0].at(&["a", "b"]).expect("a.b").items()[0].clone();
        assert_eq!(&text[c.span], "c");
    }

    #[test]
    fn every_duplicate_key_is_reported() {
        let kinds = errors("a: 1\na: 2\nb: {c: 1, c: 2}\n");
        assert_eq!(kinds.len(), 2);
    }

    #[test]
    fn merge_keys_and_aliases_are_expanded() {
        let text = "x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n";
        let node = parse(text, 0..text.len()).expect("parses");
        let y = node.get("y").expect("y").to_json();
        assert_eq!(y, serde_json::json!({"b": 3, "a": 1}));
    }

    #[test]
    fn an_alias_bomb_is_an_error() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for level in 1..12 {
            let alias = format!("*a{}", level - 1);
            let list = vec![alias; 10].join(",");
            text = format!("{text}a{level}: &a{level} [{list}]\n");
        }
        assert!(errors(&text).contains(&ParseErrorKind::AliasBomb));
    }

    #[test]
    fn what_is_larger_than_any_object_is_an_error() {
        let limit = Limit {
            bytes: 40,
            values: 20,
        };
        let errors = |text: &str| {
            let errors = parse_within(text, 0..text.len(), limit).expect_err("too large");
            let kinds: Vec<_> = errors.into_iter().map(|error| error.kind).collect();
            kinds
        };
        let many = format!("a: [{}]\n", "x,".repeat(15));
        assert_eq!(errors(&many), [ParseErrorKind::TooManyValues(20)]);
        let long = format!("a: {}\n", "x".repeat(40));
        assert_eq!(errors(&long), [ParseErrorKind::TooLong(44, 40)]);
        assert!(parse(&long, 0..long.len()).is_ok());
    }

    #[test]
    fn an_empty_value_is_null() {
        let node = parse("a:\nb: ~\n", 0..8).expect("parses");
        assert!(node.get("a").is_some_and(Node::is_null));
        assert!(node.get("b").is_some_and(Node::is_null));
    }
}
