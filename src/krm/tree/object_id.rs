//! Which object of a cluster a document is.

use super::node::Node;

/// One object of a cluster, whatever the version that it is written in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ObjectId {
    /// API group; empty for the core group.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Namespace; `default` when none is written, and for objects that have none.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl From<&Node> for ObjectId {
    fn from(node: &Node) -> Self {
        let text = |path: &[&str]| node.str_at(path).filter(|text| !text.is_empty());
        let group = text(&["apiVersion"]).and_then(|version| version.split_once('/'));
        Self {
            group: group.map_or("", |(group, _)| group).to_owned(),
            kind: text(&["kind"]).unwrap_or_default().to_owned(),
            namespace: text(&["metadata", "namespace"])
                .unwrap_or(DEFAULT_NAMESPACE)
                .to_owned(),
            name: text(&["metadata", "name"]).unwrap_or_default().to_owned(),
        }
    }
}

/// The namespace of what names none.
pub(in crate::krm) const DEFAULT_NAMESPACE: &str = "default";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krm::{Document, Source};

    #[test]
    fn a_document_and_its_tree_are_one_object_in_every_version() {
        for (text, same) in [
            (
                "apiVersion: a.io/v1\nkind: A\nmetadata: {name: x}\n",
                "apiVersion: a.io/v2\nkind: A\nmetadata: {name: x, namespace: default}\n",
            ),
            (
                "apiVersion: v1\nkind: A\nmetadata: {name: x, namespace: ''}\n",
                "kind: A\nmetadata: {name: x}\n",
            ),
        ] {
            let [one, other] = [text, same].map(|text| Source::new("x", text));
            let [one, other] = [&one, &other].map(|source| Document::whole(source).identified());
            let ids = [&one, &other].map(|document| {
                let node = document.node().expect("is YAML");
                assert_eq!(ObjectId::from(document), ObjectId::from(&node));
                ObjectId::from(document)
            });
            assert_eq!(ids[0], ids[1]);
        }
    }
}
