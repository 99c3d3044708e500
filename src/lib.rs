//! gpu-machineset: a GPU pool definition that is valid on every cluster, and the facts of one cluster, become the
//! concrete OpenShift objects that make the pool work.
//!
//! This page is the map. The way in is [`expand()`]: a pure function from bytes to bytes and [`problem::Problems`].
//!
//! ```
//! use gpu_machineset::{Input, Mode, Source, expand};
//!
//! let pool = r#"
//! apiVersion: gpu-machineset.dev/v1alpha1
//! kind: GpuMachineSet
//! metadata: {name: l4}
//! spec: {instanceType: g6.4xlarge, zones: [us-east-2a], replicas: 2}
//! "#;
//! let facts = include_str!("../functions/ClusterFacts/example.yaml");
//! let sources = |pool: &str| vec![Source::new("gpu.yaml", pool), Source::new("facts.yaml", facts)];
//!
//! let output = expand(&Input::new(sources(pool), Mode::Bare));
//! let text = output.into_result()?;
//! assert!(text.contains("kind: MachineSet\n"));
//! assert!(text.contains("\n  name: cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a\n"));
//!
//! let elsewhere = pool.replace("us-east-2a", "us-east-1a");
//! let output = expand(&Input::new(sources(&elsewhere), Mode::Bare));
//! assert_eq!(output.text, "");
//! assert!(output.into_result().is_err_and(|problems| {
//!     problems.to_string().contains("gpu.yaml:5:42: error[zone-outside-region]")
//! }));
//! # Ok::<(), gpu_machineset::problem::Problems>(())
//! ```
//!
//! # The way of the data
//!
//! ```text
//! bytes ─ krm ─▶ documents ─ api ───▶ placeholders ─┐
//!                    │                              ├─ kinds ─▶ Plan ─ kinds, node_group ─▶ objects ─ check ─┐
//!                    └────── facts ─▶ ClusterFacts ─┘                                                        │
//! bytes ◀─────────────────────────── krm ◀─ documents, rewritten in place ◀─ expand::merge ◀─────────────────┘
//! ```
//!
//! A document that is not ours is never parsed into a tree and never printed again: its bytes are copied. The kinds
//! decide and report everything that is wrong; `expand::changes` holds what becomes of each document, and nothing is
//! written before all of it is known, nor after an error. `check` and the post-condition of each form look at the
//! objects that came out with other eyes than the code that made them.
//!
//! # What is where
//!
//! | folder | what it knows |
//! |---|---|
//! | `edge/` | command line, files, streams, environment, how problems are printed; nothing imports it |
//! | `expand/` | the pipeline; what leaves and what does not; merging with objects that are there already |
//! | `kinds/` | one folder per kind that users write, named after it: what it decides and which objects come of it |
//! | `node_group/` | one folder per form that a pool takes on a cluster: MachineSets with their MachineAutoscalers |
//! | `plan/` | the types that kinds exchange: pools, platforms, who may use which pool, what was made |
//! | `pool_face` | what others may know of a pool, of this run or of an earlier one |
//! | `view/` | a plan becomes a table, Markdown, JSON or a page for people |
//! | `check/` | what must be true of the input's own objects beside what was made |
//! | `cloud/` | one folder per cloud: its profile as data, and the only code that knows a provider spec |
//! | `operator/` | one file per operator: the only code that knows packages, channels and operands |
//! | `facts/` | which object states which fact; joining them per cluster |
//! | `cluster/` | what is known of one cluster, each fact with its origin; every way to give one that is missing |
//! | `capture/` | a dump of a running cluster becomes one ClusterFacts that people review |
//! | `catalog/` | instance types, models that are served, cards, as tables in which each row has its source |
//! | `fit/` | whether a model fits on the GPUs of a machine: the formula, its measured error, what helps |
//! | `api/` | what users write, one file per kind; its docs become the published schema |
//! | `problem/` | problems, and the registry of rules, one table per family |
//! | `diff/`, `adopt/` | what was rendered against what a cluster runs, and placeholders made of that |
//! | `argocd/` | what Argo CD says and hides, without its files and environment; `written/`: what is wrong with its objects |
//! | `krm/` | YAML and ResourceLists as text, in rooms: `read`, `tree`, `edit`, `write`; knows no GPU |
//! | `source` | one text that came in, and the lines and columns in it |
//! | `types/` | names and versions, checked once; the keys of metadata that others write |
//!
//! Imports point downwards, without a circle: `tests/tidy.rs` reads every `use` of what ships and holds the exact list
//! of who imports whom. Tests may look up: `api/schema_gen.rs` asks `operator` for the fields of each operator.
//!
//! # Words
//!
//! | word | means |
//! |---|---|
//! | placeholder | an object of one of our kinds: what a person wrote |
//! | fact | a value that is known of one cluster, with its origin |
//! | pool | what a `GpuMachineSet` asks for: machines of one type, in all its zones |
//! | group, set | what one object of a pool's form makes: one MachineSet, the machines of one zone |
//! | form | what a pool becomes on a cluster: MachineSets with their MachineAutoscalers |
//! | worker | a MachineSet of the cluster that a set may be cloned from |
//! | template | the worker that a set is cloned from |
//! | platform | what a `GpuPlatform` asks for, or a pool or an OpenStack implies: operators with all that they need |
//! | cloud | what the machines run on: AWS, Azure, Google Cloud, vSphere, OpenStack, Nutanix, IBM Cloud |
//! | component | what a `GpuDelivery` delivers: one Application on each cluster |
//! | alias | the name by which OpenStack's Nova knows cards of one kind, and flavors ask for them |
//! | guard | the taint of a pool that an admission policy keeps pods of others from tolerating |
//! | model | what a `GpuModel` serves: a runtime and an InferenceService, or an LLMInferenceService, on a pool or without one |
//! | copy, rank | one whole of a model that is served, of one pod or of several; a part of it that has all but experts |
//! | hub | the cluster that Argo CD runs on |
//! | way | labels and tolerations that lead to the nodes of one pool |
//! | operand | the object that tells an operator what to run: ClusterPolicy, NodeFeatureDiscovery |
//! | standing | an object that is there already: in the input or, live, in the facts |
//! | applier | who applies objects that we made: an Argo CD Application |
//! | live | with fields that only an API server writes: `uid`, `resourceVersion` |
//!
//! # What must stay true
//!
//! - The same bytes in give the same bytes out: no io, environment, clock, randomness or hash order outside `edge`.
//! - No placeholder in the input: output equals input. `expand(expand(x)) == expand(x)`.
//! - Nothing is guessed. A fact has an origin or is missing, and a name is never taken apart to get one.
//! - Only `krm` sees YAML text, only `cloud` the fields of a provider spec, only `operator` names of packages, only
//!   `node_group` the kinds that pools become.
//! - Nothing is written before everything has succeeded. Empty output with exit code 0 means "delete everything" to
//!   kustomize, kpt and Argo CD.
//! - What a YAML 1.1 reader could take for another value leaves in quotes: `on`, `NO`, `1_000`, `0777`, `12:30:45`.
//! - Every problem of a run is reported, sorted by place; none stops the search for the next.
//! - No panic: input of any kind ends in output or in a problem. No `unsafe` but in the crate `memory/`, which knows no
//!   YAML: allocator and memory functions of the static binaries.
//!
//! # Where to add
//!
//! **A rule.** A row in `problem/rules/<family>.rs`: slug, severity, summary, and an explanation that says why, with its
//! source. Report it in the room that knows: a field by itself in `api/validate`, a field against facts in the kind, a
//! provider spec in `cloud`, what came out in `check`. A case under `testdata/` that triggers it, and one that must
//! not. `explain` and SARIF take it from the registry.
//!
//! **A cloud.** A folder `cloud/<cloud>/` and its row in `CLOUDS`. What is said of it is data, its `Profile`: where its
//! provider spec has zone, region, type and GPUs, how zones are named, boot images, families of types, quotas, examples
//! for messages. What it does to a provider spec is its `MachineApi`: clone or build, settings, rules, adopt. Rows in
//! `catalog/instances.tsv`, cases under `testdata/`. No other room knows a cloud; `cloud/tests/nimbus/` shows the price.
//!
//! **A form that pools take.** A folder `node_group/<form>/`, its row in `NODE_GROUPS` and its name in `plan::Form`: its
//! kinds and how each is removed, its objects, what scales them, what a cluster adds to them, what a change does to
//! machines. `diff`, `adopt`, stale objects, the destination's APIs and `argocd application` ask it.
//!
//! **An operator.** A file `operator/<name>.rs` with its row of the catalogue (package, source, namespace, mode, what it
//! needs), its operand, and its channels by OpenShift version in the table beside it, each row with its source. The
//! Namespace, OperatorGroup and Subscription are derived.
//!
//! **A kind.** A file `api/<kind>.rs`, its name in `api::OurKind`, and `UPDATE=1 cargo test`, which writes
//! `functions/<Kind>/schema.json`; a page and an example beside it. A folder `kinds/<kind>/` with its `Spec`, which
//! decides what becomes of it, and its row in `KINDS`. It sees the public face of pools (`Plan::pools_of`), of this run
//! and of earlier ones, and what platforms decided; `kinds/tests/gpu_note/` shows the price.
//!
//! **A section of `plan`.** A file in `view/` with a function from a cluster to blocks, and its row in `SECTIONS` of
//! `view/section.rs`; what it shows is a field of `view::Cluster`, which is the JSON form. Every form shows all sections.
//!
//! **A fact.** Its name in `cluster::FactName`, with its words and an example; a row in `facts/sources.rs`: the kind that
//! states it, where. A field of `api::cluster_facts::ClusterFactsSpec` of the same name. `cluster/missing.rs` then says
//! how to give it. A fact that one cloud alone has is one of `FactName::OWN`, and needs no field of `ClusterFacts`.
//!
//! **A command.** A file `edge/command/<command>.rs` and its arguments in `edge/cli/`: it makes an [`Input`] and gives
//! the [`Output`] to `edge::report`. The core does not change.
//!
//! # What proves it
//!
//! Unit tests stand beside the code; `tests/` calls the program from outside; `testdata/` holds whole inputs and what
//! becomes of them; `e2e/` runs the real programs that call us and read what we write; `benches/` measures beside them.

#[cfg(test)]
mod additions_tests;
mod adopt;
mod api;
mod argocd;
mod capture;
mod catalog;
mod check;
mod cloud;
mod cluster;
mod diff;
#[doc(hidden)]
pub mod edge;
mod expand;
mod facts;
mod fit;
mod kinds;
mod krm;
mod node_group;
mod operator;
mod plan;
mod pool_face;
pub mod problem;
mod source;
mod types;
pub mod view;

pub use expand::{Fleet, Input, Mode, OfCluster, Output, Rendered, expand, overview};
pub use source::{Position, Role, Source};

pub(crate) use expand::{expand_owned, forget_consequences};

/// What tests, fuzz targets and the programs of `e2e` look at from outside. It is no part of the library: it changes
/// whenever they do.
#[doc(hidden)]
pub mod testing {
    pub use crate::api::{our_kind, read_cluster_facts, read_gpu_machine_set, read_gpu_platform};
    #[cfg(any(test, fuzzing))]
    pub use crate::krm::oracle;
    pub use crate::krm::{Container, Document, Node, Rewrite, Split, decode, emit, join, split};
}
