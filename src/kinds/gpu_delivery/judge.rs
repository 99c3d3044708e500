//! What is wrong with a `GpuDelivery`, by itself and beside what the input shows of Argo CD.

use std::collections::BTreeMap;

use crate::api::gpu_delivery::{KindRef, Layout, May, Pools, WindowKind};
use crate::argocd::written::placeholder;
use crate::argocd::written::project::always_open;
use crate::catalog::kinds;
use crate::problem::rules::delivery as rule;
use crate::problem::{Problem, Problems, Rule, first_of};

use super::applications::LONGEST;
use super::delivery::{Delivery, Part};
use super::{allowed, clusters, project};

pub(super) fn check(delivery: &Delivery<'_>, problems: &mut Problems) {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for part in &delivery.parts {
        if let Some(first) = names.get(part.name()) {
            let place = delivery.place_of(part, "name");
            let message = format!("component `{}` stands twice", part.name());
            let problem = Problem::new(&rule::COMPONENT_TWICE, place, message);
            let first = format!("the first is spec.components[{first}]");
            problems.push(
                problem
                    .fact(first)
                    .help("give each component a name of its own"),
            );
        }
        names.entry(part.name()).or_insert(part.index);
        source(delivery, part, problems);
        together(delivery, part, problems);
        kinds_of(delivery, part, problems);
    }
    let common = delivery
        .spec
        .source
        .as_ref()
        .and_then(|source| source.repo_url.as_deref());
    if let Some(word) = common.and_then(|address| placeholder(address, true)) {
        problems.push(left(delivery, "spec.source.repoURL", word));
    }
    roles(delivery, problems);
    windows(delivery, problems);
    order(delivery, problems);
    clusters::check(delivery, problems);
}

fn source(delivery: &Delivery<'_>, part: &Part<'_>, problems: &mut Problems) {
    let component = part.component;
    let whole = format!("spec.components[{}]", part.index);
    let what = match (&component.path, &component.chart) {
        (Some(_), Some(_)) => Some((
            "both `path` and `chart`",
            "keep `path` for a folder of a Git repository, `chart` for a repository of charts",
        )),
        (None, None) => Some((
            "neither `path` nor `chart`",
            "write `path: FOLDER` for a folder of a Git repository, or `chart: NAME` for a repository of charts",
        )),
        _ => None,
    };
    if let Some((what, help)) = what {
        let message = format!("component `{}` has {what}", part.name());
        let place = delivery.place(&whole);
        problems.push(Problem::new(&rule::COMPONENT_SOURCE, place, message).help(help));
    }
    if part.repository.is_none() {
        let message = format!("component `{}` has no repository", part.name());
        let problem = Problem::new(&rule::REPOSITORY_MISSING, delivery.place(&whole), message);
        problems.push(problem.help("give one to all components as `spec.source.repoURL`, or to this one as `source: {repoURL: ...}`"));
    }
    let own = component
        .source
        .as_ref()
        .and_then(|source| source.repo_url.as_deref());
    if let Some(word) = own.and_then(|address| placeholder(address, true)) {
        let path = format!("{whole}.source.repoURL");
        problems.push(left(delivery, &path, word));
    }
    let has_version = part.revision.is_some_and(|revision| revision != "HEAD");
    if component.chart.is_some() && !has_version {
        let message = format!(
            "chart `{}` has no version",
            component.chart.as_deref().unwrap_or_default()
        );
        let problem = Problem::new(
            &rule::CHART_VERSION,
            delivery.place_of(part, "chart"),
            message,
        );
        problems.push(
            problem.help("write `source: {repoURL: ..., targetRevision: 1.2.3}` at the component"),
        );
    }
}

fn left(delivery: &Delivery<'_>, path: &str, word: &str) -> Problem {
    let message = format!("`{word}` stands for something else");
    Problem::new(&rule::PLACEHOLDER_LEFT, delivery.place(path), message)
        .help("write the address of your repository")
}

