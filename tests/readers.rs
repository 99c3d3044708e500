//! Whoever may write facts, a dump or a parameter may not write objects: what they say reaches the output as values,
//! and a reader of YAML 1.1 (as go-yaml and libyaml are) reads the same objects and the same values as we meant.

#![allow(
    clippy::expect_used,
    reason = "helpers of tests, not only tests, may panic"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use gpu_machineset::testing::split;
use gpu_machineset::{Input, Mode, Role, Source, expand};
use proptest::prelude::*;
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::support::{Folder, NO_PLATFORM, Run};

/// What stands where a value is tried.
const SLOT: &str = "SLOT";
/// A value that no reader takes for anything else.
const HARMLESS: &str = "harmless";

const FACTS: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: ClusterFacts
metadata: {name: east}
spec:
  infrastructureName: east-7qz4d
  platform: AWS
  region: us-east-2
  openshiftVersion: 4.20.8
  architecture: amd64
  workerMachineSets:
  - name: east-7qz4d-worker-us-east-2a
    zone: us-east-2a
    providerSpec:
      apiVersion: machine.openshift.io/v1beta1
      kind: AWSMachineProviderConfig
      ami: {id: ami-0123456789abcdef0}
      instanceType: m6i.large
      placement: {availabilityZone: us-east-2a, region: us-east-2}
      subnet: {id: subnet-0123456789abcdef0}
      securityGroups:
      - filters:
        - name: tag:Name
          values:
          - east-7qz4d-node
      iamInstanceProfile:
        id: east-7qz4d-worker-profile
      tags:
      - name: kubernetes.io/cluster/east-7qz4d
        value: owned
      blockDevices: [{ebs: {encrypted: true, volumeSize: 120, volumeType: gp3}}]
      credentialsSecret: {name: aws-cloud-credentials}
      userDataSecret: {name: worker-user-data}
      metadataServiceOptions: {}
      deviceIndex: 0
";

const POOL: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata:
  name: l4
spec:
  instanceType: g6.4xlarge
  replicas: 1
";

const PLATFORM: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuPlatform
metadata: {name: all}
spec:
  operators:
    nfd: {}
    nvidia-gpu:
      channel: v25.10
";

/// The facts as a dump states them, with the slots of its own.
const DUMP: &str = "\
apiVersion: config.openshift.io/v1
kind: Infrastructure
metadata: {name: cluster}
status:
  infrastructureName: east-7qz4d
  platformStatus: {type: AWS, aws: {region: us-east-2}}
";

/// A place for a value: what is replaced in which of facts, pool and platform.
struct Place {
    name: &'static str,
    facts: (&'static str, &'static str),
    pool: &'static str,
    platform: &'static str,
}

const fn in_facts(name: &'static str, old: &'static str, new: &'static str) -> Place {
    Place {
        name,
        facts: (old, new),
        pool: "",
        platform: "",
    }
}

const fn in_pool(name: &'static str, pool: &'static str) -> Place {
    Place {
        name,
        facts: ("", ""),
        pool,
        platform: "",
    }
}

const fn in_platform(name: &'static str, platform: &'static str) -> Place {
    Place {
        name,
        facts: ("", ""),
        pool: "",
        platform,
    }
}

