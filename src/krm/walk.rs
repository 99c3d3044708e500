//! A source to its [`Outline`] over granit-parser's events: for everything that the scanner is not certain of, and
//! the oracle that the scanner is tested against.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::gap;
use super::outline::{
    Element, Entry, Envelope, Identity, Link, List, Outline, OutlineError, OutlineErrorKind, Owner,
    Part, Root, Shape, line_start, lines_end,
};
use super::scalar::{self, Resolved};

/// Keys of a JSON document may stand far from their colon; granit looks ahead this far.
const KEY_LOOKAHEAD: usize = 1 << 16;

/// Outlines a source. Every document that is not YAML is an error of its own.
pub(super) fn walk(text: &str) -> Result<Outline<'_>, Vec<OutlineError>> {
    let mut walker = Walker::new(text);
    walker.run(text, 0);
    if let [
        OutlineError {
            kind: OutlineErrorKind::Syntax(_),
            ..
        },
        ..,
    ] = walker.errors.as_slice()
        && let Some(values) = json_values(text)
    {
        return walk_json(text, &values);
    }
    walker.finish()
}

/// JSON values one after the other are no YAML, but what `kubectl` and `jq` write and read.
fn walk_json<'a>(text: &'a str, values: &[Range<usize>]) -> Result<Outline<'a>, Vec<OutlineError>> {
    let mut walker = Walker::new(text);
    for (index, value) in values.iter().enumerate() {
        let next = values.get(index + 1).map_or(text.len(), |next| next.start);
        walker.run(text.get(value.clone()).unwrap_or(""), value.start);
        if let Some(part) = walker.outline.parts.last_mut() {
            part.segment = value.start..next;
            part.range = value.clone();
        }
    }
    walker.outline.json_sequence = true;
    walker.finish()
}

fn json_values(text: &str) -> Option<Vec<Range<usize>>> {
    let offset = text.len() - text.trim_start_matches('\u{feff}').len();
    let body = text
        .get(offset..)
        .filter(|body| body.trim_start().starts_with('{'))?;
    let mut values = Vec::new();
    let mut stream = serde_json::Deserializer::from_str(body).into_iter::<serde::de::IgnoredAny>();
    let mut start = 0;
    while let Some(value) = stream.next() {
        value.ok()?;
        let end = stream.byte_offset();
        let blank = body.get(start..end)?;
        let blank = blank.len() - blank.trim_start().len();
        values.push(offset + start + blank..offset + end);
        start = end;
    }
    (values.len() > 1).then_some(values)
}

/// Whose identity a mapping tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Root,
    Element,
    Config,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Object(Target),
    Meta(Target),
    Items,
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    ApiVersion,
    Kind,
    Metadata,
    Name,
    Namespace,
    Items,
    Config,
    Results,
    Merge,
    Other,
}

impl Key {
    const fn bit(self) -> u16 {
        1 << self as u16
    }

    fn of(role: Role, text: &str) -> Self {
        match (role, text) {
            (Role::Object(_) | Role::Meta(_), "<<") => Self::Merge,
            (Role::Object(_), "apiVersion") => Self::ApiVersion,
            (Role::Object(_), "kind") => Self::Kind,
            (Role::Object(_), "metadata") => Self::Metadata,
            (Role::Meta(_), "name") => Self::Name,
            (Role::Meta(_), "namespace") => Self::Namespace,
            (Role::Object(Target::Root), "items") => Self::Items,
            (Role::Object(Target::Root), "functionConfig") => Self::Config,
            (Role::Object(Target::Root), "results") => Self::Results,
            _ => Self::Other,
        }
    }
}

struct Frame {
    role: Role,
    map: bool,
    flow: bool,
    /// The key whose value comes next.
    key: Option<(Key, Range<usize>)>,
    /// Places of the keys that were seen, by bit.
    seen: u16,
    /// The first byte of the collection.
    start: usize,
}

/// What a node is to its parent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Root,
    Key,
    Value(Role, Key),
    Element(Role),
}

struct Walker<'a> {
    text: &'a str,
    /// Where the text that is parsed stands in the source.
    base: usize,
    outline: Outline<'a>,
    errors: Vec<OutlineError>,
    frames: Vec<Frame>,
    part: Option<Part<'a>>,
    envelope: Envelope<'a>,
    config: Identity<'a>,
    /// The element that is open, with its first byte.
    element: Option<Element<'a>>,
    list: List<'a>,
    /// The end of the last token with content.
    last: usize,
    /// Where the next document's segment starts.
    next: usize,
    anchors: BTreeMap<usize, Owner>,
}

