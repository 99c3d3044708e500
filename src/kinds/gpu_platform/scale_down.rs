//! Whether machines that the autoscaler adds are ever taken away. Without a ClusterAutoscaler a MachineAutoscaler only
//! writes annotations (cluster-autoscaler-operator README), and one without `scaleDown.enabled` runs with
//! `--scale-down-enabled=false` (clusterautoscaler.go of that operator): nothing shrinks, and all of it is paid for.

use crate::cluster::{self, ClusterFacts, FactName};
use crate::kinds::gpu_platform::cluster_autoscaler::{GROUP, KIND};
use crate::kinds::gpu_platform::gpu_limits;
use crate::krm::{Kind, Node};
use crate::operator::{OperatorRequest, Shown};
use crate::plan::{Autoscaler, GpuLimit, Standing};
use crate::pool_face::PoolFace;
use crate::problem::rules::autoscaling as rule;
use crate::problem::{Place, Problem, Problems};

/// What is known of the ClusterAutoscaler of a cluster: the object that is made, else one that is shown, else what the
/// facts say of it.
pub(super) fn known<'n>(
    request: &OperatorRequest<'_>,
    facts: &ClusterFacts,
    mut made: impl Iterator<Item = &'n Node>,
    limits: &[GpuLimit],
) -> Autoscaler {
    if let Some(made) = made.find(|node| node.str_at(&["kind"]) == Some(KIND)) {
        return Autoscaler {
            standing: Standing::Made,
            scales_down: Some(scales_down(made)),
            unneeded_time: unneeded_time(made),
            shown_by: String::new(),
            limits: made.at(&["spec", "resourceLimits"]).cloned(),
        };
    }
    let earlier = request.installed.autoscalers_made_before.iter();
    let mut shown = request.installed.of(GROUP, KIND).chain(earlier);
    if let Some(shown) = shown.find(|one| one.name == "default") {
        return of_object(shown, limits);
    }
    let Some(stated) = &facts.cluster_autoscaler else {
        return Autoscaler::default();
    };
    let (standing, scales_down) = match stated.value.as_str() {
        "Absent" => (Standing::Absent, None),
        value => (Standing::Stated, Some(value == "ScalesDown")),
    };
    Autoscaler {
        standing,
        scales_down,
        unneeded_time: None,
        shown_by: stated.quote(FactName::ClusterAutoscaler),
        limits: None,
    }
}

fn of_object(shown: &Shown, limits: &[GpuLimit]) -> Autoscaler {
    let written = shown.node.at(&["spec", "resourceLimits"]).cloned();
    let completed = shown.document.is_some();
    Autoscaler {
        standing: if completed {
            Standing::Completed
        } else {
            Standing::There
        },
        scales_down: Some(scales_down(&shown.node)),
        unneeded_time: unneeded_time(&shown.node),
        shown_by: shown.text(),
        limits: if completed {
            with_limits(written, limits)
        } else {
            written
        },
    }
}

/// The limits of an object of the input, with those that it gets.
fn with_limits(written: Option<Node>, limits: &[GpuLimit]) -> Option<Node> {
    let mut all = written.unwrap_or_else(|| Node::map::<&str>([]));
    let mut gpus = all
        .get("gpus")
        .map(Node::items)
        .unwrap_or_default()
        .to_vec();
    for limit in limits.iter().filter(|limit| limit.unknown.is_empty()) {
        let of_type =
            |entry: &&mut Node| entry.str_at(&["type"]) == Some(limit.accelerator.as_str());
        match gpus.iter_mut().find(of_type) {
            Some(entry) if limit.replaces(entry) => entry.set("max", limit.max),
            Some(_) => {}
            None => gpus.push(gpu_limits::entry(&limit.accelerator, limit.max)),
        }
    }
    if !gpus.is_empty() {
        all.set("gpus", gpus);
    }
    matches!(&all.kind, Kind::Map(entries) if !entries.is_empty()).then_some(all)
}

fn unneeded_time(node: &Node) -> Option<String> {
    let written = node.str_at(&["spec", "scaleDown", "unneededTime"]);
    written.map(str::to_owned)
}

