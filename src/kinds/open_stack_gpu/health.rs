//! What Argo CD is told of the health of OpenStack's objects, where the input has Argo CD's settings beside them.

use std::collections::BTreeSet;

use crate::argocd::written::GROUP;
use crate::krm::{Document, Node};
use crate::operator::installed::OLM;
use crate::plan::Made;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};

use super::cloud::Cloud;
use super::lua;
use super::node_set::{GROUP as DATA_PLANE, KIND as NODE_SET};
use super::objects::CORE;

/// Kinds that Argo CD 3.2 has no check of, of which `deploy/health` has one by the name of the kind.
const KINDS: [(&str, &str); 5] = [
    ("nmstate.io", "NodeNetworkConfigurationPolicy"),
    ("operator.openstack.org", "OpenStack"),
    (CORE, "OpenStackControlPlane"),
    (DATA_PLANE, NODE_SET),
    (DATA_PLANE, "OpenStackDataPlaneDeployment"),
];
const SUBSCRIPTION: (&str, &str) = (OLM, "Subscription");
/// How keys of `argocd-cm` begin.
const KEY: &str = "resource.customizations.health.";

/// Settings of an Argo CD.
struct Settings<'a> {
    document: &'a Document<'a>,
    /// Where checks belong.
    place: Place,
    /// Group and kind, with the text and its place.
    checks: Vec<(String, String, String, Place)>,
}

/// Says what Argo CD takes for healthy and is not, and what it does not know.
pub(super) fn check(cloud: &Cloud<'_>, made: &[Made], problems: &mut Problems) {
    let settings = settings(cloud);
    let Some(first) = settings.first() else {
        return;
    };
    let checks = || settings.iter().flat_map(|one| &one.checks);
    for (group, kind, text, place) in checks() {
        problems.extend(stops((group, kind), text, place));
    }
    let has =
        |(group, kind): (&str, &str)| checks().any(|(of, known, ..)| of == group && known == kind);
    let lacks = delivered(cloud, made)
        .into_iter()
        .filter(|kind| !has(*kind));
    let lacks: Vec<&str> = lacks.map(|(_, kind)| kind).collect();
    if let Some((name, place)) = application(cloud).filter(|_| !lacks.is_empty()) {
        let files: Vec<String> = lacks.iter().map(|kind| format!("`{kind}.lua`")).collect();
        let message = format!(
            "Application `{name}` delivers kinds of whose health `{}` says nothing, so that a wave of them passes at once: {}",
            first.document.name,
            lacks.join(", ")
        );
        let problem = Problem::new(&rule::HEALTH, first.place.clone(), message);
        problems.push(problem.fact(format!("the Application stands at {place}")).help(format!(
            "`deploy/health` of gpu-machineset has {}; they stand as `resourceHealthChecks` in `deploy/openshift-gitops/argocd.yaml`, and by keys in `deploy/argocd/argocd-cm.yaml`",
            files.join(", ")
        )));
    }
    if !has(SUBSCRIPTION) {
        manual(cloud, problems);
    }
}

/// All checks of the input.
fn settings<'a>(cloud: &Cloud<'a>) -> Vec<Settings<'a>> {
    let mut settings = Vec::new();
    let custom = cloud.given(GROUP, "ArgoCD");
    let maps = cloud.given("", "ConfigMap");
    let maps = maps.filter(|(_, one)| one.name == "argocd-cm");
    for (_, document) in custom.chain(maps).filter(|(_, one)| !one.is_live()) {
        let Ok(root) = document.node() else { continue };
        let mut checks = Vec::new();
        let list = ["spec", "resourceHealthChecks"];
        let list = root.at(&list).map_or(&[][..], Node::items).iter();
        for (index, one) in list.enumerate() {
            let word = |key: &str| one.get(key).and_then(Node::text).unwrap_or_default();
            let path = format!("spec.resourceHealthChecks[{index}].check");
            let place = crate::api::key_place(document, &root, &path);
            checks.push((
                word("group").to_owned(),
                word("kind").to_owned(),
                word("check").to_owned(),
                place,
            ));
        }
        for keys in [&["data"][..], &["spec", "extraConfig"]] {
            for entry in root.at(keys).map_or(&[][..], Node::entries) {
                let of = entry
                    .key
                    .strip_prefix(KEY)
                    .and_then(|of| of.rsplit_once('_'));
                if let (Some((group, kind)), Some(text)) = (of, entry.value.text()) {
                    let path = format!("{}[\"{}\"]", keys.join("."), entry.key);
                    let place = document.place(entry.key_span.clone(), path);
                    checks.push((group.to_owned(), kind.to_owned(), text.to_owned(), place));
                }
            }
        }
        let path = if document.kind == "ConfigMap" {
            "data"
        } else {
            "spec"
        };
        let path = if root.at(&["spec", "resourceHealthChecks"]).is_some() {
            "spec.resourceHealthChecks"
        } else {
            path
        };
        settings.push(Settings {
            document,
            place: crate::api::key_place(document, &root, path),
            checks,
        });
    }
    settings
}

