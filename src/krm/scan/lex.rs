//! Tokens: how far they reach. Every function looks at bytes from a place on and gives up rather than guess.

/// Why the scanner leaves a text to the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bail(pub(crate) &'static str);

pub(super) type Lexed<T> = Result<T, Bail>;

pub(super) fn bail<T>(why: &'static str) -> Lexed<T> {
    Err(Bail(why))
}

/// The number of spaces at the start.
pub(super) fn spaces(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte == b' ').count()
}

/// Whether nothing but a comment follows on the line that the bytes are the rest of.
pub(super) fn is_rest_blank(rest: &[u8]) -> bool {
    let blank = spaces(rest);
    match rest.get(blank) {
        None | Some(b'\n') => true,
        Some(b'#') => blank > 0,
        Some(_) => false,
    }
}

/// The length of the quoted scalar that the bytes start with, which may span lines.
pub(super) fn quoted(bytes: &[u8]) -> Lexed<usize> {
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

/// The length of the flow collection that the bytes start with, which may span lines and holds no anchor, alias or
/// tag.
pub(super) fn flow(bytes: &[u8]) -> Lexed<usize> {
    let mut open: Vec<u8> = Vec::new();
    let mut at = 0;
    // a node may start here; a quoted scalar or a collection has just ended, so that `:` needs no space behind it
    let (mut start, mut json) = (true, false);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'[' | b'{' if start => {
                open.push(*byte + 2);
                json = false;
            }
            b']' | b'}' => {
                if open.pop() != Some(*byte) {
                    return bail("brackets do not match");
                }
                if open.is_empty() {
                    return Ok(at + 1);
                }
                (start, json) = (false, true);
            }
            b'"' | b'\'' if start => {
                at += quoted(bytes.get(at..).unwrap_or_default())?;
                (start, json) = (false, true);
                continue;
            }
            b',' => (start, json) = (true, false),
            b':' => {
                let next = bytes.get(at + 1).copied().unwrap_or(b' ');
                start = json || matches!(next, b' ' | b'\n' | b',' | b'[' | b']' | b'{' | b'}');
                json = false;
            }
            b' ' => {}
            b'\n' => {
                if is_marker(bytes.get(at + 1..).unwrap_or_default()) {
                    return bail("a document marker in a flow collection");
                }
            }
            b'#' if matches!(
                at.checked_sub(1).and_then(|before| bytes.get(before)),
                Some(b' ' | b'\n')
            ) =>
            {
                let rest = bytes.get(at..).unwrap_or_default();
                at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                continue;
            }
            _ => {
                special(bytes, at, start)?;
                (start, json) = (false, false);
            }
        }
        at += 1;
    }
    bail("a bracket is not closed")
}

/// What a plain scalar in a flow collection may not hold, or not start with.
fn special(bytes: &[u8], at: usize, start: bool) -> Lexed<()> {
    let next = bytes.get(at + 1);
    match bytes.get(at) {
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

/// Whether a line starts as `---` or `...` do.
pub(super) fn is_marker(line: &[u8]) -> bool {
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
pub(super) fn plain_key(line: &[u8]) -> Lexed<Option<usize>> {
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b':', b'#', line.get(at..).unwrap_or_default()) {
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
