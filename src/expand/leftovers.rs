//! What does not leave is taken out, and said; so is what was written into objects of others.

use std::collections::BTreeMap;

use crate::api::LOCAL_CONFIG;
use crate::expand::changes::Changes;
use crate::expand::what_leaves::{Fate, Leaving, is_input, unread};
use crate::facts::DocumentId;
use crate::krm::{Document, Node, complete, emit};
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems, Rule, first_of};

/// Objects that a message names: of a dump, which holds hundreds, and of those that somebody may miss.
const OF_DUMP: usize = 5;
const OF_OTHERS: usize = 20;
/// Files that a message names.
const FILES: usize = 20;

const TO_BE_READ: &str = "only saved to be read? Annotate it `config.kubernetes.io/local-config: \"true\"`, or name its file behind `render --facts`";
const TO_BE_APPLIED: &str =
    "to be applied from Git? Remove `uid`, `resourceVersion` and `managedFields` from its metadata";

/// Objects of one fate.
type Objects<'s, 'a> = Vec<&'s Document<'a>>;

/// Takes out what must not reach the cluster, and says so of each.
pub(super) fn leftovers<'s>(
    leaving: &Leaving<'_, 's, '_>,
    changes: &mut Changes,
    problems: &mut Problems,
) {
    let mut saved: BTreeMap<(Fate, &str), Objects<'s, '_>> = BTreeMap::new();
    let (mut doubtful, mut idle) = (Objects::new(), Objects::new());
    let (mut exported, mut applied) = (Objects::new(), Objects::new());
    let mut marked = Vec::new();
    let splits = leaving.splits.iter().enumerate();
    for (at, split) in splits.filter(|(_, split)| is_input(split)) {
        for (index, document) in split.documents.iter().enumerate() {
            problems.extend(unread(document));
            let fate = leaving.fate(document, (at, index));
            match fate {
                Fate::Leaves => continue,
                Fate::Exported => exported.push(document),
                Fate::Applied => applied.push(document),
                Fate::Marked => marked.extend(mark(leaving, document, (at, index), changes)),
                Fate::Idle => idle.push(document),
                Fate::Fact if !leaving.is_surely_saved(document, (at, index)) => {
                    doubtful.push(document);
                }
                Fate::Fact | Fate::Dump => {
                    let file = split.source.name.as_str();
                    saved.entry((fate, file)).or_default().push(document);
                }
                Fate::Ours | Fate::LocalConfig | Fate::MadeAnew => {}
            }
            if !matches!(fate, Fate::Exported | Fate::Applied | Fate::Marked) {
                changes.remove((at, index));
            }
        }
    }
    // after errors nothing leaves at all, and what served is not known
    if problems.has_errors() {
        return;
    }
    problems.extend(marked);
    problems.extend(not_rendered(&saved));
    let doubt = [
        (&rule::EXPORT_NOT_RENDERED, &doubtful, "served as facts and"),
        (&rule::EXPORT_NOT_RENDERED, &idle, "served as no facts and"),
        (&rule::EXPORT_LEAVES, &exported, "served as no facts and"),
        (
            &rule::FACT_WOULD_BE_APPLIED,
            &applied,
            "served as facts and",
        ),
    ];
    let said = doubt.into_iter();
    problems.extend(said.filter_map(|(rule, objects, served)| export(rule, objects, served)));
}

fn named(documents: &[&Document<'_>], shown: usize) -> String {
    let names = documents.iter();
    first_of(
        names.map(|document| match document.name.as_ref() {
            "" => format!("a {} without objects", document.kind),
            name => format!("{} `{name}`", document.kind),
        }),
        shown,
    )
}

/// One message for all that nobody can mean to apply.
fn not_rendered(saved: &BTreeMap<(Fate, &str), Objects<'_, '_>>) -> Option<Problem> {
    let first = saved.values().flatten().next()?;
    let message = match saved.values().map(Vec::len).sum::<usize>() {
        1 => "1 object that was saved from a cluster is not rendered".to_owned(),
        count => format!("{count} objects that were saved from a cluster are not rendered"),
    };
    let place = first.place(first.range.start..first.range.start, "");
    let mut problem = Problem::new(&rule::DUMP_NOT_RENDERED, place, message);
    for ((fate, file), documents) in saved.iter().take(FILES) {
        let why = match fate {
            Fate::Dump => "saved with them",
            _ => "served as facts",
        };
        problem = problem.fact(format!("{why}: {} ({file})", named(documents, OF_DUMP)));
    }
    if let Some(more @ 1..) = saved.len().checked_sub(FILES) {
        problem = problem.fact(format!("and those of {more} more files"));
    }
    Some(problem.help("does Git apply one of them? Then remove `uid`, `resourceVersion` and `managedFields` from its metadata, outside of a `List`"))
}

/// One message for all objects of which nobody can tell whether they are to be read or to be applied.
fn export(rule: &'static Rule, documents: &[&Document<'_>], served: &str) -> Option<Problem> {
    let first = documents.first()?;
    let (was, are) = match documents.len() {
        1 => ("was", "is"),
        _ => ("were", "are"),
    };
    let names = named(documents, OF_OTHERS);
    let end = if *rule == rule::EXPORT_NOT_RENDERED {
        format!("{are} not rendered")
    } else {
        "would be applied".to_owned()
    };
    let message = format!("{names} {was} saved from a cluster, {served} {end}");
    let place = first.place(first.range.start..first.range.start, "metadata");
    let problem = Problem::new(rule, place, message);
    Some(problem.help(TO_BE_READ).help(TO_BE_APPLIED))
}

/// Marks what a placeholder that stays needs the next time.
fn mark(
    leaving: &Leaving<'_, '_, '_>,
    document: &Document<'_>,
    id: DocumentId,
    changes: &mut Changes,
) -> Option<Problem> {
    let staying = leaving.needed_by(document)?;
    let node = document.node().ok()?;
    let path = ["metadata", "annotations"];
    let value = Node::from("true");
    if let Ok(edits) = complete::add_entry(document, &node, &path, LOCAL_CONFIG, &value) {
        changes.edit(id, edits);
    } else {
        let mut marked = node.clone();
        marked.make(&path).set(LOCAL_CONFIG, value);
        changes.replace(id, marked);
    }
    let message = format!(
        "{} `{}` is marked local-config, as {} `{}` is, which needs it the next time",
        document.kind, document.name, staying.kind, staying.name
    );
    let place = document.place(node.span.start..node.span.start, "metadata.annotations");
    let problem = Problem::new(&rule::PLACEHOLDER_MARKED, place, message);
    Some(problem.help(format!(
        "write `{LOCAL_CONFIG}: \"true\"` into its annotations"
    )))
}

/// Says what was written into an object of the input; after errors nothing is.
pub(super) fn completed(
    document: &Document<'_>,
    node: &Node,
    lines: &[(String, &Node)],
    problems: &mut Problems,
) {
    if lines.is_empty() || problems.has_errors() {
        return;
    }
    let (kind, name) = (&document.kind, &document.name);
    let paths = lines.iter().map(|(path, _)| format!("`{path}`"));
    let paths: Vec<String> = paths.collect();
    let message = format!("{kind} `{name}` is completed: {}", paths.join(", "));
    let place = document.place(node.span.start..node.span.start, "");
    let problem = Problem::new(&rule::COMPLETED, place, message);
    let added = |problem: Problem, (path, value): &(String, &Node)| {
        problem.fact(format!("added at `{path}`: {}", emit::flow(value)))
    };
    problems.push(lines.iter().fold(problem, added));
}
