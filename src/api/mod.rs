//! What users write, one file per kind. Field docs become the text of the published schema, so they give meaning,
//! unit and default.

pub mod cluster_facts;
pub mod gpu_machine_set;

/// API group of all our kinds.
pub const GROUP: &str = "gpu-machineset.dev";
/// The version that we know.
pub const VERSION: &str = "v1alpha1";
/// Annotation on all that we generate: `GpuMachineSet/<name>`.
pub const FROM: &str = "gpu-machineset.dev/from";
