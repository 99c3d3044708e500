//! One input text and where things stand in it.

mod secrecy;

use std::cell::OnceCell;
use std::ops::Range;

use secrecy::Secrecy;

/// The byte order mark.
pub(crate) const BOM: char = '\u{feff}';

/// What a source may contribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Documents pass through, placeholders expand, facts are read.
    Input,
    /// Only facts are read; nothing of it leaves (`render --facts PATH`).
    FactsOnly,
}

/// One text that came in: a file, standard input, or the function config of a plugin.
#[derive(Debug)]
pub struct Source {
    /// How messages call it: a path as given, or `<stdin>`.
    pub name: String,
    /// The whole text. UTF-8 was checked at the edge.
    pub text: String,
    /// What it may contribute.
    pub role: Role,
    /// For each block the line feeds before it, and where the line that it begins in begins.
    lines: OnceCell<Vec<(usize, usize)>>,
    chars: OnceCell<Vec<usize>>,
    of_package: OnceCell<bool>,
    secrecy: OnceCell<Secrecy>,
}

/// Bytes between two known counts: an input of a million lines would be a table of a million places.
const BLOCK: usize = 1024;

/// A one-based line and column (in characters), as editors show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// One-based line.
    pub line: usize,
    /// One-based column, counted in characters.
    pub column: usize,
}

impl Source {
    /// A source that takes part in everything.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::with_role(name, text, Role::Input)
    }

    /// A source with a role.
    pub fn with_role(name: impl Into<String>, text: impl Into<String>, role: Role) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            role,
            lines: OnceCell::new(),
            chars: OnceCell::new(),
            of_package: OnceCell::new(),
            secrecy: OnceCell::new(),
        }
    }

    /// Whether objects in it may say from which file of a package they come. Few sources hold any, and none of their
    /// objects is searched then.
    pub(crate) fn is_of_package(&self) -> bool {
        let mentions = |key: &str| memchr::memmem::find(self.text.as_bytes(), key.as_bytes());
        let keys = ["config.kubernetes.io/path", "config.kubernetes.io/origin"];
        *(self.of_package).get_or_init(|| keys.into_iter().any(|key| mentions(key).is_some()))
    }

    /// Whether what stands there is, or may be, a secret: no message says it.
    pub fn hides(&self, span: &Range<usize>) -> bool {
        let secrecy = self.secrecy.get_or_init(|| Secrecy::of(&self.text));
        secrecy.hides(&self.text, span)
    }

    fn lines_before(&self) -> &[(usize, usize)] {
        self.lines.get_or_init(|| {
            let (mut count, mut start) = (0, 0);
            let blocks = self.text.as_bytes().chunks(BLOCK).enumerate();
            let known = blocks.map(|(index, block)| {
                let before = (count, start);
                for end in memchr::memchr_iter(b'\n', block) {
                    (count, start) = (count + 1, index * BLOCK + end + 1);
                }
                before
            });
            known.collect()
        })
    }

    /// Characters before a byte offset. Counts at most one block: a place in each object of a JSON text on one line
    /// must not count the whole line again.
    fn chars_before(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        let starts = |block: &[u8]| block.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        let counts = self.chars.get_or_init(|| {
            let blocks = bytes.chunks(BLOCK).scan(0, |sum, block| {
                let before = *sum;
                *sum += starts(block);
                Some(before)
            });
            blocks.collect()
        });
        let offset = offset.min(bytes.len());
        let block = offset / BLOCK;
        let rest = bytes.get(block * BLOCK..offset).unwrap_or(&[]);
        let all = || counts.last().copied().unwrap_or(0) + BLOCK;
        counts.get(block).copied().unwrap_or_else(all) + starts(rest)
    }

    /// Where the line of a byte offset begins, and its one-based number.
    fn line_of(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let blocks = self.lines_before();
        // the end of the text may be the end of a block
        let block = (offset / BLOCK).min(blocks.len().saturating_sub(1));
        let (mut count, mut start) = blocks.get(block).copied().unwrap_or((0, 0));
        let rest = self.text.as_bytes().get(block * BLOCK..offset);
        for end in memchr::memchr_iter(b'\n', rest.unwrap_or_default()) {
            (count, start) = (count + 1, block * BLOCK + end + 1);
        }
        (start, count + 1)
    }

    /// The position of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        self.position_in(self.line_of(offset), offset)
    }

    fn position_in(&self, (start, line): (usize, usize), offset: usize) -> Position {
        // the common case, without counting the text before the line
        let column = match self.text.get(start..offset) {
            Some(before) if before.len() <= BLOCK => before.chars().count(),
            _ => self.chars_before(offset) - self.chars_before(start),
        };
        Position {
            line,
            column: column + 1,
        }
    }

    /// The position of a byte offset and its line, or of a long one about `longest` bytes around it; and how many
    /// characters of the line stand before what is given.
    pub fn excerpt(&self, offset: usize, longest: usize) -> (Position, &str, usize) {
        let line = self.line_of(offset);
        let (text, cut) = self.around(offset, line.0, longest);
        (self.position_in(line, offset), text, cut)
    }

    fn around(&self, offset: usize, start: usize, longest: usize) -> (&str, usize) {
        let offset = offset.min(self.text.len());
        // a line may be all of a large input: nobody looks for its end
        let near = offset.saturating_add(longest).min(self.text.len());
        let ahead = self.text.as_bytes().get(offset..near).unwrap_or_default();
        let mut end = memchr::memchr(b'\n', ahead).map_or(near, |end| offset + end);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let whole = self.text.get(start..end).unwrap_or("");
        let whole = whole.trim_end_matches('\r');
        if whole.len() <= longest {
            return (whole, 0);
        }
        let boundary = |mut at: usize| {
            while !whole.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let from = boundary(
            (offset - start)
                .saturating_sub(longest / 2)
                .min(whole.len()),
        );
        let to = boundary((from + longest).min(whole.len()));
        let cut = self.chars_before(start + from) - self.chars_before(start);
        (whole.get(from..to).unwrap_or(""), cut)
    }
}

