//! What we write is read back as the same strings, by two independent readers, wherever it stands.

use crate::krm::parse::parse;
use crate::krm::scalar::{Resolved, resolve};
use crate::krm::{Node, emit};

/// Strings that some reader takes for something else when they are written carelessly: words, numbers, dates and
/// indicators of YAML 1.1 and 1.2, white space, line breaks of all kinds, what is not printable.
#[rustfmt::skip]
const HAZARDS: &[&str] = &[
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "Y",
    "N",
    "Yes",
    "NO",
    "On",
    "OFF",
    "true",
    "True",
    "TRUE",
    "~",
    "null",
    "Null",
    "NULL",
    "",
    "0777",
    "0o17",
    "0o777",
    "1e3",
    "1E3",
    "1e+3",
    ".5",
    "5.",
    "+1",
    "-1",
    "0",
    "00",
    "1.0",
    "1.",
    "12:30:45",
    "12:30",
    "190:20:30",
    "1:2.5",
    "2001-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5",
    "0x1F",
    "0x",
    "0b101",
    "1_000",
    "1_000.5",
    "_1",
    "0.1_0",
    ".inf",
    "-.inf",
    ".Inf",
    "+.INF",
    ".nan",
    ".NaN",
    "nan",
    "inf",
    "Infinity",
    "=",
    "<<",
    "<",
    "foo: bar",
    "foo:",
    "foo #bar",
    "#foo",
    " foo",
    "foo ",
    "\tfoo",
    "foo\t",
    "- foo",
    "-",
    "--",
    "---",
    "--- a",
    "...",
    "-a",
    "? a",
    "?a",
    "?",
    ": a",
    ":a",
    ":",
    "!tag",
    "!",
    "&a",
    "&",
    "*a",
    "*",
    "%a",
    "%",
    "@a",
    "`a",
    "[a",
    "a]",
    "]",
    "{a",
    "}",
    "{}",
    "[]",
    ",a",
    "|",
    "|-",
    ">",
    "> a",
    "'",
    "\"",
    "a'b",
    "a\"b",
    "'a'",
    "\"a\"",
    "a\\b",
    "a\nb",
    "a\nb\n",
    "a\nb\n\n",
    "\na",
    "\n",
    "\n\n",
    " a\nb",
    "a \nb",
    "a\n b\n",
    "a\tb\nc",
    "a\r\nb",
    "a\rb",
    "#!/bin/sh\nset -e\n  x: |\n",
    "a: b\nc",
    "\ta\nb",
    "\u{85}a",
    "a\u{85}b\nc",
    "a\u{2028}b",
    "a\u{2028}b\nc",
    "a\u{2029}b",
    "a\u{2029}- b\nc",
    "a\u{85}b: c",
    "a\u{2028}",
    "a\u{feff}b",
    "a\u{fffe}b\nc",
    "a\u{ffff}b",
    "\u{feff}a",
    "\u{a0}a",
    "\u{e9}",
    "\u{65e5}\u{672c}",
    "\u{1f600}",
    "\u{0}",
    "\u{1}a",
    "\u{7f}",
    "\u{1b}[0m",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word ",
    "word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word\nx\n",
    "word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word   two",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
    "g6.4xlarge",
    "us-east-2a",
    "nvidia.com/gpu",
    "1.2.3",
    "v1",
    "1.20",
    "4.18",
    "1e1000",
    "123456789012345678901234567890",
    "0xdeadbeef",
    "08",
    "09",
    "0o8",
    "+0x1",
    "-0o7",
    "1__0",
    "1,000",
    "12e03",
    "-2E+05",
    "685_230.15",
    "6.8523015e+5",
    "685230.15e+03",
    "TRUE ",
    "null ",
    "~ ",
    "a: ",
    "sha256:e3b0",
    "1:",
    "::1",
    "fe80::1",
    "10.0.0.0/16",
    "00:16:3e:00:00:01",
    "01:02:03:04:05:06",
    "11:22:33:44:55:55",
    "12345678901e5",
    "1234e5",
    "0e1",
    "5e-1",
    "100m",
    "1Gi",
    "a,b",
    "a=b",
    "=a",
    "a |",
    "key: |\n  x",
    "line1\n\n\nline4\n",
    "trailing space \n",
    "trailing\n ",
    "\n  lead",
    "  lead\nx",
    "- a\n- b\n",
    "--- \nx",
    "x\n---\ny",
    "x\n...\ny",
    "# c\nx",
    "x\n# c\n",
    "{{ .Values }}",
    "{{x}}: 1",
    "%YAML 1.1",
    "${FOO}",
    "$(x)",
    "a\u{7}b",
    "a\u{b}b",
    "\u{d7ff}",
    "\u{fffd}",
    "x\u{ad}x",
];

