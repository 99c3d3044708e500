//! [`Node`] to text. Strings are written so that YAML 1.1 and 1.2 readers read the same string back; scalars that
//! came from a user's document keep their text.

use std::fmt::Write as _;

use serde_saphyr::SerializerOptions;

use super::node::{Kind, Node, Style};
use super::scalar::Resolved;

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
                out.push_str(&json_string(&entry.key));
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
fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in serde_json::Value::from(text).to_string().chars() {
        match c {
            '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Writes a node; the cursor already stands at column `indent`.
pub fn write(out: &mut String, node: &Node, indent: usize) {
    match &node.kind {
        Kind::Scalar(text, style) => out.push_str(&scalar(text, *style, indent)),
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
                out.push_str(&quoted_if_needed(&entry.key));
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
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

fn scalar(text: &str, style: Style, indent: usize) -> String {
    if style == Style::Plain && !text.contains('\n') {
        return text.to_owned();
    }
    block_literal(text, indent).unwrap_or_else(|| quoted_if_needed(text))
}

/// A literal block, for text with line breaks that every reader takes as it stands.
fn block_literal(text: &str, indent: usize) -> Option<String> {
    let printable =
        |c: char| !c.is_control() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    let safe_line = |line: &str| line.chars().all(printable) && !line.ends_with(' ');
    let body = text.strip_suffix('\n').unwrap_or(text);
    let certain = text.contains('\n')
        && !body.is_empty()
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
pub fn quoted_if_needed(text: &str) -> String {
    if is_plain_safe(text) {
        return text.to_owned();
    }
    let mut options = SerializerOptions::default();
    options.prefer_block_scalars = false;
    options.quote_all = text.contains(['\n', '\t']);
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
    text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && text.bytes().all(word)
        && text.len() > 5
}
