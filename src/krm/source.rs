//! One input text and where things stand in it.

use std::cell::OnceCell;

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
    lines: OnceCell<Vec<usize>>,
    chars: OnceCell<Vec<usize>>,
}

/// Bytes between two known counts of characters.
const BLOCK: usize = 4096;

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
        }
    }

    fn line_starts(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|end| end + 1);
            std::iter::once(0).chain(ends).collect()
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
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).max(1);
        (starts.get(line - 1).copied().unwrap_or(0), line)
    }

    /// The position of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let (start, line) = self.line_of(offset);
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

    /// The line of a byte offset, or of a long one about `longest` bytes around it; and how many characters of the
    /// line stand before what is given.
    pub fn excerpt(&self, offset: usize, longest: usize) -> (&str, usize) {
        let (start, line) = self.line_of(offset);
        let whole = self.line(line);
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

    /// The text of a one-based line, without its line break.
    pub fn line(&self, line: usize) -> &str {
        let starts = self.line_starts();
        let Some(start) = line.checked_sub(1).and_then(|index| starts.get(index)) else {
            return "";
        };
        let end = starts.get(line).copied().unwrap_or(self.text.len());
        self.text
            .get(*start..end)
            .unwrap_or("")
            .trim_end_matches(['\n', '\r'])
    }
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
        assert_eq!(source.line(2), "bé: x");
        assert_eq!(source.line(9), "");
        assert_eq!(
            Source::new("", "").position(0),
            Position { line: 1, column: 1 }
        );
    }

    #[test]
    fn long_lines_are_counted_in_blocks_and_cut_around_the_place() {
        let text = format!("{}x\n{}", "é".repeat(BLOCK), "ab".repeat(BLOCK));
        let source = Source::new("a.json", &*text);
        for (offset, _) in text.char_indices().step_by(97) {
            let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            let column = text[start..offset].chars().count() + 1;
            assert_eq!(source.position(offset).column, column);
            let (excerpt, cut) = source.excerpt(offset, 40);
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
        assert_eq!(source.excerpt(4 * BLOCK, 100_000).1, 0);
    }

    #[test]
    fn a_place_in_each_object_of_one_line_costs_no_line() {
        let text = "{\"a\":\"é\"},".repeat(200_000);
        let source = Source::new("a.json", &*text);
        let start = std::time::Instant::now();
        for offset in (0..text.len()).step_by(100) {
            source.position(offset);
            source.excerpt(offset, 400);
        }
        assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
    }
}
