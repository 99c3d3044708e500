//! What stands at a place that is shown to nobody, kept for one purpose: to take it out of the words of a problem.

use std::fmt;

use super::ObjectRef;

/// What is written instead.
const HIDDEN: &str = "***";
/// Characters of a word that is looked for; a shorter one is in every sentence.
const SHORTEST: usize = 3;
/// Characters of a word by which it is known when a message cuts it short, or glues it to others.
const KNOWN: usize = 6;

/// The words of a hidden place; none for one that may be shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Veil(Option<Box<str>>);

impl fmt::Debug for Veil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_there() { HIDDEN } else { "none" })
    }
}

impl Veil {
    pub(super) fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Hides a line and the value that begins on it.
    pub(super) fn extend(&mut self, line: &str, value: &str) {
        let text = format!("{}\n{line}\n{value}", self.0.as_deref().unwrap_or_default());
        self.0 = Some(text.into());
    }

    pub(super) fn or(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some(one), Some(other)) => Self(Some(format!("{one}\n{other}").into())),
            (one, other) => Self(one.or(other)),
        }
    }

    /// Takes the hidden words out of a text. What names the object stays, and what is a key.
    pub(super) fn hide(&self, text: &mut String, object: Option<&ObjectRef>) {
        let names = object.map(|object| {
            let names = [
                &object.api_version,
                &object.kind,
                &object.name,
                &object.namespace,
            ];
            names.map(String::as_str)
        });
        let names = names.unwrap_or_default();
        for word in words(self.0.as_deref().unwrap_or_default()) {
            if !names.contains(&word) {
                hide(text, word);
            }
        }
    }
}

/// The words of a line that are no keys.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| c.is_whitespace() || "\"'`{}[],".contains(c);
    let words = line.split(is_end).flat_map(|word| word.split(": "));
    let words = words.filter(|word| !word.ends_with(':'));
    let words = words.map(|word| word.trim_matches([':', ';', '.', '|', '>', '-']));
    words.filter(|word| word.chars().count() >= SHORTEST)
}

/// Replaces a word wherever it stands by itself, and its beginning wherever it stands when it is long enough to be
/// known by that.
fn hide(text: &mut String, word: &str) {
    let known: String = word.chars().take(KNOWN).collect();
    let is_long = known.chars().count() == KNOWN;
    let is_end = |c: char| c.is_whitespace() || "\"'`{}[],".contains(c);
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(&known)) {
        let start = from + at;
        let rest = text.get(start..).unwrap_or_default();
        let length = if rest.starts_with(word) {
            word.len()
        } else {
            known.len()
        };
        let end = start + length;
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = text
            .get(..start)
            .and_then(|before| before.chars().next_back());
        let after = text.get(end..).and_then(|after| after.chars().next());
        if !is_long && (is_word(before) || is_word(after)) {
            from = end;
            continue;
        }
        let tail = text.get(end..).and_then(|tail| tail.find(is_end));
        let end = if length < word.len() {
            tail.map_or(text.len(), |tail| end + tail)
        } else {
            end
        };
        text.replace_range(start..end, HIDDEN);
        from = start + HIDDEN.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(line: &str, text: &str) -> String {
        let mut veil = Veil::default();
        veil.extend(line, "");
        let mut text = text.to_owned();
        veil.hide(&mut text, None);
        text
    }

    #[test]
    fn words_of_the_place_are_taken_out_and_keys_stay() {
        for (line, text, wanted) in [
            (
                "  password: hunter2",
                "the value of `password` is `hunter2`",
                "the value of `password` is `***`",
            ),
            (
                "{\"token\": \"hunter2\"}",
                "write `\"hunter2\"`",
                "write `\"***\"`",
            ),
            ("a: on", "plain `on` is `true`", "plain `on` is `true`"),
            ("pin: 123", "`123` and 1234", "`***` and 1234"),
            (
                "--- {a: hunter2hunter2}",
                "`--- {a: hunter2h...` begins",
                "`--- {a: ***` begins",
            ),
        ] {
            assert_eq!(hidden(line, text), wanted);
        }
        assert_eq!(
            format!("{:?}", {
                let mut veil = Veil::default();
                veil.extend("hunter2", "");
                veil
            }),
            "***"
        );
    }
}
