//! Objects of the input that others wrote, beside what a `GpuAccess` decides: quotas that limit nothing, ranges that hand
//! out GPUs, queues and profiles that lead nowhere, workloads that may not use what they tolerate.

mod limits;
mod profiles;
mod queues;
mod workloads;

pub(super) use workloads::PROFILE;

use crate::api::{GROUP, OurKind, Owner};
use crate::krm::{Document, Entry, Node};
use crate::plan::{Access, Plan};
use crate::problem::{Place, Problem, Problems};

/// Rules about where an object leads to: what one `GpuAccess` of the run finds right is right.
const BY_ALL: [&str; 6] = [
    "flavor-label-not-in-template",
    "profile-fits-no-node",
    "profile-max-fits-no-node",
    "queue-quota-above-pool",
    "workload-not-allowed",
    "workload-tolerates-no-pool",
];

/// Judges every object that is not ours by every `GpuAccess` of the run.
pub(crate) fn check<'a>(
    documents: impl Iterator<Item = &'a Document<'a>> + Clone,
    plan: &Plan,
    problems: &mut Problems,
) {
    if plan.access.is_empty() {
        return;
    }
    let others = documents.filter(|document| {
        let is_ours = Owner::of(document).is_some_and(|one| one.is(OurKind::GpuAccess));
        !is_ours && document.group() != GROUP
    });
    let flavors = queues::Flavors::of(others.clone());
    for document in others {
        let Ok(node) = document.node() else { continue };
        let judge = |access| {
            let node = &node;
            judged_by(
                &Judged {
                    document,
                    node,
                    access,
                },
                &flavors,
            )
        };
        problems.extend(of_all(plan.access.iter().map(judge).collect()));
    }
}

fn judged_by(judged: &Judged<'_>, flavors: &queues::Flavors) -> Found {
    match (judged.document.group(), judged.document.kind.as_ref()) {
        ("", "ResourceQuota") => limits::quota(judged, &["spec", "hard"]),
        ("quota.openshift.io", "ClusterResourceQuota") => {
            limits::quota(judged, &["spec", "quota", "hard"])
        }
        ("", "LimitRange") => limits::range(judged),
        ("kueue.x-k8s.io", "ClusterQueue") => queues::queue(judged, flavors),
        ("kueue.x-k8s.io", "ResourceFlavor") => queues::flavor(judged),
        ("infrastructure.opendatahub.io", "HardwareProfile") => profiles::hardware(judged),
        ("dashboard.opendatahub.io", "AcceleratorProfile") => profiles::accelerator(judged),
        _ => workloads::check(judged),
    }
}

/// What several say of one object, each once.
fn of_all(several: Vec<Found>) -> Found {
    let count = several.len();
    let is_same =
        |a: &Problem, b: &Problem| a.rule.slug == b.rule.slug && a.place.path == b.place.path;
    let mut all: Vec<(Problem, usize)> = Vec::new();
    for problem in several.into_iter().flatten() {
        match all.iter_mut().find(|(known, _)| is_same(known, &problem)) {
            Some((_, times)) => *times += 1,
            None => all.push((problem, 1)),
        }
    }
    let is_said = |(problem, times): &(Problem, usize)| {
        *times >= count || !BY_ALL.contains(&problem.rule.slug)
    };
    all.into_iter()
        .filter(is_said)
        .map(|(problem, _)| problem)
        .collect()
}

/// One object.
struct Judged<'a> {
    document: &'a Document<'a>,
    node: &'a Node,
    access: &'a Access,
}

impl Judged<'_> {
    fn at(&self, node: &Node, path: &str) -> Place {
        self.document.place(node.span.clone(), path)
    }

    fn key(&self, entry: &Entry, path: &str) -> Place {
        self.document.place(entry.key_span.clone(), path)
    }

    /// `ResourceQuota vision/gpu`
    fn title(&self) -> String {
        let (kind, name) = (&self.document.kind, &self.document.name);
        match self.document.namespace.as_ref() {
            "" => format!("{kind} `{name}`"),
            namespace => format!("{kind} `{namespace}/{name}`"),
        }
    }
}

/// What a check finds.
type Found = Vec<Problem>;

/// A resource of NVIDIA's device plugin.
fn is_gpu(resource: &str) -> bool {
    resource.starts_with("nvidia.com/")
}
