//! Objects of the input that others wrote, beside what a `GpuAccess` decides: quotas that limit nothing, ranges that hand
//! out GPUs, queues and profiles that lead nowhere, workloads that may not use what they tolerate.

mod limits;
mod profiles;
mod queues;
mod workloads;

use crate::api::{GROUP, OurKind, Owner};
use crate::krm::{Document, Entry, Node};
use crate::plan::{Access, Plan};
use crate::problem::{Place, Problem, Problems};

/// Judges every object that is not ours by the first `GpuAccess` of the run.
pub(crate) fn check<'a>(
    documents: impl Iterator<Item = &'a Document<'a>> + Clone,
    plan: &Plan,
    problems: &mut Problems,
) {
    let Some(access) = plan.access.first() else {
        return;
    };
    let others = documents.filter(|document| {
        let is_ours = Owner::of(document).is_some_and(|one| one.is(OurKind::GpuAccess));
        !is_ours && document.group() != GROUP
    });
    let flavors = queues::Flavors::of(others.clone());
    for document in others {
        let Ok(node) = document.node() else { continue };
        let judged = Judged {
            document,
            node: &node,
            access,
        };
        let found = match (document.group(), document.kind.as_ref()) {
            ("", "ResourceQuota") => limits::quota(&judged, &["spec", "hard"]),
            ("quota.openshift.io", "ClusterResourceQuota") => {
                limits::quota(&judged, &["spec", "quota", "hard"])
            }
            ("", "LimitRange") => limits::range(&judged),
            ("kueue.x-k8s.io", "ClusterQueue") => queues::queue(&judged, &flavors),
            ("kueue.x-k8s.io", "ResourceFlavor") => queues::flavor(&judged),
            ("infrastructure.opendatahub.io", "HardwareProfile") => profiles::hardware(&judged),
            ("dashboard.opendatahub.io", "AcceleratorProfile") => profiles::accelerator(&judged),
            _ => workloads::check(&judged),
        };
        problems.extend(found);
    }
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
