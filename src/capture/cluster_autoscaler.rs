//! What the dump says of the ClusterAutoscaler: whether there is one, and whether it takes machines away.

use crate::api::owner::is_made;
use crate::capture::dump;
use crate::cluster::ClusterFacts;
use crate::krm::{Document, Node, Split};
use crate::problem::Problems;

const GROUP: &str = "autoscaling.openshift.io";
const KIND: &str = "ClusterAutoscaler";

/// The fact and the object that states it. Of one that a GpuPlatform made nothing is said, because the platform makes
/// it again, and would not if it were a fact; of a dump that does not say what it lists none of, nothing either.
pub(crate) fn read(
    splits: &[Split<'_>],
    facts: &ClusterFacts,
    problems: &mut Problems,
) -> Option<(String, String)> {
    if let Some(fact) = &facts.cluster_autoscaler {
        return Some((fact.value.clone(), fact.origin.object.clone()));
    }
    let all: Vec<&Document<'_>> = splits.iter().flat_map(|split| &split.documents).collect();
    let mut shown = all.iter().filter(|one| one.is(GROUP, KIND));
    // the operator looks at no other
    if let Some(document) = shown.find(|one| one.name == "default") {
        let node = problems.take(document.node())?;
        let scales_down = node
            .at(&["spec", "scaleDown", "enabled"])
            .and_then(Node::text)
            == Some("true");
        let value = if scales_down {
            "ScalesDown"
        } else {
            "NeverScalesDown"
        };
        let fact = (value.to_owned(), format!("{KIND}/{}", document.name));
        return (!is_made(&node)).then_some(fact);
    }
    let none = dump::lists_none_of(&all, GROUP, KIND);
    none.then(|| ("Absent".to_owned(), format!("{KIND}List")))
}
