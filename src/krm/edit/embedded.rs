//! Adding to YAML that stands as a string in YAML, as in a ConfigMap: `config.yaml: |`. All bytes that are there stay.

use std::cmp::Reverse;
use std::ops::Range;

use super::complete::{self, CannotComplete, Edits};
use crate::krm::read::document::Document;
use crate::krm::read::parse;
use crate::krm::tree::node::{Kind, Node};
use crate::krm::write::emit;
use crate::source::Source;

/// Adds to the YAML in the string at `at` what it lacks of `wanted`. Nothing that it says is changed: another value
/// for a key is [`CannotComplete::Scalar`].
///
/// Only a literal block (`|`) and a string in double quotes on one line, as JSON has it, are edited: of them alone it is
/// certain what each byte means. What comes out was read back.
pub(crate) fn merge(
    document: &Document<'_>,
    root: &Node,
    at: &[&str],
    wanted: &Node,
) -> Result<Edits, CannotComplete> {
    let (key, parents) = at.split_last().ok_or(CannotComplete::Layout)?;
    if root.at(at).is_none() {
        let text = Node::from(emit::block(wanted, 0));
        return complete::add_entry(document, root, parents, key, &text);
    }
    let block = Block::find(document, root, at)?;
    let inner = Source::new(document.source.name.as_str(), block.text.as_str());
    let mut edits = Edits::new();
    let mut expected = Node::null();
    if is_comments(&inner.text) {
        let end = inner.text.trim_end().len();
        let lines = emit::block(wanted, 0);
        edits.push((end..end, format!("\n{}", lines.trim_end())));
    } else {
        let there = parse::parse(&inner.text, 0..inner.text.len());
        let there = there.map_err(|_| CannotComplete::Layout)?;
        add_missing(
            &Document::whole(&inner),
            &there,
            &mut Vec::new(),
            wanted,
            &mut edits,
        )?;
        expected = there;
    }
    expected.merge_patch(wanted);
    // what is added to an inner map at its end comes before what is added to the outer one
    let depth = |text: &str| text.len() - text.trim_start().len();
    edits.sort_by_key(|(range, text)| (range.start, Reverse(depth(text))));
    let outer = edits
        .iter()
        .map(|(range, text)| block.outer(document, range, text))
        .collect::<Option<Edits>>()
        .ok_or(CannotComplete::Layout)?;
    let right = read_back(document, &outer, at).is_some_and(|found| found == expected.to_json());
    if right {
        Ok(outer)
    } else {
        Err(CannotComplete::Layout)
    }
}

/// Puts texts into the string at `at`, at places of what it says, whatever its language is. All else stays, and what
/// comes out was read back.
pub(crate) fn insert(
    document: &Document<'_>,
    root: &Node,
    at: &[&str],
    texts: &[(usize, String)],
) -> Result<Edits, CannotComplete> {
    let (key, parents) = at.split_last().ok_or(CannotComplete::Layout)?;
    let block = Block::find(document, root, at)?;
    let inner = texts
        .iter()
        .map(|(place, text)| (*place..*place, text.clone()));
    let inner: Edits = inner.collect();
    let outer = inner
        .iter()
        .map(|(range, text)| block.outer(document, range, text))
        .collect::<Option<Edits>>()
        .ok_or(CannotComplete::Layout)?;
    let mut wanted = root.clone();
    let text = super::patch::apply(&block.text, inner);
    wanted.make(parents).set(key, text);
    complete::checked(document, outer, &wanted)
}

fn is_comments(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.all(|line| line.starts_with('#'))
}

