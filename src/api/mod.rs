//! What users write, one file per kind. The structs are the single truth: field docs become the text of the published
//! schema (`functions/<Kind>/schema.json`, written by a test), and that schema is what [`validate`] walks at run time,
//! so that an editor and a run say the same.

mod accept;
mod carried;
pub(crate) mod cluster_facts;
pub(crate) mod gpu_access;
pub(crate) mod gpu_delivery;
pub(crate) mod gpu_machine_set;
pub(crate) mod gpu_model;
pub(crate) mod gpu_platform;
pub(crate) mod open_stack_gpu;
mod overrides;
pub(crate) mod owner;
mod placeholder;
mod read;
mod salvage;
mod schema;
#[cfg(test)]
mod schema_gen;
mod suggest;
pub(crate) mod validate;

use std::fmt;

use crate::krm::Document;
use crate::problem::rules::api as rule;
use crate::problem::{Problem, did_you_mean};

pub(crate) use accept::{ACCEPT, Acceptance, acceptances};
pub(crate) use overrides::{
    Beside, OfCluster, Override, Overrides, Overriding, fields_of, relocate,
};
pub(crate) use overrides::{fold, pool_schema};
pub(crate) use owner::FROM;
pub(crate) use owner::Owner;
pub(crate) use placeholder::Placeholder;
pub(crate) use schema::Schema;
pub(crate) use suggest::list;

pub(crate) use read::examine_all;
pub(crate) use read::{
    LOCAL_CONFIG, Read, examine_gpu_machine_set, examine_gpu_platform, key_place, place,
};
pub use read::{read_cluster_facts, read_gpu_machine_set, read_gpu_platform};

/// API group of all our kinds.
pub(crate) const GROUP: &str = "gpu-machineset.dev";
/// The version that we know.
pub(crate) const VERSION: &str = "v1alpha1";

/// A kind of ours. All are input only: none ever leaves in the bare ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OurKind {
    /// The facts of one cluster.
    ClusterFacts,
    /// Who may use which pool.
    GpuAccess,
    /// How Argo CD delivers.
    GpuDelivery,
    /// One GPU pool.
    GpuMachineSet,
    /// A model that is served on a pool.
    GpuModel,
    /// The operators that a GPU node needs.
    GpuPlatform,
    /// GPUs for virtual machines of OpenStack.
    OpenStackGpu,
    /// What a kind costs, shown by one that exists in tests alone.
    #[cfg(test)]
    GpuNote,
}

impl OurKind {
    /// Every kind, by name.
    pub const ALL: [Self; 7] = [
        Self::ClusterFacts,
        Self::GpuAccess,
        Self::GpuDelivery,
        Self::GpuMachineSet,
        Self::GpuModel,
        Self::GpuPlatform,
        Self::OpenStackGpu,
    ];

    /// The kind as written in `kind:`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClusterFacts => "ClusterFacts",
            Self::GpuAccess => "GpuAccess",
            Self::GpuDelivery => "GpuDelivery",
            Self::GpuMachineSet => "GpuMachineSet",
            Self::GpuModel => "GpuModel",
            Self::GpuPlatform => "GpuPlatform",
            Self::OpenStackGpu => "OpenStackGpu",
            #[cfg(test)]
            Self::GpuNote => "GpuNote",
        }
    }

    /// The kind of a name as it is written.
    pub(crate) fn called(name: &str) -> Option<Self> {
        let all = Self::ALL.into_iter();
        #[cfg(test)]
        let all = all.chain([Self::GpuNote]);
        let mut all = all;
        all.find(|kind| kind.name() == name)
    }

    /// The kind of a name, whatever its case (`schema gpumachineset`).
    pub fn find(name: &str) -> Option<Self> {
        let same = |kind: &Self| kind.name().eq_ignore_ascii_case(name);
        Self::ALL.into_iter().find(same)
    }
}

impl fmt::Display for OurKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The published JSON Schema (draft-07) of a kind, the whole object, as it is committed.
pub(crate) fn schema(kind: OurKind) -> &'static str {
    match kind {
        OurKind::ClusterFacts => include_str!("../../functions/ClusterFacts/schema.json"),
        OurKind::GpuAccess => include_str!("../../functions/GpuAccess/schema.json"),
        OurKind::GpuDelivery => include_str!("../../functions/GpuDelivery/schema.json"),
        OurKind::GpuMachineSet => include_str!("../../functions/GpuMachineSet/schema.json"),
        OurKind::GpuModel => include_str!("../../functions/GpuModel/schema.json"),
        OurKind::GpuPlatform => include_str!("../../functions/GpuPlatform/schema.json"),
        OurKind::OpenStackGpu => include_str!("../../functions/OpenStackGpu/schema.json"),
        #[cfg(test)]
        OurKind::GpuNote => include_str!("../kinds/tests/gpu_note/schema.json"),
    }
}

impl Schema<'static> {
    /// The schema of a kind, to walk.
    pub(crate) fn of(kind: OurKind) -> Self {
        Self::new(schema(kind))
    }
}

