//! `render --per-cluster -o DIR`: a folder per cluster, all of them or none.
//!
//! Every folder is written below a staging folder as soon as its cluster is rendered, so that one cluster at a time is
//! in memory. When the last is there, and no cluster has a problem, they are moved into place; what they replace is
//! kept aside until the last one is.

use std::collections::BTreeSet;
use std::path::Path;

use crate::edge::cli::{Inputs, Render};
use crate::edge::expansion::add_unread;
use crate::edge::file_name::file_stem;
use crate::edge::files;
use crate::edge::folder;
use crate::edge::listing::List;
use crate::edge::reply::Reply;
use crate::edge::stage::{Failure, Stage, on};
use crate::edge::streams::Progress;
use crate::problem::rules::{facts, input as rule};
use crate::problem::{Place, Problem, Problems, Subject};
use crate::{Fleet, OfCluster, Source};

/// Renders and writes.
pub(super) fn render(args: &Render, out: &Path) -> Reply {
    let report = args.reporting.report();
    let (mut problems, written) = fleet(args, out, |problems| report.fails(problems));
    let text = problems.take(written).unwrap_or_default();
    report.beside(text, problems)
}

fn fleet(
    args: &Render,
    out: &Path,
    fails: impl Fn(&Problems) -> bool,
) -> (Problems, Result<String, Vec<Problem>>) {
    let mut wrong = Vec::new();
    let mut target = match Target::open(out, args.force) {
        Ok(target) => Some(target),
        Err(problems) => {
            wrong.extend(problems);
            None
        }
    };
    let mut failed: Vec<Problem> = Vec::new();
    let mut each = |cluster: OfCluster| {
        if let Some(target) = target.as_mut().filter(|_| failed.is_empty()) {
            failed.extend(target.add(&cluster).err().map(|problem| *problem));
        }
    };
    let mut problems = each_cluster(&args.inputs, args.strict, &mut each);
    problems.extend(wrong);
    let repaired = target
        .as_ref()
        .is_some_and(|target| target.stage.has_repaired);
    problems.extend(repaired.then(|| folder::repaired(out)));
    problems.extend(failed);
    let written = match target {
        Some(target) if !fails(&problems) => target.publish(!args.inputs.only.is_empty()),
        _ => Ok(String::new()),
    };
    (problems, written)
}

/// Renders every cluster that the paths describe, one after the other, with a line of progress on a terminal.
pub(super) fn each_cluster(
    inputs: &Inputs,
    strict: bool,
    each: &mut dyn FnMut(OfCluster),
) -> Problems {
    let common = files::gather_beside(&inputs.paths, &inputs.facts);
    let units = files::units(&inputs.facts);
    let facts = units.iter();
    let facts = facts.map(|unit| files::gather(&[], std::slice::from_ref(unit)));
    let fleet = |common| Fleet::new(common).strict(strict).only(inputs.only.clone());
    each_of(common, fleet, facts, each)
}

/// Sources, and why others could not be read.
pub(super) type Read = (Vec<Source>, Problems);

/// The same of sources that were read, each unit of facts when its turn comes.
pub(super) fn each_of(
    (common, mut unread): Read,
    fleet: impl FnOnce(Vec<Source>) -> Fleet,
    units: impl ExactSizeIterator<Item = Read>,
    each: &mut dyn FnMut(OfCluster),
) -> Problems {
    let mut fleet = fleet(common);
    let mut progress = Progress::new(units.len());
    let mut done = 0;
    let mut each = |cluster: OfCluster| {
        each(cluster);
        done += 1;
        progress.show(done);
    };
    // clusters that stand among the paths themselves
    fleet.render(Vec::new(), &mut each);
    for (facts, wrong) in units {
        unread.extend(wrong);
        fleet.render(facts, &mut each);
    }
    if let Some(hub) = fleet.hub() {
        each(hub);
    }
    progress.end();
    let mut problems = fleet.finish();
    if problems
        .iter()
        .any(|problem| problem.rule == &facts::CLUSTER_TWICE)
    {
        // each file of one cluster was taken for a cluster of its own
        problems.forget(|problem| problem.rule == &facts::MISSING_FACT);
    }
    problems.change(|problem| {
        if problem.rule != &facts::AMBIGUOUS_FACTS {
            return problem;
        }
        problem.help("or name the clusters with `--facts`: there each file, and each folder of files, counts by itself")
    });
    add_unread(&mut problems, unread);
    problems
}

