//! However an input is written, what is made of it is the same, and what is not ours stays as it was.

#![allow(
    clippy::expect_used,
    reason = "helpers of tests, not only tests, may panic"
)]

use std::collections::BTreeMap;

use gpu_machineset::testing::split;
use gpu_machineset::{Input, Mode, Source, expand};
use proptest::prelude::*;
use serde_json::{Value, json};

const FROM: &str = "gpu-machineset.dev/from";

fn facts(name: &str) -> String {
    format!(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata:\n  name: {name}\nspec:\n  \
         infrastructureName: {name}-x7k2p\n  platform: AWS\n  region: us-east-2\n  openshiftVersion: 4.20.8\n  \
         installedVersion: '4.18.1'\n  architecture: amd64\n  ami: \"ami-0123456789abcdef0\"\n  zones:\n  - us-east-2a\n  - us-east-2b\n"
    )
}

/// The same with platform and region in an object of the cluster.
fn dumped(name: &str) -> [String; 2] {
    let rest = facts(name).replace("  platform: AWS\n  region: us-east-2\n", "");
    let infrastructure = format!(
        "apiVersion: config.openshift.io/v1\nkind: Infrastructure\nmetadata:\n  name: cluster\nstatus:\n  infrastructureName: {name}-x7k2p\n  \
         platformStatus:\n    type: AWS\n    aws: {region}\n",
        region = "{region: us-east-2}"
    );
    [infrastructure, rest]
}

fn pool(cluster: &str, instance_type: &str) -> String {
    format!(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata:\n  name: {cluster}-pool\n  labels: &same\n    team: \"on\"\nspec:\n  \
         facts: {cluster}\n  instanceType: {instance_type}\n  replicas: 2\n  machineLabels: *same\n  rootVolume: {{sizeGiB: 200, encrypted: true}}\n"
    )
}

/// What a platform may be; `None` is what pools imply.
const PLATFORMS: [Option<&str>; 3] = [
    None,
    Some("operators: {}"),
    Some("operators: {nfd: {}, nvidia-gpu: {channel: v25.10}}"),
];

fn platform(spec: &str) -> String {
    format!(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata:\n  name: all\nspec:\n  {spec}\n"
    )
}

/// Objects of others, which leave byte for byte.
const OTHERS: [&str; 5] = [
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: script}\ndata:\n  run.sh: |\n    # no comment\n    kind: GpuMachineSet\n  mode: 0755\n",
    "# about it\nkind: Deployment # of others\napiVersion: apps/v1\nmetadata:\n  name: app\nspec: {template: {spec: &pod {containers: []}}, other: *pod}\n",
    "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"json\"}, \"x\": [\"]\", '}']}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: keep\ndata:\n  on: \"yes\"\n  text: >+\n    folded\n\n",
    "\"apiVersion\": v1\n'kind': Namespace\nmetadata:\n    name:   models   # aligned\n    labels:\n\n        a: b\n",
];

#[derive(Clone, Copy, Debug)]
enum Layout {
    /// One source of documents.
    Stream,
    /// A source for each object.
    Sources,
    /// A `v1` List with its dashes at a column.
    List(usize),
    /// A ResourceList with its dashes at a column.
    Items(usize),
    /// A ResourceList on one line.
    Json,
}

#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent ways in which a text may look"
)]
struct Case {
    layout: Layout,
    two: bool,
    /// Whether facts stand in objects of the cluster.
    dumped: bool,
    platform: usize,
    /// For each object of ours whether it is written as JSON.
    json: Vec<bool>,
    /// For each object of ours the line above which a comment stands, and the line behind which one does.
    comments: Vec<Option<(usize, usize)>>,
    others: Vec<usize>,
    /// Where each object goes.
    order: Vec<u8>,
    crlf: bool,
    mark: bool,
}

fn as_json(text: &str) -> String {
    let value: Value = serde_yaml::from_str(text).expect(text);
    value.to_string() + "\n"
}

fn with_comments(text: &str, (above, behind): (usize, usize)) -> String {
    let count = text.lines().count();
    let lines = text.lines().enumerate().map(|(index, line)| {
        let above = if index == above % count {
            "      # here\n\n"
        } else {
            ""
        };
        let behind = if index == behind % count {
            " # - kind: X"
        } else {
            ""
        };
        format!("{above}{line}{behind}\n")
    });
    lines.collect()
}

fn item(text: &str, column: usize) -> String {
    let (dash, indent) = (" ".repeat(column), " ".repeat(column + 2));
    // a dash stands before the first line that is no comment
    let mut begun = false;
    let lines = text.split_inclusive('\n').map(|line| {
        if line.trim().is_empty() {
            line.to_owned()
        } else if begun || line.trim_start().starts_with('#') {
            format!("{indent}{line}")
        } else {
            begun = true;
            format!("{dash}- {line}")
        }
    });
    lines.collect()
}

