//! Secrets of the input: what differs is shown, and never what it says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Identity;
use crate::krm::Node;

const DATA: &str = "data";
const SHOWN: &str = "***";

/// Whether an object is a Secret.
pub(super) fn is(object: &Identity) -> bool {
    object.group.is_empty() && object.kind == "Secret"
}

/// Hides the values of a Secret, those that differ in two ways, as `kubectl diff` does.
pub(super) fn hide(object: &Identity, live: Option<&mut Node>, rendered: Option<&mut Node>) {
    if !is(object) {
        return;
    }
    let mut sides = [(live, "*** (before)"), (rendered, "*** (after)")];
    for (node, _) in &mut sides {
        if let Some(node) = node {
            settle(node);
        }
    }
    let [(before, _), (after, _)] = &sides;
    let value = |side: &Option<&mut Node>, key: &str| -> Option<String> {
        Some(side.as_ref()?.str_at(&[DATA, key])?.to_owned())
    };
    let keys = |side: &Option<&mut Node>| -> Vec<String> {
        let data = side.as_ref().and_then(|node| node.get(DATA));
        let entries = data.map_or(&[][..], Node::entries).iter();
        entries.map(|entry| entry.key.clone()).collect()
    };
    let differs = |key: &String| {
        let (before, after) = (value(before, key), value(after, key));
        before.is_some() && after.is_some() && before != after
    };
    let differing: Vec<String> = keys(before).into_iter().filter(differs).collect();
    for (node, changed) in &mut sides {
        let data = node.as_mut().and_then(|node| node.at_mut(&[DATA]));
        for entry in data.map_or(&mut [][..], |data| data.entries_mut()) {
            let is_changed = differing.contains(&entry.key);
            entry.value = if is_changed { *changed } else { SHOWN }.into();
        }
    }
}

/// `stringData` as the API server keeps it, within `data`.
fn settle(node: &mut Node) {
    let Some(plain) = node.remove("stringData") else {
        return;
    };
    for entry in plain.entries() {
        let text = entry.value.text().unwrap_or_default();
        node.make(&[DATA]).set(&entry.key, STANDARD.encode(text));
    }
}