/// Fields that mean nothing beside others.
fn together(delivery: &Delivery<'_>, part: &Part<'_>, problems: &mut Problems) {
    let component = part.component;
    let plugin = component.pools == Some(Pools::Plugin);
    let pools = component.pools.is_some();
    let chart = component.chart.is_some();
    let values = component
        .helm
        .as_ref()
        .and_then(|helm| helm.values.as_ref());
    let own_map = values.and_then(|values| values.get("gpuScheduling")?.get("schedulingMap"));
    let wrong = [
        (
            pools && component.helm.is_some(),
            "helm",
            "pools are no chart",
        ),
        (pools && chart, "chart", "pools are no chart"),
        (
            pools && component.gpu_scheduling.is_some(),
            "gpuScheduling",
            "pools are no chart",
        ),
        (
            !plugin && component.facts.is_some(),
            "facts",
            "only `pools: plugin` reads facts",
        ),
        (
            !plugin && component.parameters.is_some(),
            "parameters",
            "only `pools: plugin` takes parameters",
        ),
        (
            component.recurse == Some(true) && (chart || pools),
            "recurse",
            "it is for folders of plain manifests",
        ),
        (
            own_map.is_some() && component.gpu_scheduling.is_some(),
            "gpuScheduling",
            "`helm.values` has a map already",
        ),
    ];
    for (_, field, why) in wrong.into_iter().filter(|(is_wrong, ..)| *is_wrong) {
        let message = format!(
            "`{field}` of component `{}` has no effect: {why}",
            part.name()
        );
        let place = delivery.place_of(part, field);
        problems.push(Problem::new(&rule::COMPONENT_FIELDS, place, message).help("remove it"));
    }
}

fn kinds_of(delivery: &Delivery<'_>, part: &Part<'_>, problems: &mut Problems) {
    for (index, kind) in part.component.kinds.iter().flatten().enumerate() {
        let KindRef::Name(name) = kind else { continue };
        if allowed::named(name).is_some() {
            continue;
        }
        let place = delivery.place_of(part, &format!("kinds[{index}]"));
        let message = format!("`{name}` is no kind of Kubernetes or OpenShift that is known here");
        let nearest = kinds::nearest(None, name);
        let mut problem = Problem::new(&rule::UNKNOWN_KIND_NAME, place, message)
            .values(name.as_str(), nearest.map(str::to_owned));
        if let Some(nearest) = nearest {
            problem = problem.help(format!("did you mean `{nearest}`?"));
        }
        problems.push(problem.help(format!(
            "of another group: `{{group: example.org, kind: {name}, clusterScoped: false}}`"
        )));
    }
    let nothing = part.allowed.namespaced.is_empty()
        && part
            .allowed
            .cluster
            .iter()
            .all(|(group, kind)| group.is_empty() && kind == "Namespace");
    if delivery.makes_project() && nothing && part.component.kinds.is_none() {
        let message = format!(
            "nobody says which kinds component `{}` delivers",
            part.name()
        );
        let place = delivery.place(&format!("spec.components[{}]", part.index));
        let problem = Problem::new(&rule::COMPONENT_KINDS, place, message);
        problems.push(
            problem
                .help("list them: `helm template CHART | grep ^kind: | sort -u`, then `kinds: [Deployment, Service]`")
                .help(format!("or render with its manifests, each annotated `gpu-machineset.dev/component: {}`", part.name())),
        );
    }
}

