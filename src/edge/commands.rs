//! What each command does.

use clap::CommandFactory as _;

use crate::Mode;

use super::cli::{Check, Cli, Render};
use super::{Reply, expanded, files, fleet, folder, never_empty};

/// `gpu-machineset render PATH...`
pub(super) fn render(args: &Render) -> Reply {
    if let (true, Some(out)) = (args.per_cluster, &args.output) {
        return fleet::render(args, out);
    }
    let (sources, unread) = files::gather(&args.inputs.paths, &args.inputs.facts);
    let mut output = expanded(sources, unread, Mode::Bare);
    never_empty(&mut output);
    let report = args.reporting.report();
    if report.fails(&output.problems) {
        output.text.clear();
    } else if let Some(folder) = &args.output {
        let written = folder::write(folder, &output.objects(), args.force);
        output.text = output.problems.take(written).unwrap_or_default();
    }
    report.beside(output.text, output.problems)
}

/// `gpu-machineset check PATH...`
pub(super) fn check(args: &Check) -> Reply {
    let (sources, unread) = files::gather(&args.inputs.paths, &args.inputs.facts);
    let output = expanded(sources, unread, Mode::Auto);
    args.reporting.report().alone(output.problems)
}

/// `gpu-machineset completions SHELL`
pub(super) fn completions(shell: clap_complete::Shell) -> Reply {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "gpu-machineset", &mut bytes);
    Reply::done(String::from_utf8_lossy(&bytes))
}
