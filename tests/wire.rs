//! The wire contract of KRM functions, point by point, as far as documents alone can show it. Names carry the number
//! of the point in the contract's checklist.
#![allow(
    clippy::expect_used,
    reason = "helpers of tests, not only tests, may panic"
)]

use gpu_machineset::Source;
use gpu_machineset::problem::rules::pool;
use gpu_machineset::problem::{Place, Problem, Problems};
use gpu_machineset::testing::{Container, Node, Rewrite, Split, join, split};

fn node(name: &str) -> Node {
    Node::map([
        ("apiVersion", Node::from("v1")),
        ("kind", "ConfigMap".into()),
        ("metadata", Node::map([("name", Node::from(name))])),
    ])
}

fn names(text: &str) -> Vec<String> {
    let source = Source::new("<stdin>", text);
    let split = split(&source).expect(text);
    names_of(&split)
}

fn names_of(split: &Split<'_>) -> Vec<String> {
    split
        .documents
        .iter()
        .map(|document| document.name.to_string())
        .collect()
}

fn rewrite(text: &str, change: impl FnOnce(&mut Rewrite<'_, '_>)) -> String {
    let source = Source::new("<stdin>", text);
    let split = split(&source).expect(text);
    let mut rewrite = Rewrite::new(&split);
    change(&mut rewrite);
    rewrite.render()
}

const BLOCK: &str = "\
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
# about a
- apiVersion: v1
  kind: ConfigMap # kept
  metadata: {name: a}
  data:
    mode: 0755
# about b
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: b
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: c
functionConfig:
  apiVersion: v1
  kind: ConfigMap
  metadata:
    name: config
";

#[test]
fn wire_09_untouched_is_the_same_bytes() {
    for text in [
        BLOCK,
        &BLOCK.replace('\n', "\r\n"),
        &format!("\u{feff}{BLOCK}"),
        &format!("---\n{BLOCK}---\n"),
        "a: 1\n---\n# x\n---\nb: 2\n...\n",
    ] {
        assert_eq!(rewrite(text, |_| {}), *text);
    }
}

#[test]
fn wire_09_a_removed_item_takes_its_comments_and_nothing_else() {
    let text = rewrite(BLOCK, |rewrite| rewrite.remove(1));
    let expected = BLOCK.replace(
        "# about b\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: b\n",
        "",
    );
    assert_eq!(text, expected);
}

#[test]
fn wire_15_new_items_come_last() {
    let text = rewrite(BLOCK, |rewrite| {
        rewrite.remove(2);
        rewrite.append(node("new"));
    });
    assert_eq!(names(&text), ["a", "b", "new"]);
    assert!(text.contains("    name: new\nfunctionConfig:"), "{text}");
}

#[test]
fn wire_02_items_are_always_present() {
    let text = rewrite(BLOCK, |rewrite| {
        (0..3).for_each(|index| rewrite.remove(index));
    });
    assert!(text.contains("\nitems: []\nfunctionConfig:"), "{text}");
    assert_eq!(names(&text), [""; 0]);
    let text = rewrite(&text, |rewrite| rewrite.append(node("new")));
    assert!(text.contains("\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: new\nfunctionConfig:"), "{text}");
}