#[rustfmt::skip]
const PLACES: [Place; 24] = [
    in_facts("profile", "        id: east-7qz4d-worker-profile\n", "        id: SLOT\n"),
    in_facts("profile in flow", "      iamInstanceProfile:\n        id: east-7qz4d-worker-profile\n", "      iamInstanceProfile: {id: SLOT}\n"),
    in_facts("security group", "          - east-7qz4d-node\n", "          - SLOT\n"),
    in_facts("security group in flow", "          values:\n          - east-7qz4d-node\n", "          values: [a, SLOT, b]\n"),
    in_facts("name of a tag", "      tags:\n", "      tags:\n      - name: SLOT\n        value: x\n"),
    in_facts("value of a tag", "      tags:\n", "      tags:\n      - name: x\n        value: SLOT\n"),
    in_facts("unknown key", "      deviceIndex: 0\n", "      other:\n        SLOT: x\n"),
    in_facts("unknown key in flow", "      deviceIndex: 0\n", "      other: {SLOT: x, y: z}\n"),
    in_facts("unknown value", "      deviceIndex: 0\n", "      other:\n        x: SLOT\n"),
    in_facts("unknown value over two lines", "      deviceIndex: 0\n", "      other:\n        x:\n          SLOT\n"),
    in_facts("null by its tag", "      deviceIndex: 0\n", "      other: {x: !!null SLOT}\n"),
    in_facts("number by its tag", "      deviceIndex: 0\n", "      other:\n        x: !!int SLOT\n"),
    in_facts("secret", "credentialsSecret: {name: aws-cloud-credentials}", "credentialsSecret: {name: SLOT}"),
    in_facts("infrastructure name", "  infrastructureName: east-7qz4d\n", "  infrastructureName: SLOT\n"),
    in_facts("worker", "  - name: east-7qz4d-worker-us-east-2a\n", "  - name: SLOT\n"),
    in_facts("region", "region: us-east-2\n  openshift", "region: SLOT\n  openshift"),
    in_pool("annotation", "  annotations:\n    x: SLOT\n"),
    in_pool("key of an annotation", "  annotations:\n    SLOT: x\n"),
    in_pool("label", "  labels: {x: SLOT}\n"),
    in_pool("override", "  allowUnknownProviderFields: true\n  providerSpec:\n    iamInstanceProfile:\n      id: SLOT\n"),
    in_pool("key of an override", "  allowUnknownProviderFields: true\n  providerSpec:\n    other:\n      SLOT: x\n"),
    in_pool("key of a volume", "  rootVolume:\n    sizeGiB: 200\n    kmsKey: SLOT\n"),
    in_platform("operand", "      operand:\n        driver:\n          repository: SLOT\n          image: driver\n          version: 580.95.05\n"),
    in_platform("source", "      source: SLOT\n"),
];

impl Place {
    fn render(&self, scalar: &str) -> Option<String> {
        let breaks = !scalar.starts_with(['"', '\'']) && scalar.contains(['\n', '\r']);
        if breaks && self.facts.1.is_empty() {
            // whoever writes lines of the input writes objects
            return None;
        }
        let fill = |text: &str| text.replace(SLOT, scalar);
        let (old, new) = self.facts;
        assert!(FACTS.contains(old), "{old}");
        let facts = FACTS.replacen(old, &fill(new), usize::from(!old.is_empty()));
        let pool = match self.pool.split_once(':') {
            Some(("  annotations" | "  labels", _)) => {
                POOL.replace("spec:\n", &format!("{}spec:\n", fill(self.pool)))
            }
            _ => format!("{POOL}{}", fill(self.pool)),
        };
        let platform = format!("{PLATFORM}{}", fill(self.platform));
        rendered(&facts, &format!("{pool}---\n{platform}"))
    }
}

/// The output; `None` when the input is refused, with nothing in it then.
fn rendered(facts: &str, input: &str) -> Option<String> {
    let output = expand(&Input::new(
        vec![
            Source::new("gpu.yaml", input),
            Source::with_role("facts.yaml", facts, Role::FactsOnly),
        ],
        Mode::Bare,
    ));
    if output.problems.has_errors() {
        assert_eq!(output.text, "");
        return None;
    }
    Some(output.text)
}

/// Every document, as libyaml reads it.
fn read(text: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let value = |document| {
        let value = Value::deserialize(document);
        value.unwrap_or_else(|error| panic!("{error}\n{text}"))
    };
    let values: Vec<Value> = documents.map(value).collect();
    values
        .into_iter()
        .filter(|value| !value.is_null())
        .collect()
}

/// And as we read it.
fn meant(text: &str) -> Vec<Value> {
    let source = Source::new("out.yaml", text);
    let documents = split(&source).expect(text).documents;
    let node =
        |document: &gpu_machineset::testing::Document<'_>| document.node().expect(text).to_json();
    documents.iter().map(node).collect()
}

fn kinds(objects: &[Value]) -> BTreeSet<String> {
    let kind = |object: &Value| object["kind"].as_str().unwrap_or("none").to_owned();
    objects.iter().map(kind).collect()
}

fn ids(objects: &[Value]) -> Vec<String> {
    let id = |object: &Value| format!("{} {}", object["kind"], object["metadata"]["name"]);
    objects.iter().map(id).collect()
}

