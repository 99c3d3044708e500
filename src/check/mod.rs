//! Checks over what was made, independent of how it was made.

pub(crate) mod access;
pub(crate) mod encrypted;
pub(crate) mod model;
pub(crate) mod webhooks;
pub(crate) mod workload_selectors;
