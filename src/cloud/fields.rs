//! Fields of provider specs, held against the table of their cloud: misspelt ones in a user's override are refused, for
//! the API server drops them with a mere warning.

use std::collections::BTreeSet;

use crate::cloud::author;
use crate::cloud::author::Author;
use crate::cloud::{PoolRequest, Request};
use crate::krm::scalar::Resolved;
use crate::krm::{Kind, Node};
use crate::problem::rules::cloud as rule;
use crate::problem::{Problem, Problems, did_you_mean};

/// A field with what it holds.
pub(super) struct Field(pub(super) &'static str, pub(super) Shape);

/// What the typed struct takes: the webhook decodes strictly, so that a text in place of a number is refused.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Any,
    Text,
    Int,
    Bool,
    Texts,
    /// Any keys, each with a text.
    TextMap,
    Map(&'static [Field]),
    List(&'static [Field]),
}

use Shape::{Any, Bool, Int, List, Map, Text, TextMap, Texts};

/// The provider spec of a cloud.
pub(super) struct Table {
    pub(super) fields: &'static [Field],
    /// Fields that are judged as a whole by rules of their own.
    pub(super) judged: &'static [&'static str],
}

/// A reference by name.
pub(super) const NAME: Shape = Map(&[Field("name", Text)]);

impl Shape {
    /// The fields below; none means that anything goes.
    fn fields(self) -> &'static [Field] {
        match self {
            Map(fields) | List(fields) => fields,
            Any | Text | Int | Bool | Texts | TextMap => &[],
        }
    }

    /// How a value of this shape is called.
    fn words(self) -> &'static str {
        match self {
            Any => "anything",
            Text => "a text",
            Int => "a whole number",
            Bool => "`true` or `false`",
            Texts => "a list of texts",
            Map(_) | TextMap => "a map",
            List(_) => "a list",
        }
    }

    /// Whether a value is one, whatever it holds. Null is the zero value of each.
    fn is(self, node: &Node) -> bool {
        match (self, &node.kind) {
            (Any, _) | (Map(_) | TextMap, Kind::Map(_)) | (List(_) | Texts, Kind::List(_)) => true,
            (_, Kind::Scalar(..)) => match node.resolved() {
                Some(Resolved::Null) => true,
                Some(Resolved::Str) => matches!(self, Text),
                Some(Resolved::Int(_)) => matches!(self, Int),
                Some(Resolved::Bool(_)) => matches!(self, Bool),
                Some(Resolved::Float(_)) | None => false,
            },
            _ => false,
        }
    }
}

impl Table {
    /// Spells fields as the table does: Go reads them whatever the case of their letters, so that a `resourcepool` in Git
    /// works, and would stand beside the `resourcePool` that a pool writes.
    pub(super) fn respell(&self, node: &mut Node) {
        respell(node, self.fields);
    }

    /// Reports every unknown field of the override, and what is of another type than its field.
    pub(super) fn check(&self, patch: &Node, request: &PoolRequest<'_>, problems: &mut Problems) {
        let item = |path: &str, index| format!("{path}[{index}]");
        let mut odd = Vec::new();
        mistyped(patch, Map(self.fields), String::new(), item, &mut odd);
        odd.retain(|one| !self.judged.contains(&one.path.as_str()));
        for one in odd {
            let field = format!("spec.providerSpec.{}", one.path);
            let problem = Problem::new(
                &rule::PROVIDER_SPEC_VALUE,
                (request.place)(&field),
                one.message(),
            );
            problems.push(problem.help(match one.shape {
                Text => "write it in quotes",
                _ => "the Machine API's webhook refuses anything else",
            }));
        }
        if request.spec.allow_unknown_provider_fields != Some(true) {
            let mut found = Vec::new();
            strangers(patch, self.fields, "spec.providerSpec", item, &mut found);
            let found = found.iter();
            problems.extend(found.map(|one| unknown(one.key, one.known, &one.path, request)));
        }
    }

    /// Reports values of a worker that the webhook would refuse in the pool: nobody checked a set in Git.
    pub(super) fn types_of_worker(
        &self,
        node: &Node,
        request: &Request<'_>,
        problems: &mut Problems,
    ) {
        let Some(worker) = request.worker else {
            return;
        };
        let mut odd = Vec::new();
        let item = |path: &str, _| path.to_owned();
        mistyped(node, Map(self.fields), String::new(), item, &mut odd);
        odd.retain(|one| !self.judged.contains(&one.path.as_str()));
        let mut told = BTreeSet::new();
        for one in &odd {
            let path: Vec<&str> = one.path.split('.').collect();
            // an override was judged where it is written
            if author::of(&path, request) != Author::Worker || !told.insert(&one.path) {
                continue;
            }
            let place = worker.origin.place.clone();
            let problem = Problem::new(&rule::PROVIDER_SPEC_VALUE, place, one.message());
            problems.push(problem.fact(format!("pools clone it from worker `{}`", worker.name)).help(
            "correct it at the worker, or set it in the pool: in its own field, or under `spec.providerSpec`",
        ));
        }
    }

