//! What was rendered against what a cluster runs: every difference but those that the cluster makes by itself.

mod access;
mod appliers;
mod changes;
mod inputs;
mod made_by_cluster;
mod notes;
mod open_stack;
mod print;
mod scalers;
mod secret;
mod unified;

use std::collections::{BTreeMap, BTreeSet};

use crate::api::{FROM, Owner};
use crate::krm::{Document, Node, Source, Split, split, split_again};
use crate::node_group;
use crate::problem::rules::migrate as rule;
use crate::problem::{Problem, Problems, first_of};

use appliers::Appliers;
use notes::notes;
use open_stack::{OfOpenStack, Seen};
use scalers::{autoscaled, no_autoscalers};

pub(crate) use crate::node_group::Impact;
pub(crate) use changes::Change;
pub(crate) use inputs::{has_facts, is_of_one_cluster, needs_facts};
pub(crate) use print::{json_patch, patches, printed, text};

/// One object, whatever its version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    /// API group, empty for the core group.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Namespace, empty for none.
    pub namespace: String,
    /// Name.
    pub name: String,
}

/// How one object differs.
#[derive(Debug)]
pub(crate) struct Difference {
    /// Which object.
    pub object: Identity,
    /// `apiVersion`, as it was rendered or lives.
    pub api_version: String,
    /// What the cluster runs, without what it added by itself; `None` when it does not have the object.
    pub live: Option<Node>,
    /// What was rendered; `None` when it is no longer rendered.
    pub rendered: Option<Node>,
    /// Every field that differs.
    pub changes: Vec<Change>,
}

/// The outcome.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// Objects that differ, in the order in which they were rendered, then those that are no longer rendered.
    pub differences: Vec<Difference>,
    /// How many objects were compared.
    pub compared: usize,
    /// Everything that was found.
    pub problems: Problems,
}

impl Identity {
    fn of(document: &Document<'_>) -> Self {
        Self {
            group: document.group().to_owned(),
            kind: document.kind.to_string(),
            namespace: document.namespace.to_string(),
            name: document.name.to_string(),
        }
    }

    /// Group and kind. A list that stands for itself is empty: the cluster was asked for the kind, and has none.
    fn kind_of(&self) -> (&str, &str) {
        let empty = (self.kind.strip_suffix("List")).filter(|_| self.name.is_empty());
        (&self.group, empty.unwrap_or(&self.kind))
    }

    /// Whether pools are made of it.
    fn is_of_pools(&self) -> bool {
        node_group::find(&self.group, &self.kind).is_some()
    }
}

/// The infrastructure names of the clusters that a dump is of.
pub(crate) fn clusters_of(live: &[Source]) -> Result<Vec<String>, Vec<Problem>> {
    let mut problems = Problems::new();
    let splits: Vec<Option<Split<'_>>> = (live.iter())
        .map(|source| problems.take(split(source)))
        .collect();
    let splits: Vec<Split<'_>> = splits.into_iter().flatten().collect();
    crate::capture::check(&splits, &mut problems);
    if problems.has_errors() {
        return Err(problems.into_iter().collect());
    }
    let gathered = crate::facts::gather(&splits, None, &mut Problems::new());
    let clusters = gathered.clusters.into_iter();
    let named = clusters.filter_map(|cluster| cluster.infrastructure_name);
    Ok(named.map(|fact| fact.value.to_string()).collect())
}

