//! Texts that the scanner and the parser must read alike.

use crate::krm::oracle::{Verdict, compare, compare_trees};
use crate::krm::{Source, split};

/// A small xorshift: the same mutants in every run.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }
}

/// Pieces that change the structure of a text.
const PIECES: &[&str] = &[
    "- ",
    "-",
    "  ",
    " ",
    "\n",
    "---\n",
    "...\n",
    "# c\n",
    "#",
    ":",
    ": ",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "|+\n",
    "[",
    "]",
    "{",
    "}",
    ",",
    "items:\n",
    "kind: List\n",
    "kind: ResourceList\n",
    "results: []\n",
    "functionConfig:\n",
    "  name: x\n",
    "metadata:\n",
    "metadata: {name: y}\n",
    "- kind: A\n",
    "  kind: B\n",
    "items: []\n",
    "x\n",
    "&a ",
    "*a",
    "!!str ",
    "\t",
    "? ",
    "~",
    "null",
    "a: b\n",
    "    c: d\n",
    "namespace: n\n",
    "\"kind\": Q\n",
    "\\d",
    "\\'",
    "\\",
    "\\x4",
    "\\ud83d",
    "\\ude00",
    "\n\t\n",
    "\nx",
    "\n\tx",
    "\u{c}",
    "\u{7f}",
    "\u{9b}",
    "\u{fffe}",
];

pub(super) fn mutate(random: &mut Random, base: &str) -> String {
    let mut text = base.to_owned();
    for _ in 0..=random.below(3) {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let (a, b) = (random.below(lines.len()), random.below(lines.len()));
        let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
        if lines.is_empty() {
            return text;
        }
        match random.below(7) {
            0 => drop(lines.remove(a)),
            1 => lines.swap(a, b),
            2 => {
                let line = lines[a].clone();
                lines.insert(b, line);
            }
            3 => {
                lines[a] = format!(
                    "{}{}",
                    " ".repeat(random.below(4)),
                    lines[a].trim_start_matches(' ')
                );
            }
            4 => lines[a].insert_str(0, " ".repeat(random.below(4)).as_str()),
            5 => lines.insert(a, PIECES[random.below(PIECES.len())].to_owned()),
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                let at = random.below(lines[a].len() + 1);
                if lines[a].is_char_boundary(at) {
                    lines[a].insert_str(at, piece);
                }
            }
        }
        text = lines.concat();
    }
    text
}

const RESOURCE_LIST: &str = r#"apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: a
    namespace: x
    annotations:
      config.kubernetes.io/index: '0'
  data:
    k: |
      - not an item
      kind: X
      # not a comment
        deep
    q: "x # y"
    f: {a: b, c: [d, "e"]}
    p: plain text
      continued - here
# about it
- apiVersion: apps/v1
  kind: Deployment
  metadata: {}
  spec:
    template:
      spec:
        containers:
        - name: a
          args: [--x, "y"]
          env:
          - name: A
            value: >-
              folded

              text
        - name: b
- # comment
  apiVersion: gpu.example.com/v1
  kind: GpuMachineSet
  metadata:
    name: "g"
    labels:
      a: b
  spec:
    l:
    - - a
      - b
    - |
      block in seq
    s: 'single ''quoted'' '
functionConfig:
  apiVersion: v1
  kind: F
  data: |
    - x
    items:
results: []
"#;

const STREAM: &str = r#"# head
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: b}
data:
  k: "x
    ---
    y"
--- # comment
apiVersion: v1
items:
  - apiVersion: v1
    kind: A
    metadata:
      name: a
  # about b
  - metadata:
      labels: {}
      name: b
    kind: B

  # after
kind: List
---
# empty
---
kind: Role
rules:
- verbs: [get]
  resources:
  - pods
metadata:
  name: r
...
# end
"#;

const TOKENS: &str = r#"apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  kind: A
  metadata:
    name: a
  data:
    q: "multi
      line
      - x"
    s: 'multi
      it''s

      line'
    f: [a,
      b, {c: "d]",
      e: f}
    ]
    p: plain
      more
    k: |+
      kept

- apiVersion: v1
  kind: B
  metadata:
    name: b
results:
- message: old
  tags:
    code: x
# about the config
functionConfig: {a: 1}
"#;

const JSON: &str = r#"{
  "apiVersion": "config.kubernetes.io/v1",
  "kind": "ResourceList",
  "items": [
    {"kind": "A", "metadata": {"name": "a", "namespace": "b", "labels": {"a": "\u0041"}}, "x": [1, -2.5e3, true, null, {}, []]},
    null,
    {
      "kind": "B"
    }
  ],
  "functionConfig": {"kind": "C", "metadata": {"name": "c"}},
  "results": []
}
"#;

