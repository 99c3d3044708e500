//! Fields of `AWSMachineProviderConfig` (openshift/api `machine/v1beta1/types_awsprovider.go` at 2a3d7391), to refuse
//! misspelt ones in a user's override: the API server drops them with a mere warning.

use std::collections::BTreeSet;

use super::super::{PoolRequest, Request};
use crate::krm::Node;
use crate::problem::rules::aws as rule;
use crate::problem::{Problem, Problems, did_you_mean};

/// A field with the fields below it; no fields below means that anything goes.
struct Field(&'static str, &'static [Field]);

const ANY: &[Field] = &[];
const NAME: &[Field] = &[Field("name", ANY)];
const FILTERS: &[Field] = &[Field("name", ANY), Field("values", ANY)];
const REFERENCE: &[Field] = &[
    Field("id", ANY),
    Field("arn", ANY),
    Field("filters", FILTERS),
];
const EBS: &[Field] = &[
    Field("deleteOnTermination", ANY),
    Field("encrypted", ANY),
    Field("iops", ANY),
    Field("kmsKey", REFERENCE),
    Field("throughputMib", ANY),
    Field("volumeSize", ANY),
    Field("volumeType", ANY),
];
const HOST: &[Field] = &[Field("affinity", ANY), Field("dedicatedHost", ANY)];

static PROVIDER_CONFIG: &[Field] = &[
    Field("ami", REFERENCE),
    Field("apiVersion", ANY),
    Field(
        "blockDevices",
        &[
            Field("deviceName", ANY),
            Field("ebs", EBS),
            Field("noDevice", ANY),
            Field("virtualName", ANY),
        ],
    ),
    Field("capacityReservationId", ANY),
    Field("cpuOptions", &[Field("confidentialCompute", ANY)]),
    Field("credentialsSecret", NAME),
    Field("deviceIndex", ANY),
    Field("iamInstanceProfile", REFERENCE),
    Field("instanceType", ANY),
    Field("keyName", ANY),
    Field("kind", ANY),
    Field("loadBalancers", &[Field("name", ANY), Field("type", ANY)]),
    Field("marketType", ANY),
    Field("metadataServiceOptions", &[Field("authentication", ANY)]),
    Field("networkInterfaceType", ANY),
    Field(
        "placement",
        &[
            Field("availabilityZone", ANY),
            Field("host", HOST),
            Field("region", ANY),
            Field("tenancy", ANY),
        ],
    ),
    Field("placementGroupName", ANY),
    Field("placementGroupPartition", ANY),
    Field("publicIp", ANY),
    Field("securityGroups", REFERENCE),
    Field("spotMarketOptions", &[Field("maxPrice", ANY)]),
    Field("subnet", REFERENCE),
    Field("tags", &[Field("name", ANY), Field("value", ANY)]),
    Field("userDataSecret", NAME),
];

/// Reports every unknown field of the override.
pub(super) fn check(patch: &Node, request: &PoolRequest<'_>, problems: &mut Problems) {
    if request.spec.allow_unknown_provider_fields != Some(true) {
        let mut found = Vec::new();
        let item = |path: &str, index| format!("{path}[{index}]");
        strangers(
            patch,
            PROVIDER_CONFIG,
            "spec.providerSpec",
            item,
            &mut found,
        );
        let found = found.iter();
        problems.extend(found.map(|one| unknown(one.key, one.known, &one.path, request)));
    }
}

/// A field that is not in the list.
struct Stranger<'n> {
    path: String,
    key: &'n str,
    /// The fields that the list has there.
    known: &'static [Field],
}

/// All of them in their order; `item` makes the path of an element of a list.
fn strangers<'n>(
    node: &'n Node,
    fields: &'static [Field],
    path: &str,
    item: fn(&str, usize) -> String,
    found: &mut Vec<Stranger<'n>>,
) {
    if fields.is_empty() {
        return;
    }
    for (index, element) in node.items().iter().enumerate() {
        strangers(element, fields, &item(path, index), item, found);
    }
    for entry in node.entries() {
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{}", entry.key);
        match fields.iter().find(|field| field.0 == entry.key) {
            Some(field) => strangers(&entry.value, field.1, &path, item, found),
            None => found.push(Stranger {
                path,
                key: &entry.key,
                known: fields,
            }),
        }
    }
}

fn unknown(key: &str, fields: &'static [Field], path: &str, request: &PoolRequest<'_>) -> Problem {
    let names = fields.iter().map(|field| field.0);
    let near = did_you_mean(key, names.clone());
    let message = format!("the Machine API knows no field `{key}` here");
    let problem = Problem::new(
        &rule::UNKNOWN_PROVIDER_FIELD,
        (request.key_place)(path),
        message,
    );
    let problem = problem.values(key, near.map(str::to_owned));
    match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!(
            "known here: {}",
            names.collect::<Vec<_>>().join(", ")
        )),
    }
}

/// Says which fields of a worker the Machine API drops: what is cloned from Git may never have been on a cluster.
pub(super) fn of_worker(node: &Node, request: &Request<'_>, problems: &mut Problems) {
    let Some(worker) = request.worker else {
        return;
    };
    let mut found = Vec::new();
    // one line for all elements of a list
    strangers(
        node,
        PROVIDER_CONFIG,
        "",
        |path, _| path.to_owned(),
        &mut found,
    );
    let mut told = BTreeSet::new();
    for Stranger { path, key, known } in &found {
        // what is not the worker's is of the user's override, which is judged by itself
        if !has(&worker.provider_spec, path) || !told.insert(path) {
            continue;
        }
        let near = did_you_mean(key, known.iter().map(|field| field.0));
        let message =
            format!("the Machine API knows no field `{path}`, which pools clone with this worker");
        let place = worker.origin.place.clone();
        let problem = Problem::new(&rule::WORKER_FIELD_UNKNOWN, place, message);
        problems.push(match near {
            Some(near) => problem.help(format!("did you mean `{near}`? Correct it at the worker")),
            None => problem.help("remove it at the worker"),
        });
    }
}

fn has(node: &Node, path: &str) -> bool {
    let (key, rest) = path.split_once('.').unwrap_or((path, ""));
    let below = |value: &Node| rest.is_empty() || has(value, rest);
    node.get(key).is_some_and(below) || node.items().iter().any(|item| has(item, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_sorted_so_that_additions_find_their_place() {
        assert!(PROVIDER_CONFIG.is_sorted_by_key(|field| field.0));
    }
}
