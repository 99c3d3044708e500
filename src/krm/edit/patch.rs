//! A text with ranges replaced; everything else byte for byte.

use std::ops::Range;

use crate::krm::read::ending::end_line;

/// What comes into a range's place.
#[derive(Clone, Debug)]
enum Piece {
    /// As it is.
    Text(String),
    /// Whole lines: what stands before is given a line break first, when it has none.
    Lines(String),
}

/// Text edits of one document: absolute byte ranges and what stands there instead.
pub(crate) type Edits = Vec<(Range<usize>, String)>;

/// The text with all edits, which must not overlap.
pub(crate) fn apply(text: &str, mut edits: Edits) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (Range { start, end }, new) in edits {
        out.push_str(text.get(at..start).unwrap_or(""));
        out.push_str(&new);
        at = end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// Replacements in one text.
#[derive(Debug)]
pub(super) struct Patch<'t> {
    text: &'t str,
    crlf: bool,
    edits: Vec<(Range<usize>, Piece)>,
}

impl<'t> Patch<'t> {
    /// Of a text. What comes in has the line breaks of the text's first line.
    pub(super) fn new(text: &'t str) -> Self {
        let crlf = has_crlf(text);
        Self {
            text,
            crlf,
            edits: Vec::new(),
        }
    }

    pub(super) fn cut(&mut self, range: Range<usize>) {
        self.text(range, String::new());
    }

    pub(super) fn text(&mut self, range: Range<usize>, text: String) {
        self.edits.push((range, Piece::Text(text)));
    }

    pub(super) fn lines(&mut self, range: Range<usize>, lines: String) {
        self.edits.push((range, Piece::Lines(lines)));
    }

    /// The text with all replacements; at one place they come in the order they were made.
    pub(super) fn render(mut self) -> String {
        self.edits
            .sort_by_key(|(range, _)| (range.start, range.end));
        let added: usize = self.edits.iter().map(|(_, piece)| piece.len()).sum();
        let cut: usize = self.edits.iter().map(|(range, _)| range.len()).sum();
        let left = self.text.len().saturating_sub(cut);
        let mut out = String::with_capacity(left + added + self.edits.len());
        let mut at = 0;
        for (range, piece) in &self.edits {
            out.push_str(self.text.get(at..range.start.max(at)).unwrap_or(""));
            at = at.max(range.end);
            match piece {
                Piece::Text(text) => self.push(&mut out, text),
                Piece::Lines(lines) => {
                    end_line(&mut out, if self.crlf { "\r\n" } else { "\n" });
                    self.push(&mut out, lines);
                }
            }
        }
        out.push_str(self.text.get(at..).unwrap_or(""));
        out
    }

    fn push(&self, out: &mut String, text: &str) {
        if self.crlf && text.contains('\n') {
            // of several lines some may be the text's own, which end so already
            out.push_str(&text.replace("\r\n", "\n").replace('\n', "\r\n"));
        } else {
            out.push_str(text);
        }
    }
}

/// Whether the first line ends as Windows ends lines.
pub(super) fn has_crlf(text: &str) -> bool {
    let end = memchr::memchr(b'\n', text.as_bytes());
    let before = end.and_then(|end| end.checked_sub(1));
    before.is_some_and(|before| text.as_bytes().get(before) == Some(&b'\r'))
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Text(text) | Self::Lines(text) => text.len(),
        }
    }
}
