//! A source with objects removed, replaced, completed and added; everything else byte for byte as it came.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::join::join;
use super::lists;
use super::patch::{Patch, has_crlf};
use super::results;
use crate::krm::read::document::Form;
use crate::krm::read::outline::{BOM, Envelope, Part, Root, lone_carriage_return};
use crate::krm::read::split::{Container, Split, broken_links};
use crate::krm::tree::node::Node;
use crate::krm::write::emit;
use crate::problem::rules::krm as rule;
use crate::problem::{Place, Problem, Problems};

/// What happens to one object.
#[derive(Clone, Debug)]
enum Act {
    Remove,
    Replace(Node),
    Edit(Vec<(Range<usize>, String)>),
}

/// What to do with the text of a [`Split`]; all else passes byte for byte.
#[derive(Clone, Debug)]
pub struct Rewrite<'s, 'a> {
    split: &'s Split<'a>,
    acts: BTreeMap<usize, Act>,
    appended: Vec<Rc<Node>>,
    json: bool,
    results: Option<Vec<Node>>,
}

impl<'s, 'a> Rewrite<'s, 'a> {
    /// Nothing to do yet.
    pub fn new(split: &'s Split<'a>) -> Self {
        Self {
            split,
            acts: BTreeMap::new(),
            appended: Vec::new(),
            json: split.is_json(),
            results: None,
        }
    }

    /// Removes an object by its index in [`Split::documents`]. Whatever else was said about it counts no more.
    pub fn remove(&mut self, index: usize) {
        self.acts.insert(index, Act::Remove);
    }

    /// Writes an object anew at its place, in the form of the place (stream, block or flow item).
    pub fn replace(&mut self, index: usize, node: Node) {
        if !matches!(self.acts.get(&index), Some(Act::Remove)) {
            self.acts.insert(index, Act::Replace(node));
        }
    }

    /// Replaces byte ranges of the source inside an object and leaves the rest of it alone, comments too.
    pub fn edit(&mut self, index: usize, edits: Vec<(Range<usize>, String)>) {
        match self.acts.get_mut(&index) {
            None if edits.is_empty() => {}
            None => {
                self.acts.insert(index, Act::Edit(edits));
            }
            Some(Act::Edit(known)) => known.extend(edits),
            Some(_) => {}
        }
    }

    /// Adds an object after the last one: to `items` of a ResourceList, or of the `v1` List that is all the source
    /// holds; to the stream otherwise.
    pub fn append(&mut self, node: impl Into<Rc<Node>>) {
        self.appended.push(node.into());
    }

    /// Adds objects to a stream as JSON or as YAML, whatever the stream itself is. JSON values without `---` between them
    /// stay among themselves.
    pub fn in_json(&mut self, json: bool) {
        self.json = json || self.split.outline.json_sequence;
    }

    /// Writes the problems as `results` of a ResourceList, instead of those that it brought. Without problems it has
    /// none afterwards. Does nothing to a stream.
    pub fn results(&mut self, problems: &Problems) {
        if self.split.container == Container::ResourceList {
            self.results = Some(results::results(problems, &self.split.source.name));
        }
    }

    /// Whether [`Rewrite::render`] gives the source's text.
    pub fn is_untouched(&self) -> bool {
        let results = self.results.as_ref().is_none_or(Vec::is_empty);
        let old =
            self.results.is_some() && self.envelopes().any(|envelope| envelope.results.is_some());
        let whole = self.split.gaps.is_none();
        whole && self.acts.is_empty() && self.appended.is_empty() && results && !old
    }

    /// What cannot be done: an object that holds an anchor which another one uses cannot go. Ask before
    /// [`Rewrite::render`], which leaves such objects where they are.
    pub fn problems(&self) -> Vec<Problem> {
        let gone = |part, element| self.is_gone(part, element);
        let problem = |link: &crate::krm::read::outline::Link| {
            let place = Place::in_source(self.split.source, link.span.clone());
            let anchor = self.document_at(link.anchor.part, link.anchor.element);
            let anchor = anchor.and_then(|index| self.split.documents.get(index));
            let object = anchor.map_or_else(String::new, |document| document.object().to_string());
            let message = format!("this alias needs `{object}`, which does not stay as it is");
            Problem::new(&rule::ANCHOR_ACROSS_OBJECTS, place, message)
                .help("write the value out instead of the alias, or move the anchor to an object that stays")
        };
        broken_links(&self.split.outline, gone)
            .map(problem)
            .chain(self.lone_carriage_return())
            .collect()
    }

