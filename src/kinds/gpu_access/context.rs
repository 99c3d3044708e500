//! What a `GpuAccess` is decided by.

use crate::api::Placeholder;
use crate::api::gpu_access::{AccessMode, GpuAccessSpec};
use crate::cluster::ClusterFacts;
use crate::kinds::World;
use crate::operator::Shown;
use crate::plan::{Chosen, Plan};
use crate::pool_face::PoolFace;
use crate::problem::{Place, Problems};
use crate::types::{ClusterId, Version};

/// Where OpenShift AI has what is for everybody, unless its DSCInitialization says otherwise.
const APPLICATIONS: &str = "redhat-ods-applications";

/// One placeholder on one cluster.
pub(super) struct Context<'a> {
    pub(super) placeholder: &'a Placeholder<'a, GpuAccessSpec>,
    pub(super) spec: &'a GpuAccessSpec,
    pub(super) world: &'a World<'a>,
    pub(super) facts: ClusterFacts,
    pub(super) cluster: ClusterId,
    /// All pools of the cluster.
    pub(super) pools: Vec<PoolFace>,
    /// What the cluster has or gets of all operators.
    pub(super) operators: Vec<Chosen>,
    /// How the device plugin names instances of MIG, when a platform says so.
    pub(super) mig_strategy: Option<String>,
}

impl<'a> Context<'a> {
    /// `None` after a problem that leaves nothing to decide.
    pub(super) fn of(
        placeholder: &'a Placeholder<'a, GpuAccessSpec>,
        world: &'a World<'a>,
        plan: &Plan,
        problems: &mut Problems,
    ) -> Option<Self> {
        let spec = &placeholder.read.spec;
        let facts = world.facts_of(placeholder, spec.facts.as_ref(), problems)?;
        let infra = facts.infrastructure_name.as_ref();
        let cluster = ClusterId::from(infra.map(|fact| &fact.value));
        let mut platforms = plan.platforms.iter();
        let platform = platforms.find(|one| one.cluster == cluster);
        let operators = world.operators(plan, &cluster, &facts);
        Some(Self {
            placeholder,
            spec,
            world,
            pools: plan.pools_of(&cluster),
            operators,
            mig_strategy: platform.map(|platform| platform.mig_strategy.clone()),
            facts,
            cluster,
        })
    }

    /// The place of a field.
    pub(super) fn place(&self, path: &str) -> Place {
        self.placeholder.place(path)
    }

    /// The place of the name of a field.
    pub(super) fn key_place(&self, path: &str) -> Place {
        self.placeholder.key_place(path)
    }

    /// The place of a field of a pool's placeholder.
    pub(super) fn place_of_pool(&self, pool: &PoolFace, path: &str) -> Place {
        self.world.place_of_pool(pool, path)
    }

    /// Whether Kueue places pods and limits them.
    pub(super) fn is_queued(&self) -> bool {
        self.spec.mode == Some(AccessMode::Queue)
    }

    /// An operator that the cluster has or gets, by its id.
    pub(super) fn operator(&self, id: &str) -> Option<&Chosen> {
        self.operators.iter().find(|one| one.operator.id == id)
    }

    /// OpenShift AI.
    pub(super) fn ai(&self) -> Option<&Chosen> {
        self.operator("openshift-ai")
    }

    /// Version of OpenShift AI, when it is there and known.
    pub(super) fn ai_version(&self) -> Option<Version> {
        self.ai()?.version()
    }

    /// Version of Kueue, when it is there and known.
    pub(super) fn kueue_version(&self) -> Option<Version> {
        self.operator("kueue")?.version()
    }

    /// Version of the cluster.
    pub(super) fn openshift(&self) -> Option<Version> {
        let version = self.facts.openshift_version.as_ref();
        version.map(|fact| fact.value.version())
    }

    /// Version that the cluster was installed with, as far as it is known, else the one that it runs.
    pub(super) fn installed_with(&self) -> Option<Version> {
        let version = self.facts.installed_version.as_ref();
        version
            .map(|fact| fact.value.version())
            .or(self.openshift())
    }

    /// Objects of a kind that are there on this cluster.
    pub(super) fn shown<'s>(
        &'s self,
        group: &'s str,
        kind: &'s str,
    ) -> impl Iterator<Item = &'s Shown> {
        self.world.installed.on(&self.cluster, group, kind)
    }

    /// The namespace of OpenShift AI's applications.
    pub(super) fn applications(&self) -> String {
        let written = self.spec.profiles.as_ref();
        let written = written.and_then(|profiles| profiles.namespace.as_deref());
        let mut all = self.shown("dscinitialization.opendatahub.io", "DSCInitialization");
        let said = || all.find_map(|one| one.node.str_at(&["spec", "applicationsNamespace"]));
        written.or_else(said).unwrap_or(APPLICATIONS).to_owned()
    }
}
