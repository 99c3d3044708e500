//! The core seen from the edge: what could not be read beside it, and guards of what it gives.

use crate::krm::Source;
use crate::problem::rules::input as rule;
use crate::problem::{Place, Problem, Problems};
use crate::{Input, Mode, Output, expand_owned, forget_consequences};

/// Renders what could be read. What could not be read fails the run, yet the problems of the rest are found too.
pub(super) fn expanded(
    sources: Vec<Source>,
    unread: Problems,
    mode: Mode,
    only: &[String],
) -> Output {
    let mut output = if sources.is_empty() {
        Output::default()
    } else {
        expand_owned(Input {
            sources,
            mode,
            only: only.to_vec(),
            ..Input::default()
        })
    };
    if unread.has_errors() {
        output.text.clear();
    }
    add_unread(&mut output.problems, unread);
    output
}

/// Adds what could not be read.
pub(super) fn add_unread(problems: &mut Problems, unread: Problems) {
    if unread.has_errors() {
        forget_consequences(problems);
    }
    problems.extend(unread);
}

/// The last guard against an empty output that would be taken for "delete everything".
pub(super) fn never_empty(output: &mut Output) {
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

/// What is wrong with an output only: facts may be looked at alone.
pub(super) fn is_of_output(problem: &Problem) -> bool {
    [&rule::FACTS_ALONE, &rule::DUMP_LEAVES].contains(&problem.rule)
}
