//! Kubernetes NMState: interfaces of nodes as objects.

use super::objects::object;
use super::{Context, Mode, Operand, OperandKind, Operator, PLAIN};
use crate::problem::Problems;

pub(crate) static OPERATOR: Operator = Operator {
    id: "nmstate",
    title: "Kubernetes NMState Operator",
    about: "NMState: interfaces of nodes as objects. Added by itself for an OpenStackGpu that sets up interfaces.",
    aliases: &["kubernetes-nmstate-operator", "kubernetes-nmstate"],
    package: "kubernetes-nmstate-operator",
    namespace: "openshift-nmstate",
    monitored: false,
    group: "openshift-nmstate",
    modes: &[Mode::Own, Mode::Single, Mode::All],
    operands: &[OperandKind {
        group: "nmstate.io",
        kind: "NMState",
        singleton: true,
    }],
    plan: operand,
    ..PLAIN
};

/// The CRD of policies comes with this object, not with the Subscription.
fn operand(_: &Context<'_>, _: &mut Problems) -> Vec<Operand> {
    let object = object("nmstate.io/v1", "NMState", "nmstate", "");
    vec![Operand {
        object,
        step: 0,
        custom: true,
    }]
}