impl<'a> Walker<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            base: 0,
            outline: Outline::default(),
            errors: Vec::new(),
            frames: Vec::new(),
            part: None,
            envelope: Envelope::default(),
            config: Identity::default(),
            element: None,
            list: List::default(),
            last: 0,
            next: 0,
            anchors: BTreeMap::new(),
        }
    }

    fn run(&mut self, slice: &'a str, base: usize) {
        self.base = base;
        let options = granit_parser::options! { emit_comments: false, simple_key_max_lookahead: KEY_LOOKAHEAD };
        let mut parser = Parser::new_from_str_with_options(slice, options);
        while let Some(event) = parser.next_event() {
            match event {
                Ok((event, span)) => {
                    let span = span.byte_range().unwrap_or(0..0);
                    self.event(event, base + span.start..base + span.end);
                }
                Err(error) => {
                    let at = base + error.marker().byte_offset().unwrap_or(0);
                    self.error(OutlineErrorKind::Syntax(error.info()), at..at);
                    self.frames.clear();
                    self.part = None;
                    if self.errors.len() > 20 || !parser.proceed_next_document().unwrap_or(false) {
                        return;
                    }
                }
            }
        }
    }

    fn finish(mut self) -> Result<Outline<'a>, Vec<OutlineError>> {
        if self.errors.is_empty() {
            if let Some(part) = self.outline.parts.last_mut() {
                extend(part, self.text.len());
            }
            Ok(self.outline)
        } else {
            Err(self.errors)
        }
    }

    fn error(&mut self, kind: OutlineErrorKind, span: Range<usize>) {
        self.errors.push(OutlineError { kind, span });
    }

    fn event(&mut self, event: Event<'a>, span: Range<usize>) {
        match event {
            Event::DocumentStart(explicit, _) => self.document_start(explicit, &span),
            Event::DocumentEnd => self.document_end(&span),
            Event::Scalar(text, style, anchor, _) => {
                // granit reports an empty node as `~` with no width
                let plain = style == ScalarStyle::Plain;
                let null = plain && (span.is_empty() || scalar::resolve(&text) == Resolved::Null);
                if !span.is_empty() || !plain {
                    self.last = self.last.max(span.end);
                }
                self.scalar(
                    text,
                    if null { Shape::Null } else { Shape::Scalar },
                    span,
                    anchor,
                );
            }
            Event::Alias(id) => {
                self.last = self.last.max(span.end);
                self.alias(id, span);
            }
            Event::SequenceStart(style, anchor, _) => {
                self.open(Shape::List, style == StructureStyle::Flow, span, anchor);
            }
            Event::MappingStart(style, anchor, _) => {
                self.open(Shape::Map, style == StructureStyle::Flow, span, anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&span),
            _ => {}
        }
    }

    // ---- documents

    fn document_start(&mut self, explicit: bool, span: &Range<usize>) {
        let segment = if explicit {
            line_start(self.text, span.start)
        } else {
            self.next
        };
        let free = self.directive_start(segment);
        if let Some(before) = self.outline.parts.last_mut() {
            extend(before, free);
        }
        let mut start = if explicit { span.end } else { span.start };
        if explicit
            && let Some(rest) = self.text.get(start..lines_end(self.text, start))
            && rest.trim().is_empty()
        {
            start += rest.len();
        }
        if !explicit {
            start = self.next.max(self.base);
            let bom = self
                .text
                .get(start..)
                .is_some_and(|text| text.starts_with('\u{feff}'));
            start += if bom { '\u{feff}'.len_utf8() } else { 0 };
        }
        self.last = start;
        let first = self.outline.parts.is_empty();
        self.part = Some(Part {
            segment: if first { self.base } else { segment }..start,
            range: start..start,
            root: Root::Empty,
            end: start,
            identity: Identity::default(),
            envelope: None,
        });
        self.envelope = Envelope::default();
        self.config = Identity::default();
        self.list = List::default();
    }

    /// `%` lines before a `---` are recorded and belong to nobody.
    fn directive_start(&mut self, marker: usize) -> usize {
        let mut at = self.next;
        let mut first = marker;
        while at < marker {
            let end = super::outline::line_end(self.text, at);
            if self.text.as_bytes().get(at) == Some(&b'%') {
                self.outline.directives.push(at..end);
                first = first.min(at);
            }
            at = end;
        }
        first
    }

    fn document_end(&mut self, span: &Range<usize>) {
        let Some(mut part) = self.part.take() else {
            return;
        };
        let explicit = self.text.get(span.clone()) == Some("...");
        part.range.end = span.start.max(part.range.start);
        part.segment.end = if explicit {
            lines_end(self.text, span.end)
        } else {
            part.range.end
        };
        self.next = part.segment.end;
        part.end = match part.root {
            Root::Flow => self.last,
            _ => lines_end(self.text, self.last),
        };
        let envelope = std::mem::take(&mut self.envelope);
        if envelope.items.is_some() || envelope.config.is_some() || envelope.results.is_some() {
            part.envelope = Some(Box::new(envelope));
        }
        self.outline.parts.push(part);
    }

    // ---- nodes

    fn slot(&self) -> Slot {
        match self.frames.last() {
            None => Slot::Root,
            Some(Frame {
                map: false, role, ..
            }) => Slot::Element(*role),
            Some(Frame { key: None, .. }) => Slot::Key,
            Some(Frame {
                key: Some((key, _)),
                role,
                ..
            }) => Slot::Value(*role, *key),
        }
    }

    fn begin(&mut self, slot: Slot, shape: Shape, span: &Range<usize>) {
        if slot == Slot::Element(Role::Items) {
            self.element = Some(Element {
                range: span.clone(),
                shape,
                identity: Identity::default(),
            });
        }
    }

    fn scalar(&mut self, text: Cow<'a, str>, shape: Shape, span: Range<usize>, anchor: usize) {
        let slot = self.slot();
        self.begin(slot, shape, &span);
        self.anchor(anchor);
        match slot {
            Slot::Key => self.key(&text, span),
            Slot::Root if shape == Shape::Scalar => self.root(Root::Other),
            Slot::Root => {}
            Slot::Value(role, key) => {
                if shape == Shape::Scalar {
                    self.name(role, key, text);
                }
                self.end_value(shape, true, span);
            }
            Slot::Element(role) => self.end_element(role),
        }
    }

    fn alias(&mut self, id: usize, span: Range<usize>) {
        let slot = self.slot();
        self.begin(slot, Shape::Alias, &span);
        let alias = self.owner();
        if let Some(anchor) = self
            .anchors
            .get(&id)
            .copied()
            .filter(|anchor| *anchor != alias)
        {
            self.outline.links.push(Link {
                anchor,
                alias,
                span: span.clone(),
            });
        }
        match slot {
            Slot::Key => self.key("", span),
            Slot::Root => self.root(Root::Other),
            Slot::Value(role, key) => {
                if key != Key::Other {
                    self.unsure(role);
                }
                self.end_value(Shape::Alias, true, span);
            }
            Slot::Element(role) => self.end_element(role),
        }
    }

    fn open(&mut self, shape: Shape, flow: bool, span: Range<usize>, anchor: usize) {
        let slot = self.slot();
        self.begin(slot, shape, &span);
        let map = shape == Shape::Map;
        let role = match slot {
            Slot::Root if map => Role::Object(Target::Root),
            Slot::Element(Role::Items) if map => Role::Object(Target::Element),
            Slot::Value(Role::Object(Target::Root), Key::Items) if !map => Role::Items,
            Slot::Value(Role::Object(Target::Root), Key::Config) if map => {
                Role::Object(Target::Config)
            }
            Slot::Value(Role::Object(target), Key::Metadata) if map => Role::Meta(target),
            _ => Role::Other,
        };
        if let Slot::Value(merged, Key::Merge) = slot {
            self.unsure(merged);
        }
        if slot == Slot::Root {
            let column = span.start - line_start(self.text, span.start);
            self.root(match (map, flow) {
                (true, false) => Root::Block(column),
                (true, true) => Root::Flow,
                _ => Root::Other,
            });
        }
        self.anchor(anchor);
        if role == Role::Items {
            let column = (!flow).then_some(usize::MAX);
            self.list = List {
                column,
                elements: Vec::new(),
            };
        }
        if flow {
            self.last = self.last.max(span.end);
        }
        let key = None;
        self.frames.push(Frame {
            role,
            map,
            flow,
            key,
            seen: 0,
            start: span.start,
        });
        if let Some(frame) = self.frames.iter_mut().rev().nth(1)
            && frame.map
            && frame.key.is_none()
        {
            // a collection as key: its place stands for it until it closes
            frame.key = Some((Key::Other, span.start..span.start));
            frame.seen |= COMPLEX;
        }
    }

    fn close(&mut self, span: &Range<usize>) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        if frame.flow {
            self.last = self.last.max(span.end);
        }
        let shape = if frame.map { Shape::Map } else { Shape::List };
        let span = frame.start..span.end.max(frame.start);
        if let Some(parent) = self.frames.last_mut()
            && parent.seen & COMPLEX != 0
        {
            parent.seen &= !COMPLEX;
            return;
        }
        match self.slot() {
            Slot::Root | Slot::Key => {}
            Slot::Value(..) => self.end_value(shape, frame.flow, span),
            Slot::Element(role) => self.end_element(role),
        }
    }

    fn root(&mut self, root: Root) {
        if let Some(part) = &mut self.part {
            part.root = root;
        }
    }

    fn key(&mut self, text: &str, span: Range<usize>) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let key = Key::of(frame.role, text);
        let duplicate = key != Key::Other && frame.seen & key.bit() != 0;
        frame.seen |= key.bit();
        frame.key = Some((key, span.clone()));
        if duplicate {
            self.error(
                OutlineErrorKind::DuplicateKey(text.to_owned(), span.start),
                span,
            );
        }
    }

    fn identity(&mut self, target: Target) -> Option<&mut Identity<'a>> {
        match target {
            Target::Root => self.part.as_mut().map(|part| &mut part.identity),
            Target::Config => Some(&mut self.config),
            Target::Element => self.element.as_mut().map(|element| &mut element.identity),
        }
    }

    fn name(&mut self, role: Role, key: Key, text: Cow<'a, str>) {
        let (Role::Object(target) | Role::Meta(target)) = role else {
            return;
        };
        let Some(identity) = self.identity(target) else {
            return;
        };
        match key {
            Key::ApiVersion => identity.api_version = text,
            Key::Kind => identity.kind = text,
            Key::Name => identity.name = text,
            Key::Namespace => identity.namespace = text,
            _ => {}
        }
    }

    fn unsure(&mut self, role: Role) {
        if let Role::Object(target) | Role::Meta(target) = role
            && let Some(identity) = self.identity(target)
        {
            identity.unsure = true;
        }
    }

    // ---- what ends

    fn end_value(&mut self, shape: Shape, flow: bool, span: Range<usize>) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let Some((key, key_span)) = frame.key.take() else {
            return;
        };
        if frame.role != Role::Object(Target::Root) {
            return;
        }
        let block = !frame.flow;
        let last = self.last;
        let colon = gap::colon(self.text, key_span.end).unwrap_or(key_span.end);
        let start = if block {
            line_start(self.text, key_span.start)
        } else {
            key_span.start
        };
        let value = if block {
            colon..lines_end(self.text, last).max(colon)
        } else if span.is_empty() {
            colon..colon
        } else {
            span
        };
        let entry = Entry {
            start,
            colon,
            value,
            shape,
            flow,
        };
        self.envelope.entries.push(entry.start..entry.value.end);
        let odd = block
            && self
                .text
                .get(start..key_span.start)
                .is_some_and(|text| !text.trim().is_empty());
        if odd && key != Key::Other {
            let message =
                "this key cannot be read here: write `key: value`, without `?`, anchors or tags";
            self.error(OutlineErrorKind::Unusual(message), key_span);
            return;
        }
        match key {
            Key::Items => self.end_items(entry),
            Key::Config => self.envelope.config = Some((entry, std::mem::take(&mut self.config))),
            Key::Results => self.envelope.results = Some(entry),
            _ => {}
        }
    }

    fn end_element(&mut self, role: Role) {
        if role != Role::Items {
            return;
        }
        if let Some(mut element) = self.element.take() {
            // the lines of a block element are known when the list ends
            element.range.end = self.last.max(element.range.start);
            self.list.elements.push(element);
        }
    }

    fn end_items(&mut self, mut entry: Entry) {
        let mut list = std::mem::take(&mut self.list);
        if list.column.is_some() && !gap::place_elements(self.text, entry.colon, &mut list) {
            let message = "the elements of `items` cannot be told apart: write each as `- ` at the start of a line";
            self.error(OutlineErrorKind::Unusual(message), entry.start..entry.start);
        }
        if list.column.is_none() {
            gap::place_properties(self.text, entry.value.start, &mut list);
        } else if let Some(last) = list.elements.last() {
            entry.value.end = last.range.end;
        }
        self.envelope.items = Some((entry, list));
    }

    // ---- anchors

    fn owner(&self) -> Owner {
        Owner {
            part: self.outline.parts.len(),
            element: self.element.as_ref().map(|_| self.list.elements.len()),
        }
    }

    fn anchor(&mut self, id: usize) {
        if id != 0 {
            let owner = self.owner();
            self.anchors.insert(id, owner);
        }
    }
}

/// Comments behind a document belong to it, up to the next marker.
fn extend(part: &mut Part<'_>, end: usize) {
    if part.range.end == part.segment.end {
        part.range.end = part.range.end.max(end);
    }
    part.segment.end = part.segment.end.max(end);
}

/// The bit of [`Frame::seen`] that says: the frame above is a key.
const COMPLEX: u16 = 1 << 15;
