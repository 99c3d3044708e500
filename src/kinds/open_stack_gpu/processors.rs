//! Processors of compute nodes: those that virtual machines have for themselves are those that the kernel leaves alone.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api::open_stack_gpu::DataPlane;
use crate::krm::{Document, Node};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};

use super::cloud::Cloud;
use super::ini;
use super::made_node_set::{ARGUMENTS, ISOLATED, PARTITIONED, PROFILE};
use super::texts::{self, Reader, Text};

const TEMPLATE: [&str; 3] = ["spec", "nodeTemplate", "ansible"];

/// Processors by number.
type Numbers = BTreeSet<u32>;

/// Says all of it: of what is written, and of files and NodeSets of the input.
pub(super) fn check(cloud: &Cloud<'_>, texts: &[Text], problems: &mut Problems) {
    for text in texts.iter().filter(|text| text.reader == Reader::Compute) {
        let (shared, dedicated) = (set(text, "cpu_shared_set"), set(text, "cpu_dedicated_set"));
        if let (Some(shared), Some(dedicated)) = (shared, dedicated) {
            problems.extend(both(&shared, &dedicated, text.place.clone()));
        }
    }
    let plane = cloud.spec.data_plane.as_ref();
    let mut is_made = plane.is_some();
    for (document, maps) in texts::node_sets(cloud) {
        let own = plane.filter(|plane| plane.name() == document.name);
        is_made &= own.is_none();
        let written = own.and_then(dedicated).map(|list| numbers(&list));
        let of_set = |text: &&Text| {
            text.map
                .as_ref()
                .is_some_and(|map| maps.iter().flatten().any(|one| one == map))
        };
        let found = || {
            texts
                .iter()
                .filter(of_set)
                .find_map(|text| set(text, "cpu_dedicated_set"))
        };
        if !document.is_live() {
            let is_own = written.is_some();
            of_set_of_input(document, written.or_else(found), is_own, problems);
        }
    }
    if let Some(plane) = plane {
        let cpus = plane.cpus.as_ref();
        let shared = cpus.and_then(|cpus| cpus.shared.as_deref()).map(numbers);
        let own = dedicated(plane).map(|list| numbers(&list));
        let at = cloud.place("spec.dataPlane.cpus.dedicated");
        problems.extend(both(
            &shared.unwrap_or_default(),
            &own.clone().unwrap_or_default(),
            at,
        ));
        if is_made {
            of_made(cloud, plane, own.as_ref(), problems);
        }
    }
}

fn dedicated(plane: &DataPlane) -> Option<String> {
    plane.cpus.as_ref()?.dedicated.clone()
}

/// Nova takes the value that stands last.
fn set(text: &Text, option: &str) -> Option<Numbers> {
    let values = ini::values(&text.said, "compute", option);
    values.last().map(|value| numbers(value))
}

/// nova-compute does not start with a processor in both.
fn both(shared: &Numbers, dedicated: &Numbers, place: Place) -> Option<Problem> {
    let both: Vec<String> = shared.intersection(dedicated).map(u32::to_string).collect();
    if both.is_empty() {
        return None;
    }
    let message = format!("processors {} are shared and dedicated", both.join(", "));
    let problem = Problem::new(&rule::CPU_SETS, place, message);
    Some(problem.help("give each processor to one of them"))
}

/// What is made isolates those that are dedicated, unless somebody writes others.
fn of_made(cloud: &Cloud<'_>, plane: &DataPlane, own: Option<&Numbers>, problems: &mut Problems) {
    let written = plane.ansible_vars.as_ref();
    let Some(isolated) = written.and_then(|vars| list_of(vars.get(ISOLATED)?)) else {
        return;
    };
    let at = cloud.place(&format!("spec.dataPlane.ansibleVars.{ISOLATED}"));
    let empty = Numbers::new();
    problems.extend(unlike(own.unwrap_or(&empty), &isolated, at));
}

