//! The fast way to a [`Node`]: one pass over the lines of the YAML that machines and people write for Kubernetes.
//! Whatever is not plain (anchors, tags, block scalars, values over several lines, duplicate keys, text that is not
//! ASCII...) it leaves to the parser ([`super::parse`]), and with it every message: what is read here is right.

use super::scan::lex::{is_rest_blank, is_word, line_length, spaces};
use crate::krm::tree::node::{Entry, Kind, Node, Style};

/// Deeper than any object that somebody writes. Collections in flow form count too.
const DEPTH: usize = 64;
/// Maps with more keys are not searched for duplicates one by one.
const KEYS: usize = 64;

/// Reads a document, with places that count from `base`; `None` leaves it to the parser.
pub(super) fn read(text: &str, base: usize, values: usize) -> Option<Node> {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n');
    if !text.as_bytes().iter().all(is_plain) {
        return None;
    }
    let mut reader = Reader {
        text,
        base,
        line: None,
        next: 0,
        // the parser counts the start and the end of document and collections too
        values: values.checked_div(4)?,
    };
    reader.advance();
    let node = reader.block(0)?;
    reader.line.is_none().then_some(node)
}

/// A line that is neither blank nor a comment, from its content on.
#[derive(Clone, Copy)]
struct Line {
    /// The column of its content.
    column: usize,
    /// Where the content starts.
    start: usize,
    /// Where the line ends, without its line feed.
    end: usize,
}

struct Reader<'a> {
    text: &'a str,
    base: usize,
    line: Option<Line>,
    /// Where the line behind it starts.
    next: usize,
    /// How many more may be read.
    values: usize,
}

impl<'a> Reader<'a> {
    /// Goes to the next line of content.
    fn advance(&mut self) {
        self.line = None;
        while let Some(rest) = self.text.get(self.next..).filter(|rest| !rest.is_empty()) {
            let column = spaces(rest.as_bytes());
            let content = rest.get(column..).unwrap_or("");
            let start = self.next + column;
            let end = start + line_length(content.as_bytes());
            self.next = (end + 1).min(self.text.len());
            if start < end && !content.starts_with('#') {
                self.line = Some(Line { column, start, end });
                return;
            }
        }
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or("")
    }

    fn node(&mut self, kind: Kind, start: usize, end: usize) -> Option<Node> {
        self.values = self.values.checked_sub(1)?;
        let span = self.base + start..self.base + end;
        Some(Node { kind, span })
    }

    /// The collection that starts on this line.
    fn block(&mut self, depth: usize) -> Option<Node> {
        let line = self.line.filter(|_| depth < DEPTH)?;
        if self.is_item(line) {
            self.list(line.column, true, depth)
        } else {
            self.map(line.column, depth)
        }
    }

    fn is_item(&self, line: Line) -> bool {
        self.slice(line.start, line.end).starts_with("- ")
    }

    fn list(&mut self, column: usize, indented: bool, depth: usize) -> Option<Node> {
        let mut first = None;
        let mut items = Vec::new();
        while let Some(line) = self.line.filter(|line| line.column >= column) {
            if line.column > column {
                return None;
            }
            // a list may stand at the column of its key: behind it, the next key
            if !self.is_item(line) {
                break;
            }
            let skipped = 1 + spaces(self.slice(line.start + 1, line.end).as_bytes());
            let start = line.start + skipped;
            first.get_or_insert(if indented { line.start } else { start });
            if self.slice(start, line.end).starts_with("- ") {
                return None;
            }
            if key(self.slice(start, line.end)).is_some() {
                let column = line.column + skipped;
                self.line = Some(Line {
                    column,
                    start,
                    ..line
                });
                items.push(self.map(column, depth + 1)?);
            } else {
                items.push(self.value(start, line.end)?);
                self.advance();
            }
        }
        self.node(Kind::List(items), first?, self.block_end())
    }

    fn map(&mut self, column: usize, depth: usize) -> Option<Node> {
        if depth >= DEPTH {
            return None;
        }
        let start = self.line?.start;
        let mut entries: Vec<Entry> = Vec::new();
        while let Some(line) = self.line.filter(|line| line.column >= column) {
            if line.column > column {
                return None;
            }
            let length = key(self.slice(line.start, line.end))?;
            let name = self.slice(line.start, line.start + length);
            self.key(&entries, name)?;
            let value = self.entry(line, line.start + length + 1, depth)?;
            entries.push(self.keyed(name, line.start, value));
        }
        self.node(Kind::Map(entries), start, self.block_end())
    }

    /// Counts a key, which must be the first of its name.
    fn key(&mut self, before: &[Entry], name: &str) -> Option<()> {
        self.values = self.values.checked_sub(1)?;
        let is_first = before.len() < KEYS && before.iter().all(|entry| entry.key != name);
        is_first.then_some(())
    }

    fn keyed(&self, name: &str, start: usize, value: Node) -> Entry {
        let start = self.base + start;
        Entry {
            key: name.to_owned(),
            key_span: start..start + name.len(),
            value,
        }
    }

    /// Where a block collection ends for the parser: at the content that follows it.
    fn block_end(&self) -> usize {
        self.line.map_or(self.text.len(), |line| line.start)
    }

