//! The events of a text, as the readers of Kubernetes would have them where the parser has others.

use std::ops::Range;

use granit_parser::{Event, Parser};

use super::ending::ended_as_written;
use super::parse::{ParseError, ParseErrorKind};
use super::quotes::{self, Eased};

pub(super) fn options() -> granit_parser::Options {
    granit_parser::options! { emit_comments: false, simple_key_max_lookahead: 1 << 16 }
}

pub(super) fn syntax(
    error: &granit_parser::ScanError,
    base: usize,
    place: impl Fn(usize) -> usize,
) -> ParseError {
    let at = base + place(error.marker().byte_offset().unwrap_or(0));
    let kind = ParseErrorKind::Syntax(error.kind().clone());
    ParseError { kind, span: at..at }
}

/// Reads a text, eased where it has to be.
pub(super) fn with_odd_quotes<T>(
    slice: &str,
    base: usize,
    read: impl Fn(Option<&Eased>) -> Result<T, Vec<ParseError>>,
) -> Result<T, Vec<ParseError>> {
    quotes::eased(slice, read, |error| match &error.kind {
        ParseErrorKind::Syntax(kind) => Some((kind, error.span.start - base)),
        _ => None,
    })
}

/// Makes something of the events of a text that begins at `base`, up to the one that `each` wants no more after.
pub(super) fn over_events<T>(
    slice: &str,
    base: usize,
    new: impl Fn() -> T,
    each: impl Fn(&mut T, Event<'_>, Range<usize>) -> bool,
) -> Result<T, Vec<ParseError>> {
    with_odd_quotes(slice, base, |eased| {
        let place = |at: usize| eased.map_or(at, |eased| eased.back(at));
        let text = eased.map_or(slice, |eased| eased.slice(&(0..slice.len())));
        let mut made = new();
        for event in Parser::new_from_str_with_options(text, options()) {
            let (event, span) = event.map_err(|error| vec![syntax(&error, base, place)])?;
            let bytes = span.byte_range().unwrap_or(0..0);
            let bytes = place(bytes.start)..place(bytes.end);
            if let Some(eased) = eased {
                eased.found(&event, &bytes);
            }
            let event = ended_as_written(event, span, text);
            if !each(&mut made, event, base + bytes.start..base + bytes.end) {
                break;
            }
        }
        Ok(made)
    })
}
