//! Fields that the validating webhook requires of every write, also of one to a set that runs
//! (machine-api-operator `machine_webhook.go`; `config.go` registers it for CREATE and UPDATE).

use crate::krm::Node;

/// A field, with what the defaulting webhook writes when it is not there. That runs on CREATE alone, so that a set may
/// be made without such a field and never be written again.
pub(crate) struct Required {
    pub(super) field: &'static [&'static str],
    pub(super) filled_in: Option<&'static str>,
}

/// Adds what the webhook fills in, for each later write to hold it.
pub(super) fn fill_in(spec: &mut Node, required: &[Required]) {
    let is_absent = |parent: &str| spec.get(parent).is_none_or(Node::is_null);
    let absent: Vec<(&str, &str, &str)> = (required.iter())
        .filter_map(|required| match (required.field, required.filled_in) {
            ([parent, key], Some(value)) if is_absent(parent) => Some((*parent, *key, value)),
            _ => None,
        })
        .collect();
    for (parent, key, value) in absent {
        spec.make(&[parent]).set(key, value);
    }
}

/// The fields that are not there.
pub(super) fn missing<'s>(
    spec: &'s Node,
    required: &'static [Required],
) -> impl Iterator<Item = &'static [&'static str]> + 's {
    let fields = required.iter().map(|required| required.field);
    fields.filter(|field| {
        let value = spec.at(field).filter(|value| !value.is_null());
        value.and_then(Node::text).is_none_or(str::is_empty)
    })
}
