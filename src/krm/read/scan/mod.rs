//! The fast way to an [`Outline`]: one pass over the lines of a text, without a tree and without copies. It accepts
//! the YAML that machines and people write for Kubernetes, is certain of every boundary that it reports, and leaves
//! all else to the parser ([`super::walk`]): what the parser refuses too, so that a text is valid or not whatever else
//! stands in its stream.

mod flow;
mod json;
mod level;
pub(super) mod lex;
mod line;
mod object;
mod part;

use super::outline::{BOM, Outline};
use lex::{Lexed, bail};
use line::{Gap, Lexer, Token};
use part::Open;

/// Outlines a text, or says why it leaves that to the parser.
pub(super) fn scan(text: &str) -> Lexed<Outline<'_>> {
    let start = if text.starts_with(BOM) {
        BOM.len_utf8()
    } else {
        0
    };
    let body = text.as_bytes().get(start..).unwrap_or_default();
    if body.trim_ascii_start().first() == Some(&b'{') {
        // between the values of JSON a carriage return is a blank; within strings nothing of the kind may stand
        no_controls::<b'\r'>(body)?;
        certain_characters(body, |_| false)?;
        return json::scan(text, start);
    }
    no_controls::<b'\n'>(body)?;
    certain_characters(body, is_line_break)?;
    let lexer = Lexer::new(text, start);
    Scanner {
        text,
        lexer,
        outline: Outline::default(),
        part: None,
        next: 0,
        ended: false,
    }
    .run()
}

/// Control characters, which no YAML may hold. All but line feeds and tabs, and one more.
fn no_controls<const ALLOWED: u8>(bytes: &[u8]) -> Lexed<()> {
    // without a branch per byte, so that many are looked at at once
    let is_control = |byte: &u8| {
        let low = *byte < b' ' && *byte != b'\n' && *byte != b'\t' && *byte != ALLOWED;
        low || *byte == 0x7F
    };
    let any = |chunk: &[u8]| chunk.iter().fold(false, |any, byte| any | is_control(byte));
    if bytes.chunks(4096).any(any) {
        return bail("a carriage return or a control character");
    }
    Ok(())
}

/// What is refused beyond ASCII: the control characters there, what is no character; and what the caller does not want.
fn certain_characters(bytes: &[u8], unwanted: fn(&[u8]) -> bool) -> Lexed<()> {
    if bytes.is_ascii() {
        return Ok(());
    }
    for at in memchr::memchr3_iter(0xC2, 0xE2, 0xEF, bytes) {
        let rest = bytes.get(at..).unwrap_or_default();
        let refused = match rest {
            [0xC2, 0x85, ..] => false,
            [0xC2, second, ..] => *second < 0xA0,
            [0xEF, 0xBF, last, ..] => *last >= 0xBE,
            _ => false,
        };
        if refused || unwanted(rest) {
            return bail("a control character, a line break of YAML 1.1 or a byte order mark");
        }
    }
    Ok(())
}

/// The line breaks that only YAML 1.1 knows are read differently by different parsers, as are marks in the middle.
fn is_line_break(rest: &[u8]) -> bool {
    let marks: [&[u8]; 4] = [
        b"\xC2\x85",
        b"\xE2\x80\xA8",
        b"\xE2\x80\xA9",
        b"\xEF\xBB\xBF",
    ];
    marks.iter().any(|mark| rest.starts_with(mark))
}

struct Scanner<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    outline: Outline<'a>,
    part: Option<Open<'a>>,
    /// Where the segment of the next document starts.
    next: usize,
    /// Behind `...`: only `---` may follow.
    ended: bool,
}

impl<'a> Scanner<'a> {
    fn run(mut self) -> Lexed<Outline<'a>> {
        loop {
            let (token, gap) = self.lexer.next()?;
            match token {
                Token::Line(_) if self.ended => {
                    return bail("a document without `---` behind `...`");
                }
                Token::Line(line) => {
                    let start = self.next
                        + if self.next == 0 && self.text.starts_with(BOM) {
                            BOM.len_utf8()
                        } else {
                            0
                        };
                    let segment = self.next;
                    let part = self
                        .part
                        .get_or_insert_with(|| Open::new(self.text, segment, start));
                    part.line(&mut self.lexer, &line, gap)?;
                    self.lexer.deep = part.deep();
                }
                Token::Start(marker) => {
                    self.close(marker.start, marker.start, gap)?;
                    let segment = if self.outline.parts.is_empty() {
                        0
                    } else {
                        marker.start
                    };
                    self.part = Some(Open::new(self.text, segment, marker.end));
                    self.ended = false;
                }
                Token::End(_) if self.part.is_none() => return bail("`...` without a document"),
                Token::End(marker) => {
                    self.close(marker.start, marker.end, gap)?;
                    self.ended = true;
                }
                Token::Eof => {
                    let end = self.text.len();
                    self.close(end, end, gap)?;
                    return Ok(self.outline);
                }
            }
        }
    }

    /// Ends the open document, or gives the last one what stands behind it.
    fn close(&mut self, range_end: usize, segment_end: usize, gap: Gap) -> Lexed<()> {
        self.next = segment_end;
        self.lexer.watch = 0;
        self.lexer.deep = usize::MAX;
        match self.part.take() {
            Some(part) => {
                let mut part = part.close(gap)?;
                part.range.end = range_end;
                part.segment.end = segment_end;
                self.outline.parts.push(part);
            }
            None => {
                if let Some(last) = self.outline.parts.last_mut() {
                    last.segment.end = segment_end;
                }
            }
        }
        Ok(())
    }
}
