//! What is removed is gone, what is added is there, what stays is the same, and the output can be read.
#![no_main]

use gpu_machineset::Source;
use gpu_machineset::testing::{Document, Node, Rewrite, split};
use libfuzzer_sys::fuzz_target;

fn texts<'t>(documents: &[Document<'t>]) -> Vec<&'t str> {
    let text = |document: &Document<'t>| document.source.text[document.range.clone()].trim();
    documents.iter().map(text).collect()
}

fuzz_target!(|input: (u8, bool, &str)| {
    let (removed, replace, text) = input;
    let source = Source::new("<stdin>", text);
    let Ok(before) = split(&source) else { return };
    // what nobody reads may be invalid, and may then be read otherwise when something else goes
    if before.documents.is_empty()
        || before
            .documents
            .iter()
            .any(|document| document.node().is_err())
    {
        return;
    }
    let index = usize::from(removed) % before.documents.len();
    let node = Node::map([
        ("apiVersion", Node::from("v1")),
        ("kind", "New".into()),
        ("text", "a\n- b\n".into()),
    ]);
    let mut rewrite = Rewrite::new(&before);
    if replace {
        rewrite.replace(index, node.clone())
    } else {
        rewrite.remove(index)
    }
    if !rewrite.problems().is_empty() {
        return;
    }
    rewrite.append(node.clone());
    let output = Source::new("<stdin>", rewrite.render());
    let after = match split(&output) {
        Ok(after) => after,
        Err(problems) => panic!("{problems:#?}\n{text}\n=>\n{}", output.text),
    };
    let mut expected = texts(&before.documents);
    expected.remove(index);
    let mut actual = texts(&after.documents);
    actual.pop();
    if replace {
        actual.remove(index);
    }
    // a last line without its break keeps its value by another header: what stays is judged by its values then
    if text.ends_with('\n') || actual.len() != expected.len() {
        assert_eq!(actual, expected, "{text}\n=>\n{}", output.text);
    }
    let new = after
        .documents
        .last()
        .and_then(|document| document.node().ok());
    assert_eq!(
        new.map(|new| new.to_json()),
        Some(node.to_json()),
        "{text}\n=>\n{}",
        output.text
    );
});
