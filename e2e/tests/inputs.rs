//! A cluster with two worker zones and a pool for it, in the shapes that the ways in take.

use std::fmt::Write;

/// The names of the two MachineSets that [`POOL`] becomes on the cluster of [`raw_facts`] and [`INLINE_FACTS`].
pub(crate) const MACHINE_SETS: [&str; 2] = [
    "MachineSet/e2e-x7k2p-gpu-g6-4xlarge-eu-central-1a",
    "MachineSet/e2e-x7k2p-gpu-g6-4xlarge-eu-central-1b",
];

/// What comes with [`POOL`], since nobody wrote a GpuPlatform: kind and name.
pub(crate) const IMPLIED: [(&str, &str); 8] = [
    ("Namespace", "nvidia-gpu-operator"),
    ("Namespace", "openshift-nfd"),
    ("OperatorGroup", "nvidia-gpu-operator"),
    ("OperatorGroup", "openshift-nfd"),
    ("Subscription", "gpu-operator-certified"),
    ("Subscription", "nfd"),
    ("NodeFeatureDiscovery", "nfd-instance"),
    ("ClusterPolicy", "gpu-cluster-policy"),
];

/// A pool of one machine per zone.
pub(crate) const POOL: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata:
  name: l4
  annotations:
    config.kubernetes.io/local-config: \"true\"
spec:
  instanceType: g6.4xlarge
  replicas: 2
";

/// A resource that is none of our business.
pub(crate) const BYSTANDER: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: bystander
data:
  answer: \"42\"
";

/// What a cluster dump holds of the facts, marked so that kustomize does not emit them.
pub(crate) fn raw_facts() -> String {
    let mut text = INFRASTRUCTURE.to_owned();
    for zone in ["eu-central-1a", "eu-central-1b"] {
        write!(
            text,
            "---\n\
             apiVersion: machine.openshift.io/v1beta1\n\
             kind: MachineSet\n\
             metadata:\n\
             \x20 name: e2e-x7k2p-worker-{zone}\n\
             \x20 namespace: openshift-machine-api\n\
             \x20 annotations: {{config.kubernetes.io/local-config: \"true\"}}\n\
             \x20 labels: {{machine.openshift.io/cluster-api-cluster: e2e-x7k2p}}\n\
             spec:\n\
             \x20 replicas: 1\n\
             \x20 selector:\n\
             \x20   matchLabels:\n\
             \x20     machine.openshift.io/cluster-api-cluster: e2e-x7k2p\n\
             \x20     machine.openshift.io/cluster-api-machineset: e2e-x7k2p-worker-{zone}\n\
             \x20 template:\n\
             \x20   metadata:\n\
             \x20     labels:\n\
             \x20       machine.openshift.io/cluster-api-cluster: e2e-x7k2p\n\
             \x20       machine.openshift.io/cluster-api-machine-role: worker\n\
             \x20       machine.openshift.io/cluster-api-machine-type: worker\n\
             \x20       machine.openshift.io/cluster-api-machineset: e2e-x7k2p-worker-{zone}\n\
             \x20   spec:\n\
             \x20     providerSpec:\n\
             \x20       value:\n{}",
            indented(&provider_spec(zone), 10)
        )
        .expect("a String takes all text");
    }
    text
}

/// A generator's functionConfig: the pool with its facts inside. `{annotations}` is for the way it is called.
pub(crate) fn generator(annotations: &str) -> String {
    let mut facts = String::new();
    for zone in ["eu-central-1a", "eu-central-1b"] {
        write!(
            facts,
            "    - name: e2e-x7k2p-worker-{zone}\n      zone: {zone}\n      providerSpec:\n{}",
            indented(&provider_spec(zone), 8)
        )
        .expect("a String takes all text");
    }
    format!(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\n\
         metadata:\n  name: l4\n{annotations}\
         spec:\n  instanceType: g6.4xlarge\n  replicas: 2\n  facts:\n\
         \x20   infrastructureName: e2e-x7k2p\n    platform: AWS\n    region: eu-central-1\n\
         \x20   openshiftVersion: 4.20.8\n    architecture: amd64\n    workerMachineSets:\n{facts}"
    )
}

/// The documents of a stream as the items of a ResourceList.
pub(crate) fn resource_list(stream: &str) -> String {
    let mut list =
        String::from("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n");
    for doc in stream.split("---\n") {
        list.push_str("- ");
        list.push_str(&indented(doc, 2)[2..]);
    }
    list
}

/// A functionConfig for kustomize's exec route.
pub(crate) fn exec_config(name: &str, mode: &str, path: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n{}data:\n  mode: {mode}\n",
        exec_annotation(path)
    )
}

/// The annotation that makes kustomize run `path`.
pub(crate) fn exec_annotation(path: &str) -> String {
    format!(
        "  annotations:\n    config.kubernetes.io/function: |\n      exec:\n        path: {path}\n"
    )
}

const INFRASTRUCTURE: &str = "\
apiVersion: config.openshift.io/v1
kind: Infrastructure
metadata:
  name: cluster
  annotations: {config.kubernetes.io/local-config: \"true\"}
status:
  infrastructureName: e2e-x7k2p
  platform: AWS
  platformStatus: {type: AWS, aws: {region: eu-central-1}}
---
apiVersion: config.openshift.io/v1
kind: ClusterVersion
metadata:
  name: version
  annotations: {config.kubernetes.io/local-config: \"true\"}
status:
  desired: {version: 4.20.8}
  history:
  - {state: Completed, version: 4.20.8}
";

fn provider_spec(zone: &str) -> String {
    format!(
        "apiVersion: machine.openshift.io/v1beta1\n\
         kind: AWSMachineProviderConfig\n\
         ami: {{id: ami-0551cfffb0c3f0e45}}\n\
         blockDevices:\n\
         - ebs: {{encrypted: true, iops: 0, kmsKey: {{arn: \"\"}}, volumeSize: 120, volumeType: gp3}}\n\
         credentialsSecret: {{name: aws-cloud-credentials}}\n\
         deviceIndex: 0\n\
         iamInstanceProfile: {{id: e2e-x7k2p-worker-profile}}\n\
         instanceType: m6i.xlarge\n\
         placement: {{availabilityZone: {zone}, region: eu-central-1}}\n\
         securityGroups:\n\
         - filters:\n\
         \x20 - {{name: \"tag:Name\", values: [e2e-x7k2p-node]}}\n\
         subnet:\n\
         \x20 filters:\n\
         \x20 - {{name: \"tag:Name\", values: [e2e-x7k2p-subnet-private-{zone}]}}\n\
         tags:\n\
         - {{name: kubernetes.io/cluster/e2e-x7k2p, value: owned}}\n\
         userDataSecret: {{name: worker-user-data}}\n"
    )
}

/// Every line further right.
pub(crate) fn indented(text: &str, by: usize) -> String {
    let pad = " ".repeat(by);
    let mut out = String::new();
    for line in text.lines() {
        writeln!(out, "{pad}{line}").expect("a String takes all text");
    }
    out
}
