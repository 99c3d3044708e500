//! gpu-machineset: a GPU pool definition that is valid on every cluster, and the facts of one cluster, become the
//! concrete OpenShift objects that make the pool work.

pub mod api;
pub mod catalog;
pub mod edge;
pub mod facts;
pub mod krm;
pub mod problem;
pub mod types;

use krm::Source;
use problem::{Place, Problem, Problems};

/// What a run works on.
#[derive(Debug)]
pub struct Input {
    /// All texts, in the order in which they were named.
    pub sources: Vec<Source>,
    /// What comes out.
    pub mode: Mode,
}

/// What comes out of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A ResourceList when the only source is one, else bare documents.
    Auto,
    /// Bare documents, whatever comes in.
    Bare,
}

/// The result of a run.
#[derive(Debug, Default)]
pub struct Output {
    /// What goes to standard output. On error: empty, or the unchanged ResourceList with results.
    pub text: String,
    /// The same objects one by one, for a folder.
    pub objects: Vec<Rendered>,
    /// Everything that was found.
    pub problems: Problems,
}

/// One object of the output.
#[derive(Debug)]
pub struct Rendered {
    /// `<kind>-<name>`, lower case.
    pub file_stem: String,
    /// Its document.
    pub text: String,
}

/// Expands the placeholders of an input. The run failed when its problems hold an error.
pub fn expand(input: &Input) -> Output {
    let text: String = input.sources.iter().map(|s| s.text.as_str()).collect();
    let mut output = Output::default();
    if text.trim().is_empty() {
        let place = input.sources.first().map_or_else(Place::default, |source| {
            Place::in_file(source.name.as_str())
        });
        let rule = &problem::rules::krm::EMPTY_INPUT;
        output
            .problems
            .push(Problem::new(rule, place, "nothing to render"));
    } else {
        output.text = text;
    }
    output
}
