//! The whole pipeline: never a panic, the same answer twice, and a fixed point: `expand(expand(x)) == expand(x)` for
//! ResourceLists that expand without errors.
#![no_main]

use gpu_machineset::krm::Source;
use gpu_machineset::{Input, Mode, Output, expand};
use libfuzzer_sys::fuzz_target;

fn run(text: &str, mode: Mode) -> Output {
    expand(&Input {
        sources: vec![Source::new("<stdin>", text)],
        mode,
        ..Input::default()
    })
}

fuzz_target!(|input: (bool, &str)| {
    let (bare, text) = input;
    let mode = if bare { Mode::Bare } else { Mode::Auto };
    let first = run(text, mode);
    assert_eq!(first.text, run(text, mode).text);
    if !bare && !first.problems.has_errors() && !first.text.is_empty() {
        let second = run(&first.text, mode);
        if !second.problems.has_errors() {
            assert_eq!(second.text, first.text);
        }
    }
});
