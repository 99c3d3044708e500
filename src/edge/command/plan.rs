//! `plan`: what will be there, for people.

mod against;

use super::per_cluster;
use crate::edge::cli::{Inputs, Plan, PlanFormat};
use crate::edge::expansion::{add_unread, is_of_output};
use crate::edge::reply::Reply;
use crate::edge::report::{DENY_WARNINGS, Report};
use crate::edge::{files, streams};
use crate::overview;
use crate::problem::{Problem, Problems, escaped, reported};
use crate::view::{self, Overview, Prices, Style};
use crate::{Input, Mode, OfCluster};

/// `gpu-machineset plan PATH...`
pub(super) fn plan(args: &Plan) -> Reply {
    let (mut overview, mut problems) = planned(&args.inputs, args);
    if let Some(earlier) = args.against.as_deref().filter(|_| !problems.has_errors()) {
        let changes = against::compare(earlier, args, &overview);
        overview.changes = problems.take(changes);
    }
    if let Some(prices) = problems.take(prices(args)).flatten() {
        overview = overview.priced(&prices);
    }
    let report = Report {
        color: args.color,
        deny_warnings: args.deny_warnings.then_some(DENY_WARNINGS),
        quiet: args.quiet,
        ..Report::default()
    };
    let problems = problems.sorted();
    if problems.has_errors() {
        overview = Overview::failed();
    }
    overview.problems = view::said(&problems);
    let is_said = |one: &view::Said| !args.quiet || one.severity != "info";
    overview.problems.retain(is_said);
    // a reviewer reads what failed where the plan is read; a terminal shows it on standard error already
    let text = if report.fails(&problems) && matches!(args.format, PlanFormat::Table) {
        String::new()
    } else {
        printed(&overview, args)
    };
    report.answer(text, problems)
}

/// The price list of a person.
fn prices(args: &Plan) -> Result<Option<Prices>, Vec<Problem>> {
    let Some(path) = &args.prices else {
        return Ok(None);
    };
    let source = files::named(path, &path.to_string_lossy())?;
    Prices::read(&source).map(Some)
}

fn planned(inputs: &Inputs, args: &Plan) -> (Overview, Problems) {
    if args.fleet.per_cluster {
        return fleet(inputs, args.fleet.strict);
    }
    let (sources, unread) = files::gather(&inputs.paths, &inputs.facts);
    let (overview, mut problems) = overview(&Input {
        sources,
        mode: Mode::Bare,
        only: inputs.only.clone(),
        ..Input::default()
    });
    problems.forget(is_of_output);
    problems.change(|problem| per_cluster::hint(problem, "--per-cluster"));
    add_unread(&mut problems, unread);
    (overview, problems)
}

/// Every cluster as if the input described no other.
fn fleet(inputs: &Inputs, strict: bool) -> (Overview, Problems) {
    let (mut clusters, mut deliveries) = (Vec::new(), Vec::new());
    let mut each = |cluster: OfCluster| {
        clusters.extend(cluster.overview.clusters);
        deliveries.extend(cluster.overview.deliveries);
    };
    let problems = per_cluster::each_cluster(inputs, strict, &mut each);
    let overview = Overview::of_clusters(clusters).with_deliveries(deliveries);
    (overview, problems)
}

fn printed(overview: &Overview, args: &Plan) -> String {
    let is_whole = overview.changes.is_none() && !overview.failed;
    let nothing = overview.clusters.is_empty() && overview.deliveries.is_empty() && is_whole;
    if nothing && !matches!(args.format, PlanFormat::Json | PlanFormat::Html) {
        return "neither a GpuMachineSet nor a GpuPlatform in the input: nothing will be made\n"
            .to_owned();
    }
    match args.format {
        PlanFormat::Table => {
            let width = streams::stdout_width();
            let bold = args.color.is_wanted(width.is_some());
            let table = view::table(overview, Style { width, bold });
            if bold { table } else { reported(&table) }
        }
        PlanFormat::Markdown => reported(&view::markdown(overview)),
        PlanFormat::Json => escaped(&view::json(overview)),
        PlanFormat::Html => reported(&view::html(overview)),
    }
}
