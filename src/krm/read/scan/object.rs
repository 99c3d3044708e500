//! The identity of one mapping, taken from the lines that go by.

use std::borrow::Cow;

use super::lex::{self, Lexed, bail};
use super::line::{Content, Key, Line, Value};
use crate::krm::read::outline::Identity;
use crate::krm::read::walk;
use crate::krm::tree::scalar::{self, Resolved};

/// Where `metadata` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meta {
    /// Not in it.
    Closed,
    /// Just begun: the first line tells the column of its keys.
    Begun,
    /// In it, with keys at this column.
    Open(usize),
}

/// Collects the identity of a mapping whose keys stand at one column.
#[derive(Debug)]
pub(super) struct Tracker<'a> {
    text: &'a str,
    /// The column of the mapping's keys, once known.
    pub(super) column: Option<usize>,
    meta: Meta,
    seen: u8,
    pub(super) identity: Identity<'a>,
}

impl<'a> Tracker<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            column: None,
            meta: Meta::Closed,
            seen: 0,
            identity: Identity::default(),
        }
    }

    /// Lines that are indented deeper than this say nothing about the identity.
    pub(super) fn deep(&self) -> usize {
        match (self.column, self.meta) {
            (Some(column), Meta::Closed) | (_, Meta::Open(column)) => column,
            _ => usize::MAX,
        }
    }

    /// Takes a line of the mapping, which has `dashes` of its own. Says whether a plain scalar was read as a whole.
    pub(super) fn line(&mut self, line: &Line, dashes: usize) -> Lexed<bool> {
        let Some(column) = self.column else {
            return match &line.content {
                Content::Key(key) if dashes == 0 => {
                    self.column = Some(line.column);
                    self.key(key)
                }
                _ => bail("an object that is no mapping"),
            };
        };
        if line.column < column {
            return bail("a line is indented less than its object");
        }
        if line.column == column {
            return match &line.content {
                Content::Key(key) => self.key(key),
                _ => bail("a scalar among keys"),
            };
        }
        if line.indent == column && dashes > 0 {
            // a list at the column of its key: not `metadata`
            self.no_meta();
            return Ok(false);
        }
        self.deeper(line, dashes)
    }

    fn deeper(&mut self, line: &Line, dashes: usize) -> Lexed<bool> {
        let column = match self.meta {
            Meta::Closed => return Ok(false),
            Meta::Open(column) => column,
            Meta::Begun => {
                if dashes > 0 || !matches!(line.content, Content::Key(_)) {
                    self.no_meta();
                    return Ok(false);
                }
                self.meta = Meta::Open(line.column);
                line.column
            }
        };
        match &line.content {
            _ if line.column < column => bail("a line is indented less than its object"),
            Content::Key(key) if line.column == column && dashes == 0 => match self.text_of(key)? {
                "name" => self.take(4, key, |identity| &mut identity.name),
                "namespace" => self.take(8, key, |identity| &mut identity.namespace),
                "<<" => {
                    self.identity.unsure = true;
                    Ok(false)
                }
                _ => Ok(false),
            },
            _ => Ok(false),
        }
    }

    /// `metadata` is something else than a block mapping.
    fn no_meta(&mut self) {
        if self.meta != Meta::Closed {
            self.identity.unsure |= self.meta == Meta::Begun;
            self.meta = Meta::Closed;
        }
    }

    fn key(&mut self, key: &Key) -> Lexed<bool> {
        self.meta = Meta::Closed;
        match self.text_of(key)? {
            "apiVersion" => self.take(1, key, |identity| &mut identity.api_version),
            "kind" => self.take(2, key, |identity| &mut identity.kind),
            "metadata" => {
                self.once(16)?;
                match &key.value {
                    Value::Absent => self.meta = Meta::Begun,
                    Value::Flow(range) => self.flow_meta(range)?,
                    _ => self.identity.unsure = true,
                }
                Ok(false)
            }
            "<<" => {
                self.identity.unsure = true;
                Ok(false)
            }
            _ => Ok(false),
        }
    }

    /// `metadata: {name: a}`, as people write it.
    fn flow_meta(&mut self, range: &std::ops::Range<usize>) -> Lexed<()> {
        let text = self.text.get(range.clone()).unwrap_or("");
        if let Some((name, namespace)) = plain_meta(text) {
            self.identity.name = Cow::Borrowed(name);
            self.identity.namespace = Cow::Borrowed(namespace);
            return Ok(());
        }
        let Ok(meta) = walk::metadata(text) else {
            return bail("metadata in flow form that is not valid");
        };
        self.identity.name = meta.name;
        self.identity.namespace = meta.namespace;
        self.identity.unsure |= meta.unsure;
        Ok(())
    }

    fn text_of(&self, key: &Key) -> Lexed<&'a str> {
        let text = self.text.get(key.text.clone()).unwrap_or("");
        if key.quoted && text.contains('\\') {
            return bail("a key with escapes");
        }
        Ok(text)
    }

    fn once(&mut self, bit: u8) -> Lexed<()> {
        if self.seen & bit != 0 {
            return bail("a key stands twice");
        }
        self.seen |= bit;
        Ok(())
    }

    fn take(
        &mut self,
        bit: u8,
        key: &Key,
        slot: for<'i> fn(&'i mut Identity<'a>) -> &'i mut Cow<'a, str>,
    ) -> Lexed<bool> {
        self.once(bit)?;
        match &key.value {
            Value::Plain(range) => {
                let text = self.text.get(range.clone()).unwrap_or("");
                let text = if text.bytes().all(lex::is_word) {
                    text
                } else {
                    without_comment(text)?
                };
                if scalar::resolve(text) != Resolved::Null {
                    *slot(&mut self.identity) = Cow::Borrowed(text);
                }
                Ok(true)
            }
            Value::Quoted(range) => {
                let text = self.text.get(range.start + 1..range.end - 1).unwrap_or("");
                if text.contains(['\\', '\'', '\n', '\t']) {
                    return bail(NO_WORD);
                }
                *slot(&mut self.identity) = Cow::Borrowed(text);
                Ok(false)
            }
            Value::Absent | Value::Block | Value::Flow(_) => bail(NO_WORD),
        }
    }
}

const NO_WORD: &str = "a kind or name that is not written in one word";

/// A plain scalar without the comment behind it.
fn without_comment(text: &str) -> Lexed<&str> {
    let comment = memchr::memmem::find(text.as_bytes(), b" #").unwrap_or(text.len());
    let text = text.get(..comment).unwrap_or("").trim_end_matches(' ');
    if text.contains('\t') {
        return bail("a tab in a name");
    }
    Ok(text)
}

/// The name and namespace of `{name: a, namespace: b}`, when all in it is plain words.
fn plain_meta(text: &str) -> Option<(&str, &str)> {
    let is_word = |text: &str| {
        text.as_bytes()
            .first()
            .is_some_and(u8::is_ascii_alphanumeric)
            && text.bytes().all(lex::is_word)
    };
    let (mut name, mut namespace) = (None, None);
    for pair in text.strip_prefix('{')?.strip_suffix('}')?.split(',') {
        let (key, value) = pair.split_once(": ")?;
        let (key, value) = (key.trim_start_matches(' '), value.trim_matches(' '));
        if !is_word(key) || !is_word(value) || scalar::resolve(value) == Resolved::Null {
            return None;
        }
        let before = match key {
            "name" => name.replace(value),
            "namespace" => namespace.replace(value),
            _ => None,
        };
        if before.is_some() {
            return None;
        }
    }
    Some((name.unwrap_or(""), namespace.unwrap_or("")))
}