fn roles(delivery: &Delivery<'_>, problems: &mut Problems) {
    let written = delivery
        .spec
        .project
        .as_ref()
        .and_then(|project| project.roles.as_ref());
    for (name, role) in written.into_iter().flatten() {
        let path = format!("spec.project.roles.{name}");
        let Some(may) = role.may.clone().or_else(|| project::by_default(name)) else {
            let message = format!("role `{name}` may do nothing");
            let problem = Problem::new(&rule::ROLE_WITHOUT_POLICY, delivery.place(&path), message);
            problems.push(problem.help("give it what it may: `may: [get, sync]`"));
            continue;
        };
        let writes = may.iter().find(|may| !matches!(may, May::Get | May::Logs));
        if name == "readonly" && writes.is_some() {
            let message = "role `readonly` may change something".to_owned();
            let place = delivery.place(&format!("{path}.may"));
            let problem = Problem::new(&rule::READONLY_WRITES, place, message);
            problems.push(problem.help("write `may: [get, logs]`, or give the role another name"));
        }
    }
}

fn windows(delivery: &Delivery<'_>, problems: &mut Problems) {
    let written = delivery
        .spec
        .project
        .as_ref()
        .and_then(|project| project.sync_windows.as_ref());
    for (index, window) in written.into_iter().flatten().enumerate() {
        let always = window
            .schedule
            .split_ascii_whitespace()
            .all(|field| field == "*");
        if window.kind == WindowKind::Allow && always {
            let place = delivery.place(&format!("spec.project.syncWindows[{index}]"));
            problems.push(always_open(place));
        }
    }
}

fn order(delivery: &Delivery<'_>, problems: &mut Problems) {
    if delivery.spec.layout == Some(Layout::Single) {
        single(delivery, problems);
    } else if delivery.orders().len() > 1 && !delivery.is_combined() {
        let place = delivery.place("spec.layout");
        let message =
            "components of several ApplicationSets are synced at once, whatever their `order`";
        let problem = Problem::new(&rule::ORDER_WITHOUT_EFFECT, place, message);
        problems.push(problem.help("write `layout: combined`, or remove `order`"));
    }
}

/// One Application for all components.
fn single(delivery: &Delivery<'_>, problems: &mut Problems) {
    let place = || delivery.place("spec.layout");
    if delivery.spec.clusters.is_some() {
        let message = "`layout: single` is one Application, and there may be several clusters";
        let problem = Problem::new(&rule::SINGLE_OF_ONE, place(), message);
        problems.push(problem.help("write `layout: combined`, or remove `clusters`"));
    }
    let only = delivery.only_namespace();
    let mut others = delivery.parts.iter().filter(|part| !part.has_pools());
    if let Some(part) = others.find(|part| part.namespace != only) {
        let message = format!(
            "components of one Application have one namespace for manifests that name none: `{only}`, and not `{}` of component `{}`",
            part.namespace,
            part.name()
        );
        let problem = Problem::new(
            &rule::SINGLE_OF_ONE,
            delivery.place_of(part, "name"),
            message,
        );
        problems.push(
            problem
                .help(format!("give it `namespace: {only}`, and `namespaces: [{}]` when its manifests name that; or let each have an Application of its own, by `layout: combined`", part.namespace)),
        );
    }
    if delivery.orders().len() > 1 {
        let message =
            "one Application is ordered by the sync waves of its manifests, not by `order`";
        let problem = Problem::new(&rule::ORDER_WITHOUT_EFFECT, place(), message);
        problems.push(problem.help("annotate the manifests of a component that waits: `argocd.argoproj.io/sync-wave: \"20\"`; pools and operators have waves up to 10"));
    }
}

/// A problem about some clusters, with their names.
pub(super) fn of_clusters(
    rule: &'static Rule,
    place: crate::problem::Place,
    message: String,
    names: Vec<String>,
) -> Problem {
    let names = first_of(names.into_iter().map(|name| format!("`{name}`")), 5);
    Problem::new(rule, place, message).fact(format!("clusters: {names}"))
}

/// How much of the name of an Application is left for that of the cluster.
pub(super) fn room(delivery: &Delivery<'_>, part: &Part<'_>) -> usize {
    LONGEST.saturating_sub(delivery.name.len() + part.name().len() + 2)
}
