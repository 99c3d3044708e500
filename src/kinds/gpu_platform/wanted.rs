//! Which operators are wanted, with what they need, and the channel of each.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::api::gpu_platform::{OperatorSettings, Where};
use crate::operator::choice::Choice;
use crate::operator::{IMPLIED, OPERATORS, Operator, OperatorRequest, Wanted};
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems, Severity};

/// Every wanted operator in the order of the registry; with those that others need.
pub(crate) fn resolve(request: &OperatorRequest<'_>, problems: &mut Problems) -> Vec<Wanted> {
    let written = request.spec.operators.as_ref();
    let mut open: Vec<(&'static Operator, Value, Option<&'static Operator>)> = Vec::new();
    for operator in OPERATORS {
        let value = written
            .and_then(|written| written.get(operator.id))
            .cloned();
        let by_pools = !request.implied || !request.pools.is_empty();
        let implied = by_pools && IMPLIED.iter().any(|one| one.id == operator.id);
        let needed = request.needed.iter().any(|one| one.id == operator.id);
        let implied = written.is_none() && (implied || needed);
        if let Some(value) = value.or_else(|| implied.then(|| json!({}))) {
            open.push((operator, value, None));
        }
    }
    let mut found: BTreeMap<&'static str, Wanted> = BTreeMap::new();
    let mut off: Vec<&'static str> = Vec::new();
    while !open.is_empty() {
        let mut next = Vec::new();
        for (operator, value, needed_by) in open {
            if found.contains_key(operator.id) {
                continue;
            }
            if let Some(by) = needed_by {
                if off.contains(&operator.id) {
                    problems.push(turned_off(operator, by, request));
                    continue;
                }
                // what is implied is said as a whole
                problems.extend((!request.implied).then(|| added(operator, by, request)));
            }
            let Some(wanted) = read(operator, value, request, problems) else {
                off.push(operator.id);
                continue;
            };
            if !wanted.provided {
                let needs = (operator.needs)(&wanted.channel);
                next.extend(
                    needs
                        .into_iter()
                        .map(|need| (need, json!({}), Some(operator))),
                );
            }
            found.insert(operator.id, wanted);
        }
        open = next;
    }
    found.into_values().collect()
}

fn read(
    operator: &'static Operator,
    value: Value,
    request: &OperatorRequest<'_>,
    problems: &mut Problems,
) -> Option<Wanted> {
    let settings: OperatorSettings = serde_json::from_value(value.clone()).unwrap_or_default();
    if settings.enabled == Some(false) {
        return None;
    }
    let namespace = settings.namespace.as_deref().unwrap_or(operator.namespace);
    let elsewhere = request.installed.elsewhere(operator, namespace);
    let provided = settings.provided == Some(true);
    let theirs = elsewhere
        .as_ref()
        .map(|elsewhere| elsewhere.channel.clone());
    let (channel, is_channel_said) = match theirs {
        // an operand shows no channel: then the one that is written counts
        Some(channel) => {
            let written = || settings.channel.clone();
            (channel.or_else(written).unwrap_or_default(), true)
        }
        None if provided => (settings.channel.clone().unwrap_or_default(), true),
        None => {
            let choice = Choice::of(operator, &settings, request);
            let mut wrong = Problems::new();
            let channel = choice.make(&mut wrong);
            if settings.on == Some(Where::Available) && has_none(&wrong, &settings) {
                problems.extend(
                    wrong
                        .into_iter()
                        .take(1)
                        .map(|why| left_out(operator, &why)),
                );
                return None;
            }
            problems.extend(wrong);
            (channel.unwrap_or_default(), choice.is_said())
        }
    };
    Some(Wanted {
        operator,
        value,
        settings,
        channel,
        is_channel_said,
        provided,
    })
}

/// Whether the cluster has no channel of an operator, and not something else is wrong.
fn has_none(wrong: &Problems, settings: &OperatorSettings) -> bool {
    let mut errors = wrong.iter().filter(|one| one.severity() == Severity::Error);
    // a channel that somebody names may be misspelt
    let is_it = |one: &Problem| {
        *one.rule == rule::OPERATOR_NOT_ON_VERSION
            || *one.rule == rule::UNKNOWN_CHANNEL && settings.channel.is_none()
    };
    errors.next().is_some_and(is_it) && errors.all(is_it)
}

fn left_out(operator: &Operator, why: &Problem) -> Problem {
    let message = format!("`{}` is left out: {}", operator.id, why.message);
    let problem = Problem::new(&rule::OPERATOR_LEFT_OUT, why.place.clone(), message);
    problem.fact("it is wanted `where: available`")
}

fn added(operator: &Operator, by: &Operator, request: &OperatorRequest<'_>) -> Problem {
    let (id, by_id) = (operator.id, by.id);
    let message = format!("`{id}` is added: `{by_id}` does nothing without it");
    Problem::new(&rule::OPERATOR_ADDED, request.place_of(by, ""), message).help(format!(
        "write `{id}: {{}}` to say so, or `{id}: {{provided: true}}` when somebody else installs it"
    ))
}

fn turned_off(operator: &Operator, by: &Operator, request: &OperatorRequest<'_>) -> Problem {
    let (id, by_id) = (operator.id, by.id);
    let message = format!("`{id}` is turned off, but `{by_id}` does nothing without it");
    let place = request.place_of(operator, "enabled");
    Problem::new(&rule::DEPENDENCY_OFF, place, message)
        .help(format!("remove `enabled: false`, or write `{id}: {{provided: true}}` when somebody else installs it"))
}
