//! Every cloud goes all the way: a set that an engineer made by hand is adopted, rendered again, and nothing differs.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Folder, Run};
use crate::testdata::{self, Case};

/// A replaced set, its cluster, and what the Machine API fills in when it is made: text of the provider spec, with what it
/// becomes.
type Filled = &'static [(&'static str, &'static str)];

const SETS: [(&str, &str, Filled); 7] = [
    (
        "azure-a100",
        "virginia",
        &[(
            "          publicIP: false\n",
            "          publicIP: false\n          diagnostics: {}\n          securityProfile: {settings: {}}\n          metadata: {creationTimestamp: null}\n",
        )],
    ),
    (
        "gcp-l4",
        "iowa",
        &[
            ("labels: {}", "labels: null"),
            (
                "          projectID",
                "          shieldedInstanceConfig: {}\n          metadata: {creationTimestamp: null}\n          projectID",
            ),
        ],
    ),
    (
        "gcp-t4",
        "iowa",
        &[(
            "          projectID",
            "          shieldedInstanceConfig: {}\n          projectID",
        )],
    ),
    (
        "vsphere-l40s",
        "prague",
        &[
            (
                "          snapshot: \"\"\n",
                "          snapshot: \"\"\n          metadata: {creationTimestamp: null}\n",
            ),
            // as sets in repositories are: the page of OpenShift writes it small, and an absent mode is this one
            ("            resourcePool: ", "            resourcepool: "),
            ("          cloneMode: fullClone\n", ""),
        ],
    ),
    (
        "openstack-a100",
        "brno",
        &[(
            "          image: \"\"\n",
            "          image: \"\"\n          metadata: {creationTimestamp: null}\n",
        )],
    ),
    (
        "ibmcloud-l40s",
        "washington",
        &[(
            "          zone: us-east-2\n",
            "          zone: us-east-2\n          tags: []\n          bootVolume: {encryptionKey: \"\"}\n          dedicatedHost: \"\"\n",
        )],
    ),
    (
        "nutanix-l40s",
        "durham",
        &[(
            "          vcpuSockets: 16\n",
            "          vcpuSockets: 16\n          categories: null\n          dataDisks: null\n          failureDomain: null\n          project: {type: \"\"}\n          metadata: {creationTimestamp: null}\n",
        )],
    ),
];

