//! Lines that carry structure: with their dashes, their key and what the value is. Scalars and collections that go
//! on over further lines are followed to their end, so that no line of theirs is taken for structure.

use std::ops::Range;

use super::flow;
use super::level::{Holds, Levels};
use super::lex::{self, Block, Lexed, Simple, bail};

/// Keys that are longer are no simple keys to most readers.
const LONGEST_KEY: usize = 1024;

/// A value on a key's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing: a collection below, or null.
    Absent,
    /// A plain scalar with what follows it on the line; more lines may follow.
    Plain(Range<usize>),
    /// A quoted scalar, with its quotes.
    Quoted(Range<usize>),
    /// A literal or folded scalar.
    Block,
    /// A flow collection.
    Flow(Range<usize>),
}

/// What a line holds behind its dashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A dash alone.
    Nothing,
    /// A scalar or a flow collection that is no key.
    Node,
    /// A key.
    Key(Key),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Its text, without quotes.
    pub(super) text: Range<usize>,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
    /// Just behind the colon.
    pub(super) colon: usize,
    pub(super) value: Value,
}

/// A line of structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) indent: usize,
    pub(super) dashes: usize,
    /// The column of what stands behind the dashes.
    pub(super) column: usize,
    pub(super) content: Content,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `---` and the place behind it.
    Start(Range<usize>),
    /// `...` and the end of its line.
    End(Range<usize>),
    /// A line of structure.
    Line(Line),
    /// The end of the text.
    Eof,
}

/// Cuts a text into lines of structure.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The block scalar that is open.
    block: Option<Block>,
    /// The same for a plain scalar.
    plain: Option<usize>,
    /// The plain scalar was read as a whole: it may not go on.
    whole: bool,
    /// Comments this deep at most, after the last content, belong to what follows.
    pub(super) watch: usize,
    /// The first of them.
    comment: Option<usize>,
    /// The first comment at column 0 after the last content.
    root_comment: Option<usize>,
    /// Lines that are indented deeper are followed, and not handed out: nobody asks for them.
    pub(super) deep: usize,
    levels: Levels,
}

