//! Copies. A short one is two loads of the widest value that fits, at both ends, which overlap in the middle: there is no
//! loop and hardly a branch. All is loaded before anything is stored, so that the places may overlap too.

use crate::load::{load, store};

/// Of one instruction where the processor has vectors.
type Block = u128;
const BLOCK: usize = size_of::<Block>();
/// What a loop copies in one turn.
const TURN: usize = 4 * BLOCK;
/// Up to here no loop is needed.
const SHORT: usize = 2 * TURN;

/// # Safety
/// `length` bytes can be read at `from` and written at `to`; where the two overlap, `to` is before `from`.
#[inline(always)]
pub(crate) unsafe fn forward(to: *mut u8, from: *const u8, length: usize) {
    // SAFETY: no offset reaches beyond `length`
    unsafe {
        if length <= SHORT {
            return short(to, from, length);
        }
        let end = length - TURN;
        let last = turn(from, end);
        let mut at = 0;
        while at < end {
            put(to, at, turn(from, at));
            at += TURN;
        }
        put(to, end, last);
    }
}

/// # Safety
/// `length` bytes can be read at `from` and written at `to`; where the two overlap, `to` is behind `from`.
#[inline(always)]
pub(crate) unsafe fn backward(to: *mut u8, from: *const u8, length: usize) {
    // SAFETY: no offset reaches beyond `length`
    unsafe {
        if length <= SHORT {
            return short(to, from, length);
        }
        let first = turn(from, 0);
        let mut at = length;
        while at > TURN {
            at -= TURN;
            put(to, at, turn(from, at));
        }
        put(to, 0, first);
    }
}

/// # Safety
/// `length` bytes, at most [`SHORT`], can be read at `from` and written at `to`.
#[inline(always)]
unsafe fn short(to: *mut u8, from: *const u8, length: usize) {
    // SAFETY: each branch stays within the length that it asks for
    unsafe {
        if length > TURN {
            let (first, last) = (turn(from, 0), turn(from, length - TURN));
            put(to, 0, first);
            put(to, length - TURN, last);
        } else if length > 2 * BLOCK {
            ends::<(Block, Block)>(to, from, length);
        } else if length >= BLOCK {
            ends::<Block>(to, from, length);
        } else if length >= 8 {
            ends::<u64>(to, from, length);
        } else if length >= 4 {
            ends::<u32>(to, from, length);
        } else if length >= 2 {
            ends::<u16>(to, from, length);
        } else if length == 1 {
            *to = *from;
        }
    }
}

/// # Safety
/// `length` bytes, at least those of a `T` and at most twice as many, can be read at `from` and written at `to`.
#[inline(always)]
unsafe fn ends<T: Copy>(to: *mut u8, from: *const u8, length: usize) {
    let end = length - size_of::<T>();
    // SAFETY: both are within `length`
    unsafe {
        let (first, last) = (load::<T>(from, 0), load::<T>(from, end));
        store(to, 0, first);
        store(to, end, last);
    }
}

/// # Safety
/// [`TURN`] bytes can be read there.
#[inline(always)]
unsafe fn turn(from: *const u8, at: usize) -> (Block, Block, Block, Block) {
    // SAFETY: as the caller says
    unsafe {
        (
            load(from, at),
            load(from, at + BLOCK),
            load(from, at + 2 * BLOCK),
            load(from, at + 3 * BLOCK),
        )
    }
}

/// # Safety
/// [`TURN`] bytes can be written there.
#[inline(always)]
unsafe fn put(to: *mut u8, at: usize, (a, b, c, d): (Block, Block, Block, Block)) {
    // SAFETY: as the caller says
    unsafe {
        store(to, at, a);
        store(to, at + BLOCK, b);
        store(to, at + 2 * BLOCK, c);
        store(to, at + 3 * BLOCK, d);
    }
}
