//! gpu-machineset: a GPU pool definition that is valid on every cluster, and the facts of one cluster, become the
//! concrete OpenShift objects that make the pool work.

pub mod api;
pub mod catalog;
pub(crate) mod check;
pub mod edge;
mod expand;
pub mod facts;
pub mod krm;
pub(crate) mod manifest;
pub(crate) mod plan;
pub(crate) mod platform;
pub mod problem;
pub mod types;

pub use expand::{Input, Mode, Output, Rendered, expand};