/// Whether a string is a key or a value anywhere.
fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(found) => found == text,
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(entries) => entries
            .iter()
            .any(|(key, value)| key == text || holds(value, text)),
        _ => false,
    }
}

/// A double-quoted scalar of nothing but ASCII.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            ' '..='~' => write!(out, "{c}"),
            _ => write!(out, "\\U{:08X}", u32::from(c)),
        };
    }
    out + "\""
}

/// Every way to write a text down that a person, a tool or an attacker has.
fn written(text: &str) -> [String; 3] {
    let single = format!("'{}'", text.replace('\'', "''"));
    [text.to_owned(), single, quoted(text)]
}

/// The line breaks of YAML 1.1 and all that some reader takes for more than text.
const BREAKS: [&str; 9] = [
    "\u{85}", "\u{2028}", "\u{2029}", "\r", "\n", "\u{feff}", "\t", "\u{b}", "\0",
];

/// An object of one's own, below a key, in a document of its own, after the end of a comment, in flow.
fn payloads() -> Vec<String> {
    let mut all = Vec::new();
    for at in BREAKS {
        for text in [
            "p@api:@ x@kind:@ ClusterRoleBinding@metadata:@  name:@   pwned",
            "p@---@kind:@ Pwned@---@x",
            "p@...@kind: Pwned",
            "p #@kind: Pwned",
            "p'@kind: Pwned@#'",
            "p\"@kind: Pwned@#\"",
            "p}]@kind: Pwned",
            "p@",
            "@p",
            "p@q",
        ] {
            all.push(text.replace('@', at));
        }
    }
    let short = [
        "a: b",
        "a #b",
        "a:",
        "- a",
        "? a",
        "*a",
        "&a b",
        "!a b",
        "%a",
        "@a",
        "`a",
        "|",
        ">",
        "{a: b}",
        "[a",
        "yes",
        "0777",
        "1:20",
        "2001-01-01",
        "~",
        "",
        "<<",
        "=",
        "---",
        "...",
        "--- a",
        " a",
        "a ",
        "a\\",
        "\u{7f}",
        "\u{fffe}",
        "\u{a0}a",
    ];
    all.extend(short.map(str::to_owned));
    all
}

#[test]
fn whatever_facts_say_the_objects_are_the_same() {
    let mut counts = [0; 3];
    let [accepted, refused, found] = &mut counts;
    for (index, place) in PLACES.iter().enumerate() {
        let plain = place.render(HARMLESS).unwrap_or_else(|| {
            let with = place
                .render("us-east-2")
                .or_else(|| place.render("east-7qz4d"));
            with.unwrap_or_else(|| place.render("1").expect(place.name))
        });
        let plain = read(&plain);
        let is_copied = plain.iter().any(|object| holds(object, HARMLESS));
        // each payload in half of the places, in each of the ways in a third of them
        let payloads = payloads().into_iter().enumerate();
        for (turn, payload) in payloads.skip(index % 2).step_by(2) {
            let scalar = &written(&payload)[(turn / 2 + index) % 3];
            let Some(text) = place.render(scalar) else {
                *refused += 1;
                continue;
            };
            *accepted += 1;
            let objects = read(&text);
            let at = format!("{}: {scalar:?}\n{text}", place.name);
            assert_eq!(kinds(&objects), kinds(&plain), "{at}");
            assert_eq!(objects.len(), plain.len(), "{at}");
            if place.name != "infrastructure name" {
                assert_eq!(ids(&objects), ids(&plain), "{at}");
            }
            // the types of plain words differ between readers, and are not ours to change
            if scalar.starts_with(['"', '\'']) && !place.facts.1.contains("!!") {
                assert_eq!(objects, meant(&text), "{at}");
            }
            if is_copied && !place.facts.1.contains("!!") && *scalar == quoted(&payload) {
                let is_there = objects.iter().any(|object| holds(object, &payload));
                assert!(is_there, "{at}");
                *found += 1;
            }
        }
    }
    let [accepted, refused, found] = counts;
    assert!(accepted > 700 && refused > 100 && found > 200, "{counts:?}");
}

