//! The values that a shell offers where only the program knows them.

use std::collections::BTreeSet;

use clap_complete::engine::CompletionCandidate;

use crate::api::OurKind;
use crate::catalog;
use crate::operator;
use crate::problem::rules;
use crate::types::{Version, shape_of};

/// Rules, each with what must hold.
pub(super) fn rules() -> Vec<CompletionCandidate> {
    let rules = rules::all().into_iter();
    rules.map(|rule| said(rule.slug, rule.summary)).collect()
}

/// The kinds that users write.
pub(super) fn kinds() -> Vec<CompletionCandidate> {
    OurKind::ALL.map(|kind| kind.name().into()).into()
}

/// Instance types, each with its GPUs, and the words for the other tables.
pub(super) fn types() -> Vec<CompletionCandidate> {
    let words = [
        said("operators", "the channels of operators"),
        said("models", "models to serve"),
    ];
    words.into_iter().chain(instance_types()).collect()
}

/// Instance types, each with its GPUs.
pub(super) fn instance_types() -> Vec<CompletionCandidate> {
    let types = catalog::all().map(|row| {
        // the name stands before it already
        let shown = row.to_string();
        let what = shown.split_once(": ").map_or("", |(_, what)| what);
        said(row.name, what)
    });
    types.collect()
}

/// Models to serve.
pub(super) fn models() -> Vec<CompletionCandidate> {
    let models = catalog::served_models();
    models.map(|model| said(model.id, model.task)).collect()
}

/// Releases of OpenShift AI of which the runtime is known.
pub(super) fn releases() -> Vec<CompletionCandidate> {
    let releases = catalog::runtimes();
    releases
        .map(|one| said(one.release, &format!("vLLM {}", one.vllm)))
        .collect()
}

/// Platforms of which there are types.
pub(super) fn platforms() -> Vec<CompletionCandidate> {
    let platforms = catalog::platforms().into_iter();
    platforms.map(Into::into).collect()
}

/// OpenShift versions of which channels are known.
pub(super) fn versions() -> Vec<CompletionCandidate> {
    let rows = operator::channels::rows().iter();
    // each version is the first or the last of some row
    let versions: BTreeSet<Version> = rows.flat_map(|row| [row.from, row.to]).collect();
    let versions = versions.into_iter();
    versions.map(|version| version.to_string().into()).collect()
}

fn said(value: &'static str, about: &str) -> CompletionCandidate {
    CompletionCandidate::new(value).help(Some(about.to_owned().into()))
}

/// A name that an API server takes: what is written with another is refused by every later command.
pub(super) fn object_name(text: &str) -> Result<String, String> {
    let shape = shape_of("object-name");
    let checked = shape.map_or(Ok(()), |shape| shape.check(text));
    checked
        .map(|()| text.to_owned())
        .map_err(|invalid| invalid.to_string())
}
