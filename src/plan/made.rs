//! An object that was made.

use std::rc::Rc;

use crate::api::Owner;
use crate::krm::Node;
use crate::types::ClusterId;

/// An object to put into the output.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// The object.
    pub(crate) node: Rc<Node>,
    /// What it was made from.
    pub(crate) from: Owner,
    /// The cluster that it is for.
    pub(crate) cluster: ClusterId,
    /// Index of its pool in the plan; `None` for what others make.
    pub(crate) pool: Option<usize>,
}
