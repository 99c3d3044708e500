//! What must hold of a pool and of every finished provider spec on vSphere.

use crate::cloud::author;
use crate::cloud::vsphere::{domains, known_fields, settings};
use crate::cloud::{Path, PoolRequest, Request, common};
use crate::krm::Node;
use crate::problem::rules::{cloud as shared, vsphere as rule};
use crate::problem::{Problem, Problems};
use crate::types::Version;

/// Fields without which a machine cannot start. A full clone fails when its disk has no size (reconciler.go).
const NEEDED: [Path; 5] = [
    &["credentialsSecret", "name"],
    &["diskGiB"],
    &["network", "devices"],
    &["userDataSecret", "name"],
    &["workspace", "server"],
];

/// Most network cards of a machine.
const MOST_DEVICES: usize = 10;

/// Rules of the pool as a whole.
pub(super) fn pool(request: &PoolRequest<'_>, problems: &mut Problems) {
    let template = request.spec.instance_type.as_str();
    let mut workers = request.facts.workers.iter();
    let twin = workers.find(|worker| {
        worker.reserved.is_none() && worker.provider_spec.str_at(&["template"]) == Some(template)
    });
    let place = || (request.place)("spec.instanceType");
    if let Some(worker) = twin {
        let message = format!("template `{template}` is that of workers, which has no GPU");
        problems.push(
            Problem::new(&rule::TEMPLATE_WITHOUT_GPU, place(), message)
                .fact(format!("worker `{}` from {}", worker.name, worker.origin))
                .help("name a template that has the GPU: a copy of this one with the PCI device, all memory reserved and EFI firmware"),
        );
    }
    let version = request.facts.openshift_version.as_ref();
    if let Some(fact) = version.filter(|fact| fact.value.version() >= Version(4, 22)) {
        let message = format!(
            "OpenShift {} may replace template `{template}` by one without a GPU",
            fact.value
        );
        problems.push(
            Problem::new(&rule::TEMPLATE_REPLACED, place(), message)
                .fact(fact.quote("OpenShift version"))
                .help("leave the sets out of boot image updates: `managedBootImages: {machineManagers: [{resource: machinesets, apiGroup: machine.openshift.io, selection: {mode: None}}]}` under `spec` of the MachineConfiguration `cluster`")
        );
    }
}

/// Rules over the finished provider spec.
pub(super) fn check(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    common::contradictions(spec, request, problems);
    common::incomplete(spec, &NEEDED, request, problems);
    problems.extend(common::control_plane(spec, request));
    let root = spec.get("diskGiB").and_then(Node::text);
    problems.extend(common::small_root(root, &["diskGiB"], request));
    values(spec, request, problems);
    let number = |key: &str| spec.get(key)?.text()?.parse::<u32>().ok();
    let size = number("numCPUs").zip(number("memoryMiB").map(|mib| mib / 1024));
    let fields = ["numCPUs", "memoryMiB"];
    problems.extend(outside_domains(spec, request));
    problems.extend(common::machine_size(size, &fields, request));
    known_fields::TABLE.types_of_worker(spec, request, problems);
    known_fields::TABLE.of_worker(spec, request, problems);
}

/// Machines where the machine-config-operator does not look for any.
fn outside_domains(spec: &Node, request: &Request<'_>) -> Option<Problem> {
    let facts = request.pool.facts;
    let version = facts.openshift_version.as_ref();
    let version = version.filter(|fact| fact.value.version() >= Version(4, 21))?;
    let first = facts.failure_domains.values().next()?;
    if domains::of(spec, facts).is_some() {
        return None;
    }
    let message = "the workspace is that of no failure domain of the cluster".to_owned();
    let names: Vec<&str> = facts.failure_domains.keys().map(String::as_str).collect();
    let problem = author::problem(&rule::WORKSPACE_OUTSIDE, &["workspace"], message, request);
    let problem = problem
        .fact(format!("`{}` from {}", names.join("`, `"), first.origin))
        .fact(version.quote("OpenShift version"));
    Some(problem.help("add where the hosts with GPUs are to `failureDomains` of the Infrastructure, and name it in `zones`"))
}

/// Values that the webhook refuses, or that fail a machine.
fn values(spec: &Node, request: &Request<'_>, problems: &mut Problems) {
    let mut say = |field: &[&str], message: String, help: &str| {
        let rule = &shared::PROVIDER_SPEC_VALUE;
        problems.push(author::problem(rule, field, message, request).help(help));
    };
    let mode = spec.str_at(&["cloneMode"]).unwrap_or_default();
    if !["", settings::FULL_CLONE].contains(&mode) {
        let message = format!("`cloneMode` is `{mode}`: the disk of a pool has a size of its own");
        say(&["cloneMode"], message, "remove it");
    }
    let field = ["workspace", "folder"];
    let folder = spec.str_at(&field).filter(|folder| !folder.is_empty());
    let datacenter = spec.str_at(&["workspace", "datacenter"]);
    let root = datacenter.map(|name| format!("/{}/vm/", name.trim_start_matches('/')));
    if let (Some(folder), Some(root)) = (folder, root)
        && !format!("{folder}/").starts_with(&root)
    {
        let message = format!("folder `{folder}` is not in the datacenter of the workspace");
        say(&field, message, &format!("it begins with `{root}`"));
    }
    let field = ["network", "devices"];
    let devices = spec.at(&field).map(Node::items).unwrap_or_default();
    if devices.len() > MOST_DEVICES {
        let message = format!("{} network cards, and 10 is the most", devices.len());
        say(&field, message, "remove some");
    }
}