fn add_missing<'w>(
    document: &Document<'_>,
    there: &Node,
    path: &mut Vec<&'w str>,
    wanted: &'w Node,
    edits: &mut Edits,
) -> Result<(), CannotComplete> {
    let parent = there.at(path).unwrap_or(there).clone();
    for entry in wanted.entries() {
        match parent.get(&entry.key) {
            None => {
                let added = complete::add_entry(document, there, path, &entry.key, &entry.value)?;
                edits.extend(added);
            }
            Some(known) if known.to_json() == entry.value.to_json() => {}
            Some(known)
                if matches!(entry.value.kind, Kind::Map(_))
                    && (known.is_null() || matches!(known.kind, Kind::Map(_))) =>
            {
                path.push(&entry.key);
                add_missing(document, there, path, &entry.value, edits)?;
                path.pop();
            }
            Some(_) => return Err(CannotComplete::Scalar),
        }
    }
    Ok(())
}

/// A string in a document.
struct Block {
    /// What it says.
    text: String,
    /// Where its first line begins in the source, or what follows its quote.
    start: usize,
    /// How it is written.
    form: Written,
}

enum Written {
    /// A literal block, with so many spaces before each of its lines.
    Literal(usize),
    /// In double quotes.
    Quoted,
}

impl Block {
    fn find(document: &Document<'_>, root: &Node, at: &[&str]) -> Result<Self, CannotComplete> {
        let source = document.source.text.as_str();
        let (key, parents) = at.split_last().ok_or(CannotComplete::Layout)?;
        let parent = root.at(parents).ok_or(CannotComplete::Layout)?;
        let entry = parent.entry(key).ok_or(CannotComplete::Layout)?;
        // through a merge key the text stands elsewhere, and for others too
        if entry.key_span.start < parent.span.start || entry.value.text().is_none() {
            return Err(CannotComplete::Alias);
        }
        let rest = source.get(entry.key_span.end..).unwrap_or("");
        let header = rest.lines().next().unwrap_or("");
        let style = header.trim_start_matches(['"', '\'']).trim_start();
        let style = style.strip_prefix(':').ok_or(CannotComplete::Layout)?;
        let text = entry.value.text().unwrap_or("").to_owned();
        if style.trim_start().starts_with('"') {
            let start = entry.value.span.start + 1;
            let form = Written::Quoted;
            return Ok(Self { text, start, form });
        }
        let mark = style.split(" #").next().unwrap_or("").trim();
        let indicators = mark.strip_prefix('|').ok_or(CannotComplete::NotLiteral)?;
        if !indicators
            .chars()
            .all(|c| matches!(c, '+' | '-' | '1'..='9'))
        {
            return Err(CannotComplete::NotLiteral);
        }
        let start = entry.key_span.end + header.len();
        let start = start + line_break(source.get(start..).unwrap_or(""));
        let lines = source.get(start..).unwrap_or("").lines();
        let mut pairs = lines.zip(text.lines());
        let written = pairs.find(|(_, line)| !line.trim().is_empty());
        let (written, line) = written.ok_or(CannotComplete::Layout)?;
        let indent = written.len().checked_sub(line.len());
        let form = Written::Literal(indent.ok_or(CannotComplete::Layout)?);
        Ok(Self { text, start, form })
    }

    /// An edit of the text as an edit of the source.
    fn outer(
        &self,
        document: &Document<'_>,
        range: &Range<usize>,
        text: &str,
    ) -> Option<(Range<usize>, String)> {
        let source = document.source.text.as_str();
        let (offset, text): (&dyn Fn(usize) -> Option<usize>, String) = match self.form {
            Written::Literal(indent) => {
                let line_break = if source.contains("\r\n") {
                    "\r\n"
                } else {
                    "\n"
                };
                let line_break = format!("{line_break}{}", " ".repeat(indent));
                let text = text.replace('\n', &line_break);
                (&move |at| self.in_block(source, indent, at), text)
            }
            Written::Quoted => {
                let quoted = emit::json_string(text);
                let text = quoted.get(1..quoted.len() - 1)?.to_owned();
                (&|at| self.in_quotes(source, at), text)
            }
        };
        Some((offset(range.start)?..offset(range.end)?, text))
    }

