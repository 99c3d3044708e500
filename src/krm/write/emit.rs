//! [`Node`] to text. Strings are written so that YAML 1.1 and 1.2 readers read the same string back; scalars that
//! came from a user's document keep their text where every reader takes it for the same one scalar.

use std::fmt::Write as _;

use serde_saphyr::SerializerOptions;

use crate::krm::tree::node::{Kind, Node, Style};
use crate::krm::tree::scalar::{self, Resolved};

/// Block style, every line indented by `indent`, the first one too; ends with a line break.
pub fn block(node: &Node, indent: usize) -> String {
    let mut out = " ".repeat(indent);
    write(&mut out, node, indent);
    out.push('\n');
    out
}

/// One element of a block sequence: `- ` at `indent`, ends with a line break.
pub fn list_item(node: &Node, indent: usize) -> String {
    let mut out = " ".repeat(indent);
    out.push_str("- ");
    write(&mut out, node, indent + 2);
    out.push('\n');
    out
}

/// One line of JSON that is also YAML, for flow documents. Numbers keep their text where JSON has it.
pub fn flow(node: &Node) -> String {
    let mut out = String::new();
    write_flow(&mut out, node);
    out
}

fn write_flow(out: &mut String, node: &Node) {
    match &node.kind {
        Kind::Scalar(text, style) => match node.resolved() {
            Some(Resolved::Int(_) | Resolved::Float(_)) if is_json_number(text) => {
                out.push_str(text);
            }
            Some(Resolved::Str) | None => out.push_str(&json_string(text)),
            Some(_) if *style == Style::Quoted => out.push_str(&json_string(text)),
            Some(_) => out.push_str(&node.to_json().to_string()),
        },
        Kind::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write_flow(out, item);
            }
            out.push(']');
        }
        Kind::Map(entries) => {
            out.push('{');
            for (index, entry) in entries.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                let key = json_string(&entry.key);
                out.push_str(if is_simple_key(&key) { "" } else { "? " });
                out.push_str(&key);
                out.push(':');
                write_flow(out, &entry.value);
            }
            out.push('}');
        }
    }
}

fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// A JSON string without the characters that JSON allows and YAML does not, or takes for line breaks.
pub(in crate::krm) fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in serde_json::Value::from(text).to_string().chars() {
        if is_printable(c) {
            out.push(c);
        } else {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
    }
    out
}

/// A line of a comment: whatever the text holds, it does not end the line for any reader.
pub fn comment(text: &str) -> String {
    let visible = |c| if is_printable(c) { c } else { ' ' };
    let line = text.chars().map(visible).collect::<String>();
    format!("# {}\n", line.trim_end())
}

/// What may stand raw in a line for every reader: no control character, none of the line breaks that only YAML 1.1
/// knows (U+0085, U+2028, U+2029: go-yaml and libyaml end the line there, and what follows is a line of its own), no
/// byte order mark, nothing that is no character.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// Whether a scalar that was written without quotes, or is a number, boolean or null, leaves as its text. Every scalar
/// that is copied from a document of somebody else is asked here: it may have been read as one scalar under rules
/// that are not those of its next reader (YAML 1.2 against 1.1, a flow collection against a block, a tag before quotes).
fn keeps_its_text(text: &str) -> bool {
    let mut chars = text.chars();
    let (Some(first), second) = (chars.next(), chars.next()) else {
        return false;
    };
    let begins = match first {
        '-' | '?' | ':' => second.is_some_and(|second| second != ' '),
        first => !",[]{}#&*!|>'\"%@` ".contains(first),
    };
    let marker = ["---", "..."].iter().any(|marker| text.starts_with(marker));
    begins
        && !marker
        && text.chars().all(is_printable)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        || scalar::resolve(text) != Resolved::Str && !text.is_empty()
}

/// Whether a key can stand before its colon without `? `: readers look no further than 1,024 characters for it.
fn is_simple_key(written: &str) -> bool {
    written.len() <= 1024
}

/// Writes a node; the cursor already stands at column `indent`.
pub fn write(out: &mut String, node: &Node, indent: usize) {
    match &node.kind {
        Kind::Scalar(text, style) => scalar(out, text, *style, indent),
        Kind::List(items) if items.is_empty() => out.push_str("[]"),
        Kind::Map(entries) if entries.is_empty() => out.push_str("{}"),
        Kind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    new_line(out, indent);
                }
                out.push_str("- ");
                write(out, item, indent + 2);
            }
        }
        Kind::Map(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    new_line(out, indent);
                }
                let start = out.len();
                string(out, &entry.key);
                if !out.get(start..).is_some_and(is_simple_key) {
                    out.insert_str(start, "? ");
                    new_line(out, indent);
                }
                out.push(':');
                write_value(out, &entry.value, indent);
            }
        }
    }
}

