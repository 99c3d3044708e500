//! The rules of OLM (and of Argo CD's first sync) replayed over rendered output, on every OpenShift version.
//!
//! [`BUNDLES`] is what bundles say of themselves, read from public catalogues and not from ours: a wrong row of ours
//! fails here. [`judge`] is OLM; that it can say no is a test of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;

use gpu_machineset::{Input, Mode, Source, expand};
use serde_json::{Value, json};

use crate::support::Run;

/// OpenShift versions that the catalogue covers.
const MINORS: std::ops::RangeInclusive<u32> = 14..=22;
/// Namespaces that are there before us.
const PLATFORM: [&str; 3] = [
    "openshift-config-managed",
    "openshift-monitoring",
    "openshift-operators",
];

/// Package, install modes, what OLM brings along, what it does nothing without, kinds that it owns, source.
const BUNDLES: &str = include_str!("olm.tsv");

/// What a bundle says of itself.
struct Bundle {
    modes: Vec<&'static str>,
    brings: Vec<&'static str>,
    needs: Vec<&'static str>,
    owns: Vec<&'static str>,
}

fn bundles() -> &'static BTreeMap<&'static str, Bundle> {
    static ALL: OnceLock<BTreeMap<&'static str, Bundle>> = OnceLock::new();
    ALL.get_or_init(|| {
        let row = |line: &'static str| {
            let cells: Vec<&str> = line.split('\t').collect();
            assert!(cells.len() == 6 && cells[5].contains('/'), "{line}");
            let words = |at: usize| cells[at].split_whitespace().collect();
            let bundle = Bundle {
                modes: words(1),
                brings: words(2),
                needs: words(3),
                owns: words(4),
            };
            (cells[0], bundle)
        };
        BUNDLES.lines().skip(1).map(row).collect()
    })
}

fn text<'a>(object: &'a Value, path: &str) -> &'a str {
    object.pointer(path).and_then(Value::as_str).unwrap_or("")
}

fn of<'a>(objects: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    objects
        .iter()
        .filter(move |object| text(object, "/kind") == kind)
}

fn namespace(object: &Value) -> &str {
    text(object, "/metadata/namespace")
}

fn wave(object: &Value) -> i32 {
    let wave = text(
        object,
        "/metadata/annotations/argocd.argoproj.io~1sync-wave",
    );
    wave.parse().unwrap_or(0)
}

/// `ClusterPolicy.nvidia.com`; nothing for kinds that every cluster serves.
fn custom_kind(object: &Value) -> Option<String> {
    let (group, _) = text(object, "/apiVersion").split_once('/')?;
    let served = [
        "operators.coreos.com",
        "machine.openshift.io",
        "autoscaling.openshift.io",
    ];
    (!served.contains(&group)).then(|| format!("{}.{group}", text(object, "/kind")))
}

/// The mode in which an OperatorGroup installs.
fn mode(group: &Value) -> &'static str {
    let targets = group.pointer("/spec/targetNamespaces");
    match targets.and_then(Value::as_array).map(Vec::as_slice) {
        None | Some([]) => "All",
        Some([only]) if only == namespace(group) => "Own",
        Some([_]) => "Single",
        Some(_) => "Multi",
    }
}

/// A package with all that OLM brings along.
fn closure(package: &str) -> BTreeSet<&str> {
    let mut all = BTreeSet::from([package]);
    let brings = bundles().get(package).map(|bundle| &bundle.brings);
    for part in brings.into_iter().flatten() {
        all.extend(closure(part));
    }
    all
}

