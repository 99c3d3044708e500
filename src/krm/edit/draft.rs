//! A document that is edited step by step, each step on what the one before left of it.

use std::ops::Range;

use super::patch::{Edits, apply};
use crate::krm::read::document::{Document, Form};
use crate::source::Source;

/// The text of one document, with what was edited of it so far.
#[derive(Debug)]
pub(crate) struct Draft {
    source: Source,
    form: Form,
    before: String,
    start: usize,
}

impl Draft {
    /// A document as it stands.
    pub(crate) fn of(document: &Document<'_>) -> Self {
        let Range { start, end } = document.range;
        let text = document.source.text.get(start..end).unwrap_or_default();
        Self {
            source: Source::new(document.source.name.as_str(), text),
            form: document.form,
            before: text.to_owned(),
            start,
        }
    }

    /// The document as it is now.
    pub(crate) fn document(&self) -> Document<'_> {
        let mut document = Document::whole(&self.source);
        document.form = self.form;
        document
    }

    /// Edits of [`Draft::document`].
    pub(crate) fn apply(&mut self, edits: Edits) {
        let text = apply(&self.source.text, edits);
        self.source = Source::new(self.source.name.as_str(), text);
    }

    /// All of it as edits of the document that it was made of; none where nothing changed.
    pub(crate) fn edits(self) -> Edits {
        let (before, after) = (self.before.as_str(), self.source.text.as_str());
        if before == after {
            return Edits::new();
        }
        let same = |(a, b): &(char, char)| a == b;
        let head = before.chars().zip(after.chars()).take_while(same);
        let head: usize = head.map(|(c, _)| c.len_utf8()).sum();
        let (old, new) = (
            before.get(head..).unwrap_or_default(),
            after.get(head..).unwrap_or_default(),
        );
        let tail = old.chars().rev().zip(new.chars().rev()).take_while(same);
        let tail: usize = tail.map(|(c, _)| c.len_utf8()).sum();
        let end = self.start + before.len() - tail;
        let text = new.get(..new.len() - tail).unwrap_or_default();
        vec![(self.start + head..end, text.to_owned())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_come_out_as_one_edit_of_what_changed() {
        let source = Source::new("x", "a: 1\n---\nb: é\nc: é\n");
        let mut document = Document::whole(&source);
        document.range = 9..source.text.len();
        let mut draft = Draft::of(&document);
        assert_eq!(draft.document().node().unwrap().str_at(&["b"]), Some("é"));
        draft.apply(vec![(3..5, "2".to_owned())]);
        draft.apply(vec![(5..5, "b2: 3\n".to_owned())]);
        let edits = draft.edits();
        assert_eq!(apply(&source.text, edits), "a: 1\n---\nb: 2\nb2: 3\nc: é\n");
        assert!(Draft::of(&document).edits().is_empty());
    }
}
