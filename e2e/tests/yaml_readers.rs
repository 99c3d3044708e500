//! All that we emit is read back as it was meant by the readers of Kubernetes: kubectl's, go-yaml v2 and go-yaml v3.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use gpu_machineset_e2e::{Project, Run, bin, goyaml, shared};
use serde_json::{Value, json};

use crate::inputs::{MACHINE_SETS, POOL, generator, indented, raw_facts, resource_list};

const READERS: [&str; 3] = ["kubectl", "v2", "v3"];

/// Strings that some YAML reader somewhere takes for something else.
fn hazards() -> Vec<String> {
    let path = shared("reference/rust-stack/hazard-strings.json");
    let text = fs::read_to_string(path).expect("the hazards can be read");
    let mut all: Vec<String> = serde_json::from_str(&text).expect("a JSON list of strings");
    assert!(all.len() > 100, "the list is whole");
    // Twice the same string would be twice the same key.
    all.sort();
    all.dedup();
    all
}

/// Short strings of the characters that YAML gives a meaning to, the same ones in every run.
fn jumbles() -> Vec<String> {
    const CHARS: &str = " \t\n\r:#-?[]{}&*!|>'\"%@`,~0179xXoObeE._+=<yYnN/\\aZ\u{85}\u{a0}\u{2028}\u{2029}\u{feff}\u{7f}\u{1}é😀";
    let chars: Vec<char> = CHARS.chars().collect();
    let mut state = 20_251_122_u64;
    let mut next = |below: usize| {
        // Knuth's generator; its high bits are the good ones.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % below
    };
    let mut string = || (0..next(7)).map(|_| chars[next(chars.len())]).collect();
    (0..3000).map(|_| string()).collect()
}

/// A double-quoted YAML scalar that every reader agrees on: nothing in it but ASCII and escapes.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}"),
            ' '..='~' => write!(out, "{c}"),
            _ => write!(out, "\\U{:08X}", u32::from(c)),
        }
        .expect("a String takes all text");
    }
    out + "\""
}

/// The same, as single-quoted scalars where these can hold it.
fn single_quoted(text: &str) -> String {
    if text.chars().all(|c| (' '..='~').contains(&c)) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        quoted(text)
    }
}

type Quote = fn(&str) -> String;
const QUOTES: [Quote; 2] = [quoted, single_quoted];

fn is_label_value(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let outer = |c: char| c.is_ascii_alphanumeric();
    text.len() <= 63
        && text.chars().all(inner)
        && (text.is_empty() || (text.starts_with(outer) && text.ends_with(outer)))
}

fn is_label_key(text: &str) -> bool {
    !text.is_empty() && is_label_value(text)
}

fn mapping(indent: &str, pairs: &BTreeMap<String, String>, quote: Quote) -> String {
    let mut out = String::new();
    for (key, value) in pairs {
        writeln!(out, "{indent}{}: {}", quote(key), quote(value)).expect("a String takes all text");
    }
    out
}

/// What each reader makes of each stream. Fails when one cannot read one.
fn read(streams: &[String]) -> Vec<BTreeMap<String, Vec<Value>>> {
    let input = serde_json::to_vec(streams).expect("strings are JSON");
    let answer = Run::new(goyaml()).stdin(input).ok();
    let all: Vec<BTreeMap<String, Value>> =
        serde_json::from_str(&answer).expect("the reader prints JSON");
    assert_eq!(all.len(), streams.len());
    all.into_iter()
        .zip(streams)
        .map(|(readers, stream)| {
            assert_eq!(readers.len(), READERS.len());
            readers
                .into_iter()
                .map(|(reader, answer)| {
                    let docs = answer["docs"].as_array();
                    let docs =
                        docs.unwrap_or_else(|| panic!("{reader}: {}\n{stream}", answer["error"]));
                    (reader, docs.clone())
                })
                .collect()
        })
        .collect()
}

/// Both shapes that we write: bare documents, and a ResourceList with everything two columns further right.
fn expand(stream: &str) -> [String; 2] {
    let expand = |input: &str| Run::new(bin()).stdin(input).ok();
    [expand(stream), expand(&resource_list(stream))]
}

/// The MachineSets in what one reader made of one stream.
fn machine_sets(docs: &[Value]) -> Vec<&Value> {
    let list = docs.iter().filter(|doc| doc["kind"] == "ResourceList");
    let items = list.flat_map(|doc| doc["items"].as_array().into_iter().flatten());
    let sets: Vec<&Value> = docs
        .iter()
        .chain(items)
        .filter(|doc| doc["kind"] == "MachineSet")
        .filter(|doc| {
            let name = doc["metadata"]["name"].as_str().unwrap_or_default();
            MACHINE_SETS.contains(&format!("MachineSet/{name}").as_str())
        })
        .collect();
    assert_eq!(sets.len(), 2, "{docs:#?}");
    sets
}

