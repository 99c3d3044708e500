//! The real programs that call `gpu-machineset` and read what it writes, ready for tests.
//!
//! Nothing here is a stand-in. The peers are built from pinned modules (`e2e/peers`), a control plane is etcd and
//! it: every function here panics rather than let a test pass unrun.

mod argocd;
mod cluster;
mod peers;
mod podman;
mod project;
mod run;
mod shared;

pub use argocd::{CmpServer, application, argocd, ask, texts};
pub use cluster::{ApiServer, object_id};
pub use peers::{
    admission, bin, goyaml, kserve, kserve_0_17, kubectl, kueue, kueue_v1beta2, kustomize,
    kyaml_noop, module_file, openshift, shipped_bin, system_kubectl,
};
pub use podman::Podman;
pub use project::{Project, documents};
pub use run::{Out, Run};
pub use shared::{crd, shared};

use std::path::Path;

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
