//! Models that are scaled by demand: by what, and how fast machines follow.

use super::served::Served;
use super::{Around, Found};
use crate::problem::rules::model as rule;
use crate::problem::{Place, Problem};

const CLASS: &str = "serving.kserve.io/autoscalerClass";
const MODE: &str = "serving.kserve.io/deploymentMode";
/// What the cluster autoscaler does where nobody says it.
const UNNEEDED: &str = "10m";
/// GiB of weights that a node loads in a second from a bucket; 15 to 20 minutes were seen for 131 GiB (kserve #3869).
const LOADED_GIB: f64 = 0.2;

pub(super) fn check(all: &[Served<'_>], around: &Around<'_>) -> Found {
    let scaled = all.iter().filter(|served| {
        let (least, most) = served.predictor.replicas();
        most > least && served.predictor.gpus() > 0
    });
    let judged = scaled.flat_map(|served| [cpu(served), flaps(served, around)]);
    judged.flatten().collect()
}

fn class<'s>(served: &'s Served<'_>) -> Option<&'s str> {
    served.node.str_at(&["metadata", "annotations", CLASS])
}

fn place(served: &Served<'_>, path: &[&str]) -> Place {
    served.at(path, |model| &model.scale_place)
}

/// CPU says nothing of a server whose work is done on a GPU.
fn cpu(served: &Served<'_>) -> Option<Problem> {
    let mode = served.node.str_at(&["metadata", "annotations", MODE]);
    // Knative scales by requests
    let is_raw = mode.is_some_and(|mode| ["RawDeployment", "Standard"].contains(&mode));
    if !is_raw || class(served).is_some_and(|class| class != "hpa") {
        return None;
    }
    let message = format!(
        "{} is scaled by the load of its CPU, which says nothing of a server that works on a GPU",
        served.title()
    );
    let problem = Problem::new(
        &rule::AUTOSCALE_METRIC_CPU,
        place(served, &["metadata", "annotations", CLASS]),
        message,
    );
    Some(problem.help("scale it by requests that wait: a GpuModel with `autoscaling` makes the class `keda` and its metric; or give it as many copies at the least as at the most"))
}

/// A machine is gone before the next copy could have loaded.
fn flaps(served: &Served<'_>, around: &Around<'_>) -> Option<Problem> {
    let pool = served.pool(around).filter(|pool| pool.autoscaled)?;
    let mut platforms = around.plan.platforms.iter();
    let platform = platforms.find(|one| one.cluster == pool.cluster)?;
    let autoscaler = Some(&platform.autoscaler).filter(|one| one.scales_down == Some(true))?;
    let written = autoscaler.unneeded_time.as_deref().unwrap_or(UNNEEDED);
    let unneeded = seconds(written)?;
    let load = served.weights()? / LOADED_GIB;
    if class(served) == Some("none") || load <= unneeded {
        return None;
    }
    let message = format!(
        "{}a machine that nobody needs goes after {written}, and loading the weights again takes some {:.0} minutes: machines come and go with every change of demand",
        served.prefix(),
        (load / 60.0).ceil()
    );
    let path = ["spec", "predictor", "maxReplicas"];
    let problem = Problem::new(&rule::AUTOSCALE_FLAPS, place(served, &path), message);
    Some(problem.help(format!(
        "keep machines longer: `scaleDown: {{unneededTime: {:.0}m}}` of the ClusterAutoscaler; or keep the weights near: `pvc://`",
        (load / 60.0).ceil()
    )))
}

/// A duration of Go, as the autoscaler takes it: `1h30m`.
fn seconds(text: &str) -> Option<f64> {
    let (mut sum, mut number) = (0.0, String::new());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c.is_ascii_digit() || c == '.' {
            number.push(c);
            continue;
        }
        let is_milli = c == 'm' && rest.next_if_eq(&'s').is_some();
        let unit = match c {
            _ if is_milli => 0.001,
            'h' => 3600.0,
            'm' => 60.0,
            's' => 1.0,
            _ => return None,
        };
        sum += number.parse::<f64>().ok()? * unit;
        number.clear();
    }
    number.is_empty().then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_go() {
        let all = ["10m", "1h30m", "90s", "1.5h", "200ms", "10", "x", ""].map(seconds);
        let of = [600.0, 5400.0, 90.0, 5400.0, 0.2].map(Some);
        assert_eq!(all[..5], of);
        assert_eq!(all[5..], [None, None, Some(0.0)]);
    }
}
