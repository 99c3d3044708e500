//! Red Hat Connectivity Link: one Subscription whose dependencies (Authorino, Limitador, the DNS operator) OLM puts
//! into the same namespace.

use super::objects::object;
use super::{Context, Mode, Operand, OperandKind, Operator, PLAIN, Shown, cert_manager, owned};
use crate::krm::Node;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};

/// What OLM installs with it.
const PARTS: [&str; 3] = ["authorino-operator", "limitador-operator", "dns-operator"];

pub(super) static OPERATOR: Operator = Operator {
    id: "connectivity-link",
    title: "Red Hat Connectivity Link",
    about: "Red Hat Connectivity Link: Authorino, Limitador, DNS and Kuadrant. Needs `cert-manager`.",
    aliases: &[
        "rhcl",
        "rhcl-operator",
        "authorino",
        "limitador",
        "kuadrant",
    ],
    package: "rhcl-operator",
    namespace: "kuadrant-system",
    monitored: false,
    group: "kuadrant-system",
    modes: &[Mode::All],
    needs: |_| vec![&cert_manager::OPERATOR],
    operands: &[OperandKind {
        group: "kuadrant.io",
        kind: "Kuadrant",
        singleton: false,
    }],
    plan: kuadrant,
    check: separate_parts,
    ..PLAIN
};

fn kuadrant(context: &Context<'_>, _: &mut Problems) -> Vec<Operand> {
    let mut object = object(
        "kuadrant.io/v1beta1",
        "Kuadrant",
        "kuadrant",
        context.namespace,
    );
    object.set("spec", Node::map::<&str>([]));
    vec![Operand {
        object,
        step: 3,
        custom: true,
    }]
}

/// OLM does not see a dependency in another namespace and installs it again; two owners of one API stop each other.
fn separate_parts(context: &Context<'_>, problems: &mut Problems) {
    for part in PARTS {
        let subscriptions = context.request.installed.subscriptions(part);
        for one in subscriptions.filter(|one| one.namespace != context.namespace) {
            let installed = context.request.installed;
            let groups: Vec<&Shown> = installed.groups(&one.namespace).collect();
            let alone = installed.is_alone(one);
            let message = format!(
                "Subscription `{}` in namespace `{}` and `{}` both own the APIs of `{part}`",
                one.name, one.namespace, OPERATOR.id
            );
            problems.push(
                Problem::new(&rule::SECOND_OWNER, one.place.clone(), message)
                    .fact(format!("{} brings {}", OPERATOR.package, PARTS.join(", ")))
                    .help(owned::uninstall(one, &groups, alone)),
            );
        }
    }
}
