//! Commands that read a running cluster: `facts`.

use crate::facts::capture::{self, LINE, Wanted};

use super::cli::Facts;
use super::{Reply, dump, files, streams};

/// `gpu-machineset facts [PATH...]`
pub(super) fn facts(args: &Facts) -> Reply {
    if args.paths.is_empty() && streams::stdin_is_terminal() {
        return Reply::usage(format!(
            "error: no dump to read\n\n  tip: {LINE} | gpu-machineset facts\n"
        ));
    }
    let (sources, unread) = dump::gather(&args.paths);
    let wanted = Wanted {
        name: args.name.as_deref(),
        templates: &args.template,
    };
    let mut capture = capture::capture(&sources, &wanted);
    if unread.has_errors() {
        capture.text.clear();
    }
    capture.problems.extend(unread);
    let report = args.reporting.report();
    if report.fails(&capture.problems) {
        capture.text.clear();
    } else if let Some(path) = &args.output {
        let written = files::replace(path, &capture.text);
        capture.text = capture.problems.take(written).unwrap_or_default();
    }
    report.beside(capture.text, capture.problems)
}
