//! GPU sets that a cluster runs already become placeholders that give the same sets: in three steps of probing (clone
//! the worker, say in fields what differs, override what no field can say), then grouped into pools over zones, then
//! held against the cluster once more.

mod access;
mod leftovers;
mod pool;
mod print;
mod probe;
mod sets;

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{OurKind, Owner};
use crate::capture;
use crate::capture::Wanted;
use crate::cloud;
use crate::cloud::{Cloud, MachineApi};
use crate::cluster::ClusterFacts;
use crate::diff;
use crate::expand::planned;
use crate::facts::gather;
use crate::krm::{Role, Source, Split, split};
use crate::node_group;
use crate::plan;
use crate::pool_face::PoolFace;
use crate::problem::rules::{migrate as rule, platform};
use crate::problem::{Place, Problem, Problems, Rule, Severity};
use crate::{Input, Mode, Output, expand};

use crate::adopt::sets::Set;

/// How messages call what is written.
const ADOPTED: &str = "<adopted>";

/// What to adopt.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Choice<'a> {
    /// Names of MachineSets to leave alone.
    pub except: &'a [String],
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Adoption {
    /// The placeholders, empty after errors.
    pub text: String,
    /// Everything that was found, sorted by place.
    pub problems: Problems,
}

/// Writes the placeholders of the GPU sets in a dump. The facts come out of the dump unless others are given.
pub(crate) fn adopt(live: &[Source], facts: &[Source], choice: &Choice<'_>) -> Adoption {
    let mut problems = Problems::new();
    let facts: Vec<Source> = if facts.is_empty() {
        let captured = capture::capture(live, &Wanted::default());
        let failed = captured.problems.has_errors();
        // a ClusterVersion is no matter of MachineSets
        let matters = |problem: &Problem| problem.rule != &rule::FACT_LEFT_OUT;
        problems.extend(captured.problems.into_iter().filter(matters));
        if failed {
            return finished(String::new(), problems);
        }
        vec![Source::with_role(
            "<captured>",
            captured.text,
            Role::FactsOnly,
        )]
    } else {
        as_facts(facts).collect()
    };
    let splits = splits(live, &mut problems);
    let known = self::splits(&facts, &mut problems);
    let (Some(splits), Some(known)) = (splits, known) else {
        return finished(String::new(), problems);
    };
    let text = adopted(&splits, &known, live, &facts, choice, &mut problems);
    finished(text.unwrap_or_default(), problems)
}

fn finished(text: String, problems: Problems) -> Adoption {
    let problems = problems.sorted();
    Adoption {
        text: if problems.has_errors() {
            String::new()
        } else {
            text
        },
        problems,
    }
}

fn splits<'s>(sources: &'s [Source], problems: &mut Problems) -> Option<Vec<Split<'s>>> {
    let splits: Vec<Option<Split<'_>>> = sources
        .iter()
        .map(|source| problems.take(split(source)))
        .collect();
    splits.into_iter().collect()
}

