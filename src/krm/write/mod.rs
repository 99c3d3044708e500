//! A tree to text.

pub mod emit;
