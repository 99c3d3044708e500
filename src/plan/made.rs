//! An object that was made.

use std::rc::Rc;

use crate::api::Owner;
use crate::krm::Node;

/// An object to put into the output.
#[derive(Debug)]
pub(crate) struct Made {
    /// The object.
    pub(crate) node: Rc<Node>,
    /// What it was made from.
    pub(crate) from: Owner,
    /// Index of its pool in the plan; `None` for what a platform makes.
    pub(crate) pool: Option<usize>,
}
