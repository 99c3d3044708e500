//! Tokens: how far they reach. Every function looks at bytes from a place on and gives up rather than guess.

use std::ops::Range;

/// Why the scanner leaves a text to the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bail(pub(crate) &'static str);

pub(super) type Lexed<T> = Result<T, Bail>;

pub(super) fn bail<T>(why: &'static str) -> Lexed<T> {
    Err(Bail(why))
}

/// A byte in each byte of a word.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Where zeros stand among the bytes of a word, as their highest bits; what it marks behind the first one does not
/// count.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(eight(1)) & !word & eight(0x80)
}

/// The number of bytes before the next line feed. Most lines are short, and for these it beats a call of `memchr`.
#[inline]
pub(in crate::krm) fn line_length(bytes: &[u8]) -> usize {
    let short = bytes.get(..64).unwrap_or(bytes);
    let (words, rest) = short.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let found = zeros(u64::from_le_bytes(*word) ^ eight(b'\n'));
        if found != 0 {
            return index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let at = short.len() - rest.len();
    let rest = bytes.get(at..).unwrap_or_default();
    at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// The number of spaces at the start.
#[inline]
pub(in crate::krm) fn spaces(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let other = u64::from_le_bytes(*word) ^ eight(b' ');
        if other != 0 {
            return index * 8 + other.trailing_zeros() as usize / 8;
        }
    }
    bytes.len() - rest.len() + rest.iter().take_while(|byte| **byte == b' ').count()
}

/// The first of two bytes, in lines that are short.
#[inline]
fn either(bytes: &[u8], a: u8, b: u8) -> Option<usize> {
    let (words, rest) = bytes.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ eight(a)) | zeros(word ^ eight(b));
        if found != 0 {
            return Some(index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let found = rest.iter().position(|byte| *byte == a || *byte == b)?;
    Some(bytes.len() - rest.len() + found)
}

/// A block scalar that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// The column of its key.
    parent: usize,
    /// The column of its first line, below which no line of it may begin; 0 before that, and 1 when the header says
    /// the column itself.
    first: usize,
}

impl Block {
    /// One whose key stands at a column; `header` is what stands behind `|` or `>`.
    pub(super) fn new(parent: usize, header: &[u8]) -> Self {
        let says = header.iter().take(2).any(u8::is_ascii_digit);
        let first = usize::from(says);
        Self { parent, first }
    }
}

/// Steps over a line of a block scalar; `false` when it is none.
pub(super) fn line_in_block(bytes: &[u8], at: &mut usize, block: &mut Block) -> Lexed<bool> {
    let rest = bytes.get(*at..).unwrap_or_default();
    let indent = spaces(rest);
    if !matches!(rest.get(indent), None | Some(b'\n' | b'\r')) {
        if indent <= block.parent {
            return Ok(false);
        }
        if indent < block.first {
            return bail("a line of a block scalar begins before its first");
        }
        if block.first == 0 {
            block.first = indent;
        }
    } else if indent <= block.parent && rest.get(indent) == Some(&b'\r') {
        return Ok(false);
    }
    let text = rest.get(indent..).unwrap_or_default();
    *at = (*at + indent + line_length(text) + 1).min(bytes.len());
    Ok(true)
}

/// What stands behind the key of a line that [`simple`] knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Simple {
    Absent,
    Plain,
    Quoted,
}

/// Tells at one glance what most lines are: `key:`, `key: words` or `key: "words"`, behind the indentation. Of others
/// it says nothing.
#[inline]
pub(super) fn simple(line: &[u8]) -> Option<Simple> {
    if !line.first()?.is_ascii_alphanumeric() {
        return None;
    }
    let colon = either(line, b':', b'#')?;
    match line.get(colon..)? {
        [b':'] => Some(Simple::Absent),
        [b':', b' ', b'"', inside @ .., b'"'] => {
            let is_whole = either(inside, b'"', b'\\').is_none();
            is_whole.then_some(Simple::Quoted)
        }
        [b':', b' ', rest @ ..] => {
            let is_plain = rest.first()?.is_ascii_alphanumeric();
            (is_plain && either(rest, b':', b'#').is_none()).then_some(Simple::Plain)
        }
        _ => None,
    }
}

/// Whether nothing but a comment follows on the line that the bytes are the rest of.
pub(in crate::krm) fn is_rest_blank(rest: &[u8]) -> bool {
    let blank = spaces(rest);
    match rest.get(blank) {
        None | Some(b'\n') => true,
        Some(b'#') => blank > 0,
        Some(_) => false,
    }
}

/// The length of the quoted scalar that the bytes start with, which may span lines and holds no escape that is none.
pub(super) fn quoted(bytes: &[u8]) -> Lexed<usize> {
    let length = quoted_length(bytes)?;
    let scalar = bytes.get(..length).unwrap_or_default();
    if bytes.first() == Some(&b'"') && wrong_escape(scalar).is_some() {
        return bail("an escape that is none");
    }
    Ok(length)
}

