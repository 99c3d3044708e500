//! Parameters that change a field of a pool: `pool.l4.replicas`, or `pool.l4` with a map of fields.

use serde_json::{Value, json};

use crate::api::{self, OurKind, Override, Overriding, our_kind};
use crate::argocd::parameters::{Raw, Values, is_value};
use crate::krm::{Node, Split};
use crate::problem::Problem;
use crate::problem::rules::api as api_rule;

const PREFIX: &str = "pool";
/// The fields that the Parameters tab offers for each pool; all others can be written.
const ANNOUNCED: [&str; 5] = [
    "instanceType",
    "zones",
    "replicas",
    "autoscaling.min",
    "autoscaling.max",
];

/// What a parameter gives a pool, when it gives anything; `name` is that of the pool and its field.
pub(super) fn overriding(raw: &Raw, name: &str, weak: bool) -> Option<Override> {
    let value = match &raw.values {
        Values::None => return None,
        Values::String(text) => Overriding::Text(is_value(text).then(|| text.trim().to_owned())?),
        Values::Array(items) => {
            let items = items.iter().filter(|item| is_value(item)).cloned();
            let items: Vec<String> = items.collect();
            Overriding::List(Some(items).filter(|items| !items.is_empty())?)
        }
        Values::Map(entries) => {
            let entries = entries.iter().filter(|(_, text)| is_value(text));
            let entries = entries.map(|(key, text)| (key.clone(), text.trim().to_owned()));
            let entries: Vec<(String, String)> = entries.collect();
            Overriding::Map(Some(entries).filter(|entries| !entries.is_empty())?)
        }
    };
    Some(Override {
        parameter: raw.name.clone(),
        name: name.to_owned(),
        value,
        origin: raw.origin.clone(),
        place: raw.place.clone(),
        weak,
    })
}

/// `l4.replicas` of `pool.l4.replicas`, of `POOL_L4_REPLICAS` as well.
pub(super) fn after_prefix(name: &str) -> Option<&str> {
    let (head, rest) = name.split_at_checked(PREFIX.len())?;
    let rest = rest.strip_prefix(['.', '_', '-'])?;
    (head.eq_ignore_ascii_case(PREFIX) && !rest.is_empty()).then_some(rest)
}

/// What to write for an unknown parameter that is a field of pools: `replicas`, `l4.replicas`, `pools`.
pub(super) fn meant(name: &str) -> Option<String> {
    let last = name.rsplit('.').next().unwrap_or(name);
    let mut fields = api::pool_schema().at(&["properties"]).keys();
    let field = fields.find(|field| api::fold(field) == api::fold(last));
    if field.is_none() && !matches!(api::fold(name).as_str(), "pool" | "pools") {
        return None;
    }
    let field = field.unwrap_or("replicas");
    Some(format!(
        "a field of a pool is given as `pool.<name of the pool>.{field}`"
    ))
}

/// The parameter that gives what a pool lacks.
pub(super) fn field_that_is_missing(problem: &Problem) -> Option<String> {
    let object = problem.place.object.as_ref()?;
    if problem.rule != &api_rule::MISSING_FIELD || object.kind != OurKind::GpuMachineSet.name() {
        return None;
    }
    // neither `replicas` nor `autoscaling`
    let field = match problem.place.path.as_str() {
        "spec" => "replicas",
        path => path.strip_prefix("spec.")?,
    };
    ANNOUNCED
        .contains(&field)
        .then(|| format!("{PREFIX}.{}.{field}", object.name))
}

/// The announcements for every pool of the tree, with what stands there.
pub(super) fn announcements(splits: &[Split<'_>]) -> Vec<Value> {
    let documents = splits.iter().flat_map(|split| &split.documents);
    let is_pool = |kind| matches!(kind, Some(Ok(OurKind::GpuMachineSet)));
    let pools = documents.filter(|document| is_pool(our_kind(document)));
    let mut all = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for pool in pools {
        let Ok(node) = pool.node() else { continue };
        if seen.insert(pool.name.to_string()) {
            all.extend(
                ANNOUNCED
                    .iter()
                    .map(|field| announce(&pool.name, field, &node)),
            );
        }
    }
    all
}

fn announce(pool: &str, field: &str, node: &Node) -> Value {
    let path: Vec<&str> = std::iter::once("spec").chain(field.split('.')).collect();
    let value = node.at(&path);
    let has = |field: &str| node.at(&["spec", field]).is_some();
    let required = match field {
        "instanceType" => !has(field),
        "replicas" => !has("replicas") && !has("autoscaling"),
        _ => false,
    };
    let steps = field.split('.').flat_map(|step| ["properties", step]);
    let steps: Vec<&str> = steps.chain(["description"]).collect();
    let about = api::pool_schema().at(&steps).prose();
    let mut fields = json!({
        "name": format!("{PREFIX}.{pool}.{field}"),
        "title": format!("Pool {pool}: {field}"),
        "tooltip": about.unwrap_or_default(),
        "required": required,
    });
    if field == "zones" {
        let zones = value
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(Node::text);
        fields["collectionType"] = "array".into();
        fields["array"] = zones.collect::<Vec<&str>>().into();
    } else {
        fields["collectionType"] = "string".into();
        fields["string"] = value.and_then(Node::text).unwrap_or_default().into();
    }
    fields
}
