//! What lies in a folder of manifests and is none: a schema, values of a chart, the file of another tool.

use memchr::memmem;

use super::document::Document;
use super::split::split;
use crate::krm::tree::node::Kind;
use crate::problem::rules::{krm as rule, migrate};
use crate::problem::{Place, Problem};
use crate::source::Source;

/// Fields of an object that nobody writes into anything else together with `apiVersion`.
const OF_OBJECTS: [&str; 2] = ["items", "spec"];

/// Whether nothing in a text is, or was meant to be, an object of Kubernetes. What only lacks its `kind` was meant to
/// be one, and so was what `oc` said in place of one: these are mistakes, which somebody must hear of.
pub(crate) fn holds_no_manifest(source: &Source) -> bool {
    if names_a_kind(&source.text) {
        return false;
    }
    match split(source) {
        Ok(split) => !split.documents.is_empty() && split.documents.iter().all(is_stray),
        Err(problems) => problems.iter().all(|problem| is_list(source, problem)),
    }
}

/// Whether a line begins with `kind:`, as one of nearly every manifest does: those are not cut apart a second time.
fn names_a_kind(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.starts_with(b"kind:") || memmem::find(bytes, b"\nkind:").is_some()
}

/// What stands where an object was to be saved: a message of `oc`, or the beginning of a list, whose kind comes last.
/// `again` says how to save it.
pub(crate) fn half_saved(document: &Document<'_>, again: &str) -> Option<Problem> {
    let file = &document.source.name;
    if document.is_said_by_oc() {
        let place = document.place(document.range.start..document.range.start, "");
        let message = format!("`{file}` holds a message of `oc`, no object");
        let problem = Problem::new(&migrate::DUMP_CUT_OFF, place, message);
        return Some(problem.help("mend what it says and save the file again, or leave it out"));
    }
    let is_list = document.kind.is_empty()
        && !document.api_version.is_empty()
        && document
            .node()
            .is_ok_and(|node| node.get("items").is_some());
    is_list.then(|| cut_off(document, again))
}

/// A file that ends too early.
pub(crate) fn cut_off(document: &Document<'_>, again: &str) -> Problem {
    let end = document.range.end.saturating_sub(1);
    let end = end.max(document.range.start);
    let place = document.place(end..end, "");
    let message = format!("`{}` ends in the middle of an object", document.source.name);
    Problem::new(&migrate::DUMP_CUT_OFF, place, message).help(again)
}

/// A file without a byte in it: the shell made it, and `oc` wrote nothing into it. A List without objects has its text
/// all the same.
pub(crate) fn empty(source: &Source) -> Option<Problem> {
    let place = Place::in_file(source.name.as_str());
    let message = format!("`{}` is empty", source.name);
    source.text.trim().is_empty().then(|| {
        Problem::new(&migrate::DUMP_CUT_OFF, place, message)
            .help("`oc` prints a List even when there is nothing to list, so it failed: save the file again, or leave it out")
    })
}

fn is_stray(document: &Document<'_>) -> bool {
    if !document.kind.is_empty() || document.is_said_by_oc() {
        return false;
    }
    document.node().is_ok_and(|node| {
        let has = |field: &&str| node.get(field).is_some();
        let is_mapping = matches!(node.kind, Kind::Map(_));
        let is_meant = has(&"metadata") || has(&"apiVersion") && OF_OBJECTS.iter().any(has);
        is_mapping && !is_meant
    })
}

/// A list where an object should be: patches of kustomize, plays of Ansible, packages of npm.
fn is_list(source: &Source, problem: &Problem) -> bool {
    let at = problem.place.position.map(|(position, _)| position.line);
    let line = at.and_then(|line| source.text.lines().nth(line.saturating_sub(1)));
    problem.rule == &rule::INVALID_YAML
        && problem.message == super::split::NOT_AN_OBJECT
        && line.is_some_and(|line| line.trim_start().starts_with(['-', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_none(text: &str) -> bool {
        holds_no_manifest(&Source::new("a.yaml", text))
    }

    #[test]
    fn files_of_other_tools_are_no_manifests() {
        for text in [
            "replicas: 2\nimage: {tag: x}\n",
            "apiVersion: v2\nname: chart\nversion: 0.1.0\n",
            r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"kind": {"const": "A"}}}"#,
            r#"{"name": "x", "version": "1"}"#,
            "- op: add\n  path: /spec\n  value: 1\n",
            "[1, 2]",
            "a: 1\n---\nb: 2\n",
        ] {
            assert!(is_none(text), "{text}");
        }
    }

    #[test]
    fn what_was_meant_to_be_one_is_not_left_out() {
        for text in [
            "kind: A\nmetadata: {name: a}\n",
            r#"{"kind": "A", "apiVersion": "v1"}"#,
            "Kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n",
            "metadata: {name: a}\nspec: {}\n",
            "apiVersion: v1\nitems:\n- metadata:\n",
            "apiVersion: gpu-machineset.dev/v1alpha1\nspec: {instanceType: g6.4xlarge}\n",
            "error: You must be logged in to the server (Unauthorized)\n",
            "No resources found in x namespace.\n",
            "a: 1\n---\nkind: A\n",
            "a: [1\n",
            "a: 1\n---\njust text\n",
            "",
            "# nothing\n",
        ] {
            assert!(!is_none(text), "{text}");
        }
    }
}
