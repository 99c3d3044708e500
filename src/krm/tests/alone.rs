//! A document is valid or not by itself, whatever else stands in its stream.

use super::oracle::{Random, mutate};
use crate::krm::{Document, Source, split};
use crate::problem::Problem;

/// One anchor, and the whole stream is the parser's.
const ANCHOR: &str = "kind: Anchor\nspec: &x {a: 1}\n---\n";

/// Identities and texts of all objects, or what is wrong.
fn read(text: &str) -> Result<Vec<String>, Vec<String>> {
    let source = Source::new("a.yaml", text);
    let shown = |document: &Document<'_>| {
        let node = document.node();
        let tree = node.map(|node| node.to_json().to_string());
        let tree = tree.map_err(|problems| problems.into_iter().map(|one| one.message));
        let tree = tree.unwrap_or_else(Iterator::collect);
        let alone = document.standalone();
        let alone = alone.unwrap_or_else(|mut problems| problems.remove(0).message);
        format!("{} {tree} {alone}", document.object())
    };
    match split(&source) {
        Ok(split) => Ok(split.documents.iter().map(shown).collect()),
        Err(problems) => Err(problems.into_iter().map(|one| one.message).collect()),
    }
}

fn behind(text: &str) -> Result<Vec<String>, Vec<String>> {
    let mut objects = read(&format!("{ANCHOR}{text}"))?;
    objects.remove(0);
    Ok(objects)
}

/// The value of `data.k` in a document that ends in some text, alone and behind an anchor.
fn value(text: &str) -> Result<String, String> {
    let text = format!("kind: A\ndata:\n  k: {text}\n");
    assert_eq!(read(&text), behind(&text), "{text}");
    let source = Source::new("a.yaml", text.as_str());
    let said = |problems: Vec<Problem>| problems[0].message.clone();
    let split = split(&source).map_err(said)?;
    let node = split.documents[0].node().map_err(said)?;
    let value = node.str_at(&["data", "k"]);
    Ok(value.unwrap_or_default().to_owned())
}

#[test]
fn quoted_text_goes_on_wherever_its_lines_begin() {
    for (text, expected) in [
        ("\"a\n\t\n    b\"", "a\nb"),
        ("'a\n\t\n    b'", "a\nb"),
        ("\"a\n\tb\"", "a b"),
        ("'a\n\tb'", "a b"),
        ("\"a\nb\"", "a b"),
        ("'a\nb'", "a b"),
        ("\"a\n b\n\n\n  c\"", "a b\n\nc"),
        ("\"a \\\n\tb\"", "a b"),
        ("\"a\n\"", "a "),
        ("\"a\n# b\"", "a # b"),
        ("\"a\n- b: 'c\"", "a - b: 'c"),
        ("\"a\nb\" # c\n  l: 'it''s\nd'", "a b"),
        ("!!str \"a\nb\"", "a b"),
        ("&y \"a\nb\"", "a b"),
        ("\"a\r\nb\"", "a b"),
        ("[\"a\nb\"]", ""),
        ("{a: 'b\nc', \"d\": \"e\n\tf\"}", ""),
        ("|\n    it's\n\n    \"\n  l: \"a\nb\"", "it's\n\n\"\n"),
        ("a\n    'b\n  l: \"a\nb\"", "a 'b"),
        ("a # it's\n  l: \"a\nb\"", "a"),
        ("\"it\\'s \\\\'so'\"", "it's \\'so'"),
        ("\"it\\'s\n\tb\" # \\'", "it's b"),
        ("'it\\''s'", "it\\'s"),
        ("{\"it\\'s\": a}", ""),
    ] {
        assert_eq!(value(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_no_reader_takes_is_refused_everywhere() {
    for (text, what) in [
        ("\"\\d+\"", "`\\d` is no escape"),
        ("\"\\x4\"", "no character"),
        ("\"\\ud83d\"", "no character"),
        ("\"\\ude00\"", "no character"),
        ("a\u{c}b", "U+000C"),
        ("a\u{7f}b", "U+007F"),
        ("\"a\u{7f}b\"", "U+007F"),
        ("a\u{80}b", "U+0080"),
        ("a # \u{9f}", "U+009F"),
        ("|\n    \u{1b}[1m", "U+001B"),
        ("a\u{ffff}b", "U+FFFF"),
        ("\"a\n---\nb\"", ""),
        ("\"a\n... b\"", ""),
        ("\"a\nb: \"c\"", ""),
        ("\"a\nb\": c", ""),
    ] {
        let told = value(text).expect_err(text);
        assert!(told.contains(what), "{text}: {told}");
    }
}

#[test]
fn a_mistake_is_told_where_it_is_although_quotes_go_on_further_left() {
    let source = Source::new("a.yaml", "kind: A\nk: \"a\nb\"\nl: \"\\d\"\nm: &x 1\n");
    let problem = split(&source).unwrap_err().remove(0);
    assert_eq!(problem.place.to_string(), "a.yaml:4:5");
    let source = Source::new("a.yaml", "kind: A\nk: \"a\nb: \"c\"\nl: &x 1\n");
    let problem = split(&source).unwrap_err().remove(0);
    assert_eq!(problem.place.to_string(), "a.yaml:2:4");
}

const BASES: [&str; 3] = [
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata:\n  k: \"x\n    y\"\n  l: 'it''s\n\n    long'\n  \"m n\": \"\\u0041\\n\\\n    b\"\n  o: |\n    it's\n  p: plain\n    text\n",
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: A\n  metadata:\n    name: \"a\n     \"\n  spec:\n  - 'a\n\n    b'\n  - - \"c\n\td\"\n    - [\"e\n    f\", {g: 'h\n      i'}]\n- kind: B\n  spec: \"\n    x\"\n",
    "{\"kind\": \"A\", \"metadata\": {\"name\": \"a\"}, \"spec\": [\"b\\tc\", \"\\ud83d\\ude00\",\n  \"d\"]}\n",
];

#[test]
fn documents_are_valid_or_not_whatever_else_the_stream_holds() {
    let rounds = option_env!("KRM_MUTANTS")
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(3_000);
    let mut random = Random(11);
    let (mut valid, mut invalid) = (0, 0);
    for round in 0..rounds {
        let text = mutate(&mut random, BASES[round % BASES.len()]);
        // what begins a stream does so only where nothing stands before it, as values of JSON do
        let values = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
        if text.starts_with(['%', '.', '\u{feff}'])
            || text.contains("ResourceList")
            || values.take(2).flatten().count() > 1
        {
            continue;
        }
        match (read(&text), behind(&text)) {
            (Ok(alone), Ok(behind)) => {
                assert_eq!(alone, behind, "{round}\n{text}");
                valid += 1;
            }
            (Err(_), Err(_)) => invalid += 1,
            (alone, behind) => panic!("{round}: {alone:?}\n{behind:?}\n{text}"),
        }
    }
    eprintln!("{valid} valid, {invalid} not, of {rounds}");
    assert!(
        valid > rounds / 4 && invalid > rounds / 8,
        "{valid}, {invalid}"
    );
}
