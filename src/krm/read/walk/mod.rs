//! A source to its [`Outline`] over granit-parser's events: for everything that the scanner is not certain of, and
//! the oracle that the scanner is tested against.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use crate::krm::read::gap;
use crate::krm::read::outline::{
    Element, Envelope, Identity, LIMIT, List, Outline, OutlineError, OutlineErrorKind, Owner, Part,
    Root, Shape, lines_end,
};
use crate::krm::read::quotes::{self, Eased};
use crate::krm::tree::scalar::{self, Resolved};
use crate::source::line_start;

mod heads;
mod joined;
mod nodes;
mod path;

use path::{Frame, Role, Target};

/// Keys of a JSON document may stand far from their colon; granit looks ahead this far.
const KEY_LOOKAHEAD: usize = 1 << 16;

/// Outlines a source. Every document that is not YAML is an error of its own.
pub(in crate::krm) fn walk(text: &str) -> Result<Outline<'_>, Vec<OutlineError>> {
    quotes::eased(
        text,
        |eased| walk_as(text, eased),
        |error| match &error.kind {
            OutlineErrorKind::Syntax(kind) => Some((kind, error.span.start)),
            _ => None,
        },
    )
}

fn walk_as<'a>(text: &'a str, eased: Option<&Eased>) -> Result<Outline<'a>, Vec<OutlineError>> {
    let mut walker = Walker::new(text, eased);
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
        return walk_json(text, &values, eased);
    }
    match joined::starts(text, &walker.errors) {
        Some(starts) => walk_joined(text, &starts, eased),
        None => walker.finish(),
    }
}

/// The name and namespace of a `metadata` mapping.
pub(super) fn metadata(text: &str) -> Result<Identity<'_>, Vec<OutlineError>> {
    let mut walker = Walker::new(text, None);
    walker.root = Role::Meta(Target::Root);
    walker.run(text, 0);
    let mut outline = walker.finish()?;
    Ok(outline
        .parts
        .pop()
        .map(|part| part.identity)
        .unwrap_or_default())
}

/// JSON values one after the other are no YAML, but what `kubectl` and `jq` write and read.
fn walk_json<'a>(
    text: &'a str,
    values: &[Range<usize>],
    eased: Option<&Eased>,
) -> Result<Outline<'a>, Vec<OutlineError>> {
    let mut walker = Walker::new(text, eased);
    for (index, value) in values.iter().enumerate() {
        let next = values.get(index + 1).map_or(text.len(), |next| next.start);
        if walker.errors.len() > LIMIT {
            break;
        }
        walker.run(text.get(value.clone()).unwrap_or(""), value.start);
        if let Some(part) = walker.outline.parts.last_mut() {
            part.segment = value.start..next;
            part.range = value.clone();
        }
    }
    walker.outline.json_sequence = true;
    walker.finish()
}

/// Files that `cat` joined without `---` between them: `oc get -o yaml` writes none.
fn walk_joined<'a>(
    text: &'a str,
    starts: &[usize],
    eased: Option<&Eased>,
) -> Result<Outline<'a>, Vec<OutlineError>> {
    let mut walker = Walker::new(text, eased);
    for (index, start) in starts.iter().enumerate() {
        if walker.errors.len() > LIMIT {
            break;
        }
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        let first = walker.outline.parts.len();
        walker.next = *start;
        walker.run(text.get(*start..end).unwrap_or(""), *start);
        if index > 0
            && let Some(part) = walker.outline.parts.get_mut(first)
        {
            part.segment.start = *start;
            walker.outline.unmarked.push(first);
        }
        if let Some(part) = walker.outline.parts.last_mut() {
            extend(part, end);
        }
    }
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

struct Walker<'a, 'e> {
    text: &'a str,
    /// The text that the parser gets instead.
    eased: Option<&'e Eased>,
    /// Where the text that is parsed stands in the source.
    base: usize,
    outline: Outline<'a>,
    /// What the root mapping tells.
    root: Role,
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

impl<'a, 'e> Walker<'a, 'e> {
    fn new(text: &'a str, eased: Option<&'e Eased>) -> Self {
        Self {
            text,
            eased,
            base: 0,
            outline: Outline::default(),
            root: Role::Object(Target::Root),
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
        let Some(eased) = self.eased else {
            return self.parse(slice, |at| base + at, |event| event);
        };
        let start = eased.forth(base);
        let slice = eased.slice(&(base..base + slice.len()));
        self.parse(slice, |at| eased.back(start + at), quotes::owned);
    }

    /// Follows the events of a text; `place` tells where a byte of it stands in the source.
    fn parse<'t>(
        &mut self,
        slice: &'t str,
        place: impl Fn(usize) -> usize,
        owned: fn(Event<'t>) -> Event<'a>,
    ) {
        let options = granit_parser::options! { emit_comments: false, simple_key_max_lookahead: KEY_LOOKAHEAD };
        let mut parser = Parser::new_from_str_with_options(slice, options);
        while let Some(event) = parser.next_event() {
            match event {
                Ok((event, span)) => {
                    let span = span.byte_range().unwrap_or(0..0);
                    let span = place(span.start)..place(span.end);
                    let known = self.errors.len();
                    if let Some(eased) = self.eased {
                        eased.found(&event, &span);
                    }
                    self.event(owned(event), span);
                    if known <= LIMIT && self.errors.len() > LIMIT && self.is_hopeless() {
                        return;
                    }
                }
                Err(error) => {
                    let at = place(error.marker().byte_offset().unwrap_or(0));
                    self.error(OutlineErrorKind::Syntax(error.kind().clone()), at..at);
                    self.frames.clear();
                    self.part = None;
                    if self.errors.len() > LIMIT || !parser.proceed_next_document().unwrap_or(false)
                    {
                        return;
                    }
                }
            }
        }
    }

    /// Whether the errors are more than are shown and no mark of joined files, each of which has two.
    fn is_hopeless(&self) -> bool {
        joined::begun(self.text, &self.errors).is_none()
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
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let end = if block {
                    gap::block_end(self.text, span.end)
                } else {
                    span.end
                };
                self.last = self.last.max(end);
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
            self.behind_ends(span.start)
        };
        let free = self.directive_start(segment);
        let head = if free < segment { free..segment } else { 0..0 };
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
            start = segment.max(self.base);
            let bom = self
                .text
                .get(start..)
                .is_some_and(|text| text.starts_with('\u{feff}'));
            start += if bom { '\u{feff}'.len_utf8() } else { 0 };
        }
        self.second_mark(if self.outline.parts.is_empty() {
            self.base
        } else {
            segment
        });
        self.last = start;
        let first = self.outline.parts.is_empty();
        self.part = Some(Part {
            segment: if first { self.base } else { free }..start,
            head,
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
            Root::Empty => part.range.start,
            Root::Block(column) => gap::tail(self.text, self.last, self.text.len(), column),
            Root::Flow | Root::Other => self.last,
        };
        let envelope = std::mem::take(&mut self.envelope);
        if envelope.items.is_some() || envelope.config.is_some() || envelope.results.is_some() {
            part.envelope = Some(Box::new(envelope));
        }
        self.outline.parts.push(part);
    }
}

/// Comments behind a document belong to it, up to the next marker.
fn extend(part: &mut Part<'_>, end: usize) {
    if part.range.end == part.segment.end {
        part.range.end = part.range.end.max(end);
    }
    part.segment.end = part.segment.end.max(end);
}
