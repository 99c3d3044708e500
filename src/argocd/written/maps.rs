//! Maps of the GPU scheduler in values of charts: `gpuScheduling.schedulingMap`.

use std::collections::BTreeMap;

use crate::krm::{Kind, Node, parse};
use crate::problem::Problem;
use crate::problem::rules::delivery as rule;

use super::Written;

const MAP: &str = "schedulingMap";

/// What is wrong with the maps of an Application or ApplicationSet, as values or as a text of values.
pub(super) fn check(one: &Written<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !one.document.mentions(MAP) {
        return problems;
    }
    let mut open = vec![(String::new(), &one.node)];
    while let Some((path, node)) = open.pop() {
        match &node.kind {
            Kind::List(items) => {
                let items = items.iter().enumerate();
                open.extend(items.map(|(index, item)| (format!("{path}[{index}]"), item)));
            }
            Kind::Map(entries) => {
                for entry in entries {
                    let path = match path.as_str() {
                        "" => entry.key.clone(),
                        path => format!("{path}.{}", entry.key),
                    };
                    if entry.key == MAP {
                        problems.extend(of_map(one, &path, &entry.value));
                    } else {
                        open.push((path, &entry.value));
                    }
                }
            }
            Kind::Scalar(text, _) if text.contains(MAP) => {
                problems.extend(of_text(one, &path, text));
            }
            Kind::Scalar(..) => {}
        }
    }
    problems
}

fn of_text(one: &Written<'_>, path: &str, text: &str) -> Vec<Problem> {
    let Ok(values) = parse::parse(text, 0..text.len()) else {
        let message = "the values with the map of the GPU scheduler are no YAML".to_owned();
        let problem = one.problem(&rule::SCHEDULING_MAP_DOUBTFUL, path, message);
        return vec![
            problem.help(
                "an entry is `{podIndex: 0, nodeName: node1, gpuDevices: \"0,1\"}`, in braces",
            ),
        ];
    };
    let map = values
        .at(&["gpuScheduling", MAP])
        .or_else(|| values.get(MAP));
    map.map_or_else(Vec::new, |map| of_map(one, path, map))
}

fn of_map(one: &Written<'_>, path: &str, map: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut doubt =
        |message: String| {
            let problem = one.problem(&rule::SCHEDULING_MAP_DOUBTFUL, path, message);
            problems.push(problem.help(
                "`gpuScheduling` of a component of a GpuDelivery writes the map, and checks it",
            ));
        };
    let mut taken: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut pods: Vec<String> = Vec::new();
    for entry in map.items() {
        let text = |key: &str| {
            entry
                .get(key)
                .and_then(Node::text)
                .unwrap_or_default()
                .to_owned()
        };
        let (pod, node) = (text("podIndex"), text("nodeName"));
        if pods.contains(&pod) {
            doubt(format!("pod {pod} stands twice in the map"));
        }
        for device in text("gpuDevices")
            .split(',')
            .map(|device| device.trim().to_owned())
        {
            if let Some(other) = taken.insert((node.clone(), device.clone()), pod.clone()) {
                doubt(format!(
                    "GPU {device} of node `{node}` is given to pod {other} and to pod {pod}"
                ));
            }
        }
        pods.push(pod);
    }
    let gap = (0..pods.len()).find(|pod| !pods.contains(&pod.to_string()));
    if let Some(gap) = gap.filter(|_| !pods.is_empty()) {
        doubt(format!(
            "the map has no pod {gap}, and one of a higher number"
        ));
    }
    problems
}