/// The problem of a run that was not told to take the clusters one by one, with what to add.
pub(super) fn hint(problem: Problem, flag: &str) -> Problem {
    if problem.about != Some(Subject::SeveralClusters) {
        return problem;
    }
    problem.help(format!("or take every cluster by itself: add `{flag}`"))
}

/// A folder of folders.
struct Target<'a> {
    out: &'a Path,
    stage: Stage<'a>,
    /// Folders of an earlier run.
    ours: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl<'a> Target<'a> {
    fn open(out: &'a Path, force: bool) -> Result<Self, Vec<Problem>> {
        let failed = |failure: Failure| vec![folder::unwritable(&failure.0, &failure.1)];
        let stage = Stage::new(out).map_err(failed)?;
        let present = on(out, folder::entries(out)).map_err(failed)?;
        let ours = List::read(out).folders;
        let mut foreign = Vec::new();
        for name in present.iter().flatten() {
            let is_ours = name.to_str().is_some_and(|name| ours.contains(name));
            if is_ours {
                // such a folder is replaced as a whole
                let path = out.join(name);
                let (inside, list) = (on(&path, folder::entries(&path)), List::read(&path));
                let inside = inside.map_err(failed)?.unwrap_or_default();
                let is_listed = |name: &&std::ffi::OsString| {
                    name.to_str()
                        .is_some_and(|name| list.files.contains_key(name))
                };
                let others: Vec<_> = inside.iter().filter(|name| !is_listed(name)).collect();
                if !others.is_empty() {
                    return Err(vec![folder::foreign_files(
                        &path,
                        &others,
                        "move them beside the folders of the clusters: these are replaced as a whole",
                    )]);
                }
                let changed = list.changed(&path);
                if !changed.is_empty() && !force {
                    return Err(vec![folder::changed_files(&path, &changed)]);
                }
            } else {
                foreign.push(name);
            }
        }
        if !foreign.is_empty() && !force {
            return Err(vec![folder::foreign_files(
                out,
                &foreign,
                folder::ELSEWHERE,
            )]);
        }
        Ok(Self {
            out,
            stage,
            ours,
            names: BTreeSet::new(),
        })
    }

    fn add(&mut self, cluster: &OfCluster) -> Result<(), Box<Problem>> {
        let name = file_stem(&cluster.name);
        if !self.names.insert(name.clone()) {
            let message = format!("two clusters would be written to `{name}`");
            let place = Place::in_file(self.out.join(name).to_string_lossy());
            let problem = Problem::new(&rule::FOLDER_TWICE, place, message);
            return Err(Box::new(
                problem.help("give each ClusterFacts a name of its own"),
            ));
        }
        if cluster.objects.is_empty() {
            return Ok(());
        }
        let written = (self.stage).add_folder(&name, &folder::named(&cluster.objects));
        written.map_err(|failure| Box::new(folder::unwritable(&failure.0, &failure.1)))
    }

    /// Of a part of the fleet nothing is known of the other clusters: their folders stay.
    fn publish(self, is_part: bool) -> Result<String, Vec<Problem>> {
        let stale = self.ours.difference(&self.names).filter(|_| !is_part);
        let stale = stale.filter(|name| self.out.join(name).is_dir());
        let made: BTreeSet<&str> = (self.names.iter().map(String::as_str))
            .filter(|name| self.stage.has(name))
            .collect();
        let failed = |failure: Failure| vec![folder::unwritable(&failure.0, &failure.1)];
        let kept = self.ours.iter().filter(|_| is_part).map(String::as_str);
        let listed = made.iter().copied().chain(kept).collect();
        self.stage
            .publish_folders(&made, &listed, stale.map(String::as_str))
            .map_err(failed)?;
        let path = |name: &&str| format!("{}\n", self.out.join(name).display());
        Ok(made.iter().map(path).collect())
    }
}
