//! `diff --per-cluster`: every cluster against the dump of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{coloured, reply};
use crate::capture::{self, Wanted};
use crate::diff;
use crate::edge::cli::{Diff, DiffFormat};
use crate::edge::command::per_cluster::{self, Read};
use crate::edge::reply::Reply;
use crate::edge::report::Color;
use crate::edge::{dump, files};
use crate::krm::{Role, Source};
use crate::problem::rules::migrate as rule;
use crate::problem::{Place, Problem, Problems, escaped, first_of, reported};
use crate::{Fleet, OfCluster};

/// Clusters that a message names.
const SHOWN: usize = 3;

/// `gpu-machineset diff PATH... --per-cluster --live DIR`
pub(super) fn diff(args: &Diff) -> Reply {
    if args.live.iter().any(|path| path.as_os_str() == "-") {
        return Reply::usage(
            "`--per-cluster` reads dumps out of files and folders, not from standard input: name a folder with a dump of each cluster\n",
        );
    }
    let units = files::units(&args.live);
    let (dumps, wrong) = Dumps::of(&units);
    let mut run = Run {
        dumps,
        format: args.format,
        color: args.color,
        clusters: 0,
        seen: BTreeSet::new(),
        text: String::new(),
        patches: Vec::new(),
        differing: Vec::new(),
        said: BTreeMap::new(),
        wrong,
    };
    let common = files::gather_beside(&args.inputs.paths, &args.inputs.facts);
    let fleet = |common| Fleet::new(common).only(args.inputs.only.clone());
    let mut problems = if args.inputs.facts.is_empty() && !diff::has_facts(&common.0) {
        let captured = units.iter().map(|unit| captured(unit));
        per_cluster::each_of(common, fleet, captured, &mut |cluster| run.add(&cluster))
    } else {
        let facts = files::units(&args.inputs.facts);
        let facts = facts.iter();
        let facts = facts.map(|unit| files::gather(&[], std::slice::from_ref(unit)));
        per_cluster::each_of(common, fleet, facts, &mut |cluster| run.add(&cluster))
    };
    let is_part = !args.inputs.only.is_empty();
    let is_same = run.differing.is_empty();
    let out = run.finish(is_part, &mut problems);
    reply(out, problems, is_same, args.quiet)
}

/// The facts of the cluster that a dump is of.
fn captured(unit: &Path) -> Read {
    let (live, mut unread) = dump::gather(&[unit.to_owned()]);
    let capture = capture::capture(&live, &Wanted::default());
    if capture.problems.has_errors() {
        unread.extend(capture.problems);
        return (Vec::new(), unread);
    }
    let source = Source::with_role("<captured>", capture.text, Role::FactsOnly);
    (vec![source], unread)
}

/// Where the dumps of each cluster are, by infrastructure name. They are read again when it is their turn, so that one
/// cluster at a time is in memory.
struct Dumps(BTreeMap<String, Vec<PathBuf>>);

impl Dumps {
    fn of(units: &[PathBuf]) -> (Self, Problems) {
        let mut dumps: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        let mut problems = Problems::new();
        for unit in units {
            let (live, unread) = dump::gather(std::slice::from_ref(unit));
            let failed = unread.has_errors();
            problems.extend(unread);
            let Some(clusters) = problems.take(diff::clusters_of(&live)) else {
                continue;
            };
            match clusters.as_slice() {
                [only] => dumps.entry(only.clone()).or_default().push(unit.clone()),
                // what could not be read may say it
                [] if failed => {}
                others => problems.push(of_which(unit, others)),
            }
        }
        (Self(dumps), problems)
    }
}

fn of_which(unit: &Path, clusters: &[String]) -> Problem {
    let name = unit.to_string_lossy();
    let message = match clusters.len() {
        0 => format!("`{name}` does not say which cluster it is of"),
        several => format!("`{name}` is of {several} clusters"),
    };
    Problem::new(&rule::DUMP_OF_WHICH_CLUSTER, Place::in_file(name), message).help(
        "put all that was saved of one cluster into a file or a folder of its own, with its Infrastructure or its MachineSets",
    )
}

