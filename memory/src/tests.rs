//! What a musl target exports, under its names and on any machine.

extern crate std;

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::cmp::Ordering;
use std::thread;
use std::vec;
use std::vec::Vec;

use proptest::collection::vec as bytes;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;

use crate::allocator::Allocator;
use crate::symbols::{bcmp, memcmp, memcpy, memmove};

/// Every length until the loops have gone round a few times, and places that overlap by any distance.
#[test]
fn copies_move_just_what_they_are_asked_to() {
    let before: Vec<u8> = (0..=255).cycle().take(1024).collect();
    for length in 0..400 {
        for distance in 0..460 {
            for (from, to) in [(100, 100 + distance), (100 + distance, 100)] {
                let mut expected = before.clone();
                expected.copy_within(from..from + length, to);
                let mut seen = before.clone();
                let start = seen.as_mut_ptr();
                // SAFETY: both places are within the vector, and apart where `memcpy` is called
                unsafe {
                    let (to, from) = (start.add(to), start.add(from));
                    let copied = if distance < length {
                        memmove(to, from, length)
                    } else {
                        memcpy(to, from, length)
                    };
                    assert_eq!(copied, to);
                }
                assert!(seen == expected, "{length} bytes from {from} to {to}");
            }
        }
    }
}

/// Two texts of one length: the same, or with one byte changed.
fn texts() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let change = proptest::option::of((any::<Index>(), any::<u8>()));
    (bytes(any::<u8>(), 1..130), change).prop_map(|(left, change)| {
        let mut right = left.clone();
        if let Some((at, byte)) = change {
            right[at.index(left.len())] = byte;
        }
        (left, right)
    })
}

#[test]
fn comparisons_say_what_slices_say() {
    let seen = Cell::new([0; 3]);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(20_000));
    let said = runner.run(&texts(), |(left, right)| {
        for length in 0..=left.len() {
            // SAFETY: both have at least that many bytes
            let (order, differ) = unsafe {
                let (left, right) = (left.as_ptr(), right.as_ptr());
                (memcmp(left, right, length), bcmp(left, right, length))
            };
            let expected = left[..length].cmp(&right[..length]);
            prop_assert_eq!((order.cmp(&0), differ != 0), (expected, expected.is_ne()));
            let [less, same, more] = seen.get();
            seen.set(match expected {
                Ordering::Less => [less + 1, same, more],
                Ordering::Equal => [less, same + 1, more],
                Ordering::Greater => [less, same, more + 1],
            });
        }
        Ok(())
    });
    said.expect("slices say the same");
    assert!(seen.get().iter().all(|count| *count > 10_000), "{seen:?}");
}

/// Blocks of every size and alignment keep what was written into them while others come, grow and go, in four threads.
#[test]
fn blocks_keep_what_was_written_into_them() {
    static ALLOCATOR: Allocator = Allocator::new();
    let work = |seed: u8| {
        let mut blocks: Vec<(*mut u8, Layout, u8)> = vec![];
        let mut number = usize::from(seed);
        for round in 0..20_000_usize {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(round);
            let size = 1 + (number >> 33) % if round % 50 == 0 { 300_000 } else { 600 };
            let byte = u8::try_from(number >> 56).expect("is one byte");
            // SAFETY: each block is used within its layout, and freed once
            unsafe {
                let keeps = |(block, layout, byte): &(*mut u8, Layout, u8)| {
                    (0..layout.size().min(600)).all(|at| block.add(at).read() == *byte)
                };
                if blocks.len() > 40 {
                    let at = number % blocks.len();
                    let (block, layout, byte) = blocks.swap_remove(at);
                    assert!(keeps(&(block, layout, byte)));
                    if round % 3 == 0 {
                        let block = ALLOCATOR.realloc(block, layout, size);
                        let kept = layout.size().min(size);
                        assert!((0..kept.min(600)).all(|at| block.add(at).read() == byte));
                        block.write_bytes(byte, size);
                        let layout = Layout::from_size_align(size, layout.align());
                        blocks.push((block, layout.expect("is a layout"), byte));
                    } else {
                        ALLOCATOR.dealloc(block, layout);
                    }
                    continue;
                }
                let layout = Layout::from_size_align(size, 1 << ((number >> 20) % 8));
                let layout = layout.expect("is a layout");
                let block = if round % 2 == 0 {
                    ALLOCATOR.alloc(layout)
                } else {
                    let block = ALLOCATOR.alloc_zeroed(layout);
                    assert!(keeps(&(block, layout, 0)));
                    block
                };
                assert!(!block.is_null() && block.addr() % layout.align() == 0);
                block.write_bytes(byte, size);
                blocks.push((block, layout, byte));
            }
        }
        blocks.len()
    };
    let left: Vec<usize> = thread::scope(|scope| {
        let threads = [1, 2, 3, 4].map(|seed| scope.spawn(move || work(seed)));
        threads
            .map(|thread| thread.join().expect("did not panic"))
            .to_vec()
    });
    assert!(left.iter().all(|left| *left > 20), "{left:?}");
}
