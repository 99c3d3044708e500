//! Checks over what was made, independent of how it was made.

pub(crate) mod cluster_autoscaler;
pub(crate) mod emitted;
pub(crate) mod selectors;
