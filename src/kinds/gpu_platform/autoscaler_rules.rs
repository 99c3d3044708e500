//! A ClusterAutoscaler of the input: what its CRD and its operator would refuse.

use crate::krm::scalar::Resolved;
use crate::krm::{Document, Node};
use crate::problem::rules::autoscaling as rule;
use crate::problem::{Problem, Problems, did_you_mean};

const EXPANDERS: [&str; 3] = ["LeastWaste", "Priority", "Random"];

/// Reports every setting that would keep it from being taken.
pub(crate) fn check(document: &Document<'_>, node: &Node, problems: &mut Problems) {
    let mut wrong = |at: &Node, path: &str, message: String, help: String| {
        let place = document.place(at.span.clone(), path);
        problems.push(Problem::new(&rule::CLUSTER_AUTOSCALER_SETTINGS, place, message).help(help));
    };
    if let Some(down) = node.at(&["spec", "scaleDown"]) {
        if down.get("enabled").is_none() {
            let message = "`scaleDown` does not say whether it is enabled".to_owned();
            let help = "add `enabled: true`, else machines without work are never removed";
            wrong(down, "spec.scaleDown.enabled", message, help.to_owned());
        }
        if let Some(threshold) = down.get("utilizationThreshold") {
            let text = threshold.text().unwrap_or("");
            let path = "spec.scaleDown.utilizationThreshold";
            let inside = text
                .parse::<f64>()
                .is_ok_and(|number| number > 0.0 && number < 1.0);
            if !matches!(threshold.resolved(), Some(Resolved::Str)) && inside {
                let message = format!("`utilizationThreshold` is the number {text}, not a string");
                wrong(threshold, path, message, format!("quote it: `\"{text}\"`"));
            } else if !inside {
                let message = format!("`utilizationThreshold` is `{text}`, not between 0 and 1");
                let help = "write the share of a node that must be in use, as `\"0.5\"`";
                wrong(threshold, path, message, help.to_owned());
            }
        }
    }
    let expanders = node.at(&["spec", "expanders"]).map_or(&[][..], Node::items);
    let mut seen = Vec::new();
    for (index, expander) in expanders.iter().enumerate() {
        let text = expander.text().unwrap_or("");
        let path = format!("spec.expanders[{index}]");
        if seen.contains(&text) {
            let message = format!("expander `{text}` is named twice");
            wrong(expander, &path, message, "remove one".to_owned());
        } else if !EXPANDERS.contains(&text) {
            let message = format!("there is no expander `{text}`");
            let help = match did_you_mean(text, EXPANDERS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", EXPANDERS.join(", ")),
            };
            wrong(expander, &path, message, help);
        }
        seen.push(text);
    }
}
