//! Words within a string, and plain items of a list: some are replaced, some come in. Style, comments, line breaks and
//! all else stay, and what comes out was read back.

use super::complete::{CannotComplete, Edits, checked};
use crate::krm::read::document::Document;
use crate::krm::tree::node::{Kind, Node};
use crate::source::line_start;

/// Makes the words of the string at `at` those of `wanted`: each that is there stands for the one of its place, and
/// more come in behind the last. Gives what the string then says too, to be checked together with others.
pub(crate) fn rewrite(
    document: &Document<'_>,
    root: &Node,
    at: &[&str],
    wanted: &[&str],
) -> Result<(Edits, String), CannotComplete> {
    let (key, parents) = at.split_last().ok_or(CannotComplete::Layout)?;
    let parent = root.at(parents).ok_or(CannotComplete::Layout)?;
    let entry = parent.entry(key).ok_or(CannotComplete::Layout)?;
    let text = entry.value.text().ok_or(CannotComplete::Scalar)?;
    let span = entry.value.span.clone();
    let source = document.source.text.as_str();
    let raw = source.get(span.clone()).ok_or(CannotComplete::Layout)?;
    if entry.key_span.start < parent.span.start || raw.starts_with(['*', '&', '!']) {
        return Err(CannotComplete::Alias);
    }
    let there: Vec<&str> = text.split_whitespace().collect();
    let added = wanted.get(there.len()..).ok_or(CannotComplete::Layout)?;
    let mut expected = text.to_owned();
    let mut edits = Edits::new();
    for (old, new) in there.iter().zip(wanted).filter(|(old, new)| old != new) {
        let from = span.start + raw.find(old).ok_or(CannotComplete::Layout)?;
        edits.push((from..from + old.len(), (*new).to_owned()));
        expected = expected.replacen(old, new, 1);
    }
    if !added.is_empty() {
        let content = raw.trim_end();
        let quote = usize::from(content.starts_with(['"', '\'']));
        let inner = content.get(..content.len() - quote).unwrap_or_default();
        let place = span.start + inner.trim_end().len();
        let gap = if there.is_empty() { "" } else { " " };
        let words = format!("{gap}{}", added.join(" "));
        let end = expected.trim_end().len();
        expected.insert_str(end, &words);
        edits.push((place..place, words));
    }
    Ok((edits, expected))
}

/// Puts a plain word before an item of the list at `path`.
pub(crate) fn insert_item(
    document: &Document<'_>,
    root: &Node,
    path: &[&str],
    index: usize,
    word: &str,
) -> Result<Edits, CannotComplete> {
    let (list, item) = item(root, path, index)?;
    let text = document.source.text.as_str();
    let start = item.span.start;
    let is_flow = text.as_bytes().get(list.span.start) == Some(&b'[');
    let edit = if is_flow {
        (start..start, format!("{word}, "))
    } else {
        let line = line_start(text, start);
        let before = text.get(line..start).ok_or(CannotComplete::Layout)?;
        let is_plain = before.chars().all(|c| c == ' ' || c == '-');
        if !is_plain || before.matches('-').count() != 1 {
            return Err(CannotComplete::Layout);
        }
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        (line..line, format!("{before}{word}{newline}"))
    };
    let mut after = root.clone();
    after.make(path).items_mut().insert(index, Node::from(word));
    checked(document, vec![edit], &after)
}

/// Writes another word for an item of the list at `path`.
pub(crate) fn replace_item(
    document: &Document<'_>,
    root: &Node,
    path: &[&str],
    index: usize,
    word: &str,
) -> Result<Edits, CannotComplete> {
    let (_, item) = item(root, path, index)?;
    let edits = vec![(item.span.clone(), word.to_owned())];
    let mut after = root.clone();
    if let Some(one) = after.make(path).items_mut().get_mut(index) {
        *one = Node::from(word);
    }
    checked(document, edits, &after)
}

/// A list and one of its items, a scalar that is written there.
fn item<'n>(
    root: &'n Node,
    path: &[&str],
    index: usize,
) -> Result<(&'n Node, &'n Node), CannotComplete> {
    let list = root.at(path).ok_or(CannotComplete::Layout)?;
    let Kind::List(items) = &list.kind else {
        return Err(CannotComplete::Scalar);
    };
    let item = items.get(index).ok_or(CannotComplete::Layout)?;
    if item.text().is_none() {
        return Err(CannotComplete::Scalar);
    }
    if item.span.start < list.span.start {
        return Err(CannotComplete::Alias);
    }
    Ok((list, item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krm::Source;
    use crate::krm::edit::amend::apply;

    const AT: [&str; 1] = ["args"];

    fn rewritten(text: &str, wanted: &[&str]) -> Result<String, CannotComplete> {
        let source = Source::new("x", text);
        let document = Document::whole(&source);
        let root = document.node().expect("parses");
        let (edits, expected) = rewrite(&document, &root, &AT, wanted)?;
        let mut after = root.clone();
        after.set(AT[0], expected);
        Ok(apply(text, checked(&document, edits, &after)?))
    }

    #[test]
    fn words_come_in_whatever_the_style() {
        for (text, expected) in [
            (
                "args: a=1  b=2 # mine\nx: 1\n",
                "args: a=1  b=3 c # mine\nx: 1\n",
            ),
            ("args: 'a=1 b=2 ' # mine\n", "args: 'a=1 b=3 c ' # mine\n"),
            (
                "args: \"a=1 b=2\"\r\nx: 1\r\n",
                "args: \"a=1 b=3 c\"\r\nx: 1\r\n",
            ),
            (
                "args: >- # why\n  a=1\n  b=2\nx: 1\n",
                "args: >- # why\n  a=1\n  b=3 c\nx: 1\n",
            ),
            (
                "args: |\n  a=1 b=2\n\nx: 1\n",
                "args: |\n  a=1 b=3 c\n\nx: 1\n",
            ),
            ("{args: a=1 b=2, x: 1}\n", "{args: a=1 b=3 c, x: 1}\n"),
        ] {
            assert_eq!(
                rewritten(text, &["a=1", "b=3", "c"]).as_deref(),
                Ok(expected)
            );
        }
        assert_eq!(
            rewritten("args: \"\"\n", &["c"]).as_deref(),
            Ok("args: \"c\"\n")
        );
        // within brackets a comma ends the string
        assert_eq!(
            rewritten("{args: a}\n", &["a", "b=1,2"]),
            Err(CannotComplete::Layout)
        );
    }

    #[test]
    fn items_come_in_and_change_where_they_stand() {
        for (text, expected) in [
            (
                "args: # all\n  # one\n  - a\n  # two\n  - b # mine\n",
                "args: # all\n  # one\n  - a\n  # two\n  - new\n  - c # mine\n",
            ),
            (
                "args: [a,\r\n  b] # mine\r\n",
                "args: [a,\r\n  new, c] # mine\r\n",
            ),
            (
                "args:\r\n- a\r\n- 'b'\r\n",
                "args:\r\n- a\r\n- new\r\n- c\r\n",
            ),
        ] {
            let source = Source::new("x", text);
            let document = Document::whole(&source);
            let root = document.node().unwrap();
            let text = apply(text, replace_item(&document, &root, &AT, 1, "c").unwrap());
            let source = Source::new("x", text.as_str());
            let document = Document::whole(&source);
            let root = document.node().unwrap();
            let text = apply(&text, insert_item(&document, &root, &AT, 1, "new").unwrap());
            assert_eq!(text, expected);
        }
    }
}
