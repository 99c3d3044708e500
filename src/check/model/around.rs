//! What objects of KServe stand among.

use std::collections::{BTreeMap, BTreeSet};

use super::Judged;
use super::predictor::Predictor;
use crate::krm::{Document, Node, Split};
use crate::operator;
use crate::plan::Plan;
use crate::pool_face::PoolFace;
use crate::types::Version;

/// What an object stands among.
pub(super) struct Around<'a> {
    pub(super) plan: &'a Plan,
    /// All documents, facts too.
    splits: &'a [Split<'a>],
    /// Pools of all clusters of the run.
    pub(super) pools: Vec<PoolFace>,
    /// Whether a GpuAccess judges what workloads tolerate.
    pub(super) has_access: bool,
    /// Release of OpenShift AI, where a platform shows it.
    pub(super) ai: Option<Version>,
    /// Runtimes that others wrote, by namespace and name.
    pub(super) runtimes: BTreeMap<(&'a str, &'a str), &'a Node>,
    /// Runtimes that are made, by namespace and name.
    pub(super) made: Vec<(String, String)>,
}

impl<'a> Around<'a> {
    pub(super) fn of(splits: &'a [Split<'a>], plan: &'a Plan, others: &'a [Judged<'a>]) -> Self {
        let own = plan.pools.iter().map(crate::plan::Pool::face);
        let runtimes = others
            .iter()
            .filter(|one| one.document.kind == "ServingRuntime");
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
            plan,
            splits,
            pools: own.chain(plan.earlier.iter().cloned()).collect(),
            has_access: !plan.access.is_empty(),
            ai: ai.find_map(crate::plan::Chosen::version),
            runtimes: runtimes.map(|one| (key(one.document), &one.node)).collect(),
            made: made.collect(),
        }
    }

    /// What an InferenceService asks for, with its runtime where that is shown or made.
    pub(super) fn predictor<'n>(&'n self, judged: &'n Judged<'_>) -> Option<Predictor<'n>> {
        let predictor = Predictor::of(&judged.node)?;
        let runtime = || {
            let name = predictor.model()?.str_at(&["runtime"])?;
            self.runtime(judged.document.namespace.as_ref(), name)
        };
        Some(predictor.on(runtime()))
    }

    fn runtime(&self, namespace: &str, name: &str) -> Option<&Node> {
        let made = || {
            let models = self
                .plan
                .models
                .iter()
                .filter(|one| one.namespace == namespace);
            let mut runtimes = models.filter_map(|model| model.runtime.as_ref());
            runtimes.find(|node| node.str_at(&["metadata", "name"]) == Some(name))
        };
        let shown = self.runtimes.get(&(namespace, name)).copied();
        shown.or_else(made)
    }

    /// Documents of a kind, in the input and the facts.
    pub(super) fn shown(
        &self,
        group: &'a str,
        kind: &'a str,
    ) -> impl Iterator<Item = &'a Document<'a>> {
        let all = self.splits.iter().flat_map(|split| &split.documents);
        all.filter(move |document| document.is(group, kind))
    }

    /// Whether services of models have no address of their own, where all DataScienceClusters that are shown or made
    /// agree.
    pub(super) fn is_headless(&self) -> Option<bool> {
        const KIND: &str = "DataScienceCluster";
        let shown = self.shown("datasciencecluster.opendatahub.io", KIND);
        let shown = shown.filter_map(|document| document.node().ok());
        let platforms = self.plan.platforms.iter();
        let made = platforms.flat_map(|one| one.objects.iter().chain(&one.shared));
        let made = made.filter(|node| node.str_at(&["kind"]) == Some(KIND));
        let made = made.map(operator::is_headless);
        let all = shown.map(|node| operator::is_headless(&node)).chain(made);
        let all: BTreeSet<bool> = all.collect();
        all.first().copied().filter(|_| all.len() == 1)
    }
}
