//! gpu-machineset: a GPU pool definition that is valid on every cluster, and the facts of one cluster, become the
//! concrete OpenShift objects that make the pool work.

pub mod api;
pub mod edge;
pub mod krm;
pub mod problem;
