//! What a program that is linked with [musl](https://musl.libc.org) gets for memory instead of musl's own, which is made
//! to be small: musl's allocator takes two and a half times the processor time of a large run, its `memcmp` goes byte by
//! byte, and its `memcpy` begins with an instruction that needs some thirty cycles to start, whatever the length.
//!
//! All that the workspace has of `unsafe` is here. Anywhere but on musl the crate exports nothing.
#![no_std]
// what is written here as a loop must not be compiled to a call of the very function that it is
#![no_builtins]
#![cfg(any(test, target_env = "musl"))]

mod allocator;
mod compare;
mod copy;
mod load;
mod symbols;
#[cfg(test)]
mod tests;

pub use allocator::Allocator;
