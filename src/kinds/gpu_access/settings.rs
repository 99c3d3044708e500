//! What the cluster must be told besides, so that queues work and are seen: the dashboard, the DataScienceCluster, Kueue,
//! and the namespaces.

use std::collections::BTreeMap;

use super::context::Context;
use super::form::Form;
use super::objects::{KindOf, Metadata, Objects, PROFILES};
use super::pools::of_teams;
use crate::krm::{Kind, Node};
use crate::operator::{Addition, Shown};
use crate::plan::{AccessPool, AccessTeam, Completion, Plan};
use crate::problem::rules::access as rule;
use crate::problem::{Place, Problem, Problems, Rule};
use crate::types::Version;

const DASHBOARD: (&str, &str) = ("opendatahub.io", "OdhDashboardConfig");
const DASHBOARD_NAME: &str = "odh-dashboard-config";
const DATA_SCIENCE: (&str, &str) = ("datasciencecluster.opendatahub.io", "DataScienceCluster");
const KUEUE: (&str, &str) = ("kueue.openshift.io", "Kueue");
const MANAGED: &str = "kueue.openshift.io/managed";
const DISABLE: &[&str] = &["spec", "dashboardConfig", "disableKueue"];
const COMPONENT: &[&str] = &["spec", "components", "kueue", "managementState"];
const FRAMEWORKS: &[&str] = &["spec", "config", "integrations", "frameworks"];
/// What workbenches and models are made of.
const NEEDED: [&str; 3] = ["Deployment", "Pod", "StatefulSet"];

/// Whether the cluster has or gets Kueue; else it is said.
pub(super) fn has_kueue(context: &Context<'_>, problems: &mut Problems) -> bool {
    let own =
        context.operator("kueue").is_some() || context.shown(KUEUE.0, KUEUE.1).next().is_some();
    let of_ai = || {
        let mut all = context.shown(DATA_SCIENCE.0, DATA_SCIENCE.1);
        all.any(|one| text(&one.node, COMPONENT) == Some("Managed"))
    };
    if own || of_ai() {
        return true;
    }
    let message = "`mode: queue` needs Kueue, and nothing shows or makes it";
    let problem = Problem::new(
        &rule::QUEUE_NEEDS_KUEUE,
        context.place("spec.mode"),
        message,
    );
    problems.push(
        problem
            .help("let the GpuPlatform install the operator `kueue`")
            .help("is it there? Then add its Subscription to the facts"),
    );
    false
}

fn text<'n>(node: &'n Node, path: &[&str]) -> Option<&'n str> {
    node.at(path).and_then(Node::text)
}

/// Objects of one kind, of platforms of this run and of others: with the place, and the shown one where it is.
fn all<'s>(
    context: &'s Context<'_>,
    plan: &'s Plan,
    (group, kind): (&'static str, &'static str),
) -> Vec<(&'s Node, Place, Option<&'s Shown>)> {
    let is_it = move |node: &&Node| node.str_at(&["kind"]) == Some(kind);
    let mine = plan
        .platforms
        .iter()
        .filter(|one| one.cluster == context.cluster);
    let made = mine
        .flat_map(|one| one.objects.iter().chain(&one.shared))
        .filter(is_it);
    let made = made.map(|node| (node, context.place("spec.mode"), None));
    let shown = context.shown(group, kind);
    made.chain(shown.map(|one| (one.node.as_ref(), one.place.clone(), Some(one))))
        .collect()
}

/// All of it, in queue mode.
pub(super) fn put(
    context: &Context<'_>,
    form: Form,
    teams: &[AccessTeam],
    pools: &[AccessPool],
    plan: &mut Plan,
    objects: &mut Objects<'_, '_>,
    problems: &mut Problems,
) {
    let mut completions = Vec::new();
    if matches!(form, Form::Hardware(_)) && context.ai().is_some() {
        dashboard(context, objects, &mut completions, problems);
        component(context, plan, &mut completions, problems);
    }
    frameworks(context, plan, &mut completions, problems);
    gangs(context, plan, pools, problems);
    managed(context, teams, &mut completions, problems);
    plan.completions.extend(completions);
}

