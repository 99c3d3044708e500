//! Documents: text in, text out. Knows no GPU and no OpenShift; the only room that sees YAML.

pub mod document;
pub mod emit;
pub mod node;
pub mod parse;
pub mod scalar;
pub mod source;

pub use document::{Document, Form};
pub use node::{Entry, Kind, Node, Style};
pub use source::{Position, Role, Source};
