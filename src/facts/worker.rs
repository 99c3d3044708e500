//! MachineSets that can be cloned, raw or captured.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::read::{Object, Reading};
use super::sources::ROWS;
use super::value;
use super::{Fact, Worker};
use crate::api::owner::is_made;
use crate::cloud;
use crate::cluster::source;
use crate::cluster::worker::{DELETED, GPUS, WINDOWS};
use crate::krm::Node;
use crate::krm::scalar::Resolved;
use crate::problem::Problems;
use crate::types::Zone;
use crate::types::machine_api::{CAPACITY_LABELS, PROVIDER_SPEC};
use crate::types::metadata_keys::{Reader, is_foreign};

const PROVIDER_PREFIX: &str = ".spec.template.spec.providerSpec.value";
const ROLE: &str = "machine.openshift.io/cluster-api-machine-role";

/// What a raw MachineSet states. Nothing for ours (they are results, not facts), for one without a provider spec (a
/// patch), and for one whose infrastructure name is no name (a template that somebody else fills in).
pub(super) fn raw(object: &Object<'_>, problems: &mut Problems) -> Option<Reading> {
    let node = &object.node;
    if is_made(node) {
        return None;
    }
    let provider_spec = node.at(&PROVIDER_SPEC).filter(|spec| !spec.is_empty())?;
    let mut odd = Problems::new();
    let rows = ROWS.iter().filter(|row| row.kind == source::SET);
    let mut statements = object.statements(rows, node, "", &mut odd);
    statements.extend(object.of_provider_spec(provider_spec, PROVIDER_PREFIX, &mut odd));
    let zone = zone(object, provider_spec, PROVIDER_PREFIX, &mut odd);
    let reserved = reserved(node);
    if !odd.is_empty() {
        // what is no plain worker may be a template of another tool
        if reserved.is_none() {
            problems.extend(odd);
        }
        return None;
    }
    let worker = Worker {
        name: object.name.clone(),
        zone,
        provider_spec: Rc::new(provider_spec.clone()),
        labels: labels(node.at(&["metadata", "labels"])),
        template_labels: labels(node.at(&["spec", "template", "metadata", "labels"])),
        machine_set: Some(Rc::clone(node)),
        replicas: number(node.at(&["spec", "replicas"])),
        origin: object.origin(node, ""),
        architecture: architecture(node).or_else(|| of_instance_type(provider_spec)),
        reserved,
    };
    let mut reading = object.reading(statements);
    reading.workers.push(worker);
    Some(reading)
}

/// One entry of `workerMachineSets`, at `prefix`.
pub(super) fn captured(
    object: &Object<'_>,
    node: &Node,
    prefix: &str,
    reading: &mut Reading,
    problems: &mut Problems,
) {
    // the schema walk reports what is not there
    let Some(name) = node.str_at(&["name"]) else {
        return;
    };
    let Some(provider_spec) = node.get("providerSpec") else {
        return;
    };
    let provider_path = format!("{prefix}.providerSpec");
    let stated = object.of_provider_spec(provider_spec, &provider_path, problems);
    reading.statements.extend(stated);
    let zone = node.get("zone").and_then(|zone| {
        let value = Zone::of_worker(zone.str()?);
        let origin = object.origin(zone, &format!("{prefix}.zone"));
        Some(Fact { value, origin })
    });
    reading.workers.push(Worker {
        name: name.to_owned(),
        zone,
        provider_spec: Rc::new(provider_spec.clone()),
        labels: labels(node.get("labels")),
        template_labels: labels(node.get("labels")),
        machine_set: None,
        replicas: None,
        origin: object.origin(node, prefix),
        architecture: (node.str_at(&["architecture"]).map(str::to_owned))
            .or_else(|| of_instance_type(provider_spec)),
        reserved: node.str_at(&["reserved"]).map(str::to_owned),
    });
}