/// The names of a dump stand in comments of what `facts` and `adopt` write.
#[test]
fn whatever_a_dump_says_what_is_made_of_it_holds_our_objects_only() {
    let provider = FACTS.split_once("    providerSpec:\n").expect("a worker").1;
    let mut accepted = 0;
    for at in ["\u{85}", "\u{2028}", "\u{2029}", "\n", "\r"] {
        let name = quoted(&format!(
            "x{at}kind: Pwned{at}metadata: {{name: pwned}}{at}# "
        ));
        let set = format!(
            "---\napiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nmetadata: {{name: {name}, namespace: openshift-machine-api}}\nspec:\n  replicas: 1\n  \
             selector: {{matchLabels: {{a: {name}}}}}\n  template:\n    metadata: {{labels: {{a: {name}}}}}\n    spec:\n      providerSpec:\n        value:\n{}",
            provider.replace("m6i.large", "g6.4xlarge").lines().fold(
                String::new(),
                |mut out, line| {
                    let _ = writeln!(out, "    {line}");
                    out
                }
            )
        );
        let versions = "---\napiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata: {name: version}\nstatus: {desired: {version: 4.20.8}, history: [{state: Completed, version: 4.20.8}]}\n";
        let folder =
            Folder::new("hostile-dump").file("dump.yaml", format!("{DUMP}{versions}{set}"));
        for command in ["facts", "adopt"] {
            let answer = folder.run(&[command, "dump.yaml"]);
            if answer.code == Some(0) {
                accepted += 1;
            }
            for object in read(&answer.out) {
                let version = object["apiVersion"].as_str().expect("a version");
                assert!(version.starts_with("gpu-machineset.dev/"), "{}", answer.out);
            }
        }
    }
    assert!(accepted >= 5, "{accepted}");
}

#[test]
fn whatever_parameters_say_the_objects_are_the_same() {
    let folder = Folder::new("hostile-parameters")
        .file("app/pool.yaml", POOL)
        .file("app/platform.yaml", NO_PLATFORM)
        .file("app/facts.yaml", FACTS);
    let run = |parameters: &Value| {
        let run = Run::new(&["argocd", "generate"]).within(&folder.0.join("app"));
        let run = run.env("ARGOCD_APP_NAME", "gpu");
        run.env("ARGOCD_APP_PARAMETERS", parameters.to_string())
            .stdin("")
    };
    let plain = ids(&read(&run(&json!([])).clean()));
    let names = [
        "pool.l4.rootVolume.kmsKey",
        "pool.l4.network.placementGroup",
        "pool.l4.network.subnets.us-east-2a",
        "pool.l4.accelerator",
        "pool.l4.nameTemplate",
        "pool.l4.providerSpec",
        "infrastructureName",
        "region",
        "zones",
        "ami",
    ];
    let (mut accepted, mut refused) = (0, 0);
    for at in ["\u{85}", "\u{2028}", "\u{2029}", "\n", "\r"] {
        let payload = format!("p{at}kind:{at} Pwned{at}---{at}kind: Pwned");
        let single = names.map(|name| json!([{"name": name, "string": payload}]));
        let others = [
            json!([{"name": "pool.l4", "map": {"rootVolume.kmsKey": payload}}]),
            json!([{"name": "pool.l4.labels", "map": {"x": payload}}]),
            json!([{"name": "pool.l4.labels", "map": {payload.as_str(): "x"}}]),
            json!([{"name": "pool.l4.zones", "array": [payload]}]),
            json!([{"name": payload.as_str(), "string": payload.as_str()}]),
        ];
        for parameters in single.iter().chain(&others) {
            let answer = run(parameters);
            if answer.code == Some(0) {
                accepted += 1;
                assert_eq!(
                    ids(&read(&answer.out)),
                    plain,
                    "{parameters}\n{}",
                    answer.out
                );
            } else {
                refused += 1;
                assert_eq!(answer.out, "");
            }
        }
    }
    assert!(accepted >= 10 && refused >= 10, "{accepted} {refused}");
}

