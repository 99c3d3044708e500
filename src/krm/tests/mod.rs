//! Tests that look at several parts of this room at once.

mod emit;
mod oracle;

/// Found by fuzzing: with `---` behind lone carriage returns the wrong lines were cut.
#[test]
fn lone_carriage_returns_pass_but_are_never_cut_along() {
    use crate::krm::{Rewrite, Source, split};
    let source = Source::new("x", "a: b\n  c\r\r---\nkind: B\n");
    let split = split(&source).expect("splits");
    let mut rewrite = Rewrite::new(&split);
    assert!(rewrite.problems().is_empty());
    rewrite.remove(0);
    assert_eq!(rewrite.problems().len(), 1);
    assert!(rewrite.problems()[0].message.contains("carriage return"));
}
