//! The tree of one object.

pub(in crate::krm) mod node;
pub(in crate::krm) mod object_id;
mod paths;
pub(crate) mod scalar;
