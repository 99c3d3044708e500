//! InferenceServices, ServingRuntimes and products of 3scale that others wrote: what never becomes ready, what nobody
//! measures, what an API server refuses.

mod products;
mod runtimes;
mod services;

use std::collections::BTreeMap;

use crate::api::{GROUP, OurKind, Owner};
use crate::krm::{Document, Node};
use crate::plan::Plan;
use crate::pool_face::PoolFace;
use crate::problem::{Place, Problem, Problems};
use crate::types::Version;

const KSERVE: &str = "serving.kserve.io";

/// Judges every object of these kinds that is not ours.
pub(crate) fn check<'a>(
    documents: impl Iterator<Item = &'a Document<'a>> + Clone,
    plan: &Plan,
    problems: &mut Problems,
) {
    let of_kinds = |document: &&'a Document<'a>| {
        let is_ours = || Owner::of(document).is_some_and(|one| one.is(OurKind::GpuModel));
        matches!(
            (document.group(), document.kind.as_ref()),
            (KSERVE, "ServingRuntime" | "InferenceService") | (products::GROUP, "Product")
        ) && document.group() != GROUP
            && !is_ours()
    };
    let others: Vec<(&Document<'_>, Node)> = documents
        .filter(of_kinds)
        .filter_map(|document| Some((document, document.node().ok()?)))
        .collect();
    if others.is_empty() {
        return;
    }
    let around = Around::of(plan, &others);
    let mut found = Vec::new();
    for (document, node) in &others {
        let judged = Judged { document, node };
        match document.kind.as_ref() {
            "ServingRuntime" => found.extend(runtimes::check(&judged, &around)),
            "InferenceService" => found.extend(services::check(&judged, &around)),
            _ => found.extend(products::check(&judged)),
        }
    }
    problems.extend(found);
}

/// What an object stands among.
struct Around<'a> {
    /// Pools of all clusters of the run.
    pools: Vec<PoolFace>,
    /// Whether a GpuAccess judges what workloads tolerate.
    has_access: bool,
    /// Release of OpenShift AI, where a platform shows it.
    ai: Option<Version>,
    /// Runtimes that others wrote, by namespace and name.
    runtimes: BTreeMap<(&'a str, &'a str), &'a Node>,
    /// Runtimes that are made, by namespace and name.
    made: Vec<(String, String)>,
}

impl<'a> Around<'a> {
    fn of(plan: &Plan, others: &'a [(&'a Document<'a>, Node)]) -> Self {
        let own = plan.pools.iter().map(crate::plan::Pool::face);
        let runtimes = others
            .iter()
            .filter(|(document, _)| document.kind == "ServingRuntime");
        let key =
            |document: &'a Document<'a>| (document.namespace.as_ref(), document.name.as_ref());
        let operators = plan
            .platforms
            .iter()
            .flat_map(|platform| &platform.operators);
        let mut ai = operators.filter(|one| one.operator.id == "openshift-ai");
        let made = plan.models.iter().filter_map(|model| {
            let name = model.runtime.as_ref()?.str_at(&["metadata", "name"])?;
            Some((model.namespace.clone(), name.to_owned()))
        });
        Self {
            pools: own.chain(plan.earlier.iter().cloned()).collect(),
            has_access: !plan.access.is_empty(),
            ai: ai.find_map(crate::plan::Chosen::version),
            runtimes: runtimes
                .map(|(document, node)| (key(document), node))
                .collect(),
            made: made.collect(),
        }
    }
}

/// One object.
struct Judged<'a> {
    document: &'a Document<'a>,
    node: &'a Node,
}

impl Judged<'_> {
    /// The place of a field, or of its nearest parent that is written.
    fn at(&self, path: &[&str]) -> Place {
        let lengths = (1..=path.len()).rev();
        let nearest = lengths.filter_map(|length| path.get(..length));
        let node = nearest.into_iter().find_map(|path| self.node.at(path));
        let span = node.unwrap_or(self.node).span.clone();
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