impl Case {
    fn clusters(&self) -> &'static [(&'static str, &'static str)] {
        let both = &[("one", "g6.4xlarge"), ("two", "p5.48xlarge")];
        if self.two { both } else { &both[..1] }
    }

    /// Our objects, plainly written.
    fn ours(&self, dump: bool) -> Vec<String> {
        let mut ours = Vec::new();
        for (name, instance_type) in self.clusters() {
            if dump {
                ours.extend(dumped(name));
            } else {
                ours.push(facts(name));
            }
            ours.push(pool(name, instance_type));
        }
        ours.extend(PLATFORMS[self.platform].map(platform));
        ours
    }

    /// All objects, written and ordered as the case says.
    fn objects(&self) -> Vec<String> {
        let ours = self
            .ours(self.dumped)
            .into_iter()
            .enumerate()
            .map(
                |(index, text)| match (self.json[index], self.comments[index]) {
                    (true, _) => as_json(&text),
                    (false, Some(comments)) => with_comments(&text, comments),
                    (false, None) => text,
                },
            );
        let others = self.others.iter().map(|index| OTHERS[*index].to_owned());
        let mut all: Vec<(u8, String)> =
            self.order.iter().copied().zip(ours.chain(others)).collect();
        all.sort_by_key(|(order, _)| *order);
        all.into_iter().map(|(_, text)| text).collect()
    }

    fn sources(&self) -> Vec<Source> {
        let objects = self.objects();
        let items = |column| {
            objects
                .iter()
                .map(|text| item(text, column))
                .collect::<String>()
        };
        let texts = match self.layout {
            Layout::Stream => vec![objects.join("---\n")],
            Layout::Sources => objects,
            Layout::List(column) => {
                vec![format!(
                    "apiVersion: v1\nkind: List\nitems:\n{}",
                    items(column)
                )]
            }
            Layout::Items(column) => vec![format!(
                "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{}",
                items(column)
            )],
            Layout::Json => {
                let items: Vec<Value> = objects
                    .iter()
                    .map(|text| serde_yaml::from_str(text).expect(text))
                    .collect();
                let list = json!({"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": items});
                vec![list.to_string()]
            }
        };
        let written = |(index, text): (usize, String)| {
            let text = if self.crlf {
                text.replace('\n', "\r\n")
            } else {
                text
            };
            let mark = if self.mark { "\u{feff}" } else { "" };
            Source::new(format!("{index}.yaml"), format!("{mark}{text}"))
        };
        texts.into_iter().enumerate().map(written).collect()
    }
}

fn case() -> impl Strategy<Value = Case> {
    let layout = prop_oneof![
        Just(Layout::Stream),
        Just(Layout::Sources),
        (0..4_usize).prop_map(Layout::List),
        (0..4_usize).prop_map(Layout::Items),
        Just(Layout::Json),
    ];
    let comment = prop::option::of((0..20_usize, 0..20_usize));
    (
        layout,
        any::<[bool; 2]>(),
        0..PLATFORMS.len(),
        prop::collection::vec(any::<bool>(), 7),
        prop::collection::vec(comment, 7),
        prop::sample::subsequence((0..OTHERS.len()).collect::<Vec<_>>(), 0..=OTHERS.len()),
        prop::collection::vec(any::<u8>(), 12),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(layout, [two, dumped], platform, json, comments, others, order, crlf, mark)| Case {
                layout,
                two,
                dumped,
                platform,
                json,
                comments,
                others,
                order,
                crlf,
                mark,
            },
        )
}

fn expanded(sources: Vec<Source>) -> String {
    let input = Input::new(sources, Mode::Auto);
    let output = expand(&input);
    let texts = input.sources.iter().map(|source| source.text.as_str());
    assert!(
        !output.problems.has_errors(),
        "{:#?}\n{}",
        output.problems,
        texts.collect::<Vec<_>>().join("\n======\n")
    );
    output.text
}

/// What we made, by kind and name.
fn made(text: &str) -> BTreeMap<(String, String), Value> {
    let source = Source::new("out", text);
    let split = split(&source).expect(text);
    let objects = split.documents.iter().map(|document| {
        let tree = document.node().expect(text).to_json();
        ((document.kind.to_string(), document.name.to_string()), tree)
    });
    objects
        .filter(|(_, tree)| !tree["metadata"]["annotations"][FROM].is_null())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_made_does_not_depend_on_how_it_is_written(case in case()) {
        let plain = Source::new("plain.yaml", case.ours(false).join("---\n"));
        let expected = made(&expanded(vec![plain]));
        prop_assert!(expected.len() >= 2 * case.clusters().len());
        let text = expanded(case.sources());
        prop_assert_eq!(&made(&text), &expected, "{}", text);
        let source = Source::new("out", text.as_str());
        let names: Vec<String> = split(&source).expect(&text).documents.iter().map(|document| document.name.to_string()).collect();
        for index in &case.others {
            let name = ["script", "app", "json", "keep", "models"][*index];
            prop_assert_eq!(names.iter().filter(|one| *one == name).count(), 1, "{}", text);
            let bytes = OTHERS[*index].trim_end();
            let bytes = if case.crlf { bytes.replace('\n', "\r\n") } else { bytes.to_owned() };
            if matches!(case.layout, Layout::Stream | Layout::Sources) {
                prop_assert!(text.contains(&bytes), "{bytes}\n{text}");
            }
        }
        // rendered again it is the same, where placeholders and facts stay
        let again = format!("{}---\n{}", case.ours(false).join("---\n"), text.trim_start_matches('\u{feff}'));
        if matches!(case.layout, Layout::Stream | Layout::Sources | Layout::List(_)) && !case.crlf {
            let twice = expanded(vec![Source::new("again.yaml", again)]);
            prop_assert_eq!(&made(&twice), &expected);
        }
    }
}
