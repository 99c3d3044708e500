//! Where a problem is: a file, a line, an object, a field.

use std::fmt;
use std::ops::Range;

use super::ObjectRef;
use super::veil::Veil;
use crate::source::{Position, Source};

/// Bytes of a line that a place keeps.
const LONGEST_LINE: usize = 400;

/// Where something stands. Complete in itself, so that a report needs no source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// File as given, `<stdin>`, or the path annotation of the item.
    pub file: String,
    /// Line and column; `None` when only the object is known.
    pub position: Option<(Position, usize)>,
    /// The text of that line, to show it; of a very long one the part around the position.
    pub line_text: String,
    /// Characters of the line that are left out before `line_text`.
    pub line_cut: usize,
    /// The object, when there is one.
    pub object: Option<ObjectRef>,
    /// Path of the field in the object (`spec.zones[1]`), empty for the object itself.
    pub path: String,
    /// Index of the item in its file (`config.kubernetes.io/index`), else in the list.
    pub index: usize,
    /// What stands there and is shown to nobody: then `line_text` is empty.
    pub(crate) veil: Veil,
}

impl Place {
    /// A byte range of a source.
    pub fn in_source(source: &Source, span: Range<usize>) -> Self {
        // JSON of megabytes on one line, with a problem in each object, must not be copied for each
        let (start, line, line_cut) = source.excerpt(span.start, LONGEST_LINE);
        let near = span.start..span.end.min(span.start.saturating_add(LONGEST_LINE));
        let to_end_of_line = || (line_cut + line.chars().count()).saturating_sub(start.column - 1);
        let width = match source.text.get(near.clone()) {
            Some(text) if text.contains('\n') => to_end_of_line(),
            Some(text) if near == span => text.chars().count(),
            _ => match source.position(span.end) {
                end if end.line == start.line => end.column.saturating_sub(start.column),
                _ => to_end_of_line(),
            },
        };
        let place = Self {
            file: source.name.clone(),
            position: Some((start, width.max(1))),
            line_text: line.to_owned(),
            line_cut,
            ..Self::default()
        };
        place.as_hidden_as(source, span)
    }

    /// The same place, of which nothing is shown when a range of a source is hidden.
    #[must_use]
    pub fn as_hidden_as(self, source: &Source, span: Range<usize>) -> Self {
        if !source.hides(&span) {
            return self;
        }
        let near = span.start..span.end.min(span.start.saturating_add(LONGEST_LINE));
        let value = source.text.get(near).unwrap_or_default();
        // of an object nothing is quoted but what stands on the line
        let key = value.split(':').next().unwrap_or_default();
        let is_object = key.len() < value.len()
            && !key.contains(|c: char| c.is_whitespace() || "\"'{[".contains(c));
        let behind = source.text.get(span.end..).unwrap_or_default();
        let behind = behind
            .trim_start_matches(['"', '\''])
            .trim_start_matches(' ');
        let is_key = behind.starts_with(": ") || behind.starts_with(":\n");
        self.behind_a_veil(if is_object || is_key { "" } else { value })
    }

    /// A byte range of a source, of which nothing is shown.
    pub fn hidden(source: &Source, span: Range<usize>) -> Self {
        let place = Self::in_source(source, span);
        place.behind_a_veil("")
    }

    fn behind_a_veil(mut self, value: &str) -> Self {
        let line = std::mem::take(&mut self.line_text);
        self.veil.extend(&line, value);
        self
    }

    /// Whether what stands there is, or may be, a secret.
    pub fn is_hidden(&self) -> bool {
        self.veil.is_there()
    }

    /// The same place with the line and the column of another in the same object.
    #[must_use]
    pub fn at(self, other: Self) -> Self {
        Self {
            position: other.position,
            line_text: other.line_text,
            line_cut: other.line_cut,
            veil: self.veil.or(other.veil),
            ..self
        }
    }

    /// A file without a position in it.
    pub fn in_file(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            ..Self::default()
        }
    }

    /// The same place, said to be in an object.
    #[must_use]
    pub fn of(mut self, object: ObjectRef, path: impl Into<String>) -> Self {
        self.object = Some(object);
        self.path = path.into();
        self
    }
}

impl fmt::Display for Place {
    /// `gpu/pool.yaml:14:9`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match self.position {
            Some((at, _)) => write!(f, ":{}:{}", at.line, at.column),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_keep_the_part_of_a_long_line_that_matters() {
        let text = format!("{}\u{e9}X{}", "a".repeat(1_000_000), "b".repeat(1_000_000));
        let source = Source::new("a.json", text.as_str());
        let start = text.find('X').unwrap_or_default();
        let place = Place::in_source(&source, start..start + 1);
        assert!(place.line_text.len() <= LONGEST_LINE);
        let column = place.position.map_or(0, |(at, _)| at.column);
        assert_eq!(column, 1_000_002);
        let shown = place.line_text.chars().nth(column - 1 - place.line_cut);
        assert_eq!(shown, Some('X'));
    }

    #[test]
    fn of_a_hidden_place_nothing_is_kept_that_is_printed() {
        let source = Source::new("a.yaml", "kind: Secret\nstringData: {a: hunter2}\n");
        let at = source.text.find("hunter2").unwrap_or_default();
        let place = Place::in_source(&source, at..at + 7);
        assert!(place.is_hidden() && place.position.is_some());
        assert!(!format!("{place:?} {place}").contains("hunter2"));
    }
}
