//! What leaves, and what does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{FROM, GROUP, LOCAL_CONFIG, OurKind, Owner, our_kind};
use crate::expand::existing::Existing;
use crate::expand::served;
use crate::facts::{DocumentId, Gathered};
use crate::krm::{
    Container, Document, Node, ObjectId, Rewrite, Role, Source, Split, join, split_again,
};
use crate::node_group;
use crate::operator;
use crate::problem::rules::input as rule;
use crate::problem::{Problem, Problems};

const OPENSHIFT_CONFIG: &str = "config.openshift.io";
/// Cluster singletons and hub objects that no delivery should carry.
const FACT_KINDS: [(&str, &str); 4] = [
    (OPENSHIFT_CONFIG, "Infrastructure"),
    (OPENSHIFT_CONFIG, "ClusterVersion"),
    ("cluster.open-cluster-management.io", "ManagedCluster"),
    ("packages.operators.coreos.com", "PackageManifest"),
];

/// What becomes of an object of the input: the rows of the table in `docs/reference/output.md`, in the order in which they are decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// A placeholder, or facts.
    Ours,
    /// Its author marked it.
    LocalConfig,
    /// Saved from a cluster, and it served.
    Fact,
    /// Ours, saved from a cluster, and made anew.
    MadeAnew,
    /// Of a `List` that was saved from a cluster, others of which served, or of one beside such a `List`.
    Dump,
    /// Of a `List` that was saved from a cluster to show what it has, and nothing of it mattered.
    Idle,
    /// Saved from a cluster, and of no use to us.
    Exported,
    /// All else.
    Leaves,
    /// In the KRM way: facts or a platform, without a mark, beside a placeholder that stays and needs them.
    Marked,
    /// In the KRM way: saved from a cluster, and it served.
    Applied,
}

/// The table of `docs/reference/output.md`: what stands in the input, and what becomes of it in the bare ways.
#[cfg(test)]
const TABLE: [(Fate, &str, &str); 8] = [
    (
        Fate::Ours,
        "GpuMachineSet, GpuPlatform, GpuAccess, GpuModel, GpuDelivery, OpenStackGpu, ClusterFacts",
        "never leave",
    ),
    (
        Fate::LocalConfig,
        "objects marked `config.kubernetes.io/local-config: \"true\"`",
        "never leave, as at the end of every kustomize build",
    ),
    (
        Fate::Fact,
        "Infrastructure, ClusterVersion, ManagedCluster, and any object saved from a cluster (`uid`, `resourceVersion` or `managedFields` in its metadata), that served as a fact",
        "do not leave, and are named: nobody applies or prunes a cluster's own object by accident",
    ),
    (
        Fate::MadeAnew,
        "our own objects, saved from a cluster",
        "leave as they are made anew",
    ),
    (
        Fate::Dump,
        "the other saved objects of a `List` of `oc get -o yaml` of which something served; those of a `List` beside it that show facts or operators; a `List` without objects",
        "do not leave, and are named",
    ),
    (
        Fate::Idle,
        "a `List` of saved objects that show facts or operators, where nothing of any `List` served",
        "does not leave, with a warning",
    ),
    (
        Fate::Exported,
        "other saved objects of the kinds that dumps of a cluster hold",
        "leave byte for byte, with a warning",
    ),
    (Fate::Leaves, "all else", "leaves byte for byte"),
];

/// Whether objects of this source leave at all.
pub(super) fn is_input(split: &Split<'_>) -> bool {
    split.source.role == Role::Input
}

/// Decides over every object of the input what becomes of it.
pub(super) struct Leaving<'r, 's, 'a> {
    pub(super) splits: &'s [Split<'a>],
    gathered: &'r Gathered,
    made: &'r BTreeSet<ObjectId>,
    krm: bool,
    /// Lists that were saved from a cluster, by source and part, and whether something of them served.
    dumps: BTreeMap<(usize, usize), bool>,
    /// Sources with a cluster's singletons.
    clusters: BTreeSet<usize>,
    /// What was saved from a cluster of objects that the output delivers.
    copies: BTreeSet<DocumentId>,
    /// A marked pool, and a marked platform, that stay in a ResourceList.
    staying: [Option<&'s Document<'a>>; 2],
}