/// A NodeSet of the input, in its template and in nodes that have their own.
fn of_set_of_input(
    document: &Document<'_>,
    dedicated: Option<Numbers>,
    is_own: bool,
    problems: &mut Problems,
) {
    let (Ok(root), Some(dedicated)) = (document.node(), dedicated) else {
        return;
    };
    let mut is_isolated = false;
    let nodes = root.at(&["spec", "nodes"]).map_or(&[][..], Node::entries);
    let of_nodes = nodes
        .iter()
        .map(|entry| vec!["spec", "nodes", &entry.key, "ansible"]);
    for path in [TEMPLATE.to_vec()].into_iter().chain(of_nodes) {
        let at = [&path[..], &["ansibleVars"]].concat();
        let Some(vars) = root.at(&at) else { continue };
        let arguments = vars.str_at(&[ARGUMENTS]).unwrap_or_default();
        is_isolated |= arguments
            .split_whitespace()
            .any(|one| one.starts_with("isolcpus="));
        let Some(isolated) = vars.get(ISOLATED) else {
            continue;
        };
        is_isolated = true;
        let place = crate::api::place(document, &root, &format!("{}.{ISOLATED}", at.join(".")));
        let list = list_of(&isolated.to_json());
        problems.extend(list.and_then(|list| unlike(&dedicated, &list, place)));
    }
    let from = root.at(&[&TEMPLATE[..], &["ansibleVarsFrom"]].concat());
    let from = from.map_or(&[][..], Node::items).iter();
    let is_elsewhere = from.clone().any(|one| one.get("configMapRef").is_some());
    if is_own && !is_isolated && !is_elsewhere && !dedicated.is_empty() {
        let message = format!(
            "processors {} are dedicated, and `{}` isolates none: the kernel runs its own work there too",
            ranges(&dedicated),
            document.name
        );
        let path = format!("{}.ansibleVars", TEMPLATE.join("."));
        let place = crate::api::place(document, &root, &path);
        let problem = Problem::new(&rule::CPU_ISOLATION, place, message);
        problems.push(problem.help(format!(
            "add to its `ansibleVars`: `{{{ISOLATED}: \"{}\", {PROFILE}: {PARTITIONED}}}`",
            ranges(&dedicated)
        )));
    }
}

/// Those of one list that are not in the other.
fn unlike(dedicated: &Numbers, isolated: &Numbers, place: Place) -> Option<Problem> {
    let busy: Numbers = dedicated.difference(isolated).copied().collect();
    let idle: Numbers = isolated.difference(dedicated).copied().collect();
    if busy.is_empty() && idle.is_empty() {
        return None;
    }
    let message = "processors that virtual machines have for themselves are not those that the kernel leaves alone";
    let mut problem = Problem::new(&rule::CPU_ISOLATION, place, message);
    if !busy.is_empty() {
        problem = problem.fact(format!("dedicated and not isolated: {}", ranges(&busy)));
    }
    if !idle.is_empty() {
        problem = problem.fact(format!("isolated and not dedicated: {}", ranges(&idle)));
    }
    Some(if dedicated.is_empty() {
        problem.help(format!(
            "give {} to virtual machines by `dedicated` of `cpus`, which isolates them too, and remove this",
            ranges(isolated)
        ))
    } else {
        problem.help(format!(
            "write one list for both: `{ISOLATED}: \"{}\"`",
            ranges(dedicated)
        ))
    })
}

/// A list in a variable; a template of Ansible is none that can be read.
fn list_of(value: &Value) -> Option<Numbers> {
    let text = match value {
        Value::String(text) if !text.contains('{') => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(numbers(&text))
}

/// `0-3,8,^2`, as Nova and tuned write it.
fn numbers(list: &str) -> Numbers {
    let (mut all, mut without) = (Numbers::new(), Numbers::new());
    for part in list.split(',').map(str::trim) {
        let (part, into) = match part.strip_prefix('^') {
            Some(part) => (part, &mut without),
            None => (part, &mut all),
        };
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        if let (Ok(from), Ok(to)) = (from.trim().parse::<u32>(), to.trim().parse::<u32>()) {
            into.extend(from..=to.min(from.saturating_add(9999)));
        }
    }
    all.retain(|number| !without.contains(number));
    all
}

/// `4-27,32`
fn ranges(all: &Numbers) -> String {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for number in all {
        match parts.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*number) => *last = *number,
            _ => parts.push((*number, *number)),
        }
    }
    let text = |(first, last): &(u32, u32)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    };
    parts.iter().map(text).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_nova_reads_them() {
        assert_eq!(ranges(&numbers("0-3, 8,^2,10-10")), "0-1,3,8,10");
        assert_eq!(ranges(&numbers("x,5-,7-6")), "");
        assert!(numbers("4294967295-4294967295").contains(&u32::MAX));
    }
}
