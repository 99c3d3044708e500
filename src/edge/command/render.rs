//! `render`: plain documents, on standard output or as files in a folder.

use std::path::Path;

use super::per_cluster;
use crate::Mode;
use crate::edge::cli::Render;
use crate::edge::expansion::{expanded, never_empty};
use crate::edge::reply::Reply;
use crate::edge::{files, folder, stage};

/// `gpu-machineset render PATH...`
pub(super) fn render(args: &Render) -> Reply {
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
    let mut output = expanded(sources, unread, Mode::Bare, &args.inputs.only);
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

/// What is a file already, or would look like one.
fn is_file(path: &Path) -> bool {
    let ends = path.extension().is_some_and(|end| {
        let known = ["yaml", "yml", "json"];
        known.iter().any(|known| end == *known)
    });
    path.is_file() || (ends && !path.is_dir())
}
