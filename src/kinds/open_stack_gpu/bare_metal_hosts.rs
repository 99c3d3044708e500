//! BareMetalHosts of the input: whether there are as many for the nodes as there are nodes.

use std::collections::BTreeMap;

use crate::krm::{Document, Node};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems, first_of};

use super::cloud::Cloud;
use super::host_selectors::Wanted;

type Labels = BTreeMap<String, String>;

/// A host.
struct Host<'a> {
    name: &'a str,
    labels: Labels,
    /// Why OpenStack does not take it (openstack-baremetal-operator, `VerifyBaremetalSetScaleUp`).
    taken: Option<String>,
}

/// Says each selector that has fewer hosts than nodes. Without any host in the input nothing is known of them.
pub(super) fn few(
    cloud: &Cloud<'_>,
    set: &str,
    namespace: &str,
    all: &[Wanted],
    problems: &mut Problems,
) {
    let given = cloud.given("metal3.io", "BareMetalHost");
    let given = given.filter(|((at, _), _)| cloud.is_of_cluster(*at));
    let mut hosts: Vec<Host<'_>> = Vec::new();
    let mut is_any = false;
    for (_, document) in given {
        is_any = true;
        if document.namespace == namespace
            && let Some(host) = host(cloud, set, document)
        {
            hosts.push(host);
        }
    }
    if !is_any {
        return;
    }
    let mut said: Vec<&Labels> = Vec::new();
    for wanted in all {
        if said.contains(&&wanted.labels) {
            continue;
        }
        said.push(&wanted.labels);
        let nodes = all.iter().filter(|one| has(&one.labels, &wanted.labels));
        let nodes: Vec<String> = nodes.map(|one| format!("`{}`", one.node)).collect();
        let (taken, free): (Vec<&Host<'_>>, Vec<&Host<'_>>) = hosts
            .iter()
            .filter(|host| has(&host.labels, &wanted.labels))
            .partition(|host| host.taken.is_some());
        if free.len() >= nodes.len() {
            continue;
        }
        let message = format!(
            "{} wait{} for a BareMetalHost of `{namespace}`{}, and {} of the input can be taken",
            first_of(nodes.iter().cloned(), 5),
            if nodes.len() == 1 { "s" } else { "" },
            with(&wanted.labels),
            match free.len() {
                0 => "none".to_owned(),
                count => count.to_string(),
            },
        );
        let mut problem = Problem::new(&rule::BMH_FEW, wanted.place.clone(), message);
        for host in taken.iter().take(5) {
            let why = host.taken.as_deref().unwrap_or_default();
            problem = problem.fact(format!("BareMetalHost `{}` {why}", host.name));
        }
        problems.push(problem.help(
            "label more hosts, or add them; `oc get bmh -A --show-labels` shows what there is",
        ));
    }
}

/// ` with `app: openstack``
fn with(labels: &Labels) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let labels = labels.iter().map(|(key, value)| format!("{key}: {value}"));
    format!(" with `{}`", labels.collect::<Vec<_>>().join(", "))
}

fn has(labels: &Labels, wanted: &Labels) -> bool {
    wanted
        .iter()
        .all(|(key, value)| labels.get(key) == Some(value))
}

fn host<'a>(cloud: &Cloud<'_>, set: &str, document: &'a Document<'_>) -> Option<Host<'a>> {
    let root = document.node().ok()?;
    let labels = root
        .at(&["metadata", "labels"])
        .map_or(&[][..], Node::entries);
    let labels = labels.iter().map(|entry| {
        let value = entry.value.text().unwrap_or_default();
        (entry.key.clone(), value.to_owned())
    });
    let labels = labels.collect();
    let name = document.name.as_ref();
    let of = |key: &str| root.str_at(&["spec", "consumerRef", key]);
    let is_ours = of("kind") == Some("OpenStackBaremetalSet")
        && of("name") == Some(set)
        && of("namespace") == Some(cloud.namespace);
    let spec = |path: &[&str]| root.get("spec").and_then(|spec| spec.at(path));
    let taken = if is_ours {
        None
    } else if let Some(kind) = of("kind") {
        let name = of("name").unwrap_or_default();
        Some(format!("is that of {kind} `{name}`"))
    } else if spec(&["externallyProvisioned"]).and_then(Node::text) == Some("true") {
        Some("is installed by somebody else: `externallyProvisioned`".to_owned())
    } else if spec(&["image", "url"]).is_some() || spec(&["customDeploy"]).is_some() {
        Some("has an image already".to_owned())
    } else {
        None
    };
    Some(Host {
        name,
        labels,
        taken,
    })
}
