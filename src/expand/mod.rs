//! The pipeline: bytes, documents, facts and placeholders, plan, checks, objects, merged documents, bytes.

mod accepting;
mod autoscalers;
mod changes;
mod existing;
mod fleet;
mod fleet_hub;
mod left_out;
mod leftovers;
mod merge;
mod named_cluster;
mod one_of_many;
mod other_appliers;
mod overrides;
mod placeholders;
mod served;
mod stale;
mod standing;
mod unread;
mod what_leaves;

pub use fleet::{Fleet, OfCluster};
pub(crate) use unread::forget_consequences;

use crate::argocd;
use crate::check;
use crate::cluster;
use crate::facts::{self, Gathered, Given};
use crate::kinds::{self, World, gpu_machine_set};
use crate::krm::{Container, Document, Rewrite, Source, Split, split, split_again, split_readable};
use crate::node_group::postcondition;
use crate::plan::{self, Plan};
use crate::problem::rules::krm as rule;
use crate::problem::{Place, Problem, Problems};
use crate::view::{self, Overview};
use changes::Changes;
use existing::Existing;
use placeholders::Found;

/// What comes in.
#[derive(Debug, Default)]
pub struct Input {
    /// Files, standard input, and for the plugin directory the function config, in this order.
    pub sources: Vec<Source>,
    /// How the output looks.
    pub mode: Mode,
    /// What is given beside the documents and is stronger than they are, as parameters of an Application.
    pub(crate) given: Option<Given>,
    /// Names and patterns of the clusters that are taken; all when there are none.
    pub(crate) only: Vec<String>,
}

impl Input {
    /// Sources, with nothing given beside them.
    pub fn new(sources: Vec<Source>, mode: Mode) -> Self {
        Self {
            sources,
            mode,
            given: None,
            only: Vec::new(),
        }
    }
}

/// How the output looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A ResourceList when the only source is one, bare documents else.
    #[default]
    Auto,
    /// Bare documents, whatever comes in.
    Bare,
}

/// What goes out.
#[derive(Debug, Default)]
pub struct Output {
    /// For standard output. After errors it is empty in the bare ways, and the unchanged ResourceList with its
    /// results in the KRM way.
    pub text: String,
    /// Everything that was found, sorted by place.
    pub problems: Problems,
    /// Whether it answers a ResourceList with one. Nothing else leaves after errors.
    pub is_resource_list: bool,
}

/// One object of the output.
#[derive(Debug)]
pub struct Rendered {
    /// `<kind>-<name>`, or `<kind>-<namespace>_<name>`, lower case: the same whatever else is there.
    pub file_stem: String,
    /// Its document.
    pub text: String,
}

impl Output {
    /// The text, with nothing said of warnings: these stand in [`Output::problems`].
    ///
    /// # Errors
    /// All that was found, when an error is among it.
    pub fn into_result(self) -> Result<String, Problems> {
        if self.problems.has_errors() {
            Err(self.problems)
        } else {
            Ok(self.text)
        }
    }

    /// The objects of [`Output::text`] one by one, for a folder.
    ///
    /// # Errors
    /// A text that cannot be cut into its objects.
    pub fn objects(&self) -> Result<Vec<Rendered>, Vec<Problem>> {
        self.objects_that(|_| true)
    }

    fn objects_that(
        &self,
        mut is_meant: impl FnMut(&Document<'_>) -> bool,
    ) -> Result<Vec<Rendered>, Vec<Problem>> {
        let source = Source::new("<output>", self.text.as_str());
        let split = split_again(&source)?;
        let rendered = |document: &Document<'_>| {
            Ok(Rendered {
                file_stem: file_stem(document),
                text: document.standalone()?,
            })
        };
        let meant = split.documents.iter().filter(|one| is_meant(one));
        meant.map(rendered).collect()
    }
}

fn file_stem(document: &Document<'_>) -> String {
    let (kind, name) = (&document.kind, &document.name);
    let stem = match document.namespace.as_ref() {
        "" => format!("{kind}-{name}"),
        namespace => format!("{kind}-{namespace}_{name}"),
    };
    stem.to_lowercase()
}

/// Expands every placeholder of the input.
pub fn expand(input: &Input) -> Output {
    let only = || input.sources.first().map(|source| source.text.clone());
    expanded(input).or_unchanged(only)
}

/// [`expand`] of an input that nobody needs afterwards: what has nothing of ours leaves without being copied.
pub(crate) fn expand_owned(mut input: Input) -> Output {
    let expanded = expanded(&input);
    let only = || {
        let source = input.sources.first_mut();
        source.map(|source| std::mem::take(&mut source.text))
    };
    expanded.or_unchanged(only)
}

/// An output whose text is `None` where it is that of the only source as it came.
struct Expanded {
    text: Option<String>,
    problems: Problems,
    krm: bool,
}

