//! Objects of the input without a namespace, as manifests for kustomize are: whose they are nobody says, and beside a
//! control plane that is not taken for the one of the namespace a second one would be made.

use crate::krm::Document;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::cloud::Cloud;
use super::node_set;
use super::objects::CORE;

/// Kinds that are completed or that decide what is made, and whether a namespace has one of them at most.
const KINDS: [(&str, &str, bool); 4] = [
    (CORE, "OpenStackControlPlane", true),
    (CORE, "OpenStackVersion", true),
    ("network.openstack.org", "NetConfig", true),
    (node_set::GROUP, node_set::KIND, false),
];

/// Those of a kind that may be of the cloud, by all that is known: where a namespace has one at most, it has none.
pub(super) fn astray<'a>(
    cloud: &Cloud<'a>,
    group: &'a str,
    kind: &'a str,
) -> Vec<((usize, usize), &'a Document<'a>)> {
    let known = |(of, name, _): &&(&str, &str, bool)| *of == group && *name == kind;
    let Some((_, _, is_one)) = KINDS.iter().find(known) else {
        return Vec::new();
    };
    let mut all = cloud.given(group, kind);
    if *is_one && all.any(|(_, document)| document.namespace == cloud.namespace) {
        return Vec::new();
    }
    cloud
        .given(group, kind)
        .filter(|(id, document)| document.namespace.is_empty() && cloud.is_of_cluster(id.0))
        .collect()
}

/// Says it of each.
pub(super) fn check(cloud: &Cloud<'_>, problems: &mut Problems) {
    for (group, kind, _) in KINDS {
        for (_, document) in astray(cloud, group, kind) {
            let message = format!(
                "{kind} `{}` has no namespace: it is not taken for that of `{}`",
                document.name, cloud.namespace
            );
            let start = document.range.start;
            let place = match document.node() {
                Ok(root) => crate::api::place(document, &root, "metadata.name"),
                Err(_) => document.place(start..start, "metadata.name"),
            };
            let problem = Problem::new(&rule::NAMESPACE, place, message);
            problems.push(problem.help(format!(
                "write `namespace: {}` beside its name",
                cloud.namespace
            )));
        }
    }
}
