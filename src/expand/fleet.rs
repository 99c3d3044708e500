//! Many clusters, one after the other: the same placeholders, each time with the facts of one cluster.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::placeholders::{self, Found, Head};
use super::{Input, Mode, Output, Rendered, cut, plan};
use crate::api::GROUP;
use crate::api::gpu_machine_set::FactsRef;
use crate::cluster;
use crate::cluster::ClusterFacts;
use crate::expand::accepting;
use crate::expand::left_out;
use crate::expand::one_of_many::Apart;
use crate::expand::what_leaves;
use crate::facts::{self, Gathered};
use crate::kinds::gpu_delivery;
use crate::krm::{Document, Source, Split};
use crate::plan::Delivered;
use crate::problem::rules::{facts as rule, pool as pool_rule};
use crate::problem::{Place, Problem, Problems};
use crate::view::{self, Overview};

/// Clusters that a message names.
const SHOWN: usize = 3;

/// What one cluster gets.
#[derive(Debug)]
pub struct OfCluster {
    /// Name of its facts.
    pub name: String,
    /// Its infrastructure name, when it is known.
    pub infrastructure_name: Option<String>,
    /// Whether it is the cluster of Argo CD, of which no facts are needed: what is delivered to all of them.
    pub is_hub: bool,
    /// Its objects; none after errors.
    pub objects: Vec<Rendered>,
    /// The same for people.
    pub overview: Overview,
}

/// Renders a fleet. It holds the placeholders and the names of the clusters, never what came of them.
#[derive(Debug, Default)]
pub struct Fleet {
    pub(super) common: Vec<Source>,
    /// Infrastructure names, and which unit described them.
    seen: BTreeMap<String, usize>,
    /// Every name that `spec.facts` may use.
    names: BTreeSet<String>,
    /// Where `spec.facts` stands that means a cluster of the fleet.
    chosen: BTreeSet<String>,
    /// Whether a pool that a platform cannot have is an error.
    strict: bool,
    /// Which clusters are rendered.
    pub(super) only: Vec<String>,
    units: usize,
    /// What the clusters get, when the hub has to know.
    pub(super) delivered: Delivered,
    pub(super) reported: Reported,
}