/// A string as value, as list item, as key, and deeper down.
fn nodes(text: &str) -> Vec<Node> {
    let item = Node::from(vec![Node::from(text), Node::from("x")]);
    vec![
        Node::map([("a", Node::from(text)), ("b", "x".into())]),
        item.clone(),
        Node::map([(text, Node::from("x")), ("other key", "x".into())]),
        Node::map([(
            "a",
            Node::from(vec![Node::map([
                ("b", Node::map([("c", Node::from(text)), ("d", item)])),
                ("e", "x".into()),
            ])]),
        )]),
        Node::from(vec![
            Node::from(vec![Node::from(text)]),
            Node::map([(text, Node::from(text))]),
        ]),
    ]
}

fn yaml_serde(text: &str) -> serde_json::Value {
    match serde_yaml::from_str(text) {
        Ok(value) => value,
        Err(error) => panic!("{error}:\n{text}"),
    }
}

fn granit(text: &str) -> serde_json::Value {
    match parse(text, 0..text.len()) {
        Ok(node) => node.to_json(),
        Err(errors) => panic!("{errors:?}:\n{text}"),
    }
}

#[test]
fn strings_survive_in_block_form() {
    for text in HAZARDS {
        for node in nodes(text) {
            for indent in [0, 3] {
                let written = emit::block(&node, indent);
                assert_eq!(yaml_serde(&written), node.to_json(), "{text:?}\n{written}");
                assert_eq!(granit(&written), node.to_json(), "{text:?}\n{written}");
            }
            let written = emit::list_item(&node, 2);
            assert_eq!(granit(&written)[0], node.to_json(), "{text:?}\n{written}");
        }
    }
}

#[test]
fn strings_survive_in_flow_form() {
    for text in HAZARDS {
        for node in nodes(text) {
            let written = emit::flow(&node);
            assert!(!written.contains('\n'), "{written}");
            let json: serde_json::Value = serde_json::from_str(&written).unwrap();
            assert_eq!(json, node.to_json(), "{text:?}\n{written}");
            assert_eq!(yaml_serde(&written), node.to_json(), "{text:?}\n{written}");
            assert_eq!(granit(&written), node.to_json(), "{text:?}\n{written}");
        }
    }
}

/// YAML 1.1 readers (PyYAML, Go's sigs.k8s.io/yaml) type these words when they are plain.
#[test]
fn words_of_yaml_1_1_are_quoted() {
    let words = "y Y n N yes Yes NO on On OFF ~ null Null = << 1_000 0x_1F .5_0 0b101 0X1F 0777 0o17 12:30:45 190:20:30 2001-01-01 1e3 +1 .inf";
    for word in words.split(' ') {
        let written = emit::block(&Node::map([("k", Node::from(word))]), 0);
        assert!(written.contains('"') || written.contains('\''), "{written}");
        let written = emit::block(&Node::map([(word, Node::from("v"))]), 0);
        assert!(written.starts_with(['"', '\'']), "{written}");
    }
}

