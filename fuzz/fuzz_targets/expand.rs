//! The whole pipeline: never a panic, the same answer twice, what we write read by another reader as we mean it, and a
//! fixed point: `expand(expand(x)) == expand(x)` for ResourceLists that expand without errors.
#![no_main]

use gpu_machineset::testing::split;
use gpu_machineset::{Input, Mode, Output, Source, expand};
use libfuzzer_sys::fuzz_target;

fn run(text: &str, mode: Mode) -> Output {
    expand(&Input::new(vec![Source::new("<stdin>", text)], mode))
}

/// A reader of YAML 1.1 finds one document where we wrote one, and the same values in it. What stands in the input as it
/// leaves is somebody's own, whatever its annotations say.
fn ours_are_read_as_meant(text: &str, input: &str) {
    let source = Source::new("<output>", text);
    let split = split(&source).expect("what we write can be read");
    for document in &split.documents {
        let text = document.standalone().expect("what we write can be read");
        let is_marked = document.annotation("gpu-machineset.dev/from").is_some();
        if is_marked && !input.contains(text.trim_end()) {
            let meant = document.node().expect("ours can be read").to_json();
            // words that the two versions type differently are not ours to change
            let found: Result<serde_yaml::Value, _> = serde_yaml::from_str(&text);
            let found = found.unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(found["kind"].as_str(), meant["kind"].as_str(), "{text}");
            let size = found.as_mapping().map(serde_yaml::Mapping::len);
            assert_eq!(size, meant.as_object().map(|map| map.len()), "{text}");
        }
    }
}

fuzz_target!(|input: (bool, &str)| {
    let (bare, text) = input;
    let mode = if bare { Mode::Bare } else { Mode::Auto };
    let first = run(text, mode);
    assert_eq!(first.text, run(text, mode).text);
    if bare && !first.problems.has_errors() {
        ours_are_read_as_meant(&first.text, text);
    }
    if !bare && !first.problems.has_errors() && !first.text.is_empty() {
        let second = run(&first.text, mode);
        if !second.problems.has_errors() {
            assert_eq!(second.text, first.text);
        }
    }
});
