//! Standard input, output and error.

use std::env;
use std::io::{self, ErrorKind, IsTerminal as _, Read as _, Write};
use std::process::ExitCode;

use super::{Reply, Status};

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

/// Whether the environment leaves colours on: <https://no-color.org>, and terminals that have none.
pub(super) fn may_colour() -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// All of standard input, one byte more than [`LARGEST`] at most.
pub(super) fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
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