impl Expanded {
    fn or_unchanged(self, unchanged: impl FnOnce() -> Option<String>) -> Output {
        Output {
            text: self.text.or_else(unchanged).unwrap_or_default(),
            problems: self.problems,
            is_resource_list: self.krm,
        }
    }
}

fn expanded(input: &Input) -> Expanded {
    let mut problems = Problems::new();
    let Some(splits) = cut(input, &mut problems) else {
        return Expanded {
            text: Some(String::new()),
            problems: problems.sorted(),
            krm: false,
        };
    };
    let krm = match (input.mode, splits.as_slice()) {
        (Mode::Auto, [only]) => only.container == Container::ResourceList,
        _ => false,
    };
    let mut strays = Problems::new();
    if !krm {
        strays.extend(unread::without_kind(&splits));
    }
    let rewrites = run(&splits, krm, input, &mut problems).rewrites;
    unread::name_empty(&splits, &mut problems);
    if strays.has_errors() {
        forget_consequences(&mut problems);
    }
    problems.extend(strays);
    if krm && splits.iter().all(|split| split.documents.is_empty()) {
        problems.change(cluster::of_generator);
    } else if krm {
        problems.change(cluster::of_function);
    }
    let mut problems = problems.sorted();
    if let ([rewrite], true, Mode::Auto) = (rewrites.as_slice(), problems.is_empty(), input.mode)
        && rewrite.is_untouched()
        && splits.iter().all(what_leaves::is_input)
    {
        return Expanded {
            text: None,
            problems,
            krm,
        };
    }
    let text = if krm {
        what_leaves::resource_list(&splits, rewrites, &problems)
    } else {
        what_leaves::bare(&splits, &rewrites, &mut problems)
    };
    Expanded {
        text: Some(text),
        problems,
        krm,
    }
}

/// What [`expand`] would make of the input, for people, with the problems that it would report.
pub fn overview(input: &Input) -> (Overview, Problems) {
    let mut problems = Problems::new();
    let splits = cut(input, &mut problems).unwrap_or_default();
    let decided = run(&splits, false, input, &mut problems);
    let overview = view::of(&decided.plan, &decided.gathered.clusters);
    (overview, problems.sorted())
}

/// All sources as documents; `None` after problems that leave nothing to look at.
fn cut<'a>(input: &'a Input, problems: &mut Problems) -> Option<Vec<Split<'a>>> {
    let splits: Vec<Option<Split<'_>>> = input
        .sources
        .iter()
        .map(|source| problems.take(split(source)))
        .collect();
    let is_whole = splits.iter().all(Option::is_some);
    let splits: Vec<Split<'_>> = splits.into_iter().flatten().collect();
    if !is_whole {
        // what is wrong with a placeholder by itself is wrong whatever the broken files hold
        if input.given.is_none() {
            placeholders::find(&splits, &[], &[], problems);
        }
        return None;
    }
    problems.extend(splits.iter().flat_map(|split| split.warnings.clone()));
    problems.extend(empty(&splits));
    Some(splits)
}

/// Nothing at all came in: comments and separators are no objects. A ResourceList without items is a generator's.
fn empty(splits: &[Split<'_>]) -> Option<Problem> {
    let is_empty =
        |split: &Split<'_>| split.container == Container::Stream && split.documents.is_empty();
    let first = splits.first()?;
    splits.iter().all(is_empty).then(|| {
        let place = Place::in_file(first.source.name.as_str());
        Problem::new(&rule::EMPTY_INPUT, place, "no object in the input")
            .help("pipe documents in, or name files: `gpu-machineset render gpu.yaml facts/`")
    })
}

/// What was decided, to the last: the texts of the rewrites are all that is left to make.
struct Decided<'s, 'a> {
    plan: Plan,
    gathered: Gathered,
    rewrites: Vec<Rewrite<'s, 'a>>,
}

fn run<'s, 'a>(
    splits: &'s [Split<'a>],
    krm: bool,
    input: &Input,
    problems: &mut Problems,
) -> Decided<'s, 'a> {
    let (plan, gathered, changes) = decide(splits, krm, input, problems);
    let rewrites = changes.decided(splits, problems);
    Decided {
        plan,
        gathered,
        rewrites,
    }
}

