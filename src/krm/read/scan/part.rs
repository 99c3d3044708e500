//! One document of the stream: a block mapping, with the keys of a ResourceList followed into their values.

use super::lex::{Lexed, bail};
use super::line::{Content, Gap, Key, Lexer, Line, Value};
use super::object::Tracker;
use crate::krm::read::outline::{Element, Entry, Envelope, Identity, List, Part, Root, Shape};
use crate::krm::tree::scalar::{self, Resolved};

/// What the last key of the root holds.
enum Section<'a> {
    /// Before the first key.
    Start,
    /// Nothing to follow; whether a value stands on the key's line.
    Plain(bool),
    Items(Entry, List<'a>),
    /// The last element of `items`, which goes on.
    Config(Entry, Tracker<'a>),
    Results(Entry),
}

/// A document whose end is not known yet.
pub(super) struct Open<'a> {
    text: &'a str,
    part: Part<'a>,
    root: Tracker<'a>,
    envelope: Envelope<'a>,
    section: Section<'a>,
    /// The identity of the element that is open.
    element: Tracker<'a>,
}

impl<'a> Open<'a> {
    pub(super) fn new(text: &'a str, segment: usize, start: usize) -> Self {
        Self {
            text,
            part: Part {
                segment: segment..start,
                head: 0..0,
                range: start..start,
                root: Root::Empty,
                end: start,
                identity: Identity::default(),
                envelope: None,
            },
            root: Tracker::new(text),
            envelope: Envelope::default(),
            section: Section::Start,
            element: Tracker::new(text),
        }
    }

    pub(super) fn line(&mut self, lexer: &mut Lexer<'a>, line: &Line, gap: Gap) -> Lexed<()> {
        let whole = if line.indent == 0 && line.dashes == 0 {
            let Content::Key(key) = &line.content else {
                return bail("a document that is no mapping");
            };
            self.close_section(gap);
            self.part.root = Root::Block(0);
            let whole = self.root.line(line, 0)?;
            self.open_section(lexer, line, key)?;
            whole
        } else {
            self.inside(lexer, line, gap)?
        };
        if whole {
            lexer.expect_whole();
        }
        Ok(())
    }

    /// Lines that are indented deeper than this change nothing.
    pub(super) fn deep(&self) -> usize {
        match &self.section {
            Section::Plain(_) => self.root.deep(),
            Section::Config(entry, tracker) if !entry.flow => tracker.deep(),
            Section::Items(entry, list) if !entry.flow && !list.elements.is_empty() => {
                self.element.deep()
            }
            Section::Results(entry) if !entry.flow && entry.shape != Shape::Null => 0,
            _ => usize::MAX,
        }
    }

    /// A line below a key of the root.
    fn inside(&mut self, lexer: &mut Lexer<'a>, line: &Line, gap: Gap) -> Lexed<bool> {
        match &mut self.section {
            Section::Start => bail("a document that is no mapping"),
            Section::Plain(true) if line.indent == 0 => bail("a list below a value"),
            Section::Plain(_) => self.root.line(line, line.dashes),
            Section::Results(entry) | Section::Config(entry, _) if entry.flow => {
                bail("lines below a value")
            }
            Section::Results(entry) => {
                if entry.shape == Shape::Null {
                    let list = line.dashes > 0;
                    entry.shape = if list { Shape::List } else { Shape::Map };
                }
                Ok(false)
            }
            Section::Config(_, tracker) => tracker.line(line, line.dashes),
            Section::Items(entry, _) if entry.flow => bail("lines below a value"),
            Section::Items(entry, list) => {
                let column = *list.column.get_or_insert(line.indent);
                lexer.watch = column;
                entry.shape = Shape::List;
                if line.indent == column {
                    end_element(list, &mut self.element, gap);
                    begin_element(self.text, list, &mut self.element, line)
                } else if line.indent < column || list.elements.is_empty() {
                    bail("`items` that is no list")
                } else {
                    continue_element(list, &mut self.element, line)
                }
            }
        }
    }

