//! The operators that GPU nodes need, one file each: the only files that know packages, namespaces and operands.
//!
//! Adding an operator is its file, its line in [`OPERATORS`] and its rows in `channels.tsv`: its fields in
//! `GpuPlatform.spec.operators`, the schema, the page and all rules follow (a test proves it). [`plan`] is pure: it
//! reads what the user wants, the pools and what is [`Installed`], and gives objects to make and additions to what
//! the user's input holds already.

mod cert_manager;
pub(crate) mod channels;
pub(crate) mod choice;
mod connectivity_link;
pub(crate) mod delivered;
pub(crate) mod fields;
pub(crate) mod gate;
pub(crate) mod installed;
pub(crate) mod judge;
pub(crate) mod known;
mod kueue;
mod leader_worker_set;
mod metallb;
mod nfd;
mod nmstate;
mod nvidia_gpu;
pub(crate) mod objects;
mod observability;
mod odf;
pub(crate) mod offers;
mod openshift_ai;
mod openstack;
pub(crate) mod owned;
mod serverless;
pub(crate) mod sharing;
pub(crate) mod tolerations;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::gpu_platform::{GpuPlatformSpec, OperatorSettings};
use crate::krm::{Node, emit};
use crate::pool_face::PoolFace;
use crate::problem::{Place, Problem, Problems, Rule};
use crate::types::Version;

pub(crate) use delivered::{Delivered, contents};
use gate::Gate;
pub(crate) use installed::{
    GLOBAL_NAMESPACE, Installed, Package, SAVE_INSTALLED, Shown, packages_of,
};
pub(crate) use known::{catalogue, concerns, is_known, is_offer, needs, shown_by};
pub(crate) use known::{kinds_of_all, namespaces_of_all};
pub(crate) use metallb::OPERATOR as METALLB;
pub(crate) use nfd::tolerates_by_itself;
pub(crate) use nmstate::OPERATOR as NMSTATE;
pub(crate) use nvidia_gpu::{cuda_of, mig_strategy};
/// The operator of custom metrics, which scales models by demand: it is counted on, and not installed from here.
pub(crate) const KEDA: &str = "openshift-custom-metrics-autoscaler-operator";

pub(crate) use leader_worker_set::ID as OVER_MACHINES;
pub(crate) use observability::OPERATOR as OBSERVABILITY;
pub(crate) use offers::{Offer, read as read_offer};
pub(crate) use openshift_ai::{deployment_mode, is_headless, taken_by_update};
pub(crate) use openstack::OPERATOR as OPENSTACK;
pub(crate) use sharing::{has_mig, node_labels, sharing_of};

/// Every operator, by id.
pub(crate) static OPERATORS: &[&Operator] = &[
    &cert_manager::OPERATOR,
    &connectivity_link::OPERATOR,
    &kueue::OPERATOR,
    &leader_worker_set::OPERATOR,
    &metallb::OPERATOR,
    &nfd::OPERATOR,
    &nmstate::OPERATOR,
    &nvidia_gpu::OPERATOR,
    &observability::OPERATOR,
    &odf::OPERATOR,
    &openshift_ai::OPERATOR,
    &openstack::OPERATOR,
    &serverless::OPERATOR,
];

/// What a pool without any `GpuPlatform` gets: a GPU node without driver is of no use.
pub(crate) static IMPLIED: &[&Operator] = &[&nfd::OPERATOR, &nvidia_gpu::OPERATOR];