fn zone(
    object: &Object<'_>,
    provider_spec: &Node,
    prefix: &str,
    problems: &mut Problems,
) -> Option<Fact<Zone>> {
    let (path, node) = cloud::field(provider_spec, |provider| provider.zone)?;
    let path = format!("{prefix}.{}", path.join("."));
    let field = format!("`{}`", path.trim_start_matches('.'));
    let text = value::text(node).map_err(|bad| [object.bad(node, &path, &field, bad)]);
    problems.take(text).flatten().map(|zone| Fact {
        value: Zone::of_worker(zone),
        origin: object.origin(node, &path),
    })
}

/// Why a MachineSet is not what a pool is cloned from by itself. The installer's worker sets (role `worker`, no
/// taints, no other node role) are; sets for infrastructure, edge zones, Windows, GPUs or anything that is fenced
/// off by a taint may differ from them in more than we rewrite.
fn reserved(node: &Node) -> Option<String> {
    let template = |path: &[&str]| node.at(&["spec", "template"])?.at(path);
    if node.at(&["metadata", "deletionTimestamp"]).is_some() {
        return Some(DELETED.to_owned());
    }
    let labels = template(&["metadata", "labels"]);
    let os = labels.and_then(|labels| labels.str_at(&["machine.openshift.io/os-id"]));
    if os.is_some_and(|os| os.eq_ignore_ascii_case("windows")) {
        return Some(WINDOWS.to_owned());
    }
    let node_labels = template(&["spec", "metadata", "labels"]);
    let gpus = node.at(&["metadata", "annotations", "machine.openshift.io/GPU"]);
    let gpus = gpus
        .and_then(Node::text)
        .is_some_and(|text| text != "0" && !text.is_empty());
    let accelerator =
        node_labels.is_some_and(|labels| labels.get("cluster-api/accelerator").is_some());
    if gpus || accelerator || has_gpus(node.at(&PROVIDER_SPEC)?) {
        return Some(GPUS.to_owned());
    }
    match labels.and_then(|labels| labels.str_at(&[ROLE])) {
        Some("worker") => {}
        Some(role) => return Some(format!("its machines have the role `{role}`")),
        None => return Some(format!("its machines have no label `{ROLE}: worker`")),
    }
    for label in node_labels.map_or(&[][..], Node::entries) {
        match label.key.strip_prefix("node-role.kubernetes.io/") {
            Some("worker") | None => {}
            Some(role) => return Some(format!("its nodes have the role `{role}`")),
        }
    }
    let taint = template(&["spec", "taints"])?.items().first()?;
    let key = taint.get("key").and_then(Node::text).unwrap_or("");
    Some(format!("its nodes carry the taint `{key}`"))
}

/// By the catalogue, or by GPUs that the provider spec attaches.
fn has_gpus(provider_spec: &Node) -> bool {
    cloud::of_spec(provider_spec).is_some_and(|cloud| {
        let mut name = cloud.instance_type(provider_spec).into_iter();
        cloud.attaches_gpus(provider_spec) || name.any(|name| cloud.instance(&name).is_some())
    })
}

/// The catalogue knows what processors the instance type has, and only an image of theirs boots there.
fn of_instance_type(provider_spec: &Node) -> Option<String> {
    let cloud = cloud::of_spec(provider_spec)?;
    let known = cloud.architecture(&cloud.instance_type(provider_spec)?);
    known.map(str::to_owned)
}

fn labels(node: Option<&Node>) -> BTreeMap<String, String> {
    let entries = node.map_or(&[][..], Node::entries).iter();
    let kept = entries.filter(|entry| !is_foreign(&entry.key, Reader::Cloning));
    kept.filter_map(|entry| Some((entry.key.clone(), entry.value.text()?.to_owned())))
        .collect()
}

fn number(node: Option<&Node>) -> Option<u64> {
    match node?.resolved()? {
        Resolved::Int(number) => u64::try_from(number).ok(),
        _ => None,
    }
}

fn architecture(node: &Node) -> Option<String> {
    let labels = node.str_at(&["metadata", "annotations", CAPACITY_LABELS])?;
    let mut pairs = labels
        .split(',')
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(key, _)| *key == "kubernetes.io/arch")
        .map(|(_, value)| value.to_owned())
}
