//! The ways in without a command: standard input, and kustomize's plugin directory.

use std::env;
use std::ffi::OsStr;
use std::path::Path;

use crate::api::FROM;
use crate::cluster;
use crate::edge::expansion::{expanded, never_empty};
use crate::edge::reply::Reply;
use crate::edge::report::Report;
use crate::edge::{files, streams};
use crate::problem::Problems;
use crate::{Mode, Output};

/// How messages call the file in which kustomize hands over the plugin's config.
const PLUGIN_CONFIG: &str = "<plugin config>";

const USAGE: &str = "\
usage: gpu-machineset < MANIFESTS          documents or a ResourceList from standard input
       gpu-machineset render PATH...       files and folders
       gpu-machineset --help               examples and all commands
";

/// `gpu-machineset < documents`: a KRM function or a pipe, whatever comes in.
pub(super) fn stdin() -> Reply {
    if streams::stdin_is_terminal() {
        return Reply::usage(USAGE);
    }
    let mut problems = Problems::new();
    let sources = problems.take(files::stdin()).into_iter().collect();
    respond(expanded(sources, problems, Mode::Auto, &[]))
}

/// Whether kustomize calls us out of its plugin directory: `argv[1]` is the path of the config file.
pub(super) fn is_plugin_call(first: &OsStr) -> bool {
    let path = Path::new(first);
    // a command's name has no separator: a file called `render` in the current folder does not count
    path.components().nth(1).is_some()
        && env::var_os("KUSTOMIZE_PLUGIN_CONFIG_ROOT").is_some()
        && path.is_file()
}

/// A call out of kustomize's plugin directory: the config is a document like any other, the resources follow on
/// standard input (none for a generator), bare documents go back. Arguments of `argsOneLiner` are not ours to judge.
pub(super) fn plugin(config: &OsStr) -> Reply {
    let mut problems = Problems::new();
    let config = problems.take(files::named(Path::new(config), PLUGIN_CONFIG));
    let resources = problems.take(files::stdin());
    let resources = resources.filter(|source| !source.text.trim().is_empty());
    let is_generator = resources.is_none();
    let is_second = resources
        .as_ref()
        .is_some_and(|source| source.text.contains(FROM));
    let sources = config.into_iter().chain(resources).collect();
    let mut output = expanded(sources, problems, Mode::Bare, &[]);
    if is_generator {
        output.problems.change(cluster::of_generator);
    } else if is_second {
        output.problems.change(cluster::of_second_transformer);
    }
    respond(output)
}

fn respond(mut output: Output) -> Reply {
    never_empty(&mut output);
    let report = Report::default();
    if output.is_resource_list {
        report.answer(output.text, output.problems)
    } else {
        report.beside(output.text, output.problems)
    }
}
