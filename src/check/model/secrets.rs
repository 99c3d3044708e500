//! Secrets of the connections that weights are read with: never made here, and looked at where the input has them.

use std::collections::{BTreeMap, BTreeSet};

use super::served::{By, Served};
use super::{Around, Found};
use crate::krm::{Document, Node};
use crate::problem::rules::model as rule;
use crate::problem::{Place, Problem, did_you_mean, first_of};

/// odh-model-controller looks for Secrets with both (core/secret_controller.go).
const LABELS: [&str; 2] = ["opendatahub.io/managed", "opendatahub.io/dashboard"];
/// Keys without which nothing can be read from a bucket.
const KEYS: [&str; 4] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_S3_ENDPOINT",
    "AWS_S3_BUCKET",
];
const REGION: &str = "AWS_DEFAULT_REGION";
/// The Secret that KServe itself reads, whose keys are connections.
const CONFIG: &str = "storage-config";

/// A kind that is a Secret or makes one: where the name, labels and keys of that are.
struct Source {
    group: &'static str,
    kind: &'static str,
    name: &'static [&'static str],
    labels: &'static [&'static str],
    keys: &'static [&'static [&'static str]],
    /// Where it takes keys that nothing here shows.
    open: &'static [&'static str],
}

const SOURCES: [Source; 4] = [
    Source {
        group: "",
        kind: "Secret",
        name: &["metadata", "name"],
        labels: &["metadata", "labels"],
        keys: &[&["data"], &["stringData"]],
        open: &[],
    },
    Source {
        group: "external-secrets.io",
        kind: "ExternalSecret",
        name: &["spec", "target", "name"],
        labels: &["spec", "target", "template", "metadata", "labels"],
        keys: &[&["spec", "target", "template", "data"], &["spec", "data"]],
        open: &["spec", "dataFrom"],
    },
    Source {
        group: "bitnami.com",
        kind: "SealedSecret",
        name: &["spec", "template", "metadata", "name"],
        labels: &["spec", "template", "metadata", "labels"],
        keys: &[&["spec", "encryptedData"], &["spec", "template", "data"]],
        open: &[],
    },
    Source {
        group: "secrets.hashicorp.com",
        kind: "VaultStaticSecret",
        name: &["spec", "destination", "name"],
        labels: &["spec", "destination", "labels"],
        keys: &[],
        open: &["spec", "path"],
    },
];

/// A Secret that is there, or that something makes.
struct Shown<'a> {
    document: &'a Document<'a>,
    node: Node,
    name: String,
    source: &'static Source,
}

impl Shown<'_> {
    /// Its keys; none where another store decides.
    fn keys(&self) -> Option<BTreeSet<String>> {
        let is_open = !self.source.open.is_empty() && self.node.at(self.source.open).is_some();
        let nodes = self
            .source
            .keys
            .iter()
            .filter_map(|path| self.node.at(path));
        let mut keys = BTreeSet::new();
        for node in nodes {
            keys.extend(node.entries().iter().map(|entry| entry.key.clone()));
            let listed = node
                .items()
                .iter()
                .filter_map(|one| one.str_at(&["secretKey"]));
            keys.extend(listed.map(str::to_owned));
        }
        // one that was saved without its values says nothing of them
        (!is_open && !keys.is_empty()).then_some(keys)
    }

    fn place(&self, path: &[&str]) -> Place {
        let node = self.node.at(&["metadata", "name"]).unwrap_or(&self.node);
        self.document.place(node.span.clone(), path.join("."))
    }

    /// ``ExternalSecret `llm-hosting/models` ``
    fn title(&self) -> String {
        let (kind, document) = (self.source.kind, self.document);
        format!("{kind} `{}/{}`", document.namespace, document.name)
    }
}

fn shown<'a>(around: &Around<'a>) -> Vec<Shown<'a>> {
    let of = |source: &'static Source| {
        let documents = around.shown(source.group, source.kind);
        documents.filter_map(move |document| {
            let node = document.node().ok()?;
            let name = node.str_at(source.name).unwrap_or(&document.name);
            Some(Shown {
                document,
                name: name.to_owned(),
                node,
                source,
            })
        })
    };
    SOURCES.iter().flat_map(of).collect()
}

