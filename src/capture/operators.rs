//! Operators that the dump shows as installed: by a Subscription, or, when nobody saved that, by an operand or by the
//! OperatorGroup in the operator's namespace.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::cluster_facts::InstalledOperator;
use crate::api::owner::is_made;
use crate::capture::dump;
use crate::cluster::ClusterFacts;
use crate::krm::{Document, Node, Split, applier};
use crate::operator;
use crate::problem::rules::migrate as rule;
use crate::problem::{Place, Problem, Problems};

const OLM: &str = "operators.coreos.com";

/// Package to what is known of it and the object that says so.
pub(crate) type Installed = BTreeMap<String, (InstalledOperator, String)>;

/// Operators that the dump shows, and those that a ClusterFacts of the input names.
pub(crate) fn read(
    splits: &[Split<'_>],
    facts: &ClusterFacts,
    problems: &mut Problems,
) -> Installed {
    let mut installed = Installed::new();
    for (package, fact) in &facts.operators {
        let known = (fact.value.clone(), fact.origin.object.clone());
        installed.insert(package.clone(), known);
    }
    let mut documents: Vec<&Document<'_>> = (splits.iter())
        .flat_map(|split| &split.documents)
        .filter(|one| operator::concerns(one.group(), &one.kind, &one.name))
        .collect();
    // OLM's objects know the namespace, so that they come first
    documents.sort_by_key(|one| (one.group() != OLM, &one.kind, &one.namespace, &one.name));
    let ours = subscriptions(&documents, &mut installed, problems);
    problems.extend(applied(&documents));
    shown(&documents, &ours, &mut installed);
    extensions(&documents, &mut installed);
    let all: Vec<&Document<'_>> = splits.iter().flat_map(|split| &split.documents).collect();
    let none = dump::lists_none_of(&all, OLM, "Subscription");
    if !none && !documents.iter().any(|one| one.group() == OLM) {
        problems.push(dump::not_named(unknown(facts), &all));
    }
    installed
}

/// Reads the Subscriptions; gives the packages of those that we delivered.
fn subscriptions(
    documents: &[&Document<'_>],
    installed: &mut Installed,
    problems: &mut Problems,
) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut ours = BTreeSet::new();
    for document in documents.iter().filter(|one| one.is(OLM, "Subscription")) {
        let Some(node) = problems.take(document.node()) else {
            continue;
        };
        let Some(package) = node.str_at(&["spec", "name"]) else {
            continue;
        };
        if is_ours(&node) {
            ours.insert(package.to_owned());
            continue;
        }
        let title = format!("Subscription/{}", document.name);
        let namespace = document.namespace.to_string();
        match seen.get(package) {
            Some(first) if *first != namespace => {
                let message = format!("`{package}` is installed in `{first}` and in `{namespace}`");
                let place = document.place(node.span.clone(), "spec.name");
                let problem = Problem::new(&rule::OPERATOR_TWICE, place, message);
                problems.push(problem.help("remove the Subscription that is not needed"));
                continue;
            }
            Some(_) => continue,
            None => seen.insert(package.to_owned(), namespace.clone()),
        };
        let operator = InstalledOperator {
            channel: node.str_at(&["spec", "channel"]).map(str::to_owned),
            namespace: Some(namespace).filter(|namespace| !namespace.is_empty()),
        };
        installed.insert(package.to_owned(), (operator, title));
    }
    ours
}

/// Who applies what we made: all others with pools here imply the same, and a ClusterFacts does not tell them apart.
fn applied(documents: &[&Document<'_>]) -> Vec<Problem> {
    let mut packages: BTreeMap<String, (Place, Vec<String>)> = BTreeMap::new();
    for document in documents.iter().filter(|one| one.is(OLM, "Subscription")) {
        let Ok(node) = document.node() else { continue };
        if let (true, Some(by)) = (is_ours(&node), applier(&node)) {
            let place = || document.place(node.span.start..node.span.start, "");
            let (_, names) = packages.entry(by).or_insert_with(|| (place(), Vec::new()));
            names.push(format!("`{}`", document.name));
        }
    }
    let said = packages.into_iter().map(|(by, (place, names))| {
        let names = names.join(", ");
        let message = format!("{names} are made by gpu-machineset and applied by {by}, so the facts leave them out");
        Problem::new(&rule::APPLIED_BY, place, message).help(format!(
            "pools that another than {by} applies need a GpuPlatform with `operators: {{}}` beside them, or both write the same objects in turn"
        ))
    });
    said.collect()
}

/// Delivered by us: named as installed, the next render would leave it out, and Argo CD prune it.
fn is_ours(node: &Node) -> bool {
    is_made(node)
}

/// What nobody subscribed to in this dump, but is there. Of an operand it is not known where its operator runs.
fn shown(documents: &[&Document<'_>], ours: &BTreeSet<String>, installed: &mut Installed) {
    for document in documents.iter().filter(|one| !one.is(OLM, "Subscription")) {
        if document.node().is_ok_and(|node| is_ours(&node)) {
            continue;
        }
        for package in operator::shown_by(document.group(), &document.kind, &document.namespace) {
            let namespace = (document.group() == OLM).then(|| document.namespace.to_string());
            let title = format!("{}/{}", document.kind, document.name);
            if !ours.contains(package) && !installed.contains_key(package) {
                let operator = InstalledOperator {
                    channel: None,
                    namespace,
                };
                installed.insert(package.to_owned(), (operator, title));
            }
        }
    }
}

/// What OLM v1 installed. Policies are left out: those of a hub are for other clusters, and on its own cluster a policy
/// has made the Subscription, which is in the dump.
fn extensions(documents: &[&Document<'_>], installed: &mut Installed) {
    for document in documents
        .iter()
        .filter(|one| one.kind == "ClusterExtension")
    {
        let Ok(node) = document.node() else { continue };
        for one in operator::contents(document.group(), &document.kind, &node) {
            let text = |path: &[&str]| one.node.str_at(path).map(str::to_owned);
            let Some(package) = text(&["spec", "name"]) else {
                continue;
            };
            let known = InstalledOperator {
                channel: text(&["spec", "channel"]),
                namespace: text(&["metadata", "namespace"]),
            };
            let title = format!("{}/{}", document.kind, document.name);
            installed.entry(package).or_insert((known, title));
        }
    }
}

/// Every OpenShift with OLM has an OperatorGroup, `global-operators`: a dump without any was made without them.
fn unknown(facts: &ClusterFacts) -> Problem {
    let message = format!(
        "the dump of cluster `{}` does not show which operators are installed",
        facts.name
    );
    let line = operator::SAVE_INSTALLED;
    Problem::new(&rule::FACT_LEFT_OUT, Place::default(), message)
        .help(format!(
            "save it and name both files: `{line} > operators.yaml`"
        ))
        .help(format!(
            "or save all at once: `{} > cluster.yaml`",
            dump::LINE
        ))
}