    /// What is cut along lines would be cut at the wrong place.
    fn lone_carriage_return(&self) -> Option<Problem> {
        // a source that has one is never left with gaps
        if self.acts.is_empty() && self.appended.is_empty() || self.split.gaps.is_some() {
            return None;
        }
        let at = lone_carriage_return(&self.split.source.text)?;
        let place = Place::in_source(self.split.source, at..at);
        let message = "a carriage return without a line feed";
        let problem = Problem::new(&rule::INVALID_YAML, place, message)
            .help("end lines with a line feed, with or without a carriage return before it");
        Some(problem)
    }

    /// The text. Always complete: nothing of it can fail.
    pub fn render(&self) -> String {
        let text = self.split.source.text.as_str();
        if self.is_untouched() {
            return text.to_owned();
        }
        let kept = self.refused();
        let mut patch = Patch::new(text);
        if text.starts_with(BOM) {
            patch.cut(0..BOM.len_utf8());
        }
        let gaps = self.split.gaps.iter().flat_map(|gaps| &gaps.ranges);
        for gone in gaps {
            patch.cut(gone.clone());
        }
        let removed = self.removed(&kept);
        // first: what comes in at the start of a document comes behind its `---`
        self.mark(&mut patch, &removed);
        self.objects(&mut patch, &kept);
        let into = self.home_of_new(&removed);
        for (index, part) in self.split.outline.parts.iter().enumerate() {
            let removed = removed.get(&index).map_or(&[][..], Vec::as_slice);
            let new = if into == Some(index) {
                self.appended.as_slice()
            } else {
                &[]
            };
            self.part(&mut patch, part, removed, new);
        }
        let rendered = patch.render();
        if into.is_none() {
            self.stream_end(rendered)
        } else {
            rendered
        }
    }