/// Problems by place, rule and message, each once with the clusters that have it.
#[derive(Debug, Default)]
pub(super) struct Reported(BTreeMap<(String, &'static str, String), Shared>);

/// A problem, some of the clusters that have it, and how many do.
type Shared = (Problem, BTreeSet<String>, usize);

impl Fleet {
    /// A fleet that gets the placeholders, and all else, of these sources.
    pub fn new(common: Vec<Source>) -> Self {
        Self {
            common,
            ..Self::default()
        }
    }

    /// The same, in which a pool that the platform of a cluster cannot have is an error, and not left out there.
    #[must_use]
    pub fn strict(self, strict: bool) -> Self {
        Self { strict, ..self }
    }

    /// The same, of which only the clusters of these names and patterns are rendered; all when there are none.
    #[must_use]
    pub fn only(self, only: Vec<String>) -> Self {
        Self { only, ..self }
    }

    /// Renders every cluster that some sources of facts describe, or, when there are none, those that the common
    /// sources describe.
    pub fn render(&mut self, facts: Vec<Source>, each: &mut dyn FnMut(OfCluster)) {
        let count = self.common.len();
        let first = facts.first().map(|source| Place::in_file(&*source.name));
        let mut sources = std::mem::take(&mut self.common);
        sources.extend(facts);
        let input = Input {
            sources,
            mode: Mode::Bare,
            ..Input::default()
        };
        let mut problems = Problems::new();
        if let Some(splits) = cut(&input, &mut problems) {
            let described = match independent(&splits, count) {
                Some(documents) => self.one_by_one(splits, count, &documents, &mut problems, each),
                None => self.clusters(&splits, &mut problems, each),
            };
            if let (false, false, Some(place)) = (described, problems.has_errors(), first) {
                problems.push(cluster::no_facts(place));
            }
        }
        self.reported.add("", problems);
        self.units += 1;
        self.common = input.sources;
        self.common.truncate(count);
    }

    /// Clusters that need nothing of each other: what is held of them is one at a time, and the time that each takes
    /// does not depend on how many there are.
    fn one_by_one(
        &mut self,
        mut splits: Vec<Split<'_>>,
        common: usize,
        documents: &[(usize, usize)],
        problems: &mut Problems,
        each: &mut dyn FnMut(OfCluster),
    ) -> bool {
        let units = splits.split_off(common);
        let mut described = false;
        for (at, index) in documents {
            let unit = units.get(*at);
            let Some((unit, document)) =
                unit.and_then(|unit| Some((unit, unit.documents.get(*index)?)))
            else {
                continue;
            };
            splits.truncate(common);
            splits.push(unit.only(vec![document.clone()]));
            described |= self.clusters(&splits, problems, each);
        }
        described
    }

    fn clusters(
        &mut self,
        splits: &[Split<'_>],
        problems: &mut Problems,
        each: &mut dyn FnMut(OfCluster),
    ) -> bool {
        let mut gathered = facts::gather(splits, None, problems);
        let mut described = false;
        let clusters = std::mem::take(&mut gathered.clusters);
        let apart = (clusters.len() > 1).then(|| Apart::new(splits, &gathered));
        for cluster in clusters {
            let infra = cluster.infrastructure_name.as_ref();
            let infra = infra.map_or_else(|| cluster.name.clone(), |fact| fact.value.to_string());
            match self.seen.entry(infra) {
                // the common sources are part of every unit
                Entry::Occupied(unit) if *unit.get() == 0 => {}
                Entry::Occupied(_) => problems.push(twice(&cluster)),
                Entry::Vacant(entry) => {
                    described = true;
                    entry.insert(self.units);
                    self.names.extend(cluster.names.iter().cloned());
                    if !left_out::is_taken(&self.only, &cluster) {
                        continue;
                    }
                    let strict = self.strict;
                    let mut of_fleet = One {
                        strict,
                        chosen: &mut self.chosen,
                        delivered: &mut self.delivered,
                    };
                    let (of_cluster, found) = match &apart {
                        Some(apart) => {
                            let (splits, mut gathered) = apart.seen_by(&cluster);
                            of_fleet.render(&splits, &mut gathered, cluster)
                        }
                        None => of_fleet.render(splits, &mut gathered.clone(), cluster),
                    };
                    self.reported.add(&of_cluster.name, found);
                    each(of_cluster);
                }
            }
        }
        described
    }

    /// Placeholders that mean no cluster of the fleet.
    fn unknown(&self, found: &Found<'_>) -> Vec<Problem> {
        let is_known = |name: &str| self.names.iter().any(|known| facts::is_called(known, name));
        let unknown = |names: &[String], place: &Place| -> Vec<Problem> {
            let names = names.iter().filter(|name| !is_known(name));
            names
                .map(|name| unknown_name(name, place.clone()))
                .collect()
        };
        let problems = |head: Head<'_>| match head.facts {
            None => Vec::new(),
            Some(FactsRef::Name(name)) => unknown(std::slice::from_ref(name), &head.place),
            Some(FactsRef::Names(names)) => unknown(names, &head.place),
            // of a part of the fleet nothing is known of what the others are like
            Some(FactsRef::Select(_))
                if !self.only.is_empty() || self.chosen.contains(&head.place.to_string()) =>
            {
                Vec::new()
            }
            Some(FactsRef::Select(_)) => {
                vec![facts::chooses_nothing(head.place, self.seen.len())]
            }
            Some(FactsRef::Inline(_)) => {
                let message = "the placeholder holds the facts of one cluster itself";
                let problem = Problem::new(&rule::AMBIGUOUS_FACTS, head.place, message);
                let help = "move them into a ClusterFacts, and name that in `spec.facts`";
                vec![problem.help(help)]
            }
        };
        found.heads().flat_map(problems).collect()
    }

    /// Whether a cluster was rendered.
    pub(super) fn has_clusters(&self) -> bool {
        !self.seen.is_empty()
    }

    /// All problems, each once with the clusters that have it.
    pub fn finish(mut self) -> Problems {
        let mut problems = Problems::new();
        let input = Input {
            sources: std::mem::take(&mut self.common),
            ..Input::default()
        };
        if self.seen.is_empty() {
            let missing = cluster::no_facts(Place::default());
            problems.push(missing);
        } else if let Some(splits) = cut(&input, &mut Problems::new()) {
            let found = placeholders::find(&splits, &[], &[], &mut Problems::new());
            problems.extend(self.unknown(&found));
            problems.extend(left_out::unknown_only(&self.only, &self.names));
            problems.extend(self.reported.grouped());
            accepting::apply(&found, &mut problems);
            return problems.sorted();
        }
        problems.extend(self.reported.grouped());
        problems.sorted()
    }
}

/// Several ClusterFacts of different clusters that look nothing up in other objects, and nothing else beside them.
fn independent(splits: &[Split<'_>], common: usize) -> Option<Vec<(usize, usize)>> {
    let mut seen = BTreeSet::new();
    let mut documents = Vec::new();
    for (at, split) in splits.get(common..)?.iter().enumerate() {
        for (index, document) in split.documents.iter().enumerate() {
            let facts = document.is(GROUP, "ClusterFacts");
            let node = facts.then(|| document.node().ok()).flatten()?;
            let infra = node.str_at(&["spec", "infrastructureName"])?;
            if node.at(&["spec", "from"]).is_some() || !seen.insert(infra.to_owned()) {
                return None;
            }
            documents.push((at, index));
        }
    }
    (documents.len() > 1).then_some(documents)
}

/// What one cluster adds to what is known of the fleet.
struct One<'f> {
    strict: bool,
    chosen: &'f mut BTreeSet<String>,
    delivered: &'f mut Delivered,
}

impl One<'_> {
    /// Whether a document is for the cluster; the hub has to allow it there.
    fn delivers(&mut self, document: &Document<'_>) -> bool {
        if gpu_delivery::is_of_hub(document) {
            return false;
        }
        let (kind, namespace) = (document.kind.as_ref(), document.namespace.as_ref());
        self.delivered.is_any = true;
        (self.delivered.allowed).one_of(document.group(), kind, namespace);
        true
    }

    /// One cluster, as if the input described no other.
    fn render(
        &mut self,
        splits: &[Split<'_>],
        gathered: &mut Gathered,
        cluster: ClusterFacts,
    ) -> (OfCluster, Problems) {
        let mut problems = Problems::new();
        let name = cluster.name.clone();
        let infra = cluster.infrastructure_name.as_ref();
        let infrastructure_name = infra.map(|fact| fact.value.to_string());
        let of_cluster = std::slice::from_ref(&cluster);
        let mut found = placeholders::find(splits, &[], of_cluster, &mut problems);
        found.keep(|facts| facts.is_none_or(|facts| facts::means(facts, &cluster)));
        let chosen = found.heads().filter(|head| head.facts.is_some());
        self.chosen
            .extend(chosen.map(|head| head.place.to_string()));
        let has_hub = found.has_hub();
        found.without_hub();
        if !self.strict {
            left_out::not_for_platform(&mut found, &cluster, &mut problems);
        }
        gathered.clusters = vec![cluster];
        let (plan, changes) = plan(splits, false, &found, gathered, &mut problems);
        if has_hub {
            self.delivered.extend(&gpu_delivery::of_pools(&plan));
        }
        let rewrites = changes.decided(splits, &mut problems);
        let overview = view::of(&plan, &gathered.clusters);
        let output = Output {
            text: what_leaves::bare(splits, &rewrites, &mut problems),
            ..Output::default()
        };
        // what is for the hub has a folder of its own
        let objects = output.objects_that(|one| !has_hub || self.delivers(one));
        let objects = problems.take(objects).unwrap_or_default();
        found.located_all(&mut problems);
        let of_cluster = OfCluster {
            name,
            infrastructure_name,
            is_hub: false,
            objects,
            overview,
        };
        (of_cluster, problems)
    }
}

fn twice(cluster: &ClusterFacts) -> Problem {
    let origin = cluster
        .infrastructure_name
        .as_ref()
        .map(|fact| &fact.origin);
    let place = origin.map_or_else(Place::default, |origin| origin.place.clone());
    let message = format!("cluster `{}` is described twice", cluster.name);
    Problem::new(&rule::CLUSTER_TWICE, place, message)
        .help("all files of one cluster go into one folder of its own, and `--facts` names the folder above: each file and folder in it is a cluster")
        .help("or remove one of them")
}

fn unknown_name(name: &str, place: Place) -> Problem {
    let message = if name.contains('*') {
        format!("no facts have a name like `{name}`")
    } else {
        format!("no facts are named `{name}`")
    };
    let problem = Problem::new(&rule::UNKNOWN_FACTS, place, message);
    problem.help("remove `facts` to make the pool on every cluster")
}

impl Reported {
    pub(super) fn add(&mut self, cluster: &str, problems: Problems) {
        for mut problem in problems {
            // the fact beside it names all clusters that have it
            let own = format!(" of cluster `{cluster}`");
            problem.message = problem.message.replacen(&own, "", 1);
            // what was saved of every cluster does not leave: said once
            let key = if *problem.rule == pool_rule::DUMP_NOT_RENDERED {
                (String::new(), problem.rule.slug, String::new())
            } else {
                let place = problem.place.to_string();
                (place, problem.rule.slug, problem.message.clone())
            };
            let (_, clusters, count) =
                (self.0.entry(key)).or_insert_with(|| (problem, BTreeSet::new(), 0));
            if !cluster.is_empty() {
                *count += 1;
                if clusters.len() < SHOWN {
                    clusters.insert(cluster.to_owned());
                }
            }
        }
    }

    fn grouped(self) -> Vec<Problem> {
        let problem = |(problem, clusters, count): Shared| {
            let names: Vec<String> = clusters.into_iter().collect();
            let names = names.join("`, `");
            match count {
                0 => problem,
                1 => problem.fact(format!("cluster `{names}`")),
                count if count <= SHOWN => problem.fact(format!("clusters `{names}`")),
                count => problem.fact(format!("clusters `{names}` and {} more", count - SHOWN)),
            }
        };
        self.0.into_values().map(problem).collect()
    }
}
