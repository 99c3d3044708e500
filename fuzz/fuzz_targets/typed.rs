//! Our kinds are read from any text: a value or problems, never a panic.
#![no_main]

use gpu_machineset::Source;
use gpu_machineset::testing::{self, split};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = Source::new("<stdin>", text);
    let Ok(split) = split(&source) else { return };
    for document in &split.documents {
        let _ = testing::our_kind(document);
        let _ = testing::read_gpu_machine_set(document);
        let _ = testing::read_cluster_facts(document);
        let _ = testing::read_gpu_platform(document);
    }
});
