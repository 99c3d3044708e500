//! Argo CD, without its files and its environment: what parameters mean, which ones are announced, what the
//! destination can hold, and what Argo CD would lose of a text without a word.

mod announce;
mod application;
mod destination;
mod from_application;
mod parameters;
mod plugin;
mod pool_parameters;
mod secret;
mod what_argocd_loses;
pub(crate) mod written;

pub(crate) use crate::argocd::from_application::{
    Handed, application_of, for_want_of_an_application, handed,
};
pub(crate) use crate::argocd::what_argocd_loses::recheck;
pub(crate) use announce::announcements;
pub(crate) use application::{application, warnings};
pub(crate) use destination::Destination;
pub(crate) use parameters::{FactsPath, Parameters, Variables};
pub(crate) use plugin::plugin_yaml;
pub(crate) use secret::{commands, fact_key};

/// Name of the plugin, of its socket and of its program.
pub(crate) const PLUGIN: &str = "gpu-machineset";

use crate::cluster::{example_of, facts_that_are_missing, lacks_all_facts};
use crate::problem::Problem;
use crate::problem::rules::{input, krm};

/// The problem for the one who wrote an Application: there is no command line to repair, and facts can be parameters.
/// `path` is the application's folder in the repository, empty when it is not known.
pub(crate) fn for_authors(mut problem: Problem, giver: &str, path: &str) -> Problem {
    let nothing = [
        &input::EMPTY_OUTPUT,
        &input::NO_MANIFESTS,
        &krm::EMPTY_INPUT,
    ];
    if nothing.contains(&problem.rule) {
        let folder = match path {
            "" => "`spec.source.path`".to_owned(),
            path => format!("`{path}` (`spec.source.path`)"),
        };
        problem.help = vec![
            format!(
                "add a GpuMachineSet or another manifest (.yaml, .yml, .json) to {folder} of {giver}"
            ),
            format!(
                "an empty output would prune all that is deployed: when nothing is wanted any more, delete {giver}"
            ),
        ];
        return problem;
    }
    if let Some(field) = pool_parameters::field_that_is_missing(&problem) {
        return problem.help(format!(
            "or give it to {giver}: `plugin: {{parameters: [{{name: {field}, string: \"...\"}}]}}`"
        ));
    }
    if lacks_all_facts(&problem) {
        problem = problem.help(format!(
            "or keep them in the repository and name the folder to {giver}: `plugin: {{parameters: [{{name: facts, string: \"../../clusters/prod\"}}]}}`"
        ));
    }
    let missing = facts_that_are_missing(&problem).into_iter();
    let parameters = missing.filter(|fact| fact.is_field()).map(|fact| {
        let (name, example) = (fact.field(), example_of(fact));
        format!("{{name: {name}, string: \"{example}\"}}")
    });
    let parameters: Vec<String> = parameters.collect();
    if parameters.is_empty() {
        return problem;
    }
    let parameters = parameters.join(", ");
    problem.help(format!(
        "or give it to {giver}: `plugin: {{parameters: [{parameters}]}}`"
    ))
}
