//! Properties of splitting and rewriting, over generated ResourceLists and streams in all their forms.

#![allow(
    clippy::expect_used,
    reason = "helpers of tests, not only tests, may panic"
)]

use std::collections::BTreeSet;

use gpu_machineset::Source;
use gpu_machineset::problem::rules::pool;
use gpu_machineset::problem::{Place, Problem, Problems};
use gpu_machineset::testing::{Container, Node, Rewrite, emit, split};
use proptest::prelude::*;
use serde::Deserialize as _;

/// How a generated text is laid out.
#[derive(Clone, Copy, Debug)]
enum Layout {
    /// `items:` with dashes at a column.
    Items(usize),
    /// `items: [...]` in YAML.
    FlowItems,
    /// One JSON document.
    Json,
    /// Documents between `---`, or with `...` and what may follow it: which of [`ENDS`], from one to the next.
    Stream(usize, usize),
    /// A `v1` List.
    List,
    /// JSON values, one a line.
    JsonLines,
}

#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent ways in which a text may look"
)]
struct Case {
    layout: Layout,
    /// Names of the objects; their bodies follow from them.
    bodies: Vec<usize>,
    comments: bool,
    crlf: bool,
    mark: bool,
    cut: bool,
}

/// What stands between two documents.
const ENDS: [&str; 7] = [
    "---\n",
    "...\n",
    "...\n---\n",
    "... # over\n# next\n",
    "...\n# about it\n%YAML 1.2\n# next\n---\n",
    "...\n# about it\n...\n",
    "# about it\n--- # next\n",
];

const BODIES: [&str; 9] = [
    "data:\n  k: |\n    - kind: X\n    # no comment\n  mode: 0755\n",
    "spec:\n  on: \"yes\"\n  list:\n  - a: 1\n    b: [x, {y: \"]\"}]\n  - 'it''s'\n",
    "x: plain text\n  goes on\ny: >-\n  folded\n\n  text\n",
    "z: {}\nempty:\nnothing: ~\n",
    "keep: |+\n  text\n\n",
    "text: \"two\n  lines\"\n",
    "base: &base {a: &one 1, b: [*one]}\n? more\n: <<: *base\n  c: *one\n",
    "a: # behind\n      # deeper than what follows\n  b: 1\n# further left\n  # - kind: X\n  c: 'two' # x: y\n",
    "list: [\n  y,\n # in the list\n  {z: \"#\"}\n  ]\ntagged: !!str 012\n\"a b\" : 1\n",
];

fn block_object(index: usize, body: usize) -> String {
    format!(
        "apiVersion: v1\nkind: K{body}\nmetadata:\n  name: n{index}\n{}",
        BODIES[body]
    )
}

fn flow_object(index: usize, body: usize) -> String {
    format!(
        r#"{{"apiVersion":"v1","kind":"K{body}","metadata":{{"name":"n{index}"}},"x":["]",{body}]}}"#
    )
}

fn indented(text: &str, column: usize) -> String {
    let lines = text
        .split_inclusive('\n')
        .enumerate()
        .map(|(index, line)| match index {
            _ if line.trim().is_empty() => line.to_owned(),
            0 => format!("{}- {line}", " ".repeat(column)),
            _ => format!("{}{line}", " ".repeat(column + 2)),
        });
    lines.collect()
}

impl Case {
    fn text(&self) -> String {
        let comment = if self.comments { "# about it\n" } else { "" };
        let each = |make: fn(usize, usize) -> String| {
            self.bodies
                .iter()
                .enumerate()
                .map(move |(index, body)| make(index, *body))
                .collect::<Vec<String>>()
        };
        let head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";
        let tail = "functionConfig:\n  kind: F\n  metadata: {name: f}\n";
        let items = |column: usize| {
            let items = each(block_object).into_iter().map(|item| {
                format!(
                    "{}{comment}{}",
                    " ".repeat(column * usize::from(self.comments)),
                    indented(&item, column)
                )
            });
            if self.bodies.is_empty() {
                "items: []\n".to_owned()
            } else {
                format!("items:\n{}", items.collect::<String>())
            }
        };
        let flow = each(flow_object).join(", ");
        let text = match self.layout {
            Layout::Items(column) => format!("{head}{}{comment}{tail}", items(column)),
            Layout::FlowItems => format!("{head}items: [{flow}] # ]\n{tail}"),
            Layout::Json => {
                format!(
                    r#"{{"kind":"ResourceList","items":[{flow}],"functionConfig":{{"kind":"F"}}}}"#
                ) + "\n"
            }
            Layout::Stream(end, step) => {
                let documents = each(block_object).into_iter().enumerate();
                let document = |(index, text): (usize, String)| match index {
                    0 => format!("{comment}{text}"),
                    _ => format!("{}{comment}{text}", ENDS[(end + index * step) % ENDS.len()]),
                };
                documents.map(document).collect()
            }
            Layout::List => format!("apiVersion: v1\n{}kind: List\n", items(0)),
            Layout::JsonLines => each(flow_object).join("\n") + "\n",
        };
        let text = if self.cut {
            text.trim_end().to_owned()
        } else {
            text
        };
        let text = if self.crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        };
        if self.mark {
            format!("\u{feff}{text}")
        } else {
            text
        }
    }

    fn resource_list(&self) -> bool {
        matches!(
            self.layout,
            Layout::Items(_) | Layout::FlowItems | Layout::Json
        )
    }
}