    fn envelopes(&self) -> impl Iterator<Item = &Envelope<'a>> {
        self.split
            .outline
            .parts
            .iter()
            .filter_map(|part| part.envelope.as_deref())
    }

    fn document_at(&self, part: usize, element: Option<usize>) -> Option<usize> {
        let slots = &self.split.slots;
        slots
            .binary_search_by_key(&(part, element), |slot| (slot.part, slot.element))
            .ok()
    }

    fn is_gone(&self, part: usize, element: Option<usize>) -> bool {
        let act = self
            .document_at(part, element)
            .and_then(|index| self.acts.get(&index));
        matches!(act, Some(Act::Remove | Act::Replace(_)))
    }

    /// The objects that stay although they should go, since others use their anchors.
    fn refused(&self) -> Vec<usize> {
        let mut kept: Vec<usize> = Vec::new();
        loop {
            let gone = |part, element| {
                self.is_gone(part, element)
                    && !self
                        .document_at(part, element)
                        .is_some_and(|index| kept.contains(&index))
            };
            let broken = broken_links(&self.split.outline, gone).next();
            match broken.and_then(|link| self.document_at(link.anchor.part, link.anchor.element)) {
                Some(index) => kept.push(index),
                None => return kept,
            }
        }
    }

    /// The elements to remove by part; none for a document that goes as a whole.
    fn removed(&self, kept: &[usize]) -> BTreeMap<usize, Vec<usize>> {
        let mut removed: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, act) in self.acts.iter().filter(|(index, _)| !kept.contains(index)) {
            if let (Act::Remove, Some(slot)) = (act, self.split.slots.get(*index)) {
                removed.entry(slot.part).or_default().extend(slot.element);
            }
        }
        removed
    }

    /// Replaces and edits objects, removes documents of the stream.
    fn objects(&self, patch: &mut Patch<'_>, kept: &[usize]) {
        for (index, act) in self.acts.iter().filter(|(index, _)| !kept.contains(index)) {
            let (Some(document), Some(slot)) = (
                self.split.documents.get(*index),
                self.split.slots.get(*index),
            ) else {
                continue;
            };
            let Some(part) = self.split.outline.parts.get(slot.part) else {
                continue;
            };
            match (act, slot.element) {
                (Act::Edit(edits), _) => {
                    for (range, text) in edits {
                        patch.text(range.clone(), text.clone());
                    }
                }
                (Act::Replace(node), _) => match document.form {
                    Form::Item(column) => {
                        patch.lines(document.range.clone(), emit::list_item(node, column));
                    }
                    Form::Flow => patch.text(document.range.clone(), emit::flow(node)),
                    Form::Stream => {
                        // what we write needs none
                        patch.cut(part.head.clone());
                        let text = stream_form(node, part.root == Root::Flow);
                        patch.lines(document.range.clone(), text);
                    }
                    Form::FunctionConfig => {}
                },
                (Act::Remove, Some(_)) => {}
                (Act::Remove, None) => patch.cut(part.segment.clone()),
            }
        }
    }

    /// Gives documents that stay the `---` that joined files lack, or that a `...` stood for: it may go with its
    /// document, and YAML 1.1, which Kubernetes reads, asks for `---` behind it. Directives ask for the `...`.
    fn mark(&self, patch: &mut Patch<'_>, removed: &BTreeMap<usize, Vec<usize>>) {
        let outline = &self.split.outline;
        if outline.json_sequence {
            return;
        }
        let text = self.split.source.text.as_str();
        let mut unmarked = outline.unmarked.iter().peekable();
        let mut is_first = true;
        let mut before = 0;
        for (index, part) in outline.parts.iter().enumerate() {
            let is_joined = unmarked.next_if_eq(&&index).is_some();
            if self.is_removed(index, part, removed) {
                continue;
            }
            let was_first = std::mem::replace(&mut is_first, false);
            let follows = std::mem::replace(&mut before, part.segment.end) == part.segment.start;
            if !part.head.is_empty() && !was_first && !follows {
                patch.lines(part.head.start..part.head.start, "...\n".to_owned());
            }
            if !part.is_implicit(text) {
                // before `---` YAML 1.1 takes it for text
                let start = part.segment.start;
                let marked = text.get(start..).is_some_and(|at| at.starts_with(BOM));
                if start > 0 && marked {
                    patch.cut(start..start + BOM.len_utf8());
                }
                continue;
            }
            // a byte order mark may stand before a document, not behind its `---`
            let before = part.segment.start..part.range.start;
            if is_joined || !was_first {
                patch.lines(before, "---\n".to_owned());
            } else {
                patch.cut(before);
            }
        }
    }

    /// Whether nothing of a part stays.
    fn is_removed(
        &self,
        index: usize,
        part: &Part<'_>,
        removed: &BTreeMap<usize, Vec<usize>>,
    ) -> bool {
        removed.get(&index).is_some_and(|removed| {
            let is_list = part.envelope.is_some();
            !is_list || self.split.container == Container::Stream && part.is_emptied(removed)
        })
    }

    /// The part whose `items` take what is added; `None` for the stream's end.
    fn home_of_new(&self, removed: &BTreeMap<usize, Vec<usize>>) -> Option<usize> {
        let mut full = self
            .split
            .outline
            .parts
            .iter()
            .enumerate()
            .filter(|(_, part)| part.root != Root::Empty);
        let (index, part) = full.next()?;
        if self.split.container == Container::ResourceList {
            return Some(index);
        }
        // it was not alone
        if self.split.gaps.is_some() {
            return None;
        }
        let removed = removed.get(&index).map_or(&[][..], Vec::as_slice);
        let is_list = part.identity.kind == "List" && part.identity.api_version == "v1";
        (is_list && full.next().is_none() && !part.is_emptied(removed)).then_some(index)
    }

    fn part(&self, patch: &mut Patch<'_>, part: &Part<'a>, removed: &[usize], new: &[Rc<Node>]) {
        let Some(envelope) = part.envelope.as_deref() else {
            return;
        };
        let resource_list = self.split.container == Container::ResourceList;
        if !resource_list && part.is_emptied(removed) {
            patch.cut(part.segment.clone());
            return;
        }
        let text = self.split.source.text.as_str();
        let mut keys = Vec::new();
        match &envelope.items {
            Some((entry, list)) => lists::rewrite(patch, text, (part, entry, list), removed, new),
            None if resource_list => {
                let items: Vec<Node> = new.iter().map(|node| Node::clone(node)).collect();
                keys.push(("items", items.into()));
            }
            None => {}
        }
        let results = self.results.as_ref();
        if let Some(results) = results.filter(|results| !results.is_empty()) {
            keys.push(("results", Node::from(results.clone())));
        }
        let old = envelope.results.as_ref().filter(|_| results.is_some());
        lists::keys(patch, text, (part, envelope), old, &keys);
    }

    fn stream_end(&self, rendered: String) -> String {
        if self.appended.is_empty() {
            return rendered;
        }
        let crlf = has_crlf(&self.split.source.text);
        let form = |node: &Rc<Node>| match stream_form(node, self.json) {
            text if crlf => text.replace('\n', "\r\n"),
            text => text,
        };
        let new: Vec<String> = self.appended.iter().map(form).collect();
        if self.split.outline.json_sequence {
            let line_break = if rendered.is_empty() || rendered.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            return format!("{rendered}{line_break}{}", new.concat());
        }
        join(std::iter::once(rendered).chain(new))
    }
}

fn stream_form(node: &Node, json: bool) -> String {
    if json {
        emit::flow(node) + "\n"
    } else {
        emit::block(node, 0)
    }
}
