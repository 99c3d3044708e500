//! What of a pool differs in one cluster, as its ClusterFacts says it.

use super::Fact;
use super::path::dotted;
use super::read::Object;
use crate::api::{OurKind, fields_of};
use crate::krm::{Entry, Kind, Node};
use crate::problem::rules::api as rule;
use crate::problem::{Problem, Problems};

/// By name of the pool and path of the field.
type Stated = Vec<((String, String), Fact<Node>)>;

/// The fields of pools that a ClusterFacts sets. How the pools are with them, is said where pools are judged.
pub(super) fn read(object: &Object<'_>, spec: &Node, problems: &mut Problems) -> Stated {
    let mut stated = Vec::new();
    for entry in spec.get("overrides").map_or(&[][..], Node::entries) {
        let path = format!(".spec.overrides{}", dotted(&entry.key));
        match pool_of(&entry.key) {
            Some(pool) => of_pool(object, entry, pool, &path, &mut stated, problems),
            None => problems.push(no_pool(object, entry, &path)),
        }
    }
    stated
}

fn pool_of(key: &str) -> Option<&str> {
    let (kind, name) = key.split_once('/')?;
    (kind == OurKind::GpuMachineSet.name() && !name.is_empty()).then_some(name)
}

fn of_pool(
    object: &Object<'_>,
    entry: &Entry,
    pool: &str,
    path: &str,
    stated: &mut Stated,
    problems: &mut Problems,
) {
    for (field, value) in fields_of(&entry.value) {
        let path = format!("{path}.{field}");
        let wrong = |message: String, help: &str| {
            Problem::new(&rule::INVALID_VALUE, object.place(value, &path), message).help(help)
        };
        match field.split('.').next() {
            Some("facts") => problems.push(wrong(
                "an override cannot choose clusters: it stands with one".to_owned(),
                "write `facts` in the pool",
            )),
            Some("spec") if matches!(value.kind, Kind::Map(_)) => problems.push(wrong(
                "an override has the fields of a spec, and no `spec` of its own".to_owned(),
                &format!("write `{}: {{replicas: 2}}`", entry.key),
            )),
            _ => {
                let origin = object.origin(value, &path);
                let value = value.clone();
                stated.push(((pool.to_owned(), field), Fact { value, origin }));
            }
        }
    }
}

fn no_pool(object: &Object<'_>, entry: &Entry, path: &str) -> Problem {
    let name = entry.key.rsplit('/').next().unwrap_or("l4");
    let name = if name.is_empty() { "l4" } else { name };
    let message = format!("`{}` does not name a pool", entry.key);
    let key = Node {
        span: entry.key_span.clone(),
        ..Node::null()
    };
    let meant = format!("GpuMachineSet/{name}");
    let problem = Problem::new(&rule::INVALID_VALUE, object.place(&key, path), message);
    let problem = problem.values(entry.key.as_str(), Some(meant.clone()));
    problem.help(format!(
        "pools alone have overrides: write `{meant}: {{replicas: 2}}`"
    ))
}

/// Overrides in facts that a placeholder holds itself: they would say twice what the placeholder is.
pub(super) fn held(object: &Object<'_>, spec: &Node) -> Option<Problem> {
    let overrides = spec.get("overrides")?;
    let place = object.place(overrides, "spec.facts.overrides");
    let message = "the placeholder holds these facts itself, so there is nothing to override";
    let problem = Problem::new(&rule::INVALID_VALUE, place, message);
    Some(
        problem
            .help("write the fields in the `spec` of the pool, or the facts into a ClusterFacts"),
    )
}