impl<'r, 's, 'a> Leaving<'r, 's, 'a> {
    pub(super) fn new(
        splits: &'s [Split<'a>],
        gathered: &'r Gathered,
        (existing, made): (&Existing<'s, 'a>, &'r BTreeSet<ObjectId>),
        krm: bool,
    ) -> Self {
        let marked = |kind: OurKind| {
            let is_it = |document: &&Document<'_>| {
                document.is(GROUP, kind.name()) && is_local_config(document)
            };
            let mut documents = splits.iter().flat_map(|split| &split.documents);
            krm.then(|| documents.find(is_it)).flatten()
        };
        let of_clusters = |split: &Split<'_>| split.documents.iter().any(is_singleton);
        let clusters = splits.iter().enumerate();
        let clusters = clusters
            .filter(|(_, split)| of_clusters(split))
            .map(|(at, _)| at);
        Self {
            splits,
            gathered,
            made,
            krm,
            dumps: dumps(splits, gathered),
            clusters: clusters.collect(),
            copies: existing.copies().collect(),
            staying: [OurKind::GpuMachineSet, OurKind::GpuPlatform].map(marked),
        }
    }

    /// In the ResourceList way every item stays but placeholders that are not local-config; in the bare ways our kinds,
    /// local-config objects and facts with a life of their own never leave.
    pub(super) fn fate(&self, document: &Document<'_>, id: DocumentId) -> Fate {
        let ours = document.group() == GROUP;
        match (self.krm, ours, is_local_config(document)) {
            (true, true, false) if self.needed_by(document).is_some() => return Fate::Marked,
            (true, true, false) | (false, true, _) => return Fate::Ours,
            (true, _, true) => return Fate::Leaves,
            (false, false, true) => return Fate::LocalConfig,
            (_, false, false) => {}
        }
        let split = self.splits.get(id.0);
        if is_marked_ours(document) && self.is_made(document) && document.is_live() {
            // in a ResourceList it is updated in place
            return if self.krm {
                Fate::Leaves
            } else {
                Fate::MadeAnew
            };
        }
        if self.gathered.used.contains(&id) && is_live(document) {
            return if self.krm { Fate::Applied } else { Fate::Fact };
        }
        if !self.krm && is_empty_list(document) {
            return Fate::Dump;
        }
        let list = split.and_then(|split| Some((id.0, split.list_of(id.1)?)));
        let served = list.and_then(|list| self.dumps.get(&list));
        // what one cluster of several sees alone renders as nothing
        let alone = split.is_some_and(Split::is_unrendered);
        let of_clusters = served::is_of_clusters(document);
        let in_question = served.is_some() || alone || of_clusters;
        if !in_question || !document.is_live() {
            return Fate::Leaves;
        }
        match served {
            Some(true) => Fate::Dump,
            _ if alone => Fate::Dump,
            // who saved the one to be read saved the other so too
            Some(false) if self.dumps.values().any(|served| *served) => Fate::Dump,
            Some(false) => Fate::Idle,
            None => Fate::Exported,
        }
    }

    /// The placeholder that stays in a ResourceList and would miss this object the next time. What a pool made, a
    /// platform sees without the pool.
    pub(super) fn needed_by(&self, document: &Document<'_>) -> Option<&'s Document<'a>> {
        let [pool, platform] = self.staying;
        match our_kind(document)?.ok()? {
            OurKind::ClusterFacts => pool.or(platform),
            OurKind::GpuPlatform => pool,
            OurKind::GpuAccess
            | OurKind::GpuDelivery
            | OurKind::GpuMachineSet
            | OurKind::GpuModel
            | OurKind::OpenStackGpu => None,
            #[cfg(test)]
            OurKind::GpuNote => None,
        }
    }

    fn is_made(&self, document: &Document<'_>) -> bool {
        self.made.contains(&ObjectId::from(document))
    }

    /// Whether nobody can mean to apply it: it is of a list that was saved from a cluster, a cluster's singleton, a
    /// MachineSet that stands in one file with it, or of an object that the output delivers.
    pub(super) fn is_surely_saved(&self, document: &Document<'_>, id: DocumentId) -> bool {
        let split = self.splits.get(id.0);
        let listed =
            split.is_some_and(|split| split.is_unrendered() || split.list_of(id.1).is_some());
        let beside = node_group::with_machines(document).is_some() && self.clusters.contains(&id.0);
        listed || is_singleton(document) || beside || self.copies.contains(&id)
    }
}

