//! What stands before a document: ends of others, directives, byte order marks.

use super::Walker;
use crate::krm::read::outline::{BOM, OutlineErrorKind};
use crate::source::line_end;

impl Walker<'_, '_> {
    /// Behind the last `...` before the content of a document without `---`: more than one may stand there.
    pub(super) fn behind_ends(&self, content: usize) -> usize {
        let (mut at, mut behind) = (self.next, self.next);
        while at < content {
            let end = line_end(self.text, at);
            let line = self.text.get(at..end).unwrap_or("");
            at = end;
            if line.trim_start_matches(BOM).starts_with("...") {
                behind = end;
            }
        }
        behind
    }

    /// For YAML 1.1 it is a column of the first line, or part of its key.
    pub(super) fn second_mark(&mut self, at: usize) {
        let second = at + BOM.len_utf8();
        let marks = [at, second].map(|at| self.text.get(at..).unwrap_or(""));
        if marks.iter().all(|text| text.starts_with(BOM)) {
            self.error(OutlineErrorKind::SecondMark, second..second);
        }
    }

    /// Where the `%` lines before a `---` begin, which belong to its document.
    pub(super) fn directive_start(&self, marker: usize) -> usize {
        let mut at = self.next;
        let mut first = marker;
        while at < marker {
            let end = line_end(self.text, at);
            if self.text.as_bytes().get(at) == Some(&b'%') {
                first = first.min(at);
            }
            at = end;
        }
        first
    }
}
