//! Fields of operands by version: what a newer CRD has and an older one lacks is refused on the older one, and only
//! there.

use std::collections::BTreeSet;

use gpu_machineset_e2e::{Run, bin, crd};
use serde_json::{Value, json};

/// Paths of fields under `spec`, of the version that is stored.
fn fields(name: &str) -> BTreeSet<Vec<String>> {
    let text = crd(name);
    let documents = serde_yaml::Deserializer::from_str(&text);
    let mut all =
        documents.map(|one| <Value as serde::Deserialize>::deserialize(one).expect("YAML"));
    let crd = all.find(|one| one["kind"] == "CustomResourceDefinition");
    let crd = crd.expect("a CRD");
    let versions = crd["spec"]["versions"].as_array().expect("versions");
    let stored = versions.iter().find(|one| one["storage"] == true);
    let schema = &stored.expect("a stored version")["schema"]["openAPIV3Schema"];
    let mut found = BTreeSet::new();
    walk(&schema["properties"]["spec"], &mut Vec::new(), &mut found);
    found
}

fn walk(schema: &Value, path: &mut Vec<String>, found: &mut BTreeSet<Vec<String>>) {
    for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
        path.push(key.clone());
        found.insert(path.clone());
        walk(inner, path, found);
        path.pop();
    }
}

/// The topmost fields that only one of two CRDs has.
fn added(newer: &str, older: &str) -> Vec<Vec<String>> {
    let (new, old) = (fields(newer), fields(older));
    let only: BTreeSet<&Vec<String>> = new.difference(&old).collect();
    let is_top = |path: &&&Vec<String>| {
        (1..path.len()).all(|length| !only.contains(&path[..length].to_vec()))
    };
    only.iter()
        .filter(is_top)
        .map(|path| (*path).clone())
        .collect()
}

/// The table of names that the program knows, as paths: kind to what stands under `spec`.
fn known(kind: &str) -> BTreeSet<Vec<String>> {
    let table = include_str!("../../src/operator/fields.tsv");
    let mut found = BTreeSet::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [of, _, under, names] = cells[..] else {
            panic!("{line}")
        };
        let under = under.split('.').filter(|part| !part.is_empty());
        let under: Vec<String> = under.map(str::to_owned).collect();
        for name in names.split(' ').filter(|_| of == kind) {
            let mut path = under.clone();
            path.push(name.to_owned());
            found.insert(path);
        }
    }
    found
}

#[test]
fn the_table_of_fields_holds_what_the_crds_have() {
    for (kind, crds) in [
        (
            "ClusterPolicy",
            &["cp-v25.3.4", "cp-v25.10.1", "cp-26.3.3", "cp-26.7.0"][..],
        ),
        (
            "NodeFeatureDiscovery",
            &["nfd-4.16", "nfd-4.18", "nfd-4.19", "nfd-4.20", "nfd-4.22"],
        ),
        (
            "Kueue",
            &["kueue-1.0", "kueue-1.2", "kueue-1.3", "kueue-1.4"],
        ),
    ] {
        let all: BTreeSet<Vec<String>> = crds.iter().flat_map(|crd| fields(crd)).collect();
        let known = known(kind);
        let wrong: Vec<_> = known.symmetric_difference(&all).collect();
        assert!(wrong.is_empty(), "{kind}: {wrong:?}");
        assert!(known.len() > 15, "{kind}: {}", known.len());
    }
}

/// What the program says of a field in the `operand` patch.
fn refused(openshift: &str, operator: &str, channel: &str, path: &[String]) -> bool {
    let leaf = json!({});
    let operand = path
        .iter()
        .rev()
        .fold(leaf, |inner, key| json!({ key: inner }));
    let spec = json!({"operators": {operator: {"channel": channel, "operand": operand}}});
    let input = format!(
        "{}\n---\n{}\n",
        json!({"apiVersion": "gpu-machineset.dev/v1alpha1", "kind": "ClusterFacts", "metadata": {"name": "a"}, "spec": {"openshiftVersion": openshift}}),
        json!({"apiVersion": "gpu-machineset.dev/v1alpha1", "kind": "GpuPlatform", "metadata": {"name": "a"}, "spec": spec}),
    );
    let out = Run::new(bin()).args(["render", "-"]).stdin(input).out();
    let lacking = format!("has no field `spec.{}`", path.join("."));
    assert!(
        out.stderr.contains("error[") == out.stderr.contains(&lacking),
        "{}",
        out.stderr
    );
    out.stderr.contains(&lacking)
}

/// A version: its CRD, OpenShift and the channel.
type At = (&'static str, &'static str, &'static str);

fn compare(operator: &str, versions: &[At]) {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for pair in versions.windows(2) {
        let (older, newer) = (pair[0], pair[1]);
        for path in added(newer.0, older.0) {
            compared += 1;
            let name = path.join(".");
            if !refused(older.1, operator, older.2, &path) {
                wrong.push(format!("{name} is not in {}, and not refused", older.0));
            }
            if refused(newer.1, operator, newer.2, &path) {
                wrong.push(format!("{name} is in {}, and refused", newer.0));
            }
        }
        assert!(
            added(older.0, newer.0).is_empty(),
            "{} lost fields",
            newer.0
        );
    }
    assert!(compared > 2, "only {compared} fields compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fields_of_a_cluster_policy_are_known_by_version() {
    compare(
        "nvidia-gpu",
        &[
            ("cp-v25.3.4", "4.20.1", "v25.3"),
            ("cp-v25.10.1", "4.20.1", "v25.10"),
            ("cp-26.3.3", "4.20.1", "v26.3"),
            ("cp-26.7.0", "4.20.1", "v26.7"),
        ],
    );
}

#[test]
fn fields_of_a_node_feature_discovery_are_known_by_version() {
    compare(
        "nfd",
        &[
            ("nfd-4.16", "4.16.1", "stable"),
            ("nfd-4.18", "4.18.1", "stable"),
            ("nfd-4.19", "4.19.1", "stable"),
            ("nfd-4.20", "4.20.1", "stable"),
            ("nfd-4.22", "4.22.1", "stable"),
        ],
    );
}

#[test]
fn fields_of_a_kueue_are_known_by_version() {
    compare(
        "kueue",
        &[
            ("kueue-1.0", "4.18.1", "stable-v1.0"),
            ("kueue-1.2", "4.18.1", "stable-v1.2"),
            ("kueue-1.3", "4.18.1", "stable-v1.3"),
            ("kueue-1.4", "4.18.1", "stable-v1.4"),
        ],
    );
}
