//! Comparisons, by the widest values that fit. The last one ends where the bytes end, and may overlap the one before.

use core::cmp::Ordering;

use crate::load::load;

/// How two texts of bytes are ordered.
///
/// # Safety
/// `length` bytes can be read at both.
#[inline(always)]
pub(crate) unsafe fn order(left: *const u8, right: *const u8, length: usize) -> Ordering {
    // SAFETY: no offset reaches beyond `length`
    unsafe {
        if length < 8 {
            return few(left, length).cmp(&few(right, length));
        }
        let end = length - 8;
        let mut at = 0;
        while at < end {
            let differ = eight(left, at).cmp(&eight(right, at));
            if differ.is_ne() {
                return differ;
            }
            at += 8;
        }
        eight(left, end).cmp(&eight(right, end))
    }
}

/// Whether two texts of bytes are the same.
///
/// # Safety
/// `length` bytes can be read at both.
#[inline(always)]
pub(crate) unsafe fn same(left: *const u8, right: *const u8, length: usize) -> bool {
    // SAFETY: no offset reaches beyond `length`
    unsafe {
        if length < 8 {
            return few(left, length) == few(right, length);
        }
        if length < 16 {
            let end = length - 8;
            return load::<u64>(left, 0) == load::<u64>(right, 0)
                && load::<u64>(left, end) == load::<u64>(right, end);
        }
        let end = length - 16;
        let mut at = 0;
        while at < end {
            if load::<u128>(left, at) != load::<u128>(right, at) {
                return false;
            }
            at += 16;
        }
        load::<u128>(left, end) == load::<u128>(right, end)
    }
}

/// Eight bytes, the first of which weighs most.
///
/// # Safety
/// They can be read there.
#[inline(always)]
unsafe fn eight(from: *const u8, at: usize) -> u64 {
    // SAFETY: as the caller says
    u64::from_be(unsafe { load(from, at) })
}

/// Up to seven bytes, the first of which weighs most.
///
/// # Safety
/// `length` bytes, less than eight, can be read there.
#[inline(always)]
unsafe fn few(from: *const u8, length: usize) -> u64 {
    // SAFETY: each branch stays within the length that it asks for
    unsafe {
        if length >= 4 {
            let first = u32::from_be(load(from, 0));
            let last = u32::from_be(load(from, length - 4));
            return (u64::from(first) << 32) | u64::from(last);
        }
        if length >= 2 {
            let first = u16::from_be(load(from, 0));
            let last = u16::from_be(load(from, length - 2));
            return (u64::from(first) << 16) | u64::from(last);
        }
        if length == 1 {
            return u64::from(*from);
        }
        0
    }
}
