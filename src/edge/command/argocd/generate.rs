//! `argocd generate`: the objects of the application in the current folder.

use super::environment::text;
use super::sources::{held, read};
use crate::argocd::{self, Destination, Variables};
use crate::cluster::ClusterFacts;
use crate::edge::expansion::{add_unread, never_empty};
use crate::edge::reply::Reply;
use crate::edge::report::Report;
use crate::facts;
use crate::krm::{Source, split_again, split_readable};
use crate::problem::{Problems, rules};
use crate::{Input, Mode, Output, expand};

/// Problems in one report: Argo CD keeps it in the status of the Application, which etcd limits to 1.5 MiB.
const SHOWN: usize = 100;

/// `gpu-machineset argocd generate`
pub(super) fn generate(variables: &Variables) -> Reply {
    let mut problems = Problems::new();
    let parameters = variables.read(&mut problems);
    let sources = read(&parameters, &mut problems);
    let denies = parameters.deny_warnings;
    let giver = variables.giver();
    let input = Input {
        sources,
        mode: Mode::Bare,
        given: Some(parameters.given),
        ..Input::default()
    };
    let mut output = Output::default();
    if !input.sources.is_empty() {
        output = expand(&input);
    }
    if !output.problems.has_errors() {
        let whole = Source::new("<output>", output.text.as_str());
        if let Some(cut) = problems.take(split_again(&whole)) {
            let judged = argocd::recheck(&cut, &input.sources, &text("ARGOCD_APP_NAMESPACE"));
            let destination = Destination {
                kube_version: text("KUBE_VERSION"),
                api_versions: text("KUBE_API_VERSIONS"),
            };
            let refused = destination.check(&cut, &clusters(&input), &giver);
            problems.extend(judged.into_iter().chain(refused));
        }
    }
    if problems.has_errors() {
        output.text.clear();
    }
    if problems
        .iter()
        .any(|problem| problem.rule == &rules::argocd::NO_KIND)
    {
        // the same of what leaves, which Argo CD refuses
        output
            .problems
            .forget(|problem| problem.rule == &rules::input::NO_OBJECT);
    }
    add_unread(&mut output.problems, problems);
    never_empty(&mut output);
    let path = text("ARGOCD_APP_SOURCE_PATH");
    let said = output.problems.into_iter();
    let said = said.map(|problem| argocd::for_authors(problem, &giver, &path));
    let mut problems = Problems::new();
    problems.extend(said);
    let report = Report {
        most: SHOWN,
        deny_warnings: denies.then_some("the parameter denyWarnings"),
        ..Report::default()
    };
    report.beside(output.text, problems)
}

/// The facts that were used, as they were gathered.
fn clusters(input: &Input) -> Vec<ClusterFacts> {
    let splits = split_readable(&input.sources);
    let given = input.given.as_ref();
    let gathered = facts::gather(&splits, given, &mut Problems::new());
    let mut clusters = gathered.clusters;
    clusters.extend(held(&splits, given));
    clusters
}
