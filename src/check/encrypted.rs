//! Objects of the input that are still encrypted when they leave.

use crate::krm::Document;
use crate::problem::rules::input as rule;
use crate::problem::{Place, Problem};

/// The key that SOPS adds to what it encrypts.
const SOPS: &str = "sops";

/// Warns of what SOPS has encrypted: nobody decrypts it behind a function or a plugin, so the cluster would get it so.
pub(crate) fn check<'a>(
    documents: impl Iterator<Item = &'a Document<'a>>,
) -> impl Iterator<Item = Problem> {
    documents.filter(|document| document.mentions(SOPS)).filter_map(|document| {
        let node = document.node().ok()?;
        let entry = node.entry(SOPS)?;
        entry.value.get("mac").or(entry.value.get("lastmodified"))?;
        let place: Place = document.place(entry.key_span.clone(), SOPS);
        let (kind, name) = (&document.kind, &document.name);
        let message = format!("{kind} `{name}` is still encrypted by SOPS");
        let problem = Problem::new(&rule::STILL_ENCRYPTED, place, message);
        Some(problem.help("decrypt it before: with KSOPS as a generator of the same kustomization, which runs first; or keep it out of this folder"))
    })
}