/// What is left out is a mistake of its own where `scaleDown` is written without it.
fn scales_down(node: &Node) -> bool {
    match node.at(&["spec", "scaleDown"]) {
        Some(down) => down.get("enabled").and_then(Node::text) != Some("false"),
        None => false,
    }
}

/// Reports pools that never shrink, once for all of a cluster.
pub(super) fn judge(
    request: &OperatorRequest<'_>,
    facts: &ClusterFacts,
    known: &Autoscaler,
    problems: &mut Problems,
) {
    let scaled = |pool: &&PoolFace| pool.autoscaled && !pool.is_earlier();
    let pools: Vec<&PoolFace> = request.pools.iter().filter(scaled).collect();
    let (Some(first), false) = (pools.first(), known.scales_down == Some(true)) else {
        return;
    };
    let place = (request.place_of_pool)(first, "spec.autoscaling");
    let whose = match pools.len() {
        1 => format!("pool `{}`", first.name),
        2 => format!("pool `{}` and one more", first.name),
        count => format!("pool `{}` and {} more", first.name, count - 1),
    };
    match known.standing {
        Standing::NotShown if problems.has_errors() => {
            // what is wrong with the pools comes first
        }
        Standing::NotShown => problems.push(not_shown(request, facts, &whose, place)),
        Standing::Absent => {
            let message = format!(
                "machines of {whose} are neither added nor taken away: the cluster has no ClusterAutoscaler"
            );
            let problem = Problem::new(&rule::NO_CLUSTER_AUTOSCALER, place, message);
            problems.push(problem.fact(known.shown_by.clone()).help(make_one(request)));
        }
        Standing::Made => {
            let at = (request.place)("spec.clusterAutoscaler");
            problems.push(
                never(&whose, place)
                    .fact(format!("`clusterAutoscaler` at {at}"))
                    .help("in a GpuPlatform: `clusterAutoscaler: {scaleDown: {enabled: true}}`"),
            );
        }
        Standing::Completed | Standing::There | Standing::Stated => problems.push(
            never(&whose, place)
                .fact(known.shown_by.clone())
                .help("set `spec.scaleDown.enabled` of the ClusterAutoscaler to `true`"),
        ),
    }
}

fn never(whose: &str, place: Place) -> Problem {
    let message = format!(
        "machines of {whose} are never taken away: the ClusterAutoscaler does not scale down"
    );
    Problem::new(&rule::NEVER_SCALED_DOWN, place, message)
}

/// Another build may deliver one: only who shows objects of the cluster is warned.
fn not_shown(
    request: &OperatorRequest<'_>,
    facts: &ClusterFacts,
    whose: &str,
    place: Place,
) -> Problem {
    let mut workers = facts.workers.iter();
    let raw = workers.find(|worker| worker.machine_set.is_some());
    let rule = match raw {
        Some(_) => &rule::NO_CLUSTER_AUTOSCALER,
        None => &rule::CLUSTER_AUTOSCALER_NOT_SHOWN,
    };
    let message = format!(
        "no ClusterAutoscaler is shown: unless the cluster has one, machines of {whose} are neither added nor taken away"
    );
    let mut problem = Problem::new(rule, place, message);
    if let Some(worker) = raw {
        let shown = &worker.origin;
        problem = problem.fact(format!("of the cluster's objects are shown: {shown}"));
    }
    let save = cluster::raw_command(FactName::ClusterAutoscaler);
    problem.help(make_one(request)).help(format!(
        "or show the one that is there: save it beside the facts with `{save}`, or write `ScalesDown` for `clusterAutoscaler` in ClusterFacts"
    ))
}

fn make_one(request: &OperatorRequest<'_>) -> String {
    if request.implied {
        let platform = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata:\n  name: gpu\nspec:\n  clusterAutoscaler:\n    scaleDown:\n      enabled: true";
        return format!("let a GpuPlatform make one:\n{platform}");
    }
    "in a GpuPlatform: `clusterAutoscaler: {scaleDown: {enabled: true}}` lets it make one"
        .to_owned()
}
