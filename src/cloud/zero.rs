//! Values of a provider spec that mean the same as nothing: the Machine API decodes it into a typed struct and writes
//! that back, with the zero value of each field that is not optional.

use crate::krm::{Kind, Node};

/// What means something although it is empty, and what means nothing although it is not.
pub(super) struct Zeros {
    /// Fields that are there or not, whatever they hold: `spotVMOptions: {}` buys spot machines.
    pub(super) present: &'static [&'static str],
    /// Fields whose `false` or `0` is the zero value; of all others it may say something.
    pub(super) plain: &'static [&'static str],
}

impl Zeros {
    /// Removes from a provider spec, at any depth, what says nothing.
    pub(super) fn drop(&self, spec: &mut Node) {
        spec.remove("metadata");
        self.within(spec);
    }

    fn within(&self, node: &mut Node) {
        match &mut node.kind {
            Kind::Map(entries) => {
                for entry in entries.iter_mut() {
                    self.within(&mut entry.value);
                }
                entries.retain(|entry| {
                    self.present.contains(&entry.key.as_str())
                        || !self.is_zero(&entry.key, &entry.value)
                });
            }
            Kind::List(items) => items.iter_mut().for_each(|item| self.within(item)),
            Kind::Scalar(..) => {}
        }
    }

    fn is_zero(&self, key: &str, value: &Node) -> bool {
        is_nothing(value)
            || value.text() == Some("")
            || matches!(value.text(), Some("false" | "0")) && self.plain.contains(&key)
    }
}

/// Whether a value is null, or a map or a list without elements.
fn is_nothing(value: &Node) -> bool {
    match &value.kind {
        Kind::Map(entries) => entries.is_empty(),
        Kind::List(items) => items.is_empty(),
        Kind::Scalar(..) => value.is_null(),
    }
}

/// Removes from a worker's spec, at any depth of its maps, what is null or empty: relics of the typed struct. Texts stay.
pub(super) fn strip(node: &mut Node) {
    if let Kind::Map(entries) = &mut node.kind {
        for entry in entries.iter_mut() {
            strip(&mut entry.value);
        }
        entries.retain(|entry| !is_nothing(&entry.value));
    } else if let Kind::List(items) = &mut node.kind {
        items.iter_mut().for_each(strip);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_empty_goes_unless_its_presence_speaks() {
        let zeros = Zeros {
            present: &["spotVMOptions"],
            plain: &["publicIP"],
        };
        let mut spec = Node::from_json(&json!({
            "metadata": {"creationTimestamp": null},
            "publicIP": false,
            "boot": false,
            "osDisk": {"managedDisk": {"securityProfile": {"diskEncryptionSet": {}}}, "size": 1},
            "image": {"sku": "", "resourceID": "x"},
            "spotVMOptions": {},
            "disks": [{"labels": null, "image": "i"}],
        }));
        let expected = json!({
            "boot": false,
            "osDisk": {"size": 1},
            "image": {"resourceID": "x"},
            "spotVMOptions": {},
            "disks": [{"image": "i"}],
        });
        let mut stripped = spec.clone();
        zeros.drop(&mut spec);
        assert_eq!(spec.to_json(), expected);
        strip(&mut stripped);
        assert_eq!(stripped.str_at(&["image", "sku"]), Some(""));
        assert!(stripped.get("spotVMOptions").is_none());
    }
}
