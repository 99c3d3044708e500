//! Fields that the validating webhook requires of every write, also of one to a set that runs
//! (machine-api-operator `machine_webhook.go` `validateAWS`; `config.go` registers it for CREATE and UPDATE).

use crate::krm::Node;

/// A field, with what the defaulting webhook writes when it is not there. That runs on CREATE alone, so that a set may
/// be made without such a field and never be written again.
struct Required {
    field: &'static [&'static str],
    filled_in: Option<&'static str>,
}

static REQUIRED: [Required; 5] = [
    Required {
        field: &["ami", "id"],
        filled_in: None,
    },
    Required {
        field: &["credentialsSecret", "name"],
        filled_in: Some("aws-cloud-credentials"),
    },
    Required {
        field: &["instanceType"],
        filled_in: None,
    },
    Required {
        field: &["placement", "region"],
        filled_in: None,
    },
    Required {
        field: &["userDataSecret", "name"],
        filled_in: Some("worker-user-data"),
    },
];

/// Adds what the webhook fills in, for each later write to hold it.
pub(crate) fn fill_in(spec: &mut Node) {
    for required in &REQUIRED {
        if let ([parent, key], Some(value)) = (required.field, required.filled_in)
            && spec.get(parent).is_none_or(Node::is_null)
        {
            spec.set(parent, Node::from([(*key, value.into())]));
        }
    }
}

/// The fields that are not there.
pub(crate) fn missing(spec: &Node) -> impl Iterator<Item = &'static [&'static str]> + '_ {
    let fields = REQUIRED.iter().map(|required| required.field);
    fields.filter(|field| {
        let value = spec.at(field).filter(|value| !value.is_null());
        value.and_then(Node::text).is_none_or(str::is_empty)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lacks(spec: &serde_json::Value) -> Vec<String> {
        let spec = Node::from_json(spec);
        missing(&spec).map(|field| field.join(".")).collect()
    }

    #[test]
    fn what_admission_fills_in_is_never_missing_after_it_was_filled_in() {
        let mut spec = Node::from_json(&json!({"ami": {"id": "ami-1"}, "userDataSecret": null}));
        fill_in(&mut spec);
        let expected = json!({
            "ami": {"id": "ami-1"},
            "credentialsSecret": {"name": "aws-cloud-credentials"},
            "userDataSecret": {"name": "worker-user-data"},
        });
        assert_eq!(spec.to_json(), expected);
        assert_eq!(lacks(&expected), ["instanceType", "placement.region"]);
    }

    #[test]
    fn names_of_ones_own_stay() {
        let own = json!({"credentialsSecret": {"name": "mine"}, "userDataSecret": {"name": "infra-user-data"}});
        let mut spec = Node::from_json(&own);
        fill_in(&mut spec);
        assert_eq!(spec.to_json(), own);
        let empty = json!({"ami": {}, "credentialsSecret": {"name": ""}, "instanceType": null, "placement": {}, "userDataSecret": {}});
        assert_eq!(lacks(&empty).len(), REQUIRED.len());
    }
}