/// Everything that OLM or a first sync would refuse. `channels`: package and channel of every channel that is there.
fn judge(objects: &[Value], channels: &BTreeSet<(String, String)>) -> Vec<String> {
    let mut refused = Vec::new();
    let subscriptions: Vec<&Value> = of(objects, "Subscription").collect();
    for subscription in &subscriptions {
        judge_subscription(subscription, objects, channels, &mut refused);
    }
    for group in of(objects, "OperatorGroup") {
        let own = subscriptions
            .iter()
            .any(|one| namespace(one) == namespace(group));
        if !own {
            refused.push(format!("OperatorGroup for nobody in {}", namespace(group)));
        }
    }
    judge_owners(&subscriptions, &mut refused);
    for object in objects {
        judge_operand(object, &subscriptions, &mut refused);
        let needed = namespace(object);
        let made = || of(objects, "Namespace").any(|one| text(one, "/metadata/name") == needed);
        if !needed.is_empty()
            && needed != "openshift-machine-api"
            && !PLATFORM.contains(&needed)
            && !made()
        {
            refused.push(format!("no Namespace {needed}"));
        }
        let name = text(object, "/metadata/name");
        if text(object, "/kind") == "Namespace" && PLATFORM.contains(&name) {
            refused.push(format!("a Namespace of OpenShift itself: {name}"));
        }
    }
    refused
}

fn judge_subscription(
    subscription: &Value,
    objects: &[Value],
    channels: &BTreeSet<(String, String)>,
    refused: &mut Vec<String>,
) {
    let (package, channel) = (
        text(subscription, "/spec/name"),
        text(subscription, "/spec/channel"),
    );
    let Some(bundle) = bundles().get(package) else {
        refused.push(format!("unknown package {package}"));
        return;
    };
    if text(subscription, "/metadata/name") != package {
        refused.push(format!("{package}: OpenShift AI looks for this name"));
    }
    if !channels.contains(&(package.to_owned(), channel.to_owned())) {
        refused.push(format!("{package}: no channel {channel}"));
    }
    let groups: Vec<&Value> = of(objects, "OperatorGroup")
        .filter(|group| namespace(group) == namespace(subscription))
        .collect();
    match groups.as_slice() {
        // OpenShift has one there, for the whole cluster
        [] if namespace(subscription) == "openshift-operators" && bundle.modes.contains(&"All") => {
        }
        [] => refused.push(format!("{package}: NoOperatorGroup")),
        [group] if !bundle.modes.contains(&mode(group)) => {
            refused.push(format!(
                "{package}: UnsupportedOperatorGroup {}",
                mode(group)
            ));
        }
        [_] => {}
        _ => refused.push(format!("{package}: TooManyOperatorGroups")),
    }
    for need in &bundle.needs {
        // version 2 of OpenShift AI came before
        let old = package == "rhods-operator" && !channel.contains('3');
        let there = of(objects, "Subscription").any(|one| text(one, "/spec/name") == *need);
        if !there && !old {
            refused.push(format!("{package}: idle without {need}"));
        }
    }
}

/// A dependency in another namespace is not seen by the resolver and installed again.
fn judge_owners(subscriptions: &[&Value], refused: &mut Vec<String>) {
    let mut owners: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for subscription in subscriptions {
        let here = namespace(subscription);
        for package in closure(text(subscription, "/spec/name")) {
            owners.insert((package, here), here);
        }
    }
    for (package, here) in owners.keys() {
        for kind in bundles().get(package).into_iter().flat_map(|one| &one.owns) {
            if let Some(other) = seen.insert(kind, here) {
                refused.push(format!(
                    "InterOperatorGroupOwnerConflict: {kind} in {other} and {here}"
                ));
            }
        }
    }
}

fn judge_operand(object: &Value, subscriptions: &[&Value], refused: &mut Vec<String>) {
    let Some(kind) = custom_kind(object) else {
        return;
    };
    let owns = |subscription: &&&Value| {
        let all = closure(text(subscription, "/spec/name"));
        let mut all = all.iter().filter_map(|package| bundles().get(package));
        all.any(|bundle| bundle.owns.contains(&kind.as_str()))
    };
    match subscriptions.iter().find(owns) {
        None => refused.push(format!("nobody installs the CRD of {kind}")),
        Some(owner) if wave(owner) >= wave(object) => {
            refused.push(format!("{kind} is not after its Subscription"));
        }
        Some(_) => {}
    }
    let options = "/metadata/annotations/argocd.argoproj.io~1sync-options";
    if text(object, options) != "SkipDryRunOnMissingResource=true" {
        refused.push(format!("{kind} blocks the first sync"));
    }
}

