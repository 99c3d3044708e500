//! Collections in brackets: how far they reach. What is odd in one is left to the parser.

use super::lex::{self, Lexed, bail};

/// Brackets deeper than this are left to the parser, which takes as many.
const DEEPEST: usize = 240;

/// What is known of the element that is open.
#[derive(Clone, Copy, Default)]
struct Element {
    /// Something stands before the place since the bracket or comma.
    begun: bool,
    /// A colon among it.
    keyed: bool,
    /// It is no key, since it goes on over lines or is a collection.
    no_key: bool,
}

struct Flow<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The brackets that close those that are open, and the elements around them.
    open: Vec<(u8, Element)>,
    element: Element,
    /// A node may start here.
    start: bool,
    /// A quoted scalar or a collection has just ended, so that `:` needs no space behind it.
    json: bool,
}

/// The length of the flow collection that the bytes start with, which may span lines and holds no anchor, alias or
/// tag.
pub(super) fn flow(bytes: &[u8]) -> Lexed<usize> {
    let mut flow = Flow {
        bytes,
        at: 0,
        open: Vec::new(),
        element: Element::default(),
        start: true,
        json: false,
    };
    while let Some(byte) = bytes.get(flow.at) {
        flow.token(*byte)?;
        if flow.open.is_empty() {
            return Ok(flow.at);
        }
    }
    bail("a bracket is not closed")
}

impl Flow<'_> {
    fn rest(&self, ahead: usize) -> &[u8] {
        self.bytes.get(self.at + ahead..).unwrap_or_default()
    }

    fn is_comment(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at));
        matches!(before, Some(b' ' | b'\n'))
    }

    fn token(&mut self, byte: u8) -> Lexed<()> {
        match byte {
            b'[' | b'{' if self.start && self.open.len() <= DEEPEST => {
                self.open
                    .push((byte + 2, std::mem::take(&mut self.element)));
                self.json = false;
            }
            b']' | b'}' => self.close(byte)?,
            b'"' | b'\'' if self.start => return self.quoted(),
            b',' if !self.element.begun => return bail("a comma without a value"),
            b',' => {
                self.element = Element::default();
                (self.start, self.json) = (true, false);
            }
            b':' => self.colon()?,
            b' ' => {}
            b'\n' => {
                if lex::is_marker(self.rest(1)) {
                    return bail("a document marker in a flow collection");
                }
                self.element.no_key |= self.element.begun;
            }
            b'#' if self.is_comment() => {
                let rest = self.rest(0);
                self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                return Ok(());
            }
            _ if self.json => return bail("text behind a value"),
            _ => {
                special(self.rest(0), self.start)?;
                self.element.begun = true;
                (self.start, self.json) = (false, false);
                let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
                self.at += rest.iter().take_while(|byte| lex::is_word(**byte)).count();
            }
        }
        self.at += 1;
        Ok(())
    }

    fn close(&mut self, bracket: u8) -> Lexed<()> {
        match self.open.pop() {
            Some((open, outer)) if open == bracket => self.element = outer,
            _ => return bail("brackets do not match"),
        }
        (self.element.begun, self.element.no_key) = (true, true);
        (self.start, self.json) = (false, true);
        Ok(())
    }

    fn quoted(&mut self) -> Lexed<()> {
        let rest = self.rest(0);
        let length = lex::quoted(rest)?;
        let scalar = rest.get(..length).unwrap_or_default();
        let spans = memchr::memchr(b'\n', scalar).is_some();
        self.element.begun = true;
        self.element.no_key |= spans;
        self.at += length;
        (self.start, self.json) = (false, true);
        Ok(())
    }

    fn colon(&mut self) -> Lexed<()> {
        let next = self.bytes.get(self.at + 1).copied().unwrap_or(b' ');
        let ends = matches!(next, b' ' | b'\n' | b',' | b'[' | b']' | b'{' | b'}');
        self.start = self.json || ends;
        self.json = false;
        if self.start {
            if self.element.keyed || self.element.no_key || !self.element.begun {
                return bail("a colon without a key");
            }
            self.element.keyed = true;
        }
        self.element.begun = true;
        Ok(())
    }
}

/// What a plain scalar in a flow collection may not hold, or not start with.
fn special(bytes: &[u8], start: bool) -> Lexed<()> {
    let next = bytes.get(1);
    match bytes.first() {
        Some(b'\t') => bail("a tab in a flow collection"),
        Some(b'[' | b'{') => bail("a bracket in a plain scalar"),
        Some(b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`' | b'#') if start => {
            bail("an anchor, alias, tag or indicator in a flow collection")
        }
        Some(b'?' | b'-') if start && matches!(next, Some(b' ' | b'\n' | b',' | b']' | b'}')) => {
            bail("an indicator in a flow collection")
        }
        _ => Ok(()),
    }
}
