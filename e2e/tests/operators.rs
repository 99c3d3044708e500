//! Platforms on every OpenShift version: a real kube-apiserver with the CRDs of that version takes what we emit under
//! strict field validation, and sees no change when it is applied again.

use std::fmt::Write;

use gpu_machineset_e2e::{ApiServer, Out, Run, bin};

use crate::apiserver::assert_accepted;
use crate::inputs::raw_facts;

/// CRDs that are the same for all.
const CRDS: &[&str] = &[
    "machinesets",
    "machineautoscalers",
    "clusterautoscalers",
    "og",
    "sub",
    "lws",
    "kuadrant",
    "ks",
];

/// Two pools: one evicts (where NFD can follow), one shares its GPUs.
fn pools(minor: u32) -> String {
    let effect = if minor >= 19 {
        "NoExecute"
    } else {
        "NoSchedule"
    };
    let mut text = String::new();
    for (name, more) in [
        (
            "l4",
            format!("taints: [{{key: team, value: a, effect: {effect}}}]"),
        ),
        ("l4-shared", "sharing: {timeSlicing: 4}".to_owned()),
    ] {
        write!(
            text,
            "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {{name: {name}}}\nspec:\n  \
             instanceType: g6.4xlarge\n  nameTemplate: \"{{name}}-{{zone}}\"\n  autoscaling: {{min: 0, max: 4}}\n  {more}\n"
        )
        .expect("a String takes all");
    }
    text
}

/// A platform with its pools on a cluster of a version.
fn render(minor: u32, spec: &str) -> Out {
    let facts = raw_facts().replace("4.20.8", &format!("4.{minor}.1"));
    let input = format!(
        "{facts}{}---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {{name: rhoai}}\nspec:\n{spec}",
        pools(minor)
    );
    Run::new(bin()).args(["render", "-"]).stdin(input).out()
}

/// The operators of seed 001, without those that the version does not have.
fn seed_001(minor: u32, channel: &str) -> String {
    let mut operators = format!(
        "    nvidia-gpu: {{channel: {channel}, driver: {{version: 570.195.03, kernelModuleType: open}}}}\n    \
         serverless: {{}}\n"
    );
    if minor >= 16 {
        operators.push_str("    connectivity-link: {}\n");
    }
    if minor >= 18 {
        let kueue = kueue(minor).0;
        write!(
            operators,
            "    kueue: {{channel: {kueue}}}\n    leader-worker-set: {{}}\n"
        )
        .expect("a String takes all");
    }
    format!(
        "  operators:\n{operators}  monitoring: {{userWorkload: true, userAlertmanager: true, dcgmDashboard: true}}\n  \
         clusterAutoscaler: {{resourceLimits: {{maxNodesTotal: 20}}, scaleDown: {{unneededTime: 5m}}}}\n"
    )
}

/// The operators of seed 004, without those that the version does not have.
fn seed_004(minor: u32, channel: &str) -> String {
    let ai = match minor {
        ..=15 => "",
        _ => "    openshift-ai: {components: {ray: Managed}}\n",
    };
    let disks = "storageDeviceSets: [{name: a, count: 1, replica: 3, portable: true, dataPVCTemplate: \
                 {spec: {accessModes: [ReadWriteOnce], volumeMode: Block, storageClassName: gp3-csi, \
                 resources: {requests: {storage: 512Gi}}}}}]";
    format!(
        "  operators:\n    nvidia-gpu: {{channel: {channel}}}\n    cert-manager: {{}}\n    serverless: {{}}\n\
         {ai}    odf: {{operand: {{{disks}}}}}\n"
    )
}

/// The channel that seed 001 has, or the next, with its CRD.
fn kueue(minor: u32) -> (&'static str, &'static str) {
    match minor {
        ..=21 => ("stable-v1.2", "kueue-1.2"),
        _ => ("stable-v1.4", "kueue-1.4"),
    }
}

/// CRDs of one OpenShift version.
pub(crate) fn crds(minor: u32) -> Vec<&'static str> {
    let nfd = match minor {
        ..=16 => "nfd-4.16",
        17..=18 => "nfd-4.18",
        19 => "nfd-4.19",
        20..=21 => "nfd-4.20",
        _ => "nfd-4.22",
    };
    let (dsc, dsci) = if minor >= 19 {
        ("dsc-3.0", "dsci-3.0")
    } else {
        ("dsc-2.25", "dsci-2.25")
    };
    let storage = if minor >= 20 {
        "storageclusters-4.20"
    } else {
        "storageclusters-4.18"
    };
    let mut all = CRDS.to_vec();
    all.extend([nfd, dsc, dsci, storage, kueue(minor).1]);
    all
}

/// Channels of the GPU operator, with the CRD of their head.
fn gpu_channels(minor: u32) -> Vec<(&'static str, &'static str)> {
    let mut all = vec![
        ("v25.3", "cp-v25.3.4"),
        ("v25.10", "cp-v25.10.1"),
        ("v26.3", "cp-26.3.3"),
    ];
    all.extend(if minor >= 18 {
        vec![("v26.7", "cp-26.7.0"), ("stable", "cp-26.7.0")]
    } else {
        vec![("stable", "cp-26.3.3")]
    });
    all
}

fn accepted(minor: u32) {
    let server = ApiServer::start();
    server.apply_crds(&crds(minor));
    for (channel, policy) in gpu_channels(minor) {
        // a CRD that changes in place is served late; a new one is waited for
        server
            .kubectl([
                "delete",
                "crd",
                "clusterpolicies.nvidia.com",
                "--ignore-not-found",
                "--wait=true",
            ])
            .ok();
        server.apply_crds(&[policy]);
        for (seed, spec) in [
            ("001", seed_001(minor, channel)),
            ("004", seed_004(minor, channel)),
        ] {
            eprintln!("OpenShift 4.{minor}, GPU operator {channel}, seed {seed}");
            let out = render(minor, &spec);
            out.succeeded();
            assert!(out.stdout.contains("kind: ClusterPolicy"), "{}", out.stdout);
            assert_accepted(&server, out.stdout.trim_end());
        }
    }
}

#[test]
fn platforms_of_openshift_4_14_to_4_16_are_accepted() {
    (14..=16).for_each(accepted);
}

#[test]
fn platforms_of_openshift_4_17_to_4_19_are_accepted() {
    (17..=19).for_each(accepted);
}

#[test]
fn platforms_of_openshift_4_20_to_4_22_are_accepted() {
    (20..=22).for_each(accepted);
}

/// The proof that the tests above can fail: the right field on the wrong version.
#[test]
fn a_field_of_a_newer_version_is_refused() {
    let server = ApiServer::start();
    server.apply_crds(&crds(18));
    server.create_namespace("openshift-nfd");
    let out = render(20, "  operators: {nfd: {}}\n");
    let stream = out.succeeded().stdout.clone();
    let nfd = stream
        .split("\n---\n")
        .find(|text| text.contains("kind: NodeFeatureDiscovery"));
    server
        .create(nfd.expect("an instance"))
        .out()
        .ended_with(1)
        .complains("workerTolerations");
}

#[test]
fn what_a_version_does_not_have_is_an_error() {
    let out = render(16, "  operators: {kueue: {}, leader-worker-set: {}}\n");
    out.ended_with(1)
        .complains("`kueue` does not exist on OpenShift 4.16");
    out.complains("`leader-worker-set` does not exist on OpenShift 4.16");
}
