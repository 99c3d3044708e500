//! The allocator: dlmalloc behind a lock that costs one instruction where nobody waits. The lock of the crate itself is
//! musl's mutex, of which taking and giving back is a seventh of a large run.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::hint::spin_loop;
use core::sync::atomic::{AtomicBool, Ordering};

use dlmalloc::Dlmalloc;

/// Stands as `#[global_allocator]`. The program has one thread, so that the lock is there for the type's promise; a thread
/// that had to wait would wait awake.
pub struct Allocator {
    taken: AtomicBool,
    memory: UnsafeCell<Dlmalloc>,
}

// SAFETY: `memory` is only reached in `locked`, by one thread at a time
unsafe impl Sync for Allocator {}

impl Default for Allocator {
    fn default() -> Self {
        Self::new()
    }
}

impl Allocator {
    /// One that has no memory yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            taken: AtomicBool::new(false),
            memory: UnsafeCell::new(Dlmalloc::new()),
        }
    }

    /// What is done must not allocate through this allocator and must not unwind, as dlmalloc does neither.
    #[inline]
    fn locked<T>(&self, act: impl FnOnce(&mut Dlmalloc) -> T) -> T {
        while self.taken.swap(true, Ordering::Acquire) {
            spin_loop();
        }
        // SAFETY: whoever else comes here waits above until `taken` is given back
        let done = act(unsafe { &mut *self.memory.get() });
        self.taken.store(false, Ordering::Release);
        done
    }
}

// SAFETY: dlmalloc gives blocks of the size and alignment that are asked for, and the same values come with each block
// later on, as this trait has its callers promise
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the trait's caller says
        self.locked(|memory| unsafe { memory.malloc(layout.size(), layout.align()) })
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the trait's caller says
        self.locked(|memory| unsafe { memory.free(block, layout.size(), layout.align()) });
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the trait's caller says
        self.locked(|memory| unsafe { memory.calloc(layout.size(), layout.align()) })
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as the trait's caller says
        self.locked(|memory| unsafe { memory.realloc(block, layout.size(), layout.align(), size) })
    }
}
