use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn find(query: &str, document: &Value) -> Vec<Value> {
    let node = Node::from_json(document);
    let path = Path::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let found = path
        .find(&node)
        .unwrap_or_else(|error| panic!("{query}: {error}"));
    found.iter().map(|found| found.node.to_json()).collect()
}

/// The document of RFC 9535 section 1.5.
fn store() -> Value {
    json!({"store": {
        "book": [
            {"category": "reference", "author": "Nigel Rees", "title": "Sayings of the Century", "price": 8.95},
            {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword of Honour", "price": 12.99},
            {"category": "fiction", "author": "Herman Melville", "title": "Moby Dick", "isbn": "0-553-21311-3", "price": 8.99},
            {"category": "fiction", "author": "J. R. R. Tolkien", "title": "The Lord of the Rings", "isbn": "0-395-19395-8", "price": 22.99}
        ],
        "bicycle": {"color": "red", "price": 399}
    }})
}

#[test]
fn the_examples_of_the_rfc() {
    let authors = json!([
        "Nigel Rees",
        "Evelyn Waugh",
        "Herman Melville",
        "J. R. R. Tolkien"
    ]);
    let book = |index: usize| store()["store"]["book"][index].clone();
    for (query, expected) in [
        ("$.store.book[*].author", authors.clone()),
        ("$..author", authors),
        (
            "$.store.*",
            json!([store()["store"]["book"], store()["store"]["bicycle"]]),
        ),
        ("$.store..price", json!([8.95, 12.99, 8.99, 22.99, 399])),
        ("$..book[2]", json!([book(2)])),
        ("$..book[2].publisher", json!([])),
        ("$..book[-1]", json!([book(3)])),
        ("$..book[0,1]", json!([book(0), book(1)])),
        ("$..book[:2]", json!([book(0), book(1)])),
        ("$..book[?@.isbn]", json!([book(2), book(3)])),
        ("$..book[?@.price<10]", json!([book(0), book(2)])),
        ("$.store['bicycle']['color']", json!(["red"])),
        ("$", json!([store()])),
    ] {
        assert_eq!(json!(find(query, &store())), expected, "{query}");
    }
}

/// Sections 2.3.1 to 2.3.5: escapes, negative indices, steps, kinds of comparison.
#[test]
fn selectors_of_the_rfc() {
    let document = json!({
        "o": {"j j": {"k.k": 3}}, "'": {"@": 2}, "a": ["a", "b", "c", "d", "e", "f", "g"],
        "b": [3, 5, 1, 2, 4, 6, {"b": "j"}, {"b": "k"}, {"b": {}}, {"b": "kilo"}], "e": null
    });
    for (query, expected) in [
        ("$.o['j j']['k.k']", json!([3])),
        (r#"$.o["j j"]["k.k"]"#, json!([3])),
        (r#"$["'"]["@"]"#, json!([2])),
        (r"$['\'']['@']", json!([2])),
        ("$.a[1]", json!(["b"])),
        ("$.a[-2]", json!(["f"])),
        ("$.a[-9]", json!([])),
        ("$.a[1:3]", json!(["b", "c"])),
        ("$.a[5::-2]", json!(["f", "d", "b"])),
        ("$.b[?@.b=='kilo']", json!([{"b": "kilo"}])),
        ("$.b[?(@.b == \"kilo\")]", json!([{"b": "kilo"}])),
        ("$.b[?@>3]", json!([5, 4, 6])),
        ("$.b[?@==3.0]", json!([3])),
        ("$.b[?@==1]", json!([1])),
        (
            "$.b[?@.b]",
            json!([{"b": "j"}, {"b": "k"}, {"b": {}}, {"b": "kilo"}]),
        ),
        ("$.b[?@<2 || @.b == 'k']", json!([1, {"b": "k"}])),
        ("$.e", json!([null])),
        ("$.b[?length(@.b) > 3]", json!([{"b": "kilo"}])),
    ] {
        assert_eq!(json!(find(query, &document)), expected, "{query}");
    }
}

#[test]
fn kubectl_forms_mean_the_same() {
    let document = json!({
        "data": {"region": "us-east-2", "my-region": "x", "a.b/c": "y"},
        "items": [{"name": "a", "v": 1}, {"name": "b", "v": 2}]
    });
    for (query, expected) in [
        ("{.data.region}", json!(["us-east-2"])),
        (".data.region", json!(["us-east-2"])),
        ("{$.data.region}", json!(["us-east-2"])),
        (" { .data.region } ", json!(["us-east-2"])),
        ("{.data.my-region}", json!(["x"])),
        (r"{.data.a\.b/c}", json!(["y"])),
        ("{.data['my-region']}", json!(["x"])),
        ("{.items[*].v}", json!([1, 2])),
        ("{.items[1].v}", json!([2])),
        ("{.items[?(@.name==\"b\")].v}", json!([2])),
        ("{..v}", json!([1, 2])),
        ("{..my-region}", json!(["x"])),
    ] {
        assert_eq!(json!(find(query, &document)), expected, "{query}");
    }
    for query in [
        "{range .items[*]}{.v}{end}",
        "{.a}{.b}",
        "{.a",
        "data.region",
        "",
        "{}",
    ] {
        let error = Path::parse(query).expect_err(query);
        assert!(!error.help().is_empty());
    }
}

#[test]
fn places_survive_the_engine() {
    let text = "a:\n  - name: x\n    'it''s': {v: 1}\n  - name: y\n    v: 2\n";
    let node = crate::krm::parse::parse(text, 0..text.len()).expect("parses");
    for (query, path, span) in [
        ("$..v", ".a[0]['it's'].v", "1"),
        ("$.a[?@.name == 'y' && @.v == 2].v", ".a[1].v", "2"),
        ("$.a[-1:].name", ".a[1].name", "y"),
    ] {
        let found = Path::parse(query).expect(query);
        let found = found.find(&node).expect(query);
        assert_eq!(found[0].path, path);
        assert_eq!(&text[found[0].node.span.clone()], span);
    }
}

#[test]
fn paths_of_the_built_in_table_are_walked() {
    let rows = crate::facts::sources::ROWS.iter();
    let regions = crate::facts::sources::infrastructure_regions();
    let paths = rows.map(|row| row.path).chain(regions.map(|row| row.path));
    for path in paths {
        let parsed = Path::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(parsed.steps.is_some(), "{path} goes to the engine");
    }
}

/// A document on which every query that multiplies would show it: 3 levels of 12, and one chain of 100.
fn large() -> Value {
    let wide = |inner: Value| {
        let member = |index: usize| (format!("k{index}"), inner.clone());
        Value::Object((0..12).map(member).collect())
    };
    let mut chain = json!(1);
    for _ in 0..100 {
        chain = json!({ "k0": chain });
    }
    json!({"wide": wide(wide(wide(json!([1, 2, 3])))), "chain": chain})
}

#[test]
fn hostile_paths_end() {
    // without the guard several of these run for hours, which no clock need say
    let node = Node::from_json(&large());
    let hostile = [
        format!("${}", "..*".repeat(8)),
        format!("${}", "..*".repeat(20)),
        format!("${}", "[*,*]".repeat(100)),
        format!("$.chain{}", "[*,*]".repeat(60)),
        format!("$.chain{}", "['k0','k0']".repeat(40)),
        format!("$..[?{}", "$..[?".repeat(20)),
        format!("$[*]{}", "[?$[*]".repeat(6) + &"]".repeat(6)),
        "$..[?$..k0]".to_owned(),
        format!("$[?{}@.a{}]", "(".repeat(200), ")".repeat(200)),
        format!("$[?{}@.a{}]", "!(".repeat(100), ")".repeat(100)),
        format!("${}", "[?@".repeat(150) + &"]".repeat(150)),
        format!("$[?{}]", vec!["@.a"; 150].join("||")),
        format!("$..[?{}]", vec!["@.k0"; 100].join("&&")),
        format!("$..[?{}]", vec!["@.*"; 100].join("&&")),
        format!("$.{}", "a".repeat(5000)),
        r"$..[?match(@.k0, '(\\w{50}){50}')]".to_owned(),
        "$..*".to_owned(),
        "$..[*][*]".to_owned(),
        "$..[::1]".to_owned(),
        format!("$[{}]", "9".repeat(400)),
        "$[-9223372036854775808]".to_owned(),
        "$[?@.a == '\u{0}']".to_owned(),
        format!("{{{}}}", ".a".repeat(500)),
        "$[?@.a==".to_owned(),
        "$[?".to_owned(),
        "$[".to_owned(),
        "$['".to_owned(),
        "$['\\".to_owned(),
        "$...a".to_owned(),
    ];
    for query in hostile {
        let _ = Path::parse(&query).and_then(|path| path.find(&node).map(|found| found.len()));
    }
}

#[test]
fn the_guard_says_what_it_refuses() {
    for (query, expected) in [
        ("$..a..b", PathError::Descents),
        ("$[?@.a==$.b]", PathError::InnerRoot),
        ("$['a','b','c','d','e','f']", PathError::TooManySelectors),
        ("$[?match(@.a,'b.*')]", PathError::Regex),
        ("$[?(((((((((@.a)))))))))]", PathError::TooDeep),
        ("", PathError::Empty),
    ] {
        assert_eq!(Path::parse(query).expect_err(query), expected, "{query}");
    }
    // inside of strings all of it is data
    let document = json!({"a..b..c": {"$": {"match(": 1}}});
    let query = "$[?@.x != '..$..$,,,,,,match(']['$']['match(']";
    assert_eq!(find(query, &document), [json!(1)]);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-9_i64..9).prop_map(Value::from),
        "[ab]{0,2}".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map("[abn]|a-b|it's|a\\.b|.{0,2}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_query() -> impl Strategy<Value = String> {
    let step = prop_oneof![
        "\\.[abn]",
        Just("['a-b']".to_owned()),
        Just(r"['it\'s']".to_owned()),
        Just("[\"a.b\"]".to_owned()),
        Just("[*]".to_owned()),
        Just(".*".to_owned()),
        "\\[-?[1-3]\\]",
        Just("[0]".to_owned()),
        "\\[\\?@\\.[abn]=='[ab]{0,2}'\\]",
        "\\[\\?@\\.[abn]==-?[0-9](\\.[0-9])?\\]",
    ];
    prop::collection::vec(step, 0..5).prop_map(|steps| format!("${}", steps.concat()))
}

proptest! {
    /// What is walked here selects what the engine selects, at the same places.
    #[test]
    fn the_walk_agrees_with_the_engine(document in any_json(), query in any_query()) {
        let node = Node::from_json(&document);
        let path = Path::parse(&query).expect("a query");
        let walked = path.find(&node).expect("walks");
        let engine = path.query(&node).expect("runs");
        let shown = |found: &[Found<'_>]| -> Vec<String> {
            found.iter().map(|found| format!("{}={}", found.path, found.node.to_json())).collect()
        };
        prop_assert_eq!(shown(&walked), shown(&engine));
    }

    #[test]
    fn no_text_is_too_strange(text in "[$.\\[\\]*?@'\"(){}=a0, \\\\!-]{0,40}") {
        let node = Node::from_json(&store());
        let _ = Path::parse(&text).and_then(|path| path.find(&node).map(|found| found.len()));
    }
}

/// All that differs from the RFC's compliance suite (of 703 tests), beside what the guard refuses: 9 tests are
/// jsonpath-rust's, spaces around a query are ours. When one of these fails, the engine was corrected: remove it.
#[test]
fn known_differences_from_the_rfc() {
    let document = json!([{"a": "b", "d": "e"}, {"a": "c", "d": "f"}]);
    let order = find("$..['a','d']", &document);
    assert_eq!(order, [json!("b"), json!("c"), json!("e"), json!("f")]);
    let nested = json!([[0], [0, 1], [0, 1, 2], [42]]);
    assert_eq!(find("$[?@[?@>1]]", &nested), Vec::<Value>::new());
    for ill_typed in [
        "$[?count(@..*)]",
        "$[?length(@.a)]",
        "$[?length(@.*)<3]",
        "$[?length(@[1, 2])<3]",
        "$[?length(@['a', 'b'])<3]",
        "$[?value(@.a)]",
        " $",
        "$ ",
    ] {
        assert!(Path::parse(ill_typed).is_ok(), "{ill_typed}");
    }
}
