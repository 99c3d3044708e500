//! What scales the sets that were rendered.

use std::collections::{BTreeMap, BTreeSet};

use super::Identity;
use crate::krm::{Document, Split};
use crate::node_group::{self, KindDef, Role};
use crate::problem::Problem;
use crate::problem::rules::migrate as rule;
use crate::types::machine_api::NAMESPACE;

/// Names of objects whose machines an autoscaler decides, and the kinds of these autoscalers.
pub(super) fn autoscaled(rendered: &Split<'_>) -> (BTreeSet<String>, Vec<&'static KindDef>) {
    let (mut names, mut kinds) = (BTreeSet::new(), Vec::<&'static KindDef>::new());
    for document in &rendered.documents {
        let Some((form, def)) = node_group::of_document(document) else {
            continue;
        };
        if def.role != Role::Scaler {
            continue;
        }
        let scaled = document.node().ok().and_then(|node| form.scaled(&node));
        if let Some(scaled) = scaled {
            names.insert(scaled.target);
            if !kinds.iter().any(|known| known.kind == def.kind) {
                kinds.push(def);
            }
        }
    }
    (names, kinds)
}

/// A dump of MachineSets alone says nothing of their autoscalers.
pub(super) fn no_autoscalers(def: &KindDef) -> Problem {
    let message = format!(
        "the dump holds no {}: each that is rendered is shown as new",
        def.kind
    );
    let resource = format!("{}.{}", def.plural, def.group);
    Problem::new(
        &rule::NOT_COMPARED,
        crate::problem::Place::default(),
        message,
    )
    .help(format!("if there are any: `oc get {resource} -n {NAMESPACE} -o yaml > autoscalers.yaml`, and `--live` both files"))
}

/// Live ones of another name that scale a set for which one was rendered: the operator takes the first and ignores, or
/// fights with, the other.
pub(super) fn fighting(
    rendered: &Split<'_>,
    there: &BTreeMap<Identity, &Document<'_>>,
) -> Vec<Problem> {
    let ours: BTreeSet<Identity> = rendered.documents.iter().map(Identity::of).collect();
    let scaled = |document: &Document<'_>| {
        let scaled = node_group::scaler(document)?.scaled(&document.node().ok()?)?;
        Some((document.kind.to_string(), scaled))
    };
    let made: Vec<_> = rendered.documents.iter().filter_map(scaled).collect();
    let mut found = Vec::new();
    for (identity, document) in there.iter().filter(|(one, _)| !ours.contains(one)) {
        let Some((kind, live)) = scaled(document) else {
            continue;
        };
        let same =
            |(of, one): &&(String, node_group::Scaled)| *of == kind && one.target == live.target;
        let Some((_, one)) = made.iter().find(same) else {
            continue;
        };
        let is_same = (one.min.unwrap_or(0), one.max) == (live.min.unwrap_or(0), live.max);
        let limits = if is_same { " with the same limits" } else { "" };
        let name = &identity.name;
        let message = format!("{kind} `{name}` scales `{}` already{limits}", live.target);
        let place = document.place(document.range.start..document.range.start, "");
        let resource = node_group::of_document(document).map(|(_, def)| def);
        let resource = resource.map(|def| format!("{}.{}", def.plural, def.group));
        let resource = resource.unwrap_or_default();
        found.push(
            Problem::new(&rule::LEFTOVER, place, message)
                .fact("two of one set fight over its limits")
                .help(format!(
                    "delete it first: `oc delete {resource} -n {NAMESPACE} {name}`"
                )),
        );
    }
    found
}