fn write_value(out: &mut String, value: &Node, indent: usize) {
    match &value.kind {
        Kind::List(items) if !items.is_empty() => {
            new_line(out, indent);
            write(out, value, indent);
        }
        Kind::Map(entries) if !entries.is_empty() => {
            new_line(out, indent + 2);
            write(out, value, indent + 2);
        }
        _ => {
            out.push(' ');
            write(out, value, indent + 2);
        }
    }
}

fn new_line(out: &mut String, indent: usize) {
    const SPACES: &str = "                                                                ";
    out.push('\n');
    match SPACES.get(..indent) {
        Some(spaces) => out.push_str(spaces),
        None => out.extend(std::iter::repeat_n(' ', indent)),
    }
}

fn scalar(out: &mut String, text: &str, style: Style, indent: usize) {
    let is_one_line = memchr::memchr(b'\n', text.as_bytes()).is_none();
    match (is_one_line, style) {
        // `!!null ""`
        (true, Style::Plain) if text.is_empty() => out.push_str("null"),
        (true, Style::Plain) if keeps_its_text(text) => out.push_str(text),
        (true, _) => string(out, text),
        (false, _) => match block_literal(text, indent) {
            Some(literal) => out.push_str(&literal),
            None => string(out, text),
        },
    }
}

/// A literal block of a text with line breaks, when every reader takes it as it stands.
fn block_literal(text: &str, indent: usize) -> Option<String> {
    let safe_line = |line: &str| line.chars().all(is_printable) && !line.ends_with(' ');
    let body = text.strip_suffix('\n').unwrap_or(text);
    let certain = !body.is_empty()
        && !body.ends_with('\n')
        && !text.starts_with([' ', '\n'])
        && body.split('\n').all(safe_line);
    if !certain {
        return None;
    }
    let mut out = String::from(if text.ends_with('\n') { "|" } else { "|-" });
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
    Some(out)
}

/// A string on one line: plain where every reader agrees that it is a string, else in double quotes.
fn string(out: &mut String, text: &str) {
    if is_plain_safe(text) {
        out.push_str(text);
    } else {
        out.push_str(&quoted_if_needed(text));
    }
}

fn quoted_if_needed(text: &str) -> String {
    if !text.chars().all(is_printable) {
        return json_string(text);
    }
    let mut options = SerializerOptions::default();
    options.prefer_block_scalars = false;
    options.folded_wrap_chars = usize::MAX;
    match serde_saphyr::to_string_with_options(&text, options) {
        Ok(line) if !line.trim_end_matches('\n').contains('\n') => {
            line.trim_end_matches('\n').to_owned()
        }
        // JSON strings are YAML double-quoted strings
        _ => json_string(text),
    }
}

/// The fast path: words that begin with a letter, hold nothing that any reader treats specially, and are no keyword.
fn is_plain_safe(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
    if text.len() > 5 {
        return text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
            && text.bytes().all(word);
    }
    let is_keyword = |keyword: &&str| text.eq_ignore_ascii_case(keyword);
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphabetic())
        && !SHORT_KEYWORDS.iter().any(is_keyword)
}

/// Words of up to five letters that are no strings to some reader, in whatever case.
const SHORT_KEYWORDS: [&str; 11] = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_path_writes_what_the_slow_one_writes() {
        let letters = || ('a'..='z').map(String::from);
        let two = letters().flat_map(|a| letters().map(move |b| format!("{a}{b}")));
        let two: Vec<String> = two.collect();
        let three = two
            .iter()
            .flat_map(|a| letters().map(move |b| format!("{a}{b}")));
        let words = letters().chain(two.iter().cloned()).chain(three);
        let longer = [
            "true", "false", "null", "none", "kind", "spec", "taint", "infin", "bool",
        ];
        for word in words.chain(longer.map(String::from)) {
            let (first, rest) = word.split_at(1);
            let capital = format!("{}{rest}", first.to_uppercase());
            for word in [&word, &capital, &word.to_uppercase()] {
                if is_plain_safe(word) {
                    assert_eq!(&quoted_if_needed(word), word);
                }
            }
        }
    }
}