/// Connections that nothing shows, once each, and those that are shown and not found or not of use.
pub(super) fn check(all: &[Served<'_>], around: &Around<'_>) -> Found {
    let mut first: BTreeMap<(&str, &str), (&Served<'_>, usize)> = BTreeMap::new();
    for served in all {
        if let Some(key) = served.predictor.storage_key() {
            let entry = first.entry((served.namespace, key)).or_insert((served, 0));
            entry.1 += 1;
        }
    }
    if first.is_empty() {
        return Found::new();
    }
    let shown = shown(around);
    let mut found = Found::new();
    for ((namespace, key), (served, count)) in first {
        let here = || {
            shown
                .iter()
                .filter(|one| one.document.namespace == namespace)
        };
        let is_of_config = here()
            .any(|one| one.name == CONFIG && one.keys().is_some_and(|keys| keys.contains(key)));
        let same: Vec<&Shown<'_>> = here().filter(|one| one.name == key).collect();
        if same.is_empty() && !is_of_config && matches!(served.by, By::Model(_)) {
            let names = here().map(|one| one.name.as_str());
            let near = did_you_mean(key, names).map(str::to_owned);
            found.push(missing(served, key, count, near));
        }
        for one in same {
            found.extend(labels(one));
            found.extend(keys(one));
        }
    }
    found
}

fn missing(served: &Served<'_>, key: &str, count: usize, near: Option<String>) -> Problem {
    let namespace = served.namespace;
    let whose = match count {
        1 => "the model reads its weights".to_owned(),
        count => format!("{count} models read their weights"),
    };
    let message = format!(
        "{whose} with Secret `{key}` of namespace `{namespace}`, which nothing shows: it is yours to make, with {}, {} and {REGION}",
        KEYS[..3].join(", "),
        KEYS[3]
    );
    let problem = Problem::new(&rule::SECRET_MISSING, served.storage_place(), message);
    let problem = match near {
        Some(near) => problem.help(format!("is `{near}` meant, which is there?")),
        None => problem,
    };
    let labels = LABELS.map(|label| format!("{label}: \"true\"")).join(", ");
    problem.help(format!(
        "with `labels: {{{labels}}}`, or OpenShift AI does not find it; an ExternalSecret or a SealedSecret of it beside the model keeps its values out of Git"
    ))
}

/// Without both labels it is not found.
fn labels(shown: &Shown<'_>) -> Option<Problem> {
    let labels = shown.node.at(shown.source.labels);
    let has = |label: &str| {
        let written = labels.and_then(|labels| labels.get(label)?.text());
        written == Some("true")
    };
    let lacking: Vec<&str> = LABELS.into_iter().filter(|label| !has(label)).collect();
    if lacking.is_empty() {
        return None;
    }
    let message = format!(
        "{} has no {}: OpenShift AI does not find the connection, and models that name it do not start",
        shown.title(),
        lacking
            .iter()
            .map(|label| format!("label `{label}: \"true\"`"))
            .collect::<Vec<String>>()
            .join(" and ")
    );
    let problem = Problem::new(
        &rule::SECRET_LABELS,
        shown.place(shown.source.labels),
        message,
    );
    let at = shown.source.labels.join(".");
    Some(problem.help(format!("below `{at}`: {}", lacking
        .iter()
        .map(|label| format!("`{label}: \"true\"`"))
        .collect::<Vec<String>>()
        .join(", "))))
}

/// Keys that a connection to a bucket has.
fn keys(shown: &Shown<'_>) -> Option<Problem> {
    let keys = shown.keys()?;
    // a connection of another kind: a URI, a registry
    let is_of_bucket = keys.iter().any(|key| key.starts_with("AWS_"));
    let lacking: Vec<String> = KEYS
        .into_iter()
        .filter(|key| is_of_bucket && !keys.contains(*key))
        .map(|key| format!("`{key}`"))
        .collect();
    if lacking.is_empty() {
        return None;
    }
    let message = format!(
        "{} gives the connection no {}",
        shown.title(),
        lacking.join(", ")
    );
    let path = shown.source.keys.first().copied().unwrap_or_default();
    let problem = Problem::new(&rule::CONNECTION_KEYS, shown.place(path), message);
    Some(problem.help("give it all that a bucket needs: where it is, its name, and who reads it"))
}

/// Secrets in the namespaces of models whose values stand in the input. Values are never told.
pub(super) fn in_git<'d>(
    all: &[Served<'_>],
    documents: impl Iterator<Item = &'d Document<'d>>,
) -> Found {
    let mut namespaces = BTreeSet::new();
    for served in all {
        if let By::Model(model) = served.by {
            namespaces.insert(served.namespace);
            let beside = model.beside.iter();
            namespaces.extend(beside.filter_map(|node| node.str_at(&["metadata", "namespace"])));
        }
    }
    let is_near = |document: &&Document<'_>| {
        document.is("", "Secret") && namespaces.contains(document.namespace.as_ref())
    };
    let judged = documents.filter(is_near).filter_map(|document| {
        let node = document.node().ok()?;
        let is_encrypted = node.get("sops").is_some();
        let is_opaque = node.str_at(&["type"]).is_none_or(|of| of == "Opaque");
        if is_encrypted || !is_opaque || document.is_live() {
            return None;
        }
        let values = ["data", "stringData"].into_iter().filter_map(|key| node.get(key));
        let values = values.flat_map(Node::entries);
        // what a plugin of Argo CD fills in is a name: `<path:secret/data/models#key>`
        let is_value = |text: &str| !text.is_empty() && !text.starts_with(['<', '$', '{']);
        let told = values.filter(|entry| entry.value.text().is_some_and(is_value));
        let keys: Vec<String> = told.map(|entry| format!("`{}`", entry.key)).collect();
        if keys.is_empty() {
            return None;
        }
        let message = format!(
            "Secret `{}/{}` has the value of {} in the input: whoever reads the repository has it",
            document.namespace,
            document.name,
            first_of(keys.into_iter(), 3)
        );
        let name = node.at(&["metadata", "name"]).unwrap_or(&node);
        let place = document.place(name.span.clone(), "data");
        let problem = Problem::new(&rule::SECRET_IN_GIT, place, message);
        Some(problem.help("put an ExternalSecret or a SealedSecret in its place, or make it with `oc create secret` and leave it out of Git; then change the values"))
    });
    judged.collect()
}
