//! Values at any address.

/// A value that may begin at any address. Reading a field of it is one instruction; `ptr::read_unaligned` would be a call
/// of `memcpy` where the compiler does not optimise.
#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Anywhere<T>(T);

/// # Safety
/// The bytes of a `T` can be read there, and any of them make one.
#[inline(always)]
pub(crate) unsafe fn load<T: Copy>(from: *const u8, at: usize) -> T {
    // SAFETY: as the caller says
    unsafe { (*from.add(at).cast::<Anywhere<T>>()).0 }
}

/// # Safety
/// The bytes of a `T` can be written there.
#[inline(always)]
pub(crate) unsafe fn store<T: Copy>(to: *mut u8, at: usize, value: T) {
    // SAFETY: as the caller says
    unsafe { (*to.add(at).cast::<Anywhere<T>>()).0 = value };
}
