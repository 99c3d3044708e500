//! Tests of the product itself: they need this repository alone.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "tests read files and run programs"
)]

mod cases;
mod cli;
mod pages;
mod pool;
mod support;
mod tidy;
mod wire;
