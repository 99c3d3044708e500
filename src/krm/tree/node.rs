//! The tree of one document: every scalar keeps its text, its style and its place, so that what is not edited is
//! not re-typed. A typed `Value` would change 26 to 45 of 5,328 real manifests (`0755`, `"on"`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::Value;

use super::scalar::{self, Resolved};

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: its type follows from its text.
    Plain,
    /// Quoted or block: a string, whatever its text.
    Quoted,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Text and how it was written.
    Scalar(String, Style),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in its order.
    Map(Vec<Entry>),
}

impl Kind {
    /// The entries of a map; turns anything else into an empty map first.
    fn map_mut(&mut self) -> &mut Vec<Entry> {
        match self {
            Self::Map(entries) => entries,
            other => {
                *other = Self::Map(Vec::new());
                other.map_mut()
            }
        }
    }

    /// The elements of a list; turns anything else into an empty list first.
    fn list_mut(&mut self) -> &mut Vec<Node> {
        match self {
            Self::List(items) => items,
            other => {
                *other = Self::List(Vec::new());
                other.list_mut()
            }
        }
    }
}

/// A value with its place in the source that it was read from (empty for what we made).
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub kind: Kind,
    /// Byte range in the source.
    pub span: Range<usize>,
}

/// One key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Byte range of the key.
    pub key_span: Range<usize>,
    /// The value.
    pub value: Node,
}

impl PartialEq for Node {
    /// Places do not count.
    fn eq(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Scalar(a, style_a), Kind::Scalar(b, style_b)) => a == b && style_a == style_b,
            (Kind::List(a), Kind::List(b)) => a == b,
            (Kind::Map(a), Kind::Map(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .zip(b)
                        .all(|(x, y)| x.key == y.key && x.value == y.value)
            }
            _ => false,
        }
    }
}

impl From<Kind> for Node {
    fn from(kind: Kind) -> Self {
        Self { kind, span: 0..0 }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Kind::Scalar(text.to_owned(), Style::Quoted).into()
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Kind::Scalar(text, Style::Quoted).into()
    }
}

impl From<u64> for Node {
    fn from(number: u64) -> Self {
        Kind::Scalar(number.to_string(), Style::Plain).into()
    }
}

impl From<u32> for Node {
    fn from(number: u32) -> Self {
        u64::from(number).into()
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Kind::Scalar(value.to_string(), Style::Plain).into()
    }
}

impl From<Vec<Node>> for Node {
    fn from(items: Vec<Node>) -> Self {
        Kind::List(items).into()
    }
}

impl<K: Into<String>, const N: usize> From<[(K, Node); N]> for Node {
    fn from(entries: [(K, Node); N]) -> Self {
        Self::map(entries)
    }
}

