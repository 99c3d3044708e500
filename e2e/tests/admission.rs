//! The Machine API operator's own admission webhooks: what a cluster says to what we emit, and what it makes of it.

use std::collections::BTreeMap;

use gpu_machineset_e2e::{Project, Run, admission, bin, documents};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::inputs::{POOL, raw_facts};
use crate::outputs::{outputs_with_sets, render};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
    refused: String,
    refused_update: String,
    warnings: Option<Vec<String>>,
    stored: Value,
}

/// The MachineSets of a stream, by the cluster that each names.
fn by_cluster(stream: &str) -> BTreeMap<String, Vec<Value>> {
    let docs = documents(stream).unwrap_or_else(|e| panic!("{e}\n{stream}"));
    let mut clusters: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for set in docs.into_iter().filter(|doc| doc["kind"] == "MachineSet") {
        let cluster = &set["metadata"]["labels"]["machine.openshift.io/cluster-api-cluster"];
        let cluster = cluster.as_str().unwrap_or("unnamed").to_owned();
        clusters.entry(cluster).or_default().push(set);
    }
    assert!(!clusters.is_empty(), "no MachineSet in\n{stream}");
    clusters
}

/// The platform of a provider spec's kind, with what its Infrastructure says beside.
fn platform_status(set: &Value) -> Value {
    match set["spec"]["template"]["spec"]["providerSpec"]["value"]["kind"].as_str() {
        Some("AzureMachineProviderSpec") => json!({
            "type": "Azure",
            "azure": {"cloudName": "AzurePublicCloud", "resourceGroupName": "rg", "networkResourceGroupName": "rg"},
        }),
        Some("GCPMachineProviderSpec") => json!({
            "type": "GCP",
            "gcp": {"projectID": "demo-project", "region": "us-central1"},
        }),
        Some("VSphereMachineProviderSpec") => json!({"type": "VSphere", "vsphere": {}}),
        Some("NutanixMachineProviderConfig") => json!({"type": "Nutanix", "nutanix": {}}),
        // no webhook looks at these two
        Some("OpenstackProviderSpec") => json!({"type": "OpenStack", "openstack": {}}),
        Some("IBMCloudMachineProviderSpec") => json!({"type": "IBMCloud", "ibmcloud": {}}),
        _ => json!({"type": "AWS"}),
    }
}

fn verdicts(cluster: &str, sets: &[Value]) -> Vec<Verdict> {
    let status = platform_status(&sets[0]);
    let infrastructure = json!({
        "apiVersion": "config.openshift.io/v1",
        "kind": "Infrastructure",
        "metadata": {"name": "cluster"},
        "status": {
            "infrastructureName": cluster,
            "platform": status["type"],
            "platformStatus": status,
        },
    });
    let question = json!({"infrastructure": infrastructure, "machineSets": sets});
    let answer = Run::new(admission()).stdin(question.to_string()).ok();
    let all: Vec<Verdict> = serde_json::from_str(&answer).expect("the peer prints verdicts");
    assert_eq!(all.len(), sets.len());
    all
}

/// Fields younger than the webhooks' version; the types of the newest one judge them in `provider_specs`.
fn is_of_a_younger_field(warning: &str) -> bool {
    warning.contains("unknown field") && warning.contains("marketType")
}

/// The peer's cluster holds no Secrets; every real one has those of its workers.
fn is_of_a_secret(warning: &str) -> bool {
    warning.ends_with("not found. Expected CredentialsSecret to exist")
}

#[test]
fn every_set_is_admitted_without_a_warning() {
    for (input, stream) in outputs_with_sets() {
        for (cluster, sets) in by_cluster(&stream) {
            for (set, verdict) in sets.iter().zip(verdicts(&cluster, &sets)) {
                assert_eq!(verdict.refused, "", "{input}\n{set:#}");
                assert_eq!(verdict.refused_update, "", "{input}\n{set:#}");
                let warnings = verdict.warnings.unwrap_or_default();
                let mut ours = warnings.iter();
                let ours = ours.find(|text| !is_of_a_younger_field(text) && !is_of_a_secret(text));
                assert_eq!(ours, None, "{input}\n{set:#}");
            }
        }
    }
}

/// The proof that the test above can fail.
#[test]
fn a_set_that_the_webhooks_refuse_is_noticed() {
    let stream = render(POOL).succeeded().stdout.clone();
    for (cluster, mut sets) in by_cluster(&stream) {
        for set in &mut sets {
            let value = &mut set["spec"]["template"]["spec"]["providerSpec"]["value"];
            value["ami"] = json!({});
            value["networkInterfaceType"] = json!("Fast");
        }
        for verdict in verdicts(&cluster, &sets) {
            for field in ["ami.id", "networkInterfaceType"] {
                assert!(verdict.refused.contains(field), "{}", verdict.refused);
            }
        }
    }
}

/// Nothing is filled in when a set is written again: what the first write could leave out, the next one cannot.
#[test]
fn a_set_that_lost_a_required_field_is_refused_as_an_update_only() {
    let stream = render(POOL).succeeded().stdout.clone();
    for field in ["userDataSecret", "credentialsSecret"] {
        for (cluster, mut sets) in by_cluster(&stream) {
            for set in &mut sets {
                let value = &mut set["spec"]["template"]["spec"]["providerSpec"]["value"];
                assert!(
                    value
                        .as_object_mut()
                        .and_then(|spec| spec.remove(field))
                        .is_some()
                );
            }
            for verdict in verdicts(&cluster, &sets) {
                assert_eq!(verdict.refused, "");
                assert!(
                    verdict.refused_update.contains(field),
                    "{}",
                    verdict.refused_update
                );
            }
        }
    }
}

/// What a cluster stores is not what was applied: the webhook fills in fields. `diff` sees none of them.
#[test]
fn defaults_of_the_webhook_are_no_difference() {
    let stream = render(POOL).succeeded().stdout.clone();
    for (cluster, sets) in by_cluster(&stream) {
        let stored: Vec<Value> = verdicts(&cluster, &sets)
            .into_iter()
            .map(|verdict| verdict.stored)
            .collect();
        assert_ne!(stored, sets, "the webhook filled in nothing");
        let live = json!({"apiVersion": "v1", "kind": "List", "items": stored});
        let project = Project::new()
            .file("gpu.yaml", POOL)
            .file("facts.yaml", raw_facts())
            .file("live.json", live.to_string());
        let out = Run::new(bin())
            .args(["diff", "gpu.yaml", "facts.yaml", "--live", "live.json"])
            .dir(project.path())
            .out();
        out.succeeded();
        assert_eq!(out.stdout, "", "{}", out.stderr);
    }
}
