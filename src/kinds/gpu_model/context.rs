//! What a `GpuModel` is decided by.

use crate::api::Placeholder;
use crate::api::gpu_model::GpuModelSpec;
use crate::cluster::ClusterFacts;
use crate::kinds::World;
use crate::krm::Document;
use crate::operator::{Shown, sharing};
use crate::plan::{Chosen, Plan};
use crate::pool_face::PoolFace;
use crate::problem::rules::model as rule;
use crate::problem::{Place, Problem, Problems};
use crate::types::{ClusterId, Version};

/// What is written here is what InferenceServices of this release and later ones take.
const SINCE: Version = Version(2, 22);
/// Where OpenShift AI has what is for everybody, unless its DSCInitialization says otherwise.
const APPLICATIONS: &str = "redhat-ods-applications";

/// One placeholder on one cluster.
pub(super) struct Context<'a> {
    pub(super) placeholder: &'a Placeholder<'a, GpuModelSpec>,
    pub(super) spec: &'a GpuModelSpec,
    pub(super) world: &'a World<'a>,
    pub(super) facts: ClusterFacts,
    pub(super) cluster: ClusterId,
    pub(super) namespace: String,
    /// All pools of the cluster.
    pub(super) pools: Vec<PoolFace>,
    /// Operators that the cluster has or gets.
    pub(super) operators: Vec<Chosen>,
    /// Release of OpenShift AI.
    pub(super) ai: Version,
    /// How the device plugin names instances of MIG.
    pub(super) mig_strategy: String,
    /// Version that the cluster was installed with, as far as it is known, else the one that it runs.
    pub(super) installed_with: Option<Version>,
}

impl<'a> Context<'a> {
    /// `None` after a problem that leaves nothing to decide.
    pub(super) fn of(
        placeholder: &'a Placeholder<'a, GpuModelSpec>,
        world: &'a World<'a>,
        plan: &Plan,
        problems: &mut Problems,
    ) -> Option<Self> {
        let spec = &placeholder.read.spec;
        let facts = world.facts_of(placeholder, spec.facts.as_ref(), problems)?;
        let infra = facts.infrastructure_name.as_ref();
        let cluster = ClusterId::from(infra.map(|fact| &fact.value));
        let operators = world.operators(plan, &cluster, &facts);
        let ai = operators
            .iter()
            .find(|one| one.operator.id == "openshift-ai");
        let ai = match ai.map(|one| (one.version(), one.channel.as_str())) {
            Some((Some(version), _)) if version >= SINCE => version,
            found => {
                problems.push(release_unknown(placeholder.place("metadata.name"), found));
                return None;
            }
        };
        let pools = plan.pools_of(&cluster);
        let mut platforms = plan.platforms.iter();
        let platform = platforms.find(|one| one.cluster == cluster);
        let strategy = platform.map(|platform| platform.mig_strategy.clone());
        let installed = facts
            .installed_version
            .as_ref()
            .or(facts.openshift_version.as_ref());
        let installed_with = installed.map(|fact| fact.value.version());
        let namespace = placeholder.read.node.str_at(&["metadata", "namespace"]);
        Some(Self {
            placeholder,
            spec,
            world,
            namespace: namespace.unwrap_or_default().to_owned(),
            mig_strategy: strategy.unwrap_or_else(|| sharing::strategy(&pools).to_owned()),
            installed_with,
            pools,
            facts,
            operators,
            ai,
            cluster,
        })
    }

    pub(super) fn name(&self) -> &'a str {
        &self.placeholder.read.name
    }

    /// What people read.
    pub(super) fn display_name(&self) -> &'a str {
        let written = self.spec.display_name.as_deref();
        written.unwrap_or(&self.placeholder.read.name)
    }

    /// The place of a field.
    pub(super) fn place(&self, path: &str) -> Place {
        self.placeholder.place(path)
    }

    /// Objects of a kind that are there on this cluster.
    pub(super) fn shown<'s>(
        &'s self,
        group: &'s str,
        kind: &'s str,
    ) -> impl Iterator<Item = &'s Shown> {
        self.world.installed.on(&self.cluster, group, kind)
    }

    /// All objects of the input and the facts.
    pub(super) fn documents(&self) -> impl Iterator<Item = &Document<'_>> {
        let splits = self.world.splits.iter();
        splits.flat_map(|split| &split.documents)
    }

    /// The namespace of OpenShift AI's applications.
    pub(super) fn applications(&self) -> String {
        let mut all = self.shown("dscinitialization.opendatahub.io", "DSCInitialization");
        let said = all.find_map(|one| one.node.str_at(&["spec", "applicationsNamespace"]));
        said.unwrap_or(APPLICATIONS).to_owned()
    }
}

fn release_unknown(place: Place, found: Option<(Option<Version>, &str)>) -> Problem {
    let message = match found {
        None => "nothing shows which OpenShift AI the cluster has".to_owned(),
        Some((None, "")) => "OpenShift AI is there, and nothing shows its channel".to_owned(),
        Some((None, channel)) => {
            format!("which OpenShift AI the channel `{channel}` brings is not known")
        }
        Some((Some(version), _)) => {
            format!("what OpenShift AI {version} takes is not known here: {SINCE} and later are")
        }
    };
    let problem = Problem::new(&rule::MODEL_RELEASE_UNKNOWN, place, message);
    problem
        .help("in a GpuPlatform: `operators: {openshift-ai: {channel: stable-2.25}}`, with `provided: true` where somebody else installs it")
        .help("in ClusterFacts: `operators: {rhods-operator: {channel: stable-2.25}}`")
        .help("or save its Subscription beside the facts: `oc get subscriptions.operators.coreos.com -A -o yaml`")
}
