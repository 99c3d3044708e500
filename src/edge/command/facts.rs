//! `facts`: a dump of a running cluster becomes one ClusterFacts.

use crate::capture::{self, LINE, Wanted};
use crate::edge::cli::Facts;
use crate::edge::expansion::add_unread;
use crate::edge::reply::Reply;
use crate::edge::{dump, files, replace, streams};
use crate::krm::Source;

/// `gpu-machineset facts [PATH...]`
pub(super) fn facts(args: &Facts) -> Reply {
    if args.dumps.paths.is_empty() && streams::stdin_is_terminal() {
        return Reply::usage(format!(
            "error: no dump to read\n\n  tip: {LINE} | gpu-machineset facts\n"
        ));
    }
    let (sources, mut unread) = dump::gather(&args.dumps.paths);
    let merge = args
        .merge
        .iter()
        .map(|path| files::named(path, &path.to_string_lossy()));
    let merge: Vec<Source> = merge.filter_map(|source| unread.take(source)).collect();
    let wanted = Wanted {
        merge: merge.first(),
        name: args.name.as_deref(),
        templates: &args.template,
    };
    let mut capture = capture::capture(&sources, &wanted);
    if unread.has_errors() {
        capture.text.clear();
    }
    add_unread(&mut capture.problems, unread);
    let report = args.reporting.report();
    if report.fails(&capture.problems) {
        capture.text.clear();
    } else if let Some(path) = &args.target.output {
        let is_merged = args.target.force || args.merge.as_ref() == Some(path);
        let written = replace::replace(path, &capture.text, (!is_merged).then_some("facts"));
        capture.text = capture.problems.take(written).unwrap_or_default();
    }
    report.beside(capture.text, capture.problems)
}