#[test]
fn wire_08_json_stays_json() {
    let text = r#"{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[{"kind":"A","metadata":{"name":"a"}},{"kind":"B","metadata":{"name":"b"}}],"results":[{"message":"old"}]}"#;
    let out = rewrite(text, |rewrite| {
        rewrite.remove(1);
        rewrite.append(node("new"));
    });
    let value: serde_json::Value = serde_json::from_str(&out).expect(&out);
    assert_eq!(value["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(value["items"][1]["metadata"]["name"], "new");
    let out = rewrite(text, |rewrite| {
        (0..2).for_each(|index| rewrite.remove(index));
    });
    assert!(out.contains(r#""items":[],"#), "{out}");
}

#[test]
fn wire_01_lists_and_bare_documents_are_read() {
    let text = "kind: A\nmetadata: {name: a}\n---\napiVersion: v1\nkind: List\nitems:\n- kind: B\n  metadata: {name: b}\n---\n{\"kind\":\"C\",\"metadata\":{\"name\":\"c\"}}\n";
    assert_eq!(names(text), ["a", "b", "c"]);
    let out = rewrite(text, |rewrite| rewrite.remove(1));
    assert_eq!(names(&out), ["a", "c"]);
    assert!(!out.contains("List"), "{out}");
    let json = "{\"kind\":\"A\",\"metadata\":{\"name\":\"a\"}}\n{\"kind\":\"B\",\"metadata\":{\"name\":\"b\"}}\n";
    assert_eq!(names(json), ["a", "b"]);
    let source = Source::new("x", BLOCK);
    assert_eq!(
        split(&source).map(|split| split.container).ok(),
        Some(Container::ResourceList)
    );
}

#[test]
fn streams_are_joined_with_the_separators_that_they_need() {
    assert_eq!(join(["a: 1"]), "a: 1");
    assert_eq!(join(["a: 1", "b: 2\n"]), "a: 1\n---\nb: 2\n");
    assert_eq!(
        join(["a: 1\n---\n", "\u{feff}---\nb: 2\n", "", "c: 3\n"]),
        "a: 1\n---\n---\nb: 2\n---\nc: 3\n"
    );
}

fn messages(text: &str) -> Vec<String> {
    let source = Source::new("<stdin>", text);
    let problems = split(&source).expect_err(text);
    problems
        .into_iter()
        .map(|problem| problem.message)
        .collect()
}

#[test]
fn wire_03_what_is_no_resource_list_is_an_error() {
    let head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";
    for (rest, expected) in [
        ("", "neither `items` nor `functionConfig`"),
        ("items: x\n", "`items` is not a list"),
        ("items: {a: b}\n", "`items` is not a list"),
        (
            "items:\n- x\n- kind: A\n- [b]\n",
            "`items[0]` is a plain value",
        ),
        (
            "items: []\nfunctionConfig: x\n",
            "`functionConfig` is not an object",
        ),
        ("items: []\nitems: []\n", "already defined"),
        ("items: []\n---\nkind: A\n", "among other documents"),
    ] {
        let messages = messages(&format!("{head}{rest}"));
        assert!(messages[0].contains(expected), "{rest:?}: {messages:?}");
    }
    assert_eq!(
        messages(&format!("{head}items:\n- x\n- kind: A\n- [b]\n")).len(),
        2
    );
    // null items are skipped, and their bytes stay
    for rest in [
        "items:\n",
        "items: ~\n",
        "items:\n-\n- null\n",
        "functionConfig: {kind: A}\n",
    ] {
        let text = format!("{head}{rest}");
        assert_eq!(names(&text), [""; 0]);
        let out = rewrite(&text, |rewrite| rewrite.append(node("new")));
        assert_eq!(names(&out), ["new"], "{out}");
    }
}

#[test]
fn wire_07_results_are_complete_and_last() {
    let source = Source::new("<stdin>", BLOCK);
    let split = split(&source).expect(BLOCK);
    let place = split.documents[1].place(0..1, "spec.zones[1]");
    let mut problems = Problems::new();
    problems.push(
        Problem::new(&pool::DUPLICATE_ZONE, place, "zone `x`")
            .help("write `y`")
            .values("x", Some("y".into())),
    );
    problems.push(Problem::new(
        &pool::DUPLICATE_ZONE,
        Place::in_file("a/b.yaml"),
        "no object",
    ));
    let mut rewrite = Rewrite::new(&split);
    rewrite.results(&problems);
    let text = rewrite.render();
    let (before, results) = text.split_at(BLOCK.len());
    assert_eq!(before, BLOCK);
    let results: serde_json::Value = serde_yaml::from_str(results).expect(results);
    let expected = serde_json::json!({"results": [
        {"message": "zone `x`; help: write `y`", "severity": "error",
         "resourceRef": {"apiVersion": "v1", "kind": "ConfigMap", "name": "b"},
         "field": {"path": "spec.zones[1]", "currentValue": "x", "proposedValue": "y"}, "tags": {"code": "duplicate-zone"}},
        {"message": "no object", "severity": "error", "file": {"path": "a/b.yaml", "index": 0}, "tags": {"code": "duplicate-zone"}},
    ]});
    assert_eq!(results, expected);
    // what it brought is replaced, and without problems removed
    let again = self::rewrite(&text, |rewrite| rewrite.results(&problems));
    assert_eq!(again, text);
    assert_eq!(
        self::rewrite(&text, |rewrite| rewrite.results(&Problems::new())),
        BLOCK
    );
}

#[test]
fn wire_25_an_anchor_that_others_use_does_not_go() {
    let text = "kind: List\nitems:\n- &a\n  kind: A\n  metadata: {name: a}\n  x: &x 1\n- kind: B\n  metadata: {name: b}\n  y: *x\n- kind: C\n  metadata: {name: c}\n";
    let source = Source::new("<stdin>", text);
    let split = split(&source).expect(text);
    let mut rewrite = Rewrite::new(&split);
    rewrite.remove(0);
    assert_eq!(rewrite.problems().len(), 1);
    assert_eq!(rewrite.problems()[0].place.to_string(), "<stdin>:9:6");
    assert_eq!(rewrite.render(), text);
    rewrite.remove(1);
    assert_eq!(rewrite.problems().len(), 0);
    assert_eq!(names(&rewrite.render()), ["c"]);
}

#[test]
fn wire_27_items_of_packages_are_placed_in_their_files() {
    let text = "kind: ResourceList\nitems:\n- kind: A\n  metadata:\n    name: a\n    annotations: {config.kubernetes.io/path: 'gpu/a.yaml', config.kubernetes.io/index: '2'}\n";
    let source = Source::new("<stdin>", text);
    let split = split(&source).expect(text);
    let place = split.documents[0].place(30..34, "spec");
    assert_eq!(
        (place.to_string(), place.index),
        ("gpu/a.yaml".to_owned(), 2)
    );
    let source = Source::new("list.yaml", text);
    let split = gpu_machineset::testing::split(&source).expect(text);
    assert!(
        split.documents[0]
            .place(30..34, "spec")
            .to_string()
            .starts_with("list.yaml:3")
    );
}

/// kustomize's `buildMetadata: [originAnnotations]`. A file of another repository is in no folder of the reader.
#[test]
fn items_with_an_origin_are_placed_in_its_file() {
    let place = |origin: &str| {
        let text = format!(
            "kind: ResourceList\nitems:\n- kind: A\n  metadata:\n    name: a\n    annotations:\n      config.kubernetes.io/origin: |\n        {origin}\n"
        );
        let source = Source::new("<stdin>", &*text);
        let split = split(&source).expect("splits");
        split.documents[0].place(30..34, "spec").to_string()
    };
    assert_eq!(place("path: gpu/a.yaml"), "gpu/a.yaml");
    assert!(place("path: a.yaml\n        repo: https://a.example").starts_with("<stdin>:3"));
    assert!(place("configuredIn: kustomization.yaml").starts_with("<stdin>:3"));
}
