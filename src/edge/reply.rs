//! What a run writes, and how it ends.

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Exit code 0.
    Done,
    /// Exit code 1: problems, all of them on standard error.
    Problems,
    /// Exit code 2: called wrongly.
    Usage,
}

/// What a command answers.
#[derive(Debug)]
pub(super) struct Reply {
    /// Standard output, whole.
    pub(super) out: String,
    /// Standard error, whole.
    pub(super) err: String,
    /// Exit code.
    pub(super) status: Status,
}

impl Reply {
    /// Success that prints something.
    pub(super) fn done(out: impl Into<String>) -> Self {
        Self {
            out: out.into(),
            err: String::new(),
            status: Status::Done,
        }
    }

    /// Wrong usage, with a message that says what to write instead.
    pub(super) fn usage(err: impl Into<String>) -> Self {
        Self {
            out: String::new(),
            err: err.into(),
            status: Status::Usage,
        }
    }
}