/// Lists of which something served, and those that show facts or operators and hold nothing but saved objects.
fn dumps(splits: &[Split<'_>], gathered: &Gathered) -> BTreeMap<(usize, usize), bool> {
    let mut lists: BTreeMap<(usize, usize), Vec<(DocumentId, &Document<'_>)>> = BTreeMap::new();
    for (at, split) in splits
        .iter()
        .enumerate()
        .filter(|(_, split)| is_input(split))
    {
        for (index, document) in split.documents.iter().enumerate() {
            if let Some(list) = split.list_of(index) {
                let known = lists.entry((at, list)).or_default();
                known.push(((at, index), document));
            }
        }
    }
    let is_dump = |(list, objects): (_, Vec<(DocumentId, &Document<'_>)>)| {
        let served = objects
            .iter()
            .any(|(id, document)| gathered.used.contains(id) && document.is_live());
        let shows = || {
            objects
                .iter()
                .any(|(_, document)| served::is_looked_at(document))
        };
        let all_live = || objects.iter().all(|(_, document)| document.is_live());
        (served || shows() && all_live()).then_some((list, served))
    };
    lists.into_iter().filter_map(is_dump).collect()
}

/// What `oc get` prints when there is none: it has no name, and nobody applies it.
fn is_empty_list(document: &Document<'_>) -> bool {
    document.kind == "List" && document.api_version == "v1" && document.name.is_empty()
}

/// What an object that is of one cluster of several does: nothing of a dump leaves, whatever it is good for there.
pub(super) fn is_of_one_cluster(
    document: &Document<'_>,
    id: DocumentId,
    gathered: &Gathered,
) -> bool {
    let served = || {
        let shows = operator::concerns(document.group(), &document.kind, &document.name);
        (gathered.of.contains_key(&id) || shows || is_marked_ours(document)) && is_live(document)
    };
    document.group() == GROUP || is_local_config(document) || served()
}

/// Whether an object leaves is told by its annotations: of one that cannot be read nobody knows.
pub(super) fn unread(document: &Document<'_>) -> Vec<Problem> {
    document.unread(&[LOCAL_CONFIG, FROM])
}

/// kustomize drops any value but the string `"false"`.
pub(super) fn is_local_config(document: &Document<'_>) -> bool {
    let value = document.annotation(LOCAL_CONFIG);
    value.is_some_and(|value| value != "false")
}

/// Whether it says that a placeholder made it. Anybody can write that: it is true of what is made here again.
fn is_marked_ours(document: &Document<'_>) -> bool {
    let makers = [
        OurKind::GpuAccess,
        OurKind::GpuDelivery,
        OurKind::GpuMachineSet,
        OurKind::GpuModel,
        OurKind::GpuPlatform,
        OurKind::OpenStackGpu,
    ];
    Owner::of(document).is_some_and(|owner| makers.into_iter().any(|kind| owner.is(kind)))
}

fn is_singleton(document: &Document<'_>) -> bool {
    let is = |(group, kind): &(&str, &str)| document.is(group, kind);
    FACT_KINDS.iter().any(is)
}

/// A cluster's own object, or a dump with server fields.
pub(super) fn is_live(document: &Document<'_>) -> bool {
    is_singleton(document) || document.is_live()
}

/// A dump that nobody asked anything about: it would be applied to the cluster that it was saved from.
pub(super) fn facts_alone(splits: &[Split<'_>]) -> Option<Problem> {
    let is_dump = |document: &&Document<'_>| {
        let saved = |node: &Node| node.is_live() || node.get("status").is_some();
        document.group() == OPENSHIFT_CONFIG
            && is_singleton(document)
            && !is_local_config(document)
            && document.node().is_ok_and(|node| saved(&node))
    };
    let inputs = splits.iter().filter(|split| is_input(split));
    let dump = inputs.flat_map(|split| &split.documents).find(is_dump)?;
    let message = format!(
        "there is neither a GpuMachineSet nor a GpuPlatform, and {} `{}` of a running cluster would be applied",
        dump.kind, dump.name
    );
    let empty = splits.iter().filter(|split| split.documents.is_empty());
    // without placeholders the output is the input, unless one was meant to be there
    let rule = match empty.clone().next() {
        Some(_) => &rule::FACTS_ALONE,
        None => &rule::DUMP_LEAVES,
    };
    let place = dump.place(dump.range.start..dump.range.start, "");
    let mut problem = Problem::new(rule, place, message);
    for split in empty {
        problem = problem.fact(format!("`{}` holds no object", split.source.name));
    }
    Some(problem.help("add a pool: `gpu-machineset render gpu.yaml facts/`"))
}

/// The ResourceList with its results; unchanged but for them after errors.
pub(super) fn resource_list(
    splits: &[Split<'_>],
    rewrites: Vec<Rewrite<'_, '_>>,
    problems: &Problems,
) -> String {
    let rewrite = if problems.has_errors() {
        splits.first().map(Rewrite::new)
    } else {
        rewrites.into_iter().next()
    };
    let Some(mut rewrite) = rewrite else {
        return String::new();
    };
    if !problems.is_empty() || !rewrite.is_untouched() {
        rewrite.results(problems);
    }
    rewrite.render()
}

/// Bare documents of all sources, nothing after errors.
pub(super) fn bare(
    splits: &[Split<'_>],
    rewrites: &[Rewrite<'_, '_>],
    problems: &mut Problems,
) -> String {
    if problems.has_errors() {
        return String::new();
    }
    let inputs = splits
        .iter()
        .zip(rewrites)
        .filter(|(split, _)| is_input(split));
    let texts: Result<Vec<String>, Vec<Problem>> = inputs
        .map(|(split, rewrite)| match split.container {
            Container::ResourceList => taken_apart(rewrite.render()),
            Container::Stream => Ok(rewrite.render()),
        })
        .collect();
    problems.take(texts).map_or_else(String::new, join)
}

/// The items of a ResourceList as documents: nobody applies a ResourceList.
fn taken_apart(text: String) -> Result<String, Vec<Problem>> {
    let source = Source::new("<output>", text);
    let split = split_again(&source)?;
    let items = split.documents.iter().map(Document::standalone);
    items.collect::<Result<Vec<_>, _>>().map(join)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_page_is_the_one_of_the_code() {
        let page = include_str!("../../docs/reference/output.md");
        let rows = page.lines().skip_while(|line| !line.starts_with('|'));
        let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
        let row = |(_, input, output): &(Fate, &str, &str)| format!("| {input} | {output} |");
        let mut expected = vec![
            "| in the input | output |".to_owned(),
            "|---|---|".to_owned(),
        ];
        expected.extend(TABLE.iter().map(row));
        expected.push("| `--facts PATH` | read for facts only |".to_owned());
        assert_eq!(rows, expected);
        assert!(
            TABLE.is_sorted_by_key(|(fate, _, _)| *fate),
            "all, in their order"
        );
    }
}
