//! `plan --against`: the earlier plan, out of a file or made of inputs.

use std::path::Path;

use super::planned;
use crate::edge::cli::{Inputs, Plan};
use crate::edge::files;
use crate::problem::rules::input as rule;
use crate::problem::{Place, Problem, Severity};
use crate::view::{self, Against, Overview, Unreadable};

/// Compares with the plan of a file of JSON, or of a folder or a file of YAML that is read in place of the paths.
pub(super) fn compare(
    earlier: &Path,
    args: &Plan,
    now: &Overview,
) -> Result<Against, Vec<Problem>> {
    let is_yaml = |ending: &std::ffi::OsStr| ending == "yaml" || ending == "yml";
    let text = if earlier.is_dir() || earlier.extension().is_some_and(is_yaml) {
        made_of(earlier, args)?
    } else {
        files::named(earlier, &earlier.to_string_lossy())?.text
    };
    view::against(&text, now).map_err(|why| vec![unreadable(earlier, why)])
}

/// It stands for the paths; what `--facts` names is the same for both plans.
fn made_of(inputs: &Path, args: &Plan) -> Result<String, Vec<Problem>> {
    let inputs = Inputs {
        paths: vec![inputs.to_owned()],
        facts: args.inputs.facts.clone(),
        only: args.inputs.only.clone(),
    };
    let (overview, problems) = planned(&inputs, args);
    let is_error = |problem: &Problem| problem.severity() == Severity::Error;
    if problems.has_errors() {
        return Err(problems
            .iter()
            .filter(|one| is_error(one))
            .cloned()
            .collect());
    }
    Ok(view::json(&overview))
}

fn unreadable(path: &Path, why: Unreadable) -> Problem {
    let name = path.to_string_lossy();
    let place = Place::in_file(name.as_ref());
    match why {
        Unreadable::NoPlan(reason) => {
            let message = format!("`{name}` is no plan to compare with: {reason}");
            Problem::new(&rule::NO_PLAN, place, message).help(
                "write one with `gpu-machineset plan --format json`, or name a folder or a YAML file of inputs",
            )
        }
        Unreadable::Version(version) => {
            let message = format!(
                "`{name}` is a plan of version {version}, and this program compares version 1"
            );
            Problem::new(&rule::PLAN_VERSION, place, message)
                .help("write it again with this program, or name the folder of its inputs")
        }
    }
}
