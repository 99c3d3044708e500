//! Red Hat OpenStack Services on OpenShift: one Subscription, and the object that brings an operator for each service.
//! Before feature release 2 each of them had a Subscription of its own, and there was no such object.

use super::objects::object;
use super::{Context, Mode, Operand, OperandKind, Operator, PLAIN, cert_manager};
use crate::problem::Problems;

/// Names are those of openstack-k8s-operators/architecture, `lib/olm-openstack`, so that what it installed is found.
pub(crate) static OPERATOR: Operator = Operator {
    id: "openstack",
    title: "Red Hat OpenStack Services on OpenShift",
    about: "OpenStack Services on OpenShift, with the object that brings the operator of each service. Needs `cert-manager`. Added by itself for an OpenStackGpu.",
    aliases: &["rhoso", "openstack-operator"],
    package: "openstack-operator",
    namespace: "openstack-operators",
    monitored: false,
    privileged: true,
    group: "openstack",
    // `targetNamespaces: []` would be taken away by OLM again; the first mode writes none
    modes: &[Mode::All, Mode::Own, Mode::Single],
    needs: |_| vec![&cert_manager::OPERATOR],
    operands: &[OperandKind {
        group: "operator.openstack.org",
        kind: "OpenStack",
        singleton: true,
    }],
    plan: operand,
    ..PLAIN
};

/// Nothing runs without it: it brings the CRDs of control planes and compute nodes.
fn operand(context: &Context<'_>, _: &mut Problems) -> Vec<Operand> {
    let object = object(
        "operator.openstack.org/v1beta1",
        "OpenStack",
        "openstack",
        context.namespace,
    );
    vec![Operand {
        object,
        step: 0,
        custom: true,
    }]
}
