//! Steps of an ApplicationSet need a switch of its controller, which is off where nobody turned it on.

use crate::kinds::World;
use crate::krm::{Kind, Node};
use crate::operator::Addition;
use crate::plan::{Completion, Plan};
use crate::problem::rules::delivery as rule;
use crate::problem::{Problem, Problems};

use super::delivery::Delivery;
use super::hub;

/// The switch in `argocd-cmd-params-cm`.
const PARAMETER: [&str; 2] = ["data", "applicationsetcontroller.enable.progressive.syncs"];
/// The switch in an `ArgoCD` of OpenShift GitOps.
const ARGUMENTS: [&str; 3] = ["spec", "applicationSet", "extraCommandArgs"];
const ARGUMENT: &str = "--enable-progressive-syncs";

/// Completes the settings of Argo CD in the input; without any, says what they need.
pub(super) fn need(
    delivery: &Delivery<'_>,
    world: &World<'_>,
    plan: &mut Plan,
    problems: &mut Problems,
) {
    let mut seen = false;
    for (id, document) in hub::documents(world.splits) {
        let is_config = document.is("", "ConfigMap") && document.name == hub::SETTINGS;
        let is_argocd = document.is("argoproj.io", "ArgoCD");
        if !(is_config || is_argocd) || document.is_live() {
            continue;
        }
        let Ok(node) = document.node() else { continue };
        seen = true;
        let addition = if is_config {
            parameter(&node)
        } else {
            argument(&node)
        };
        match addition {
            Wanted::Nothing => {}
            Wanted::Added(addition) => plan.completions.push(Completion {
                document: id,
                additions: vec![addition],
            }),
            Wanted::TurnedOff => {
                let place = document.place(node.span.clone(), PARAMETER.join("."));
                problems.push(off(delivery, place));
            }
        }
    }
    if !seen {
        problems.push(off(delivery, delivery.place("spec.components")));
    }
}

enum Wanted {
    Nothing,
    Added(Addition),
    TurnedOff,
}

fn parameter(node: &Node) -> Wanted {
    match node.at(&PARAMETER).and_then(Node::text) {
        Some("true") => Wanted::Nothing,
        Some(_) => Wanted::TurnedOff,
        None => Wanted::Added(addition(&PARAMETER, "true".into())),
    }
}

fn argument(node: &Node) -> Wanted {
    let written = node.at(&ARGUMENTS).map_or(&[][..], Node::items);
    let is_on = |item: &Node| item.text().is_some_and(|text| text.starts_with(ARGUMENT));
    if written.iter().any(is_on) {
        return Wanted::Nothing;
    }
    let list = Kind::List(vec![Node::from(ARGUMENT)]);
    Wanted::Added(addition(&ARGUMENTS, list.into()))
}

fn addition(path: &'static [&'static str], value: Node) -> Addition {
    Addition {
        path,
        value,
        as_text: false,
        rule: &rule::STEPS_NEED_A_SWITCH,
        message: "the controller of ApplicationSets does not sync in steps".to_owned(),
        with: Vec::new(),
    }
}

fn off(delivery: &Delivery<'_>, place: crate::problem::Place) -> Problem {
    let message = "components of several orders are synced in steps, which the controller of ApplicationSets does only when its switch is on";
    Problem::new(&rule::STEPS_NEED_A_SWITCH, place, message)
        .help(format!("OpenShift GitOps: `spec: {{applicationSet: {{extraCommandArgs: [{ARGUMENT}]}}}}` of the ArgoCD in `{}`; Argo CD: `{}: \"true\"` in `argocd-cmd-params-cm`", delivery.namespace, PARAMETER[1]))
        .help("have that object among the input, and it is completed")
}
