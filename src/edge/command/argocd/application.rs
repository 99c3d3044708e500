//! `argocd application`: what the Application must say, seen with what it hands to the plugin.

use std::path::{Path, PathBuf};

use super::tree::Tree;
use crate::argocd::{self, Handed, Variables};
use crate::edge::cli::Inputs;
use crate::edge::expansion::never_empty;
use crate::edge::files;
use crate::edge::reply::Reply;
use crate::edge::report::Report;
use crate::krm::{Source, split_again};
use crate::problem::rules::input as rule;
use crate::problem::{Place, Problem, Problems};
use crate::{Input, Mode, Output, expand_owned};

/// `gpu-machineset argocd application PATH...`
pub(super) fn application(inputs: &Inputs, environment: Variables) -> Reply {
    let (mut sources, mut problems) = files::gather(&inputs.paths, &inputs.facts);
    let handed = argocd::handed(&sources, &mut problems);
    let folder = folder(&inputs.paths, &handed);
    let nobody = handed.is_empty();
    let variables = if environment.is_empty() {
        match of_application(handed, folder, &mut problems) {
            Ok(variables) => variables,
            Err(problem) => {
                // what else is wrong depends on which one is meant
                problems.push(*problem);
                return Report::default().beside(String::new(), problems);
            }
        }
    } else {
        Some(environment)
    };
    let parameters = variables
        .as_ref()
        .map(|variables| variables.read(&mut problems));
    let parameters = parameters.unwrap_or_default();
    if !parameters.facts.is_empty() {
        sources.extend(facts(&parameters, folder, &mut problems));
    }
    let mut output = Output::default();
    if !sources.is_empty() {
        let given = variables.as_ref().map(|_| parameters.given);
        let mode = Mode::Bare;
        output = expand_owned(Input {
            sources,
            mode,
            given,
            only: inputs.only.clone(),
        });
    }
    output.problems.extend(problems);
    never_empty(&mut output);
    let said = output.problems.into_iter().map(|problem| match &variables {
        Some(variables) => argocd::for_authors(problem, &variables.giver(), ""),
        None if nobody => argocd::for_want_of_an_application(problem),
        None => problem,
    });
    let mut problems = Problems::new();
    problems.extend(said);
    let mut problems = problems.sorted();
    let warnings = argocd::warnings(&problems);
    let mut text = String::new();
    if !problems.has_errors() {
        let rendered = Source::new("<output>", output.text);
        let cut = split_again(&rendered);
        let stated = cut.and_then(|output| argocd::application(&output, &warnings));
        text = problems.take(stated).unwrap_or_default();
    }
    Report::default().beside(text, problems)
}

/// The application's folder: the only one that is named, or the only one that an Application is rendered from.
fn folder<'p>(paths: &'p [PathBuf], handed: &[Handed]) -> Option<&'p Path> {
    let folders: Vec<&Path> = (paths.iter().map(PathBuf::as_path))
        .filter(|path| path.is_dir())
        .collect();
    let is_rendered = |folder: &&&Path| {
        let folder = folder.canonicalize();
        folder.is_ok_and(|folder| handed.iter().any(|one| one.is_of(&folder)))
    };
    let mut rendered = folders.iter().filter(is_rendered);
    match (&folders[..], rendered.next(), rendered.next()) {
        ([only], ..) | (_, Some(only), None) => Some(only),
        _ => None,
    }
}

fn of_application(
    handed: Vec<Handed>,
    folder: Option<&Path>,
    problems: &mut Problems,
) -> Result<Option<Variables>, Box<Problem>> {
    let home = folder.and_then(|folder| folder.canonicalize().ok());
    let Some(mut handed) = argocd::application_of(handed, home.as_deref(), problems)? else {
        return Ok(None);
    };
    for name in handed.files_over_it() {
        let file = folder.map(|folder| folder.join(name));
        let Some(file) = file.filter(|file| file.is_file()) else {
            continue;
        };
        let merged = files::named(&file, &file.to_string_lossy());
        let merged = merged.and_then(|file| handed.merge(&file));
        problems.take(merged);
    }
    Ok(Some(handed.variables(problems)))
}

/// The facts that the parameter `facts` names, seen from the application's folder.
fn facts(
    parameters: &argocd::Parameters,
    folder: Option<&Path>,
    problems: &mut Problems,
) -> Vec<Source> {
    let Some(folder) = folder else {
        let unseen = parameters.facts.iter().map(|facts| {
            let message = format!(
                "`{}` is relative to the application's folder, and none is named",
                facts.path
            );
            Problem::new(
                &rule::UNREADABLE_INPUT,
                Place::in_file(facts.path.as_str()),
                message,
            )
            .fact(format!("path `{}` from {}", facts.path, facts.origin))
            .help("name the folder: `gpu-machineset argocd application FOLDER application.yaml`")
        });
        problems.extend(unseen);
        return Vec::new();
    };
    let tree = Tree::of_folder(folder);
    let paths = tree.facts(&parameters.facts, problems);
    let (sources, unread) = files::gather_within(&tree.root, &[], &paths);
    problems.extend(unread);
    sources
}
