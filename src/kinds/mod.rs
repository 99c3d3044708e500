//! What users write and what becomes of it, one folder per kind, named after the kind.

mod capacity;
pub(crate) mod gpu_access;
pub(crate) mod gpu_delivery;
pub(crate) mod gpu_machine_set;
mod gpu_model;
pub(crate) mod gpu_platform;
pub(crate) mod open_stack_gpu;
mod ways;

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::api::gpu_access::GpuAccessSpec;
use crate::api::gpu_delivery::GpuDeliverySpec;
use crate::api::gpu_machine_set::{FactsRef, GpuMachineSetSpec};
use crate::api::gpu_model::GpuModelSpec;
use crate::api::open_stack_gpu::OpenStackGpuSpec;
use crate::api::{OurKind, Placeholder, examine_all};
use crate::catalog::{MadeType, MadeTypes};
use crate::cluster::ClusterFacts;
use crate::facts::{self, Gathered};
use crate::krm::{Document, Node, Split};
use crate::node_group;
use crate::operator::installed::OLM;
use crate::operator::{Installed, OPERATORS, Operator, Shown};
use crate::plan::{Chosen, Made, Plan};
use crate::pool_face::PoolFace;
use crate::problem::{Place, Problem, Problems};
use crate::types::ClusterId;

/// A kind that builds on pools and platforms: it is planned after them and sees what they decided.
pub(crate) trait Kind: Sync {
    /// Its name.
    fn kind(&self) -> OurKind;

    /// A placeholder of it, and everything that is wrong with it by itself.
    fn read<'d>(&self, document: &'d Document<'d>)
    -> (Option<Box<dyn Written + 'd>>, Vec<Problem>);

    /// Decides what depends on all placeholders of it, once each of them is planned.
    fn settle(&self, world: &World<'_>, plan: &mut Plan, problems: &mut Problems);
}

/// A placeholder of any kind that builds on pools and platforms.
pub(crate) trait Written {
    /// Its kind.
    fn kind(&self) -> OurKind;

    /// Its name.
    fn name(&self) -> &str;

    /// The cluster that it names.
    fn facts(&self) -> Option<&FactsRef>;

    /// Whether it is for the hub, once, and not for each cluster.
    fn is_of_hub(&self) -> bool;

    /// The whole object.
    fn node(&self) -> &Node;

    /// The place of one of its fields.
    fn place(&self, path: &str) -> Place;

    /// Types of machines that it makes, which pools may be of.
    fn made_types(&self) -> Vec<MadeType>;

    /// Operators that it does nothing without.
    fn needs(&self, splits: &[Split<'_>]) -> Vec<&'static Operator>;

    /// Decides what it makes.
    fn plan(&self, world: &World<'_>, plan: &mut Plan, problems: &mut Problems);
}

/// What people write below `spec` of such a kind, and what becomes of it.
pub(crate) trait Spec: DeserializeOwned + Sized + 'static {
    /// Its kind.
    const KIND: OurKind;

    /// Whether it is for the hub, once, and not for each cluster.
    const IS_OF_HUB: bool = false;

    /// `spec.facts`.
    fn facts(&self) -> Option<&FactsRef>;

    /// Types of machines that a placeholder makes, which pools may be of.
    fn made_types(_placeholder: &Placeholder<'_, Self>) -> Vec<MadeType> {
        Vec::new()
    }

    /// Operators that a placeholder does nothing without, as far as the documents of the input show.
    fn needs(
        _placeholder: &Placeholder<'_, Self>,
        _splits: &[Split<'_>],
    ) -> Vec<&'static Operator> {
        Vec::new()
    }

    /// Decides what a placeholder makes: into [`Plan::made`].
    fn plan(
        placeholder: &Placeholder<'_, Self>,
        world: &World<'_>,
        plan: &mut Plan,
        problems: &mut Problems,
    );

    /// Decides what depends on all placeholders of the kind, once each of them is planned.
    fn settle(_world: &World<'_>, _plan: &mut Plan, _problems: &mut Problems) {}

    /// For [`Kind::read`].
    fn read<'d>(document: &'d Document<'d>) -> (Option<Box<dyn Written + 'd>>, Vec<Problem>) {
        let (read, problems) = examine_all::<Self>(document, Self::KIND);
        let written = read.map(|read| Box::new(Placeholder { document, read }) as Box<dyn Written>);
        (written, problems)
    }
}

/// The row of a kind in [`KINDS`]: all of it follows from its `Spec`.
pub(crate) struct Row<S>(PhantomData<fn() -> S>);

impl<S: Spec> Kind for Row<S> {
    fn kind(&self) -> OurKind {
        S::KIND
    }

    fn read<'d>(
        &self,
        document: &'d Document<'d>,
    ) -> (Option<Box<dyn Written + 'd>>, Vec<Problem>) {
        S::read(document)
    }

    fn settle(&self, world: &World<'_>, plan: &mut Plan, problems: &mut Problems) {
        S::settle(world, plan, problems);
    }
}

impl<S: Spec> Written for Placeholder<'_, S> {
    fn kind(&self) -> OurKind {
        S::KIND
    }

    fn name(&self) -> &str {
        &self.read.name
    }

    fn facts(&self) -> Option<&FactsRef> {
        self.read.spec.facts()
    }

    fn is_of_hub(&self) -> bool {
        S::IS_OF_HUB
    }

    fn node(&self) -> &Node {
        &self.read.node
    }

    fn place(&self, path: &str) -> Place {
        Placeholder::place(self, path)
    }

    fn made_types(&self) -> Vec<MadeType> {
        S::made_types(self)
    }

    fn needs(&self, splits: &[Split<'_>]) -> Vec<&'static Operator> {
        S::needs(self, splits)
    }

    fn plan(&self, world: &World<'_>, plan: &mut Plan, problems: &mut Problems) {
        S::plan(self, world, plan, problems);
    }
}

/// What a kind may look at besides the plan so far.
pub(crate) struct World<'a> {
    /// All clusters of the input.
    pub(crate) gathered: &'a Gathered,
    /// All documents of the input.
    pub(crate) splits: &'a [Split<'a>],
    /// The placeholders of pools.
    pub(crate) pools: &'a [Placeholder<'a, GpuMachineSetSpec>],
    /// What is there already.
    pub(crate) installed: &'a Installed,
    /// Whether something kept pools or platforms from being decided.
    pub(crate) failed: bool,
}

impl World<'_> {
    /// The place of a field of a pool's placeholder, or of what is seen of it.
    pub(crate) fn place_of_pool(&self, pool: &PoolFace, path: &str) -> Place {
        let placeholder = pool.placeholder.and_then(|at| self.pools.get(at));
        placeholder.map_or_else(|| pool.place.clone(), |one| one.place(path))
    }

