//! The only room with io, environment and command line.
//!
//! Each way in gives a `Reply`; it is written in one place, once, after everything has succeeded: kustomize, kpt and
//! Argo CD take half an output, or an empty one with exit code 0, for the truth.
#![expect(
    clippy::disallowed_methods,
    reason = "the one room where files, streams and the environment are read and written"
)]

mod address;
mod claim;
mod cli;
mod command;
mod dump;
mod expansion;
mod file_name;
mod files;
mod folder;
mod listing;
mod panics;
mod replace;
mod reply;
mod report;
mod stage;
mod streams;
mod usage;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory as _;

/// The command line as it is declared, for what is written of it: man pages.
pub fn command_line() -> clap::Command {
    cli::Cli::command()
}

/// Runs the program on the process's own arguments and streams.
pub fn run() -> ExitCode {
    panics::report_in_one_line();
    let args: Vec<OsString> = env::args_os().collect();
    streams::write(&command::run(&args))
}
