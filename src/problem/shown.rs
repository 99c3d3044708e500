//! What a terminal and a log show of a text, and nothing that steers them. An input must not recolour, hide or reverse
//! our messages, nor give commands to the runner of a CI that reads its log: GitHub obeys lines that begin with `::`
//! behind blanks (actions/runner, ActionCommand.cs) and, like Azure Pipelines, `##[` and `##vso[` anywhere in a line.

use std::fmt::Write as _;

/// Stands for every character that is not shown.
const INSTEAD: char = '\u{fffd}';

/// The same text, character by character, with what is obeyed rather than shown replaced. Line feeds and tabs stay.
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let is_obeyed = match c {
            '\n' | '\t' => false,
            '[' => shown.ends_with("##") || shown.ends_with("##vso"),
            c => c.is_control() || is_invisible(c),
        };
        shown.push(if is_obeyed { INSTEAD } else { c });
    }
    shown
}

/// The same for lines that are printed as they are: none of them begins with `::`.
pub fn reported(text: &str) -> String {
    let mut reported = String::with_capacity(text.len());
    for line in shown(text).split_inclusive('\n') {
        let content = line.trim_start();
        let blank = line.get(..line.len() - content.len()).unwrap_or_default();
        match content.strip_prefix("::") {
            Some(rest) => {
                reported.push_str(blank);
                reported.push(INSTEAD);
                reported.push(':');
                reported.push_str(rest);
            }
            None => reported.push_str(line),
        }
    }
    reported
}

/// Zero-width and text-direction marks, line separators, the byte order mark, and tags.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// A JSON text in which the same characters are escaped: whoever reads it gets the value as it is, and its bytes steer
/// nothing. Such a character stands in strings only.
pub fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        let is_obeyed = match c {
            '\n' => false,
            '[' => escaped.ends_with("##") || escaped.ends_with("##vso"),
            c => c.is_control() || is_invisible(c),
        };
        if is_obeyed {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_shown_and_not_done() {
        assert_eq!(
            shown("a\u{1b}[2J\u{202e}\u{85}\u{9b}b\r\n\tc"),
            "a\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}b\u{fffd}\n\tc"
        );
        assert_eq!(
            shown("##[error]x ##vso[task.x]"),
            "##\u{fffd}error]x ##vso\u{fffd}task.x]"
        );
        assert_eq!(shown("## [a] #[b] vso[c] a::b"), "## [a] #[b] vso[c] a::b");
    }

    #[test]
    fn no_line_is_a_command() {
        assert_eq!(
            reported("a\n \u{a0}::error::x\n::y\nb::c\n:d\n"),
            "a\n \u{a0}\u{fffd}:error::x\n\u{fffd}:y\nb::c\n:d\n"
        );
    }

    #[test]
    fn json_keeps_its_values() {
        let value = serde_json::json!({"a": "\u{202e}\u{85}\u{e0041}##[x] ##vso[y]\u{1b}\u{7f}"});
        let text = escaped(&format!("{value:#}"));
        assert!(text.is_ascii() && !text.contains("##["), "{text}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }
}
