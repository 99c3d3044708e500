//! The texts of several streams to one.

use super::patch::has_crlf;
use crate::krm::read::ending::end_line;

/// Joins the texts of several streams to one, with `---` where one is needed. A text alone stays as it is: the first
/// is not copied, since it may be all of a large input.
pub fn join<T: AsRef<str> + Into<String>>(texts: impl IntoIterator<Item = T>) -> String {
    let is_full = |text: &T| {
        let text = text.as_ref().trim_start_matches('\u{feff}');
        !text.trim().is_empty()
    };
    let mut texts = texts.into_iter().filter(is_full);
    let Some(first) = texts.next() else {
        return String::new();
    };
    let mut out: String = first.into();
    let mut joined = false;
    for text in texts {
        if !joined && out.starts_with('\u{feff}') {
            out.drain(..'\u{feff}'.len_utf8());
        }
        joined = true;
        let text = text.as_ref().trim_start_matches('\u{feff}');
        let line_break = if has_crlf(&out) { "\r\n" } else { "\n" };
        end_line(&mut out, line_break);
        // a line may be all of a large input: it is not copied
        let last = out.trim_end().rsplit('\n').next().unwrap_or("");
        let (is_ended, is_begun) = (last == "...", last == "---");
        let first = text
            .lines()
            .find(|line| !matches!(line.trim_start().chars().next(), None | Some('#')))
            .unwrap_or("");
        let marked = first == "---" || first.starts_with("--- ") || first.starts_with("---\t");
        if first.starts_with('%') && !is_ended {
            out.push_str("...");
            out.push_str(line_break);
        } else if !marked && !first.starts_with('%') && !is_begun {
            out.push_str("---");
            out.push_str(line_break);
        }
        out.push_str(text);
    }
    out
}