/// Where the content before a token ended, and the comments of the token start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// For elements of `items`.
    pub(super) element: usize,
    /// For keys of the root.
    pub(super) root: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        let bytes = text.as_bytes();
        Self {
            bytes,
            at,
            block: None,
            plain: None,
            whole: false,
            watch: 0,
            deep: usize::MAX,
            comment: None,
            root_comment: None,
            levels: Levels::new(),
        }
    }

    /// Says that the plain scalar of the last line was taken as it stands there.
    pub(super) fn expect_whole(&mut self) {
        self.whole = true;
    }

    /// The next token with the gap before it.
    pub(super) fn next(&mut self) -> Lexed<(Token, Gap)> {
        while self.at < self.bytes.len() {
            if let Some(block) = &mut self.block
                && lex::line_in_block(self.bytes, &mut self.at, block)?
            {
                continue;
            }
            let start = self.at;
            let rest = self.bytes.get(start..).unwrap_or_default();
            let indent = lex::spaces(rest);
            let length = indent + lex::line_length(rest.get(indent..).unwrap_or_default());
            let line = rest.get(..length).unwrap_or_default();
            self.at = (start + length + 1).min(self.bytes.len());
            let Some(first) = line.get(indent).copied() else {
                continue;
            };
            if indent > self.deep
                && self.plain.is_none_or(|parent| indent <= parent)
                && let Some(simple) = lex::simple(line.get(indent..).unwrap_or_default())
            {
                self.simple(indent, simple)?;
                continue;
            }
            if self.goes_on(start, indent, line)? {
                continue;
            }
            if indent == 0 && (lex::is_marker(line) || first == b'%') {
                self.levels.clear();
                return Ok((self.marker(start, line)?, self.gap(start)));
            }
            let line = self.line(start, indent, line)?;
            if indent <= self.deep {
                return Ok((Token::Line(line), self.gap(start)));
            }
            self.forget_comments();
        }
        let gap = self.gap(self.bytes.len());
        self.whole &= self.plain.is_some();
        Ok((Token::Eof, gap))
    }

    /// Follows a line that nobody asks for, as [`Lexer::line`] would.
    fn simple(&mut self, indent: usize, simple: Simple) -> Lexed<()> {
        self.block = None;
        self.plain = (simple == Simple::Plain).then_some(indent);
        self.whole = false;
        self.forget_comments();
        self.levels.at(indent, Holds::Key)?;
        if simple == Simple::Absent {
            self.levels.open();
        }
        Ok(())
    }

    /// What follows shows that they belong to what was there before.
    fn forget_comments(&mut self) {
        (self.comment, self.root_comment) = (None, None);
    }

    /// Whether a line is a comment or belongs to a scalar that is open.
    fn goes_on(&mut self, start: usize, indent: usize, line: &[u8]) -> Lexed<bool> {
        self.block = None;
        if line.get(indent) == Some(&b'#') {
            self.plain = None;
            if indent <= self.watch {
                self.comment.get_or_insert(start);
            }
            if indent == 0 {
                self.root_comment.get_or_insert(start);
            }
            return Ok(true);
        }
        if let Some(parent) = self.plain {
            if indent > parent {
                self.forget_comments();
                return match line {
                    _ if self.whole => bail("a name goes on over lines"),
                    line if lex::plain_key(line)?.is_some() => bail("a key in a plain scalar"),
                    _ => Ok(true),
                };
            }
            self.plain = None;
        }
        self.whole = false;
        Ok(false)
    }

    fn gap(&mut self, start: usize) -> Gap {
        Gap {
            element: self.comment.take().unwrap_or(start),
            root: self.root_comment.take().unwrap_or(start),
        }
    }

    fn marker(&self, start: usize, line: &[u8]) -> Lexed<Token> {
        let rest = line.get(3..).unwrap_or_default();
        if line.first() == Some(&b'%') || !lex::is_rest_blank(rest) {
            return bail("a directive, or text behind a document marker");
        }
        if line.starts_with(b"...") {
            return Ok(Token::End(start..self.at));
        }
        let blank = rest.iter().all(|byte| *byte == b' ');
        Ok(Token::Start(start..if blank { self.at } else { start + 3 }))
    }

    fn line(&mut self, start: usize, indent: usize, line: &[u8]) -> Lexed<Line> {
        let (mut at, mut parent, mut dashes) = (indent, indent, 0);
        while line.get(at) == Some(&b'-') && matches!(line.get(at + 1), None | Some(b' ')) {
            self.levels.at(at, Holds::Dash)?;
            self.levels.open();
            parent = at;
            dashes += 1;
            at += 1;
            at += lex::spaces(line.get(at..).unwrap_or_default());
        }
        let rest = line.get(at..).unwrap_or_default();
        let content = match rest.first() {
            None | Some(b'#') => Content::Nothing,
            Some(_) => self.content(start + at, rest, (dashes > 0).then_some(parent), at)?,
        };
        match &content {
            Content::Nothing => {}
            Content::Node => self.levels.at(at, Holds::Node)?,
            Content::Key(key) => {
                if key.colon > start + at + LONGEST_KEY {
                    return bail("a long key");
                }
                self.levels.at(at, Holds::Key)?;
                if key.value == Value::Absent {
                    self.levels.open();
                }
            }
        }
        Ok(Line {
            start,
            indent,
            dashes,
            column: at,
            content,
        })
    }

    /// What stands at `at`, which `rest` of the line starts with. `dash` is the column of the dash before it.
    fn content(
        &mut self,
        at: usize,
        rest: &[u8],
        dash: Option<usize>,
        column: usize,
    ) -> Lexed<Content> {
        match (rest.first(), rest.get(1)) {
            (Some(b'"' | b'\''), _) => self.quoted(at, column),
            (Some(b'|' | b'>'), _) => match dash {
                Some(dash) if lex::is_block_header(rest.get(1..).unwrap_or_default()) => {
                    self.block = Some(Block::new(dash, rest.get(1..).unwrap_or_default()));
                    Ok(Content::Node)
                }
                _ => bail("a block scalar without a key"),
            },
            (Some(b'[' | b'{'), _) => {
                self.token(at, flow::flow)?;
                Ok(Content::Node)
            }
            (Some(b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b']' | b'}' | b',' | b'\t'), _)
            | (Some(b'-'), Some(b'\t'))
            | (Some(b'?'), None | Some(b' ' | b'\t')) => {
                bail("an anchor, alias, tag, tab or indicator")
            }
            _ => match lex::plain_key(rest)? {
                Some(0) => bail("a value without its key"),
                Some(colon) => {
                    let key = rest.get(..colon).unwrap_or_default();
                    let text = at..at + key.trim_ascii_end().len();
                    let colon = at + colon + 1;
                    let value = self.value(colon, column)?;
                    Ok(Content::Key(Key {
                        text,
                        quoted: false,
                        colon,
                        value,
                    }))
                }
                None => {
                    self.plain = Some(dash.unwrap_or(column.saturating_sub(1)));
                    Ok(Content::Node)
                }
            },
        }
    }

    /// A quoted scalar at the start of a line: a key, or a value of its own.
    fn quoted(&mut self, at: usize, column: usize) -> Lexed<Content> {
        let length = lex::quoted(self.bytes.get(at..).unwrap_or_default())?;
        let end = at + length;
        let one_line = end <= self.at;
        let colon = self.bytes.get(end) == Some(&b':');
        if one_line && colon && matches!(self.bytes.get(end + 1), None | Some(b' ' | b'\n')) {
            let value = self.value(end + 1, column)?;
            return Ok(Content::Key(Key {
                text: at + 1..end - 1,
                quoted: true,
                colon: end + 1,
                value,
            }));
        }
        self.token(at, lex::quoted)?;
        Ok(Content::Node)
    }

    /// The value behind a colon.
    #[inline]
    fn value(&mut self, colon: usize, column: usize) -> Lexed<Value> {
        let end = self.at.max(colon);
        let line = self.bytes.get(colon..end).unwrap_or_default();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let at = colon + lex::spaces(line);
        let rest = line.get(at - colon..).unwrap_or_default();
        match (rest.first(), rest.get(1)) {
            (None | Some(b'#'), _) => Ok(Value::Absent),
            (Some(b'"' | b'\''), _) => Ok(Value::Quoted(self.token(at, lex::quoted)?)),
            (Some(b'|' | b'>'), _) if lex::is_block_header(rest.get(1..).unwrap_or_default()) => {
                self.block = Some(Block::new(column, rest.get(1..).unwrap_or_default()));
                Ok(Value::Block)
            }
            (Some(b'[' | b'{'), _) => Ok(Value::Flow(self.token(at, flow::flow)?)),
            (
                Some(
                    b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b'\t' | b']' | b'}' | b',' | b'|'
                    | b'>',
                ),
                _,
            )
            | (Some(b'-' | b'?'), None | Some(b' ' | b'\t')) => {
                bail("an anchor, alias, tag, tab or indicator")
            }
            _ if lex::plain_key(rest)?.is_some() => bail("a key in a plain scalar"),
            _ => {
                self.plain = Some(column);
                Ok(Value::Plain(at..at + rest.len()))
            }
        }
    }

    /// A token that may end on a later line, behind which nothing but a comment may stand.
    fn token(&mut self, at: usize, length: fn(&[u8]) -> Lexed<usize>) -> Lexed<Range<usize>> {
        let bytes = self.bytes.get(at..).unwrap_or_default();
        let length = length(bytes)?;
        let token = bytes.get(..length).unwrap_or_default();
        let end = at + length;
        if end > self.at {
            for found in memchr::memchr_iter(b'\n', token) {
                if lex::is_marker(token.get(found + 1..).unwrap_or_default()) {
                    return bail("a document marker in a scalar");
                }
            }
        }
        let rest = self.bytes.get(end..).unwrap_or_default();
        let line = lex::line_length(rest);
        if !lex::is_rest_blank(rest.get(..line).unwrap_or_default()) {
            return bail("text behind a quoted scalar or a collection");
        }
        self.at = self.at.max((end + line + 1).min(self.bytes.len()));
        Ok(at..end)
    }
}