/// Expands a pool, made once per way of quoting, and looks at the sets that each reader sees.
fn each_set(pool: impl Fn(Quote) -> String, check: impl Fn(&str, &Value)) {
    let streams = QUOTES.map(|quote| format!("{}---\n{}", raw_facts(), pool(quote)));
    each_set_of(&streams, check);
}

/// Expands streams, and looks at the sets that each reader sees.
fn each_set_of(streams: &[String], check: impl Fn(&str, &Value)) {
    let streams: Vec<String> = streams.iter().flat_map(|stream| expand(stream)).collect();
    for readers in read(&streams) {
        for (reader, docs) in &readers {
            for set in machine_sets(docs) {
                check(reader, set);
            }
        }
    }
}

/// Fails unless `found` holds all of `wanted`, and says what differs.
fn assert_holds(reader: &str, place: &str, found: &Value, wanted: &BTreeMap<String, String>) {
    let wrong: Vec<_> = wanted
        .iter()
        .filter(|(key, value)| found.get(key) != Some(&json!(value)))
        .map(|(key, value)| format!("{key:?}: {value:?} became {:?}", found.get(key)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{reader} reads {} values of {place} otherwise:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Numbers the strings: `h-0`, `h-1`...
fn numbered(values: impl Iterator<Item = String>) -> BTreeMap<String, String> {
    let pairs = values.enumerate();
    pairs.map(|(i, value)| (format!("h-{i}"), value)).collect()
}

/// Every string that may be a key, with itself as its value.
fn keyed(legal: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let keys = hazards().into_iter().filter(|text| legal(text));
    let all: BTreeMap<_, _> = keys.map(|key| (key.clone(), key)).collect();
    assert!(all.len() > 40, "enough of the hazards are legal here");
    all
}

#[test]
fn annotations() {
    let mut wanted = numbered(hazards().into_iter());
    wanted.extend(keyed(is_label_key));
    each_set(
        |quote| {
            POOL.replace(
                "  annotations:\n",
                &format!("  annotations:\n{}", mapping("    ", &wanted, quote)),
            )
        },
        |reader, set| {
            let place = "metadata.annotations";
            assert_holds(reader, place, &set["metadata"]["annotations"], &wanted);
        },
    );
}

#[test]
fn labels_of_objects_machines_and_nodes() {
    let mut wanted = numbered(hazards().into_iter().filter(|text| is_label_value(text)));
    wanted.extend(keyed(is_label_key));
    each_set(
        |quote| {
            let labels = |indent| mapping(indent, &wanted, quote);
            let pool = POOL.replace(
                "  annotations:\n",
                &format!("  labels:\n{}  annotations:\n", labels("    ")),
            );
            format!("{pool}  labels:\n{0}  machineLabels:\n{0}", labels("    "))
        },
        |reader, set| {
            let object = &set["metadata"]["labels"];
            assert_holds(reader, "metadata.labels", object, &wanted);
            let machine = &set["spec"]["template"]["metadata"]["labels"];
            assert_holds(reader, "spec.template.metadata.labels", machine, &wanted);
            let node = &set["spec"]["template"]["spec"]["metadata"]["labels"];
            assert_holds(reader, "spec.template.spec.metadata.labels", node, &wanted);
        },
    );
}

/// The escape hatch takes any key and any value.
#[test]
fn provider_spec() {
    let values = numbered(hazards().into_iter().chain(jumbles()));
    let keys = keyed(|_| true);
    each_set(
        |quote| {
            let mut list = String::new();
            for value in values.values() {
                writeln!(list, "      - {}", quote(value)).expect("a String takes all text");
            }
            format!(
                "{POOL}  allowUnknownProviderFields: true\n  providerSpec:\n    hazards:\n      values:\n{}      \
                 keys:\n{}      list:\n{list}",
                mapping("        ", &values, quote),
                mapping("        ", &keys, quote),
            )
        },
        |reader, set| {
            let found = &set["spec"]["template"]["spec"]["providerSpec"]["value"]["hazards"];
            assert_holds(reader, "values", &found["values"], &values);
            assert_holds(reader, "keys", &found["keys"], &keys);
            let wanted: Vec<&String> = values.values().collect();
            assert_eq!(found["list"], json!(wanted), "{reader}, a list");
        },
    );
}

#[test]
fn taints() {
    let values: Vec<String> = hazards()
        .into_iter()
        .filter(|s| is_label_value(s))
        .collect();
    let wanted: Vec<Value> = values
        .iter()
        .enumerate()
        .map(|(i, value)| json!({"key": format!("h-{i}"), "value": value, "effect": "NoSchedule"}))
        .collect();
    each_set(
        |quote| {
            let mut taints = String::new();
            for (i, value) in values.iter().enumerate() {
                let value = quote(value);
                writeln!(
                    taints,
                    "  - {{key: h-{i}, value: {value}, effect: NoSchedule}}"
                )
                .expect("a String takes all text");
            }
            format!("{POOL}  taints:\n{taints}")
        },
        |reader, set| {
            let found = &set["spec"]["template"]["spec"]["taints"];
            let found = found.as_array().expect("taints are a list");
            // An empty value may also be left out: that means the same to the API.
            let same = |a: &Value, b: &Value| {
                a["key"] == b["key"] && a["value"].as_str().unwrap_or("") == b["value"]
            };
            let wrong: Vec<_> = found
                .iter()
                .zip(&wanted)
                .filter(|(a, b)| !same(a, b))
                .collect();
            assert!(
                found.len() == wanted.len() && wrong.is_empty(),
                "{reader}: {wrong:#?}"
            );
        },
    );
}

/// What is cloned is written anew, in the style of the rest.
#[test]
fn clones_of_workers() {
    let values = numbered(hazards().into_iter().chain(jumbles()));
    let keys = keyed(|_| true);
    let streams = QUOTES.map(|quote| {
        let fields = format!(
            "          hazards:\n            values:\n{}            keys:\n{}          deviceIndex: ",
            mapping(&" ".repeat(14), &values, quote),
            mapping(&" ".repeat(14), &keys, quote),
        );
        let facts = raw_facts().replace("          deviceIndex: ", &fields);
        format!("{facts}---\n{POOL}")
    });
    each_set_of(&streams, |reader, set| {
        let found = &set["spec"]["template"]["spec"]["providerSpec"]["value"]["hazards"];
        assert_holds(reader, "values", &found["values"], &values);
        assert_holds(reader, "keys", &found["keys"], &keys);
    });
}

/// Scalars that the readers disagree on, or read as something that no longer shows how it was written.
const PLAIN: &str = "\
octal: 0755
octal12: 0o17
hexadecimal: 0x1F
underscore: 1_000
decimal: 1.50
exponent: 1e3
word: on
agreed: yes
large: 123456789012345678901234567890
large64: 12345678901234567890
date: 2020-01-01
time: 12:30:45
minus: -0
plus: +1
bool: True
tagged: !!str 0755
folded: >-
  a
  b
literal: |
  a
   b

  c
";

/// Nobody's plain scalar becomes another value on its way through us, whatever its reader takes it for.
#[test]
fn plain_scalars_mean_what_they_meant() {
    let meant = read(&[PLAIN.to_owned()]).remove(0);
    let in_worker = {
        let fields = format!("plain:\n{}deviceIndex: ", indented(PLAIN, 2));
        let fields = indented(&fields, 10);
        let facts = raw_facts().replace("          deviceIndex: ", fields.trim_end_matches('\n'));
        format!("{facts}---\n{POOL}")
    };
    let in_pool = format!(
        "{}---\n{POOL}  allowUnknownProviderFields: true\n  providerSpec:\n    plain:\n{}",
        raw_facts(),
        indented(PLAIN, 6)
    );
    let in_cluster_facts = {
        let pool = generator("");
        let (_, facts) = pool.split_once("  facts:\n").expect("facts are inside");
        let facts: String = facts.lines().flat_map(|line| [&line[2..], "\n"]).collect();
        let fields = format!("plain:\n{}deviceIndex: ", indented(PLAIN, 2));
        let fields = indented(&fields, 6);
        let facts = facts.replace("      deviceIndex: ", fields.trim_end_matches('\n'));
        format!(
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {{name: e2e}}\n\
             spec:\n{facts}---\n{POOL}"
        )
    };
    each_set_of(&[in_worker, in_pool, in_cluster_facts], |reader, set| {
        let found = &set["spec"]["template"]["spec"]["providerSpec"]["value"]["plain"];
        assert_eq!(found, &meant[reader][0], "{reader}");
    });
}

/// Line breaks of YAML 1.1 that YAML 1.2 has not, and a mark that both take for nothing at the start only.
const SEPARATORS: [&str; 4] = ["\u{85}", "\u{2028}", "\u{2029}", "\u{feff}"];

/// A plain scalar of a worker that is one value when it is read, and would be lines, keys and documents when it leaves
/// as it is. The names of the objects are those of a harmless value.
#[test]
fn plain_scalars_of_facts_are_values_and_no_objects() {
    let with = |value: &str| {
        let fields = format!(
            "hazards:\n            x: {value}\n            flow: {{y: {value}}}\n          deviceIndex: "
        );
        let facts = raw_facts().replace("deviceIndex: ", &fields);
        Run::new(bin()).stdin(format!("{facts}---\n{POOL}")).ok()
    };
    let names = |docs: &[Value]| -> Vec<String> {
        let name = |doc: &Value| format!("{}/{}", doc["kind"], doc["metadata"]["name"]);
        docs.iter().map(name).collect()
    };
    let harmless = read(&[with("harmless")]).remove(0);
    let mut values = Vec::new();
    for at in SEPARATORS {
        for text in [
            "p@q",
            "p@api:@ x@kind:@ ClusterRoleBinding@metadata:@  name:@   pwned",
            "p@---@kind:@ Pwned",
            "p@...@- q",
            "p@@# q",
        ] {
            values.push(text.replace('@', at));
        }
    }
    let streams: Vec<String> = values.iter().map(|value| with(value)).collect();
    for (readers, value) in read(&streams).iter().zip(&values) {
        for (reader, docs) in readers {
            assert_eq!(names(docs), names(&harmless[reader]), "{reader}: {value:?}");
            for set in machine_sets(docs) {
                let found = &set["spec"]["template"]["spec"]["providerSpec"]["value"]["hazards"];
                assert_eq!(found["x"], json!(value), "{reader}");
                assert_eq!(found["flow"]["y"], json!(value), "{reader}");
            }
        }
    }
}

/// Readers look no further than 1,024 characters for the colon of a key.
#[test]
fn long_keys_of_workers() {
    let keys = [1000, 1022, 1023, 1024, 1025, 3000].map(|length| "k".repeat(length));
    let tabs = [300, 512, 600].map(|length| "\t".repeat(length));
    let wanted: BTreeMap<String, String> = keys
        .iter()
        .chain(&tabs)
        .map(|key| (key.clone(), "v".to_owned()))
        .collect();
    let mut fields = String::from("hazards:\n");
    for key in wanted.keys() {
        writeln!(fields, "            ? {}\n            : v", quoted(key))
            .expect("a String takes all text");
    }
    fields.push_str("          deviceIndex: ");
    let facts = raw_facts().replace("deviceIndex: ", &fields);
    let stream = Run::new(bin()).stdin(format!("{facts}---\n{POOL}")).ok();
    for (reader, docs) in read(&[stream]).remove(0) {
        for set in machine_sets(&docs) {
            let found = &set["spec"]["template"]["spec"]["providerSpec"]["value"]["hazards"];
            assert_holds(&reader, "keys", found, &wanted);
        }
    }
}

/// What is not ours reads as it did: the last line of a file without a line break, and items that share an anchor.
#[test]
fn objects_of_others_read_as_before() {
    let folder = Project::new();
    for (index, (value, meant)) in [
        ("|\n    abc123", "abc123"),
        ("|+\n    abc123", "abc123"),
        (">\n    a\n    b", "a b"),
        ("|2\n      abc123", "  abc123"),
        ("|\n    abc123\n", "abc123\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let secret = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData:\n  token: {value}"
        );
        let stream = Run::new(bin())
            .stdin(format!("{}---\n{POOL}---\n{secret}", raw_facts()))
            .ok();
        let list = format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: &m {{name: a, labels: {{x: \"on\"}}}}\n- apiVersion: v1\n  \
             kind: ConfigMap\n  metadata: *m\n- {}",
            indented(&secret, 2).trim_start().trim_end_matches('\n')
        );
        let path = folder.join(format!("{index}.yaml"));
        fs::write(
            &path,
            if value.ends_with('\n') {
                format!("{list}\n")
            } else {
                list
            },
        )
        .expect("a file");
        let other = folder.join("other.yaml");
        fs::write(
            &other,
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}\n",
        )
        .expect("a file");
        let apart = Run::new(bin()).arg("render").args([&path, &other]).ok();
        for readers in read(&[stream, apart]) {
            for (reader, docs) in readers {
                let secret = docs
                    .iter()
                    .rfind(|doc| doc["kind"] == "Secret")
                    .expect("a Secret");
                assert_eq!(secret["stringData"]["token"], meant, "{reader}: {value:?}");
                for doc in docs
                    .iter()
                    .filter(|doc| doc["kind"] == "ConfigMap" && doc["metadata"]["name"] == "a")
                {
                    assert_eq!(doc["metadata"]["labels"], json!({"x": "on"}), "{reader}");
                }
            }
        }
    }
}
