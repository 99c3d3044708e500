//! Argo CD, without its files and its environment: what parameters mean, which ones are announced, what the
//! destination can hold, and what Argo CD would lose of a text without a word.

mod announce;
mod application;
mod destination;
mod parameters;
mod plugin;
mod pools;
mod recheck;

pub use announce::announcements;
pub use application::application;
pub use destination::Destination;
pub use parameters::{FactsPath, Parameters, Variables};
pub use plugin::plugin_yaml;
pub use recheck::recheck;

/// Name of the plugin, of its socket and of its program.
pub const PLUGIN: &str = "gpu-machineset";

use crate::facts::{example_of, fact_that_is_missing};
use crate::problem::Problem;

/// Says of a missing fact that it can be a parameter, too.
pub fn mention_parameters(problem: Problem, giver: &str) -> Problem {
    match fact_that_is_missing(&problem) {
        Some(fact) if fact.is_field() => {
            let (name, example) = (fact.field(), example_of(fact));
            problem.help(format!(
                "or give it to {giver}: `plugin: {{parameters: [{{name: {name}, string: \"{example}\"}}]}}`"
            ))
        }
        _ => problem,
    }
}
