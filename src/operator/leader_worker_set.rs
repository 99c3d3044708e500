//! Red Hat build of LeaderWorkerSet: one workload over several nodes. The API comes with the operand, not with the
//! Subscription.

use super::objects::object;
use super::{Context, Mode, Operand, OperandKind, Operator, PLAIN, cert_manager};
use crate::krm::Node;
use crate::problem::Problems;

/// What keeps pods of several machines together.
pub(crate) const ID: &str = "leader-worker-set";

pub(super) static OPERATOR: Operator = Operator {
    id: ID,
    title: "Red Hat build of Leader Worker Set",
    about: "LeaderWorkerSet: one workload over several nodes. Needs `cert-manager`.",
    aliases: &["lws", "leaderworkerset"],
    package: "leader-worker-set",
    namespace: "openshift-lws-operator",
    group: "lws-operator",
    modes: &[Mode::Own],
    needs: |_| vec![&cert_manager::OPERATOR],
    operands: &[OperandKind {
        group: "operator.openshift.io",
        kind: "LeaderWorkerSetOperator",
        singleton: true,
    }],
    plan: operand,
    ..PLAIN
};

/// The CRD refuses every other name.
fn operand(_: &Context<'_>, _: &mut Problems) -> Vec<Operand> {
    let mut object = object(
        "operator.openshift.io/v1",
        "LeaderWorkerSetOperator",
        "cluster",
        "",
    );
    let spec = [
        ("managementState", Node::from("Managed")),
        ("logLevel", "Normal".into()),
        ("operatorLogLevel", "Normal".into()),
    ];
    object.set("spec", Node::map(spec));
    vec![Operand {
        object,
        step: 2,
        custom: true,
    }]
}
