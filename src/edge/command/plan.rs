//! `plan`: what will be there, for people.

use clap::{Args, ValueEnum};

use crate::overview;
use crate::problem::{Problems, escaped, reported, shown};
use crate::view::{self, Overview, Style};
use crate::{Input, Mode, OfCluster};

use crate::edge::cli::Inputs;
use crate::edge::command::render;
use crate::edge::report::{Color, Format, Report};
use crate::edge::{Reply, files, streams};

pub(crate) const EXAMPLES: &str = "\
Examples:
  gpu-machineset plan gpu.yaml facts/
  gpu-machineset plan gpu.yaml facts/ --format markdown | gh pr comment --body-file -
  gpu-machineset plan gpu.yaml facts/ --format html > plan.html
  gpu-machineset plan gpu.yaml --facts clusters/ --per-cluster
  gpu-machineset plan gpu.yaml facts/ --format json | jq '.clusters[].totals.max.gpus'

Problems go to standard error; after errors nothing is shown.";

/// `gpu-machineset plan`
#[derive(Args, Debug)]
pub(crate) struct Plan {
    #[command(flatten)]
    inputs: Inputs,
    /// Plan each cluster of the facts by itself, as `render --per-cluster` renders it
    #[arg(long)]
    per_cluster: bool,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = View::Table, value_name = "FORMAT")]
    format: View,
    /// When text is coloured
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    /// Fail on warnings too
    #[arg(long)]
    deny_warnings: bool,
}

/// How a plan is shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum View {
    /// For a terminal, as wide as that is
    Table,
    /// For the comment of a pull request
    Markdown,
    /// For programs; the fields are documented and stay
    Json,
    /// One page with a picture, for a browser; it loads nothing else
    Html,
}

/// `gpu-machineset plan PATH...`
pub(crate) fn plan(args: &Plan) -> Reply {
    let (overview, problems) = if args.per_cluster {
        fleet(&args.inputs)
    } else {
        let (sources, unread) = files::gather(&args.inputs.paths, &args.inputs.facts);
        let (overview, mut problems) = overview(&Input {
            sources,
            mode: Mode::Bare,
            given: None,
        });
        problems.forget(render::is_of_output);
        problems
            .change(|problem| crate::edge::command::per_cluster::hint(problem, "--per-cluster"));
        crate::edge::add_unread(&mut problems, unread);
        (overview, problems)
    };
    let report = Report {
        format: Format::Text,
        color: args.color,
        deny_warnings: args.deny_warnings,
        most: usize::MAX,
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
    let problems = crate::edge::command::per_cluster::each_cluster(inputs, &mut each);
    overview.clusters.sort_by(|a, b| a.name.cmp(&b.name));
    (overview, problems)
}

fn printed(overview: &Overview, args: &Plan) -> String {
    if overview.clusters.is_empty() && !matches!(args.format, View::Json | View::Html) {
        return "neither a GpuMachineSet nor a GpuPlatform in the input: nothing will be made\n"
            .to_owned();
    }
    match args.format {
        View::Table => {
            let width = streams::stdout_width();
            let bold = match args.color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => width.is_some() && streams::may_colour(),
            };
            let table = view::table(overview, Style { width, bold });
            if bold { table } else { reported(&table) }
        }
        View::Markdown => reported(&view::markdown(overview)),
        View::Json => escaped(&view::json(overview)),
        View::Html => shown(&view::html(overview)),
    }
}
