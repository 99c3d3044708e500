//! What each command does, one file per command.

mod adopt;
mod argocd;
mod catalog;
mod check;
mod completions;
mod diff;
mod explain;
mod facts;
mod fit;
mod init;
mod install;
mod per_cluster;
mod plan;
mod render;
mod schema;
mod stdin;

use std::ffi::OsString;

use clap::Parser as _;

use super::cli::{Cli, Command};
use super::reply::Reply;
use super::usage;

/// Runs what the arguments say.
pub(super) fn run(args: &[OsString]) -> Reply {
    match args.get(1) {
        // the hot path of kustomize and kpt: no command line to parse
        None => stdin::stdin(),
        Some(first) if completions::is_asked(first) => completions::answer(args),
        Some(first) if stdin::is_plugin_call(first) => stdin::plugin(first),
        Some(_) => command_line(args),
    }
}

fn command_line(args: &[OsString]) -> Reply {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage::refusal(&error, args),
    };
    match cli.command {
        Command::Render(args) => render::render(&args),
        Command::Check(args) => check::check(&args),
        Command::Plan(args) => plan::plan(&args),
        Command::Facts(args) => facts::facts(&args),
        Command::Diff(args) => diff::diff(&args),
        Command::Adopt(args) => adopt::adopt(&args),
        Command::Explain { rule } => explain::explain(rule.as_deref()),
        Command::Catalog {
            r#type,
            name,
            platform,
            openshift,
            format,
        } => catalog::catalog(&catalog::Asked {
            word: r#type.as_deref(),
            name: name.as_deref(),
            platform: platform.as_deref(),
            openshift: openshift.as_deref(),
            format,
        }),
        Command::Fit(args) => fit::fit(&args),
        Command::Schema { kind } => schema::schema(kind.as_deref()),
        Command::Init { dir, r#type } => init::init(&dir, &r#type),
        Command::Install { dir } => install::install(&dir),
        Command::Argocd(command) => argocd::run(&command),
        Command::Completions { shell } => completions::completions(shell),
    }
}
