//! Fields that the validating webhook requires of every write (machine-api-operator `machine_webhook.go` `validateAWS`).

use crate::cloud::required::Required;

pub(super) static REQUIRED: [Required; 5] = [
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::required::{fill_in, missing};
    use crate::krm::Node;

    fn lacks(spec: &serde_json::Value) -> Vec<String> {
        let spec = Node::from_json(spec);
        missing(&spec, &REQUIRED)
            .map(|field| field.join("."))
            .collect()
    }

    #[test]
    fn what_admission_fills_in_is_never_missing_after_it_was_filled_in() {
        let mut spec = Node::from_json(&json!({"ami": {"id": "ami-1"}, "userDataSecret": null}));
        fill_in(&mut spec, &REQUIRED);
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
        fill_in(&mut spec, &REQUIRED);
        assert_eq!(spec.to_json(), own);
        let empty = json!({"ami": {}, "credentialsSecret": {"name": ""}, "instanceType": null, "placement": {}, "userDataSecret": {}});
        assert_eq!(lacks(&empty).len(), REQUIRED.len());
    }
}
