//! Standard input, output and error.

use std::env;
use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal as _, Read as _, Write};
use std::process::{Command, ExitCode};

use super::reply::{Reply, Status};

/// Largest input that is read, in bytes: 512 MiB. What is larger is no manifest.
pub(super) const LARGEST: u64 = 512 << 20;

/// Whether a person is typing.
pub(super) fn stdin_is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Whether a person is reading the messages.
pub(super) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// A line on standard error that says how far a long run is, for people only.
pub(super) struct Progress {
    all: usize,
    is_shown: bool,
}

impl Progress {
    /// Of so many files; one file may hold many clusters.
    pub(super) fn new(all: usize) -> Self {
        Self {
            all,
            is_shown: stderr_is_terminal(),
        }
    }

    /// So many clusters are done.
    pub(super) fn show(&mut self, done: usize) {
        if self.is_shown && done.is_multiple_of(10) {
            let line = if self.all > 1 && done <= self.all {
                format!("\r{done} of {} clusters", self.all)
            } else {
                format!("\r{done} clusters")
            };
            let _ = write_all(io::stderr().lock(), &line);
        }
    }

    /// Takes the line away.
    pub(super) fn end(&mut self) {
        if self.is_shown {
            let _ = write_all(io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}

/// Columns of the terminal that standard output is: `COLUMNS`, else what `stty` says, else 80. `None` when it is no
/// terminal.
pub(super) fn stdout_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let variable = env::var("COLUMNS").ok();
    let width = |text: &str| text.trim().parse().ok().filter(|width| *width > 0);
    let stty = || {
        let terminal = File::open("/dev/tty").ok()?;
        let size = Command::new("stty").arg("size").stdin(terminal).output();
        let size = String::from_utf8(size.ok()?.stdout).ok()?;
        width(size.split_whitespace().nth(1)?)
    };
    let known = variable.as_deref().and_then(width);
    known.or_else(stty).or(Some(80))
}

/// Whether the environment leaves colours on: <https://no-color.org>, and terminals that have none.
pub(super) fn may_colour() -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// All of standard input, one byte more than [`LARGEST`] at most.
pub(super) fn read_stdin() -> io::Result<Vec<u8>> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        // a file of its own has no buffer in between, and says how long it is
        let descriptor = io::stdin().as_fd().try_clone_to_owned();
        descriptor.and_then(|descriptor| read(File::from(descriptor)))
    }
    #[cfg(not(unix))]
    {
        let mut bytes = Vec::new();
        let stdin = io::stdin().lock();
        stdin.take(LARGEST + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// All that a file holds, one byte more than [`LARGEST`] at most. A pipe does not say how much will come.
pub(super) fn read(file: File) -> io::Result<Vec<u8>> {
    let capacity = match file.metadata()?.len() {
        // what a pipe of Linux holds
        0 => 64 << 10,
        // one more, so that the end is seen without growing
        length => length.min(LARGEST) + 1,
    };
    let mut bytes = Vec::with_capacity(usize::try_from(capacity).unwrap_or(0));
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes the reply and gives its exit code. A reader that has seen enough (`| head`) is no failure.
pub(super) fn write(reply: &Reply) -> ExitCode {
    let written = write_all(io::stdout().lock(), &reply.out);
    let _ = write_all(io::stderr().lock(), &reply.err);
    if let Err(error) = written {
        let line = format!(
            "error[unwritable-output]: cannot write to standard output: {}\n",
            reason(&error)
        );
        let _ = write_all(io::stderr().lock(), &line);
        return ExitCode::FAILURE;
    }
    match reply.status {
        Status::Done => ExitCode::SUCCESS,
        Status::Problems => ExitCode::FAILURE,
        Status::Usage => ExitCode::from(2),
    }
}

fn write_all(mut stream: impl Write, text: &str) -> io::Result<()> {
    let written = stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// An error of the operating system in the words of our messages: `no such file or directory`.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => "unknown reason".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_as_part_of_a_sentence() {
        let error = io::Error::from_raw_os_error(2);
        assert_eq!(reason(&error), "no such file or directory");
    }
}