/// What was found so far.
struct Run {
    dumps: Dumps,
    format: DiffFormat,
    color: Color,
    clusters: usize,
    /// Infrastructure names of clusters that were compared.
    seen: BTreeSet<String>,
    text: String,
    patches: Vec<Value>,
    /// Names of the clusters that differ.
    differing: Vec<String>,
    /// What is said of a comparison, by rule and message, and of which clusters.
    said: BTreeMap<(&'static str, String), (Problem, Vec<String>)>,
    wrong: Problems,
}

impl Run {
    fn add(&mut self, cluster: &OfCluster) {
        // what Argo CD gets is no part of what a cluster runs
        if cluster.is_hub {
            return;
        }
        self.clusters += 1;
        let infra = cluster.infrastructure_name.clone().unwrap_or_default();
        let Some(paths) = self.dumps.0.get(&infra) else {
            self.wrong.push(without_dump(&cluster.name));
            return;
        };
        let (live, unread) = dump::gather(paths);
        self.seen.insert(infra);
        // said when the dumps were looked at first
        if unread.has_errors() {
            return;
        }
        let texts: Vec<&str> = (cluster.objects.iter())
            .map(|object| object.text.as_str())
            .collect();
        let comparison = diff::compare(&texts.join("---\n"), &live);
        if !comparison.differences.is_empty() {
            self.differing.push(cluster.name.clone());
            match self.format {
                DiffFormat::Unified => {
                    let title = format!("# cluster {}\n", cluster.name);
                    self.text.extend([title, diff::text(&comparison)]);
                }
                DiffFormat::JsonPatch => {
                    let of_it = diff::patches(&comparison).into_iter();
                    self.patches.extend(of_it.map(|mut patch| {
                        if let Value::Object(members) = &mut patch {
                            members.insert("cluster".to_owned(), cluster.name.as_str().into());
                        }
                        patch
                    }));
                }
            }
        }
        for problem in comparison.problems {
            let key = (problem.rule.slug, problem.message.clone());
            let (_, clusters) = (self.said.entry(key)).or_insert_with(|| (problem, Vec::new()));
            clusters.push(cluster.name.clone());
        }
    }

    /// The text, when nothing is wrong.
    fn finish(self, is_part: bool, problems: &mut Problems) -> String {
        problems.extend(self.wrong);
        if !is_part {
            let unseen = self.dumps.0.iter();
            let unseen = unseen.filter(|(infra, _)| !self.seen.contains(*infra));
            problems.extend(unseen.map(|(infra, paths)| of_no_cluster(infra, paths)));
        }
        if problems.has_errors() {
            return String::new();
        }
        for (problem, clusters) in self.said.into_values() {
            let names = clusters.iter().map(|name| format!("`{name}`"));
            problems.push(problem.fact(format!("clusters: {}", first_of(names, SHOWN))));
        }
        match self.format {
            _ if problems.has_errors() => String::new(),
            DiffFormat::JsonPatch => escaped(&diff::printed(self.patches)),
            DiffFormat::Unified if self.differing.is_empty() => String::new(),
            DiffFormat::Unified => {
                let (differ, all) = (self.differing.len(), self.clusters);
                let names = self.differing.join(", ");
                let text = format!(
                    "{}# {differ} of {all} clusters differ: {names}\n",
                    self.text
                );
                coloured(&reported(&text), self.color)
            }
        }
    }
}

fn without_dump(cluster: &str) -> Problem {
    let message = format!("no dump of cluster `{cluster}` is among those of `--live`");
    Problem::new(&rule::CLUSTER_WITHOUT_DUMP, Place::default(), message)
        .help("save one, or name the clusters to compare: `--only NAME`")
}

fn of_no_cluster(infra: &str, paths: &[PathBuf]) -> Problem {
    let message = format!("nothing is rendered for cluster `{infra}`: its dump is not compared");
    let path = paths
        .first()
        .map(|path| path.to_string_lossy().into_owned());
    let place = Place::in_file(path.unwrap_or_default());
    Problem::new(&rule::DUMP_OF_NO_CLUSTER, place, message)
        .help("add the facts of the cluster to `--facts`, or remove the dump")
}