/// Which of our kinds a document is: `None` when it is not of our group.
///
/// A version or kind that we do not know is a problem, and so is one of our kinds in a group that is misspelt: it
/// would pass through untouched and nobody would notice that the pool is missing. A GpuMachineSet is meant for us in
/// whatever group; the other names may well be those of another tool.
pub fn our_kind(document: &Document) -> Option<Result<OurKind, Problem>> {
    let (group, version) = document
        .api_version
        .split_once('/')
        .unwrap_or((&document.api_version, ""));
    let kind = OurKind::called(&document.kind);
    if group != GROUP {
        let kind = kind?;
        let alike = kind == OurKind::GpuMachineSet
            || version.is_empty()
            || did_you_mean(group, [GROUP]).is_some();
        if !alike {
            return None;
        }
        return Some(Err(foreign_group(document, kind)));
    }
    if version != VERSION {
        return Some(Err(unknown_version(document, version)));
    }
    Some(kind.ok_or_else(|| unknown_kind(document)))
}

fn foreign_group(document: &Document, kind: OurKind) -> Problem {
    let place = field_place(document, "apiVersion");
    let message = format!(
        "`{kind}` is of the group `{GROUP}`, not of `{}`",
        document.api_version
    );
    let right = format!("{GROUP}/{VERSION}");
    Problem::new(&rule::UNKNOWN_VERSION, place, message)
        .help(format!("write `apiVersion: {right}`"))
        .values(&*document.api_version, Some(right))
}

fn unknown_version(document: &Document, version: &str) -> Problem {
    let place = field_place(document, "apiVersion");
    let message = match version {
        "" => format!("`{}` has no version", document.api_version),
        version => format!("version `{version}` of `{GROUP}` is not known here"),
    };
    let right = format!("{GROUP}/{VERSION}");
    Problem::new(&rule::UNKNOWN_VERSION, place, message)
        .help(format!("known: `{right}`"))
        .values(&*document.api_version, Some(right))
}

fn unknown_kind(document: &Document) -> Problem {
    let place = field_place(document, "kind");
    let message = format!("`{GROUP}` has no kind `{}`", document.kind);
    let nearest = did_you_mean(&document.kind, OurKind::ALL.map(OurKind::name));
    let known = OurKind::ALL.map(OurKind::name).join(", ");
    let help = nearest.map_or_else(
        || format!("known: {known}"),
        |kind| format!("did you mean `{kind}`?"),
    );
    Problem::new(&rule::UNKNOWN_KIND, place, message)
        .help(help)
        .values(&*document.kind, nearest.map(str::to_owned))
}

/// The place of a top-level field when the document can be read, of the document when it cannot.
fn field_place(document: &Document, key: &str) -> crate::problem::Place {
    match document.node() {
        Ok(node) => place(document, &node, key),
        Err(_) => document.place(document.range.clone(), key),
    }
}

#[cfg(test)]
mod tests {
    use super::read::tests::{document, source};
    use super::*;

    fn kind_of(api_version: &str, kind: &str) -> Option<Result<OurKind, String>> {
        let text = format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\n");
        let source = source(&text);
        let found = our_kind(&document(&source));
        found.map(|kind| kind.map_err(|problem| format!("{}: {}", problem.place, problem.help[0])))
    }

    #[test]
    fn kinds_of_our_group_are_ours_and_others_are_not() {
        let known = kind_of("gpu-machineset.dev/v1alpha1", "ClusterFacts");
        assert_eq!(known, Some(Ok(OurKind::ClusterFacts)));
        assert_eq!(kind_of("v1", "ConfigMap"), None);
        assert_eq!(kind_of("hypershift.openshift.io/v1beta1", "NodePool"), None);
        assert_eq!(kind_of("example.com/v1", "GpuPlatform"), None);
    }

    #[test]
    fn a_misspelt_kind_version_or_group_is_a_problem_with_a_place() {
        let text = |api: &str, kind: &str| kind_of(api, kind).map(|kind| kind.unwrap_err());
        assert_eq!(
            text("gpu-machineset.dev/v1alpha1", "GPUMachineset").as_deref(),
            Some("a.yaml:2:7: did you mean `GpuMachineSet`?")
        );
        assert_eq!(
            text("gpu-machineset.dev/v1", "GpuMachineSet").as_deref(),
            Some("a.yaml:1:13: known: `gpu-machineset.dev/v1alpha1`")
        );
        assert!(text("gpu-machineset.dev", "GpuMachineSet").is_some());
        assert!(text("gpu-machinesets.dev/v1alpha1", "GpuPlatform").is_some());
        assert_eq!(
            text("gpu.openshift.io/v1", "GpuMachineSet").as_deref(),
            Some("a.yaml:1:13: write `apiVersion: gpu-machineset.dev/v1alpha1`")
        );
        assert!(text("v1alpha1", "GpuMachineSet").is_some());
    }

    #[test]
    fn the_embedded_schemas_are_json() {
        for kind in OurKind::ALL {
            assert!(Schema::of(kind).is_object(), "{kind}");
            assert_eq!(OurKind::find(&kind.name().to_lowercase()), Some(kind));
        }
    }
}
