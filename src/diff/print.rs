//! Comparisons for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Change, Comparison, Difference, Impact, secret, unified};
use crate::krm::{Node, emit};

/// Longest value in a line of a summary.
const SHOWN: usize = 60;

/// A unified diff, live to rendered. What each difference does stands in lines that begin with `#`.
pub(crate) fn text(comparison: &Comparison) -> String {
    let mut text = String::new();
    for difference in &comparison.differences {
        object(&mut text, difference);
    }
    if comparison.differences.is_empty() {
        return text;
    }
    let worst = comparison.differences.iter().flat_map(|one| &one.changes);
    let worst = worst
        .map(|change| change.impact)
        .min()
        .unwrap_or(Impact::Harmless);
    let conclusion = worst.conclusion();
    let (differ, all) = (comparison.differences.len(), comparison.compared);
    let _ = writeln!(text, "# {differ} of {all} objects differ: {conclusion}");
    text
}

fn object(text: &mut String, difference: &Difference) {
    let title = title(difference);
    for change in &difference.changes {
        let field = change.field();
        let what = match (&change.live, &change.rendered) {
            (None, Some(_)) if change.path.is_empty() => "not on the cluster: is made".to_owned(),
            (Some(_), None) if change.path.is_empty() => {
                "no longer rendered: stays until it is deleted or pruned".to_owned()
            }
            (live, rendered) => format!(
                "{field}: {} -> {}",
                short(live.as_ref()),
                short(rendered.as_ref())
            ),
        };
        let _ = writeln!(text, "# {title}: {what} ({})", change.impact);
    }
    let yaml = |node: Option<&Node>| {
        node.map(|node| emit::block(&sorted(node), 0))
            .unwrap_or_default()
    };
    let name = |node: Option<&Node>, side: &str| match node {
        Some(_) => format!("{side}/{title}"),
        None => "/dev/null".to_owned(),
    };
    let (live, rendered) = (difference.live.as_ref(), difference.rendered.as_ref());
    let _ = writeln!(
        text,
        "--- {}\n+++ {}",
        name(live, "live"),
        name(rendered, "rendered")
    );
    text.push_str(&unified::hunks(&yaml(live), &yaml(rendered)));
}

fn title(difference: &Difference) -> String {
    format!("{}/{}", difference.object.kind, difference.object.name)
}

fn short(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or("")),
        None => text,
    }
}

/// The same object with its keys in order.
fn sorted(node: &Node) -> Node {
    fn sort(node: &mut Node) {
        if !node.entries().is_empty() {
            let entries = node.entries_mut();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            for entry in entries {
                sort(&mut entry.value);
            }
        } else if !node.items().is_empty() {
            node.items_mut().iter_mut().for_each(sort);
        }
    }
    let mut node = node.clone();
    sort(&mut node);
    node
}

/// One JSON Patch (RFC 6902) per object, from what is live to what was rendered.
pub(crate) fn json_patch(comparison: &Comparison) -> String {
    printed(patches(comparison))
}

/// As they are printed.
pub(crate) fn printed(patches: Vec<Value>) -> String {
    format!("{:#}\n", Value::Array(patches))
}

/// The patches, each with its object.
pub(crate) fn patches(comparison: &Comparison) -> Vec<Value> {
    let object = |difference: &Difference| {
        let is_secret = secret::is(&difference.object);
        // of a Secret what is hidden is no value that anybody may write
        let shown = difference.changes.iter().filter(|_| !is_secret);
        let patch: Vec<Value> = shown.map(operation).collect();
        let impacts: Vec<String> = (difference.changes.iter())
            .map(|change| change.impact.to_string())
            .collect();
        json!({
            "apiVersion": difference.api_version,
            "kind": difference.object.kind,
            "namespace": difference.object.namespace,
            "name": difference.object.name,
            "patch": patch,
            "impact": impacts,
        })
    };
    comparison.differences.iter().map(object).collect()
}

fn operation(change: &Change) -> Value {
    let escaped = change
        .path
        .iter()
        .map(|key| key.replace('~', "~0").replace('/', "~1"));
    let path: String = escaped.flat_map(|key| ["/".to_owned(), key]).collect();
    match (&change.live, &change.rendered) {
        (_, None) => json!({"op": "remove", "path": path}),
        (None, Some(value)) => json!({"op": "add", "path": path, "value": value}),
        (Some(_), Some(value)) => json!({"op": "replace", "path": path, "value": value}),
    }
}
