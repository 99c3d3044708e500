//! Tests that look at several parts of this room at once.

mod alone;
mod emit;
mod ends;
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

/// A message for each of a million mistakes would be read by nobody, and take a gigabyte.
#[test]
fn of_many_mistakes_the_first_are_told_and_that_there_are_more() {
    use crate::krm::{Source, split};
    let object = "apiVersion: v1\nkind: A\n";
    let texts = [
        "---\na: b: c\n".repeat(500),
        "---\n- a\n".repeat(500),
        format!("---\n{object}kind: B\n").repeat(500),
        format!(
            "{{\"kind\": \"A\"}}\n{}",
            "{\"kind\": \"A\", \"kind\": \"B\"}\n".repeat(500)
        ),
        format!("kind: ResourceList\nitems: [{}1]\n", "1, ".repeat(500)),
    ];
    for text in texts {
        let problems = split(&Source::new("x", text.as_str())).unwrap_err();
        assert_eq!(problems.len(), 20, "{}", &text[..40]);
        let helps = |problem: &crate::problem::Problem| problem.help.join("\n");
        assert!(helps(&problems[19]).contains("only the first 20 problems"));
        assert!(!helps(&problems[18]).contains("only the first"));
    }
    let few = "---\n- a\n".repeat(20);
    let problems = split(&Source::new("x", few)).unwrap_err();
    assert_eq!(problems.len(), 20);
    assert!(!problems[19].help.join("").contains("only the first"));

    let keys = format!("{object}spec:\n{}", "  ? [a]\n  : b\n".repeat(500));
    let source = Source::new("x", keys);
    let documents = split(&source).expect("nobody looks into it").documents;
    let problems = documents[0].node().unwrap_err();
    assert_eq!(problems.len(), 100);
    assert!(
        problems[99]
            .help
            .join("")
            .contains("only the first 100 problems")
    );
}