/// Id of the operator and channel, of all channels of a version; `none` for an operator that is not there.
fn catalogue(minor: u32) -> Vec<(String, String)> {
    let answer =
        Run::new(&["catalog", "operators", "--openshift", &format!("4.{minor}")]).stdin("");
    let lines = answer.out.lines();
    let head = lines.clone().next().unwrap();
    let at = head.find("CHANNEL").unwrap();
    let row = |line: &str| {
        let id = line.split_whitespace().next().unwrap().to_owned();
        let channel = line[at..].split_whitespace().next().unwrap().to_owned();
        (id, channel)
    };
    let is_row = |line: &&str| !line.starts_with('#');
    let mut rows: Vec<(String, String)> = lines.skip(1).filter(is_row).map(row).collect();
    // of newer catalogues nothing is known: what the newest known one has is taken
    if minor > 18 {
        rows.push(("openstack".to_owned(), "stable-v1.0".to_owned()));
    }
    rows
}

const PACKAGES: [(&str, &str); 13] = [
    ("cert-manager", "openshift-cert-manager-operator"),
    ("connectivity-link", "rhcl-operator"),
    ("kueue", "kueue-operator"),
    ("leader-worker-set", "leader-worker-set"),
    ("metallb", "metallb-operator"),
    ("nfd", "nfd"),
    ("nmstate", "kubernetes-nmstate-operator"),
    ("nvidia-gpu", "gpu-operator-certified"),
    ("observability", "cluster-observability-operator"),
    ("odf", "odf-operator"),
    ("openshift-ai", "rhods-operator"),
    ("openstack", "openstack-operator"),
    ("serverless", "serverless-operator"),
];

fn channels(minor: u32) -> BTreeSet<(String, String)> {
    let package = |id: &str| {
        let known = PACKAGES.iter().find(|(known, _)| *known == id);
        known.unwrap_or_else(|| panic!("olm.tsv knows no {id}")).1
    };
    catalogue(minor)
        .into_iter()
        .map(|(id, channel)| (package(&id).to_owned(), channel))
        .collect()
}

/// Objects of a platform with two pools; the errors when there are any.
fn render(minor: u32, spec: &Value) -> Result<Vec<Value>, Vec<String>> {
    let pool = |name: &str, more: &Value| {
        let mut spec =
            json!({"instanceType": "g6.4xlarge", "replicas": 1, "nameTemplate": "{name}-{zone}"});
        spec.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"apiVersion": "gpu-machineset.dev/v1alpha1", "kind": "GpuMachineSet", "metadata": {"name": name}, "spec": spec})
    };
    let facts = include_str!(
        "../testdata/clusters/aws/qt67m/machinesets/cluster-qt67m-xmnfl-worker-us-east-2b.yaml"
    );
    let documents = [
        json!({"apiVersion": "gpu-machineset.dev/v1alpha1", "kind": "ClusterFacts", "metadata": {"name": "qt67m"},
            "spec": {"infrastructureName": "cluster-qt67m-xmnfl", "platform": "AWS", "region": "us-east-2", "openshiftVersion": format!("4.{minor}.9")}}),
        pool("l4", &json!({})),
        pool(
            "shared",
            &json!({"sharing": {"timeSlicing": 4}, "taints": [{"key": "team", "value": "a", "effect": "NoSchedule"}]}),
        ),
        json!({"apiVersion": "gpu-machineset.dev/v1alpha1", "kind": "GpuPlatform", "metadata": {"name": "gpu"}, "spec": spec}),
    ];
    let mut input = facts.to_owned();
    for document in documents {
        writeln!(input, "---\n{document}").unwrap();
    }
    let output = expand(&Input::new(
        vec![Source::new("input.yaml", input)],
        Mode::Bare,
    ));
    if output.problems.has_errors() {
        let text = |problem: &gpu_machineset::problem::Problem| {
            format!("{}: {}", problem.rule.slug, problem.message)
        };
        return Err(output.problems.iter().map(text).collect());
    }
    let objects = serde_yaml::Deserializer::from_str(&output.text);
    let objects = objects.map(|one| serde::Deserialize::deserialize(one).unwrap());
    Ok(objects.filter(|one: &Value| !one.is_null()).collect())
}

