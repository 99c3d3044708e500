//! What the clusters of one output share: objects of a platform have fixed names.

use std::collections::BTreeMap;

use crate::facts::Gathered;
use crate::kinds::gpu_platform::Platform;
use crate::krm::{Node, ObjectId};
use crate::problem::rules::platform as rule;
use crate::problem::{Place, Problem, Problems};

/// What to do when clusters of one output need different objects.
pub(crate) const EACH_ON_ITS_OWN: &str = "render each cluster on its own (`render --per-cluster`), or give all of them the same platform";

/// What is made for one cluster would be a second installation on another that has it.
pub(crate) fn here_and_there(planned: &[Platform], problems: &mut Problems) {
    let is_of = |object: &Node, package: &str| {
        object.str_at(&["kind"]) == Some("Subscription")
            && object.str_at(&["spec", "name"]) == Some(package)
    };
    for (package, shown) in planned.iter().flat_map(|platform| &platform.elsewhere) {
        let mut objects = planned.iter().flat_map(|platform| &platform.objects);
        if !objects.any(|object| is_of(object, package)) {
            continue;
        }
        let message =
            format!("`{package}` is made for one cluster of the output, and another has it");
        problems.push(
            Problem::new(&rule::PLATFORMS_DIFFER, Place::default(), message)
                .fact(shown.clone())
                .help(EACH_ON_ITS_OWN),
        );
    }
}

/// Clusters in one output share its objects: the same object leaves once, two that differ cannot.
pub(crate) fn once(planned: &mut [Platform], gathered: &Gathered, problems: &mut Problems) {
    let mut made: BTreeMap<ObjectId, Node> = BTreeMap::new();
    for platform in planned {
        let shared = &mut platform.shared;
        platform.objects.retain(|object| {
            let id = ObjectId::from(object);
            let Some(first) = made.get(&id) else {
                made.insert(id, object.clone());
                return true;
            };
            if first != object {
                let ObjectId { kind, name, .. } = id;
                let message = format!("{kind} `{name}` differs between the clusters of one output");
                let names: Vec<&str> = gathered
                    .clusters
                    .iter()
                    .map(|one| one.name.as_str())
                    .collect();
                problems.push(
                    Problem::new(&rule::PLATFORMS_DIFFER, Place::default(), message)
                        .fact(format!("clusters: `{}`", names.join("`, `")))
                        .help(EACH_ON_ITS_OWN),
                );
            }
            shared.push(object.clone());
            false
        });
    }
}
