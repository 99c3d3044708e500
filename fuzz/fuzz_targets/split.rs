//! Whatever the scanner accepts, the parser cuts the same way; and what nobody touches stays as it is.
#![no_main]

use gpu_machineset::Source;
use gpu_machineset::testing::oracle::compare;
use gpu_machineset::testing::{Rewrite, split};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(difference) = compare(text) {
        panic!("{difference}");
    }
    let source = Source::new("<stdin>", text);
    if let Ok(split) = split(&source) {
        assert_eq!(Rewrite::new(&split).render(), text);
    }
});
