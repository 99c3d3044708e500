//! A split without some of its objects: what many runs over one source have in common is small when the objects that
//! only one of them needs are many.

use std::collections::BTreeSet;
use std::ops::Range;

use super::document::Document;
use super::outline::{BOM, Outline, lone_carriage_return};
use super::split::{Container, Slot, Split};
use crate::source::Role;

/// What is not there any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::krm) struct Gaps {
    /// Bytes that are not rendered, in order, none touching the next.
    pub(in crate::krm) ranges: Vec<Range<usize>>,
    /// Whether the first object was JSON.
    pub(in crate::krm) json: bool,
}

impl<'a> Split<'a> {
    /// Some of its objects, to be read: they render as nothing.
    #[must_use]
    pub fn only(&self, documents: Vec<Document<'a>>) -> Self {
        let whole = 0..self.source.text.len();
        Self {
            source: self.source,
            container: Container::Stream,
            documents,
            function_config: None,
            warnings: Vec::new(),
            outline: Outline::default(),
            slots: Vec::new(),
            gaps: Some(Gaps {
                ranges: vec![whole],
                json: false,
            }),
        }
    }

    /// The same without objects that leave in no case, with the former positions of those that it has. It renders
    /// as if they had been removed. `None` where that cannot be known beforehand.
    ///
    /// A `List` goes as a whole or stays as a whole.
    pub fn without(&self, gone: &BTreeSet<usize>) -> Option<(Self, Vec<usize>)> {
        let cannot = gone.is_empty()
            || self.gaps.is_some()
            || self.container != Container::Stream
            || !self.outline.links.is_empty()
            || lone_carriage_return(&self.source.text).is_some();
        if cannot {
            return None;
        }
        if self.source.role == Role::FactsOnly {
            let kept = (0..self.documents.len()).filter(|index| !gone.contains(index));
            let kept: Vec<usize> = kept.collect();
            let documents = kept.iter().filter_map(|index| self.documents.get(*index));
            return Some((self.only(documents.cloned().collect()), kept));
        }
        Some(self.rendered_without(gone))
    }

    /// Whether it has no object and renders as nothing.
    pub fn is_blank(&self) -> bool {
        let text = self.source.text.as_str();
        let mut at = 0;
        let ranges = self.gaps.iter().flat_map(|gaps| &gaps.ranges);
        let blank = ranges.chain([&(text.len()..text.len())]).all(|range| {
            let between = text.get(at..range.start).unwrap_or("");
            at = range.end;
            between.trim_start_matches(BOM).trim().is_empty()
        });
        self.documents.is_empty() && blank
    }

    fn rendered_without(&self, gone: &BTreeSet<usize>) -> (Self, Vec<usize>) {
        let stays = self.parts_that_stay(gone);
        let mut outline = Outline {
            json_sequence: self.outline.json_sequence,
            ..Outline::default()
        };
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut moved = Vec::with_capacity(stays.len());
        for (part, stays) in self.outline.parts.iter().zip(stays) {
            moved.push(stays.then_some(outline.parts.len()));
            if stays {
                outline.parts.push(part.clone());
            } else {
                match ranges.last_mut() {
                    Some(last) if last.end == part.segment.start => last.end = part.segment.end,
                    _ => ranges.push(part.segment.clone()),
                }
            }
        }
        let to = |part: usize| moved.get(part).copied().flatten();
        let unmarked = self.outline.unmarked.iter();
        outline.unmarked = unmarked.filter_map(|part| to(*part)).collect();
        let mut split = self.only(Vec::new());
        let mut kept = Vec::new();
        let documents = self.documents.iter().zip(&self.slots).enumerate();
        for (index, (document, slot)) in documents {
            let Some(part) = to(slot.part) else { continue };
            split.documents.push(document.clone());
            split.slots.push(Slot { part, ..*slot });
            kept.push(index);
        }
        split.outline = outline;
        let json = self.outline.begins_with_json();
        split.gaps = (!ranges.is_empty()).then_some(Gaps { ranges, json });
        (split, kept)
    }

    /// For each part whether any object of it stays, or it has none.
    fn parts_that_stay(&self, gone: &BTreeSet<usize>) -> Vec<bool> {
        let mut stays: Vec<Option<bool>> = vec![None; self.outline.parts.len()];
        for (index, slot) in self.slots.iter().enumerate() {
            if let Some(part) = stays.get_mut(slot.part) {
                *part.get_or_insert(false) |= !gone.contains(&index);
            }
        }
        let stays = stays.into_iter();
        stays.map(|part| part.unwrap_or(true)).collect()
    }
}
