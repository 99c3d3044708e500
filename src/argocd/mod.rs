//! Argo CD, without its files and its environment: what parameters mean, which ones are announced, what the
//! destination can hold, and what Argo CD would lose of a text without a word.

mod announce;
mod parameters;

pub use announce::announcements;
pub use parameters::{FactsPath, Parameters, Variables};

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