fn hostile_text() -> impl Strategy<Value = String> {
    let pieces = BREAKS.iter().map(|text| (*text).to_owned());
    let pieces: Vec<String> = pieces
        .chain(
            [
                "a", "kind", ":", ": ", " #", "- ", "---", "...", "{", "}", "[", "]", ",", "'",
                "\"", "\\", "&a ", "*a", "!!str ", "? ", "|", ">", "%", "é", "😀", " ", "0", "1_0",
                "=", "<<", "\u{a0}", "\u{fffd}",
            ]
            .map(str::to_owned),
        )
        .collect();
    prop::collection::vec(prop::sample::select(pieces), 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_scalar_holds_it_is_one_value(text in hostile_text(), place in 0..PLACES.len(), way in 0..3_usize) {
        let place = &PLACES[place];
        let scalar = &written(&text)[way];
        if let Some(out) = place.render(scalar) {
            let objects = read(&out);
            prop_assert_eq!(objects.len(), 9, "{}: {:?}\n{}", place.name, scalar, out);
            let known = ["MachineSet", "Namespace", "OperatorGroup", "Subscription", "NodeFeatureDiscovery", "ClusterPolicy"];
            prop_assert!(kinds(&objects).iter().all(|kind| known.contains(&kind.as_str())), "{}", out);
        }
    }
}

/// Taken out of a ResourceList and out of a List into files.
#[test]
fn items_leave_with_what_their_aliases_stand_for() {
    let items = "items:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: one, labels: &shared {team: \"on\"}}\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    \
                 name: two\n    labels: *shared\n";
    let two = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "two", "labels": {"team": "on"}}});
    let folder = Folder::new("aliases-across-items")
        .file(
            "items.yaml",
            format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n{items}"),
        )
        .file("list.yaml", format!("apiVersion: v1\nkind: List\n{items}"));
    let out = folder.run(&["render", "items.yaml"]).clean();
    assert_eq!(read(&out)[1], two);
    folder.run(&["render", "list.yaml", "-o", "out"]).clean();
    let file = std::fs::read_to_string(folder.0.join("out/configmap-two.yaml")).unwrap();
    assert_eq!(read(&file), [two]);
    // what cannot be read by itself is no alias that points to nothing
    let broken =
        format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n{items}  x: 1\n  x: 2\n");
    let folder = folder.file("broken.yaml", broken);
    let answer = folder.run(&["render", "broken.yaml"]);
    assert_eq!((answer.code, answer.out.as_str()), (Some(1), ""));
    assert!(
        answer.err.contains("key `x` is already defined"),
        "{}",
        answer.err
    );
}

/// A handle of a tag is read where its directive stands.
#[test]
fn directives_leave_with_the_document_that_needs_them() {
    let first = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: first}\n";
    let tagged = "%TAG !y! tag:yaml.org,2002:\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {mode: !y!str 0755}\n";
    let input = format!("{NO_PLATFORM}---\n{POOL}---\n{first}...\n{tagged}");
    let facts = FACTS;
    let out = rendered(facts, &input).expect("renders");
    assert!(out.contains(&format!("...\n{tagged}")), "{out}");
    let modes: Vec<Value> = read(&out)
        .into_iter()
        .map(|object| object["data"]["mode"].clone())
        .collect();
    assert!(modes.contains(&json!("0755")), "{out}");
}

/// At the end of the stream, of a file of its own, and of a list: a token with a line break is another token.
#[test]
fn the_last_line_of_a_file_gains_nothing() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: token}\nstringData:\n  token: |\n    s3cr3t";
    let item = secret.replace('\n', "\n  ");
    let folder = Folder::new("last-line")
        .file("gpu.yaml", format!("{NO_PLATFORM}---\n{POOL}---\n{secret}"))
        .file("b/0.yaml", secret)
        .file("b/1.yaml", format!("{NO_PLATFORM}---\n{POOL}"))
        .file(
            "list.yaml",
            format!("apiVersion: v1\nkind: List\nitems:\n- {item}"),
        )
        .file("pool.yaml", format!("{NO_PLATFORM}---\n{POOL}"))
        .file("facts.yaml", FACTS);
    for inputs in [
        &["gpu.yaml"][..],
        &["b"],
        &["list.yaml", "pool.yaml"],
        &["pool.yaml", "list.yaml"],
    ] {
        let args = [&["render"], inputs, &["--facts", "facts.yaml"]].concat();
        let out = folder.run(&args).clean();
        let tokens = read(&out).into_iter().flat_map(|object| {
            let items = object["items"].as_array().cloned();
            items.unwrap_or_else(|| vec![object])
        });
        let tokens: Vec<Value> = tokens
            .filter(|object| object["kind"] == "Secret")
            .map(|object| object["stringData"]["token"].clone())
            .collect();
        assert_eq!(tokens, [json!("s3cr3t")], "{inputs:?}\n{out}");
    }
}
