//! What must hold of a dump before anything is read out of it.

use crate::cluster::ClusterFacts;
use crate::krm::{Document, Kind, Node, Split, stray};
use crate::node_group::{self, NODE_GROUPS, Role};
use crate::problem::rules::{krm, migrate as rule};
use crate::problem::{Place, Problem, Problems, first_of};
use crate::types::machine_api::CLUSTER;

/// Saves from a cluster all that `facts` reads. These kinds exist on every OpenShift with the Machine API, so that
/// `oc` does not refuse the whole line.
pub(crate) const LINE: &str = "oc get infrastructures.config.openshift.io,clusterversions.config.openshift.io,machinesets.machine.openshift.io,machineautoscalers.autoscaling.openshift.io,clusterautoscalers.autoscaling.openshift.io,subscriptions.operators.coreos.com,operatorgroups.operators.coreos.com -A -o yaml";

/// Reports dumps that are empty or cut off, and Secrets in them.
pub(crate) fn check(splits: &[Split<'_>], problems: &mut Problems) {
    let documents = || splits.iter().flat_map(|split| &split.documents);
    if let (None, Some(first)) = (documents().next(), splits.first()) {
        let place = Place::in_file(first.source.name.as_str());
        let problem = Problem::new(&krm::EMPTY_INPUT, place, "no object in the dump");
        problems.push(problem.help(format!(
            "save one from the cluster: `{LINE} > cluster.yaml`"
        )));
    } else {
        problems.extend(splits.iter().filter_map(|split| stray::empty(split.source)));
    }
    let again = format!("save it again: `{LINE} > cluster.yaml`");
    for document in documents() {
        let half = stray::half_saved(document, &again);
        let is_cut = || document.kind.is_empty() || is_headless_list(document);
        let half = half.or_else(|| is_cut().then(|| stray::cut_off(document, &again)));
        problems.extend(half);
    }
    let secrets: Vec<&Document<'_>> = documents().filter(|one| one.is("", "Secret")).collect();
    if let Some(first) = secrets.first() {
        let place = first.place(first.range.start..first.range.start, "");
        let message = match secrets.len() {
            1 => format!("the dump holds Secret `{}`", first.name),
            count => format!(
                "the dump holds {count} Secrets, the first is `{}`",
                first.name
            ),
        };
        problems.push(
            Problem::new(&rule::SECRET_IN_DUMP, place, message)
                .help("nothing of it is copied; delete the dump when it is no longer needed"),
        );
    }
}

/// A list whose members are no objects: its text ends within one. A list without members is whole.
fn is_headless_list(document: &Document<'_>) -> bool {
    is_list(document) && !document.node().is_ok_and(|node| lists_nothing(&node))
}

/// A list that stands for itself: one with members was taken apart when it was read.
fn is_list(document: &Document<'_>) -> bool {
    document.kind.ends_with("List") && document.name.is_empty()
}

/// `items: []`, or `items: null`, which typed clients print; `items:` at the very end was cut off.
fn lists_nothing(list: &Node) -> bool {
    let is_last = list
        .entries()
        .last()
        .is_some_and(|last| last.key == "items");
    match list.get("items") {
        Some(items) if items.is_null() => !is_last || !items.span.is_empty(),
        Some(items) => matches!(&items.kind, Kind::List(items) if items.iter().all(Node::is_null)),
        None => false,
    }
}

/// Whether the dump lists a kind and there is none: then nothing of the kind exists where it was listed. A plain `List`
/// does not say of what kind it is.
pub(crate) fn lists_none_of(documents: &[&Document<'_>], group: &str, kind: &str) -> bool {
    let list = format!("{kind}List");
    documents
        .iter()
        .any(|one| one.is(group, &list) && is_list(one))
}

/// Whether it lists a kind that has machines, and there is none.
pub(crate) fn lists_no_machines(documents: &[&Document<'_>]) -> bool {
    let kinds = NODE_GROUPS.iter().flat_map(|form| form.kinds());
    let mut kinds = kinds.filter(|def| def.role == Role::Machines);
    kinds.any(|def| lists_none_of(documents, def.group, def.kind))
}

/// Says of a problem about something that is not in the dump which files may have listed it.
pub(crate) fn not_named(problem: Problem, documents: &[&Document<'_>]) -> Problem {
    let unnamed = documents
        .iter()
        .filter(|one| one.is("", "List") && is_list(one));
    let files = first_of(
        unnamed
            .map(|one| format!("`{}`", one.source.name))
            .collect::<Vec<_>>()
            .into_iter(),
        3,
    );
    if files.is_empty() {
        return problem;
    }
    problem.fact(format!(
        "{files}: an empty List, which does not say what it lists none of"
    ))
}

/// Reports MachineSets of another cluster.
pub(crate) fn one_cluster(splits: &[Split<'_>], facts: &ClusterFacts, problems: &mut Problems) {
    let Some(infra) = &facts.infrastructure_name else {
        return;
    };
    let documents = splits.iter().flat_map(|split| &split.documents);
    for document in documents.filter(|one| node_group::with_machines(one).is_some()) {
        let Ok(node) = document.node() else {
            continue;
        };
        let paths: [&[&str]; 2] = [
            &["metadata", "labels", CLUSTER],
            &["spec", "template", "metadata", "labels", CLUSTER],
        ];
        let labels = paths.iter().filter_map(|path| node.at(path));
        let other = labels
            .filter(|label| label.text() != Some(&infra.value))
            .find_map(Node::text);
        if let Some(other) = other {
            let place = document.place(node.span.clone(), "");
            let message = format!("MachineSet `{}` is of cluster `{other}`", document.name);
            problems.push(
                Problem::new(&rule::CLUSTERS_MIXED, place, message)
                    .fact(infra.quote("infrastructure name"))
                    .help("capture each cluster for itself, from a dump of its own"),
            );
        }
    }
}