/// The first escape that is none, or stands for no character.
pub(in crate::krm) fn wrong_escape(scalar: &[u8]) -> Option<Range<usize>> {
    let mut at = 0;
    loop {
        let start = at + memchr::memchr(b'\\', scalar.get(at..)?)?;
        // the single quote is go-yaml's own
        let known = b"0abt\tnvfre \"'/\\N_LP\r\n";
        let digits = match scalar.get(start + 1) {
            Some(b'x') => 2,
            Some(b'u') => 4,
            Some(b'U') => 8,
            Some(byte) if known.contains(byte) => 0,
            _ => return Some(start..start + 2),
        };
        at = start + 2 + digits;
        if digits == 0 {
            continue;
        }
        let value = |from: usize| hexadecimal(scalar.get(from..from + digits)?);
        let is_high = |value: u32| digits == 4 && (0xD800..0xDC00).contains(&value);
        match value(start + 2) {
            // JSON has no other way for what is beyond 16 bits
            Some(high) if is_high(high) => {
                let second = scalar.get(at..at + 2) == Some(b"\\u");
                let low = value(at + 2).filter(|low| second && (0xDC00..0xE000).contains(low));
                if low.is_none() {
                    return Some(start..at);
                }
                at += 6;
            }
            other if other.and_then(char::from_u32).is_none() => return Some(start..at),
            _ => {}
        }
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?;
    let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// The same without a look at its escapes.
pub(in crate::krm) fn quoted_length(bytes: &[u8]) -> Lexed<usize> {
    let quote = bytes.first().copied().unwrap_or(b'"');
    let mut at = 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let found = if quote == b'"' {
            memchr::memchr2(b'"', b'\\', rest)
        } else {
            memchr::memchr(b'\'', rest)
        };
        let Some(found) = found else {
            return bail("a quote is not closed");
        };
        at += found;
        let pair = quote == b'\'' && bytes.get(at + 1) == Some(&b'\'');
        if bytes.get(at) == Some(&b'\\') || pair {
            at += 2;
        } else {
            return Ok(at + 1);
        }
    }
}

/// A byte that means nothing but itself, wherever it stands behind the first one of a plain scalar.
pub(in crate::krm) fn is_word(byte: u8) -> bool {
    const WORD: [bool; 256] = {
        let mut word = [false; 256];
        let mut byte: u8 = 0;
        while byte < 128 {
            word[byte as usize] =
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
            byte += 1;
        }
        word
    };
    WORD.get(usize::from(byte)).copied().unwrap_or(false)
}

/// Whether a line starts as `---` or `...` do.
pub(in crate::krm) fn is_marker(line: &[u8]) -> bool {
    line.starts_with(b"---") || line.starts_with(b"...")
}

/// Whether the bytes behind `|` or `>` are the rest of a block scalar's header.
pub(super) fn is_block_header(rest: &[u8]) -> bool {
    let indicators = rest
        .iter()
        .take_while(|byte| matches!(byte, b'+' | b'-' | b'1'..=b'9'))
        .count();
    indicators <= 2 && is_rest_blank(rest.get(indicators..).unwrap_or_default())
}

/// The place of the colon that ends the plain key which a line starts with; `None` when the line holds no key.
#[inline]
pub(super) fn plain_key(line: &[u8]) -> Lexed<Option<usize>> {
    let mut at = 0;
    while let Some(found) = either(line.get(at..).unwrap_or_default(), b':', b'#') {
        at += found;
        let before = at.checked_sub(1).and_then(|before| line.get(before));
        match (line.get(at), line.get(at + 1)) {
            (Some(b'#'), _) if matches!(before, Some(b' ' | b'\t')) => return Ok(None),
            (Some(b'#'), _) => {}
            (_, Some(b'\t')) => return bail("a tab behind a key"),
            (_, None | Some(b' ')) => return Ok(Some(at)),
            _ => {}
        }
        at += 1;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_eight_bytes_are_searched_as_bytes_are() {
        // neighbours of what is looked for, where tricks with carries go wrong
        let alphabet = b" !\x1f:;9#$\"\n\x0b\t\x80\xbaa";
        let mut state = 7_usize;
        for length in 0..200 {
            let mut bytes = Vec::new();
            for _ in 0..length {
                state = state.wrapping_mul(6_364_136_223_846_793_005) + 1;
                let byte = alphabet.get((state >> 33) % 48).unwrap_or(&b' ');
                bytes.push(*byte);
            }
            for at in 0..length {
                let bytes = &bytes[at..];
                let first = |found: fn(&u8) -> bool| bytes.iter().position(found);
                let all = bytes.len();
                assert_eq!(spaces(bytes), first(|b| *b != b' ').unwrap_or(all));
                assert_eq!(line_length(bytes), first(|b| *b == b'\n').unwrap_or(all));
                assert_eq!(either(bytes, b':', b'#'), first(|b| b":#".contains(b)));
            }
        }
    }

    #[test]
    fn long_lines_have_an_end_too() {
        for length in [0, 7, 8, 63, 64, 65, 1000] {
            let line = "x".repeat(length);
            assert_eq!(line_length(line.as_bytes()), length);
            assert_eq!(line_length(format!("{line}\nx\n").as_bytes()), length);
        }
    }

    #[test]
    fn simple_lines_are_only_those_that_hold_nothing_else() {
        let known = |line: &str| simple(line.as_bytes());
        assert_eq!(known("a:"), Some(Simple::Absent));
        assert_eq!(known("a.b/c d:"), Some(Simple::Absent));
        assert_eq!(known("a: b c"), Some(Simple::Plain));
        assert_eq!(known("a: \"\""), Some(Simple::Quoted));
        assert_eq!(known("a: \"b: 'c # d\""), Some(Simple::Quoted));
        for line in [
            "",
            "- a: b",
            "\"a\": b",
            "a",
            "a:b",
            "a: ",
            "a: b: c",
            "a: b # c",
            "a: &b",
            "a: |",
            "a: {}",
            "a: \"b",
            "a: \"",
            "a: \"b\" c",
            "a: \"\\\"",
            "a: \"b\"\"",
            "a:\t",
            "a: -",
            "# a: b",
        ] {
            assert_eq!(known(line), None, "{line}");
        }
    }
}
