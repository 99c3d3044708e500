//! The class that claims of the control plane ask for, against those that the cluster has.

use std::collections::BTreeSet;

use crate::krm::Node;
use crate::plan::Made;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems, did_you_mean, first_of};

use super::cloud::Cloud;
use super::objects::{CORE, STORAGE_CLASS};

/// Names of classes that a problem lists.
const LISTED: usize = 6;

/// Says it of classes that are not there. Where none was saved from the cluster, nobody knows.
pub(super) fn check(cloud: &Cloud<'_>, own: &[Made], before: &[Made], problems: &mut Problems) {
    let given = cloud.given("storage.k8s.io", STORAGE_CLASS.kind);
    let given = given.filter(|((source, _), _)| cloud.is_of_cluster(*source));
    let given: Vec<_> = given.map(|(_, document)| document).collect();
    // a manifest in Git is not all that the cluster has
    if !given.iter().any(|document| document.is_live()) {
        return;
    }
    let names = given.iter().map(|document| document.name.to_string());
    let seen: BTreeSet<String> = names.collect();
    let made = own.iter().chain(before);
    let made = made.filter(|made| made.cluster == cloud.cluster);
    let made: Vec<&Node> = made.map(|made| made.node.as_ref()).collect();
    let is_made = |class: &str| {
        made.iter().any(|node| {
            node.str_at(&["kind"]) == Some(STORAGE_CLASS.kind)
                && node.str_at(&["metadata", "name"]) == Some(class)
        })
    };
    for (class, place) in asked(cloud, own) {
        if !seen.contains(&class) && !is_made(&class) {
            problems.push(unknown(&class, place, &seen));
        }
    }
}

/// Classes that are asked for, and where.
fn asked(cloud: &Cloud<'_>, own: &[Made]) -> Vec<(String, Place)> {
    let mut asked = Vec::new();
    let asks = |made: &Made| {
        let node = made.node.as_ref();
        ["storageClass", "storageClassName"]
            .iter()
            .any(|field| node.str_at(&["spec", field]) == Some(cloud.class()))
    };
    if own.iter().any(asks) {
        let place = cloud.place("spec.storage.class");
        asked.push((cloud.class().to_owned(), place));
    }
    for (_, document) in cloud.given_here(CORE, "OpenStackControlPlane") {
        let Some(root) = document.node().ok().filter(|_| !document.is_live()) else {
            continue;
        };
        if let Some(class) = root.str_at(&["spec", "storageClass"]) {
            let place = crate::api::place(document, &root, "spec.storageClass");
            asked.push((class.to_owned(), place));
        }
    }
    asked
}

fn unknown(class: &str, place: Place, seen: &BTreeSet<String>) -> Problem {
    let message = format!("the cluster has no StorageClass `{class}`: claims of it stay pending");
    let near = did_you_mean(class, seen.iter().map(String::as_str));
    let problem = Problem::new(&rule::STORAGE_CLASS, place, message);
    let problem = problem.values(class, near.map(str::to_owned));
    let problem = match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    };
    let names = seen.iter().map(|name| format!("`{name}`"));
    let names: Vec<String> = names.collect();
    problem.fact(format!(
        "the input and the facts show {}",
        first_of(names.into_iter(), LISTED)
    ))
    .help("write one of these; if there are more, save all of them: `oc get storageclasses.storage.k8s.io -o yaml > classes.yaml`")
}
