//! Documents: text in, text out; the only room that sees YAML.
//!
//! | room | what it knows |
//! |---|---|
//! | `read/` | bytes to text, text cut into objects, an object to its tree; what is wrong, in words |
//! | `tree/` | the tree of one object: what a scalar means, which object it is |
//! | `edit/` | a text with objects removed, replaced, completed and added, the rest byte for byte |
//! | `write/` | a tree to text |
//!
//! `edit` imports all others, `read` and `write` import `tree`. Whoever else needs something finds it here by the names
//! below.
//!
//! It knows the wire, but no object of OpenShift and no GPU: lists as `oc get` saves them and messages that `oc` leaves
//! in their place, fields that an API server adds, keys that kustomize, kpt, Argo CD and Flux keep for themselves.

mod edit;
mod read;
mod tool_keys;
mod tree;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use crate::source::{Role, Source};
pub use edit::join::join;
pub use edit::rewrite::Rewrite;
pub(crate) use edit::{amend, complete, draft, embedded, words};
pub use read::decode::decode;
pub use read::document::Document;
#[cfg(any(test, fuzzing))]
pub use read::oracle;
pub use read::split::{Container, Split, split};
pub(crate) use read::split::{split_again, split_readable};
pub(crate) use read::{parse, split, stray};
pub(crate) use tool_keys::{application_title, applier, is_tool_key, original_name};
pub use tree::node::Node;
pub(crate) use tree::node::{Entry, Kind, Style};
pub(crate) use tree::object_id::ObjectId;
pub(crate) use tree::scalar;
pub use write::emit;
