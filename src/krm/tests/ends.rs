//! Documents that end with `...`, directives and comments between: whatever goes, the rest stays apart.

use std::collections::BTreeSet;

use serde::Deserialize as _;

use crate::krm::split::cut;
use crate::krm::{Document, Node, Rewrite, Source, split, walk};

/// How a document ends and the next one begins.
const BETWEEN: [&str; 12] = [
    "---\n",
    "--- # next\n",
    "# about it\n---\n# next\n",
    "...\n",
    "...\n---\n",
    "... # over\n# next\n",
    "...\n# about it\n---\n",
    "...\n%YAML 1.2\n---\n",
    "...\n# about it\n%YAML 1.2\n# next\n--- # here\n",
    "...\n...\n",
    "...\n# about it\n...\n# next\n",
    "...\n\u{feff}",
];
const BEFORE: [&str; 5] = [
    "",
    "---\n",
    "# first\n",
    "%YAML 1.2\n# first\n---\n",
    "\u{feff}",
];
const BEHIND: [&str; 4] = ["", "...\n", "...\n# last\n", "---\n"];
const BODIES: [&str; 4] = [
    "kind: A\nkeep: |+\n  text\n\n",
    "kind: B\nplain: text\n  goes on\n",
    "{kind: C, x: [1]}\n",
    "kind: List\napiVersion: v1\nitems:\n- kind: D\n",
];

fn kinds<'t>(documents: &'t [Document<'_>]) -> Vec<&'t str> {
    let kind = |document: &'t Document<'_>| document.kind.as_ref();
    documents.iter().map(kind).collect()
}

/// What the parser and the reader of Kubernetes each find.
fn assert_reads(text: &str, before: &str, expected: &[serde_json::Value]) {
    let source = Source::new("x", text);
    let found = cut(&source, walk::walk(text))
        .unwrap_or_else(|e| panic!("{e:?}\n{before:?}\n=>\n{text:?}"));
    let node = |document: &Document<'_>| document.node().expect("reads").to_json();
    let nodes: Vec<_> = found.documents.iter().map(node).collect();
    let objects: Vec<_> = expected.iter().flat_map(items).collect();
    assert_eq!(nodes, objects, "{before:?}\n=>\n{text:?}");
    // an error is given again and again
    let mut values = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = serde_json::Value::deserialize(document);
        values.push(value.unwrap_or_else(|e| panic!("{e}\n{before:?}\n=>\n{text:?}")));
    }
    values.retain(|value| !value.is_null());
    assert_eq!(values, expected, "{before:?}\n=>\n{text:?}");
}

fn items(value: &serde_json::Value) -> Vec<serde_json::Value> {
    match value.get("items").and_then(|items| items.as_array()) {
        Some(items) => items.clone(),
        None => vec![value.clone()],
    }
}

fn remove_every_way(text: &str, bodies: &[&str]) {
    let source = Source::new("x", text);
    let split = split(&source).unwrap_or_else(|problems| panic!("{problems:?}\n{text:?}"));
    assert_eq!(split.documents.len(), bodies.len(), "{text:?}");
    let values: Vec<serde_json::Value> = bodies
        .iter()
        .map(|body| serde_yaml::from_str(body).expect("reads"))
        .collect();
    for mask in 1..1_usize << bodies.len() {
        let gone: BTreeSet<usize> = (0..bodies.len()).filter(|at| mask >> at & 1 == 1).collect();
        let mut rewrite = Rewrite::new(&split);
        for index in &gone {
            rewrite.remove(*index);
        }
        let out = rewrite.render();
        let stays = values
            .iter()
            .enumerate()
            .filter(|(index, _)| !gone.contains(index));
        let mut stays: Vec<serde_json::Value> = stays.map(|(_, value)| value.clone()).collect();
        assert_reads(&out, text, &stays);
        let (less, kept) = split.without(&gone).expect("can be left out");
        let less = Rewrite::new(&less);
        assert_eq!(less.render(), out, "{gone:?} {kept:?} {text:?}");
        // nor does what comes in
        let new = Node::map([("kind", Node::from("New"))]);
        if let Some(index) = kept.first() {
            rewrite.replace(*index, new.clone());
            stays[0] = match stays[0].get("items") {
                Some(_) => {
                    serde_json::json!({"kind": "List", "apiVersion": "v1", "items": [new.to_json()]})
                }
                None => new.to_json(),
            };
            assert_reads(&rewrite.render(), text, &stays);
        }
    }
}

#[test]
fn whatever_goes_the_rest_stays_apart() {
    let mut turn = 0;
    for first in BETWEEN {
        for second in BETWEEN {
            for third in BETWEEN.iter().skip(turn % 4).step_by(4) {
                let at = |index: usize| BODIES[(turn + index) % BODIES.len()];
                let bodies = [at(0), at(1), at(2), at(3)];
                let text = [
                    BEFORE[turn % BEFORE.len()],
                    bodies[0],
                    first,
                    bodies[1],
                    second,
                    bodies[2],
                    third,
                    bodies[3],
                    BEHIND[turn / 3 % BEHIND.len()],
                ];
                remove_every_way(&text.concat(), &bodies);
                turn += 1;
            }
        }
    }
}

/// What joined files lack and what `...` stood for, in one stream.
#[test]
fn joined_files_with_ends_stay_apart() {
    let bodies = [
        "apiVersion: v1\nkind: A\n",
        "apiVersion: v1\nkind: B\n",
        "kind: C\n",
        "kind: D\n",
    ];
    for between in BETWEEN {
        for behind in BETWEEN {
            let text = [bodies[0], bodies[1], between, bodies[2], behind, bodies[3]];
            remove_every_way(&text.concat(), &bodies);
        }
    }
}

/// Found by fuzzing: the neighbours of a document that ended with `...` became one, with every key twice.
#[test]
fn the_neighbours_of_a_document_with_an_end_stay_two() {
    let object =
        |name: &str| format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n");
    let text = format!(
        "{}---\n{}...\n{}---\n{}",
        object("a"),
        object("b"),
        object("c"),
        object("d")
    );
    let source = Source::new("x", text.as_str());
    let split = split(&source).expect("splits");
    let mut rewrite = Rewrite::new(&split);
    rewrite.remove(1);
    let expected = format!("{}---\n{}---\n{}", object("a"), object("c"), object("d"));
    assert_eq!(rewrite.render(), expected);
}

/// A document is what stands between the markers, however many of them.
#[test]
fn a_second_end_belongs_to_no_document() {
    let source = Source::new("x", "kind: A\n...\n# a\n...\n# b\nkind: B\n");
    let split = split(&source).expect("splits");
    assert_eq!(kinds(&split.documents), ["A", "B"]);
    let text = &source.text[split.documents[1].range.clone()];
    assert_eq!(text, "# b\nkind: B\n");
}
