//! The nodes of a document: who they belong to, what they tell, where they end.

use std::borrow::Cow;
use std::ops::Range;

use super::Walker;
use super::path::{COMPLEX, Frame, Key, Role, Slot, Target};
use crate::krm::read::gap;
use crate::krm::read::outline::{
    Element, Entry, Identity, Link, List, OutlineErrorKind, Owner, Root, Shape,
};
use crate::source::line_start;

impl<'a> Walker<'a, '_> {
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

    pub(super) fn scalar(
        &mut self,
        text: Cow<'a, str>,
        shape: Shape,
        span: Range<usize>,
        anchor: usize,
    ) {
        let slot = self.slot();
        self.begin(slot, shape, &span);
        self.anchor(anchor);
        match slot {
            Slot::Key => self.key(&text, span),
            Slot::Root if shape == Shape::Scalar => self.set_root(Root::Other),
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

    pub(super) fn alias(&mut self, id: usize, span: Range<usize>) {
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
            Slot::Root => self.set_root(Root::Other),
            Slot::Value(role, key) => {
                if key != Key::Other {
                    self.unsure(role);
                }
                self.end_value(Shape::Alias, true, span);
            }
            Slot::Element(role) => self.end_element(role),
        }
    }

    pub(super) fn open(&mut self, shape: Shape, flow: bool, span: Range<usize>, anchor: usize) {
        let slot = self.slot();
        self.begin(slot, shape, &span);
        let map = shape == Shape::Map;
        let role = match slot {
            Slot::Root if map => self.root,
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
            self.set_root(match (map, flow) {
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
            firsts: Vec::new(),
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

    pub(super) fn close(&mut self, span: &Range<usize>) {
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

    fn set_root(&mut self, root: Root) {
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
        let first = frame.firsts.iter().find(|(known, _)| *known == key);
        let first = first.map_or(span.start, |(_, start)| *start);
        frame.seen |= key.bit();
        if key != Key::Other && !duplicate {
            frame.firsts.push((key, span.start));
        }
        frame.key = Some((key, span.clone()));
        if duplicate {
            self.error(OutlineErrorKind::DuplicateKey(text.to_owned(), first), span);
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
        let colon = gap::colon(self.text, key_span.end).unwrap_or(key_span.end);
        if !block {
            self.envelope
                .entries
                .push(key_span.start..self.last.max(colon));
        }
        if matches!(key, Key::Items | Key::Config | Key::Results) {
            let node = if span.is_empty() { colon..colon } else { span };
            self.end_entry(key, (key_span, colon, node), shape, flow, block);
        }
    }

    fn end_entry(
        &mut self,
        key: Key,
        (key_span, colon, node): (Range<usize>, usize, Range<usize>),
        shape: Shape,
        flow: bool,
        block: bool,
    ) {
        let start = if block {
            line_start(self.text, key_span.start)
        } else {
            key_span.start
        };
        let value = if block {
            colon
                ..gap::tail(
                    self.text,
                    self.last,
                    self.text.len(),
                    key_span.start - start,
                )
        } else {
            node.clone()
        };
        let flow = flow && !(shape == Shape::Null && node.is_empty());
        // of what else may stand there only the lines matter
        let exact = flow && shape != Shape::Scalar;
        let node = if exact { node } else { colon..colon };
        let entry = Entry {
            start,
            colon,
            node,
            value,
            shape,
            flow,
        };
        let odd = block
            && self
                .text
                .get(start..key_span.start)
                .is_some_and(|text| !text.trim().is_empty());
        if odd {
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
