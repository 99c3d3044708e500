//! Tests of the product itself: they need this repository alone.

mod cli;
mod support;
mod tidy;
mod wire;