    /// The value behind a colon, on its line or on those below.
    fn entry(&mut self, line: Line, colon: usize, depth: usize) -> Option<Node> {
        let rest = self.slice(colon, line.end).as_bytes();
        if !is_rest_blank(rest) {
            let value = self.value(colon + spaces(rest), line.end)?;
            self.advance();
            return Some(value);
        }
        self.advance();
        match self.line {
            Some(below) if below.column > line.column => self.block(depth + 1),
            Some(below) if below.column == line.column && self.is_item(below) => {
                self.list(line.column, false, depth + 1)
            }
            _ => {
                let at = colon - 1;
                self.node(Kind::Scalar("null".to_owned(), Style::Plain), at, at)
            }
        }
    }

    /// A value that ends on its line.
    fn value(&mut self, start: usize, end: usize) -> Option<Node> {
        let text = self.slice(start, end);
        let (node, length) = match text.as_bytes().first()? {
            b'"' | b'\'' => self.quoted(start, text)?,
            b'[' | b'{' => self.flow(start, text, 0)?,
            _ => {
                let text = plain(text)?;
                let kind = Kind::Scalar(text.to_owned(), Style::Plain);
                return self.node(kind, start, start + text.len());
            }
        };
        is_rest_blank(text.get(length..)?.as_bytes()).then_some(node)
    }

    /// A quoted scalar without escapes, and its length.
    fn quoted(&mut self, start: usize, text: &str) -> Option<(Node, usize)> {
        let quote = text.chars().next()?;
        let inside = text.get(1..)?;
        let length = inside.find(quote)?;
        let inside = inside.get(..length)?;
        let follows = text.get(length + 2..)?;
        if quote == '"' && inside.contains('\\') || quote == '\'' && follows.starts_with('\'') {
            return None;
        }
        let kind = Kind::Scalar(inside.to_owned(), Style::Quoted);
        let length = length + 2;
        Some((self.node(kind, start, start + length)?, length))
    }

    /// A collection in brackets, of words, quoted scalars and collections, and its length.
    fn flow(&mut self, start: usize, text: &str, depth: usize) -> Option<(Node, usize)> {
        if depth >= DEPTH {
            return None;
        }
        let is_map = text.starts_with('{');
        let close = if is_map { '}' } else { ']' };
        let blank = |at: usize| Some(at + spaces(text.get(at..)?.as_bytes()));
        let (mut items, mut entries): (Vec<Node>, Vec<Entry>) = (Vec::new(), Vec::new());
        let mut at = blank(1)?;
        while !text.get(at..)?.starts_with(close) {
            if !(items.is_empty() && entries.is_empty()) {
                at = blank(at + text.get(at..)?.strip_prefix(',').map(|_| 1)?)?;
            }
            if is_map {
                let (key, name) = (at, word(text.get(at..)?)?);
                self.key(&entries, name)?;
                at += name.len();
                text.get(at..)?.strip_prefix(": ")?;
                at = blank(at + 2)?;
                let (value, length) = self.element(start + at, text.get(at..)?, depth)?;
                at += length;
                entries.push(self.keyed(name, start + key, value));
            } else {
                let (item, length) = self.element(start + at, text.get(at..)?, depth)?;
                at += length;
                items.push(item);
            }
            at = blank(at)?;
        }
        let kind = if is_map {
            Kind::Map(entries)
        } else {
            Kind::List(items)
        };
        Some((self.node(kind, start, start + at + 1)?, at + 1))
    }

    fn element(&mut self, start: usize, text: &str, depth: usize) -> Option<(Node, usize)> {
        match text.as_bytes().first()? {
            b'"' | b'\'' => self.quoted(start, text),
            b'[' | b'{' => self.flow(start, text, depth + 1),
            _ => {
                let word = word(text)?;
                let kind = Kind::Scalar(word.to_owned(), Style::Plain);
                Some((self.node(kind, start, start + word.len())?, word.len()))
            }
        }
    }
}

/// Whether a word is there that no dash begins, which may be an indicator.
fn begins_word(bytes: &[u8]) -> bool {
    let first = bytes.first().copied();
    first.is_some_and(|byte| is_word(byte) && byte != b'-')
}

/// The length of the plain key that a line starts with.
fn key(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    if !begins_word(bytes) {
        return None;
    }
    let mut length = 0;
    while let Some(byte) = bytes
        .get(length)
        .filter(|byte| is_word(**byte) || **byte == b':')
    {
        if *byte == b':' && matches!(bytes.get(length + 1), None | Some(b' ')) {
            // the parser limits the length of a key
            return (length < 1024).then_some(length);
        }
        length += 1;
    }
    None
}

/// The plain scalar that the rest of a line is, without the comment behind it.
fn plain(rest: &str) -> Option<&str> {
    let bytes = rest.as_bytes();
    let is_number = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'.';
    match bytes {
        [b'+' | b'~' | b'(' | b'$', ..] => {}
        _ if begins_word(bytes) => {}
        [b'-', second, ..] if is_number(second) => {}
        _ => return None,
    }
    let mut end = bytes.len();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b':', b'#', bytes.get(at..)?) {
        at += found;
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b':'), None | Some(b' ')) => return None,
            (Some(b'#'), _) if bytes.get(at - 1) == Some(&b' ') => {
                end = at;
                break;
            }
            _ => at += 1,
        }
    }
    Some(rest.get(..end)?.trim_end_matches(' '))
}

/// The plain scalar of nothing but word characters that a text in brackets starts with.
fn word(text: &str) -> Option<&str> {
    let length = text.bytes().take_while(|byte| is_word(*byte)).count();
    let ends = |byte: &u8| matches!(byte, b' ' | b',' | b']' | b'}' | b':');
    let bytes = text.as_bytes();
    let is_whole = begins_word(bytes) && bytes.get(length).is_some_and(ends);
    is_whole.then(|| text.get(..length))?
}