fn files(cluster: &str) -> Vec<String> {
    let entries = fs::read_dir(testdata::cluster(cluster)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let texts = paths
        .into_iter()
        .map(|path| fs::read_to_string(path).unwrap());
    texts.collect()
}

#[test]
fn sets_of_every_cloud_are_adopted_without_a_difference() {
    for (case, cluster, filled) in SETS {
        let case = Case::named(&format!("replaced/{case}"));
        let replaced = case.text("replaced.yaml").unwrap();
        let mut made = replaced.clone();
        for (from, to) in filled {
            assert!(made.contains(from), "{}: {from}", case.name);
            made = made.replace(from, to);
        }
        for set in [replaced, made] {
            let live = [files(cluster), vec![set]].concat().join("\n---\n");
            let facts = Run::new(&["facts", "-"]).stdin(live.as_str()).out;
            let adopted = Run::new(&["adopt"]).stdin(live.as_str()).out;
            let folder = Folder::new(&format!("cloud-{}", case.name.replace('/', "-")))
                .file("gpu.yaml", &adopted)
                .file("facts.yaml", facts)
                .file("live.yaml", &live);
            let answer = folder.run(&["diff", "gpu.yaml", "facts.yaml", "--live", "live.yaml"]);
            let differs = (answer.out.as_str(), answer.code);
            assert_eq!(
                differs,
                ("", Some(0)),
                "{}: {adopted}\n{}",
                case.name,
                answer.err
            );
            // what a field can say is said by a field
            assert!(
                ![
                    "osDisk",
                    "vmSize",
                    "numCPUs",
                    "systemDiskSize",
                    "vcpuSockets",
                    "gpus:"
                ]
                .iter()
                .any(|field| adopted.contains(field)),
                "{adopted}"
            );
        }
    }
}

#[test]
fn plan_shows_machines_of_every_cloud() {
    for (case, _, _) in SETS {
        let case = Case::named(&format!("replaced/{case}"));
        let mut args = case.args.clone();
        args[0] = "plan".to_owned();
        let answer = case.run_with(&args);
        assert_eq!(answer.code, Some(0), "{}: {}", case.name, answer.err);
        assert!(
            answer.out.contains("0 machines") || answer.out.contains("gpu"),
            "{}",
            answer.out
        );
    }
}

/// One pool file for a fleet of several clouds: each cluster gets machines as its cloud calls them, and one of a platform
/// that the pool does not name gets none, which is said.
#[test]
fn one_pool_is_for_clusters_of_several_clouds() {
    let pool = "apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: inference}
spec:
  instanceType: {AWS: g6.4xlarge, Azure: Standard_NC8as_T4_v3, GCP: g2-standard-8}
  replicas: 3
  rootVolume: {sizeGiB: 200}
";
    let metal = "apiVersion: gpu-machineset.dev/v1alpha1
kind: ClusterFacts
metadata: {name: metal}
spec: {infrastructureName: metal-x7k2p, platform: BareMetal, openshiftVersion: \"4.20.8\"}
";
    let mut folder = Folder::new("fleet-of-clouds")
        .file("gpu.yaml", pool)
        .file("clusters/metal.yaml", metal);
    for cluster in ["virginia", "oregon"] {
        let dump = files(cluster).join("\n---\n");
        let facts = Run::new(&["facts", "-"]).stdin(dump).out;
        folder = folder.file(format!("clusters/{cluster}.yaml"), facts);
    }
    folder = folder.file("clusters/zpqdx.yaml", crate::support::aws_facts("zpqdx"));
    let args = [
        "render",
        "gpu.yaml",
        "--facts",
        "clusters",
        "--per-cluster",
        "-o",
        "out",
    ];
    let answer = folder.run(&args);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let mut rendered = Vec::new();
    for cluster in fs::read_dir(folder.0.join("out")).unwrap() {
        let path = cluster.unwrap().path();
        for file in fs::read_dir(&path).into_iter().flatten() {
            rendered.push(fs::read_to_string(file.unwrap().path()).unwrap());
        }
    }
    for words in [
        "          instanceType: g6.4xlarge\n",
        "          vmSize: Standard_NC8as_T4_v3\n",
        "          machineType: g2-standard-8\n",
    ] {
        assert!(rendered.iter().any(|text| text.contains(words)), "{words}");
    }
    assert!(
        answer.err.contains("info[not-for-platform]"),
        "{}",
        answer.err
    );
    assert!(answer.err.contains("BareMetal"), "{}", answer.err);
}

/// All that one run makes for a cluster on each of four clouds, held against what was read by a person.
#[test]
fn a_fleet_of_four_clouds_is_rendered_in_one_run() {
    let root = testdata::root().join("fleets/clouds");
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap_or_default();
    let folder = Folder::new("fleet-of-four-clouds")
        .file("gpu.yaml", read("gpu.yaml"))
        .file("facts.yaml", read("facts.yaml"));
    let args = ["render", "gpu.yaml", "--facts", "facts.yaml"];
    let answer = folder.run(&[&args[..], &["--per-cluster", "-o", "out"]].concat());
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let mut made = String::new();
    for cluster in sorted(&folder.0.join("out")) {
        for file in sorted(&cluster) {
            let name = file.strip_prefix(&folder.0).unwrap().display();
            let text = fs::read_to_string(&file).unwrap();
            writeln!(made, "---\n# {name}").unwrap();
            made.push_str(&text);
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root.join("expected.yaml"), &made).unwrap();
    }
    assert_eq!(made, read("expected.yaml"));
}

/// What a folder holds, without the lists of what we wrote.
fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !path.ends_with(".gpu-machineset"));
    paths.sort();
    paths
}