    fn open_section(&mut self, lexer: &mut Lexer<'a>, line: &Line, key: &Key) -> Lexed<()> {
        let name = self.text.get(key.text.clone()).unwrap_or("");
        lexer.watch = 0;
        let known = match name {
            "items" => self.envelope.items.is_some(),
            "functionConfig" => self.envelope.config.is_some(),
            "results" => self.envelope.results.is_some(),
            _ => {
                self.section = Section::Plain(key.value != Value::Absent);
                return Ok(());
            }
        };
        if known {
            return bail("a key stands twice");
        }
        let entry = entry(self.text, line, key);
        self.section = match name {
            "items" => {
                let empty = self
                    .text
                    .get(entry.node.clone())
                    .is_some_and(|text| text.trim_start_matches(['[', ']', ' ']).is_empty());
                if entry.flow && entry.shape == Shape::List && !empty {
                    return bail("`items` in flow form");
                }
                Section::Items(entry, List::default())
            }
            "functionConfig" => Section::Config(entry, Tracker::new(self.text)),
            _ => Section::Results(entry),
        };
        Ok(())
    }

    fn close_section(&mut self, gap: Gap) {
        match std::mem::replace(&mut self.section, Section::Start) {
            Section::Start | Section::Plain(_) => {}
            Section::Items(mut entry, mut list) => {
                end_element(&mut list, &mut self.element, gap);
                finish(
                    &mut entry,
                    list.elements.last().map_or(gap.root, |last| last.range.end),
                );
                self.envelope.items = Some((entry, list));
            }
            Section::Config(mut entry, mut tracker) => {
                if tracker.column.is_some() {
                    entry.shape = Shape::Map;
                }
                tracker.identity.unsure |= entry.flow && entry.shape == Shape::Map;
                finish(&mut entry, gap.root);
                self.envelope.config = Some((entry, tracker.identity));
            }
            Section::Results(mut entry) => {
                finish(&mut entry, gap.root);
                self.envelope.results = Some(entry);
            }
        }
    }

    pub(super) fn close(mut self, gap: Gap) -> Lexed<Part<'a>> {
        self.close_section(gap);
        if self.part.root != Root::Empty {
            self.part.end = gap.root;
        }
        self.part.identity = self.root.identity;
        if self.part.identity.unsure {
            return bail("a document whose kind or name is not written in one word");
        }
        let envelope = self.envelope;
        if envelope.items.is_some() || envelope.config.is_some() || envelope.results.is_some() {
            self.part.envelope = Some(Box::new(envelope));
        }
        Ok(self.part)
    }
}

fn entry(text: &str, line: &Line, key: &Key) -> Entry {
    let (node, shape, flow) = match &key.value {
        Value::Absent => (key.colon..key.colon, Shape::Null, false),
        Value::Block | Value::Quoted(_) => (key.colon..key.colon, Shape::Scalar, true),
        Value::Flow(range) => {
            let list = text.as_bytes().get(range.start) == Some(&b'[');
            (
                range.clone(),
                if list { Shape::List } else { Shape::Map },
                true,
            )
        }
        Value::Plain(range) => {
            let plain = text.get(range.clone()).unwrap_or("");
            let comment = plain.find(" #").unwrap_or(plain.len());
            let plain = plain.get(..comment).unwrap_or("").trim_end();
            let null = scalar::resolve(plain) == Resolved::Null;
            if null {
                (range.start..range.start + plain.len(), Shape::Null, true)
            } else {
                (key.colon..key.colon, Shape::Scalar, true)
            }
        }
    };
    Entry {
        start: line.start,
        colon: key.colon,
        node,
        value: key.colon..key.colon,
        shape,
        flow,
    }
}

fn finish(entry: &mut Entry, end: usize) {
    entry.value.end = end;
}

fn begin_element<'a>(
    text: &'a str,
    list: &mut List<'a>,
    tracker: &mut Tracker<'a>,
    line: &Line,
) -> Lexed<bool> {
    if line.dashes != 1 {
        return bail("`items` that is no list of objects");
    }
    *tracker = Tracker::new(text);
    let range = line.start..line.start;
    list.elements.push(Element {
        range,
        shape: Shape::Null,
        identity: Identity::default(),
    });
    match line.content {
        Content::Nothing => Ok(false),
        _ => tracker.line(line, 0),
    }
}

fn continue_element<'a>(list: &List<'a>, tracker: &mut Tracker<'a>, line: &Line) -> Lexed<bool> {
    let dash = list.column.unwrap_or(0);
    if tracker.column.is_some_and(|column| line.indent < column) || line.indent <= dash {
        return bail("a line is indented less than its object");
    }
    tracker.line(line, line.dashes)
}

fn end_element<'a>(list: &mut List<'a>, tracker: &mut Tracker<'a>, gap: Gap) {
    if let Some(last) = list.elements.last_mut() {
        last.range.end = gap.element;
        if tracker.column.is_some() {
            last.shape = Shape::Map;
            last.identity = std::mem::take(&mut tracker.identity);
        }
    }
}
