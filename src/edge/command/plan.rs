//! `plan`: what will be there, for people.

use super::per_cluster;
use crate::edge::cli::{Inputs, Plan, PlanFormat};
use crate::edge::expansion::{add_unread, is_of_output};
use crate::edge::reply::Reply;
use crate::edge::report::{Color, Report};
use crate::edge::{files, streams};
use crate::overview;
use crate::problem::{Problems, escaped, reported, shown};
use crate::view::{self, Overview, Style};
use crate::{Input, Mode, OfCluster};

/// `gpu-machineset plan PATH...`
pub(super) fn plan(args: &Plan) -> Reply {
    let (overview, problems) = if args.per_cluster {
        fleet(&args.inputs)
    } else {
        let (sources, unread) = files::gather(&args.inputs.paths, &args.inputs.facts);
        let (overview, mut problems) = overview(&Input {
            sources,
            mode: Mode::Bare,
            given: None,
        });
        problems.forget(is_of_output);
        problems.change(|problem| per_cluster::hint(problem, "--per-cluster"));
        add_unread(&mut problems, unread);
        (overview, problems)
    };
    let report = Report {
        color: args.color,
        deny_warnings: args.deny_warnings,
        ..Report::default()
    };
    let text = if report.fails(&problems) {
        String::new()
    } else {
        printed(&overview, args)
    };
    report.beside(text, problems)
}

/// Every cluster as if the input described no other.
fn fleet(inputs: &Inputs) -> (Overview, Problems) {
    let mut overview = Overview {
        version: 1,
        clusters: Vec::new(),
    };
    let mut each = |cluster: OfCluster| overview.clusters.extend(cluster.overview.clusters);
    let problems = per_cluster::each_cluster(inputs, &mut each);
    overview.clusters.sort_by(|a, b| a.name.cmp(&b.name));
    (overview, problems)
}

fn printed(overview: &Overview, args: &Plan) -> String {
    if overview.clusters.is_empty() && !matches!(args.format, PlanFormat::Json | PlanFormat::Html) {
        return "neither a GpuMachineSet nor a GpuPlatform in the input: nothing will be made\n"
            .to_owned();
    }
    match args.format {
        PlanFormat::Table => {
            let width = streams::stdout_width();
            let bold = match args.color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => width.is_some() && streams::may_colour(),
            };
            let table = view::table(overview, Style { width, bold });
            if bold { table } else { reported(&table) }
        }
        PlanFormat::Markdown => reported(&view::markdown(overview)),
        PlanFormat::Json => escaped(&view::json(overview)),
        PlanFormat::Html => shown(&view::html(overview)),
    }
}
