//! Documents that end with `...`, directives and comments between: whatever goes, the rest stays apart.

use std::collections::BTreeSet;

use serde::Deserialize as _;

use crate::krm::read::split::cut;
use crate::krm::{Document, Node, Rewrite, Source, read::walk, split};

/// How a document ends and the next one begins.
const BETWEEN: [&str; 13] = [
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
    "...\n\u{feff}---\n",
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

fn read_all(text: &str) -> Vec<serde_json::Value> {
    let mut values = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = serde_json::Value::deserialize(document);
        values.push(value.unwrap_or_else(|error| panic!("{error}\n{text}")));
    }
    values.retain(|value| !value.is_null());
    values
}

/// Tags of one document have handles that no other one declares: without its directives nobody reads it.
#[test]
fn directives_stay_with_their_document() {
    let tagged = |handle: &str| {
        format!("%TAG {handle} tag:yaml.org,2002:\n# of it\n---\nkind: T\nx: {handle}str 1\n")
    };
    let texts = [
        "---\nkind: A\n".to_owned(),
        tagged("!a!"),
        tagged("!b!"),
        "--- {kind: C}\n".to_owned(),
        "kind: D\n".to_owned(),
    ];
    let mut seen = 0;
    for order in (0..texts.len().pow(4)).step_by(3) {
        let at = |place: u32| order / texts.len().pow(place) % texts.len();
        let picked: Vec<&str> = (0..4).map(|place| texts[at(place)].as_str()).collect();
        let text = picked.join("...\n");
        // YAML 1.1 asks for `---` behind `...`
        let values: Vec<_> = picked.iter().flat_map(|text| read_all(text)).collect();
        assert_eq!(values.len(), 4, "{text}");
        let source = Source::new("x", text.as_str());
        let split = split(&source).expect("splits");
        for gone in 1..15_usize {
            let mut rewrite = Rewrite::new(&split);
            let is_gone = |index: &usize| gone >> index & 1 == 1;
            (0..4)
                .filter(is_gone)
                .for_each(|index| rewrite.remove(index));
            rewrite.append(Node::map([("kind", Node::from("New"))]));
            let mut expected: Vec<_> = (0..4)
                .filter(|index| !is_gone(index))
                .map(|index| values[index].clone())
                .collect();
            expected.push(serde_json::json!({"kind": "New"}));
            let out = rewrite.render();
            assert_eq!(read_all(&out), expected, "{text}\n=>\n{out}");
            assert_reads(&out, &text, &expected);
            // one by one, as files, and joined again
            let written = Source::new("y", out.as_str());
            let again = crate::krm::split(&written).expect("splits");
            let alone = again
                .documents
                .iter()
                .map(|document| document.standalone().unwrap());
            let alone: Vec<String> = alone.collect();
            for (alone, expected) in alone.iter().zip(&expected) {
                assert_eq!(read_all(alone), std::slice::from_ref(expected), "{alone}");
            }
            assert_eq!(read_all(&crate::krm::join(alone)), expected, "{out}");
            seen += 1;
        }
    }
    assert_eq!(seen, 209 * 14);
}

/// What we write in a document's place needs none, and may be what go-yaml refuses (`%YAML 1.2`).
#[test]
fn directives_go_with_what_they_were_written_for() {
    let source = Source::new(
        "x",
        "%YAML 1.2\n---\nkind: A\n...\n%YAML 1.2\n---\nkind: B\n",
    );
    let split = split(&source).expect("splits");
    let mut rewrite = Rewrite::new(&split);
    rewrite.remove(0);
    rewrite.replace(1, Node::map([("kind", Node::from("New"))]));
    assert_eq!(
        rewrite.render(),
        "...\n---\nkind: New\n".trim_start_matches("...\n")
    );
}

/// With another entry, put in as text.
fn completed(object: &str) -> String {
    let source = Source::new("x", object);
    let document = Document::whole(&source);
    let root = document.node().expect("reads");
    let edits = crate::krm::complete::add_entry(&document, &root, &[], "n", &"a\nb\n".into());
    crate::krm::amend::apply(object, edits.expect("can be completed"))
}

/// A text without a last line break, with something behind it in every way that something comes behind.
#[test]
fn values_at_the_very_end_stay_when_something_comes_behind() {
    let new = || Node::map([("kind", Node::from("New"))]);
    let mut opened = 0;
    for value in [
        "|\n  x",
        "|+\n  x",
        ">\n  x\n  y",
        "|2\n    x",
        "|-\n  x",
        "|+\n  x\n  ",
        "x",
        "'x\n\n  y'",
    ] {
        let object = format!("kind: A\nt: {value}");
        let meant = read_all(&object);
        let other = serde_json::json!({"kind": "New"});
        let both = [meant[0].clone(), other.clone()];
        let added = |text: &str| {
            let source = Source::new("x", text);
            let split = split(&source).expect("splits");
            let mut rewrite = Rewrite::new(&split);
            rewrite.append(new());
            rewrite.render()
        };
        assert_eq!(read_all(&added(&object)), both, "{object}");
        for line_break in ["", "\r\n"] {
            let first = object.replace(
                '\n',
                if line_break.is_empty() {
                    "\n"
                } else {
                    line_break
                },
            );
            let joined = crate::krm::join([first.as_str(), "kind: New\n", object.as_str()]);
            assert_eq!(
                read_all(&joined),
                [&both[..], &meant].concat(),
                "{joined:?}"
            );
        }
        let item = format!("- {}", object.replace('\n', "\n  "));
        for list in [
            format!("apiVersion: v1\nkind: List\nitems:\n{item}"),
            format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{item}"),
        ] {
            let out = added(&list);
            assert_eq!(read_all(&out)[0]["items"], serde_json::json!(both), "{out}");
        }
        let out = completed(&object);
        let read = read_all(&out).remove(0);
        assert_eq!(
            (&read["t"], &read["n"]),
            (&meant[0]["t"], &serde_json::json!("a\nb\n"))
        );
        opened += usize::from(!out.starts_with(&object));
    }
    assert!(opened >= 4, "{opened}");
}

/// A second mark is a character of the first line to go-yaml and libyaml.
#[test]
fn a_second_byte_order_mark_is_a_problem() {
    for text in [
        "\u{feff}\u{feff}kind: A\n",
        "\u{feff}\u{feff}{\"kind\": \"A\"}",
        "kind: A\n...\n\u{feff}\u{feff}kind: B\n",
        "\u{feff}\u{feff}apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n",
        "\u{feff}\u{feff}---\nkind: A\n",
        "---\n\u{feff}kind: A\n",
        "kind: A\n\u{feff}---\nkind: B\n",
    ] {
        let problems = split(&Source::new("x", text)).expect_err(text);
        assert_eq!(problems[0].rule.slug, "invalid-yaml", "{text:?}");
    }
    for text in [
        "\u{feff}kind: A\n",
        "kind: A\n...\n\u{feff}kind: B\n",
        "\u{feff}---\nkind: A\n",
    ] {
        assert!(split(&Source::new("x", text)).is_ok(), "{text:?}");
    }
}