fn adopted(
    splits: &[Split<'_>],
    known: &[Split<'_>],
    live: &[Source],
    facts: &[Source],
    choice: &Choice<'_>,
    problems: &mut Problems,
) -> Option<String> {
    let mut said = Problems::new();
    let gathered = gather(known, None, &mut said);
    let cluster = match gathered.select(None, Place::default()) {
        Ok(cluster) => cluster,
        Err(problem) => {
            problems.push(*problem);
            return None;
        }
    };
    let (cloud, api) = cloud_of(cluster, problems)?;
    let sets = sets::read(splits, (cloud, cluster), choice, problems);
    if sets.is_empty() {
        problems.push(nothing(splits));
        return None;
    }
    let probed = probe::all(&sets, cluster, api, facts);
    let pools = pool::group(&sets, probed, cluster);
    let mut text = print::document(&pools, &BTreeMap::new());
    let mut output = rendered(&text, facts);
    let is_implied = implies(&output);
    if is_implied {
        text.push_str(print::NO_PLATFORM);
        output = rendered(&text, facts);
    }
    let mut warned = warned(&output);
    operands(&pools, live, facts, &mut warned, problems);
    if !warned.is_empty() {
        text = print::document(&pools, &warned);
        text.push_str(if is_implied { print::NO_PLATFORM } else { "" });
        output = rendered(&text, facts);
    }
    leftovers::report(splits, &sets, problems);
    if let Some((more, with)) = with_access(splits, &text, facts, problems) {
        text.push_str(&more);
        output = with;
    }
    verify(output, (&pools, &sets), live, problems);
    Some(text)
}

/// The rules of warnings about each pool: what runs was decided by somebody, and is not to be decided again.
fn warned(output: &Output) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut rules: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    let warnings = output.problems.iter();
    for problem in warnings.filter(|problem| problem.severity() == Severity::Warning) {
        let of = problem.place.object.as_ref();
        if let Some(pool) = of.filter(|of| of.kind == OurKind::GpuMachineSet.name()) {
            let known = rules.entry(pool.name.clone()).or_default();
            known.insert(problem.rule.slug);
        }
    }
    rules
}

/// What the operands of the dump do not do for the sets: nobody decides again that it stays so. Where they are shown,
/// that they are not in the facts is nothing to accept.
fn operands(
    pools: &[pool::Pool],
    live: &[Source],
    facts: &[Source],
    warned: &mut BTreeMap<String, BTreeSet<&'static str>>,
    problems: &mut Problems,
) {
    let shown = capture::operands(live, facts);
    if shown.is_empty() {
        return;
    }
    let text = print::document(pools, &BTreeMap::new());
    let facts: Vec<Source> = as_facts(facts).chain(shown).collect();
    let output = rendered(&text, &facts);
    let is = |rule: &'static Rule| move |one: &Problem| one.rule == rule;
    if !output.problems.iter().any(is(&platform::OPERAND_NOT_SHOWN)) {
        for rules in warned.values_mut() {
            rules.remove(platform::OPERAND_NOT_SHOWN.slug);
        }
        warned.retain(|_, rules| !rules.is_empty());
    }
    let lacking = output.problems.into_iter();
    problems.extend(lacking.filter(is(&platform::TAINT_NOT_TOLERATED)));
}

/// The cluster's cloud, and how it makes MachineSets.
fn cloud_of(
    cluster: &ClusterFacts,
    problems: &mut Problems,
) -> Option<(&'static dyn Cloud, &'static dyn MachineApi)> {
    let cloud = cloud::of_cluster(cluster);
    let found = cloud.and_then(|cloud| Some((cloud, cloud.machine_api()?)));
    if found.is_none() {
        let id = cluster.platform.as_ref().map_or("", |id| id.value.as_str());
        let known: Vec<&str> = cloud::with_machine_sets().collect();
        let message = format!("MachineSets of platform `{id}` cannot be adopted yet");
        let rule = &crate::problem::rules::pool::PLATFORM_UNSUPPORTED;
        problems.push(
            Problem::new(rule, Place::default(), message)
                .help(format!("supported: {}", known.join(", "))),
        );
    }
    found
}

fn nothing(splits: &[Split<'_>]) -> Problem {
    let documents = splits.iter().flat_map(|split| &split.documents);
    let count = documents
        .filter(|one| node_group::with_machines(one).is_some())
        .count();
    let message = "the dump holds no GPU MachineSet to adopt";
    Problem::new(&rule::NOTHING_TO_ADOPT, Place::default(), message)
        .fact(format!("MachineSets of the dump: {count}, none with GPUs that gpu-machineset does not make already"))
        .help(format!("save them from the cluster: `{} > cluster.yaml`", capture::LINE))
}

/// Sources of which nothing is taken but facts.
fn as_facts(sources: &[Source]) -> impl Iterator<Item = Source> {
    let copy = |source: &Source| {
        Source::with_role(source.name.as_str(), source.text.as_str(), Role::FactsOnly)
    };
    sources.iter().map(copy)
}

/// Placeholders, and the facts of their cluster.
fn beside(placeholders: Source, facts: &[Source]) -> Vec<Source> {
    std::iter::once(placeholders)
        .chain(as_facts(facts))
        .collect()
}

/// Renders what was written.
fn rendered(text: &str, facts: &[Source]) -> Output {
    expand(&Input {
        sources: beside(Source::new(ADOPTED, text), facts),
        mode: Mode::Bare,
        ..Input::default()
    })
}

/// A `GpuAccess` beside the pools, when the dump says who may use them and it can be rendered.
fn with_access(
    splits: &[Split<'_>],
    text: &str,
    facts: &[Source],
    problems: &mut Problems,
) -> Option<(String, Output)> {
    let planned = planned(&beside(Source::new(ADOPTED, text), facts));
    let pools: Vec<PoolFace> = planned.pools.iter().map(plan::Pool::face).collect();
    let (access, left) = access::of(splits, &pools);
    problems.extend(left);
    let access = access?;
    let output = rendered(&format!("{text}{access}"), facts);
    let is_error = |problem: &&Problem| problem.severity() == crate::problem::Severity::Error;
    let Some(wrong) = output.problems.iter().find(is_error) else {
        return Some((access, output));
    };
    let message = format!(
        "no GpuAccess is written, since it could not be rendered: {}",
        wrong.message
    );
    let mut problem = Problem::new(&rule::ACCESS_LEFT, Place::default(), message);
    for help in &wrong.help {
        problem = problem.help(help.clone());
    }
    problems.push(problem);
    None
}

/// Whether the pools would bring operators that the facts do not show: taking over sets installs nothing.
fn implies(output: &Output) -> bool {
    output.problems.has_errors()
        || output
            .text
            .contains(&Owner::Implied(OurKind::GpuPlatform).to_string())
}

/// How to go on without the sets of the pool that is wrong.
fn except(problem: &Problem, pools: &[pool::Pool]) -> String {
    let name = problem.place.object.as_ref().map(|of| of.name.as_str());
    let pool = pools.iter().find(|pool| Some(pool.name.as_str()) == name);
    let all: Vec<String> = pool.map_or_else(
        || vec!["--except NAME".to_owned()],
        |pool| {
            let sets = pool.sets.iter();
            sets.map(|set| format!("--except {set}")).collect()
        },
    );
    let what = match all.len() {
        1 => "a MachineSet as it is",
        _ => "these MachineSets as they are",
    };
    format!(
        "`{}` leaves {what}, for you to adopt by hand",
        all.join(" ")
    )
}

/// Holds what was rendered against the cluster: whatever still differs is said.
fn verify(
    output: Output,
    (pools, sets): (&[pool::Pool], &[Set]),
    live: &[Source],
    problems: &mut Problems,
) {
    if output.problems.has_errors() {
        let is_error = |problem: &Problem| problem.severity() == crate::problem::Severity::Error;
        let wrong = output.problems.into_iter().filter(is_error);
        problems.extend(wrong.map(|problem| {
            let help = except(&problem, pools);
            problem.help(help)
        }));
        return;
    }
    let comparison = diff::compare(&output.text, live);
    for difference in &comparison.differences {
        let name = difference.object.name.as_str();
        let autoscaler = |set: &&Set| set.autoscaler.as_deref() == Some(name);
        let Some(set) = sets.iter().find(|set| set.name == name || autoscaler(set)) else {
            continue;
        };
        let object = &difference.object;
        let def = node_group::find(&object.group, &object.kind).map(|(_, def)| def);
        let is_autoscaler = def.is_some_and(|def| def.role == node_group::Role::Scaler);
        if is_autoscaler && !set.shows_autoscaler && set.autoscaler.as_deref() == Some(name) {
            // that it cannot be compared was said
            continue;
        }
        for change in &difference.changes {
            let what = match change.path.is_empty() {
                true if difference.live.is_none() => "would be made".to_owned(),
                true => "would be left behind".to_owned(),
                false => format!("`{}` would change", change.field()),
            };
            let message = format!("{} `{name}`: {what}", difference.object.kind);
            let quote = |value: &Option<serde_json::Value>| {
                value
                    .as_ref()
                    .map_or_else(|| "nothing".to_owned(), ToString::to_string)
            };
            let problem = Problem::new(&rule::ADOPTED_DIFFERS, set.place.clone(), message);
            let problem = if change.path.is_empty() {
                problem
            } else {
                problem.fact(format!(
                    "from {} to {}",
                    quote(&change.live),
                    quote(&change.rendered)
                ))
            };
            problems.push(problem.help(change.impact.to_string()));
        }
    }
}

#[cfg(test)]
mod tests;