impl Node {
    /// A mapping in the given order.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Node)>) -> Self {
        let entries = entries.into_iter().map(|(key, value)| Entry {
            key: key.into(),
            key_span: 0..0,
            value,
        });
        Kind::Map(entries.collect()).into()
    }

    /// An explicit null.
    pub fn null() -> Self {
        Kind::Scalar("null".to_owned(), Style::Plain).into()
    }

    /// From what serde made of a typed object.
    pub fn from_json(value: &Value) -> Self {
        match value {
            Value::Null => Self::null(),
            Value::Bool(value) => (*value).into(),
            Value::Number(number) => Kind::Scalar(number.to_string(), Style::Plain).into(),
            Value::String(text) => text.as_str().into(),
            Value::Array(items) => items.iter().map(Self::from_json).collect::<Vec<_>>().into(),
            Value::Object(entries) => Self::map(
                entries
                    .iter()
                    .map(|(k, v)| (k.as_str(), Self::from_json(v))),
            ),
        }
    }

    /// As Kubernetes' readers type it (kyaml and sigs.k8s.io/yaml agree on what is listed in `krm/scalar.rs`).
    pub fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Scalar(text, Style::Quoted) => Value::String(text.clone()),
            Kind::Scalar(text, Style::Plain) => scalar::resolve(text).to_json(text),
            Kind::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Kind::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.clone(), entry.value.to_json()))
                    .collect(),
            ),
        }
    }

    /// The type of a scalar; `None` for lists and maps.
    pub fn resolved(&self) -> Option<Resolved> {
        match &self.kind {
            Kind::Scalar(_, Style::Quoted) => Some(Resolved::Str),
            Kind::Scalar(text, Style::Plain) => Some(scalar::resolve(text)),
            _ => None,
        }
    }

    /// Whether it is null (written or empty).
    pub fn is_null(&self) -> bool {
        self.resolved() == Some(Resolved::Null)
    }

    /// A scalar's text, whatever its type.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// A string's text: a scalar that is neither null, boolean nor number.
    pub fn str(&self) -> Option<&str> {
        self.text()
            .filter(|_| self.resolved() == Some(Resolved::Str))
    }

    /// The elements of a list, none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a map, none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The entries of a map to edit; turns anything else into an empty map first.
    pub fn entries_mut(&mut self) -> &mut Vec<Entry> {
        self.kind.map_mut()
    }

    /// The elements of a list to edit; turns anything else into an empty list first.
    pub fn items_mut(&mut self) -> &mut Vec<Node> {
        self.kind.list_mut()
    }

    /// Whether it is an empty list or map.
    pub fn is_empty(&self) -> bool {
        match &self.kind {
            Kind::List(items) => items.is_empty(),
            Kind::Map(entries) => entries.is_empty(),
            Kind::Scalar(..) => false,
        }
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of a key, to edit.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        match &mut self.kind {
            Kind::Map(entries) => entries
                .iter_mut()
                .find(|entry| entry.key == key)
                .map(|entry| &mut entry.value),
            _ => None,
        }
    }

    /// How much an alias to it copies: its nodes, long texts more than once.
    pub(in crate::krm) fn size(&self) -> usize {
        match &self.kind {
            Kind::Scalar(text, _) => 1 + text.len() / 64,
            Kind::List(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Kind::Map(entries) => {
                1 + (entries.iter())
                    .map(|entry| 1 + entry.value.size())
                    .sum::<usize>()
            }
        }
    }

    /// The value at a path of keys (`["spec", "template"]`).
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The string at a path of keys.
    pub fn str_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).and_then(Node::str)
    }

    /// Sets a key: in its place when it is there, at the end when it is not.
    pub fn set(&mut self, key: &str, value: impl Into<Node>) {
        let value = value.into();
        match self.get_mut(key) {
            Some(slot) => *slot = value,
            None => self.entries_mut().push(Entry {
                key: key.to_owned(),
                key_span: 0..0,
                value,
            }),
        }
    }

    /// The value at a path of keys, made of empty maps where it is missing.
    pub fn make(&mut self, path: &[&str]) -> &mut Node {
        let mut node = self;
        for key in path {
            node = node.child(key);
        }
        node
    }

    /// The value of a key, an empty map where it is missing.
    fn child(&mut self, key: &str) -> &mut Node {
        let entries = self.entries_mut();
        let known = entries.iter().position(|entry| entry.key == key);
        let place = known.unwrap_or(entries.len());
        if known.is_none() {
            entries.push(Entry {
                key: key.to_owned(),
                key_span: 0..0,
                value: Kind::Map(Vec::new()).into(),
            });
        }
        // a `Vec` lends what was pushed only by its place; `Vec::push_mut` is not in the oldest Rust that builds this
        &mut entries[place].value
    }

    /// Removes a key and gives its value.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        match &mut self.kind {
            Kind::Map(entries) => {
                let index = entries.iter().position(|entry| entry.key == key)?;
                Some(entries.remove(index).value)
            }
            _ => None,
        }
    }

    /// Applies a JSON merge patch (RFC 7386): null removes, maps merge, all else replaces.
    pub fn merge_patch(&mut self, patch: &Node) {
        let Kind::Map(entries) = &patch.kind else {
            *self = patch.clone();
            return;
        };
        let target = self.entries_mut();
        // a map may have a million keys: none of them is searched for one by one
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (place, entry) in target.iter().enumerate() {
            places.entry(entry.key.clone()).or_insert(place);
        }
        let mut gone = BTreeSet::new();
        for change in entries {
            let known = places.get(&change.key).and_then(|at| target.get_mut(*at));
            match (known, change.value.is_null()) {
                (Some(_), true) => {
                    gone.insert(change.key.as_str());
                }
                (None, true) => {}
                (Some(entry), false) => entry.value.merge_patch(&change.value),
                (None, false) => {
                    let mut value = Node::from(Kind::Map(Vec::new()));
                    value.merge_patch(&change.value);
                    target.push(Entry {
                        key: change.key.clone(),
                        key_span: 0..0,
                        value,
                    });
                }
            }
        }
        if !gone.is_empty() {
            target.retain(|entry| !gone.contains(entry.key.as_str()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merge_patch_follows_rfc_7386() {
        let mut node = Node::from_json(&serde_json::json!({"a": {"b": 1, "c": 2}, "d": [1]}));
        let patch = serde_json::json!({"a": {"b": null, "e": 3}, "d": [2], "f": {"g": null}});
        node.merge_patch(&Node::from_json(&patch));
        let expected = serde_json::json!({"a": {"c": 2, "e": 3}, "d": [2], "f": {}});
        assert_eq!(node.to_json(), expected);
    }

    #[test]
    fn a_patch_of_many_keys_takes_no_longer_than_a_walk_over_them() {
        // searched one by one these are 40,000,000,000 comparisons: this test would not end
        let entries = (0..200_000).map(|n| Entry {
            key: format!("k{n}"),
            key_span: 0..0,
            value: "v".into(),
        });
        let patch = Node::from(Kind::Map(entries.collect()));
        let mut node = patch.clone();
        node.merge_patch(&patch);
        assert_eq!(node.entries().len(), 200_000);
    }

    #[test]
    fn what_is_not_edited_keeps_its_text() {
        let mut node = Node::map([("mode", Kind::Scalar("0755".into(), Style::Plain).into())]);
        node.set("name", "on");
        assert_eq!(node.get("mode").and_then(Node::text), Some("0755"));
        assert_eq!(node.get("name").and_then(Node::str), Some("on"));
    }
}
