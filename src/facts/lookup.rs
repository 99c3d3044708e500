//! `ClusterFacts.spec.from`: facts by JSONPath out of any object of the input.

use std::collections::{BTreeMap, BTreeSet};

use super::DocumentId;
use super::gather::fact_called;
use super::path::{Found, Path};
use super::read::{Object, Reading, Statement};
use super::sources::Standing;
use super::value::{self, Bad};
use crate::cluster::FactName;
use crate::krm::{Document, Entry, Kind, Node};
use crate::problem::rules::{api, facts as rule};
use crate::problem::{Place, Problem, Problems, did_you_mean};

/// One entry of `from`.
pub(super) struct Lookup {
    fact: FactName,
    kind: String,
    group: Option<String>,
    name: Option<String>,
    labels: BTreeMap<String, String>,
    path: Path<'static>,
    /// The path as written.
    text: String,
    place: Place,
}

/// Objects that a message lists.
const SHOWN: usize = 8;

impl Lookup {
    /// Reads an entry; everything that is wrong with it is reported.
    pub(super) fn read(
        object: &Object<'_>,
        entry: &Entry,
        prefix: &str,
        problems: &mut Problems,
    ) -> Option<Self> {
        let node = &entry.value;
        let text = |key: &str| node.str_at(&[key]).map(str::to_owned);
        let written = text("path");
        let fact = known_fact(object, entry, prefix, problems);
        let path = written.as_deref().map(Path::parse).transpose();
        let path = path.map_err(|error| {
            let at = node.get("path").unwrap_or(node);
            let place = object.place(at, &format!("{prefix}.path"));
            [Problem::new(&rule::INVALID_PATH, place, error.to_string()).help(error.help())]
        });
        let path = problems.take(path).flatten().map(Path::into_owned);
        let labels = node.get("labels").map_or(&[][..], Node::entries).iter();
        let labels = labels.map(|label| {
            let value = label.value.text().unwrap_or("").to_owned();
            (label.key.clone(), value)
        });
        Some(Self {
            labels: labels.collect(),
            fact: fact?,
            kind: text("kind")?,
            group: text("group"),
            name: text("name"),
            path: path?,
            text: written?,
            place: object.place(node, prefix),
        })
    }

    /// For facts inside of a placeholder.
    pub(super) fn nothing_to_look_in(&self) -> Problem {
        let message = format!(
            "`{}` is looked up, but facts inside of a placeholder see no other object",
            self.fact.field()
        );
        Problem::new(&rule::FACT_NOT_FOUND, self.place.clone(), message).help(format!(
            "write `{}` itself, or name a ClusterFacts of the input in `spec.facts`",
            self.fact.field()
        ))
    }

    fn matches(&self, object: &Object<'_>) -> bool {
        let has = |(key, value): (&String, &String)| {
            let label = object.node.at(&["metadata", "labels", key.as_str()]);
            label.and_then(Node::text) == Some(value)
        };
        let named = |name: &String| object.name == *name || object.document.name == *name;
        let group = |group: &String| object.document.group() == group;
        self.name.as_ref().is_none_or(named)
            && self.group.as_ref().is_none_or(group)
            && self.labels.iter().all(has)
    }

    /// What an object must have to be meant: `/name`, else `key=value` of a label, else nothing.
    fn key(&self) -> String {
        let name = self.name.as_ref().map(|name| format!("/{name}"));
        let label = || self.labels.iter().next();
        let label = || label().map(|(key, value)| format!("{key}={value}"));
        name.or_else(label).unwrap_or_default()
    }

    /// `ConfigMap` with the label `facts=cluster`
    fn wanted(&self) -> String {
        let mut out = format!("`{}`", self.kind);
        if let Some(name) = &self.name {
            out.extend([" named `", name, "`"]);
        }
        for (index, (key, value)) in self.labels.iter().enumerate() {
            let word = if index == 0 {
                " with the label"
            } else {
                " and"
            };
            out.extend([word, " `", key, "=", value, "`"]);
        }
        out
    }

    fn problem(&self, message: String) -> Problem {
        Problem::new(&rule::FACT_NOT_FOUND, self.place.clone(), message)
    }

