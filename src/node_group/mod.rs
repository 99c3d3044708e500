//! The forms that a pool takes on a cluster, one folder each.

pub(crate) mod machine_set;