fn addition(
    shown: &Shown,
    path: &'static [&'static str],
    value: Node,
    rule: &'static Rule,
) -> Option<Completion> {
    let addition = Addition {
        path,
        value,
        as_text: false,
        rule,
        message: format!("{} lacks `{}`", shown.text(), path.join(".")),
        with: Vec::new(),
    };
    Some(Completion {
        document: shown.document?,
        additions: vec![addition],
    })
}

/// Without it a project with queues offers no profile at all.
fn dashboard(
    context: &Context<'_>,
    objects: &mut Objects<'_, '_>,
    completions: &mut Vec<Completion>,
    problems: &mut Problems,
) {
    let mut is_there = false;
    for one in context.shown(DASHBOARD.0, DASHBOARD.1) {
        is_there = true;
        match text(&one.node, DISABLE) {
            Some("false") => {}
            None if one.document.is_some() => {
                completions.extend(addition(
                    one,
                    DISABLE,
                    false.into(),
                    &rule::DASHBOARD_HIDES_QUEUE_PROJECTS,
                ));
            }
            _ => {
                let message = format!(
                    "OdhDashboardConfig `{}` keeps projects with queues from creating anything: `disableKueue` is not `false`",
                    one.name
                );
                let place = one.at(&["dashboardConfig", "disableKueue"]);
                let problem = Problem::new(&rule::DASHBOARD_HIDES_QUEUE_PROJECTS, place, message);
                problems.push(problem.help(format!(
                    "write `spec: {{dashboardConfig: {{disableKueue: false}}}}` there, or `oc patch odhdashboardconfig -n {} {} --type merge -p '{{\"spec\":{{\"dashboardConfig\":{{\"disableKueue\":false}}}}}}'`",
                    one.namespace, one.name
                )));
            }
        }
    }
    if is_there {
        return;
    }
    // the dashboard merges it over what it has built in
    let config = Node::from([("disableKueue", false.into())]);
    let spec = Node::from([("dashboardConfig", config)]);
    let of = KindOf {
        api: "opendatahub.io/v1alpha",
        kind: DASHBOARD.1,
        wave: PROFILES,
        is_custom: true,
        options: "Prune=false,Delete=false",
    };
    let applications = context.applications();
    objects.put(
        of,
        (&applications, DASHBOARD_NAME),
        Metadata::default(),
        spec,
    );
}

/// The DataScienceCluster counts on Kueue, and runs none of its own beside another.
fn component(
    context: &Context<'_>,
    plan: &Plan,
    completions: &mut Vec<Completion>,
    problems: &mut Problems,
) {
    let beside = context.operator("kueue").is_some();
    let is_3 = context
        .ai_version()
        .is_none_or(|version| version >= Version(3, 0));
    for (node, place, shown) in all(context, plan, DATA_SCIENCE) {
        let at = |one: &Shown| one.at(&["components", "kueue", "managementState"]);
        let place = shown.map_or(place, at);
        match text(node, COMPONENT) {
            Some("Managed") if beside || is_3 => {
                let message = "the DataScienceCluster runs a Kueue of its own, and the operator of Kueue is there too";
                let message = if beside {
                    message
                } else {
                    "OpenShift AI 3 runs no Kueue of its own"
                };
                let problem = Problem::new(&rule::KUEUE_MANAGED_TWICE, place, message);
                problems.push(
                    problem.help("write `kueue: {managementState: Unmanaged}` in its `components`"),
                );
            }
            Some("Managed" | "Unmanaged") => {}
            None if shown.is_some_and(|one| one.document.is_some()) => {
                let added = shown.and_then(|one| {
                    addition(
                        one,
                        COMPONENT,
                        "Unmanaged".into(),
                        &rule::DASHBOARD_HIDES_QUEUE_PROJECTS,
                    )
                });
                completions.extend(added);
            }
            _ => {
                let message = "the DataScienceCluster does without Kueue, so the dashboard shows no profile with a queue";
                let problem = Problem::new(&rule::DASHBOARD_HIDES_QUEUE_PROJECTS, place, message);
                problems.push(problem.help("write `components: {kueue: Unmanaged}` of `openshift-ai` in the GpuPlatform, or `kueue: {managementState: Unmanaged}` in the DataScienceCluster"));
            }
        }
    }
}

