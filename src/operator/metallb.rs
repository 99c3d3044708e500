//! MetalLB: addresses for services on networks that the cluster does not own.

use super::objects::object;
use super::{Context, Mode, Operand, OperandKind, Operator, PLAIN};
use crate::krm::Node;
use crate::problem::Problems;

pub(crate) static OPERATOR: Operator = Operator {
    id: "metallb",
    title: "MetalLB Operator",
    about: "MetalLB: addresses for services on networks beside that of the cluster. Added by itself for an OpenStackGpu with networks of its own.",
    aliases: &["metallb-operator"],
    package: "metallb-operator",
    namespace: "metallb-system",
    monitored: false,
    privileged: true,
    group: "metallb-operator",
    modes: &[Mode::All, Mode::Own, Mode::Single],
    operands: &[OperandKind {
        group: "metallb.io",
        kind: "MetalLB",
        singleton: true,
    }],
    plan: operand,
    ..PLAIN
};

/// The operator alone answers for no address: speakers come with this object (openstack-k8s-operators/gitops issue 48).
fn operand(context: &Context<'_>, _: &mut Problems) -> Vec<Operand> {
    let mut object = object(
        "metallb.io/v1beta1",
        "MetalLB",
        "metallb",
        context.namespace,
    );
    let workers = Node::map([("node-role.kubernetes.io/worker", Node::from(""))]);
    object.set("spec", Node::map([("nodeSelector", workers)]));
    vec![Operand {
        object,
        step: 0,
        custom: true,
    }]
}
