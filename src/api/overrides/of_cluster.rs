//! Fields of pools that stand with a cluster: `ClusterFacts.spec.overrides`.

use super::{Overridden, pool_schema, set};
use crate::api::{Schema, suggest};
use crate::krm::{Kind, Node};
use crate::problem::Place;

/// A field of a pool as one cluster has it.
#[derive(Clone, Debug)]
pub(crate) struct OfCluster {
    /// Path below the spec of the pool.
    pub field: String,
    /// The value; null takes the field away.
    pub value: Node,
    /// Where from, as messages say it: `ClusterFacts/prod (clusters/prod.yaml:9)`.
    pub origin: String,
    /// Where messages say that it stands.
    pub place: Place,
}

impl OfCluster {
    /// Sets the field in the tree of a pool.
    pub(super) fn apply(&self, root: &mut Node) -> Option<Overridden> {
        let path = if self.value.is_null() && !takes_null(&self.field) {
            let path = format!("spec.{}", self.field);
            root.remove_at(&path.split('.').collect::<Vec<_>>());
            path
        } else {
            set(root, &self.field, &unplaced(&self.value))?
        };
        Some(Overridden {
            path,
            field: self.field.clone(),
            origin: self.origin.clone(),
            place: self.place.clone(),
        })
    }
}

/// The fields that a part of a spec of a pool sets. What the schema does not know is one field: the pool is judged with
/// it, and that says what is wrong.
pub(crate) fn fields_of(part: &Node) -> Vec<(String, &Node)> {
    let mut fields = Vec::new();
    collect(pool_schema(), part, "", &mut fields);
    fields
}

fn collect<'n>(
    level: Schema<'static>,
    part: &'n Node,
    path: &str,
    fields: &mut Vec<(String, &'n Node)>,
) {
    for entry in part.entries() {
        let path = suggest::join(path, &entry.key);
        let schema = level.at(&["properties", &entry.key]).main();
        let has_fields = suggest::properties(schema).next().is_some();
        if has_fields && matches!(entry.value.kind, Kind::Map(_)) {
            collect(schema, &entry.value, &path, fields);
        } else {
            fields.push((path, &entry.value));
        }
    }
}

/// Whether null is a value of a field, and not its absence.
fn takes_null(field: &str) -> bool {
    let steps = field.split('.').flat_map(|step| ["properties", step]);
    let steps: Vec<&str> = steps.chain(["type"]).collect();
    pool_schema().at(&steps).words().any(|kind| kind == "null")
}

/// Without the places that it has in another source than the pool.
fn unplaced(node: &Node) -> Node {
    match &node.kind {
        Kind::Scalar(text, style) => Kind::Scalar(text.clone(), *style).into(),
        Kind::List(items) => items.iter().map(unplaced).collect::<Vec<Node>>().into(),
        Kind::Map(entries) => {
            let entries = entries.iter();
            Node::map(entries.map(|entry| (entry.key.as_str(), unplaced(&entry.value))))
        }
    }
}
