//! The functions of C that compilers call by name. The program's own stand before those of a library; a test has them
//! under their names in Rust alone.
//!
//! musl's `memcpy` is that of ARM itself on their processors, and stays there.

use crate::{compare, copy};

/// # Safety
/// As C says: both places have `length` bytes, and do not overlap.
#[cfg(any(test, target_arch = "x86_64"))]
#[cfg_attr(not(test), unsafe(no_mangle))]
pub(crate) unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    // SAFETY: as C says
    unsafe { copy::forward(to, from, length) };
    to
}

/// # Safety
/// As C says: both places have `length` bytes.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub(crate) unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, length: usize) -> *mut u8 {
    // SAFETY: as C says; a place that begins within the other one is behind it
    unsafe {
        if to.addr().wrapping_sub(from.addr()) < length {
            copy::backward(to, from, length);
        } else {
            copy::forward(to, from, length);
        }
    }
    to
}

/// # Safety
/// As C says: both places have `length` bytes.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub(crate) unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, length: usize) -> i32 {
    // SAFETY: as C says
    unsafe { compare::order(left, right, length) as i32 }
}

/// # Safety
/// As C says: both places have `length` bytes.
#[cfg_attr(not(test), unsafe(no_mangle))]
pub(crate) unsafe extern "C" fn bcmp(left: *const u8, right: *const u8, length: usize) -> i32 {
    // SAFETY: as C says
    i32::from(unsafe { !compare::same(left, right, length) })
}