/// What is known of one operator.
pub(crate) struct Operator {
    /// Key in `GpuPlatform.spec.operators`.
    pub(crate) id: &'static str,
    /// Name of the product.
    pub(crate) title: &'static str,
    /// What it is for, in a sentence: the text of its field.
    #[cfg_attr(
        not(test),
        allow(dead_code, reason = "goes into the schema, which a test writes")
    )]
    pub(crate) about: &'static str,
    /// Other names that people write for its field.
    #[cfg_attr(
        not(test),
        allow(dead_code, reason = "goes into the schema, which a test writes")
    )]
    pub(crate) aliases: &'static [&'static str],
    /// Package; the Subscription has its name, since OpenShift AI looks for it by that name.
    pub(crate) package: &'static str,
    /// CatalogSource that holds it.
    pub(crate) source: &'static str,
    /// Namespace that its vendor names.
    pub(crate) namespace: &'static str,
    /// Whether the platform's Prometheus scrapes that namespace; without the label user workload monitoring takes
    /// its ServiceMonitors and refuses them.
    pub(crate) monitored: bool,
    /// Whether its pods are privileged, which the namespace has to allow.
    pub(crate) privileged: bool,
    /// Name of the OperatorGroup that we make.
    pub(crate) group: &'static str,
    /// Install modes that its bundles support; the first is made. Sources: `tests/olm.tsv`.
    pub(crate) modes: &'static [Mode],
    /// Operators that it does nothing without, for a channel.
    pub(crate) needs: fn(channel: &str) -> Vec<&'static Operator>,
    /// Kinds that show that it is there; the first is what `operand` patches.
    pub(crate) operands: &'static [OperandKind],
    /// Kinds beside the operands that its users write: tended, never made, and no sign that it is installed.
    pub(crate) companions: &'static [OperandKind],
    /// Fields of the first operand that some versions lack.
    pub(crate) gates: &'static [Gate],
    /// The version that [`Gate`]s count by.
    pub(crate) operand_version: fn(&Context<'_>) -> Option<Version>,
    /// The version that a channel brings, as far as it is known.
    pub(crate) version: fn(channel: &str) -> Option<Version>,
    /// The operands to make.
    pub(crate) plan: fn(&Context<'_>, &mut Problems) -> Vec<Operand>,
    /// What must not stand in an operand, whoever wrote it.
    pub(crate) judge: fn(&Context<'_>, &Judged<'_>, &mut Problems),
    /// What an operand that somebody else wrote needs besides.
    pub(crate) tend: fn(&Context<'_>, &Shown, &mut Problems) -> Vec<Addition>,
    /// Rules over the whole: what must not stand beside it.
    pub(crate) check: fn(&Context<'_>, &mut Problems),
    /// Schema of its fields.
    #[cfg(test)]
    pub(crate) schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

/// How an operator is installed: what its OperatorGroup selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Its own namespace.
    Own,
    /// One other namespace.
    Single,
    /// The whole cluster.
    All,
}

/// A kind of operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OperandKind {
    /// API group.
    pub(crate) group: &'static str,
    /// Kind.
    pub(crate) kind: &'static str,
    /// Whether a cluster takes one only.
    pub(crate) singleton: bool,
}

/// An operand to make.
#[derive(Clone, Debug)]
pub(crate) struct Operand {
    /// The object.
    pub(crate) object: Node,
    /// Steps after the first operand.
    pub(crate) step: i32,
    /// Whether its CRD comes with the operator, so that a dry run before that must be skipped.
    pub(crate) custom: bool,
}

/// An operand as it is judged: one that we make, one of the input, one of the facts.
pub(crate) struct Judged<'a> {
    /// Its kind.
    pub(crate) kind: &'a str,
    /// Its `spec`.
    pub(crate) spec: &'a Node,
    /// Place of a field under `spec`.
    pub(crate) place: &'a dyn Fn(&[&str]) -> Place,
}

/// Something that an object of somebody else needs.
#[derive(Clone, Debug)]
pub(crate) struct Addition {
    /// Path of the field.
    pub(crate) path: &'static [&'static str],
    /// The value; elements to append when the field is a list.
    pub(crate) value: Node,
    /// Whether the field is a string that holds YAML, into which the value is merged.
    pub(crate) as_text: bool,
    /// The rule that is broken as long as it is missing.
    pub(crate) rule: &'static Rule,
    /// What is missing, for the report.
    pub(crate) message: String,
    /// Objects that it refers to.
    pub(crate) with: Vec<Operand>,
}

impl Addition {
    /// The lines to write, from the object's root.
    pub(crate) fn lines(&self) -> Node {
        let nest = |lines, key: &&'static str| Node::map([(*key, lines)]);
        let value = if self.as_text {
            Node::from(emit::block(&self.value, 0))
        } else {
            self.value.clone()
        };
        self.path.iter().rev().fold(value, nest)
    }
}

/// What is asked for, for one cluster.
pub(crate) struct OperatorRequest<'a> {
    /// What the user wrote.
    pub(crate) spec: &'a GpuPlatformSpec,
    /// Whether nobody wrote it: a pool without a `GpuPlatform`.
    pub(crate) implied: bool,
    /// Whether nothing else of the build can be seen, as by a kustomize generator.
    pub(crate) alone: bool,
    /// The cluster's version, with the fact's origin for messages.
    pub(crate) openshift: Option<(Version, String)>,
    /// Whether the cluster is OKD, which enables no catalogue of Red Hat.
    pub(crate) okd: bool,
    /// The problem of a missing version, which lists the ways to give it; none when it follows from one that was said.
    pub(crate) missing_version: &'a dyn Fn(Place) -> Option<Problem>,
    /// Operators that placeholders of the cluster do nothing without.
    pub(crate) needed: &'a [&'static Operator],
    /// All pools of the cluster.
    pub(crate) pools: &'a [PoolFace],
    /// Place of a field of a pool's placeholder, or of what is seen of it.
    pub(crate) place_of_pool: &'a dyn Fn(&PoolFace, &str) -> Place,
    /// What is there already.
    pub(crate) installed: &'a Installed,
    /// Place of a field of the `GpuPlatform` (of a pool when it is implied).
    pub(crate) place: &'a dyn Fn(&str) -> Place,
}