    /// Says which fields of a worker the Machine API drops: what is cloned from Git may never have been on a cluster.
    pub(super) fn of_worker(&self, node: &Node, request: &Request<'_>, problems: &mut Problems) {
        let Some(worker) = request.worker else {
            return;
        };
        let mut found = Vec::new();
        // one line for all elements of a list
        strangers(node, self.fields, "", |path, _| path.to_owned(), &mut found);
        let mut told = BTreeSet::new();
        for Stranger { path, key, known } in &found {
            // what is not the worker's is of the user's override, which is judged by itself
            if !has(&worker.provider_spec, path) || !told.insert(path) {
                continue;
            }
            let near = did_you_mean(key, known.iter().map(|field| field.0));
            let message = format!(
                "the Machine API knows no field `{path}`, which pools clone with this worker"
            );
            let place = worker.origin.place.clone();
            let problem = Problem::new(&rule::WORKER_FIELD_UNKNOWN, place, message);
            problems.push(match near {
                Some(near) => {
                    problem.help(format!("did you mean `{near}`? Correct it at the worker"))
                }
                None => problem.help("remove it at the worker"),
            });
        }
    }
}

fn respell(node: &mut Node, fields: &'static [Field]) {
    if !node.items().is_empty() {
        node.items_mut()
            .iter_mut()
            .for_each(|item| respell(item, fields));
        return;
    }
    if node.entries().is_empty() {
        return;
    }
    let keys: Vec<String> = node
        .entries()
        .iter()
        .map(|entry| entry.key.clone())
        .collect();
    let is_there = |name: &str| keys.iter().any(|key| key == name);
    for entry in node.entries_mut() {
        let same = |field: &&Field| field.0.eq_ignore_ascii_case(&entry.key);
        let Some(field) = fields.iter().find(same) else {
            continue;
        };
        if field.0 != entry.key && !is_there(field.0) {
            field.0.clone_into(&mut entry.key);
        }
        respell(&mut entry.value, field.1.fields());
    }
}

/// A value of another type than its field.
struct Mistyped<'n> {
    path: String,
    shape: Shape,
    node: &'n Node,
}

impl Mistyped<'_> {
    fn message(&self) -> String {
        let text = self.node.text().unwrap_or("");
        let found = match (&self.node.kind, self.node.resolved()) {
            (Kind::List(_), _) => "a list".to_owned(),
            (Kind::Map(_), _) => "a map".to_owned(),
            (_, Some(Resolved::Str)) => format!("the text `{text}`"),
            _ => format!("`{text}`"),
        };
        format!("`{}` is {}, not {found}", self.path, self.shape.words())
    }
}

/// All of them in their order. Unknown fields have no type.
fn mistyped<'n>(
    node: &'n Node,
    shape: Shape,
    path: String,
    item: fn(&str, usize) -> String,
    found: &mut Vec<Mistyped<'n>>,
) {
    if !shape.is(node) {
        found.push(Mistyped { path, shape, node });
        return;
    }
    for (index, element) in node.items().iter().enumerate() {
        let shape = match shape {
            List(fields) => Map(fields),
            Texts => Text,
            _ => continue,
        };
        mistyped(element, shape, item(&path, index), item, found);
    }
    if matches!(shape, TextMap) {
        for entry in node.entries() {
            let path = format!("{path}.{}", entry.key);
            mistyped(&entry.value, Text, path, item, found);
        }
    }
    for entry in node.entries() {
        let field = shape.fields().iter().find(|field| field.0 == entry.key);
        if let Some(field) = field {
            let dot = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{dot}{}", entry.key);
            mistyped(&entry.value, field.1, path, item, found);
        }
    }
}

/// A field that is not in the list.
struct Stranger<'n> {
    path: String,
    key: &'n str,
    /// The fields that the list has there.
    known: &'static [Field],
}

/// All of them in their order; `item` makes the path of an element of a list.
fn strangers<'n>(
    node: &'n Node,
    fields: &'static [Field],
    path: &str,
    item: fn(&str, usize) -> String,
    found: &mut Vec<Stranger<'n>>,
) {
    if fields.is_empty() {
        return;
    }
    for (index, element) in node.items().iter().enumerate() {
        strangers(element, fields, &item(path, index), item, found);
    }
    for entry in node.entries() {
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{}", entry.key);
        match fields.iter().find(|field| field.0 == entry.key) {
            // of a value of another type its type is said
            Some(field) if !field.1.is(&entry.value) => {}
            Some(field) => strangers(&entry.value, field.1.fields(), &path, item, found),
            None => found.push(Stranger {
                path,
                key: &entry.key,
                known: fields,
            }),
        }
    }
}

fn unknown(key: &str, fields: &'static [Field], path: &str, request: &PoolRequest<'_>) -> Problem {
    let names = fields.iter().map(|field| field.0);
    let near = did_you_mean(key, names.clone());
    let message = format!("the Machine API knows no field `{key}` here");
    let problem = Problem::new(
        &rule::UNKNOWN_PROVIDER_FIELD,
        (request.key_place)(path),
        message,
    );
    let problem = problem.values(key, near.map(str::to_owned));
    match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!(
            "known here: {}",
            names.collect::<Vec<_>>().join(", ")
        )),
    }
}

fn has(node: &Node, path: &str) -> bool {
    let (key, rest) = path.split_once('.').unwrap_or((path, ""));
    let below = |value: &Node| rest.is_empty() || has(value, rest);
    node.get(key).is_some_and(below) || node.items().iter().any(|item| has(item, path))
}
