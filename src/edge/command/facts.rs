//! Commands that read a running cluster: `facts`, `diff`, `adopt`.

use crate::capture;
use crate::capture::{LINE, Wanted};

use crate::adopt::{self, Choice};
use crate::diff;
use crate::krm::{Role, Source};
use crate::problem::{escaped, reported};
use crate::{Mode, Output};

use crate::edge::cli::{Adopt, Diff, DiffFormat, Facts};
use crate::edge::report::Report;
use crate::edge::{
    Reply, Status, add_unread, dump, expanded, files, never_empty, replace, streams,
};

/// `gpu-machineset facts [PATH...]`
pub(crate) fn facts(args: &Facts) -> Reply {
    if args.paths.is_empty() && streams::stdin_is_terminal() {
        return Reply::usage(format!(
            "error: no dump to read\n\n  tip: {LINE} | gpu-machineset facts\n"
        ));
    }
    let (sources, mut unread) = dump::gather(&args.paths);
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
    } else if let Some(path) = &args.output {
        let is_merged = args.force || args.merge.as_ref() == Some(path);
        let written = replace::replace(path, &capture.text, (!is_merged).then_some("facts"));
        capture.text = capture.problems.take(written).unwrap_or_default();
    }
    report.beside(capture.text, capture.problems)
}

/// `gpu-machineset diff PATH... --live DUMP`
pub(crate) fn diff(args: &Diff) -> Reply {
    let (mut sources, mut unread) = files::gather(&args.inputs.paths, &args.inputs.facts);
    let (live, unread_live) = dump::gather(&args.live);
    unread.extend(unread_live);
    if !diff::has_facts(&sources) && !unread.has_errors() {
        let capture = capture::capture(&live, &Wanted::default());
        if capture.problems.has_errors() {
            unread.extend(capture.problems);
        }
        sources.push(Source::with_role(
            "<captured>",
            capture.text,
            Role::FactsOnly,
        ));
    }
    let mut output = expanded(sources, unread, Mode::Bare);
    never_empty(&mut output);
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
        DiffFormat::Unified => reported(&diff::text(&comparison)),
        DiffFormat::JsonPatch => escaped(&diff::json_patch(&comparison)),
    };
    let failed = problems.has_errors();
    let mut reply = Report::default().beside(out, problems);
    reply.status = match (failed, comparison.differences.is_empty()) {
        (true, _) => Status::Usage,
        (false, true) => Status::Done,
        (false, false) => Status::Problems,
    };
    if failed {
        reply.err.push_str("nothing was compared\n");
    }
    reply
}

/// `gpu-machineset adopt [PATH...]`
pub(crate) fn adopt(args: &Adopt) -> Reply {
    if args.paths.is_empty() && streams::stdin_is_terminal() {
        return Reply::usage(format!(
            "error: no dump to read\n\n  tip: {LINE} | gpu-machineset adopt\n"
        ));
    }
    let (live, mut unread) = dump::gather(&args.paths);
    let (facts, unread_facts) = files::gather(&[], &args.facts);
    unread.extend(unread_facts);
    let choice = Choice {
        except: &args.except,
    };
    let mut adoption = if unread.has_errors() {
        adopt::Adoption::default()
    } else {
        adopt::adopt(&live, &facts, &choice)
    };
    adoption.problems.extend(unread);
    let report = args.reporting.report();
    if report.fails(&adoption.problems) {
        adoption.text.clear();
    } else if let Some(path) = &args.output {
        let written = replace::replace(path, &adoption.text, (!args.force).then_some("adopt"));
        adoption.text = adoption.problems.take(written).unwrap_or_default();
    }
    report.beside(adoption.text, adoption.problems)
}