    fn statement(&self, object: &Object<'_>) -> Result<Statement, Box<Problem>> {
        let title = object.origin(&object.node, "");
        let found = self.path.find(&object.node).map_err(|error| {
            let place = self.place.clone();
            let problem = Problem::new(&rule::INVALID_PATH, place, error.to_string());
            Box::new(problem.help(error.help()))
        })?;
        let found: Vec<Found<'_>> = match (&found[..], self.fact) {
            // a list is as good as its elements
            ([only], FactName::Zones) if !only.node.items().is_empty() => {
                let items = only.node.items().iter().enumerate();
                let item = |(index, node)| Found {
                    node,
                    path: format!("{}[{index}]", only.path),
                };
                items.map(item).collect()
            }
            _ => found,
        };
        let Some(first) = found.first() else {
            let message = format!("`{}` selects nothing in {title}", self.text);
            return Err(Box::new(
                self.problem(message).help(fields_of(&object.node)),
            ));
        };
        if found.len() > 1 && self.fact != FactName::Zones {
            let count = found.len();
            let message = format!("`{}` selects {count} values in {title}", self.text);
            let help = "narrow the path to one value, as `$.items[0].name`";
            return Err(Box::new(self.problem(message).help(help)));
        }
        if found.iter().any(|one| is_secret(object, one)) {
            let message = format!("`{}` leads into what {title} keeps secret", self.text);
            let problem = Problem::new(&rule::FACT_FROM_SECRET, self.place.clone(), message);
            return Err(Box::new(problem.help(
                "write the fact itself, or keep it in a ConfigMap: its value stands in names and labels of what is rendered",
            )));
        }
        let mut values = Vec::new();
        for one in &found {
            values.push(self.value(object, one)?);
        }
        Ok(Statement {
            fact: self.fact,
            values,
            origin: object.origin(first.node, &first.path),
            standing: Standing::Stated,
        })
    }

    fn value(&self, object: &Object<'_>, found: &Found<'_>) -> Result<String, Box<Problem>> {
        let bad = |what: String, bad: Bad| {
            let origin = object.origin(found.node, &found.path);
            let field = found.path.trim_start_matches('.');
            let problem = self.problem(format!("{what} {}", bad.reason));
            Box::new(
                problem
                    .fact(format!("`{field}` of {origin}"))
                    .help(bad.help),
            )
        };
        let what = format!("what `{}` selects", self.text);
        let text = value::text(found.node).map_err(|reason| bad(what.clone(), reason))?;
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| bad(what, Bad::empty()))?;
        let what = format!("{} `{text}`", self.fact);
        value::check(self.fact, text).map_err(|reason| bad(what, reason))?;
        Ok(text.to_owned())
    }
}

/// Whether a value is kept from readers. What a Secret says of itself is not: Argo CD's clusters have their facts there.
fn is_secret(object: &Object<'_>, found: &Found<'_>) -> bool {
    let path = found.path.trim_start_matches('.');
    let is_copy = path.contains("last-applied-configuration");
    let is_label = path.starts_with("metadata") && !is_copy;
    !is_label && object.origin(found.node, &found.path).place.is_hidden()
}

fn known_fact(
    object: &Object<'_>,
    entry: &Entry,
    prefix: &str,
    problems: &mut Problems,
) -> Option<FactName> {
    if let Some(fact) = fact_called(&entry.key) {
        return Some(fact);
    }
    let names = FactName::ALL.into_iter().filter(|fact| fact.is_field());
    let names: Vec<&str> = names.map(FactName::field).collect();
    let key = Node {
        span: entry.key_span.clone(),
        ..Node::null()
    };
    let close = did_you_mean(&entry.key, names.iter().copied());
    let help = match close {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("facts that can be looked up are {}", names.join(", ")),
    };
    let message = format!("`{}` is no fact that can be looked up", entry.key);
    let problem = Problem::new(&api::UNKNOWN_FIELD, object.place(&key, prefix), message);
    let problem = problem.help(help);
    problems.push(problem.values(entry.key.clone(), close.map(str::to_owned)));
    None
}

/// What there is to select, for a path that selects nothing.
fn fields_of(node: &Node) -> String {
    let data = node.get("data").or_else(|| node.get("spec"));
    let (prefix, node) = data.map_or(("$", node), |data| {
        let key = if node.get("data").is_some() {
            "$.data"
        } else {
            "$.spec"
        };
        (key, data)
    });
    let mut keys: Vec<&str> = node
        .entries()
        .iter()
        .map(|entry| entry.key.as_str())
        .collect();
    keys.truncate(12);
    match (&node.kind, keys.is_empty()) {
        (Kind::Map(_), false) => format!("fields of `{prefix}` there: {}", keys.join(", ")),
        _ => "the object holds no `data` and no `spec`".to_owned(),
    }
}

/// The objects that entries mean.
#[derive(Default)]
struct Finds<'a> {
    objects: Vec<Object<'a>>,
    /// By entry: indices of objects.
    of: Vec<Vec<usize>>,
    /// By kind: the first few objects, for messages.
    seen: BTreeMap<&'a str, Vec<String>>,
}

