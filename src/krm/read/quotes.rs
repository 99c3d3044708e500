//! Quoted scalars that the parser refuses and go-yaml takes, so kustomize and kubectl: that go on further left than the
//! parser wants (at the start of a line, behind a tab, which libyaml takes too), or hold `\'` in double quotes. The
//! parser gets a text in which these lines stand further right and the quote is escaped as YAML has it, and what it says
//! of it is told in places of the text that came.
//!
//! Where such scalars stand is a guess: the lines are looked at without a grammar. It counts only when the parser
//! finds a quoted scalar exactly there, and nothing that it reads has changed then.

use std::cell::Cell;
use std::ops::Range;

use granit_parser::{ErrorKind, Event, ScalarStyle};

use super::scan::lex;

/// How much may be put in, beside as much as is there: a deep scalar of many lines would grow without end.
const ROOM: usize = 1 << 20;

/// A text for the parser, with spaces put in before lines of quoted scalars, and more into escapes.
#[derive(Debug)]
pub(super) struct Eased {
    text: String,
    /// Where something was put in, in the text that came, and how much up to there.
    moved: Vec<(usize, usize)>,
    /// The scalars that were meant, and whether the parser found them.
    scalars: Vec<(Range<usize>, Cell<bool>)>,
}

/// Reads a text as it is; where the parser stops at such a scalar, eased. `stop` tells of an error of the parser what it
/// is, and at which byte of the text.
pub(super) fn eased<T, E>(
    text: &str,
    read: impl Fn(Option<&Eased>) -> Result<T, Vec<E>>,
    stop: impl Fn(&E) -> Option<(&ErrorKind, usize)>,
) -> Result<T, Vec<E>> {
    let refused = |(kind, _): (&ErrorKind, usize)| {
        matches!(
            kind,
            // of other indentation than that within quotes granit has other kinds
            ErrorKind::TabInIndentation
                | ErrorKind::InvalidQuotedScalarIndent
                | ErrorKind::UnknownQuotedScalarEscape
        )
    };
    let errors = match read(None) {
        Err(errors) if errors.iter().filter_map(&stop).any(refused) => errors,
        other => return other,
    };
    let Some(eased) = Eased::new(text) else {
        return Err(errors);
    };
    let stopped = |errors: &[E]| {
        let first = errors.iter().find_map(&stop);
        first.map_or(text.len(), |(_, at)| at)
    };
    match read(Some(&eased)) {
        Ok(read) if eased.is_confirmed(text.len()) => Ok(read),
        // what it says now lies behind such scalars, and is what is wrong
        Err(others)
            if stopped(&others) > stopped(&errors) && eased.is_confirmed(stopped(&others)) =>
        {
            Err(others)
        }
        _ => Err(errors),
    }
}