/// Compares bare documents with a dump of a cluster.
pub(crate) fn compare(rendered: &str, live: &[Source]) -> Comparison {
    let mut comparison = Comparison::default();
    let problems = &mut comparison.problems;
    let source = Source::new("rendered", rendered);
    let rendered = problems.take(split_again(&source));
    let splits: Vec<Option<Split<'_>>> = (live.iter())
        .map(|source| problems.take(split(source)))
        .collect();
    let (Some(rendered), true) = (rendered, splits.iter().all(Option::is_some)) else {
        return comparison;
    };
    let splits: Vec<Split<'_>> = splits.into_iter().flatten().collect();
    crate::capture::check(&splits, problems);
    comparison
        .problems
        .extend(another_cluster(&rendered, &splits));
    let documents: Vec<&Document<'_>> = splits.iter().flat_map(|split| &split.documents).collect();
    let there: BTreeMap<Identity, &Document<'_>> = (documents.iter())
        .map(|document| (Identity::of(document), *document))
        .collect();
    if !comparison.problems.has_errors() {
        all(&rendered, &there, &mut comparison);
        let named = |problem: Problem| {
            if problem.rule == &rule::NOT_COMPARED {
                crate::capture::not_named(problem, &documents)
            } else {
                problem
            }
        };
        let problems = std::mem::take(&mut comparison.problems);
        comparison.problems.extend(problems.into_iter().map(named));
    }
    comparison
}

/// MachineSets of a cluster that nothing was rendered for: every difference would be nonsense.
fn another_cluster(rendered: &Split<'_>, live: &[Split<'_>]) -> Option<Problem> {
    let cluster = |document: &Document<'_>| {
        let form = node_group::with_machines(document)?;
        let node = document.node().ok()?;
        form.shows(&node).cluster.map(str::to_owned)
    };
    let ours = rendered.documents.iter();
    let ours: BTreeSet<String> = ours.filter_map(cluster).collect();
    let documents = live.iter().flat_map(|split| &split.documents);
    let mut theirs = documents.filter_map(|document| Some((document, cluster(document)?)));
    let (document, other) =
        theirs.find(|(_, cluster)| !ours.is_empty() && !ours.contains(cluster))?;
    let place = document.place(document.range.start..document.range.start, "");
    let message = format!(
        "{} `{}` is of cluster `{other}`",
        document.kind, document.name
    );
    let ours: Vec<String> = ours.into_iter().collect();
    Some(
        Problem::new(&rule::CLUSTERS_MIXED, place, message)
            .fact(format!("rendered for cluster `{}`", ours.join("`, `")))
            .help("compare with a dump of that cluster, or name the facts of this one"),
    )
}

fn all(
    rendered: &Split<'_>,
    there: &BTreeMap<Identity, &Document<'_>>,
    comparison: &mut Comparison,
) {
    let kinds: BTreeSet<(&str, &str)> = there.keys().map(Identity::kind_of).collect();
    let mut unseen = BTreeSet::new();
    let mut made = BTreeSet::new();
    let mut owners = BTreeSet::new();
    let (autoscaled, scalers) = autoscaled(rendered);
    let mut handed_over = Vec::new();
    let mut appliers = Appliers::default();
    let mut elsewhere: BTreeMap<Owner, Vec<String>> = BTreeMap::new();
    for document in &rendered.documents {
        let identity = Identity::of(document);
        let node = document.node();
        owners.extend(node.as_ref().ok().and_then(Owner::of_node));
        made.insert(identity.clone());
        let kind = (identity.group.as_str(), identity.kind.as_str());
        if !identity.is_of_pools() && !kinds.contains(&kind) {
            unseen.insert((identity.kind.clone(), identity.group.clone()));
            continue;
        }
        let live = there.get(&identity).copied();
        let Some((node, live)) = both(node, live, &mut comparison.problems) else {
            continue;
        };
        comparison.compared += 1;
        if live
            .as_ref()
            .is_some_and(|live| Owner::of_node(live).is_none())
            && Owner::of_node(&node).is_some()
        {
            handed_over.push(identity.name.clone());
        }
        appliers.add(live.as_ref(), &node, &identity);
        let is_scaled = autoscaled.contains(&identity.name);
        comparison
            .differences
            .extend(one(identity, live, Some(node), is_scaled));
    }
    for (identity, document) in there.iter().filter(|(one, _)| !made.contains(one)) {
        let node = perhaps_ours(document, &mut comparison.problems);
        let Some(owner) = node.as_ref().and_then(Owner::of_node) else {
            continue;
        };
        if owners.contains(&owner) {
            comparison.compared += 1;
            let difference = one(identity.clone(), node, None, false);
            comparison.differences.extend(difference);
        } else if !node.as_ref().is_some_and(|node| appliers.is_another(node)) {
            let title = format!("{} `{}`", identity.kind, identity.name);
            elsewhere.entry(owner).or_default().push(title);
        }
    }
    (comparison.problems).extend(comparison.differences.iter().filter_map(access::judge));
    (comparison.problems).extend(open_stack::judge(&comparison.differences));
    comparison.problems.extend(appliers.problems());
    let not_rendered = |(owner, objects): (&Owner, &Vec<String>)| not_rendered(owner, objects);
    (comparison.problems).extend(elsewhere.iter().map(not_rendered));
    let unseen_scalers = (scalers.iter()).filter(|def| !kinds.contains(&(def.group, def.kind)));
    (comparison.problems).extend(unseen_scalers.map(|def| no_autoscalers(def)));
    (comparison.problems).extend(scalers::fighting(rendered, there));
    notes(&unseen, &handed_over, &mut comparison.problems);
}

