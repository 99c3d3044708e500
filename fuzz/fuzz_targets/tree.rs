//! Whatever document the fast reader makes a tree of, the parser makes the same tree of, with the same places.
#![no_main]

use gpu_machineset::testing::oracle::compare_trees;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(difference) = compare_trees(text) {
        panic!("{difference}");
    }
});