fn case() -> impl Strategy<Value = Case> {
    let layout = prop_oneof![
        (0..4_usize).prop_map(Layout::Items),
        Just(Layout::FlowItems),
        Just(Layout::Json),
        (0..ENDS.len(), 0..ENDS.len()).prop_map(|(end, step)| Layout::Stream(end, step)),
        Just(Layout::List),
        Just(Layout::JsonLines),
    ];
    let bodies = prop::collection::vec(0..BODIES.len(), 0..6);
    (
        layout,
        bodies,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(layout, bodies, comments, crlf, mark, cut)| Case {
            layout,
            bodies,
            comments,
            crlf,
            mark,
            cut,
        })
}

/// Name and tree of every object.
fn objects(text: &str) -> Vec<(String, serde_json::Value)> {
    let source = Source::new("<stdin>", text);
    let split = split(&source).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
    let object = |document: &gpu_machineset::testing::Document<'_>| {
        let node = document
            .node()
            .unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
        (document.name.to_string(), node.to_json())
    };
    split.documents.iter().map(object).collect()
}

/// Names of the objects as the readers of Kubernetes find them, which know YAML 1.1: `---` comes behind `...`.
fn names(text: &str) -> Vec<String> {
    let name = |document| {
        let value = serde_yaml::Value::deserialize(document);
        // an error is given again and again
        let value = value.unwrap_or_else(|error| panic!("{error}\n{text}"));
        value["metadata"]["name"].as_str().map(str::to_owned)
    };
    let documents = serde_yaml::Deserializer::from_str(text);
    documents.filter_map(name).collect()
}

