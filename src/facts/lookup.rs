//! `ClusterFacts.spec.from`: facts by JSONPath out of any object of the input.

use std::collections::{BTreeMap, BTreeSet};

use super::DocumentId;
use super::gather::fact_called;
use super::path::{Found, Path};
use super::read::{Object, Reading, Statement};
use super::sources::{FactName, Standing};
use super::value::{self, Bad};
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
    path: Path,
    /// The path as written.
    text: String,
    place: Place,
}

type Parsed<'a> = BTreeMap<DocumentId, Option<Object<'a>>>;

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
        let path = problems.take(path).flatten();
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
        self.name.as_ref().is_none_or(named) && self.labels.iter().all(has)
    }

    fn is_group(&self, document: &Document<'_>) -> bool {
        let group = self.group.as_ref();
        group.is_none_or(|group| document.group() == group)
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

/// Adds what the entries find to the readings of their ClusterFacts (by index), and gives the documents that they
/// were found in.
pub(super) fn resolve<'a>(
    lookups: &[(usize, Lookup)],
    documents: &[(DocumentId, &'a Document<'a>)],
    readings: &mut [Reading],
    problems: &mut Problems,
) -> BTreeSet<DocumentId> {
    let mut used = BTreeSet::new();
    let mut parsed = Parsed::new();
    let mut kinds: BTreeMap<&str, Vec<(DocumentId, &'a Document<'a>)>> = BTreeMap::new();
    for (id, document) in documents.iter().filter(|_| !lookups.is_empty()) {
        let same = kinds.entry(document.kind.as_ref()).or_default();
        same.push((*id, document));
    }
    for (reading, lookup) in lookups {
        let kind = kinds
            .get(lookup.kind.as_str())
            .map_or(&[][..], Vec::as_slice);
        let kind = kind
            .iter()
            .filter(|(_, document)| lookup.is_group(document));
        let kind: Vec<_> = kind.collect();
        for (id, document) in &kind {
            // what cannot be read is reported by whoever owns it
            let read = || Object::new(document, *id, &mut Problems::new());
            parsed.entry(*id).or_insert_with(read);
        }
        let objects = kind.iter().filter_map(|(id, _)| parsed.get(id)?.as_ref());
        let objects: Vec<&Object<'_>> = objects.collect();
        let matching = objects
            .iter()
            .copied()
            .filter(|object| lookup.matches(object));
        let matching: Vec<&Object<'_>> = matching.collect();
        match &matching[..] {
            [object] => match lookup.statement(object) {
                Ok(statement) => {
                    used.insert(object.id);
                    if let Some(reading) = readings.get_mut(*reading) {
                        reading.statements.push(statement);
                    }
                }
                Err(problem) => problems.push(*problem),
            },
            [] => {
                let message = format!("no {} is in the input", lookup.wanted());
                let help = match listed(&objects) {
                    list if list.is_empty() => {
                        format!("add the object that holds `{}` to the input", lookup.text)
                    }
                    list => format!("there are: {list}"),
                };
                problems.push(lookup.problem(message).help(help));
            }
            several => {
                let message = format!("{} objects are {}", several.len(), lookup.wanted());
                let help = "narrow it by `name`, `labels` or `group`";
                let problem = lookup.problem(message).fact(listed(several)).help(help);
                problems.push(problem);
            }
        }
    }
    used
}

fn listed(objects: &[&Object<'_>]) -> String {
    let names = objects.iter().take(8);
    let names: Vec<String> = names
        .map(|object| object.origin(&object.node, "").to_string())
        .collect();
    names.join(", ")
}
