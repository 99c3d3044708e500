//! Models that are served, and objects of KServe and 3scale that others wrote: what never becomes ready, what nobody
//! measures, what an API server refuses, what is missing around them.

mod around;
mod backends;
mod namespaces;
mod predictor;
mod products;
mod runtimes;
mod scaling;
mod scheduling;
mod secrets;
mod served;
mod services;

use crate::api::{GROUP, OurKind, Owner};
use crate::krm::{Document, Node, Split};
use crate::plan::Plan;
use crate::problem::{Place, Problem, Problems};
use around::Around;
use served::Served;

const KSERVE: &str = "serving.kserve.io";

/// Judges every object of these kinds that is not ours, and what is made of GpuModels beside them.
pub(crate) fn check<'a>(
    splits: &[Split<'_>],
    documents: impl Iterator<Item = &'a Document<'a>> + Clone,
    plan: &Plan,
    problems: &mut Problems,
) {
    let of_kinds = |document: &&'a Document<'a>| {
        let is_ours = || Owner::of(document).is_some_and(|one| one.is(OurKind::GpuModel));
        matches!(
            (document.group(), document.kind.as_ref()),
            (KSERVE, "ServingRuntime" | "InferenceService")
                | (products::GROUP, "Product" | "Backend")
        ) && document.group() != GROUP
            && !is_ours()
    };
    let others: Vec<Judged<'_>> = documents
        .clone()
        .filter(of_kinds)
        .filter_map(|document| {
            let node = document.node().ok()?;
            Some(Judged { document, node })
        })
        .collect();
    if others.is_empty() && plan.models.is_empty() {
        return;
    }
    let around = Around::of(splits, plan, &others);
    let mut found = Found::new();
    for judged in &others {
        match judged.document.kind.as_ref() {
            "ServingRuntime" => found.extend(runtimes::check(judged, &around)),
            "InferenceService" => found.extend(services::check(judged, &around)),
            "Product" => found.extend(products::check(judged)),
            _ => found.extend(backends::check(judged, &others, &around)),
        }
    }
    let served = Served::all(plan, &others, &around);
    found.extend(served::check(&served, &around));
    found.extend(scaling::check(&served, &around));
    found.extend(namespaces::check(&served, &around));
    found.extend(secrets::check(&served, &around));
    found.extend(secrets::in_git(&served, documents));
    problems.extend(found);
}

/// One object.
struct Judged<'a> {
    document: &'a Document<'a>,
    node: Node,
}

impl Judged<'_> {
    /// The place of a field, or of its nearest parent that is written.
    fn at(&self, path: &[&str]) -> Place {
        let lengths = (1..=path.len()).rev();
        let nearest = lengths.filter_map(|length| path.get(..length));
        let node = nearest.into_iter().find_map(|path| self.node.at(path));
        let span = node.unwrap_or(&self.node).span.clone();
        self.document.place(span, path.join("."))
    }

    /// ``InferenceService `llm-hosting/phi-4` ``
    fn title(&self) -> String {
        let (kind, name) = (&self.document.kind, &self.document.name);
        match self.document.namespace.as_ref() {
            "" => format!("{kind} `{name}`"),
            namespace => format!("{kind} `{namespace}/{name}`"),
        }
    }
}

/// What a check finds.
type Found = Vec<Problem>;
