//! The published schemas as they are walked: places in their text, looked up when they are asked for. A run asks for a
//! few fields out of a thousand, so that parsing all of them would cost it more than reading its pools.

use memchr::memmem;

/// A value in a JSON text that is laid out as `serde_json` lays it out: one member or element a line, indented by two
/// spaces a level. A string holds no line break there, so lines tell where values begin and end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Schema<'a> {
    text: &'a str,
    /// Of the line that the value begins on.
    indent: usize,
}

impl<'a> Schema<'a> {
    /// The value that a text holds.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text: text.trim_end(),
            indent: 0,
        }
    }

    /// A member of an object.
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        // what users write must not match over the end of a key
        let is_name = |byte: u8| !matches!(byte, b'"' | b'\\' | ..b' ');
        if !self.is_object() || !key.bytes().all(is_name) {
            return None;
        }
        // the key alone is rarer than its line's start, and so found faster
        let name = format!("\"{key}\": ");
        let mut places = memmem::find_iter(self.text.as_bytes(), name.as_bytes());
        let at = places.find(|at| self.begins_line(*at))?;
        Some(self.value(at + name.len()))
    }

    /// Whether a word stands anywhere in it, whatever its case, with or without dashes and underscores. Quicker than
    /// going through all members, and mostly there is none.
    pub(super) fn mentions(self, word: &str) -> bool {
        let letters = |text: &str| -> Vec<u8> {
            let letters = text.bytes().filter(|byte| !matches!(byte, b'-' | b'_'));
            letters.map(|byte| byte.to_ascii_lowercase()).collect()
        };
        memmem::find(&letters(self.text), &letters(word)).is_some()
    }

    /// The same, and nothing when it is not there.
    pub(crate) fn at(self, path: &[&str]) -> Self {
        let found = path.iter().try_fold(self, |level, key| level.get(key));
        found.unwrap_or_default()
    }

    /// Of a field that may be a map by platform the form that it has otherwise.
    pub(crate) fn main(self) -> Self {
        if self.get("x-by-platform").is_none() {
            return self;
        }
        self.at(&["anyOf"]).elements().next().unwrap_or(self)
    }

    /// Names of the members of an object.
    pub(crate) fn keys(self) -> impl Iterator<Item = &'a str> {
        let of_line = |line: &'a str| Some(line.strip_prefix('"')?.split_once("\": ")?.0);
        let lines = self.lines().filter(move |_| self.is_object());
        lines.filter_map(move |(_, line)| of_line(line))
    }

    /// Elements of a list.
    pub(crate) fn elements(self) -> impl Iterator<Item = Self> {
        let lines = self.lines().filter(move |_| self.is_list());
        lines.map(move |(at, _)| self.value(at))
    }

    /// Words of a list, which hold nothing that would have to be escaped.
    pub(crate) fn words(self) -> impl Iterator<Item = &'a str> {
        self.elements().filter_map(Self::word)
    }

    /// A string that holds nothing that would have to be escaped.
    pub(crate) fn word(self) -> Option<&'a str> {
        let word = self.text.strip_prefix('"')?.strip_suffix('"')?;
        (!word.contains('\\')).then_some(word)
    }

    /// Any string.
    pub(crate) fn prose(self) -> Option<String> {
        serde_json::from_str(self.text).ok()
    }

    /// An integer.
    pub(crate) fn number(self) -> Option<i64> {
        self.text.parse().ok()
    }

    pub(crate) fn is_object(self) -> bool {
        self.text.starts_with('{')
    }

    pub(crate) fn is_list(self) -> bool {
        self.text.starts_with('[')
    }

    pub(crate) fn is_false(self) -> bool {
        self.text == "false"
    }

    /// The value at a place inside of this one.
    fn value(self, at: usize) -> Self {
        let indent = self.indent + 2;
        let text = self.text.get(at..).unwrap_or("");
        let line = text.split('\n').next().unwrap_or("");
        let one_line = line.strip_suffix(',').unwrap_or(line);
        let text = match one_line {
            "{" | "[" => {
                let close = if one_line == "{" { '}' } else { ']' };
                let end = format!("\n{:indent$}{close}", "");
                let found = memmem::find(text.as_bytes(), end.as_bytes());
                let end = found.map_or(text.len(), |found| found + end.len());
                text.get(..end).unwrap_or(text)
            }
            one_line => one_line,
        };
        Self { text, indent }
    }

    /// Whether a member of this very object begins here.
    fn begins_line(self, at: usize) -> bool {
        let before = self.text.get(..at).unwrap_or("");
        let line = before.trim_end_matches(' ');
        line.ends_with('\n') && before.len() - line.len() == self.indent + 2
    }

    /// Lines that begin a member or an element, with the place behind their indentation.
    fn lines(self) -> impl Iterator<Item = (usize, &'a str)> {
        let indent = self.indent + 2;
        let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
        ends.filter_map(move |end| {
            let line = self.text.get(end + 1..)?.split('\n').next()?;
            let (blank, rest) = line.split_at_checked(indent)?;
            let begins = !rest.starts_with([' ', '}', ']']) && !rest.is_empty();
            (begins && blank.bytes().all(|byte| byte == b' ')).then_some((end + 1 + indent, rest))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::api::{OurKind, schema};

    fn assert_same(seen: Schema<'_>, value: &Value) {
        match value {
            Value::Object(members) => {
                assert!(seen.is_object());
                let keys: Vec<&str> = seen.keys().collect();
                assert_eq!(keys, members.keys().collect::<Vec<_>>());
                for (key, member) in members {
                    assert_same(seen.get(key).expect("is there"), member);
                }
            }
            Value::Array(elements) => {
                assert!(seen.is_list());
                let all: Vec<Schema<'_>> = seen.elements().collect();
                assert_eq!(all.len(), elements.len());
                for (seen, element) in all.into_iter().zip(elements) {
                    assert_same(seen, element);
                }
            }
            Value::String(text) => {
                assert_eq!(seen.prose().as_deref(), Some(text.as_str()));
                assert!(seen.word().is_none_or(|word| word == text));
            }
            other => assert_eq!(seen.text, other.to_string()),
        }
    }

    #[test]
    fn the_published_schemas_are_seen_as_they_are() {
        for kind in OurKind::ALL {
            let value: Value = serde_json::from_str(schema(kind)).expect("is JSON");
            assert_same(Schema::new(schema(kind)), &value);
        }
    }

    #[test]
    fn empty_and_nested_values_are_seen_as_they_are() {
        let value = json!({"a": {}, "b": [], "c": [[], {}, [1, -2], {"a": {"b": "\"\n  }\\"}}], "d": null, "e": "]"});
        let text = serde_json::to_string_pretty(&value).expect("is JSON");
        let seen = Schema::new(&text);
        assert_same(seen, &value);
        assert_eq!(seen.get("b\": []"), None);
        assert_eq!(
            (seen.get("f"), seen.get("a").and_then(|a| a.get("b"))),
            (None, None)
        );
        assert_eq!(seen.at(&["c", "x"]), Schema::default());
        assert_eq!(Schema::default().get("a"), None);
    }
}
