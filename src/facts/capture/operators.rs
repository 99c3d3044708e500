//! Operators that the dump shows as installed: Subscriptions of OLM.

use std::collections::BTreeMap;

use crate::api::FROM;
use crate::api::cluster_facts::InstalledOperator;
use crate::facts::ClusterFacts;
use crate::krm::Split;
use crate::problem::rules::migrate as rule;
use crate::problem::{Problem, Problems};

/// Package to what is known of it and the object that says so.
pub(super) type Installed = BTreeMap<String, (InstalledOperator, String)>;

/// Operators of the Subscriptions, and those that a ClusterFacts of the input names.
pub(super) fn read(
    splits: &[Split<'_>],
    facts: &ClusterFacts,
    problems: &mut Problems,
) -> Installed {
    let mut installed = Installed::new();
    for (package, fact) in &facts.operators {
        let known = (fact.value.clone(), fact.origin.object.clone());
        installed.insert(package.clone(), known);
    }
    let documents = splits.iter().flat_map(|split| &split.documents);
    let mut subscriptions: Vec<_> = documents
        .filter(|one| one.is("operators.coreos.com", "Subscription"))
        .collect();
    subscriptions.sort_by_key(|one| (one.namespace.to_string(), one.name.to_string()));
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for document in subscriptions {
        let Some(node) = problems.take(document.node()) else {
            continue;
        };
        let Some(package) = node.str_at(&["spec", "name"]) else {
            continue;
        };
        // delivered by us: named as installed, the next render would leave it out, and Argo CD prune it
        if node.at(&["metadata", "annotations", FROM]).is_some() {
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
    installed
}