impl Eased {
    /// `None` when nothing in the text is such a scalar.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut eased = Self {
            text: String::new(),
            moved: Vec::new(),
            scalars: Vec::new(),
        };
        let (mut copied, mut all) = (0, 0);
        for (range, indent) in Guess::new(text).scalars() {
            let known = eased.moved.len();
            let scalar = text.get(range.clone())?;
            let marks = memchr::memchr2_iter(b'\n', b'\\', scalar.as_bytes());
            let mut escaped = 0;
            for mark in marks {
                let place = range.start + mark + 1;
                let rest = text.get(place..range.end)?;
                let is_break = scalar.as_bytes().get(mark) == Some(&b'\n');
                let (new, skipped) = if is_break && is_left(rest, indent) {
                    (" ".repeat(indent), 0)
                } else if !is_break && mark >= escaped && scalar.starts_with('"') {
                    // it and what it stands before are one
                    escaped = mark + 2;
                    if !rest.starts_with('\'') {
                        continue;
                    }
                    ("x27".to_owned(), 1)
                } else {
                    continue;
                };
                all += new.len() - skipped;
                if all > text.len() + ROOM {
                    return None;
                }
                eased.text.push_str(text.get(copied..place)?);
                eased.text.push_str(&new);
                eased.moved.push((place, all));
                copied = place + skipped;
            }
            if eased.moved.len() > known {
                eased.scalars.push((range, Cell::new(false)));
            }
        }
        eased.text.push_str(text.get(copied..)?);
        (!eased.moved.is_empty()).then_some(eased)
    }

    /// What the parser gets for a range of the text.
    pub(super) fn slice(&self, range: &Range<usize>) -> &str {
        let range = self.forth(range.start)..self.forth(range.end);
        self.text.get(range).unwrap_or("")
    }

    /// Where a byte of the text stands in the eased one.
    pub(super) fn forth(&self, at: usize) -> usize {
        let before = self.moved.partition_point(|(place, _)| *place < at);
        let moved = before.checked_sub(1).and_then(|last| self.moved.get(last));
        at + moved.map_or(0, |(_, all)| *all)
    }

    /// Where a byte of the eased text stands in the one that came.
    pub(super) fn back(&self, at: usize) -> usize {
        let before = self.moved.partition_point(|(place, all)| place + all <= at);
        let all = before.checked_sub(1).and_then(|last| self.moved.get(last));
        let at = at - all.map_or(0, |(_, all)| *all);
        // within what was put in
        self.moved
            .get(before)
            .map_or(at, |(place, _)| at.min(*place))
    }

    /// Notes a scalar that the parser found, by its place in the text that came.
    pub(super) fn found(&self, event: &Event<'_>, span: &Range<usize>) {
        let Event::Scalar(_, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted, ..) = event
        else {
            return;
        };
        let at = (self.scalars).binary_search_by_key(&span.start, |(range, _)| range.start);
        if let Some((range, found)) = at.ok().and_then(|at| self.scalars.get(at)) {
            found.set(range == span);
        }
    }

    /// Whether the parser found every scalar that begins before a place. Then it read what it would have read.
    pub(super) fn is_confirmed(&self, until: usize) -> bool {
        let before = |(range, _): &&(Range<usize>, Cell<bool>)| range.start < until;
        let mut scalars = self.scalars.iter().take_while(before);
        scalars.all(|(_, found)| found.get())
    }
}

/// An event that borrows nothing.
pub(super) fn owned<'a>(event: Event<'_>) -> Event<'a> {
    match event {
        Event::Scalar(text, style, anchor, tag) => {
            let tag = tag.map(|tag| std::borrow::Cow::Owned(tag.into_owned()));
            Event::Scalar(text.into_owned().into(), style, anchor, tag)
        }
        Event::SequenceStart(style, anchor, tag) => {
            let tag = tag.map(|tag| std::borrow::Cow::Owned(tag.into_owned()));
            Event::SequenceStart(style, anchor, tag)
        }
        Event::MappingStart(style, anchor, tag) => {
            let tag = tag.map(|tag| std::borrow::Cow::Owned(tag.into_owned()));
            Event::MappingStart(style, anchor, tag)
        }
        Event::Alias(id) => Event::Alias(id),
        Event::DocumentStart(explicit, version) => Event::DocumentStart(explicit, version),
        Event::DocumentEnd => Event::DocumentEnd,
        Event::SequenceEnd => Event::SequenceEnd,
        Event::MappingEnd => Event::MappingEnd,
        Event::StreamEnd => Event::StreamEnd,
        // a stream's start tells as much as comments and names of anchors, which nobody asks for
        _ => Event::StreamStart,
    }
}

/// Whether a line within quotes begins before a column. A document's mark stays one, and is refused by all.
fn is_left(line: &str, indent: usize) -> bool {
    let marks = line.starts_with("---") || line.starts_with("...");
    let is_mark = marks
        && matches!(
            line.as_bytes().get(3),
            None | Some(b' ' | b'\t' | b'\n' | b'\r')
        );
    let blank = lex::spaces(line.as_bytes());
    let is_empty = matches!(line.as_bytes().get(blank), None | Some(b'\n' | b'\r'));
    !is_mark && !is_empty && blank < indent
}

/// Looks for quoted scalars of several lines, or with `\'`.
struct Guess<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the line begins that `at` is in.
    line: usize,
    /// How many brackets are open.
    flow: usize,
    /// The column behind which a block scalar, or a plain one, goes on.
    open: Option<Open>,
    found: Vec<(Range<usize>, usize)>,
}

#[derive(Clone, Copy)]
struct Open {
    /// One more than the column of the key or dash; 0 at the root.
    column: usize,
    is_block: bool,
}

