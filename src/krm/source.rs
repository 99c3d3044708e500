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
}

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
        }
    }

    fn line_starts(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|end| end + 1);
            std::iter::once(0).chain(ends).collect()
        })
    }

    /// The position of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start..offset.min(self.text.len()));
        Position {
            line,
            column: before.map_or(0, |text| text.chars().count()) + 1,
        }
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
    }
}
