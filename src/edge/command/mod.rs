//! What each command does.

pub(super) mod argocd;
pub(super) mod catalog;
pub(super) mod facts;
pub(super) mod install;
pub(super) mod per_cluster;
pub(super) mod plan;
pub(super) mod render;
pub(super) mod stdin;
