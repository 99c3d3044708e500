//! Parts of a problem in words that several forms have.

use crate::problem::Problem;

/// A file in the working tree, rather than a stream like `<stdin>`.
pub(super) fn real_file(problem: &Problem) -> Option<&str> {
    let file = problem.place.file.as_str();
    (!file.is_empty() && !file.starts_with('<')).then_some(file)
}

/// `GpuMachineSet l4, spec.zones[1]`
pub(super) fn whereabouts(problem: &Problem) -> String {
    let object = problem.place.object.as_ref().map(ToString::to_string);
    // what is broken may have neither kind nor name
    let object = object.as_deref().map_or("", str::trim);
    match (object, problem.place.path.as_str()) {
        ("", path) => path.to_owned(),
        (object, "") => object.to_owned(),
        (object, path) => format!("{object}, {path}"),
    }
}

/// Everything but the headline, one thought per line.
pub(super) fn details(problem: &Problem) -> impl Iterator<Item = (&'static str, &str)> {
    let facts = problem.facts.iter().map(|fact| ("fact", fact.as_str()));
    let help = problem.help.iter().map(|help| ("help", help.as_str()));
    facts.chain(help)
}

/// Message, whereabouts and details as plain text, for forms that have one field for all of it.
pub(super) fn in_words(problem: &Problem) -> String {
    let mut text = problem.message.clone();
    let whereabouts = whereabouts(problem);
    if !whereabouts.is_empty() {
        text.push_str("\nin ");
        text.push_str(&whereabouts);
    }
    for (label, detail) in details(problem) {
        text.push('\n');
        text.push_str(label);
        text.push_str(": ");
        text.push_str(detail);
    }
    text
}

/// What stays the same when lines move.
pub(super) fn identity(problem: &Problem) -> String {
    let file = &problem.place.file;
    let parts = [
        problem.rule.slug,
        file,
        &whereabouts(problem),
        &problem.message,
    ];
    parts.join("\n")
}