/// A check that ends a sync which has only begun, or never lets it end.
fn stops((group, kind): (&str, &str), text: &str, place: &Place) -> Option<Problem> {
    if !KINDS.contains(&(group, kind)) {
        return None;
    }
    let stops = |message: String, cure: &str| {
        let problem = Problem::new(&rule::HEALTH_STOPS, place.clone(), message).help(cure);
        Some(problem.help(format!(
            "`deploy/health/{kind}.lua` of gpu-machineset is a check that was tried"
        )))
    };
    if lua::names(text, "Ready") && lua::degrades_on_ready(text) {
        let message = format!(
            "the check of {kind} calls it Degraded while `Ready` is `False`, as it is until all is set up: the first sync fails at once"
        );
        return stops(message, "let it be Progressing then");
    }
    if kind == NODE_SET && lua::names(text, "Ready") && !lua::names(text, "SetupReady") {
        let message = format!(
            "the check of {kind} waits for `Ready`, which comes with a run alone, in a later wave: the sync waits for ever"
        );
        return stops(message, "let it be Healthy by `SetupReady`");
    }
    None
}

/// Kinds of the table that are made or stand in the input.
fn delivered(cloud: &Cloud<'_>, made: &[Made]) -> Vec<(&'static str, &'static str)> {
    let kinds = made.iter().filter_map(|made| made.node.str_at(&["kind"]));
    let made: BTreeSet<&str> = kinds.collect();
    let is_given = |group: &'static str, kind: &'static str| {
        let mut given = cloud.given(group, kind);
        given.any(|(_, document)| !document.is_live())
    };
    let is_it =
        |(group, kind): &(&'static str, &'static str)| made.contains(kind) || is_given(group, kind);
    KINDS.into_iter().filter(is_it).collect()
}

/// The first Application into the namespace of this OpenStack.
fn application(cloud: &Cloud<'_>) -> Option<(String, Place)> {
    let paths: [(&str, &[&str]); 2] = [
        ("Application", &["spec", "destination", "namespace"]),
        (
            "ApplicationSet",
            &["spec", "template", "spec", "destination", "namespace"],
        ),
    ];
    paths.iter().find_map(|(kind, path)| {
        let mut all = cloud.given(GROUP, kind).filter(|(_, one)| !one.is_live());
        all.find_map(|(_, document)| {
            let root = document.node().ok()?;
            let is_here = root.str_at(path) == Some(cloud.namespace);
            let place = crate::api::place(document, &root, &path.join("."));
            is_here.then(|| (document.name.to_string(), place))
        })
    })
}

/// Argo CD's own check calls an update that waits Progressing.
fn manual(cloud: &Cloud<'_>, problems: &mut Problems) {
    let (group, kind) = SUBSCRIPTION;
    for (_, document) in cloud.given(group, kind).filter(|(_, one)| !one.is_live()) {
        let Ok(root) = document.node() else { continue };
        if root.str_at(&["spec", "installPlanApproval"]) != Some("Manual") {
            continue;
        }
        let message = format!(
            "updates of `{}` wait for approval, which Argo CD up to 3.2 calls Progressing: a sync with it waits until somebody approves",
            document.name
        );
        let place = crate::api::place(document, &root, "spec.installPlanApproval");
        let problem = Problem::new(&rule::HEALTH_MANUAL, place, message);
        problems.push(problem.help("`deploy/health/Subscription.lua` of gpu-machineset is a check by which an installed operator is Healthy: add it beside the others of Argo CD").help("or deliver Subscriptions by an Application of their own"));
    }
}
