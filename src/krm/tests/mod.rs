//! Tests that look at several parts of this room at once.

mod emit;
mod oracle;
