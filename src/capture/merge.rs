//! Captured facts into a file that people have edited: their comments and their own facts stay.

use crate::api::GROUP;
use crate::krm::complete::{self, Edits};
use crate::krm::{Document, Entry, Node, Source, amend, split, split_again};
use crate::problem::rules::migrate as rule;
use crate::problem::{Place, Problem, Problems};

const WORKERS: &str = "workerMachineSets";
const OPERATORS: &str = "operators";

/// The text of `file` with the facts of `captured`; `None` after problems.
pub(crate) fn merge(captured: &str, file: &Source, problems: &mut Problems) -> Option<String> {
    let fresh = Source::new("captured", captured);
    let fresh = problems.take(split_again(&fresh))?;
    let fresh = problems.take(fresh.documents.first()?.node())?;
    let documents = problems.take(split(file))?.documents;
    let mut facts = documents.iter().filter(|one| one.is(GROUP, "ClusterFacts"));
    let (Some(document), None) = (facts.next(), facts.next()) else {
        let message = format!("`{}` does not hold exactly one ClusterFacts", file.name);
        let place = Place::in_file(file.name.as_str());
        problems.push(
            Problem::new(&rule::CANNOT_MERGE, place, message)
                .help("name the file of one cluster; `> FILE` empties it before it is read: write with `-o FILE`"),
        );
        return None;
    };
    let old = problems.take(document.node())?;
    let infra = |node: &Node| {
        node.str_at(&["spec", "infrastructureName"])
            .map(str::to_owned)
    };
    if let (Some(theirs), Some(ours)) = (infra(&old), infra(&fresh))
        && theirs != ours
    {
        let place = document.place(old.span.clone(), "spec.infrastructureName");
        let message = format!("`{}` holds the facts of cluster `{theirs}`", file.name);
        problems.push(
            Problem::new(&rule::CLUSTERS_MIXED, place, message)
                .fact(format!("the dump is of cluster `{ours}`"))
                .help("merge into the file of that cluster"),
        );
        return None;
    }
    stays(document, &old, &fresh, problems);
    let merged = edits(document, &old, &fresh).map(|edits| amend::apply(&file.text, edits));
    let merged = merged.filter(|text| holds(text, &fresh));
    if merged.is_none() {
        let place = document.place(old.span.clone(), "spec");
        let message = format!(
            "the facts cannot be merged into `{}` line by line",
            file.name
        );
        problems.push(
            Problem::new(&rule::CANNOT_MERGE, place, message)
                .help("write `spec` and `workerMachineSets` in block style, without anchors"),
        );
    }
    merged
}

fn edits(document: &Document<'_>, old: &Node, fresh: &Node) -> Option<Edits> {
    let text = document.source.text.as_str();
    let spec = old.get("spec")?;
    let mut edits = Edits::new();
    for entry in fresh.get("spec")?.entries() {
        match spec.entry(&entry.key) {
            None => edits.extend(
                complete::add_entry(document, old, &["spec"], &entry.key, &entry.value).ok()?,
            ),
            Some(known) if known.value.to_json() == entry.value.to_json() => {}
            Some(known) if entry.key == WORKERS && !known.value.items().is_empty() => {
                edits.extend(workers(document, old, &known.value, &entry.value)?);
            }
            Some(known) if entry.key == OPERATORS && !known.value.entries().is_empty() => {
                edits.extend(operators(document, old, &known.value, &entry.value)?);
            }
            Some(known) => edits.extend(amend::replace_entry(text, known, &entry.value)?),
        }
    }
    Some(edits)
}

/// By package: those that the dump does not show stay, since people name here what was installed without OLM.
fn operators(document: &Document<'_>, root: &Node, old: &Node, fresh: &Node) -> Option<Edits> {
    let text = document.source.text.as_str();
    let mut edits = Edits::new();
    for entry in fresh.entries() {
        match old.entry(&entry.key) {
            Some(known) if known.value.to_json() == entry.value.to_json() => {}
            Some(known) => edits.extend(amend::replace_entry(text, known, &entry.value)?),
            None => edits.extend(
                complete::add_entry(
                    document,
                    root,
                    &["spec", OPERATORS],
                    &entry.key,
                    &entry.value,
                )
                .ok()?,
            ),
        }
    }
    Some(edits)
}

/// Says which operators of the file the dump does not show.
fn stays(document: &Document<'_>, old: &Node, fresh: &Node, problems: &mut Problems) {
    let path = ["spec", OPERATORS];
    let (Some(old), Some(fresh)) = (old.at(&path), fresh.at(&path)) else {
        return;
    };
    for entry in old
        .entries()
        .iter()
        .filter(|one| fresh.get(&one.key).is_none())
    {
        let package = &entry.key;
        let message = format!("`{package}` stays, although the dump does not show it");
        let place = document.place(
            entry.value.span.clone(),
            format!("spec.operators.{package}"),
        );
        problems.push(
            Problem::new(&rule::OPERATOR_STAYS, place, message)
                .help("remove it here when it was uninstalled, so that it is made again"),
        );
    }
}

/// By name: what is the same stays as it is written, what is gone from the cluster goes.
fn workers(document: &Document<'_>, root: &Node, old: &Node, fresh: &Node) -> Option<Edits> {
    let text = document.source.text.as_str();
    let name = |item: &Node| item.str_at(&["name"]).map(str::to_owned);
    let mut edits = Edits::new();
    for item in old.items() {
        match fresh.items().iter().find(|one| name(one) == name(item)) {
            Some(one) if one.to_json() == item.to_json() => {}
            Some(one) => edits.extend(amend::replace_item(text, item, one)?),
            None => edits.extend(amend::remove_item(text, item)?),
        }
    }
    let is_new = |one: &&Node| !old.items().iter().any(|item| name(item) == name(one));
    let new: Vec<Node> = fresh.items().iter().filter(is_new).cloned().collect();
    if !new.is_empty() {
        edits.extend(complete::add_items(document, root, &["spec", WORKERS], &new).ok()?);
    }
    Some(edits)
}

/// Whether a text states all that was captured.
fn holds(text: &str, fresh: &Node) -> bool {
    let source = Source::new("merged", text);
    let Ok(split) = split(&source) else {
        return false;
    };
    let facts = split
        .documents
        .iter()
        .find(|one| one.is(GROUP, "ClusterFacts"));
    let Some(node) = facts.and_then(|one| one.node().ok()) else {
        return false;
    };
    let states = |key: &str, value: &Node| {
        let Some(known) = node.at(&["spec", key]) else {
            return false;
        };
        let same = |one: &Node| {
            known
                .items()
                .iter()
                .any(|item| item.to_json() == one.to_json())
        };
        if key == OPERATORS {
            let same =
                |one: &Entry| known.get(&one.key).map(Node::to_json) == Some(one.value.to_json());
            value.entries().iter().all(same)
        } else if key == WORKERS {
            known.items().len() == value.items().len() && value.items().iter().all(same)
        } else {
            known.to_json() == value.to_json()
        }
    };
    let entries = fresh.get("spec").map(Node::entries).unwrap_or_default();
    entries.iter().all(|entry| states(&entry.key, &entry.value))
}