/// What seed 001 and seed 004 install, as far as the version has it.
fn seeds() -> [(&'static str, Vec<&'static str>); 2] {
    [
        (
            "seed 001",
            vec![
                "nfd",
                "nvidia-gpu",
                "kueue",
                "leader-worker-set",
                "connectivity-link",
                "serverless",
                "openshift-ai",
            ],
        ),
        (
            "seed 004",
            vec!["nfd", "nvidia-gpu", "openshift-ai", "serverless", "odf"],
        ),
    ]
}

/// Every operator alone, the platforms of two seeds, and all operators together.
#[test]
fn olm_takes_every_platform_on_every_version() {
    let mut refused = Vec::new();
    for minor in MINORS {
        let there = catalogue(minor);
        let channels = channels(minor);
        let has_default = |id: &str| {
            there.iter().any(|(known, channel)| known == id && channel != "none")
            // its two oldest catalogues hold nothing that was checked
            && !(id == "openshift-ai" && minor < 16)
        };
        let mut platforms: Vec<(String, Vec<&str>)> = Vec::new();
        let all: Vec<&str> = PACKAGES.iter().map(|(id, _)| *id).collect();
        for id in &all {
            platforms.push(((*id).to_owned(), vec![id]));
        }
        let sets = seeds().into_iter().chain([("all", all.clone())]);
        for (name, ids) in sets {
            let ids = ids.into_iter().filter(|id| has_default(id)).collect();
            platforms.push((name.to_owned(), ids));
        }
        for (name, ids) in platforms {
            let operators: serde_json::Map<String, Value> = ids
                .iter()
                .map(|id| ((*id).to_owned(), settings(id)))
                .collect();
            let spec = json!({"operators": operators, "monitoring": {"userWorkload": true, "dcgmDashboard": true}, "clusterAutoscaler": {}});
            match render(minor, &spec) {
                Ok(objects) if ids.iter().all(|id| has_default(id)) => {
                    let found = judge(&objects, &channels);
                    refused.extend(found.iter().map(|one| format!("4.{minor} {name}: {one}")));
                    let made: Vec<&str> = of(&objects, "Subscription")
                        .map(|one| text(one, "/spec/name"))
                        .collect();
                    let wanted = PACKAGES.iter().filter(|(id, _)| ids.contains(id));
                    for (_, package) in wanted {
                        assert!(
                            made.contains(package),
                            "4.{minor} {name}: no Subscription of {package}"
                        );
                    }
                }
                Ok(_) => refused.push(format!(
                    "4.{minor} {name}: made, though no catalogue has it"
                )),
                Err(problems) if ids.iter().all(|id| has_default(id)) => {
                    refused.push(format!("4.{minor} {name}: {problems:?}"));
                }
                Err(problems) => assert!(
                    problems
                        .iter()
                        .any(|one| one.starts_with("operator-not-on-version")),
                    "4.{minor} {name}: {problems:?}"
                ),
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

fn settings(id: &str) -> Value {
    match id {
        // a StorageCluster is made only of what the user gives
        "odf" => json!({"operand": {"storageDeviceSets": []}}),
        _ => json!({}),
    }
}

/// A platform that is right, to break one thing of it at a time.
struct Right {
    objects: Vec<Value>,
    channels: BTreeSet<(String, String)>,
}

fn is(object: &Value, kind: &str, name: &str) -> bool {
    text(object, "/kind") == kind && text(object, "/metadata/name") == name
}

impl Right {
    fn new() -> Self {
        let operators = json!({"nvidia-gpu": {}, "kueue": {}, "connectivity-link": {}, "leader-worker-set": {}});
        Self {
            objects: render(20, &json!({ "operators": operators })).unwrap(),
            channels: channels(20),
        }
    }

    fn refused(&self, change: impl Fn(&mut Vec<Value>)) -> String {
        let mut objects = self.objects.clone();
        change(&mut objects);
        judge(&objects, &self.channels).join("\n")
    }

    fn without(&self, kind: &str, name: &str) -> String {
        self.refused(|objects| objects.retain(|one| !is(one, kind, name)))
    }

    fn with(&self, kind: &str, name: &str, path: &str, value: &Value) -> String {
        self.refused(|objects| {
            let object = objects.iter_mut().find(|one| is(one, kind, name)).unwrap();
            *object.pointer_mut(path).unwrap() = value.clone();
        })
    }

    /// With a changed copy of an object beside it.
    fn twice(&self, kind: &str, name: &str, change: impl Fn(&mut Value)) -> String {
        self.refused(|objects| {
            let object = objects.iter().find(|one| is(one, kind, name)).unwrap();
            let mut second = object.clone();
            change(&mut second);
            objects.push(second);
        })
    }
}

fn complains(refused: &str, expected: &str) {
    assert!(
        refused.contains(expected),
        "expected `{expected}`, found `{refused}`"
    );
}

/// The proof that [`judge`] can say no: one wrong thing at a time.
#[test]
fn olm_refuses_wrong_operator_groups_and_subscriptions() {
    let right = Right::new();
    assert_eq!(right.refused(|_| {}), "");
    let (group, name) = ("OperatorGroup", "nvidia-gpu-operator");
    let refused = right.without(group, name);
    complains(&refused, "gpu-operator-certified: NoOperatorGroup");
    let refused = right.twice(group, name, |one| {
        one["metadata"]["name"] = "nvidia-gpu-operator-x7k2p".into();
    });
    complains(&refused, "gpu-operator-certified: TooManyOperatorGroups");
    let refused = right.with(group, name, "/spec", &json!({}));
    let expected = "gpu-operator-certified: UnsupportedOperatorGroup All";
    complains(&refused, expected);
    let targets = "/spec/targetNamespaces";
    let refused = right.with(group, "lws-operator", targets, &json!(["other"]));
    complains(
        &refused,
        "leader-worker-set: UnsupportedOperatorGroup Single",
    );
    let refused = right.without("Namespace", "openshift-nfd");
    complains(&refused, "no Namespace openshift-nfd");
    let channel = json!("stable-v1.0");
    let refused = right.with("Subscription", "kueue-operator", "/spec/channel", &channel);
    complains(&refused, "kueue-operator: no channel stable-v1.0");
    let refused = right.twice("Subscription", "rhcl-operator", |one| {
        one["metadata"] = json!({"name": "authorino-operator", "namespace": "openshift-operators"});
        one["spec"]["name"] = "authorino-operator".into();
    });
    let expected = "InterOperatorGroupOwnerConflict: AuthConfig.authorino.kuadrant.io";
    complains(&refused, expected);
}

#[test]
fn olm_and_argocd_refuse_operands_without_their_operator() {
    let right = Right::new();
    let refused = right.without("Subscription", "openshift-cert-manager-operator");
    let expected = "kueue-operator: idle without openshift-cert-manager-operator";
    complains(&refused, expected);
    let refused = right.without("Subscription", "gpu-operator-certified");
    let expected = "nobody installs the CRD of ClusterPolicy.nvidia.com";
    complains(&refused, expected);
    let (kind, name) = ("ClusterPolicy", "gpu-cluster-policy");
    let wave = "/metadata/annotations/argocd.argoproj.io~1sync-wave";
    let refused = right.with(kind, name, wave, &json!("-7"));
    let expected = "ClusterPolicy.nvidia.com is not after its Subscription";
    complains(&refused, expected);
    let refused = right.with(kind, name, "/metadata/annotations", &json!({}));
    complains(&refused, "ClusterPolicy.nvidia.com blocks the first sync");
}
