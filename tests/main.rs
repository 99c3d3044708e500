//! Tests of the product itself: they need this repository alone.
mod wire;
