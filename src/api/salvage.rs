//! What is left of a pool or a platform without what is wrong in it, so that the rules can judge the rest in the same run.
//!
//! Only fields whose absence makes no other rule speak up are left out; anything else wrong, and nothing is judged.

use crate::krm::Node;
use crate::problem::Problem;
use crate::problem::rules::api as rule;

/// Fields of the spec that may be left out, each with those that mean nothing without it.
const DROPPABLE: [(&str, &[&str]); 9] = [
    ("labels", &[]),
    ("machineLabels", &[]),
    ("taints", &[]),
    ("protection", &[]),
    ("accelerator", &[]),
    ("sharing", &[]),
    ("replicas", &["autoscaling"]),
    ("autoscaling", &["replicas"]),
    ("market", &["spot", "capacityReservation"]),
];

/// The object without the fields that the problems are about; itself when there are none. `None` when what is left
/// would be judged wrongly.
pub(super) fn rest(node: &Node, problems: &[Problem]) -> Option<Node> {
    let mut rest = node.clone();
    for problem in problems {
        drop_field(&mut rest, problem)?;
    }
    let spec = rest.get_mut("spec")?;
    if spec.get("replicas").is_none() && spec.get("autoscaling").is_none() {
        spec.set("replicas", 1_u32);
    }
    Some(rest)
}

/// A platform without what the problems are about. `None` when they are about all of it.
pub(super) fn rest_of_platform(node: &Node, problems: &[Problem]) -> Option<Node> {
    let mut rest = node.clone();
    for problem in problems {
        let path = problem.place.path.strip_prefix("spec.")?;
        // an element of a list goes with its list
        let path = path.split('[').next().unwrap_or_default();
        let (parents, key) = path.rsplit_once('.').unwrap_or(("", path));
        // what a wrong field of the spec would have said, nobody knows
        if parents.is_empty() {
            return None;
        }
        let mut level = rest.get_mut("spec")?;
        for step in parents.split('.').filter(|step| !step.is_empty()) {
            level = level.get_mut(step)?;
        }
        level.remove(key)?;
    }
    Some(rest)
}

fn drop_field(rest: &mut Node, problem: &Problem) -> Option<()> {
    let path = problem.place.path.as_str();
    let unknown = problem.rule.slug == rule::UNKNOWN_FIELD.slug;
    let (parent, key) = path.rsplit_once('.').unwrap_or(("", path));
    if unknown && !path.contains('[') {
        if let Some(meant) = &problem.proposed {
            let meant = match meant.strip_prefix("spec.") {
                Some(path) => path,
                None if parent == "spec" => meant,
                None => parent.strip_prefix("spec.")?,
            };
            droppable(meant)?;
        }
        let steps: Vec<&str> = parent.split('.').filter(|step| !step.is_empty()).collect();
        let mut level = &mut *rest;
        for step in steps {
            level = level.get_mut(step)?;
        }
        level.remove(key);
        return Some(());
    }
    if path == "spec" {
        // neither replicas nor autoscaling: a stand-in follows
        return Some(());
    }
    let (name, with) = droppable(path.strip_prefix("spec.")?)?;
    let spec = rest.get_mut("spec")?;
    for name in std::iter::once(&name).chain(with) {
        spec.remove(name);
    }
    Some(())
}

/// The first field of a path below the spec, when it may be left out.
fn droppable(path: &str) -> Option<(&'static str, &'static [&'static str])> {
    let first = path.split(['.', '[']).next()?;
    DROPPABLE
        .iter()
        .copied()
        .find(|(name, with)| *name == first || *name == "market" && with.contains(&first))
}

#[cfg(test)]
mod tests {
    use super::super::read::tests::{document, source};
    use super::super::{Beside, Overrides, examine_gpu_machine_set};

    fn nothing() -> Beside<'static> {
        Beside {
            given: Overrides::default(),
            of_cluster: &|_, _| Vec::new(),
        }
    }

    /// How many problems, and the instance type when the rest is judged.
    fn examined(spec: &str) -> (usize, bool) {
        let source = source(&format!(
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {{name: a}}\nspec: {{instanceType: g6.xlarge, {spec}}}\n"
        ));
        let (read, problems) = examine_gpu_machine_set(&document(&source), &nothing());
        (problems.len(), read.is_some())
    }

    #[test]
    fn the_rest_is_judged_when_it_stands_alone() {
        assert_eq!(examined("replicas: 1"), (0, true));
        assert_eq!(examined("replicas: 1, quux: 1"), (1, true));
        assert_eq!(examined("replica: 1"), (1, true));
        assert_eq!(
            examined("replicas: \"1\", labels: {a: 1, b c: d}"),
            (3, true)
        );
        assert_eq!(examined("autoscaling: {min: 0}"), (1, true));
        assert_eq!(
            examined("replicas: 1, market: spot, spot: {maxPrice: \"1\"}"),
            (1, true)
        );
        assert_eq!(
            examined("replicas: 1, taints: [{key: a}], sharing: {}"),
            (2, true)
        );
        assert_eq!(
            examined("taints: [{key: a, effect: NoSchedule, valeu: b}], replicas: 1"),
            (1, true)
        );
        assert_eq!(examined("zones: [a]"), (1, true));
    }

    #[test]
    fn nothing_is_judged_that_hangs_on_what_is_wrong() {
        for spec in [
            "zone: a",
            "zones: a",
            "facts: 7",
            "rootVolume: {sizeGiB: 1Gi}",
            "sizeGiB: 1",
            "template: []",
            "template: {machineSets: a}",
        ] {
            assert_eq!(
                examined(&format!("replicas: 1, {spec}")),
                (1, false),
                "{spec}"
            );
        }
        let source = source(
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: a}\nspec: {instanceType: 1, replicas: 1}\n",
        );
        let (read, problems) = examine_gpu_machine_set(&document(&source), &nothing());
        assert!(read.is_none() && problems.len() == 1);
    }
}