/// Adds what the entries find to the readings of their ClusterFacts (by index), and gives the documents that they
/// were found in, each with the ClusterFacts that looked it up.
pub(super) fn resolve<'a>(
    lookups: &[(usize, Lookup)],
    documents: &[(DocumentId, &'a Document<'a>)],
    readings: &mut [Reading],
    problems: &mut Problems,
) -> Vec<(DocumentId, DocumentId)> {
    let finds = Finds::new(lookups, documents);
    let mut used = Vec::new();
    for ((reading, lookup), found) in lookups.iter().zip(&finds.of) {
        let found = found.iter().filter_map(|index| finds.objects.get(*index));
        let found: Vec<&Object<'_>> = found.collect();
        let stated = match &found[..] {
            [object] => lookup.statement(object).map(|stated| (object.id, stated)),
            _ => Err(Box::new(finds.not_one(lookup, &found))),
        };
        let Some(reading) = readings.get_mut(*reading) else {
            continue;
        };
        match stated {
            Ok((id, statement)) => {
                used.push((id, reading.id));
                reading.statements.push(statement);
            }
            Err(problem) => {
                reading.failed.insert(lookup.fact);
                problems.push(*problem);
            }
        }
    }
    used
}

impl<'a> Finds<'a> {
    /// One pass over the documents: entries are found by a name or a label of the object, so that a fleet whose every
    /// cluster looks something up stays linear.
    fn new(lookups: &[(usize, Lookup)], documents: &[(DocumentId, &'a Document<'a>)]) -> Self {
        let mut wanted: BTreeMap<(&str, String), Vec<(usize, &Lookup)>> = BTreeMap::new();
        for (index, (_, lookup)) in lookups.iter().enumerate() {
            let same = wanted.entry((&lookup.kind, lookup.key())).or_default();
            same.push((index, lookup));
        }
        let kinds: BTreeSet<&str> = wanted.keys().map(|(kind, _)| *kind).collect();
        let mut finds = Self {
            of: vec![Vec::new(); lookups.len()],
            ..Self::default()
        };
        for (id, document) in documents {
            if !kinds.contains(document.kind.as_ref()) {
                continue;
            }
            // what cannot be read is reported by whoever owns it
            let Some(object) = Object::new(document, *id, &mut Problems::new()) else {
                continue;
            };
            let seen = finds.seen.entry(&document.kind).or_default();
            if seen.len() < SHOWN {
                seen.push(object.origin(&object.node, "").to_string());
            }
            let keys = keys(&object).into_iter();
            let lists = keys.filter_map(|key| wanted.get(&(document.kind.as_ref(), key)));
            let hits = lists
                .flatten()
                .filter(|(_, lookup)| lookup.matches(&object));
            let hits: Vec<usize> = hits.map(|(index, _)| *index).collect();
            let position = finds.objects.len();
            for index in &hits {
                if let Some(of) = finds.of.get_mut(*index) {
                    of.push(position);
                }
            }
            if !hits.is_empty() {
                finds.objects.push(object);
            }
        }
        finds
    }

    fn not_one(&self, lookup: &Lookup, found: &[&Object<'_>]) -> Problem {
        if found.is_empty() {
            let message = format!("no {} is in the input", lookup.wanted());
            let help = match self.seen.get(lookup.kind.as_str()) {
                None => format!("add the object that holds `{}` to the input", lookup.text),
                Some(seen) => format!("there are: {}", seen.join(", ")),
            };
            return lookup.problem(message).help(help);
        }
        let message = format!("{} objects are {}", found.len(), lookup.wanted());
        let listed = found.iter().take(SHOWN);
        let listed: Vec<String> = listed
            .map(|object| object.origin(&object.node, "").to_string())
            .collect();
        let help = "narrow it by `name`, `labels` or `group`";
        let problem = lookup.problem(message);
        problem.fact(listed.join(", ")).help(help)
    }
}

/// Keys of entries that may mean an object: see [`Lookup::key`].
fn keys(object: &Object<'_>) -> BTreeSet<String> {
    let labels = object.node.at(&["metadata", "labels"]);
    let labels = labels.map_or(&[][..], Node::entries).iter();
    let labels = labels.map(|label| format!("{}={}", label.key, label.value.text().unwrap_or("")));
    let mut keys: BTreeSet<String> = labels.collect();
    keys.insert(String::new());
    keys.insert(format!("/{}", object.name));
    keys.insert(format!("/{}", object.document.name));
    keys
}