/// The start of the line that holds `at`, behind a byte order mark.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    let mark = if text.starts_with(BOM) {
        BOM.len_utf8()
    } else {
        0
    };
    memchr::memrchr(b'\n', before).map_or(mark, |end| end + 1)
}

/// The end of the line that holds `at`, behind its line break.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    let after = text.as_bytes().get(at..).unwrap_or_default();
    memchr::memchr(b'\n', after).map_or(text.len(), |end| at + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_one_based_and_count_characters() {
        let source = Source::new("a.yaml", "a: 1\nbé: x\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(5), Position { line: 2, column: 1 });
        assert_eq!(source.position(10), Position { line: 2, column: 5 });
        assert_eq!(source.around(10, 5, 400), ("bé: x", 0));
        assert_eq!(source.around(99, 12, 400), ("", 0));
        assert_eq!(
            Source::new("", "").position(0),
            Position { line: 1, column: 1 }
        );
    }

    #[test]
    fn lines_are_counted_in_blocks() {
        for (long, line_break) in [(1, "\n"), (7, "\r\n"), (BLOCK - 1, "\n"), (BLOCK, "\n")] {
            let line = format!("{}{line_break}", "x".repeat(long));
            let source = Source::new("a.yaml", line.repeat(3 * BLOCK / line.len() + 3));
            for offset in (0..=source.text.len()).step_by(61) {
                let before = &source.text[..offset];
                let start = before.rfind('\n').map_or(0, |at| at + 1);
                let number = before.matches('\n').count() + 1;
                assert_eq!(
                    source.line_of(offset),
                    (start, number),
                    "{offset} of {long}"
                );
                let rest = &source.text[start..];
                let text = rest.lines().next().unwrap_or("");
                let (_, excerpt, cut) = source.excerpt(offset, 2 * BLOCK);
                assert_eq!((excerpt, cut), (text, 0), "{offset} of {long}");
            }
        }
    }

    #[test]
    fn long_lines_are_counted_in_blocks_and_cut_around_the_place() {
        let text = format!("{}x\n{}", "é".repeat(BLOCK), "ab".repeat(BLOCK));
        let source = Source::new("a.json", &*text);
        for (offset, _) in text.char_indices().step_by(97) {
            let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            let column = text[start..offset].chars().count() + 1;
            assert_eq!(source.position(offset).column, column);
            let (_, excerpt, cut) = source.excerpt(offset, 40);
            assert!(excerpt.len() <= 40);
            let shown = excerpt.chars().nth(column - 1 - cut);
            assert_eq!(
                shown.or(Some('\n')),
                text[offset..].chars().next(),
                "{offset}"
            );
        }
        let end = Position {
            line: 2,
            column: 2 * BLOCK + 1,
        };
        assert_eq!(source.position(text.len()), end);
        assert_eq!(source.position(usize::MAX), end);
        assert_eq!(source.excerpt(4 * BLOCK, 100_000).2, 0);
    }
}
