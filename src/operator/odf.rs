//! OpenShift Data Foundation. Its StorageCluster needs to know which disks to take: nothing of that is a fact of the
//! cluster, so it is made only of what the user gives.

use super::objects::object;
use super::{Context, Operand, OperandKind, Operator, PLAIN};
use crate::krm::Node;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};

pub(super) static OPERATOR: Operator = Operator {
    id: "odf",
    title: "Red Hat OpenShift Data Foundation",
    about: "OpenShift Data Foundation; with a StorageCluster when `operand` gives its spec.",
    aliases: &["openshift-data-foundation", "ocs", "odf-operator"],
    package: "odf-operator",
    namespace: "openshift-storage",
    group: "openshift-storage",
    operands: &[OperandKind {
        group: "ocs.openshift.io",
        kind: "StorageCluster",
        singleton: false,
    }],
    plan: operand,
    ..PLAIN
};

fn operand(context: &Context<'_>, problems: &mut Problems) -> Vec<Operand> {
    if context.wanted.settings.operand.is_none() {
        let message = "no StorageCluster is made: which disks it takes is not known";
        problems.push(
            Problem::new(&rule::OPERAND_LEFT_OUT, context.place(""), message).help(
                "give its spec as `operand: {storageDeviceSets: [...]}`, or make it in the console",
            ),
        );
        return Vec::new();
    }
    let mut object = object(
        "ocs.openshift.io/v1",
        "StorageCluster",
        "ocs-storagecluster",
        context.namespace,
    );
    object.set("spec", Node::map::<&str>([]));
    vec![Operand {
        object,
        step: 9,
        custom: true,
    }]
}