fn bases() -> Vec<String> {
    let wide: Vec<String> = RESOURCE_LIST
        .lines()
        .map(|line| format!("  {line}\n"))
        .collect();
    let wide = wide
        .concat()
        .replace("  apiVersion: config", "apiVersion: config")
        .replace("  kind: ResourceList", "kind: ResourceList");
    let wide = wide
        .replace("  items:\n  -", "items:\n  -")
        .replace("  functionConfig", "functionConfig")
        .replace("  results", "results");
    let values = "{\"kind\":\"A\",\"items\":[{\"kind\":\"B\"}]}\n{\"kind\":\"C\",\"metadata\":{\"name\":\"c\"}}\n";
    vec![
        RESOURCE_LIST.to_owned(),
        wide,
        STREAM.to_owned(),
        TOKENS.to_owned(),
        JSON.to_owned(),
        values.to_owned(),
    ]
}

#[test]
fn bases_are_accepted_and_agree() {
    for base in bases() {
        assert_eq!(compare(&base), Ok(Verdict::Agrees), "{base}");
        let bom = format!("\u{feff}{base}");
        assert_eq!(compare(&bom), Ok(Verdict::Agrees), "{bom}");
        let cut = base.trim_end();
        assert_eq!(compare(cut), Ok(Verdict::Agrees), "{cut}");
    }
}

/// What fuzzing found.
#[test]
fn metadata_that_is_no_mapping_names_nothing() {
    for text in [
        "{\"kind\": \"A\", \"metadata\": 1}\n",
        "kind: A\nmetadata: 1\n",
    ] {
        assert!(compare(text).is_ok(), "{text}");
    }
}

/// Plain from the first line to the last, so that most mutants of it are plain too.
const PLAIN: &str = r#"# about it
apiVersion: machine.openshift.io/v1beta1
kind: MachineSet # why
metadata:
  annotations:
    machine.openshift.io/vCPU: "16"
    empty: ''
    f:spec: a:b#c
  labels: {}
  name: a-b

spec:
  replicas: 1
  negative: -1
  selector:
    matchLabels: {a: b, c: "d e", e: {f: [g, 'h']}}
  absent:
  zones: [us-east-2a,  "us-east-2b" ]
  # between
  taints:
  - effect: NoSchedule
    key: nvidia.com/gpu
  -   key: wide
      nothing:
      values:
      - a
      - b c
  - word
  filters:
    - name: tag:Name
      values:
        - a: b
  last: ~
status:
"#;

fn mutants(bases: &[String], compare: fn(&str) -> Result<Verdict, String>, least: usize) {
    let rounds = option_env!("KRM_MUTANTS")
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(3_000);
    let seed = option_env!("KRM_SEED")
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(7);
    let mut random = Random(seed);
    let (mut agreed, mut bailed) = (0, 0);
    for round in 0..rounds {
        let text = mutate(&mut random, &bases[round % bases.len()]);
        match compare(&text) {
            Ok(Verdict::Agrees) => agreed += 1,
            Ok(Verdict::Bails(_)) => bailed += 1,
            Err(difference) => panic!("{difference}\n--- {round}\n{text}\n---"),
        }
    }
    eprintln!("{agreed} agreed, {bailed} left to the parser, of {rounds}");
    assert!(
        agreed > rounds / least,
        "only {agreed} of {rounds} agreed: too much is left to the parser"
    );
}

#[test]
fn mutants_agree_or_are_left_to_the_parser() {
    mutants(&bases(), compare, 20);
}

#[test]
fn trees_of_mutants_agree_or_are_left_to_the_parser() {
    mutants(&[PLAIN.to_owned()], compare_trees, 8);
}

#[test]
fn trees_of_what_a_cluster_prints_are_read_fast_and_agree() {
    let cut = PLAIN.trim_end();
    let (_, body) = PLAIN.split_once('\n').unwrap();
    let item = body.replace('\n', "\n  ");
    for text in [
        PLAIN,
        cut,
        &format!("\n\n{PLAIN}\n# end\n"),
        &format!("- {item}"),
    ] {
        assert_eq!(compare_trees(text), Ok(Verdict::Agrees), "{text}");
    }
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the cases are files, and this room has no edge"
)]
fn trees_of_all_cases_are_read_fast_or_left_to_the_parser() {
    let (mut agreed, mut bailed) = (0, 0);
    let mut folders = vec![concat!(env!("CARGO_MANIFEST_DIR"), "/testdata").into()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir::<std::path::PathBuf>(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            let source = Source::new("x", text.as_str());
            let documents = split(&source).map_or(Vec::new(), |split| split.documents);
            for document in documents {
                match compare_trees(&text[document.range]) {
                    Ok(Verdict::Bails(_)) => bailed += 1,
                    Ok(_) => agreed += 1,
                    Err(difference) => panic!("{}: {difference}", path.display()),
                }
            }
        }
    }
    eprintln!("{agreed} agreed, {bailed} left to the parser");
    assert!(agreed > 4 * bailed, "{agreed} agreed, {bailed} did not");
}
