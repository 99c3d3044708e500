//! The only room with io, environment and command line.
//!
//! Each way in gives a [`Reply`]; it is written in one place, once, after everything has succeeded: kustomize, kpt and
//! Argo CD take half an output, or an empty one with exit code 0, for the truth.
#![expect(
    clippy::disallowed_methods,
    reason = "the one room where files, streams and the environment are read and written"
)]

mod claim;
mod cli;
mod command;
mod dump;
mod files;
mod folder;
mod hash;
mod listing;
mod panics;
mod replace;
mod report;
mod stage;
mod streams;
mod usage;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use crate::krm::Source;
use crate::problem::rules::{facts, input as rule, krm, migrate as migrate_rules, platform};
use crate::problem::{Place, Problem, Problems};
use crate::{Input, Mode, Output, expand_owned};
use command::stdin;

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// Exit code 0.
    Done,
    /// Exit code 1: problems, all of them on standard error.
    Problems,
    /// Exit code 2: called wrongly.
    Usage,
}

/// What a command answers.
#[derive(Debug)]
struct Reply {
    /// Standard output, whole.
    out: String,
    /// Standard error, whole.
    err: String,
    /// Exit code.
    status: Status,
}

impl Reply {
    /// Success that prints something.
    fn done(out: impl Into<String>) -> Self {
        Self {
            out: out.into(),
            err: String::new(),
            status: Status::Done,
        }
    }

    /// Wrong usage, with a message that says what to write instead.
    fn usage(err: impl Into<String>) -> Self {
        Self {
            out: String::new(),
            err: err.into(),
            status: Status::Usage,
        }
    }
}

/// Renders what could be read. What could not be read fails the run, yet the problems of the rest are found too.
fn expanded(sources: Vec<Source>, unread: Problems, mode: Mode) -> Output {
    let mut output = if sources.is_empty() {
        Output::default()
    } else {
        expand_owned(Input {
            sources,
            mode,
            given: None,
        })
    };
    if unread.has_errors() {
        output.text.clear();
    }
    add_unread(&mut output.problems, unread);
    output
}

/// Adds what could not be read. Problems that go by themselves when it can be are not said: the facts may be in there.
fn add_unread(problems: &mut Problems, unread: Problems) {
    if unread.has_errors() {
        let consequences = [
            &facts::MISSING_FACT,
            &facts::UNKNOWN_FACTS,
            &krm::EMPTY_INPUT,
            &rule::FACTS_ALONE,
            &rule::DUMP_LEAVES,
            &migrate_rules::DUMP_INCOMPLETE,
            &platform::IMPLIED_PLATFORM,
        ];
        problems.forget(|problem| consequences.contains(&problem.rule));
    }
    problems.extend(unread);
}

/// The last guard against an empty output that would be taken for "delete everything".
fn never_empty(output: &mut Output) {
    let is_bare = |line: &str| matches!(line.trim(), "" | "---") || line.starts_with('#');
    if output.text.lines().all(is_bare) && !output.problems.has_errors() {
        let message = "nothing is left to render";
        let problem = Problem::new(&rule::EMPTY_OUTPUT, Place::default(), message).help(
            "add a GpuMachineSet to the input, or use `gpu-machineset check` to only look at it",
        );
        output.problems.push(problem);
        output.text.clear();
    }
}

/// Runs the program on the process's own arguments and streams.
pub fn run() -> ExitCode {
    panics::report_in_one_line();
    let args: Vec<OsString> = env::args_os().collect();
    let reply = match args.get(1) {
        // the hot path of kustomize and kpt: no command line to parse
        None => stdin::stdin(),
        Some(first) if stdin::is_plugin_call(first) => stdin::plugin(first),
        Some(_) => cli::run(&args),
    };
    streams::write(&reply)
}
