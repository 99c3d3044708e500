//! What each command does.

use std::path::Path;

use clap::CommandFactory as _;

use crate::Mode;
use crate::problem::Problem;
use crate::problem::rules::input as rule;

use crate::edge::cli::{Check, Cli, Render};
use crate::edge::command::per_cluster;
use crate::edge::{Reply, expanded, files, folder, never_empty, stage};

/// `gpu-machineset render PATH...`
pub(crate) fn render(args: &Render) -> Reply {
    if let Some(out) = args.output.as_deref().filter(|out| is_file(out)) {
        return Reply::usage(format!(
            "error: `-o` wants a folder, for one file per object, and `{0}` is a file\n\n  tip: for one file: gpu-machineset render ... > {0}\n",
            out.display()
        ));
    }
    let out = args.output.as_deref().map(stage::tidied);
    if let (true, Some(out)) = (args.per_cluster, &out) {
        return per_cluster::render(args, out);
    }
    let (sources, unread) = files::gather(&args.inputs.paths, &args.inputs.facts);
    let mut output = expanded(sources, unread, Mode::Bare);
    never_empty(&mut output);
    output
        .problems
        .change(|problem| per_cluster::hint(problem, "--per-cluster -o DIR"));
    let report = args.reporting.report();
    if report.fails(&output.problems) {
        output.text.clear();
    } else if let Some(folder) = &out {
        let written = (output.objects())
            .and_then(|objects| folder::write(folder, &objects, args.force, &mut output.problems));
        output.text = output.problems.take(written).unwrap_or_default();
    }
    report.beside(output.text, output.problems)
}

/// What is wrong with an output only: facts may be looked at alone.
pub(crate) fn is_of_output(problem: &Problem) -> bool {
    [&rule::FACTS_ALONE, &rule::DUMP_LEAVES].contains(&problem.rule)
}

/// What is a file already, or would look like one.
fn is_file(path: &Path) -> bool {
    let ends = path.extension().is_some_and(|end| {
        let known = ["yaml", "yml", "json"];
        known.iter().any(|known| end == *known)
    });
    path.is_file() || (ends && !path.is_dir())
}

/// `gpu-machineset check PATH...`
pub(crate) fn check(args: &Check) -> Reply {
    let report = args.reporting.report();
    if args.per_cluster {
        return report.alone(per_cluster::each_cluster(&args.inputs, &mut |_| {}));
    }
    let (sources, unread) = files::gather(&args.inputs.paths, &args.inputs.facts);
    let mut output = expanded(sources, unread, Mode::Auto);
    output.problems.forget(is_of_output);
    output
        .problems
        .change(|problem| per_cluster::hint(problem, "--per-cluster"));
    report.alone(output.problems)
}

/// `gpu-machineset completions SHELL`
pub(crate) fn completions(shell: clap_complete::Shell) -> Reply {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "gpu-machineset", &mut bytes);
    Reply::done(String::from_utf8_lossy(&bytes))
}
