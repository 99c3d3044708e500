//! Operators that an OpenStack does nothing without. Whoever wrote its control plane has its operator.

use crate::api::open_stack_gpu::{Nncp, OpenStackGpuSpec};
use crate::api::{OurKind, Owner, Placeholder};
use crate::krm::{Document, Split};
use crate::operator::{METALLB, NMSTATE, OBSERVABILITY, OPENSTACK, Operator};

use super::objects::CORE;

/// Those of a placeholder.
pub(super) fn needed(
    placeholder: &Placeholder<'_, OpenStackGpuSpec>,
    splits: &[Split<'_>],
) -> Vec<&'static Operator> {
    let spec = &placeholder.read.spec;
    let namespace = spec.namespace.as_deref();
    let namespace = namespace.unwrap_or(&placeholder.read.name);
    let mut documents = splits.iter().flat_map(|split| &split.documents);
    let mut needed: Vec<&'static Operator> = Vec::new();
    if !documents.any(|document| is_theirs(document, namespace)) {
        needed.push(&OPENSTACK);
        let services = spec.services.as_ref();
        let telemetry = services.and_then(|services| services.telemetry.as_ref());
        let metrics = telemetry.and_then(|telemetry| telemetry.metric_storage);
        needed.extend((metrics == Some(true)).then_some(&OBSERVABILITY));
    }
    let network = spec.network.as_ref();
    if let Some(isolated) = network.and_then(|network| network.isolated.as_ref()) {
        needed.push(&METALLB);
        let sets_up = isolated.nncp.unwrap_or_default() == Nncp::Emit;
        needed.extend(sets_up.then_some(&NMSTATE));
    }
    needed
}

fn is_theirs(document: &Document<'_>, namespace: &str) -> bool {
    document.is(CORE, "OpenStackControlPlane")
        && document.namespace == namespace
        && Owner::of(document).is_none_or(|owner| !owner.is(OurKind::OpenStackGpu))
}