    /// Where a place of the text stands in the source.
    fn in_block(&self, source: &str, indent: usize, at: usize) -> Option<usize> {
        let before = self.text.get(..at)?;
        let number = before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1);
        let mut lines = source.get(self.start..)?.split_inclusive('\n');
        let skipped: usize = lines.by_ref().take(number).map(str::len).sum();
        let line = lines.next()?;
        let column = if column == 0 && line.trim().is_empty() {
            0
        } else {
            indent + column
        };
        (column <= line.len()).then_some(self.start + skipped + column)
    }

    fn in_quotes(&self, source: &str, at: usize) -> Option<usize> {
        let mut raw = source.get(self.start..)?.char_indices();
        let mut passed = 0;
        while passed < at {
            passed += match raw.next()?.1 {
                '"' | '\n' | '\r' => return None,
                '\\' => match raw.next()?.1 {
                    'n' | 't' | 'r' | '"' | '\\' | '/' => 1,
                    _ => return None,
                },
                plain => plain.len_utf8(),
            };
        }
        let rest = raw.next()?.0;
        (passed == at).then_some(self.start + rest)
    }
}

fn line_break(rest: &str) -> usize {
    match rest.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\n', ..] => 1,
        _ => 0,
    }
}

/// What the text says after the edits, when all else says what it said.
fn read_back(document: &Document<'_>, edits: &Edits, at: &[&str]) -> Option<serde_json::Value> {
    let (before, after) = (document.node().ok()?, complete::edited(document, edits)?);
    let inner = after.str_at(at)?.to_owned();
    let blank = |mut node: Node| {
        node.make(at.split_last()?.1).set(at.last()?, "");
        Some(node.to_json())
    };
    if blank(before)? != blank(after)? {
        return None;
    }
    Some(parse::parse(&inner, 0..inner.len()).ok()?.to_json())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krm::edit::amend;

    const AT: [&str; 2] = ["data", "config.yaml"];

    fn wanted() -> Node {
        Node::from([
            ("enableUserWorkload", Node::from(true)),
            (
                "alertmanagerMain",
                Node::from([("enableUserAlertmanagerConfig", Node::from(true))]),
            ),
        ])
    }

    fn merged(text: &str) -> Result<String, CannotComplete> {
        let source = Source::new("x", text);
        let document = Document::whole(&source);
        let root = document.node().expect("parses");
        let edits = merge(&document, &root, &AT, &wanted())?;
        Ok(amend::apply(text, edits))
    }

    #[test]
    fn lines_are_added_and_all_others_stay() {
        let text = "# mine\ndata:\n  # about\n  config.yaml: | # keep\n    prometheusK8s:  # two weeks\n      retention: 15d\n\n    # alerts\n    alertmanagerMain:\n      logLevel: info   # quiet\n\n    # the end\n  other: 'x'\n";
        let expected = "# mine\ndata:\n  # about\n  config.yaml: | # keep\n    prometheusK8s:  # two weeks\n      retention: 15d\n\n    # alerts\n    alertmanagerMain:\n      logLevel: info   # quiet\n      enableUserAlertmanagerConfig: true\n    enableUserWorkload: true\n\n    # the end\n  other: 'x'\n";
        let found = merged(text).expect("can be completed");
        assert_eq!(found, expected);
        let absent = "data: # mine\n  other: |\n    a: 1\n";
        let made = merged(absent).expect("can be completed");
        assert_eq!(
            made,
            format!(
                "{absent}  config.yaml: |\n    enableUserWorkload: true\n    alertmanagerMain:\n      enableUserAlertmanagerConfig: true\n"
            )
        );
        // and again: nothing
        assert_eq!(merged(&made).as_ref(), Ok(&made));
        assert_eq!(merged(&found).as_ref(), Ok(&found));
    }

    #[test]
    fn every_literal_block_is_edited_at_its_own_indentation() {
        let both =
            "enableUserWorkload: true\nalertmanagerMain:\n  enableUserAlertmanagerConfig: true\n";
        for (text, at, config) in [
            ("data:\n  config.yaml: |\n    a: 1\n", 4, "a: 1\n"),
            ("data:\n  config.yaml: |-\n    a: 1", 4, "a: 1\n"),
            ("data:\n  config.yaml: |+\n      a: 1\n\n\n", 6, "a: 1\n"),
            ("data:\n  \"config.yaml\": |2\n      a: 1\n", 4, "  a: 1\n"),
            (
                "data:\n  config.yaml: |\n    # nothing yet\n",
                4,
                "# nothing yet\n",
            ),
            (
                "data:\r\n  config.yaml: |\r\n    a: 1\r\n    b:\r\n",
                4,
                "a: 1\nb:\n",
            ),
        ] {
            let found = merged(text).unwrap_or_else(|reason| panic!("{text:?}: {reason}"));
            let prefix = " ".repeat(at);
            for line in config
                .lines()
                .map(str::trim)
                .chain(both.lines().map(str::trim))
            {
                assert!(
                    found.lines().any(|there| there.trim() == line),
                    "{line}: {found:?}"
                );
            }
            let added = found
                .lines()
                .find(|line| line.contains("enableUserWorkload"));
            let column = added.map(|line| line.len() - line.trim_start().len());
            let own = config.len() - config.trim_start().len();
            assert_eq!(column, Some(prefix.len() + own), "{found:?}");
            assert_eq!(found.contains("\r\n"), text.contains("\r\n"));
            assert_eq!(found.ends_with('\n'), text.ends_with('\n'));
            assert_eq!(merged(&found).as_ref(), Ok(&found));
        }
    }

    #[test]
    fn a_string_in_double_quotes_keeps_its_escapes() {
        for (text, after) in [
            (
                r#"{"data": {"config.yaml": "a: \"x\" # é\n"}, "b": 1}"#,
                r#"{"data": {"config.yaml": "a: \"x\" # é\nenableUserWorkload: true\nalertmanagerMain:\n  enableUserAlertmanagerConfig: true\n"}, "b": 1}"#,
            ),
            (
                "data:\n  config.yaml: \"a: 1\" # mine\n",
                "data:\n  config.yaml: \"a: 1\\nenableUserWorkload: true\\nalertmanagerMain:\\n  enableUserAlertmanagerConfig: true\" # mine\n",
            ),
        ] {
            assert_eq!(merged(text).as_deref(), Ok(after));
            assert_eq!(merged(after).as_deref(), Ok(after));
        }
    }

    #[test]
    fn what_is_not_certain_is_left_alone() {
        for (text, reason) in [
            ("data: {config.yaml: 'a: 1'}\n", CannotComplete::NotLiteral),
            (
                "data:\n  config.yaml: \"a:\n    1\"\n",
                CannotComplete::Layout,
            ),
            (
                "data:\n  config.yaml: >\n    a: 1\n",
                CannotComplete::NotLiteral,
            ),
            (
                "data:\n  config.yaml: &c |\n    a: 1\n",
                CannotComplete::NotLiteral,
            ),
            (
                "data:\n  config.yaml: |\n    a: [1\n",
                CannotComplete::Layout,
            ),
            ("data:\n  config.yaml: |\n    - a\n", CannotComplete::Scalar),
            (
                "data:\n  config.yaml: |\n    enableUserWorkload: false\n",
                CannotComplete::Scalar,
            ),
            (
                "data:\n  config.yaml: |\n    alertmanagerMain: on\n",
                CannotComplete::Scalar,
            ),
            ("data:\n  config.yaml: |\n", CannotComplete::Layout),
            (
                "x: &x\n  config.yaml: |\n    a: 1\ndata:\n  <<: *x\n",
                CannotComplete::Alias,
            ),
        ] {
            assert_eq!(merged(text), Err(reason), "{text:?}");
        }
    }
}
