//! Platforms among the input's documents: what is there already, and what is completed of it.

use std::collections::BTreeMap;

use crate::api::{OurKind, Owner};
use crate::facts::Gathered;
use crate::kinds::gpu_machine_set::earlier_pools;
use crate::kinds::gpu_platform;
use crate::kinds::gpu_platform::across_clusters::EACH_ON_ITS_OWN;
use crate::kinds::gpu_platform::needed::Needed;
use crate::krm::complete::{self, CannotComplete, Edits};
use crate::krm::{Document, Kind, Node, Split, embedded, emit};
use crate::operator::{self, Addition, Delivered, Installed, Shown};
use crate::plan::Plan;
use crate::problem::rules::platform as rule;
use crate::problem::{Place, Problem, Problems};
use crate::types::InfraName;

use crate::expand::changes::Changes;
use crate::expand::existing::{Existing, Standing};
use crate::expand::other_appliers::Others;
use crate::expand::placeholders::Found;
use crate::expand::{leftovers, what_leaves};

/// Plans all platforms. Gives what is there already.
pub(super) fn plan(
    splits: &[Split<'_>],
    existing: &Existing<'_, '_>,
    found: &Found<'_>,
    gathered: &Gathered,
    plan: &mut Plan,
    problems: &mut Problems,
) -> Installed {
    let pools_here = found.pools.iter().map(|pool| pool.read.name.clone());
    let pools_here: Vec<String> = pools_here.collect();
    let others = Others::find(existing, &pools_here, gathered);
    let mut installed = installed(existing, found, &others, gathered, problems);
    let is_made = |document: &Document<'_>| !what_leaves::is_live(document);
    let documents = existing.inputs().map(|one| one.document);
    let mut earlier = earlier_pools::pools(documents, is_made, &pools_here);
    // what runs on all GPU nodes must reckon with the pools of others too
    let documents = existing.all().map(|one| one.document);
    let of_others = |document: &Document<'_>| others.apply(document);
    earlier.extend(earlier_pools::pools(documents, of_others, &pools_here));
    let needed: Vec<Needed> = (found.others.iter())
        .filter_map(|one| Needed::by(one.as_ref(), splits, gathered))
        .collect();
    let input = gpu_platform::Input {
        platforms: &found.platforms,
        needed: &needed,
        unread: found.unread_platform,
        placeholders: &found.pools,
        earlier: &earlier,
        gathered,
        installed: &mut installed,
    };
    plan.platforms = gpu_platform::plan(input, &mut plan.pools, problems);
    plan.earlier = earlier;
    installed
}

fn installed(
    existing: &Existing<'_, '_>,
    found: &Found<'_>,
    others: &Others,
    gathered: &Gathered,
    problems: &mut Problems,
) -> Installed {
    // made by a GpuPlatform that this run does not see: what the pools imply completes it and never replaces it
    let unseen = found.platforms.is_empty();
    let mut installed = Installed::default();
    let concerned = |one: &&Standing<'_, '_>| {
        let document = one.document;
        operator::concerns(document.group(), &document.kind, &document.name)
    };
    for one in existing.counting().filter(concerned) {
        let (document, at) = (one.document, one.id.0);
        // an operator that cannot be read would be installed a second time
        let Some(node) = one.node(problems) else {
            continue;
        };
        let by_another = unseen
            && !one.is_live()
            && Owner::of(document).is_some_and(|owner| !owner.is_implied());
        // what a GpuPlatform of this input asks for is made, whoever made it before
        let applier = unseen
            .then(|| others.installs(&node, document, at, gathered))
            .flatten();
        let is_kept = is_ours(&node) && !by_another && applier.is_none();
        let of_access = Owner::of(document).is_some_and(|one| one.is(OurKind::GpuAccess));
        if of_access && !one.is_live()
            || is_kept && !(unseen && document.kind == "ClusterAutoscaler")
        {
            continue;
        }
        let own = one.is_delivered();
        // what the output delivers, it delivers everywhere
        let cluster = gathered.sources.get(&at).filter(|_| !own).cloned();
        let delivered = operator::contents(document.group(), &document.kind, &node).into_iter();
        (installed.objects).extend(delivered.map(|one| within(document, one, cluster.clone())));
        let shown = Shown {
            group: document.group().to_owned(),
            kind: document.kind.to_string(),
            name: document.name.to_string(),
            namespace: document.namespace.to_string(),
            place: document.place(node.span.start..node.span.start, ""),
            fields: if own {
                fields(document, &node)
            } else {
                BTreeMap::new()
            },
            node,
            within: None,
            applier,
            cluster,
            document: own.then_some(one.id),
        };
        if is_kept {
            installed.autoscalers_made_before.push(shown);
        } else {
            installed.objects.push(shown);
        }
    }
    if others.knows_nobody() {
        installed.applied.clone_from(&others.applied);
    }
    problems.extend(of_no_cluster(&installed, gathered));
    installed
}

/// Where the fields under `spec` stand, by path.
fn fields(document: &Document<'_>, node: &Node) -> BTreeMap<String, Place> {
    let mut fields = BTreeMap::new();
    let mut open: Vec<(String, &Node)> = Vec::new();
    open.extend(node.get("spec").map(|spec| (String::new(), spec)));
    while let Some((under, node)) = open.pop() {
        for entry in node.entries() {
            let path = match under.as_str() {
                "" => entry.key.clone(),
                under => format!("{under}.{}", entry.key),
            };
            let is_value = entry.value.entries().is_empty() && entry.value.items().is_empty();
            let span = if is_value {
                &entry.value.span
            } else {
                &entry.key_span
            };
            let place = document.place(span.clone(), format!("spec.{path}"));
            fields.insert(path.clone(), place);
            open.push((path, &entry.value));
        }
    }
    fields
}

/// An object that a document of the input or of the facts installs.
fn within(document: &Document<'_>, one: Delivered, cluster: Option<InfraName>) -> Shown {
    let text = |path: &[&str]| one.node.str_at(path).unwrap_or_default().to_owned();
    let title = match document.namespace.as_ref() {
        "" => format!("{} {}", document.kind, document.name),
        namespace => format!("{} {namespace}/{}", document.kind, document.name),
    };
    Shown {
        name: text(&["metadata", "name"]),
        namespace: text(&["metadata", "namespace"]),
        place: document.place(one.node.span.start..one.node.span.start, ""),
        fields: BTreeMap::new(),
        group: one.group,
        kind: one.kind,
        node: one.node.into(),
        within: Some(title),
        applier: None,
        cluster,
        document: None,
    }
}

/// Objects that count for every cluster, since nothing says which is theirs.
fn of_no_cluster(installed: &Installed, gathered: &Gathered) -> Option<Problem> {
    if !gathered.several {
        return None;
    }
    let nowhere = |one: &&Shown| one.document.is_none() && one.cluster.is_none() && one.matters();
    let mut objects = installed.objects.iter().filter(nowhere);
    let first = objects.next()?;
    let more = match objects.count() {
        0 => "does not say which cluster it is of, and counts for all".to_owned(),
        more => format!("and {more} more do not say which cluster they are of, and count for all"),
    };
    let message = format!("{} `{}` {more}", first.kind, first.name);
    Some(
        Problem::new(&rule::CLUSTER_NOT_SHOWN, first.place.clone(), message)
            .help("put the dump of each cluster into a file of its own, with its Infrastructure"),
    )
}

/// Made by a platform in an earlier run: made anew, and not there on anybody else's account.
pub(super) fn is_ours(node: &Node) -> bool {
    Owner::of_node(node).is_some_and(|owner| owner.is(OurKind::GpuPlatform))
}

/// Adds to the user's objects what the pools need; their other bytes stay.
pub(super) fn complete(
    splits: &[Split<'_>],
    plan: &Plan,
    changes: &mut Changes,
    problems: &mut Problems,
) {
    for (document, edits) in &plan.edits {
        changes.edit(*document, edits.clone());
    }
    for (at, index, additions) in together(plan, problems) {
        let document = splits.get(at).and_then(|split| split.documents.get(index));
        let Some(document) = document else { continue };
        let Ok(node) = document.node() else { continue };
        let mut added = Vec::new();
        for addition in &additions {
            match edits(document, &node, addition) {
                Ok(edits) => {
                    changes.edit((at, index), edits);
                    added.push((dotted(addition.path), &addition.value));
                }
                Err(reason) => problems.push(by_hand(document, &node, addition, reason)),
            }
        }
        leftovers::completed(document, &node, &added, problems);
    }
}

/// The additions to each document, from the platforms of all clusters: each once, lists as their union.
fn together(plan: &Plan, problems: &mut Problems) -> Vec<(usize, usize, Vec<Addition>)> {
    let mut all: BTreeMap<(usize, usize), Vec<Addition>> = BTreeMap::new();
    let completions = plan.platforms.iter().flat_map(|one| &one.completions);
    let completions = completions.chain(&plan.completions);
    for completion in completions {
        let known = all.entry(completion.document).or_default();
        for addition in &completion.additions {
            let Some(same) = known.iter_mut().find(|one| one.path == addition.path) else {
                known.push(addition.clone());
                continue;
            };
            if same.value == addition.value {
                continue;
            }
            match (&mut same.value.kind, &addition.value.kind) {
                (Kind::List(items), Kind::List(more)) => {
                    let new = more.iter().filter(|item| !items.contains(item));
                    let new: Vec<Node> = new.cloned().collect();
                    items.extend(new);
                }
                _ => problems.push(differ(addition)),
            }
        }
    }
    let all = all.into_iter();
    all.map(|((at, index), additions)| (at, index, additions))
        .collect()
}

/// `metadata.labels["openshift.io/cluster-monitoring"]`
fn dotted(path: &[&str]) -> String {
    let mut out = String::new();
    for key in path {
        match (key.contains(['.', '/']), out.is_empty()) {
            (true, _) => out.extend(["[\"", key, "\"]"]),
            (false, true) => out.push_str(key),
            (false, false) => out.extend([".", key]),
        }
    }
    out
}

fn differ(addition: &Addition) -> Problem {
    let path = addition.path.join(".");
    let message = format!("`{path}` differs between the clusters of one output");
    Problem::new(&rule::PLATFORMS_DIFFER, Place::default(), message)
        .fact(addition.message.clone())
        .help(EACH_ON_ITS_OWN)
}

fn edits(
    document: &Document<'_>,
    node: &Node,
    addition: &Addition,
) -> Result<Edits, CannotComplete> {
    if addition.as_text {
        return embedded::merge(document, node, addition.path, &addition.value);
    }
    if let Kind::List(items) = &addition.value.kind {
        return complete::add_items(document, node, addition.path, items);
    }
    let (key, parents) = addition.path.split_last().ok_or(CannotComplete::Layout)?;
    complete::add_entry(document, node, parents, key, &addition.value)
}

fn by_hand(
    document: &Document<'_>,
    node: &Node,
    addition: &Addition,
    reason: CannotComplete,
) -> Problem {
    let message = format!(
        "{} `{}` cannot be completed: {reason}",
        document.kind, document.name
    );
    let place = document.place(node.span.start..node.span.start, addition.path.join("."));
    Problem::new(&rule::CANNOT_COMPLETE_OPERAND, place, message).help(format!(
        "add by hand:\n{}",
        emit::block(&addition.lines(), 0).trim_end()
    ))
}
