//! Bytes to text, a text to its objects, an object to its tree; and what is wrong with them.
//!
//! ```text
//! decode ─▶ split ─▶ scan, or walk where scan is not certain ─▶ outline ─▶ document
//! document ─▶ parse ─▶ plain, or the parser's events (events, quotes, ending, context) ─▶ tree
//! ```

pub(super) mod context;
pub(super) mod decode;
pub(super) mod document;
pub(super) mod ending;
mod events;
mod explain;
pub(super) mod gap;
mod mistakes;
#[cfg(any(test, fuzzing))]
pub mod oracle;
pub(super) mod outline;
pub(crate) mod parse;
mod plain;
mod quotes;
mod saved;
mod scan;
pub(crate) mod split;
pub(crate) mod stray;
pub(super) mod walk;
mod without;
