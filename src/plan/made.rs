//! An object that was made.

use std::rc::Rc;

use crate::krm::Node;

/// An object to put into the output.
#[derive(Debug)]
pub(crate) struct Made {
    /// The object.
    pub(crate) node: Rc<Node>,
    /// `GpuMachineSet/<name>` or `GpuPlatform/<name>`.
    pub(crate) from: String,
    /// Index of its pool in the plan; `None` for what a platform makes.
    pub(crate) pool: Option<usize>,
}
