//! `diff`: what would be rendered against what a cluster runs.

mod fleet;

use super::per_cluster;
use crate::capture::{self, Wanted};
use crate::diff;
use crate::edge::cli::{Diff, DiffFormat};
use crate::edge::expansion::{expanded, never_empty};
use crate::edge::reply::{Reply, Status};
use crate::edge::report::{Color, Report};
use crate::edge::{dump, files, streams};
use crate::krm::{Role, Source};
use crate::problem::{Problems, escaped, reported};
use crate::{Mode, Output};

/// `gpu-machineset diff PATH... --live DUMP`
pub(super) fn diff(args: &Diff) -> Reply {
    if args.per_cluster {
        return fleet::diff(args);
    }
    let (mut sources, mut unread) = files::gather(&args.inputs.paths, &args.inputs.facts);
    let (live, unread_live) = dump::gather(&args.live);
    unread.extend(unread_live);
    if !diff::has_facts(&sources) && !unread.has_errors() {
        let capture = capture::capture(&live, &Wanted::default());
        let has_failed = capture.problems.has_errors();
        if !has_failed || diff::needs_facts(&sources) {
            if has_failed {
                unread.extend(capture.problems);
            }
            sources.push(Source::with_role(
                "<captured>",
                capture.text,
                Role::FactsOnly,
            ));
        }
    }
    if diff::is_of_one_cluster(&sources) {
        let operands = capture::operands(&live, &sources);
        sources.extend(operands);
    }
    let mut output = expanded(sources, unread, Mode::Bare, &args.inputs.only);
    never_empty(&mut output);
    output
        .problems
        .change(|problem| per_cluster::hint(problem, "--per-cluster"));
    let Output {
        text, mut problems, ..
    } = output;
    let mut comparison = diff::Comparison::default();
    if !problems.has_errors() {
        comparison = diff::compare(&text, &live);
        problems.extend(std::mem::take(&mut comparison.problems));
    }
    let out = match args.format {
        _ if problems.has_errors() => String::new(),
        DiffFormat::Unified => coloured(&reported(&diff::text(&comparison)), args.color),
        DiffFormat::JsonPatch => escaped(&diff::json_patch(&comparison)),
    };
    reply(out, problems, comparison.differences.is_empty(), args.quiet)
}

/// What is added in green and what is removed in red, as `git diff` has it.
fn coloured(text: &str, color: Color) -> String {
    if !color.is_wanted(streams::stdout_width().is_some()) {
        return text.to_owned();
    }
    let line = |line: &str| {
        let end = if line.ends_with('\n') { "\n" } else { "" };
        let code = match line.as_bytes().first() {
            Some(b'+') => "32",
            Some(b'-') => "31",
            Some(b'@') => "36",
            _ => return line.to_owned(),
        };
        format!(
            "\u{1b}[{code}m{}\u{1b}[0m{end}",
            line.trim_end_matches('\n')
        )
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Exit codes are those of diff(1).
fn reply(out: String, problems: Problems, is_same: bool, quiet: bool) -> Reply {
    let failed = problems.has_errors();
    let report = Report {
        quiet,
        ..Report::default()
    };
    let mut reply = report.beside(out, problems);
    reply.status = match (failed, is_same) {
        (true, _) => Status::Usage,
        (false, true) => Status::Done,
        (false, false) => Status::Problems,
    };
    if failed {
        reply.err.push_str("nothing was compared\n");
    }
    reply
}