    /// The facts of the cluster that a placeholder means; `None` after a problem.
    pub(crate) fn facts_of<S>(
        &self,
        placeholder: &Placeholder<'_, S>,
        facts: Option<&FactsRef>,
        problems: &mut Problems,
    ) -> Option<ClusterFacts> {
        if let Some(FactsRef::Inline(_)) = facts {
            let given = self.gathered.given.as_ref();
            return facts::from_spec(placeholder.document, given, problems);
        }
        let path = facts.map_or("spec", |_| "spec.facts");
        let found = self.gathered.meant(facts, placeholder.place(path));
        let found = found.map_err(|problem| [*problem]);
        problems.take(found).cloned()
    }

    /// Operators that a cluster has or gets.
    pub(crate) fn operators(
        &self,
        plan: &Plan,
        cluster: &ClusterId,
        facts: &ClusterFacts,
    ) -> Vec<Chosen> {
        let mut platforms = plan.platforms.iter();
        match platforms.find(|one| one.cluster == *cluster) {
            Some(platform) => platform.operators.clone(),
            None => self.shown_operators(cluster, facts),
        }
    }

    /// Operators of a cluster that no platform of this run looks after.
    fn shown_operators(&self, cluster: &ClusterId, facts: &ClusterFacts) -> Vec<Chosen> {
        let chosen = |operator: &&'static Operator| {
            let mut subscriptions = self.installed.on(cluster, OLM, "Subscription");
            let is_of = |one: &&Shown| one.node.str_at(&["spec", "name"]) == Some(operator.package);
            let subscription = subscriptions.find(is_of);
            let named = [operator.package, operator.id];
            let fact = named.iter().find_map(|name| facts.operators.get(*name));
            let channel = match (subscription, fact) {
                (Some(one), _) => one.node.str_at(&["spec", "channel"]).map(str::to_owned),
                (None, Some(fact)) => fact.value.channel.clone(),
                (None, None) => return None,
            };
            let namespace = subscription.map(|one| one.namespace.clone());
            let namespace = namespace.or(fact.and_then(|fact| fact.value.namespace.clone()));
            Some(Chosen {
                operator,
                channel: channel.unwrap_or_default(),
                namespace: namespace.unwrap_or_else(|| operator.namespace.to_owned()),
            })
        };
        OPERATORS.iter().filter_map(chosen).collect()
    }
}

/// All kinds that build on pools and platforms, in the order in which they are planned: one sees what those above it
/// decided.
pub(crate) static KINDS: &[&dyn Kind] = &[
    &Row::<GpuAccessSpec>(PhantomData),
    &Row::<GpuModelSpec>(PhantomData),
    &Row::<OpenStackGpuSpec>(PhantomData),
    &Row::<GpuDeliverySpec>(PhantomData),
    #[cfg(test)]
    &Row::<tests::gpu_note::GpuNoteSpec>(PhantomData),
];

/// How the kind of a name is read.
pub(crate) fn find(kind: OurKind) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|one| one.kind() == kind)
}

/// All types of machines that placeholders make.
pub(crate) fn made_types(written: &[Box<dyn Written + '_>]) -> MadeTypes {
    written.iter().flat_map(|one| one.made_types()).collect()
}

/// Plans all placeholders of these kinds, in the order of [`KINDS`].
pub(crate) fn plan(
    written: &[Box<dyn Written + '_>],
    world: &World<'_>,
    plan: &mut Plan,
    problems: &mut Problems,
) {
    for kind in KINDS {
        let own = written.iter().filter(|one| one.kind() == kind.kind());
        own.for_each(|one| one.plan(world, plan, problems));
        kind.settle(world, plan, problems);
    }
}

/// All objects in a fixed order: the platforms by their waves, then pool by pool what it becomes, then what builds on
/// them. Cannot fail.
pub(crate) fn objects(plan: &Plan) -> Vec<Made> {
    let mut all: Vec<Made> = (plan.platforms.iter())
        .flat_map(gpu_platform::objects::of)
        .collect();
    for (index, pool) in plan.pools.iter().enumerate() {
        let made = node_group::of(pool.form).objects(pool).into_iter();
        all.extend(made.map(|node| Made {
            node: node.into(),
            from: pool.from(),
            cluster: ClusterId::from(Some(&pool.infra)),
            pool: Some(index),
        }));
    }
    all.extend(plan.made.iter().cloned());
    all
}

#[cfg(test)]
mod tests;