fn decide(
    splits: &[Split<'_>],
    krm: bool,
    input: &Input,
    problems: &mut Problems,
) -> (Plan, Gathered, Changes) {
    let mode = placeholders::function_mode(splits, problems);
    let given = input.given.as_ref();
    let pools = given.map_or(&[][..], |given| given.pools.as_slice());
    if placeholders::nothing_of_ours(splits) && !mode.is_validate() {
        problems.extend((!krm).then(|| what_leaves::facts_alone(splits)).flatten());
        if !krm {
            // a ResourceList without anything of ours leaves as it came, without results
            check::webhooks::check(delivered(splits), problems);
            argocd::written::check(delivered(splits), problems);
        }
        return Default::default();
    }
    let mut gathered = facts::gather(splits, given, problems);
    let mut found = placeholders::find(splits, pools, &gathered.clusters, problems);
    named_cluster::check(&found, &mut gathered, problems);
    left_out::all_but(&input.only, &mut found, &mut gathered, problems);
    left_out::not_for_cluster(&mut found, &gathered, problems);
    let (plan, mut changes) = plan(splits, krm, &found, &mut gathered, problems);
    if mode.is_validate() {
        changes = Changes::nothing_leaves(splits);
    }
    accepting::apply(&found, problems);
    found.located_all(problems);
    (plan, gathered, changes)
}

/// The pools of an input, for callers that look at pools and not at objects, and have cut the sources before. What
/// cannot be planned is left out: they try what they find, and judge the outcome.
pub(crate) fn planned(sources: &[Source]) -> plan::Plan {
    let mut problems = Problems::new();
    let splits = split_readable(sources);
    let gathered = facts::gather(&splits, None, &mut problems);
    let found = placeholders::find(&splits, &[], &gathered.clusters, &mut problems);
    Plan {
        pools: gpu_machine_set::plan(&found.pools, &gathered, &found.made_types, &mut problems),
        ..Plan::default()
    }
}

/// Documents that are no facts.
fn delivered<'s, 'a>(splits: &'s [Split<'a>]) -> impl Iterator<Item = &'s Document<'a>> + Clone {
    let inputs = splits.iter().filter(|split| what_leaves::is_input(split));
    inputs.flat_map(|split| &split.documents)
}

fn plan(
    splits: &[Split<'_>],
    krm: bool,
    found: &Found<'_>,
    gathered: &mut Gathered,
    problems: &mut Problems,
) -> (Plan, Changes) {
    let existing = Existing::gather(splits);
    let mut plan = Plan {
        pools: gpu_machine_set::plan(&found.pools, gathered, &found.made_types, problems),
        delivered: found.delivered.clone(),
        ..Plan::default()
    };
    let installed = standing::plan(splits, &existing, found, gathered, &mut plan, problems);
    let world = World {
        gathered,
        splits,
        pools: &found.pools,
        installed: &installed,
        failed: problems.has_errors(),
    };
    kinds::plan(&found.others, &world, &mut plan, problems);
    let manifests = kinds::objects(&plan);
    postcondition::check(&plan, &manifests, problems);
    served::find(&existing, &plan, found, gathered);
    let mut changes = Changes::default();
    let home = splits.iter().rposition(what_leaves::is_input).unwrap_or(0);
    let merge = merge::Merge {
        existing: &existing,
        plan: &plan,
        gathered,
        krm,
        home,
    };
    let made = merge.objects(&manifests, &mut changes, problems);
    stale::check(splits, krm, &plan, &made, problems);
    standing::complete(splits, &plan, &mut changes, problems);
    autoscalers::foreign(&existing, &plan, problems);
    check::access::check(existing.delivered(), &plan, problems);
    check::model::check(splits, existing.delivered(), &plan, problems);
    check::workload_selectors::check(existing.delivered(), &plan, problems);
    problems.extend(check::encrypted::check(existing.delivered()));
    check::webhooks::check(existing.delivered(), problems);
    argocd::written::check(existing.delivered(), problems);
    autoscalers::complete_limits(&existing, &plan, &mut changes, problems);
    let leaving = what_leaves::Leaving::new(splits, gathered, (&existing, &made), krm);
    leftovers::leftovers(&leaving, &mut changes, problems);
    (plan, changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(text: &str) -> Result<Vec<String>, Vec<String>> {
        let output = Output {
            text: text.to_owned(),
            ..Output::default()
        };
        let shown = |problem: Problem| format!("{} {}", problem.rule.slug, problem.message);
        match output.objects() {
            Ok(objects) => Ok(objects.into_iter().map(|one| one.file_stem).collect()),
            Err(problems) => Err(problems.into_iter().map(shown).collect()),
        }
    }

    #[test]
    fn objects_that_cannot_be_told_apart_are_an_error_and_not_none() {
        let a = "kind: A\nmetadata: {name: a}\nspec: &x 1\n";
        assert_eq!(
            objects(&format!("{a}---\nkind: B\nspec: 1\n")),
            Ok(vec!["a-a".to_owned(), "b-".to_owned()])
        );
        let told = objects(&format!("{a}---\nkind: B\nspec: *x\n")).unwrap_err();
        let [told] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert!(told.starts_with("unreadable-output the rendered text cannot be read again: "));
        assert!(objects("").unwrap().is_empty());
    }
}
