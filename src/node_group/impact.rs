//! What a change does to machines.

use std::fmt;

/// What applying a difference does to machines. Nothing replaces running ones: MachineSets do not roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Impact {
    /// The API server refuses it.
    Refused,
    /// Admission refuses it: the field has to be there.
    Required,
    /// Machines are started or removed at once.
    Scales,
    /// Machines that are made from now on; running ones stay as they are.
    NewMachines,
    /// No machine is touched.
    Harmless,
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "refused by the API server, the field cannot change",
            Self::Required => "refused by the API server, the field has to be there",
            Self::Scales => "starts or removes machines",
            Self::NewMachines => "new machines only, running ones stay as they are",
            Self::Harmless => "harmless, no machine is touched",
        })
    }
}
