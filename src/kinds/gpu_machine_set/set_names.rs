//! Names of a pool's MachineSets.

use crate::cloud::PoolRequest;
use crate::kinds::gpu_machine_set::name_template;
use crate::kinds::gpu_machine_set::zones::Zone;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems};
use crate::types::SetName;

/// One name per zone; `None` after a problem with it or with the template.
pub(crate) fn names(
    zones: &[Zone<'_>],
    name: &str,
    request: &PoolRequest<'_>,
    problems: &mut Problems,
) -> Vec<Option<SetName>> {
    let stated = request.spec.name_template.as_deref();
    let any_zone = zones.iter().find_map(|zone| zone.name);
    let template = stated.unwrap_or(name_template::default_of(any_zone));
    let place = || (request.place)("spec.nameTemplate");
    let autoscaled = request.spec.autoscaling.is_some();
    if autoscaled && !template.contains("{instanceType") {
        let message = "the name of an autoscaled set does not hold its instance type";
        let problem = Problem::new(&rule::NAME_WITHOUT_INSTANCE_TYPE, place(), message);
        problems.push(problem.help("add `{instanceType}`, so that another type makes another set"));
    }
    let mut names: Vec<String> = Vec::new();
    for zone in zones {
        let filled = match fill(template, zone, name, request) {
            Ok(filled) => filled,
            Err(variable) => {
                problems.push(unknown(&variable, "spec.nameTemplate", request));
                return zones.iter().map(|_| None).collect();
            }
        };
        check_name(&filled, &names, request, problems);
        names.push(filled);
    }
    // what cures the longest cures all
    let lengths = names.iter().zip(zones).rev();
    if let Some((name, zone)) = lengths.max_by_key(|(name, _)| name.len()) {
        check_length(name, zone.name, request, problems);
    }
    // what is wrong with one was said
    names.iter().map(|name| SetName::parse(name).ok()).collect()
}

/// Fills a template for a zone; the first unknown variable is the error.
pub(crate) fn fill(
    template: &str,
    zone: &Zone<'_>,
    name: &str,
    request: &PoolRequest<'_>,
) -> Result<String, String> {
    let variables = name_template::Variables {
        infra: request.infra,
        name,
        instance_type: &request.spec.instance_type,
        zone: zone.name,
        region: request.region,
    };
    variables.fill(template).map_err(str::to_owned)
}

/// A variable that no template has.
pub(crate) fn unknown(variable: &str, path: &str, request: &PoolRequest<'_>) -> Problem {
    if variable == "zone" {
        let message = "`{zone}` stands for nothing: the machines of this cluster have no zones";
        return Problem::new(&rule::NAME_TEMPLATE, (request.place)(path), message)
            .help("remove it");
    }
    let message = format!("`{{{variable}}}` is no variable of a name template");
    let known = name_template::VARIABLES
        .map(|variable| format!("{{{variable}}}"))
        .join(", ");
    Problem::new(&rule::NAME_TEMPLATE, (request.place)(path), message)
        .help(format!("known: {known}"))
}

fn check_name(name: &str, others: &[String], request: &PoolRequest<'_>, problems: &mut Problems) {
    let place = || (request.place)("spec.nameTemplate");
    if others.iter().any(|other| other == name) {
        let message = format!("the name `{name}` is the same for several zones");
        let problem = Problem::new(&rule::DUPLICATE_SET_NAME, place(), message);
        problems.push(problem.help("add `{zone}` to the template"));
    } else if name.len() <= SetName::LIMIT
        && let Err(error) = SetName::parse(name)
    {
        let problem =
            Problem::new(&rule::SET_NAME_INVALID, place(), error.to_string()).values(name, None);
        problems.push(problem.help("use lower-case letters, digits and `-`"));
    }
}

fn check_length(
    name: &str,
    zone: Option<&str>,
    request: &PoolRequest<'_>,
    problems: &mut Problems,
) {
    let over = name.len().saturating_sub(SetName::LIMIT);
    if over == 0 {
        return;
    }
    let message = format!(
        "MachineSet name `{name}` has {} characters, {over} too many",
        name.len()
    );
    let place = (request.place)("spec.nameTemplate");
    let mut problem = Problem::new(&rule::SET_NAME_TOO_LONG, place, message).values(name, None);
    if let Some(infra) = &request.facts.infrastructure_name {
        problem = problem.fact(format!(
            "infrastructure name `{}` ({} characters) from {}",
            infra.value,
            infra.value.len(),
            infra.origin
        ));
    }
    let fixed = request.infra.len() + 1 + zone.map_or(0, |zone| zone.len() + 1);
    let left = SetName::LIMIT.saturating_sub(fixed);
    let (where_, end) = match zone {
        Some(_) => ("for the middle", "-{zone}"),
        None => ("for the rest", ""),
    };
    let shape = zone.map_or("{infra}-...", |_| "{infra}-...-{zone}");
    problems.push(problem.help(format!(
        "with `{shape}` there are {left} characters {where_}: `nameTemplate: \"{{infra}}-{{name}}{end}\"` with a short pool name"
    )));
}