impl OperatorRequest<'_> {
    /// The version alone.
    pub(crate) fn version(&self) -> Option<Version> {
        self.openshift.as_ref().map(|(version, _)| *version)
    }
}

/// One wanted operator.
#[derive(Clone)]
pub(crate) struct Wanted {
    /// Which.
    pub(crate) operator: &'static Operator,
    /// Its fields as written, an empty object when it was added by itself.
    pub(crate) value: Value,
    /// Those that every operator has.
    pub(crate) settings: OperatorSettings,
    /// The channel.
    pub(crate) channel: String,
    /// Whether somebody says the channel; else it is the one that we would take.
    pub(crate) is_channel_said: bool,
    /// Whether somebody else has it: not made, but counted on.
    pub(crate) provided: bool,
}

/// What an operator's file decides by.
pub(crate) struct Context<'a> {
    /// What is asked for.
    pub(crate) request: &'a OperatorRequest<'a>,
    /// The operator at hand.
    pub(crate) wanted: &'a Wanted,
    /// All wanted operators.
    pub(crate) all: &'a [Wanted],
    /// Namespace of the operator.
    pub(crate) namespace: &'a str,
}

impl Context<'_> {
    /// The operator's fields, typed. The schema walk refused before whatever does not fit.
    pub(crate) fn settings<T: DeserializeOwned + Default>(&self) -> T {
        serde_json::from_value(self.wanted.value.clone()).unwrap_or_default()
    }

    /// Place of a field of the operator.
    pub(crate) fn place(&self, field: &str) -> Place {
        self.request.place_of(self.wanted.operator, field)
    }

    /// The channel of another operator, if that is wanted too.
    pub(crate) fn channel_of(&self, other: &Operator) -> Option<&str> {
        let wanted = self.all.iter().find(|one| one.operator.id == other.id);
        wanted.map(|wanted| wanted.channel.as_str())
    }
}

impl OperatorRequest<'_> {
    /// Place of a field of an operator, or of the operator itself.
    pub(crate) fn place_of(&self, operator: &Operator, field: &str) -> Place {
        let id = operator.id;
        match field {
            "" => (self.place)(&format!("spec.operators.{id}")),
            field => (self.place)(&format!("spec.operators.{id}.{field}")),
        }
    }
}

/// No needs.
fn needs_nothing(_: &str) -> Vec<&'static Operator> {
    Vec::new()
}

/// Fields of the operand come and go with OpenShift.
fn version_of_openshift(context: &Context<'_>) -> Option<Version> {
    context.request.version()
}

/// A channel of which nobody says it.
fn version_unknown(_: &str) -> Option<Version> {
    None
}

/// No operands.
fn plans_nothing(_: &Context<'_>, _: &mut Problems) -> Vec<Operand> {
    Vec::new()
}

/// Nothing to add.
fn tends_nothing(_: &Context<'_>, _: &Shown, _: &mut Problems) -> Vec<Addition> {
    Vec::new()
}

/// Nothing to judge.
fn judges_nothing(_: &Context<'_>, _: &Judged<'_>, _: &mut Problems) {}

/// Nothing to refuse.
fn checks_nothing(_: &Context<'_>, _: &mut Problems) {}

const PLAIN: Operator = Operator {
    id: "",
    title: "",
    about: "",
    aliases: &[],
    package: "",
    source: "redhat-operators",
    namespace: "",
    monitored: true,
    privileged: false,
    group: "",
    modes: &[Mode::Own, Mode::Single],
    needs: needs_nothing,
    operands: &[],
    companions: &[],
    gates: &[],
    operand_version: version_of_openshift,
    version: version_unknown,
    plan: plans_nothing,
    judge: judges_nothing,
    tend: tends_nothing,
    check: checks_nothing,
    #[cfg(test)]
    schema: <OperatorSettings as schemars::JsonSchema>::json_schema,
};