impl<'a> Guess<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            at: 0,
            line: 0,
            flow: 0,
            open: None,
            found: Vec::new(),
        }
    }

    /// Each with the column from which on nobody minds how its lines begin.
    fn scalars(mut self) -> Vec<(Range<usize>, usize)> {
        while self.at < self.bytes.len() {
            self.line = self.at;
            if self.is_structure() && self.tokens().is_none() {
                break;
            }
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            self.at = (self.at + lex::line_length(rest) + 1).min(self.bytes.len());
        }
        self.found
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        let byte = self.bytes.get(self.at + ahead).copied();
        byte.filter(|byte| !matches!(byte, b'\n' | b'\r'))
    }

    fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), None | Some(b' ' | b'\t'))
    }

    /// Whether a line begins with a token, rather than in the middle of a scalar.
    fn is_structure(&mut self) -> bool {
        let indent = lex::spaces(self.bytes.get(self.at..).unwrap_or_default());
        self.at += indent;
        let Some(first) = self.peek(0) else {
            return false;
        };
        if self.flow > 0 {
            return true;
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if indent == 0 && lex::is_marker(rest) && self.is_blank(3) {
            self.at += 3;
            self.open = None;
            return true;
        }
        match self.open {
            Some(open) if indent >= open.column && (open.is_block || first != b'#') => false,
            _ => {
                self.open = None;
                indent > 0 || first != b'%'
            }
        }
    }

    /// The tokens up to the end of the line; `None` when a quote is not closed.
    fn tokens(&mut self) -> Option<()> {
        // where the next node is a key, and behind which column its lines go on
        let (mut column, mut after_json) = (self.at - self.line, false);
        while let Some(byte) = self.peek(0) {
            let json = std::mem::replace(&mut after_json, false);
            match byte {
                b' ' | b'\t' => {
                    self.at += 1;
                    after_json = json;
                }
                b'#' if self.at == self.line || self.is_behind_blank() => self.skip_line(),
                b'-' | b'?' | b':' if self.is_blank(1) => {
                    if byte != b':' && self.flow == 0 {
                        column = self.at - self.line + 1;
                    }
                    self.at += 1;
                }
                b':' if json => self.at += 1,
                b'"' | b'\'' => {
                    self.quoted(&mut column)?;
                    after_json = true;
                }
                b'[' | b'{' => {
                    self.flow += 1;
                    self.at += 1;
                }
                b']' | b'}' if self.flow > 0 => {
                    self.flow -= 1;
                    self.at += 1;
                    after_json = true;
                }
                b',' if self.flow > 0 => self.at += 1,
                b'&' | b'*' | b'!' => self.property(),
                b'|' | b'>' if self.flow == 0 => {
                    self.open = Some(Open {
                        column,
                        is_block: true,
                    });
                    self.skip_line();
                }
                _ => self.plain(&mut column),
            }
        }
        Some(())
    }

    fn is_behind_blank(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at));
        matches!(before, Some(b' ' | b'\t'))
    }

    fn skip_line(&mut self) {
        self.at += lex::line_length(self.bytes.get(self.at..).unwrap_or_default());
    }

    fn quoted(&mut self, column: &mut usize) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        let length = lex::quoted_length(rest).ok()?;
        let range = self.at..self.at + length;
        let start = self.at - self.line;
        self.at = range.end;
        let scalar = rest.get(..length)?;
        let last = memchr::memrchr(b'\n', scalar);
        if last.is_some() || memchr::memmem::find(scalar, b"\\'").is_some() {
            self.found.push((range.clone(), *column + 1));
        }
        match last {
            Some(end) => self.line = range.start + end + 1,
            // a key in quotes
            None if self.flow == 0 && self.peek(0) == Some(b':') => *column = start + 1,
            None => {}
        }
        Some(())
    }

    fn property(&mut self) {
        while let Some(byte) = self.peek(0) {
            if matches!(byte, b' ' | b'\t') || self.flow > 0 && b",[]{}".contains(&byte) {
                return;
            }
            self.at += 1;
        }
    }

    /// A plain key, or a plain value that may go on.
    fn plain(&mut self, column: &mut usize) {
        let start = self.at - self.line;
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            let ends = match byte {
                b':' => self.is_blank(1) || self.flow > 0 && self.peek(1).is_some_and(is_flow),
                b'#' => self.is_behind_blank(),
                byte => self.flow > 0 && is_flow(byte),
            };
            if ends && byte == b':' && self.flow == 0 {
                *column = start + 1;
            }
            if ends {
                return;
            }
            self.at += 1;
        }
        if self.flow == 0 {
            self.open = Some(Open {
                column: *column,
                is_block: false,
            });
        }
    }
}

fn is_flow(byte: u8) -> bool {
    b",[]{}".contains(&byte)
}
