//! Provider specs are free-form to the API server. OpenShift's own types say what their controllers would read.

use gpu_machineset_e2e::{Run, documents, openshift};
use serde_json::Value;

use crate::inputs::POOL;
use crate::outputs::{is_of_an_unknown_field, outputs_with_sets, render};

/// The provider specs of a stream's MachineSets.
fn provider_specs(stream: &str) -> Vec<Value> {
    let docs = documents(stream).unwrap_or_else(|e| panic!("{e}\n{stream}"));
    let sets = docs.iter().filter(|doc| doc["kind"] == "MachineSet");
    let specs: Vec<Value> = sets
        .map(|set| set["spec"]["template"]["spec"]["providerSpec"]["value"].clone())
        .collect();
    assert!(!specs.is_empty(), "no MachineSet in\n{stream}");
    specs
}

/// What OpenShift's types have against each spec.
fn verdicts(specs: &[Value]) -> Vec<String> {
    let input = serde_json::to_vec(specs).expect("values are JSON");
    let answer = Run::new(openshift()).stdin(input).ok();
    let all: Vec<String> = serde_json::from_str(&answer).expect("the peer prints JSON");
    assert_eq!(all.len(), specs.len());
    all
}

#[test]
fn every_field_is_one_of_the_cloud() {
    for (input, stream) in outputs_with_sets() {
        let specs = provider_specs(&stream);
        for (spec, verdict) in specs.iter().zip(verdicts(&specs)) {
            if is_of_an_unknown_field(&input) {
                assert!(verdict.starts_with("unknown field"), "{verdict}");
            } else {
                assert_eq!(verdict, "", "{input}\n{spec:#}");
            }
        }
    }
}

/// The proof that the test above can fail, on a field that only its author believes in.
#[test]
fn a_field_of_no_cloud_is_noticed() {
    let pool = format!(
        "{POOL}  allowUnknownProviderFields: true\n  providerSpec: {{InstanceType: a, blockDevice: []}}\n"
    );
    let specs = provider_specs(&render(&pool).succeeded().stdout);
    for verdict in verdicts(&specs) {
        for field in ["InstanceType", "blockDevice"] {
            let complaint = format!("unknown field \"{field}\"");
            assert!(verdict.contains(&complaint), "{verdict}");
        }
    }
}
