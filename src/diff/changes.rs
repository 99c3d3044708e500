//! Field by field: what differs, and what it does to machines.

use std::fmt::{self, Write as _};

use serde_json::Value;

use crate::cloud;
use crate::diff::made_by_cluster::PROVIDER_SPEC;
use crate::krm::Node;

/// One field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Keys from the root.
    pub path: Vec<String>,
    /// What the cluster has.
    pub live: Option<Value>,
    /// What was rendered.
    pub rendered: Option<Value>,
    /// What applying it does.
    pub impact: Impact,
}

/// What applying a difference does to machines. Nothing replaces running ones: MachineSets do not roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// The API server refuses it.
    Refused,
    /// Admission refuses it: the field has to be there.
    Required,
    /// Machines are started or removed at once.
    Scales,
    /// Machines that are made from now on; running ones stay as they are.
    NewMachines,
    /// No machine is touched.
    Harmless,
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "refused by the API server, the field cannot change",
            Self::Required => "refused by the API server, the field has to be there",
            Self::Scales => "starts or removes machines",
            Self::NewMachines => "new machines only, running ones stay as they are",
            Self::Harmless => "harmless, no machine is touched",
        })
    }
}

/// Every change between two objects.
pub(super) fn of(live: Option<&Node>, rendered: Option<&Node>) -> Vec<Change> {
    let kind = [rendered, live].into_iter().flatten();
    let kind = kind
        .into_iter()
        .find_map(|node| node.str_at(&["kind"]))
        .unwrap_or("");
    let (a, b) = (live.map(Node::to_json), rendered.map(Node::to_json));
    let mut changes = Vec::new();
    let mut path = Vec::new();
    match (&a, &b) {
        (Some(a), Some(b)) => {
            walk(a, b, kind, &mut path, &mut changes);
            let spec = rendered.and_then(|node| node.at(&PROVIDER_SPEC));
            let missing = spec.map_or_else(Vec::new, cloud::missing);
            for change in changes.iter_mut().filter(|one| one.removes(&missing)) {
                change.impact = Impact::Required;
            }
        }
        _ => changes.push(Change {
            path,
            live: a,
            rendered: b,
            impact: whole(kind),
        }),
    }
    changes
}

fn whole(kind: &str) -> Impact {
    match kind {
        "MachineSet" | "MachineAutoscaler" => Impact::Scales,
        _ => Impact::Harmless,
    }
}

fn walk(a: &Value, b: &Value, kind: &str, path: &mut Vec<String>, changes: &mut Vec<Change>) {
    if a == b {
        return;
    }
    let (Value::Object(x), Value::Object(y)) = (a, b) else {
        changes.push(change(Some(a), Some(b), kind, path));
        return;
    };
    let mut keys: Vec<&String> = x.keys().chain(y.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        path.push(key.clone());
        match (x.get(key), y.get(key)) {
            (Some(a), Some(b)) => walk(a, b, kind, path, changes),
            (a, b) => changes.push(change(a, b, kind, path)),
        }
        path.pop();
    }
}

fn change(a: Option<&Value>, b: Option<&Value>, kind: &str, path: &[String]) -> Change {
    Change {
        path: path.to_vec(),
        live: a.cloned(),
        rendered: b.cloned(),
        impact: impact(kind, path),
    }
}

fn impact(kind: &str, path: &[String]) -> Impact {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match (kind, &path[..]) {
        ("MachineSet", ["spec", "selector", ..]) => Impact::Refused,
        ("MachineSet", ["spec", "replicas"]) | ("MachineAutoscaler", ["spec", ..]) => {
            Impact::Scales
        }
        ("MachineSet", ["spec", "template", ..]) => Impact::NewMachines,
        _ => Impact::Harmless,
    }
}

impl Change {
    /// Whether it takes away a field that admission requires, or a map that holds one.
    fn removes(&self, required: &[String]) -> bool {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let Some(field) = path.strip_prefix(&PROVIDER_SPEC[..]) else {
            return false;
        };
        let field = field.join(".");
        let below = |one: &String| {
            one.strip_prefix(&field)
                .is_some_and(|rest| matches!(rest.as_bytes(), [] | [b'.', ..]))
        };
        required.iter().any(below)
    }

    /// `spec.template.spec.metadata.labels["cluster-api/accelerator"]`
    pub fn field(&self) -> String {
        let mut field = String::new();
        for key in &self.path {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if key.chars().all(word) {
                if !field.is_empty() {
                    field.push('.');
                }
                field.push_str(key);
            } else {
                let _ = write!(field, "[{}]", Value::from(key.as_str()));
            }
        }
        field
    }
}
