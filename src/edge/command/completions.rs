//! `completions`: what a shell asks the program at each TAB, and the script that makes it ask.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;

use clap::CommandFactory as _;
use clap_complete::env::{EnvCompleter, Shells};

use crate::edge::cli::Cli;
use crate::edge::reply::Reply;
use crate::edge::streams;
use crate::problem::reported;

/// Names the shell that asks. Nothing else of the environment makes the program answer otherwise.
const ASKING: &str = "GPU_MACHINESET_COMPLETE";

const NAME: &str = "gpu-machineset";

/// `gpu-machineset completions SHELL`
pub(super) fn completions(shell: clap_complete::Shell) -> Reply {
    let shell = shell.to_string();
    let written = completer(&shell).and_then(|completer| {
        let mut bytes = Vec::new();
        completer.write_registration(ASKING, NAME, NAME, NAME, &mut bytes)?;
        Ok(bytes)
    });
    reply(written)
}

/// Whether a shell asks: `GPU_MACHINESET_COMPLETE=bash gpu-machineset -- WORD...`. The variable alone does nothing, so
/// that a pipe does not depend on it.
pub(super) fn is_asked(first: &OsStr) -> bool {
    first == "--" && env::var_os(ASKING).is_some_and(|shell| !shell.is_empty())
}

/// What may stand where the cursor is.
pub(super) fn answer(args: &[OsString]) -> Reply {
    let shell = env::var_os(ASKING).unwrap_or_default();
    let words = args.iter().skip(2).cloned().collect::<Vec<_>>();
    let written = completer(&shell.to_string_lossy()).and_then(|completer| {
        if words.is_empty() {
            return Err(io::Error::other("no word to complete"));
        }
        let mut bytes = Vec::new();
        let folder = env::current_dir().ok();
        let mut command = Cli::command();
        command.build();
        completer.write_complete(&mut command, words, folder.as_deref(), &mut bytes)?;
        Ok(bytes)
    });
    reply(written)
}

fn completer(shell: &str) -> io::Result<&'static dyn EnvCompleter> {
    const SHELLS: Shells<'static> = Shells::builtins();
    let unknown = || io::Error::other(format!("no completions are known of the shell `{shell}`"));
    SHELLS.completer(shell).ok_or_else(unknown)
}

fn reply(written: io::Result<Vec<u8>>) -> Reply {
    match written {
        Ok(bytes) => Reply::done(String::from_utf8_lossy(&bytes)),
        Err(error) => {
            let reason = streams::reason(&error);
            let tip = "gpu-machineset completions --help";
            Reply::usage(reported(&format!("error: {reason}\n\n  tip: {tip}\n")))
        }
    }
}