/// What was rendered and what lives. What cannot be read is neither equal nor absent.
fn both(
    rendered: Result<Node, Vec<Problem>>,
    live: Option<&Document<'_>>,
    problems: &mut Problems,
) -> Option<(Node, Option<Node>)> {
    let live = live.map(Document::node).transpose();
    let (rendered, live) = (problems.take(rendered), problems.take(live));
    Some((rendered?, live?))
}

/// A live object that may carry our mark. One that cannot be read is neither left behind nor not.
fn perhaps_ours(document: &Document<'_>, problems: &mut Problems) -> Option<Node> {
    let marked = document.mentions(FROM);
    marked.then(|| problems.take(document.node())).flatten()
}

/// Live objects of a placeholder that was removed, or is rendered elsewhere: nothing was rendered from it here.
fn not_rendered(owner: &Owner, objects: &[String]) -> Problem {
    let (listed, is) = (listed(objects), is(objects));
    let message = format!("{listed} {is} made from {owner}, of which nothing is rendered");
    let place = crate::problem::Place::default();
    Problem::new(&rule::NOT_RENDERED, place, message)
        .help("was it removed? Then they stay until somebody deletes them; is it rendered elsewhere? Then compare them there")
}

fn listed(objects: &[String]) -> String {
    first_of(objects.iter().cloned(), 3)
}

fn is(objects: &[String]) -> &'static str {
    if objects.len() == 1 { "is" } else { "are" }
}

fn one(
    object: Identity,
    mut live: Option<Node>,
    mut rendered: Option<Node>,
    autoscaled: bool,
) -> Option<Difference> {
    let api_version = [&rendered, &live]
        .into_iter()
        .flatten()
        .find_map(|node| node.str_at(&["apiVersion"]))
        .unwrap_or("")
        .to_owned();
    let of_pools = node_group::find(&object.group, &object.kind);
    let form = of_pools.map(|(form, _)| form);
    let seen = Seen::of(&object, live.as_ref(), rendered.as_ref());
    if let (Some(live), Some(rendered)) = (&mut live, &mut rendered) {
        open_stack::settle(seen, live, rendered);
        made_by_cluster::settle(form, live, rendered, autoscaled);
    }
    for node in [&mut live, &mut rendered].into_iter().flatten() {
        made_by_cluster::clean(form, node);
    }
    secret::hide(&object, live.as_mut(), rendered.as_mut());
    let sides = (live.as_ref(), rendered.as_ref());
    let of_open_stack = seen.map(|seen| OfOpenStack::of(seen, sides.0, sides.1));
    let changes = changes::of(of_pools, of_open_stack.as_ref(), sides);
    (!changes.is_empty()).then_some(Difference {
        object,
        api_version,
        live,
        rendered,
        changes,
    })
}

#[cfg(test)]
mod tests;
