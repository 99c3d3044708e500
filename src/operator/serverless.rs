//! OpenShift Serverless with KnativeServing: for the serverless mode of OpenShift AI 2.

use super::objects::{self, object};
use super::{Context, Mode, Operand, OperandKind, Operator, PLAIN, openshift_ai};
use crate::krm::Node;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};

/// The operator's webhook refuses a KnativeServing anywhere else.
const SERVING: &str = "knative-serving";

pub(super) static OPERATOR: Operator = Operator {
    id: "serverless",
    title: "OpenShift Serverless",
    about: "OpenShift Serverless with KnativeServing: for OpenShift AI 2 only.",
    aliases: &["serverless-operator", "knative"],
    package: "serverless-operator",
    namespace: "openshift-serverless",
    monitored: false,
    group: "serverless-operators",
    modes: &[Mode::All],
    operands: &[OperandKind {
        group: "operator.knative.dev",
        kind: "KnativeServing",
        singleton: true,
    }],
    plan: operands,
    check: not_needed,
    ..PLAIN
};

fn operands(_: &Context<'_>, _: &mut Problems) -> Vec<Operand> {
    let mut serving = object(
        "operator.knative.dev/v1beta1",
        "KnativeServing",
        SERVING,
        SERVING,
    );
    serving
        .make(&["spec", "ingress", "istio"])
        .set("enabled", false);
    serving
        .make(&["spec", "high-availability"])
        .set("replicas", 2_u32);
    // GPU pods must say which nodes they want and what they tolerate
    let features = [
        ("kubernetes.podspec-affinity", Node::from("enabled")),
        ("kubernetes.podspec-nodeselector", "enabled".into()),
        ("kubernetes.podspec-tolerations", "enabled".into()),
    ];
    serving
        .make(&["spec", "config"])
        .set("features", Node::map(features));
    let namespace = objects::namespace(SERVING, false);
    [(namespace, false), (serving, true)]
        .map(|(object, custom)| Operand {
            object,
            step: 4,
            custom,
        })
        .into()
}

fn not_needed(context: &Context<'_>, problems: &mut Problems) {
    let Some(channel) = context.channel_of(&openshift_ai::OPERATOR) else {
        return;
    };
    if openshift_ai::major(channel) == 3 {
        let message = format!("OpenShift AI 3 (channel `{channel}`) has no use for Serverless");
        problems.push(
            Problem::new(&rule::OPERATOR_NOT_NEEDED, context.place(""), message).help(format!(
                "remove `{}` unless something else needs it",
                OPERATOR.id
            )),
        );
    }
}
