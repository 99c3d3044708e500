//! The forms that a pool takes on a cluster, one folder each. Adding a form is a folder, its row in [`NODE_GROUPS`] and
//! its name in [`Form`]; whoever reads or judges objects of pools asks the form and names no kind.

mod impact;
mod machine_set;
pub(crate) mod postcondition;

use crate::cloud::FieldPath;
use crate::krm::{Document, Node};
use crate::plan::{Form, Pool};
use crate::problem::Rule;
pub(crate) use impact::Impact;

/// A form that a pool may take.
pub(crate) trait NodeGroup: Sync {
    /// Kinds of its objects: first the one that has machines, then what scales it.
    fn kinds(&self) -> &'static [KindDef];

    /// What a pool becomes, in the order in which it leaves. Cannot fail.
    fn objects(&self, pool: &Pool) -> Vec<Node>;

    /// What of somebody else's life is left in an object of ours: keys that are not the pool's `own`, and fields.
    fn relics(&self, object: &Node, own: &[&str]) -> Vec<String>;

    /// What admission requires of an object of ours, and is not there.
    fn lacks(&self, object: &Node) -> Vec<String>;

    /// What a scaler scales.
    fn scaled(&self, scaler: &Node) -> Option<Scaled>;

    /// The pool's part that an object with machines shows.
    fn shows<'n>(&self, object: &'n Node) -> Shows<'n>;

    /// Takes away from a live object what only the cluster says of it, beside metadata; what autoscalers decide, from
    /// both.
    fn settle(&self, live: &mut Node, rendered: &mut Node, autoscaled: bool);

    /// Takes away what says nothing, beside metadata.
    fn clean(&self, object: &mut Node);

    /// What a change of a field does to machines; the empty path is the whole object.
    fn impact(&self, kind: &KindDef, path: &[&str]) -> Impact;

    /// Whether a change takes away a field that admission requires, of those that an object [`Self::lacks`].
    fn removes(&self, lacking: &[String], path: &[&str]) -> bool;

    /// Fields of every object with machines like this one that somebody else keeps up to date on the cluster.
    fn kept_by_others(&self, object: &Node) -> &'static [FieldPath];

    /// The field that an autoscaler writes, in an object with machines that states it.
    fn scaled_field(&self, object: &Node) -> Option<FieldPath>;
}

/// A kind of object that a form makes.
#[derive(Debug)]
pub(crate) struct KindDef {
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) kind: &'static str,
    /// As `oc get` and folders of a must-gather name it.
    pub(crate) plural: &'static str,
    /// Whether it has machines, or scales what has.
    pub(crate) role: Role,
    /// How a person removes one.
    pub(crate) removal: &'static str,
    /// The problem of a cluster that does not serve it, and its cure.
    pub(crate) not_served: (&'static Rule, &'static str),
}

/// What an object of a form does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It has machines.
    Machines,
    /// It scales an object with machines.
    Scaler,
}

/// What a scaler says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scaled {
    /// Name of the object with machines.
    pub(crate) target: String,
    /// Machines at the least; `None` where it does not say.
    pub(crate) min: Option<u32>,
    /// Machines at the most.
    pub(crate) max: u32,
}

/// What an object with machines shows of its pool.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shows<'n> {
    /// Infrastructure name of its cluster.
    pub(crate) cluster: Option<&'n str>,
    /// Machines that it asks for.
    pub(crate) replicas: Option<u32>,
    /// Taints of its nodes.
    pub(crate) taints: Option<&'n Node>,
    /// Labels of its nodes.
    pub(crate) node_labels: Option<&'n Node>,
    /// What the cloud is told of its machines.
    pub(crate) provider_spec: Option<&'n Node>,
}

/// All forms.
pub(crate) static NODE_GROUPS: &[&dyn NodeGroup] = &[&machine_set::MachineSets];

/// The form of a name.
pub(crate) fn of(form: Form) -> &'static dyn NodeGroup {
    match form {
        Form::MachineSet => &machine_set::MachineSets,
    }
}

/// The form that has objects of a group and kind.
pub(crate) fn find(group: &str, kind: &str) -> Option<(&'static dyn NodeGroup, &'static KindDef)> {
    let mut all = NODE_GROUPS.iter().flat_map(|form| {
        let kinds = form.kinds().iter();
        kinds.map(move |def| (*form, def))
    });
    all.find(|(_, def)| def.group == group && def.kind == kind)
}

/// The form that a document is of, and its kind.
pub(crate) fn of_document(
    document: &Document<'_>,
) -> Option<(&'static dyn NodeGroup, &'static KindDef)> {
    find(document.group(), &document.kind)
}

/// The form that an object is of.
pub(crate) fn of_object(object: &Node) -> Option<&'static dyn NodeGroup> {
    let api_version = object.str_at(&["apiVersion"])?;
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    Some(find(group, object.str_at(&["kind"])?)?.0)
}

/// The form of a document that has machines.
pub(crate) fn with_machines(document: &Document<'_>) -> Option<&'static dyn NodeGroup> {
    let (form, def) = of_document(document)?;
    (def.role == Role::Machines).then_some(form)
}

/// The form of a document that scales what has machines.
pub(crate) fn scaler(document: &Document<'_>) -> Option<&'static dyn NodeGroup> {
    let (form, def) = of_document(document)?;
    (def.role == Role::Scaler).then_some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_their_kinds_are_told_apart() {
        for form in NODE_GROUPS {
            let kinds = form.kinds();
            assert_eq!(kinds.first().map(|def| def.role), Some(Role::Machines));
            for def in kinds {
                let (_, same) = find(def.group, def.kind).expect(def.kind);
                assert!(std::ptr::eq(same, def), "{}", def.kind);
            }
        }
        assert!(find("apps", "Deployment").is_none());
    }
}
