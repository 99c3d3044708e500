//! Field by field: what differs, and what it does to machines.

use std::fmt::Write as _;

use serde_json::Value;

use super::open_stack::OfOpenStack;
use crate::krm::Node;
use crate::node_group::{Impact, KindDef, NodeGroup};

/// One field that differs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    /// Keys from the root.
    pub path: Vec<String>,
    /// What the cluster has.
    pub live: Option<Value>,
    /// What was rendered.
    pub rendered: Option<Value>,
    /// What applying it does.
    pub impact: Impact,
}

/// Every change between two objects of one kind, which may be one of pools or of an OpenStack.
pub(super) fn of(
    of_pools: Option<(&dyn NodeGroup, &KindDef)>,
    of_open_stack: Option<&OfOpenStack<'_>>,
    (live, rendered): (Option<&Node>, Option<&Node>),
) -> Vec<Change> {
    let lacking = of_pools
        .zip(rendered)
        .map(|((form, _), node)| form.lacks(node));
    let lacking = lacking.unwrap_or_default();
    let impact = |path: &[&str]| match of_pools {
        None => of_open_stack.map_or(Impact::Harmless, |of| of.impact(path)),
        Some((form, _)) if form.removes(&lacking, path) => Impact::Required,
        Some((form, def)) => form.impact(def, path),
    };
    let (a, b) = (live.map(Node::to_json), rendered.map(Node::to_json));
    let mut changes = Vec::new();
    match (&a, &b) {
        (Some(a), Some(b)) => walk(a, b, &impact, &mut Vec::new(), &mut changes),
        _ => changes.push(change(a.as_ref(), b.as_ref(), &impact, &[])),
    }
    changes
}

/// What a change of a field does.
type ImpactOf<'a> = &'a dyn Fn(&[&str]) -> Impact;

fn walk(
    a: &Value,
    b: &Value,
    impact: ImpactOf<'_>,
    path: &mut Vec<String>,
    changes: &mut Vec<Change>,
) {
    if a == b {
        return;
    }
    let (Value::Object(x), Value::Object(y)) = (a, b) else {
        changes.push(change(Some(a), Some(b), impact, path));
        return;
    };
    let mut keys: Vec<&String> = x.keys().chain(y.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        path.push(key.clone());
        match (x.get(key), y.get(key)) {
            (Some(a), Some(b)) => walk(a, b, impact, path, changes),
            (a, b) => changes.push(change(a, b, impact, path)),
        }
        path.pop();
    }
}

fn change(
    live: Option<&Value>,
    rendered: Option<&Value>,
    impact: ImpactOf<'_>,
    path: &[String],
) -> Change {
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    Change {
        path: path.to_vec(),
        live: live.cloned(),
        rendered: rendered.cloned(),
        impact: impact(&keys),
    }
}

impl Change {
    /// `spec.template.spec.metadata.labels["cluster-api/accelerator"]`
    pub(crate) fn field(&self) -> String {
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