/// Kueue looks after what workbenches and models are made of.
fn frameworks(
    context: &Context<'_>,
    plan: &Plan,
    completions: &mut Vec<Completion>,
    problems: &mut Problems,
) {
    for (node, place, shown) in all(context, plan, KUEUE) {
        let there = node.at(FRAMEWORKS).map(Node::items).unwrap_or_default();
        let lacks = |name: &&str| !there.iter().any(|one| one.text() == Some(*name));
        let lacking: Vec<&str> = NEEDED.into_iter().filter(lacks).collect();
        if lacking.is_empty() {
            continue;
        }
        if let Some(one) = shown.filter(|one| one.document.is_some()) {
            let items: Vec<Node> = lacking.iter().map(|name| Node::from(*name)).collect();
            let items = Node::from(Kind::List(items));
            completions.extend(addition(
                one,
                FRAMEWORKS,
                items,
                &rule::KUEUE_FRAMEWORK_MISSING,
            ));
            continue;
        }
        let lacking = lacking.join("`, `");
        let message = format!(
            "Kueue does not look after `{lacking}`: workbenches and models start without a queue"
        );
        let problem = Problem::new(&rule::KUEUE_FRAMEWORK_MISSING, place, message);
        problems.push(problem.help(format!("add `{lacking}` to its frameworks")));
    }
}

/// A gang that waits for nodes is evicted after five minutes.
fn gangs(context: &Context<'_>, plan: &Plan, pools: &[AccessPool], problems: &mut Problems) {
    let empty = pools
        .iter()
        .find(|pool| pool.face.autoscaled && pool.face.min_machines == 0);
    let Some(pool) = empty else { return };
    for (node, place, shown) in all(context, plan, KUEUE) {
        let policy = ["spec", "config", "gangScheduling", "policy"];
        if text(node, &policy) != Some("ByWorkload") {
            continue;
        }
        let place = shown.map_or(place, |one| one.at(&["config", "gangScheduling", "policy"]));
        let message = format!(
            "Kueue evicts a workload whose pods do not all run after 5 minutes, and pool `{}` starts its nodes later than that",
            pool.face.name
        );
        let problem = Problem::new(&rule::QUEUE_TIMEOUT, place, message);
        problems.push(problem.help("write `policy: None`, or keep a node: `autoscaling.min: 1`"));
    }
}

/// Kueue leaves namespaces without the label alone.
fn managed(
    context: &Context<'_>,
    teams: &[AccessTeam],
    completions: &mut Vec<Completion>,
    problems: &mut Problems,
) {
    // one line for a team: its namespaces are labelled together
    let mut unmanaged: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for namespace in of_teams(teams) {
        let mut shown = context
            .shown("", "Namespace")
            .filter(|one| one.name == namespace);
        let shown = shown.next();
        let label = shown.and_then(|one| text(&one.node, &["metadata", "labels", MANAGED]));
        if label == Some("true") {
            continue;
        }
        if let Some(one) = shown.filter(|one| one.document.is_some() && label.is_none()) {
            let path = &["metadata", "labels", MANAGED];
            let rule = &rule::QUEUE_NAMESPACE_UNMANAGED;
            completions.extend(addition(one, path, "true".into(), rule));
            continue;
        }
        let team = (teams.iter()).find(|team| team.namespaces.contains(namespace));
        let path = team.map_or_else(
            || "spec.teams".to_owned(),
            |team| format!("spec.teams.{}.namespaces", team.name),
        );
        unmanaged.entry(path).or_default().push(namespace);
    }
    problems.extend(unmanaged.iter().map(|(path, namespaces)| {
        let (noun, names) = match namespaces.as_slice() {
            [one] => ("namespace", format!("`{one}`")),
            all => ("namespaces", format!("`{}`", all.join("`, `"))),
        };
        let message = format!(
            "nothing shows that Kueue manages {noun} {names}: what runs there passes by its queues"
        );
        let place = context.place(path);
        Problem::new(&rule::QUEUE_NAMESPACE_UNMANAGED, place, message)
            .help(format!(
                "`oc label namespace {} {MANAGED}=true`",
                namespaces.join(" ")
            ))
            .help("then add the Namespace to the input or the facts")
    }));
}