fn new_object(name: &str) -> Node {
    Node::map([
        ("apiVersion", Node::from("v1")),
        ("kind", "New".into()),
        ("metadata", Node::map([("name", Node::from(name))])),
        ("script", "a\n- b\n".into()),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wire_09_no_change_is_no_change(case in case()) {
        let text = case.text();
        let source = Source::new("<stdin>", text.as_str());
        let split = split(&source).expect(&text);
        prop_assert_eq!(split.documents.len(), if matches!(case.layout, Layout::List) && case.bodies.is_empty() { 1 } else { case.bodies.len() });
        prop_assert_eq!(split.container == Container::ResourceList, case.resource_list());
        let mut rewrite = Rewrite::new(&split);
        rewrite.results(&Problems::new());
        prop_assert!(rewrite.is_untouched());
        prop_assert_eq!(rewrite.render(), text);
    }

    #[test]
    fn wire_15_what_is_done_is_seen_and_nothing_else(case in case(), acts in prop::collection::vec(0..4_u8, 6), added in 0..3_usize) {
        let text = case.text();
        let before = objects(&text);
        prop_assume!(!case.bodies.is_empty());
        let source = Source::new("<stdin>", text.as_str());
        let split = split(&source).expect(&text);
        let mut rewrite = Rewrite::new(&split);
        let mut expected = Vec::new();
        for (index, object) in before.iter().enumerate() {
            match acts.get(index) {
                Some(0) => rewrite.remove(index),
                Some(1) => {
                    let node = new_object(&format!("r{index}"));
                    expected.push((format!("r{index}"), node.to_json()));
                    rewrite.replace(index, node);
                }
                _ => {
                    let document = &split.documents[index];
                    expected.push(object.clone());
                    let bytes = &text[document.range.clone()];
                    let name = format!("n{index}");
                    prop_assert!(bytes.contains(&name));
                }
            }
        }
        for index in 0..added {
            expected.push((format!("a{index}"), new_object(&format!("a{index}")).to_json()));
            rewrite.append(new_object(&format!("a{index}")));
        }
        let problem = Problem::new(&pool::DUPLICATE_ZONE, Place::in_file("<stdin>"), "no zones");
        let mut problems = Problems::new();
        problems.push(problem);
        rewrite.results(&problems);
        prop_assert!(rewrite.problems().is_empty());
        let out = rewrite.render();
        prop_assert_eq!(objects(&out), expected.as_slice(), "{}\n=>\n{}", text, out);
        if matches!(case.layout, Layout::Stream(..)) && out != text {
            let expected: Vec<String> = expected.into_iter().map(|(name, _)| name).collect();
            prop_assert_eq!(names(&out), expected, "{}\n=>\n{}", text, out);
        }
        for (index, document) in split.documents.iter().enumerate() {
            if acts[index] > 1 {
                // a last line without its break gets one when something follows
                let bytes = text[document.range.clone()].trim_end();
                // and a block scalar in it is told that the line break is none of it
                let told = bytes.replace("|+", "|-");
                let is_last = case.cut && index + 1 == split.documents.len();
                prop_assert!(out.contains(bytes) || is_last && out.contains(&told), "{}\n=>\n{}", text, out);
            }
        }
        prop_assert!(!case.resource_list() || out.contains("duplicate-zone"), "{}", out);
        let untouched = acts.iter().take(before.len()).all(|act| *act > 1) && added == 0 && !case.resource_list();
        let mark = out.starts_with('\u{feff}');
        prop_assert!(untouched || !mark);
if text.contains("\r\n") && !case.cut {
            prop_assert_eq!(out.matches('\n').count(), out.matches("\r\n").count(), "{:?}", out);
        }
    }

    /// What many runs over one input leave out beforehand leaves no trace.
    #[test]
    fn what_is_left_out_renders_as_removed(case in case(), acts in prop::collection::vec(0..4_u8, 6), added in 0..3_usize) {
        let text = case.text();
        let source = Source::new("<stdin>", text.as_str());
        let whole = split(&source).expect(&text);
        let is_gone = |index: &usize| acts.get(*index) == Some(&0);
        let gone: BTreeSet<usize> = (0..whole.documents.len()).filter(is_gone).collect();
        let Some((less, kept)) = whole.without(&gone) else {
            prop_assert!(gone.is_empty() || case.resource_list());
            return Ok(());
        };
        prop_assert!(matches!(case.layout, Layout::List) || kept.iter().all(|index| !gone.contains(index)));
        let (mut all, mut some) = (Rewrite::new(&whole), Rewrite::new(&less));
        for index in gone {
            all.remove(index);
        }
        for (new, index) in kept.iter().enumerate() {
            prop_assert_eq!(&less.documents[new].name, &whole.documents[*index].name);
            let both = [(&mut all, *index), (&mut some, new)];
            match acts[*index] {
                0 | 1 => both.into_iter().for_each(|(rewrite, at)| rewrite.remove(at)),
                2 => both.into_iter().for_each(|(rewrite, at)| rewrite.replace(at, new_object("r"))),
                _ => {}
            }
        }
        for index in 0..added {
            let node = new_object(&format!("a{index}"));
            all.append(node.clone());
            some.append(node);
        }
        let expected = all.render();
        prop_assert_eq!(some.render(), expected.as_str());
        prop_assert!(!less.is_blank() || added > 0 || expected.trim().is_empty());
    }

    #[test]
    fn wire_26_any_string_is_read_back(text in "\\PC{0,12}|[ \\t\\n#:\\-|>a'\"\\\\]{0,8}", indent in 0..4_usize) {
        let node = Node::map([("k", Node::from(text.as_str())), ("l", Node::from(vec![Node::from(text.as_str())]))]);
        let block = emit::block(&node, indent);
        let read: serde_json::Value = serde_yaml::from_str(&block).expect(&block);
        prop_assert_eq!(read, node.to_json(), "{}", block);
        let flow = emit::flow(&node);
        let read: serde_json::Value = serde_yaml::from_str(&flow).expect(&flow);
        prop_assert_eq!(read, node.to_json(), "{}", flow);
    }
}
