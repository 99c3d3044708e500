//! `check`: the problems, and nothing rendered.

use super::per_cluster;
use crate::Mode;
use crate::edge::cli::Check;
use crate::edge::expansion::{expanded, is_of_output};
use crate::edge::files;
use crate::edge::reply::Reply;

/// `gpu-machineset check PATH...`
pub(super) fn check(args: &Check) -> Reply {
    let report = args.reporting.report();
    if args.fleet.per_cluster {
        return report.alone(per_cluster::each_cluster(
            &args.inputs,
            args.fleet.strict,
            &mut |_| {},
        ));
    }
    let (sources, unread) = files::gather(&args.inputs.paths, &args.inputs.facts);
    let mut output = expanded(sources, unread, Mode::Auto, &args.inputs.only);
    output.problems.forget(is_of_output);
    output
        .problems
        .change(|problem| per_cluster::hint(problem, "--per-cluster"));
    report.alone(output.problems)
}
