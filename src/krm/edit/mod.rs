//! A text with objects removed, replaced, completed and added; all else stays byte for byte.
//!
//! `rewrite` does it to a whole text: objects in the stream, `lists` for those within lists, `results` for what it
//! reports. `complete`, `amend`, `embedded` and `words` say how one object is edited, by `lines`. Both end in
//! `patch`.

pub(crate) mod amend;
pub(crate) mod complete;
pub(crate) mod draft;
pub(crate) mod embedded;
pub(super) mod join;
mod lines;
mod lists;
mod patch;
mod results;
pub(super) mod rewrite;
mod standalone;
pub(crate) mod words;
