//! Documents: text in, text out. Knows no GPU and no OpenShift; the only room that sees YAML.

pub mod amend;
pub mod complete;
mod context;
pub mod decode;
pub mod document;
pub mod embedded;
pub mod emit;
mod ending;
mod events;
mod explain;
mod gap;
mod join;
mod lists;
mod mistakes;
pub mod node;
mod object_id;
#[cfg(any(test, fuzzing))]
pub mod oracle;
mod outline;
pub mod parse;
mod patch;
mod plain;
mod quotes;
mod results;
pub mod rewrite;
mod saved;
pub mod scalar;
mod scan;
pub mod split;
mod tool_keys;
mod walk;
mod without;

#[cfg(test)]
mod tests;

pub use crate::source::{Position, Role, Source};
pub use decode::decode;
pub use document::{Document, Form};
pub use join::join;
pub use node::{Entry, Kind, Node, Style};
pub use object_id::ObjectId;
pub use rewrite::Rewrite;
pub use split::{Container, Split, split, split_again};
pub use tool_keys::{application_title, applier, is_tool_key, original_name};
