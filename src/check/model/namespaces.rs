//! Namespaces of models.

use std::collections::BTreeSet;

use super::served::{By, Served};
use super::{Around, Found};
use crate::problem::rules::model as rule;
use crate::problem::{Problem, did_you_mean};

/// A namespace that is not among those that are shown. Where none is shown they are looked after elsewhere, and nothing
/// is said.
pub(super) fn check(all: &[Served<'_>], around: &Around<'_>) -> Found {
    let kinds = [("", "Namespace"), ("project.openshift.io", "Project")];
    let shown = kinds
        .into_iter()
        .flat_map(|(group, kind)| around.shown(group, kind));
    let shown: BTreeSet<&str> = shown.map(|document| document.name.as_ref()).collect();
    let mut said = BTreeSet::new();
    let mut found = Found::new();
    for served in all {
        let By::Model(model) = served.by else {
            continue;
        };
        let namespace = served.namespace;
        let is_new = !shown.is_empty() && !shown.contains(namespace) && said.insert(namespace);
        if !is_new {
            continue;
        }
        let message = format!(
            "namespace `{namespace}` of the model is not among the namespaces that the input and the facts show"
        );
        let problem = Problem::new(&rule::NAMESPACE_MISSING, model.place.clone(), message);
        let near = did_you_mean(namespace, shown.iter().copied());
        let problem = match near {
            Some(near) => problem.help(format!("is `{near}` meant?")),
            None => problem,
        };
        found.push(problem.help(format!(
            "make it beside the model, with the label `opendatahub.io/dashboard: \"true\"`; is it there? Then save it with the facts: `oc get namespace {namespace} -o yaml`"
        )));
    }
    found
}
