//! `adopt`: the placeholders of sets that a cluster runs already.

use crate::adopt::{self, Choice};
use crate::capture::LINE;
use crate::edge::cli::Adopt;
use crate::edge::reply::Reply;
use crate::edge::{dump, files, replace, streams};

/// `gpu-machineset adopt [PATH...]`
pub(super) fn adopt(args: &Adopt) -> Reply {
    if args.dumps.paths.is_empty() && streams::stdin_is_terminal() {
        return Reply::usage(format!(
            "error: no dump to read\n\n  tip: {LINE} | gpu-machineset adopt\n"
        ));
    }
    let (live, mut unread) = dump::gather(&args.dumps.paths);
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
    } else if let Some(path) = &args.target.output {
        let written = replace::replace(
            path,
            &adoption.text,
            (!args.target.force).then_some("adopt"),
        );
        adoption.text = adoption.problems.take(written).unwrap_or_default();
    }
    report.beside(adoption.text, adoption.problems)
}
