//! JSON: one value, or values one after the other. One pass over the bytes; everything but strict JSON is left to
//! the parser.

use std::borrow::Cow;
use std::ops::Range;

use super::lex::{self, Lexed, bail};
use crate::krm::read::outline::{
    Element, Entry, Envelope, Identity, List, Outline, Part, Root, Shape,
};

/// Outlines a text whose first byte is `{`.
pub(super) fn scan(text: &str, start: usize) -> Lexed<Outline<'_>> {
    let mut cursor = Cursor {
        text,
        bytes: text.as_bytes(),
        at: start,
    };
    let mut outline = Outline::default();
    cursor.blank();
    while cursor.at < text.len() {
        let value = cursor.at;
        let mut part = cursor.document()?;
        cursor.blank();
        part.segment = value..cursor.at;
        outline.parts.push(part);
    }
    outline.json_sequence = outline.parts.len() > 1;
    if let [part] = outline.parts.as_mut_slice() {
        part.segment = 0..text.len();
        part.range = start..text.len();
    }
    Ok(outline)
}

/// Values deeper than this, below those that are followed, are left to the parser, which takes as many.
const DEEPEST: usize = 240;

/// Which keys of an object are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Root,
    Object,
    Meta,
}

struct Cursor<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn document(&mut self) -> Lexed<Part<'a>> {
        let start = self.at;
        let mut identity = Identity::default();
        let mut envelope = Envelope::default();
        self.object(Role::Root, &mut identity, &mut envelope)?;
        let kept =
            envelope.items.is_some() || envelope.config.is_some() || envelope.results.is_some();
        Ok(Part {
            segment: start..self.at,
            head: 0..0,
            range: start..self.at,
            root: Root::Flow,
            end: self.at,
            identity,
            envelope: kept.then(|| Box::new(envelope)),
        })
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Lexed<()> {
        self.blank();
        if self.peek() != Some(byte) {
            return bail("JSON that is not strict");
        }
        self.at += 1;
        Ok(())
    }

    /// The range of a string with its quotes.
    fn string(&mut self) -> Lexed<Range<usize>> {
        self.blank();
        let start = self.at;
        if self.peek() != Some(b'"') {
            return bail("JSON that is not strict");
        }
        self.at += lex::quoted(self.bytes.get(start..).unwrap_or_default())?;
        let string = self.bytes.get(start..self.at).unwrap_or_default();
        if string.iter().any(|byte| *byte < b' ') {
            return bail("JSON that is not strict");
        }
        Ok(start..self.at)
    }

    /// A string without escapes.
    fn plain(&self, range: &Range<usize>) -> Option<&'a str> {
        let text = self.text.get(range.start + 1..range.end - 1)?;
        (!text.contains('\\')).then_some(text)
    }

    fn object(
        &mut self,
        role: Role,
        identity: &mut Identity<'a>,
        envelope: &mut Envelope<'a>,
    ) -> Lexed<()> {
        self.take(b'{')?;
        self.blank();
        let mut seen = 0;
        while self.peek() != Some(b'}') {
            let key = self.string()?;
            let Some(name) = self.plain(&key) else {
                return bail("a key with escapes");
            };
            self.take(b':')?;
            let colon = self.at;
            self.blank();
            let bit = known(role, name);
            if seen & bit != 0 || name == "<<" {
                return bail("a key stands twice, or a merge key");
            }
            seen |= bit;
            let value = self.member(role, name, identity, envelope, (key.start, colon))?;
            if role == Role::Root {
                envelope.entries.push(key.start..value.end);
            }
            self.blank();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.blank();
                    if self.peek() == Some(b'}') {
                        return bail("a comma without a value");
                    }
                }
                Some(b'}') => {}
                _ => return bail("JSON that is not strict"),
            }
        }
        self.at += 1;
        Ok(())
    }

    /// The value of a key, followed where it tells something.
    fn member(
        &mut self,
        role: Role,
        name: &str,
        identity: &mut Identity<'a>,
        envelope: &mut Envelope<'a>,
        (key, colon): (usize, usize),
    ) -> Lexed<Range<usize>> {
        let start = self.at;
        let shape = self.shape();
        match (role, name, shape) {
            (Role::Root | Role::Object, "metadata", Shape::Map) => {
                self.object(Role::Meta, identity, envelope)?;
            }
            (Role::Root, "items", _) => {
                let list = if shape == Shape::List {
                    self.elements()?
                } else {
                    self.skip().map(|()| List::default())?
                };
                envelope.items = Some((self.entry(key, colon, start, shape), list));
            }
            (Role::Root, "functionConfig", _) => {
                let mut config = Identity::default();
                if shape == Shape::Map {
                    self.object(Role::Object, &mut config, &mut Envelope::default())?;
                } else {
                    self.skip()?;
                }
                envelope.config = Some((self.entry(key, colon, start, shape), config));
            }
            (Role::Root, "results", _) => {
                self.skip()?;
                envelope.results = Some(self.entry(key, colon, start, shape));
            }
            _ if known(role, name) != 0 && shape == Shape::Scalar => {
                self.skip()?;
                self.name(name, start..self.at, identity)?;
            }
            _ => self.skip()?,
        }
        Ok(start..self.at)
    }

    fn name(&self, key: &str, value: Range<usize>, identity: &mut Identity<'a>) -> Lexed<()> {
        let quoted = self.bytes.get(value.start) == Some(&b'"');
        let text = if quoted {
            self.plain(&value)
        } else {
            self.text.get(value)
        };
        let Some(text) = text else {
            return bail("a name with escapes");
        };
        let text = Cow::Borrowed(text);
        match key {
            "apiVersion" => identity.api_version = text,
            "kind" => identity.kind = text,
            "name" => identity.name = text,
            "namespace" => identity.namespace = text,
            // `metadata` that is no mapping
            _ => {}
        }
        Ok(())
    }

    fn entry(&self, key: usize, colon: usize, start: usize, shape: Shape) -> Entry {
        let node = start..self.at;
        Entry {
            start: key,
            colon,
            node: node.clone(),
            value: node,
            shape,
            flow: true,
        }
    }

    fn elements(&mut self) -> Lexed<List<'a>> {
        let mut list = List::default();
        self.take(b'[')?;
        self.blank();
        while self.peek() != Some(b']') {
            let start = self.at;
            let shape = self.shape();
            let mut identity = Identity::default();
            if shape == Shape::Map {
                self.object(Role::Object, &mut identity, &mut Envelope::default())?;
            } else {
                self.skip()?;
            }
            list.elements.push(Element {
                range: start..self.at,
                shape,
                identity,
            });
            self.blank();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.blank();
                    if self.peek() == Some(b']') {
                        return bail("a comma without a value");
                    }
                }
                Some(b']') => {}
                _ => return bail("JSON that is not strict"),
            }
        }
        self.at += 1;
        Ok(list)
    }

    fn shape(&self) -> Shape {
        match self.peek() {
            Some(b'{') => Shape::Map,
            Some(b'[') => Shape::List,
            Some(b'n') => Shape::Null,
            _ => Shape::Scalar,
        }
    }

    /// Any value.
    fn skip(&mut self) -> Lexed<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.blank();
            match self.peek() {
                Some(b'"') => {
                    self.string()?;
                }
                Some(bracket @ (b'{' | b'[')) => {
                    if open.len() > DEEPEST {
                        return bail("nested too deep");
                    }
                    open.push(bracket + 2);
                    self.at += 1;
                    self.blank();
                    if self.peek() != Some(bracket + 2) {
                        self.begin(bracket + 2)?;
                        continue;
                    }
                }
                _ => self.word()?,
            }
            if !self.goes_on(&mut open)? {
                return Ok(());
            }
        }
    }

    /// Closing brackets, then the comma before the next value; `false` when all are closed.
    fn goes_on(&mut self, open: &mut Vec<u8>) -> Lexed<bool> {
        while let Some(bracket) = open.last().copied() {
            self.blank();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.begin(bracket)?;
                    return Ok(true);
                }
                Some(byte) if byte == bracket => {
                    open.pop();
                    self.at += 1;
                }
                _ => return bail("JSON that is not strict"),
            }
        }
        Ok(false)
    }

    /// The key before a value, in an object.
    fn begin(&mut self, bracket: u8) -> Lexed<()> {
        if bracket == b'}' {
            self.string()?;
            self.take(b':')?;
        }
        Ok(())
    }

    /// `true`, `false`, `null` or a number.
    fn word(&mut self) -> Lexed<()> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(
                |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'+' | b'.' | b'E'),
            )
            .count();
        let word = self.text.get(self.at..self.at + length).unwrap_or("");
        let number = word.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && word.parse::<f64>().is_ok();
        if !number && !matches!(word, "true" | "false" | "null") {
            return bail("JSON that is not strict");
        }
        self.at += length;
        Ok(())
    }
}

/// The bit of a key that tells something in its place, else 0.
fn known(role: Role, name: &str) -> u16 {
    match (role, name) {
        (Role::Root | Role::Object, "apiVersion") => 1,
        (Role::Root | Role::Object, "kind") => 2,
        (Role::Root | Role::Object, "metadata") => 4,
        (Role::Meta, "name") => 8,
        (Role::Meta, "namespace") => 16,
        (Role::Root, "items") => 32,
        (Role::Root, "functionConfig") => 64,
        (Role::Root, "results") => 128,
        _ => 0,
    }
}