#[test]
fn scalars_of_users_keep_their_text() {
    let text = "a: 0755\nb: 1.50\nc: on\nd: 12345678901234567890\ne: ~\nf: 2020-01-01\n";
    let node = parse(text, 0..text.len()).unwrap();
    assert_eq!(emit::block(&node, 0), text);
    let flow = emit::flow(&node);
    assert_eq!(
        flow,
        r#"{"a":493,"b":1.50,"c":"on","d":12345678901234567890,"e":null,"f":"2020-01-01"}"#
    );
}

/// Plain scalars of somebody else, and scalars that a tag makes a number or null though they stand in quotes: what is
/// copied is what one line of both YAML versions says, whatever was read.
#[test]
fn plain_scalars_are_one_scalar_to_every_reader() {
    let mut kept = 0;
    let mut quoted = 0;
    let separators = [
        "\u{85}", "\u{2028}", "\u{2029}", "\u{feff}", "\t", "\r", "\0",
    ];
    let injected = |at: &&str| format!("a{at}kind: B{at}  x: [");
    let hostile = separators.iter().map(injected);
    let all = hostile.chain(HAZARDS.iter().map(|text| (*text).to_owned()));
    // larger than any number that JSON holds
    let is_held = |text: &String| !matches!(resolve(text), Resolved::Float(f) if f > 1e20);
    for text in all.filter(is_held) {
        let plain = || {
            Node::from(crate::krm::Kind::Scalar(
                text.clone(),
                crate::krm::Style::Plain,
            ))
        };
        let node = Node::map([
            ("a", plain()),
            ("b", Node::from(vec![plain(), Node::map([("c", plain())])])),
            ("d", "x".into()),
        ]);
        for written in [emit::block(&node, 0), emit::flow(&node)] {
            let read = yaml_serde(&written);
            assert_eq!(granit(&written), node.to_json(), "{text:?}\n{written}");
            assert_eq!(
                read.as_object().map(serde_json::Map::len),
                Some(3),
                "{written}"
            );
            assert_eq!(read["d"], "x", "{text:?}\n{written}");
            assert_eq!(read["a"], read["b"][0], "{written}");
            assert!(
                !read["a"].is_object() && !read["a"].is_array() || text == "{}" || text == "[]"
            );
        }
        let first = emit::block(&node, 0);
        if first.starts_with(&format!("a: {text}\n")) {
            kept += 1;
        } else {
            quoted += 1;
        }
    }
    assert!(kept > 80 && quoted > 80, "{kept} {quoted}");
    let tagged = "a: !!null \"x: [\"\nb: !!int \" # y\"\nc: !!null \"\"\n";
    let node = parse(tagged, 0..tagged.len()).unwrap();
    assert_eq!(yaml_serde(&emit::block(&node, 0)), node.to_json());
}

/// Readers look no further than 1,024 characters for the colon of a key.
#[test]
fn long_keys_are_written_so_that_readers_find_their_colon() {
    for length in [1000, 1022, 1023, 1024, 1025, 2000, 70_000] {
        for key in [
            "x".repeat(length),
            "\t".repeat(length / 2),
            "é".repeat(length),
        ] {
            let value = [
                Node::from("v"),
                Node::from(vec![Node::from("v")]),
                Node::map([("w", Node::from("x\ny\n"))]),
            ];
            for value in value {
                let map = Node::map([(key.as_str(), value), ("b", "c".into())]);
                let node = Node::map([("a", map.clone()), ("l", Node::from(vec![map]))]);
                for written in [emit::block(&node, 0), emit::flow(&node)] {
                    assert_eq!(yaml_serde(&written), node.to_json(), "{length}");
                    if length < 60_000 {
                        assert_eq!(granit(&written), node.to_json(), "{length}");
                    }
                }
            }
        }
    }
    assert!(emit::flow(&Node::map([("a", Node::from("b"))])).starts_with("{\"a\":"));
}

#[test]
fn a_comment_is_one_line_to_every_reader() {
    let text = "a\nkind: B\u{85}c\u{2028}d\u{2029}e\rf\u{feff}\u{7f}";
    assert_eq!(emit::comment(text), "# a kind: B c d e f\n");
    assert_eq!(emit::comment("MachineSet größer"), "# MachineSet größer\n");
}
